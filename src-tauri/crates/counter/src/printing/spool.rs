//! The queue, kept in the terminal's encrypted database. It holds no pages, only what they are made of.

use madoka_forms::print::{EntryId, Spool, SpoolEntry, SpoolError};
use madoka_store::Store;

use super::Lend;

/// For a moment at the counter.
pub(super) struct StoreSpool<'a>(pub(super) &'a mut Store);

impl Spool for StoreSpool<'_> {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        let kept = self.0.spool_load().map_err(spool)?;
        kept.iter().map(|bytes| serde_json::from_slice(bytes).map_err(spool)).collect()
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        let bytes = serde_json::to_vec(entry).map_err(spool)?;
        self.0.spool_put(&entry.id.0.to_string(), &entry.placed.to_string(), &bytes).map_err(spool)
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        self.0.spool_remove(&id.0.to_string()).map_err(spool)
    }
}

/// For as long as a printer takes: the counter is borrowed for each word of it, and free in between.
pub(super) struct LentSpool<'a, L>(pub(super) &'a L);

impl<L: Lend> LentSpool<'_, L> {
    fn with<T>(
        &self,
        work: impl FnOnce(&mut StoreSpool<'_>) -> Result<T, SpoolError>,
    ) -> Result<T, SpoolError> {
        let done = self.0.lend(|counter| {
            let store = counter.cases.store_mut().map_err(spool)?;
            work(&mut StoreSpool(store))
        });
        done.unwrap_or_else(|| Err(spool("窓口が閉じています")))
    }
}

impl<L: Lend> Spool for LentSpool<'_, L> {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        self.with(|spool| spool.load())
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        self.with(|spool| {
            // Somebody may have asked to cancel while the printer was spoken to. That wish must not be lost.
            let asked = spool.load()?.iter().any(|kept| kept.id == entry.id && kept.cancelling);
            spool.put(&SpoolEntry { cancelling: entry.cancelling || asked, ..entry.clone() })
        })
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        self.with(|spool| spool.remove(id))
    }
}

fn spool(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SpoolError {
    SpoolError(error.into())
}
