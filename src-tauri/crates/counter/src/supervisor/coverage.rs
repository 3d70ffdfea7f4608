//! 網羅の地図: for how many saved people each procedure comes out, does not, or stays to be confirmed; and which parts of its
//! condition no scenario would notice the loss of.

use std::collections::BTreeMap;

use madoka_rules::Verdict;
use madoka_rules::edit::Section;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::EntryRef;
use super::desk::count;
use super::draft::Drafting;
use crate::{Counter, CounterError};

/// 網羅の地図
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CoverageView {
    /// The least protected first.
    pub rows: Vec<CoverageRow>,
    /// The check has run on this revision: it says which parts of a condition nobody tries.
    pub checked: bool,
    pub scenarios: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CoverageRow {
    pub entry: EntryRef,
    pub name: String,
    pub office: String,
    /// In how many scenarios it is needed, not needed, or to be confirmed.
    pub needed: u32,
    pub not_needed: u32,
    pub to_confirm: u32,
    /// What the check found nobody tries.
    pub gaps: Vec<String>,
    /// It always applies: there is nobody for whom it does not come out.
    pub always: bool,
}

impl CoverageRow {
    /// Without somebody on each side nothing notices a wrong rule.
    fn holes(&self) -> usize {
        usize::from(self.needed == 0) * 2
            + usize::from(self.not_needed == 0 && !self.always)
            + self.gaps.len().min(1)
    }
}

impl Drafting {
    fn coverage(&mut self) -> Result<CoverageView, CounterError> {
        let pack = std::sync::Arc::clone(&self.pack);
        let mut seen: BTreeMap<usize, [u32; 3]> = BTreeMap::new();
        for scenario in &pack.scenarios {
            let book = self.book(true, scenario.event.as_str(), scenario.on)?;
            for (at, _, verdict) in book.verdicts(&scenario.facts) {
                let counts = seen.entry(at).or_default();
                let [needed, not_needed, to_confirm] = counts;
                match verdict {
                    Verdict::Needed => *needed += 1,
                    Verdict::NotNeeded => *not_needed += 1,
                    Verdict::ToConfirm | Verdict::Undecided => *to_confirm += 1,
                }
            }
        }
        let checked = self.findings.as_ref().filter(|(of, _)| *of == self.revision).map(|(_, all)| all);
        let offices: BTreeMap<&str, &str> =
            pack.offices.iter().map(|one| (one.id.as_str(), one.name.ja.as_str())).collect();
        let mut nth: BTreeMap<String, u32> = BTreeMap::new();
        let mut rows = Vec::with_capacity(pack.procedures.len());
        for (at, procedure) in pack.procedures.iter().enumerate() {
            let id = procedure.id.to_string();
            let about = format!("手続 {id}");
            let gaps = checked
                .into_iter()
                .flatten()
                .filter(|finding| finding.code == "A602" && finding.about == about)
                .map(|finding| finding.message.clone())
                .collect();
            let [needed, not_needed, to_confirm] = seen.get(&at).copied().unwrap_or_default();
            let number = nth.entry(id.clone()).or_default();
            rows.push(CoverageRow {
                entry: EntryRef { section: Section::Procedure.word().to_owned(), id, nth: *number },
                name: procedure.name.all().next().map(|name| name.ja.clone()).unwrap_or_default(),
                office: offices.get(procedure.office.as_str()).copied().unwrap_or_default().to_owned(),
                needed,
                not_needed,
                to_confirm,
                gaps,
                always: procedure.when == madoka_rules::Condition::Always,
            });
            *number += 1;
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.holes()));
        Ok(CoverageView { rows, checked: checked.is_some(), scenarios: count(pack.scenarios.len()) })
    }
}

impl Counter {
    pub fn draft_coverage(&mut self) -> Result<CoverageView, CounterError> {
        let draft = self.draft_open()?;
        if draft.reads() { draft.coverage() } else { Err(CounterError::DraftBroken) }
    }
}
