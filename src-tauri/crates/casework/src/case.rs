//! The state a list of events folds into, and which event may come next.

use jiff::Timestamp;

use crate::{Event, EventKind, LifeEventId, Ticket};

/// A case (案件) as it stands after its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub life_event: LifeEventId,
    pub ticket: Ticket,
    pub opened: Timestamp,
    pub state: State,
}

/// Where a case is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 受付済み: the resident waits for an officer.
    Waiting,
    /// 取消: opened by mistake.
    TakenBack,
}

/// Why an event makes no sense for a case as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("案件がまだ受け付けられていません")]
    NotOpened,
    #[error("案件はすでに受け付けられています")]
    AlreadyOpened,
    #[error("案件はすでに取り消されています")]
    AlreadyTakenBack,
    #[error("案件は取り消されていません")]
    NotTakenBack,
}

impl Case {
    /// The case that these events make, or why one of them cannot follow those before it.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, Refusal> {
        let mut events = events.into_iter();
        let mut case = Self::begin(events.next().ok_or(Refusal::NotOpened)?)?;
        for event in events {
            case.apply(event)?;
        }
        Ok(case)
    }

    fn begin(event: &Event) -> Result<Self, Refusal> {
        match &event.kind {
            EventKind::Opened { life_event, ticket } => Ok(Self {
                life_event: life_event.clone(),
                ticket: ticket.clone(),
                opened: event.at,
                state: State::Waiting,
            }),
            EventKind::TakenBack | EventKind::Restored => Err(Refusal::NotOpened),
        }
    }

    /// Takes one more event in; a refused event leaves the case as it was.
    pub fn apply(&mut self, event: &Event) -> Result<(), Refusal> {
        self.state = match (&event.kind, self.state) {
            (EventKind::Opened { .. }, _) => return Err(Refusal::AlreadyOpened),
            (EventKind::TakenBack, State::TakenBack) => return Err(Refusal::AlreadyTakenBack),
            (EventKind::TakenBack, State::Waiting) => State::TakenBack,
            (EventKind::Restored, State::TakenBack) => State::Waiting,
            (EventKind::Restored, State::Waiting) => return Err(Refusal::NotTakenBack),
        };
        Ok(())
    }

    /// 待ち時間: whole minutes since opening. A clock set back counts as no wait, never as a negative one.
    pub fn waiting_minutes(&self, now: Timestamp) -> u32 {
        let seconds = now.as_second().saturating_sub(self.opened.as_second()).max(0);
        u32::try_from(seconds / 60).unwrap_or(u32::MAX)
    }
}
