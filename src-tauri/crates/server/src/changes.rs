//! How held connections are woken: "something of this kind changed, look again".
//!
//! Nothing is carried but the topic and its number, which rises: whoever wakes reads what it may see, after what it saw
//! last. So nothing is lost when many changes come at once, and nobody hears what is not theirs. The numbers are kept with
//! the data, so that a restart and another process (`madokad pack`) are no different from a change here.

use std::time::Duration;

use madoka_sync::wire;
use tokio::sync::watch;

/// What may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// 案件 and their events
    Cases,
    /// 手続パック
    Packs,
    /// 照会・回答
    Inquiries,
    /// 予約
    Bookings,
    /// 宛名・資格
    Register,
    /// 端末・職員: certificates, roles, sessions
    People,
}

/// A number for each topic.
pub(crate) type Numbers = [u64; Topic::ALL.len()];

impl Topic {
    pub const ALL: [Self; 6] =
        [Self::Cases, Self::Packs, Self::Inquiries, Self::Bookings, Self::Register, Self::People];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Packs => wire::Topic::Packs.name(),
            Self::Inquiries => wire::Topic::Inquiries.name(),
            Self::Bookings => wire::Topic::Bookings.name(),
            Self::Register => wire::Topic::Register.name(),
            Self::People => wire::Topic::People.name(),
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl From<wire::Topic> for Topic {
    fn from(topic: wire::Topic) -> Self {
        match topic {
            wire::Topic::Packs => Self::Packs,
            wire::Topic::Inquiries => Self::Inquiries,
            wire::Topic::Bookings => Self::Bookings,
            wire::Topic::Register => Self::Register,
            wire::Topic::People => Self::People,
        }
    }
}

/// Some topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topics(u8);

impl Topics {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(u8::MAX);

    #[must_use]
    pub const fn with(self, topic: Topic) -> Self {
        Self(self.0 | topic.bit())
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn has(self, topic: Topic) -> bool {
        self.0 & topic.bit() != 0
    }

    pub fn each(self) -> impl Iterator<Item = Topic> {
        Topic::ALL.into_iter().filter(move |topic| self.has(*topic))
    }
}

impl From<Topic> for Topics {
    fn from(topic: Topic) -> Self {
        Self::NONE.with(topic)
    }
}

/// The place where changes are announced and waited for. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Changes(watch::Sender<Numbers>);

impl Changes {
    pub(crate) fn new(numbers: Numbers) -> Self {
        Self(watch::Sender::new(numbers))
    }

    /// What the database says now. Modules announce through [`Tx::announce`](crate::storage::Tx::announce), so that nobody
    /// wakes before the change is on the disk.
    pub(crate) fn now_at(&self, numbers: Numbers) {
        self.0.send_if_modified(|known| {
            let mut risen = false;
            for (known, number) in known.iter_mut().zip(numbers) {
                risen |= *known < number;
                *known = number.max(*known);
            }
            risen
        });
    }

    /// The number of a topic: it rises with every change.
    pub fn number(&self, topic: Topic) -> u64 {
        self.0.borrow().get(topic as usize).copied().unwrap_or(0)
    }

    /// Begins to listen. Do this before looking at the data: what changes in between then wakes at once.
    pub fn listen(&self, topics: impl Into<Topics>) -> Listener {
        let changes = self.0.subscribe();
        let seen = *changes.borrow();
        Listener { topics: topics.into(), seen, changes }
    }
}

/// Somebody who waits.
///
/// ```ignore
/// let mut listener = server.db().changes().listen(Topic::Cases);
/// loop {
///     let found = server.db().read(…).await?;
///     if !found.is_empty() || !listener.changed(left).await { return Ok(Json(found)); }
/// }
/// ```
#[derive(Debug)]
pub struct Listener {
    topics: Topics,
    seen: Numbers,
    changes: watch::Receiver<Numbers>,
}

impl Listener {
    /// Waits until one of the topics changed since the last time (true), or until the time is over (false).
    pub async fn changed(&mut self, at_most: Duration) -> bool {
        tokio::time::timeout(at_most, self.change()).await.is_ok()
    }

    /// Waits until one of the topics changed.
    pub async fn change(&mut self) {
        loop {
            let now = *self.changes.borrow_and_update();
            let before = std::mem::replace(&mut self.seen, now);
            let news = |topic: Topic| before.get(topic as usize) != now.get(topic as usize);
            if self.topics.each().any(news) {
                return;
            }
            if self.changes.changed().await.is_err() {
                // The storage is closed: nothing will change any more; whoever waits has a time limit of their own.
                std::future::pending::<()>().await;
            }
        }
    }
}
