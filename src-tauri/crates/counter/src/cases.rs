//! The cases of this terminal, on its encrypted disk.

use std::path::Path;

use jiff::civil::Date;
use madoka_casework::{Author, Case, CaseId, Event};
use madoka_store::{AuditAct, AuditEntry, CaseSummary, Realm, Store};

use crate::{CounterError, office_time};

/// Rows a search answers with; another word narrows it.
const MOST_FOUND: usize = 50;

/// Where cases are kept, or why nothing can be kept.
#[derive(Debug)]
pub(crate) struct Cases {
    store: Result<Store, CounterError>,
    written: u64,
}

impl Cases {
    /// Opens what was kept before, or begins where nothing ever was. A database that cannot be opened is never replaced:
    /// every use then answers with the reason.
    pub(crate) fn open(folder: &Path, realm: Realm) -> Self {
        Self { store: open(folder, realm), written: 0 }
    }

    /// Opens what must be there.
    pub(crate) fn open_existing(folder: &Path, realm: Realm) -> Result<Self, CounterError> {
        let file = folder.join(realm.file_name());
        if !file.exists() {
            return Err(CounterError::Store(madoka_store::StoreError::Missing(file)));
        }
        open(folder, realm).map(|store| Self { store: Ok(store), written: 0 })
    }

    /// Made-up residents; so is what cannot be opened, which shows nobody at all.
    pub(crate) fn is_practice(&self) -> bool {
        self.store.as_ref().map_or(true, |store| store.realm() == Realm::Practice)
    }

    /// What stands in the way.
    pub(crate) fn problem(&self) -> Option<&CounterError> {
        self.store.as_ref().err()
    }

    pub(crate) fn store(&self) -> Result<&Store, CounterError> {
        self.store.as_ref().map_err(CounterError::again)
    }

    pub(crate) fn store_mut(&mut self) -> Result<&mut Store, CounterError> {
        self.store.as_mut().map_err(|error| error.again())
    }

    /// How often something was appended since the start.
    pub(crate) const fn written(&self) -> u64 {
        self.written
    }

    pub(crate) fn get(&self, id: CaseId) -> Result<Case, CounterError> {
        self.store()?.case(id).map_err(|error| match error {
            madoka_store::StoreError::UnknownCase => CounterError::UnknownCase,
            other => CounterError::Store(other),
        })
    }

    /// Takes in what happened to one case: all of it is on the disk when this answers, or nothing.
    pub(crate) fn append(&mut self, events: &[Event]) -> Result<Case, CounterError> {
        let case = self.store_mut()?.append(events)?;
        self.written = self.written.wrapping_add(1);
        Ok(case)
    }

    pub(crate) fn opened_on(&self, day: Date) -> Result<Vec<Case>, CounterError> {
        let (from, until) = office_time::bounds(day);
        Ok(self.store()?.cases_between(from, until)?)
    }

    /// Cases of any day, by name, kana, birth date, case number or ticket.
    pub(crate) fn find(&self, query: &str) -> Result<Vec<CaseSummary>, CounterError> {
        Ok(self.store()?.search(query, MOST_FOUND)?.cases)
    }

    /// Writes down who saw, printed or took out what.
    pub(crate) fn audit(&mut self, entry: AuditEntry) -> Result<(), CounterError> {
        Ok(self.store_mut()?.audit(&[entry])?)
    }
}

pub(crate) fn audit_entry(
    by: &Author,
    at: jiff::Timestamp,
    act: AuditAct,
    case: Option<CaseId>,
) -> AuditEntry {
    AuditEntry { at, by: by.clone(), act, case, what: None }
}

fn open(folder: &Path, realm: Realm) -> Result<Store, CounterError> {
    std::fs::create_dir_all(folder).map_err(CounterError::DataFolder)?;
    let (store, _) = Store::open_or_create(folder, realm)?;
    Ok(store)
}
