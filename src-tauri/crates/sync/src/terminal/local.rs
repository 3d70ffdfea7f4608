//! The terminal's own side of sync: what waits to be sent, and where what comes is kept.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use madoka_casework::{CaseId, Event, EventId, TerminalId};
use madoka_store::{AuditEntry, LITTLE_ROOM, Realm, Store, StoreError};

use super::{SyncError, packs};
use crate::wire::limit;

/// Where the store keeps the cursor and the server's epoch.
const CURSOR: &str = "sync.changes";
const EPOCH: &str = "sync.epoch";

/// Events to be sent, in order, each with its place in the outbox.
pub type Waiting = Vec<(u64, Event)>;

/// What became of a page that was taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Cases that changed.
    pub cases: Vec<CaseId>,
    /// Events whose id stands here with other words. The own stays; a person must look.
    pub odd: Vec<EventId>,
}

/// What the engine wants of a terminal. Each call is whole or not at all: the engine may be killed between any two.
pub trait Local: Send + Sync + 'static {
    /// What waits behind this place of the outbox, bounded in number and bytes (but one, whatever its size).
    fn waiting(&self, after: u64, events: usize, bytes: usize) -> Result<Waiting, SyncError>;
    fn waiting_len(&self) -> Result<u64, SyncError>;
    /// The server has these for good.
    fn acknowledge(&self, ids: &[EventId]) -> Result<(), SyncError>;
    fn cursor(&self) -> Result<Option<String>, SyncError>;
    /// Keeps a page together with the cursor behind it.
    fn take_in(&self, events: &[Event], cursor: &str) -> Result<Taken, SyncError>;
    fn epoch(&self) -> Result<Option<String>, SyncError>;
    /// The server is another one than before (restored from a backup): everything this terminal wrote is offered again,
    /// and everything is read again.
    fn begin_epoch(&self, epoch: &str, own: &TerminalId) -> Result<(), SyncError>;
    /// So little room is left that work may stop.
    fn room_is_low(&self) -> Result<bool, SyncError>;
    /// 保存期間: erases up to `most` cases that ended before a moment and that the server has whole; answers which.
    fn erase_ended(
        &self,
        before: Timestamp,
        most: usize,
        entry: &AuditEntry,
    ) -> Result<Vec<CaseId>, SyncError>;
    /// Lets go of packs that no case here began with and no plan speaks of.
    fn tidy_packs(&self) -> Result<usize, SyncError>;
}

/// Lends the terminal's database for the time of one piece of work. Whoever keeps the store behind a lock of their own
/// implements this, and has [`Local`] by it.
pub trait Lend: Send + Sync + 'static {
    fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError>;
}

impl Lend for Arc<Mutex<Store>> {
    fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError> {
        // Whoever panicked with the lock left a store whose every write is whole or absent.
        work(&mut self.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

pub(super) fn with<R>(
    lender: &impl Lend,
    mut work: impl FnMut(&mut Store) -> Result<R, SyncError>,
) -> Result<R, SyncError> {
    let mut answer = None;
    lender.lend(&mut |store| {
        answer = Some(if store.realm() == Realm::Real { work(store) } else { Err(SyncError::Practice) });
    })?;
    answer.unwrap_or(Err(SyncError::Start("データベース")))
}

impl<L: Lend> Local for L {
    fn waiting(&self, after: u64, events: usize, bytes: usize) -> Result<Waiting, SyncError> {
        with(self, |store| Ok(store.outbox_after(after, events.min(limit::EVENTS), bytes)?))
    }

    fn waiting_len(&self) -> Result<u64, SyncError> {
        with(self, |store| Ok(store.outbox_len()?))
    }

    fn acknowledge(&self, ids: &[EventId]) -> Result<(), SyncError> {
        with(self, |store| Ok(store.acknowledge(ids)?))
    }

    fn cursor(&self) -> Result<Option<String>, SyncError> {
        with(self, |store| Ok(store.cursor(CURSOR)?))
    }

    fn take_in(&self, events: &[Event], cursor: &str) -> Result<Taken, SyncError> {
        with(self, |store| {
            let (cases, odd) = store.take_in_page(events, (CURSOR, cursor))?;
            Ok(Taken { cases, odd })
        })
    }

    fn epoch(&self) -> Result<Option<String>, SyncError> {
        with(self, |store| Ok(store.cursor(EPOCH)?))
    }

    fn begin_epoch(&self, epoch: &str, own: &TerminalId) -> Result<(), SyncError> {
        with(self, |store| Ok(store.begin_epoch((EPOCH, epoch), CURSOR, own)?))
    }

    fn room_is_low(&self) -> Result<bool, SyncError> {
        with(self, |store| Ok(store.room()? < LITTLE_ROOM))
    }

    fn erase_ended(
        &self,
        before: Timestamp,
        most: usize,
        entry: &AuditEntry,
    ) -> Result<Vec<CaseId>, SyncError> {
        with(self, |store| {
            let mut erased = Vec::new();
            for case in store.ended_before(before)? {
                match store.erase(&[case], entry) {
                    Ok(()) => erased.push(case),
                    // The server lacks something of it: it stays until it has it.
                    Err(StoreError::NotSentYet) => {}
                    Err(error) => return Err(error.into()),
                }
                if erased.len() >= most {
                    break;
                }
            }
            Ok(erased)
        })
    }

    fn tidy_packs(&self) -> Result<usize, SyncError> {
        with(self, |store| {
            let open = store.pack_versions_of_cases()?;
            packs::tidy(store, &open)
        })
    }
}
