//! What a run saw, for a person to read.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// What officers did, and how often.
    pub(super) did: BTreeMap<String, u64>,
    /// What was refused, by code and what was being done.
    pub(super) refused: BTreeMap<String, u64>,
    /// What went wrong, by kind.
    pub(super) faults: BTreeMap<&'static str, u64>,
    /// What was found at the end.
    pub(super) found: Vec<(String, String)>,
    pub(super) pages: u64,
}

impl Tally {
    pub(super) fn find(&mut self, what: &str, how: impl fmt::Display) {
        self.found.push((what.to_owned(), how.to_string()));
    }

    pub(super) fn of(&self, what: &str) -> u64 {
        self.did.get(what).copied().unwrap_or(0)
    }
}

fn list<K: fmt::Display>(all: &BTreeMap<K, u64>) -> String {
    all.iter().map(|(what, times)| format!("{what} {times}")).collect::<Vec<_>>().join("、")
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| 項目 | 値 |\n|---|---|")?;
        for (what, how) in &self.found {
            writeln!(f, "| {what} | {how} |")?;
        }
        writeln!(f, "| 起こした故障 | {} |", list(&self.faults))?;
        writeln!(f, "| 職員がしたこと | {} |", list(&self.did))?;
        write!(f, "| 断られたこと | {} |", list(&self.refused))
    }
}
