//! What can be chosen while a condition, a procedure or a question is built: everything by its name, never by its id.

use madoka_facts::{DeclaredPath, FactKind};
use madoka_rules::Pack;
use madoka_rules::edit::Words;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::clause::path_text;
use super::given::languages;

/// Everything there is to choose from in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Choosable {
    pub revision: u32,
    pub facts: Vec<FactChoice>,
    pub conditions: Vec<NamedChoice>,
    pub events: Vec<PickChoice>,
    pub offices: Vec<PickChoice>,
    pub screens: Vec<PickChoice>,
    pub items: Vec<PickChoice>,
    pub forms: Vec<PickChoice>,
    pub anchors: Vec<PickChoice>,
    pub procedures: Vec<PickChoice>,
    pub languages: Vec<PickChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FactChoice {
    /// As conditions write it: `deceased.head`, `member.school`.
    pub path: String,
    pub label: String,
    /// About a member of the household.
    pub member: bool,
    #[serde(rename = "type")]
    pub kind: FactType,
    pub choices: Vec<PickChoice>,
    pub unit: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FactType {
    Bool,
    Choice,
    Choices,
    Number,
    Date,
    Text,
}

impl FactType {
    /// What can be chosen of such a fact; the household is put together in another way.
    pub(super) const fn of(kind: &FactKind) -> Option<Self> {
        Some(match kind {
            FactKind::Bool => Self::Bool,
            FactKind::Choice(_) => Self::Choice,
            FactKind::Choices(_) => Self::Choices,
            FactKind::Number { .. } => Self::Number,
            FactKind::Date => Self::Date,
            FactKind::Text => Self::Text,
            FactKind::Household => return None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct NamedChoice {
    pub id: String,
    pub name: String,
    pub sentence: String,
    /// About a member of the household.
    pub member: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PickChoice {
    pub id: String,
    pub name: String,
}

impl PickChoice {
    pub(crate) fn new(id: &impl ToString, name: &str) -> Self {
        Self { id: id.to_string(), name: name.to_owned() }
    }
}

impl Choosable {
    pub(super) fn of(pack: &Pack, revision: u64) -> Self {
        let words = Words::of(pack);
        let mut facts: Vec<FactChoice> = pack
            .facts
            .iter()
            .filter_map(|fact| fact_choice(pack, &fact.path, fact.unit.as_deref()))
            .collect();
        // What every person has, without being declared: who can matter stands in the life events.
        for (person, _) in pack.vocabulary.persons() {
            for attribute in ["birth_date", "sex", "relation"] {
                let Ok(path) = format!("{person}.{attribute}").parse::<DeclaredPath>() else { continue };
                if facts.iter().all(|known| known.path != path_text(&path)) {
                    facts.extend(fact_choice(pack, &path, None));
                }
            }
        }
        if let Ok(visit) = "case.visit_date".parse() {
            facts.extend(fact_choice(pack, &visit, None));
        }
        facts.sort_by(|one, other| (one.member, &one.label).cmp(&(other.member, &other.label)));
        facts.dedup_by(|one, other| one.path == other.path);
        let conditions = pack.conditions.iter().map(|(id, condition)| {
            let text = condition.when.to_string();
            NamedChoice {
                id: id.to_string(),
                name: condition.name.clone(),
                sentence: words.condition(&text),
                member: text.contains("member.") && !text.contains("household ("),
            }
        });
        let events = pack.events.iter().map(|one| PickChoice::new(&one.id, &one.name.ja));
        let procedures = pack
            .procedures
            .iter()
            .filter_map(|one| Some(PickChoice::new(&one.id, &one.name.all().next()?.ja)));
        Self {
            revision: u32::try_from(revision).unwrap_or(u32::MAX),
            conditions: conditions.collect(),
            events: events.collect(),
            offices: pack.offices.iter().map(|one| PickChoice::new(&one.id, &one.name.ja)).collect(),
            screens: pack.screens.iter().map(|one| PickChoice::new(&one.id, &one.title.ja)).collect(),
            items: pack.items.iter().map(|one| PickChoice::new(&one.id, &one.name.ja)).collect(),
            forms: pack.forms.iter().map(|one| PickChoice::new(&one.id, &one.name.ja)).collect(),
            anchors: pack.anchors.iter().map(|one| PickChoice::new(&one.id, &one.name.ja)).collect(),
            procedures: procedures.collect(),
            languages: languages(pack).into_iter().map(|(id, name)| PickChoice { id, name }).collect(),
            facts,
        }
    }
}

fn fact_choice(pack: &Pack, path: &DeclaredPath, unit: Option<&str>) -> Option<FactChoice> {
    let declaration = pack.vocabulary.declaration(path)?;
    let kind = FactType::of(&declaration.kind)?;
    let label = match path {
        DeclaredPath::EachMember(_) => declaration.label.clone(),
        path => pack.vocabulary.label(&path.of_member(0)),
    };
    Some(FactChoice {
        path: path_text(path),
        label,
        member: path.is_each_member(),
        kind,
        choices: declaration
            .kind
            .choices()
            .iter()
            .map(|choice| PickChoice::new(&choice.id, &choice.label))
            .collect(),
        unit: unit.unwrap_or_default().to_owned(),
    })
}
