//! 公開の前に: what changes, who is judged otherwise, and which scenarios move.

use std::sync::Arc;

use jiff::civil::Date;
use madoka_rules::edit::{Catalogue, Words, compare};
use madoka_rules::{Pack, PackFiles, Verdict, diff};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use super::forms::form_changes;
use super::scenarios::by_name;
use super::versions::{Version, VersionGiven};
use crate::CounterError;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CompareView {
    /// What was changed, one sentence each.
    pub sentences: Vec<String>,
    /// For whom the judgement is another one, with an example.
    pub judged: Vec<String>,
    pub moved: Vec<MovedRow>,
    /// Nothing stands in the way of asking for approval.
    pub ready: bool,
    /// What does.
    pub hindered: Vec<String>,
}

/// A scenario that comes out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MovedRow {
    pub title: String,
    pub lines: Vec<String>,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) pack: &'a Arc<Pack>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) files: &'a PackFiles,
}

/// How two versions differ: in sentences, in who is judged otherwise, in scenarios that move.
pub(super) fn compared(old: &Side<'_>, new: &Side<'_>, today: Date) -> CompareView {
    let words = (Words::of(old.pack), Words::of(new.pack));
    let mut sentences = compare((old.catalogue, Some(&words.0)), (new.catalogue, Some(&words.1)));
    sentences.extend(form_changes(old.files, new.files));
    let found = diff(old.pack, new.pack, today);
    let name = |id: &str| by_name(new.pack, &format!("「{id}」"));
    let event = |id: &str| {
        let found = new.pack.events.iter().find(|one| one.id.as_str() == id);
        found.map_or_else(|| id.to_owned(), |one| one.name.ja.clone())
    };
    let judged = found
        .changes
        .iter()
        .filter_map(|change| match change {
            madoka_rules::Change::Judged { event: of, procedure, now_needed, example } => {
                let how = if *now_needed {
                    "が必要になる人がいます"
                } else {
                    "が必要でなくなる人がいます"
                };
                Some(format!("{}：{}{how}。例：{example}", event(of), name(procedure)))
            }
            madoka_rules::Change::NotKnown { event: of, procedure } => {
                Some(format!("{}：{}は込み入っていて、調べきれませんでした。", event(of), name(procedure)))
            }
            _ => None,
        })
        .collect();
    let word = |verdict: Option<Verdict>| verdict.map_or("なし", Verdict::label);
    let moved = found
        .moved
        .iter()
        .map(|moved| MovedRow {
            title: moved.title.clone(),
            lines: moved
                .verdicts
                .iter()
                .map(|(procedure, _, before, now)| {
                    format!("{}：{} → {}", name(procedure), word(*before), word(*now))
                })
                .collect(),
        })
        .collect();
    CompareView { sentences, judged, moved, ready: true, hindered: Vec::new() }
}

impl Drafting {
    /// A version to compare; nothing where it is not there.
    pub(super) fn side<'a>(&'a self, given: VersionGiven, kept: Option<&'a Version>) -> Option<Side<'a>> {
        let whole = |version: &'a Version| Side {
            pack: &version.pack,
            catalogue: &version.catalogue,
            files: &version.files,
        };
        match given {
            VersionGiven::Draft => {
                Some(Side { pack: &self.pack, catalogue: &self.catalogue, files: &self.files })
            }
            VersionGiven::InUse => {
                Some(Side { pack: &self.origin_pack, catalogue: &self.origin_catalogue, files: &self.origin })
            }
            VersionGiven::Edition { version } => {
                kept.or_else(|| self.fetched.get(&u64::from(version))).map(whole)
            }
            VersionGiven::Archive => self.held.as_ref().map(whole),
        }
    }

    /// 公開の前に: the draft against the edition in use, and what stands in the way.
    pub(super) fn compared(&mut self, today: Date) -> Result<CompareView, CounterError> {
        if !self.reads() {
            return Err(CounterError::DraftBroken);
        }
        let sides = self.side(VersionGiven::InUse, None).zip(self.side(VersionGiven::Draft, None));
        let (old, new) = sides.ok_or(CounterError::NoDraft)?;
        let view = compared(&old, &new, today);
        let failed = self.scenarios().failed;
        let mut hindered = Vec::new();
        if view.sentences.is_empty() {
            hindered.push("まだ何も変えていません。".to_owned());
        }
        if failed > 0 {
            hindered.push(format!("場面テストが{failed}件、赤のままです。"));
        }
        let (wrong, open) = self.form_faults();
        hindered.extend(wrong);
        hindered.extend(open);
        Ok(CompareView { ready: hindered.is_empty(), hindered, ..view })
    }
}
