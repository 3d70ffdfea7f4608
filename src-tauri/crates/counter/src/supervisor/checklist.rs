//! チェックリスト of a procedure and of an office: what staff tick in the case.

use madoka_rules::edit::{Edit, Entry, Section};
use madoka_rules::pack::CheckItem;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::EntryRef;
use super::draft::Drafting;
use super::scenarios::quoted;

/// Where a city's own lines of checklists are written.
const FILE: &str = "checks.toml";

/// 確認事項
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CheckLine {
    pub entry: EntryRef,
    /// 「本人確認」
    pub kind: String,
    pub name: String,
    /// Of every procedure of the office, not of this one alone.
    pub of_office: bool,
}

impl Drafting {
    /// The lines staff tick at a procedure, or at everything of an office; nothing for what has none.
    pub(super) fn checklist(&self, entry: &Entry) -> Option<Vec<CheckLine>> {
        let line = |check: &CheckItem, of_office: bool| CheckLine {
            entry: EntryRef::from(&Entry::new(Section::Check, check.id.as_str())),
            kind: check.kind.label().to_owned(),
            name: check.name.ja.clone(),
            of_office,
        };
        let checks = self.pack.checks.iter();
        match entry.section {
            Section::Procedure => {
                let procedure = self.pack.procedures.iter().find(|one| one.id.as_str() == entry.id)?;
                let own = |check: &CheckItem| check.procedures.contains(&procedure.id);
                Some(checks.filter(|one| one.is_of(procedure)).map(|one| line(one, !own(one))).collect())
            }
            Section::Office => {
                let of = |check: &&CheckItem| check.offices.iter().any(|one| one.as_str() == entry.id);
                Some(checks.filter(of).map(|one| line(one, true)).collect())
            }
            _ => None,
        }
    }

    /// One more line, under an id nobody has to think of.
    pub(super) fn new_check(&self, of: &EntryRef, name: &str) -> Edit {
        let mut number = 1_u32;
        while self.catalogue.get(&Entry::new(Section::Check, &format!("check_{number}"))).is_some() {
            number += 1;
        }
        let list = if of.section == Section::Office.word() { "offices" } else { "procedures" };
        let lines = [
            "[[check]]".to_owned(),
            format!("id = \"check_{number}\""),
            format!("name = {}", quoted(name.trim())),
            "kind = \"see\"".to_owned(),
            format!("{list} = [{}]", quoted(&of.id)),
        ];
        Edit::Add { file: FILE.to_owned(), source: lines.join("\n") }
    }
}
