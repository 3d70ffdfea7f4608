//! Where sync stands, as every screen shows it.

use jiff::{SignedDuration, Timestamp};

use crate::wire::Problem;

/// Clocks this far apart are worth a word to the officer.
const SKEW_WORTH_SAYING: SignedDuration = SignedDuration::from_secs(60);

/// Whether the server is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not tried yet, or trying for the first time.
    Starting,
    Connected,
    /// 接続できません
    Offline {
        since: Timestamp,
    },
    /// 断られました: the server is there and says no, and why.
    Refused {
        since: Timestamp,
        problem: Problem,
    },
}

/// 同期の様子
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    pub link: Link,
    /// Events of this terminal that the server does not have yet.
    pub waiting: u64,
    /// Of these, how many the server would not take; why, of the first.
    pub held_back: u64,
    pub held_back_why: Option<Problem>,
    /// Events of others still to come, as the server counted last.
    pub behind: u64,
    /// Read to the end at least once since the start.
    pub caught_up: bool,
    /// Nothing more is taken in, because it is written by a newer program or cannot be kept.
    pub stopped: Option<Problem>,
    /// Events that came with an id that stands here with other words.
    pub odd: u64,
    /// This terminal's clock minus the server's. Shown, and never used for anything else.
    pub skew: Option<SignedDuration>,
    /// When both sides last had the same, by this terminal's clock.
    pub in_step_at: Option<Timestamp>,
}

impl SyncState {
    pub(crate) const fn new() -> Self {
        Self {
            link: Link::Starting,
            waiting: 0,
            held_back: 0,
            held_back_why: None,
            behind: 0,
            caught_up: false,
            stopped: None,
            odd: 0,
            skew: None,
            in_step_at: None,
        }
    }

    /// 同期済み: connected, nothing to send, nothing to fetch.
    pub fn in_step(&self) -> bool {
        self.link == Link::Connected
            && self.waiting == 0
            && self.behind == 0
            && self.caught_up
            && self.stopped.is_none()
    }

    /// What stands between this terminal and 同期済み, with how to mend it.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.link {
            Link::Refused { problem, .. } => Some(problem),
            _ => self.stopped.as_ref().or(self.held_back_why.as_ref()),
        }
    }

    /// The clock is so far off that the officer should know.
    pub fn skew_worth_saying(&self) -> Option<SignedDuration> {
        self.skew.filter(|skew| skew.abs() > SKEW_WORTH_SAYING)
    }

    /// One short line. Times are shown by whoever knows the office's time zone: [`Self::since`].
    pub fn words(&self) -> String {
        let left = self.waiting.saturating_add(self.behind);
        match &self.link {
            Link::Starting => "接続しています".to_owned(),
            Link::Offline { .. } if self.waiting > 0 => {
                format!("接続できません（未送信 {}件）", self.waiting)
            }
            Link::Offline { .. } => "接続できません".to_owned(),
            Link::Refused { problem, .. } => format!("断られました（{}）", problem.message),
            Link::Connected => match (&self.stopped, &self.held_back_why) {
                (Some(problem), _) => format!("断られました（{}）", problem.message),
                (None, Some(problem)) => {
                    format!("{}件が断られました（{}）", self.held_back, problem.message)
                }
                (None, None) if left > 0 => format!("あと{left}件"),
                (None, None) if self.caught_up => "同期済み".to_owned(),
                (None, None) => "確かめています".to_owned(),
            },
        }
    }

    /// Since when the server is not there, or says no.
    pub const fn since(&self) -> Option<Timestamp> {
        match &self.link {
            Link::Offline { since } | Link::Refused { since, .. } => Some(*since),
            Link::Starting | Link::Connected => None,
        }
    }
}
