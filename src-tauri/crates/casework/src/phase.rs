//! Who has a case, and whether it is open: the one state machine of this floor.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Waiting: opened 受付
//!     Waiting --> InHand: claimed 担当する
//!     InHand --> Waiting: released 担当を外す
//!     InHand --> InHand: handed_over 引き継ぐ（担当が） / taken_over 引き取る（ほかの端末が）
//!     InHand --> Closed: closed 完了
//!     Closed --> InHand: reopened 再開
//!     Waiting --> TakenBack: taken_back 取消
//!     InHand --> TakenBack: taken_back 取消（担当が）
//!     TakenBack --> Waiting: restored 取消を戻す
//! ```
//!
//! Each arrow ends a *term* and begins the next. An owner's events belong to the term they were written in; those the
//! next term's beginner did not know of are late and wait for a person (see `order.rs`).
//!
//! ```mermaid
//! stateDiagram-v2
//!     state "元の担当が書いた" as Written
//!     state "脇に置かれている（Late）" as Aside
//!     Written --> Counts: 次の担当が知っていた
//!     Written --> Aside: 知らないうちに担当が移っていた
//!     Aside --> Counts: late_resolved adopt 取り入れる
//!     Aside --> Dismissed: late_resolved dismiss 外す
//! ```

use serde::{Deserialize, Serialize};

use crate::{Author, Event, EventKind, Refusal};

/// Where a case is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 受付済み: the resident waits for an officer.
    Waiting,
    /// 対応中
    InHand,
    /// 完了
    Closed,
    /// 取消: opened by mistake.
    TakenBack,
}

/// One term of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phase {
    pub(crate) state: State,
    pub(crate) owner: Option<Author>,
    pub(crate) term: u32,
}

impl Phase {
    pub(crate) const FIRST: Self = Self { state: State::Waiting, owner: None, term: 0 };

    fn is_owner(&self, author: &Author) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.terminal == author.terminal)
    }

    /// The term this event begins.
    #[expect(clippy::match_same_arms, reason = "one line an arrow of the diagram")]
    pub(crate) fn next(&self, event: &Event) -> Result<Self, Refusal> {
        let (state, owner) = match (&event.kind, self.state) {
            (EventKind::Opened { .. }, _) => return Err(Refusal::AlreadyOpened),
            (EventKind::Claimed {}, State::Waiting) => (State::InHand, Some(event.by.clone())),
            (EventKind::Claimed {}, State::InHand) if self.is_owner(&event.by) => {
                return Err(Refusal::AlreadyYours);
            }
            (EventKind::Claimed {}, State::InHand) => return Err(Refusal::NotOwner),
            (EventKind::TakenOver { .. }, State::InHand) if self.is_owner(&event.by) => {
                return Err(Refusal::AlreadyYours);
            }
            (EventKind::TakenOver { .. }, State::InHand) => (State::InHand, Some(event.by.clone())),
            (EventKind::TakenOver { .. }, State::Waiting) => return Err(Refusal::NobodyHasIt),
            (EventKind::TakenBack {}, State::Waiting) => (State::TakenBack, None),
            (EventKind::TakenBack {}, State::InHand) if self.is_owner(&event.by) => (State::TakenBack, None),
            (EventKind::TakenBack {}, State::TakenBack) => return Err(Refusal::AlreadyTakenBack),
            (EventKind::Restored {}, State::TakenBack) => (State::Waiting, None),
            (EventKind::Restored {}, _) => return Err(Refusal::NotTakenBack),
            (EventKind::Reopened { .. }, State::Closed) => (State::InHand, Some(event.by.clone())),
            (EventKind::Reopened { .. }, _) => return Err(Refusal::NotClosed),
            (kind, _) => {
                self.admits(event)?;
                match kind {
                    EventKind::HandedOver { to, .. } if *to == event.by => return Err(Refusal::AlreadyYours),
                    EventKind::HandedOver { to, .. } => (State::InHand, Some(to.clone())),
                    EventKind::Closed { .. } => (State::Closed, None),
                    // `released`, and what is no event of a phase never comes here.
                    _ => (State::Waiting, None),
                }
            }
        };
        Ok(Self { state, owner, term: self.term.saturating_add(1) })
    }

    /// Whether an owner's event may be written in this term.
    pub(crate) fn admits(&self, event: &Event) -> Result<(), Refusal> {
        match self.state {
            State::InHand if self.is_owner(&event.by) => Ok(()),
            State::InHand => Err(Refusal::NotOwner),
            State::Waiting => Err(Refusal::NobodyHasIt),
            State::Closed => Err(Refusal::IsClosed),
            State::TakenBack => Err(Refusal::IsTakenBack),
        }
    }
}
