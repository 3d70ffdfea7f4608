//! What a field can be bound to: every fact and word by its name.

use madoka_facts::{DeclaredPath, FactKind, FactPath, Vocabulary};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::super::{FactType, PickChoice};

/// A fact, or a word of the counter, that a field may print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormFact {
    /// As `form.toml` writes it.
    pub id: String,
    pub name: String,
    /// Of a member of the household: for columns, and forms for one member.
    pub member: bool,
    #[serde(rename = "type")]
    pub kind: FactType,
    pub answers: Vec<PickChoice>,
}

/// What the counter says besides the facts (FORMAT.md, 3).
const WORDS: [(&str, &str, FactType); 9] = [
    ("form.case_number", "受付番号", FactType::Text),
    ("form.city", "市の名前", FactType::Text),
    ("form.prefecture", "都道府県の名前", FactType::Text),
    ("form.office", "出す先の課の名前", FactType::Text),
    ("form.officer", "担当の職員の名前", FactType::Text),
    ("form.members", "世帯の人数", FactType::Number),
    ("form.sheet", "何枚目か", FactType::Number),
    ("form.sheets", "全部で何枚か", FactType::Number),
    ("row.number", "行の番号", FactType::Number),
];

pub(super) fn choosable(words: &Vocabulary) -> Vec<FormFact> {
    let mut out: Vec<FormFact> = WORDS
        .iter()
        .map(|(id, name, kind)| FormFact {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            member: *id == "row.number",
            kind: *kind,
            answers: Vec::new(),
        })
        .collect();
    for (person, _) in words.persons() {
        let attributes = words.built_in_attributes();
        out.extend(
            attributes.filter_map(|attribute| fact(words, &format!("{person}.{attribute}").parse().ok()?)),
        );
    }
    for attribute in words.built_in_attributes() {
        out.extend(attribute.parse().ok().and_then(|one| fact(words, &DeclaredPath::EachMember(one))));
    }
    out.extend("case.visit_date".parse().ok().and_then(|path| fact(words, &path)));
    out.extend(words.declared().filter_map(|(path, _)| fact(words, path)));
    out.sort_by(|one, other| (one.member, &one.name, &one.id).cmp(&(other.member, &other.name, &other.id)));
    out.dedup_by(|one, other| one.id == other.id);
    out
}

fn fact(words: &Vocabulary, path: &DeclaredPath) -> Option<FormFact> {
    let declaration = words.declaration(path)?;
    let kind = FactType::of(&declaration.kind)?;
    let member = path.is_each_member();
    let (id, name) = match path {
        DeclaredPath::EachMember(attribute) => {
            (format!("member.{attribute}"), format!("世帯員の{}", declaration.label))
        }
        path => (path.to_string(), words.label(&path.of_member(0))),
    };
    Some(FormFact { id, name, member, kind, answers: answers(&declaration.kind) })
}

fn answers(kind: &FactKind) -> Vec<PickChoice> {
    match kind {
        FactKind::Bool => vec![PickChoice::new(&"yes", "はい"), PickChoice::new(&"no", "いいえ")],
        kind => kind.choices().iter().map(|choice| PickChoice::new(&choice.id, &choice.label)).collect(),
    }
}

/// The declaration behind what a field is bound to.
fn declared(value: &str) -> Option<DeclaredPath> {
    match value.strip_prefix("member.") {
        Some(attribute) => attribute.parse().ok().map(DeclaredPath::EachMember),
        None => value.parse::<FactPath>().ok().map(|path| path.declared()),
    }
}

/// 「届出人の氏名」
pub(super) fn name(words: &Vocabulary, value: &str) -> String {
    if let Some((_, name, _)) = WORDS.iter().find(|(id, ..)| *id == value) {
        return (*name).to_owned();
    }
    let member = value.starts_with("member.");
    let found = declared(value).and_then(|path| {
        let declaration = words.declaration(&path)?;
        Some(if member {
            format!("世帯員の{}", declaration.label)
        } else {
            words.label(&value.parse().ok()?)
        })
    });
    found.unwrap_or_else(|| value.to_owned())
}

/// What a field bound to these can be answered with.
pub(super) fn answers_of(words: &Vocabulary, values: &[String]) -> Vec<PickChoice> {
    let mut all =
        values.iter().filter_map(|value| words.declaration(&declared(value)?).map(|one| answers(&one.kind)));
    all.next().unwrap_or_default()
}
