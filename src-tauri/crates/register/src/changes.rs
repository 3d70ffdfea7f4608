//! What one import changed, against the extract it replaces.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use serde::{Deserialize, Serialize};

use crate::resident::{Resident, ResidentNumber};

/// As many as an auditor can go through; the counts always tell all.
const MOST_LISTED: usize = 10_000;

/// The extract before, as short as it can be kept while the new one is read.
#[derive(Default)]
pub struct Before {
    seen: HashMap<ResidentNumber, u64>,
    how: RandomState,
}

/// How one resident's row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    Added,
    Altered,
    Gone,
}

/// Counts for everyone, residents for auditors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    pub added: u64,
    pub altered: u64,
    pub gone: u64,
    pub same: u64,
    /// Which, up to ten thousand.
    pub which: Vec<(ResidentNumber, Changed)>,
}

impl std::fmt::Debug for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Before({} residents)", self.seen.len())
    }
}

impl Before {
    /// Notes a row of the extract that is to be replaced. Rows are compared as they are kept, so an extract read by
    /// another mapping differs in every row.
    pub fn note(&mut self, resident: &Resident) {
        let mark = self.how.hash_one(resident);
        self.seen.insert(resident.number.clone(), mark);
    }

    /// Compares one new row; call [`finish`](Self::finish) after the last.
    pub fn compare(&mut self, resident: &Resident, changes: &mut Changes) {
        let mark = self.how.hash_one(resident);
        match self.seen.remove(&resident.number) {
            None => {
                changes.added += 1;
                changes.list(&resident.number, Changed::Added);
            }
            Some(before) if before == mark => changes.same += 1,
            Some(_) => {
                changes.altered += 1;
                changes.list(&resident.number, Changed::Altered);
            }
        }
    }

    /// Whoever was not compared is gone.
    pub fn finish(self, changes: &mut Changes) {
        let mut gone: Vec<_> = self.seen.into_keys().collect();
        gone.sort();
        changes.gone += gone.len() as u64;
        for number in gone {
            changes.list(&number, Changed::Gone);
        }
    }
}

impl Changes {
    fn list(&mut self, number: &ResidentNumber, how: Changed) {
        if self.which.len() < MOST_LISTED {
            self.which.push((number.clone(), how));
        }
    }
}
