//! `[[scenario]]`: reads a saved person with the expected procedures.

use madoka_facts::{CaseFacts, Source, Vocabulary};
use serde_json::{Map, Value as Json};

use super::model::{Expectation, Scenario, Verdict};
use super::procedures::procedure_id;
use super::read::Entries;
use super::table::{Kind, Node, Sink, Table};

pub(super) fn scenarios(entries: &Entries, sink: &Sink, words: &Vocabulary) -> Vec<Scenario> {
    entries.tables("scenario", sink).into_iter().filter_map(|table| scenario(&table, words)).collect()
}

fn scenario(table: &Table<'_>, words: &Vocabulary) -> Option<Scenario> {
    let id = table.id("id");
    let title = table.string("title");
    let event = table.id("event");
    let on = table.date("on");
    let complete = table.flag("complete", false);
    let mut expected = Vec::new();
    for (key, verdict) in [
        ("needed", Verdict::Needed),
        ("not_needed", Verdict::NotNeeded),
        ("to_confirm", Verdict::ToConfirm),
        ("undecided", Verdict::Undecided),
    ] {
        for (text, node) in table.strings(key) {
            let (id, member) =
                text.split_once('@').map_or((text.as_str(), None), |(id, member)| (id, Some(member)));
            let index = member.map(|member| {
                member
                    .strip_prefix("household[")
                    .and_then(|rest| rest.strip_suffix(']'))
                    .and_then(|n| n.parse().ok())
            });
            match (procedure_id(table, id, node), index) {
                (Some(procedure), None) => expected.push(Expectation { procedure, member: None, verdict }),
                (Some(procedure), Some(Some(member))) => {
                    expected.push(Expectation { procedure, member: Some(member), verdict });
                }
                (_, Some(None)) => {
                    table.error_at(node, "P006", "@ の後は household[0] のように書いてください。");
                }
                _ => {}
            }
        }
    }
    table.see("note");
    let mut document = Map::new();
    let mut facts = Map::new();
    if let Some(node) = table.node("facts") {
        flatten(node, "", &mut facts);
    }
    if let Some(node) = table.node("household") {
        let list = to_json(node);
        facts.insert("household".to_owned(), list);
    }
    document.insert("facts".to_owned(), Json::Object(facts));
    for key in ["unknown", "same"] {
        if let Some(node) = table.node(key) {
            document.insert(key.to_owned(), to_json(node));
        }
    }
    table.finish();
    let facts = CaseFacts::from_value(&Json::Object(document), words, Source::Register)
        .map_err(|problems| {
            for problem in problems {
                table.error("P019", format!("［{}］{problem}", problem.code()));
            }
        })
        .ok();
    Some(Scenario {
        place: table.place(),
        id: id?,
        title: title?,
        event: event?,
        on: on?,
        facts: facts?.facts,
        expected,
        complete,
    })
}

/// `deceased.bank.name = …` nests tables; facts are flat.
fn flatten(node: &Node, prefix: &str, facts: &mut Map<String, Json>) {
    match &node.kind {
        Kind::Table(map) => {
            for (key, value) in map {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(value, &path, facts);
            }
        }
        _ => {
            facts.insert(prefix.to_owned(), to_json(node));
        }
    }
}

fn to_json(node: &Node) -> Json {
    match &node.kind {
        Kind::Text(text) => Json::from(text.clone()),
        Kind::Number(number) => Json::from(*number),
        Kind::Bool(yes) => Json::from(*yes),
        Kind::Date(day) => Json::from(day.to_string()),
        Kind::Other => Json::Null,
        Kind::List(items) => items.iter().map(to_json).collect(),
        Kind::Table(map) => {
            Json::Object(map.iter().map(|(key, value)| (key.clone(), to_json(value))).collect())
        }
    }
}
