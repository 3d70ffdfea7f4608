//! `[[procedure]]`: reads a procedure with its deadlines, things to bring and fees.

use super::model::{
    Bring, Dated, Deadline, DeadlinePeriod, Procedure, ProcedureId, ProcedureKind, Scope, WhenUnknown,
};
use super::read::Entries;
use super::sections::effective;
use super::table::{Kind, Node, Sink, Table, cut};
use crate::condition::Unit;
use crate::deadline::{DeadlineKind, FirstDay};

pub(super) fn procedure_id(table: &Table<'_>, text: &str, node: &Node) -> Option<ProcedureId> {
    let id = ProcedureId::new(text);
    if id.is_none() {
        table.error_at(
            node,
            "P006",
            format!(
                "「{}」は手続のIDになりません。「death.household_head」のように書いてください。",
                cut(text)
            ),
        );
    }
    id
}

pub(super) fn procedures(entries: &Entries, sink: &Sink) -> Vec<Procedure> {
    let kinds = [
        ("notify", ProcedureKind::Notify),
        ("apply", ProcedureKind::Apply),
        ("claim", ProcedureKind::Claim),
        ("return", ProcedureKind::Return),
        ("guide", ProcedureKind::Guide),
    ];
    let read = |table: Table<'_>| {
        let id = table.string("id").and_then(|text| procedure_id(&table, &text, table.node("id")?));
        let events = table.ids("events");
        if table.node("name").is_none() {
            table.error("P002", "「name」（手続の名前）がありません。");
        }
        let name = table.dated_text("name");
        let office = table.id("office");
        if table.node("kind").is_none() {
            table.error("P002", "「kind」（notify、apply、claim、return、guide のどれか）がありません。");
        }
        let kind = table.word("kind", &kinds);
        let level = table.number("level").and_then(|level| {
            let right = u8::try_from(level).ok().filter(|level| (1..=6).contains(level));
            if right.is_none() {
                table.error("P005", "「level」（対応レベル）は1から6までです。");
            }
            right
        });
        let scope = table.word("scope", &[("case", Scope::Case), ("household", Scope::Household)]);
        let when = table.condition("when");
        let when_unknown =
            table.word("when_unknown", &[("confirm", WhenUnknown::Confirm), ("guide", WhenUnknown::Guide)]);
        let law = table.strings("law").into_iter().map(|(law, _)| law).collect();
        let deadlines = deadlines(&table);
        let bring = bring(&table);
        let forms = table.ids("forms");
        let fee = table.node("fee").map_or_else(Dated::default, |node| table.dated("fee", node, fee));
        let (staff_note, resident_note) = table.inner("note").map_or_else(Default::default, |note| {
            let notes = (note.dated_text("staff"), note.dated_text("resident"));
            note.finish();
            notes
        });
        let uncertain = table.optional_string("uncertain");
        let review_by = table.optional_date("review_by");
        let effective = effective(&table);
        table.finish();
        if events.is_empty() {
            table.error("P002", "「events」（どのライフイベントの手続か）がありません。");
        }
        Some(Procedure {
            place: table.place(),
            id: id?,
            events,
            name,
            office: office?,
            kind: kind?,
            level: level?,
            scope: scope.unwrap_or(Scope::Case),
            when: when?,
            when_unknown: when_unknown.unwrap_or(WhenUnknown::Confirm),
            law,
            deadlines,
            bring,
            forms,
            fee,
            staff_note,
            resident_note,
            uncertain,
            review_by,
            effective,
        })
    };
    entries.tables("procedure", sink).into_iter().filter_map(read).collect()
}

fn fee(table: &Table<'_>, node: &Node) -> Option<u32> {
    let yen = match &node.kind {
        Kind::Table(map) => map.get("yen").map(|node| &node.kind),
        kind => Some(kind),
    };
    let fee = match yen {
        Some(Kind::Number(yen)) => u32::try_from(*yen).ok(),
        _ => None,
    };
    if fee.is_none() {
        table.error_at(node, "P003", "「fee」は円の整数か、{ yen = 300, from = …, to = … } の一覧です。");
    }
    fee
}

fn deadlines(table: &Table<'_>) -> Vec<Deadline> {
    let kinds =
        [("legal", DeadlineKind::Legal), ("claim", DeadlineKind::Claim), ("advice", DeadlineKind::Advice)];
    let read = |node| {
        let inner = table.table_of(node, "deadline")?;
        let text = inner.text("text");
        if inner.node("kind").is_none() {
            inner.error("P002", "「kind」（legal、claim、advice のどれか）がありません。");
        }
        let kind = inner.word("kind", &kinds);
        let when = inner.optional_condition("when");
        let amount = inner.optional_number("amount");
        let unit = inner.word("unit", &[("day", Unit::Days), ("month", Unit::Months), ("year", Unit::Years)]);
        let anchor = inner.optional_id("anchor");
        let first_day =
            inner.word("first_day", &[("included", FirstDay::Included), ("excluded", FirstDay::Excluded)]);
        let roll = inner.flag("roll", false);
        inner.finish();
        let period = match (amount, unit, anchor, first_day) {
            (None, None, None, None) => None,
            (Some(amount), Some(unit), Some(anchor), Some(first_day)) => match u32::try_from(amount) {
                Ok(amount) if (1..=3700).contains(&amount) => {
                    Some(DeadlinePeriod { amount, unit, anchor, first_day, roll })
                }
                _ => {
                    inner.error("P005", "「amount」は1から3700までです。");
                    None
                }
            },
            _ => {
                inner.error(
                    "P002",
                    "日付を計算する期限には amount、unit、anchor、first_day の全部が必要です。",
                );
                None
            }
        };
        Some(Deadline { text: text?, kind: kind?, when, period })
    };
    match table.node("deadline") {
        None => Vec::new(),
        Some(Node { kind: Kind::List(items), .. }) => items.iter().filter_map(read).collect(),
        Some(node) => read(node).into_iter().collect(),
    }
}

fn bring(table: &Table<'_>) -> Vec<Bring> {
    let mut found = Vec::new();
    for node in table.list("bring") {
        if let Kind::Text(id) = &node.kind {
            let Ok(item) = id.parse() else {
                let message = format!(
                    "「{}」は持ち物のIDになりません。items.toml に加えてIDを書いてください。",
                    cut(id)
                );
                table.error_at(node, "P006", message);
                continue;
            };
            found.push(Bring { item, when: None });
        } else if let Some(inner) = table.table_of(node, "bring") {
            let item = inner.id("item");
            let when = inner.optional_condition("when");
            inner.finish();
            found.extend(item.map(|item| Bring { item, when }));
        }
    }
    found
}
