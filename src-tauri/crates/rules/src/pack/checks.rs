//! `[[check]]`: the lines of the checklists, and the fact that holds what is ticked.

use madoka_facts::{Choice, Declaration, DeclaredPath, FactKind, Vocabulary};

use super::model::{CHECKS, CheckItem, CheckKind};
use super::procedures::procedure_id;
use super::read::Entries;
use super::table::{Sink, Table};

const KINDS: [(&str, CheckKind); 4] = [
    ("identity", CheckKind::Identity),
    ("see", CheckKind::See),
    ("hand_over", CheckKind::HandOver),
    ("other", CheckKind::Other),
];

pub(super) fn checks(entries: &Entries, sink: &Sink, vocabulary: &mut Vocabulary) -> Vec<CheckItem> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let kind = table.word("kind", &KINDS).unwrap_or(CheckKind::Other);
        let procedures = table
            .strings("procedures")
            .iter()
            .filter_map(|(text, _)| procedure_id(&table, text, table.node("procedures")?))
            .collect::<Vec<_>>();
        let offices = table.ids("offices");
        table.finish();
        if procedures.is_empty() && offices.is_empty() {
            table.error(
                "P002",
                "「procedures」（どの手続の）か「offices」（どの窓口・課の）を書いてください。",
            );
        }
        Some(CheckItem { place: table.place(), id: id?, kind, name: name?, procedures, offices })
    };
    let checks: Vec<CheckItem> = entries.tables("check", sink).into_iter().filter_map(read).collect();
    if !checks.is_empty()
        && let Ok(path) = CHECKS.parse::<DeclaredPath>()
    {
        let choice =
            |check: &CheckItem| Choice { id: check.id.clone(), label: check.name.ja.clone(), alone: false };
        let kind = FactKind::Choices(checks.iter().map(choice).collect());
        let label = "チェックリスト".to_owned();
        vocabulary.declare(path, Declaration { kind, label, derived: false, sensitive: false });
    }
    checks
}
