//! 読取: who people are, and where each value came from.

use std::collections::BTreeMap;

use madoka_facts::{Answer, FactPath, Facts, PersonRef, Source, Statement};
use madoka_rules::Pack;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::member_name;
use crate::household::{SameOffer, offers};

/// The 読取 screen's facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct People {
    pub persons: Vec<Person>,
    /// Facts of the case itself (届出日, 異動日 …).
    pub case: Vec<FactRow>,
    /// What two sources say differently; both are kept until a person decides.
    pub conflicts: Vec<Conflict>,
    /// Who may be the same person as whom, to be said in one key.
    pub same_offers: Vec<SameOffer>,
}

/// One person of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Person {
    /// `applicant`, `household[0]`
    pub id: String,
    /// 届出人, or the member's name
    pub title: String,
    pub same_as: Option<String>,
    pub facts: Vec<FactRow>,
}

/// One value with its mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FactRow {
    pub fact: String,
    pub label: String,
    /// Empty where the answer was わからない.
    pub value: String,
    pub source: SourceMark,
    /// A reading that nobody has confirmed yet.
    pub to_confirm: bool,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum SourceMark {
    Derived,
    Ocr,
    Resident,
    Booking,
    Qr,
    Register,
    Chip,
    Staff,
}

/// 食い違い
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Conflict {
    pub fact: String,
    pub label: String,
    /// The most trusted first.
    pub said: Vec<FactRow>,
}

impl From<Source> for SourceMark {
    fn from(source: Source) -> Self {
        match source {
            Source::Derived => Self::Derived,
            Source::Ocr => Self::Ocr,
            Source::Resident => Self::Resident,
            Source::Booking => Self::Booking,
            Source::Qr => Self::Qr,
            Source::Register => Self::Register,
            Source::Chip => Self::Chip,
            Source::Staff => Self::Staff,
        }
    }
}

pub(crate) fn people(pack: &Pack, persons: &[PersonRef], facts: &Facts) -> People {
    let mut of: BTreeMap<PersonRef, Vec<FactRow>> = BTreeMap::new();
    let mut case = Vec::new();
    for (path, answer) in facts.answers() {
        if answer == Answer::Unasked {
            continue;
        }
        let Some(row) = facts.best(&path).map(|said| row(pack, &path, said)) else { continue };
        match &path {
            FactPath::Person(person, _) => of.entry(PersonRef::Role(person.clone())).or_default().push(row),
            FactPath::Member(index, _) => of.entry(PersonRef::Member(*index)).or_default().push(row),
            FactPath::Case(_) | FactPath::Household => case.push(row),
        }
    }
    let members = (0..facts.members()).map(PersonRef::Member);
    let mut shown: Vec<PersonRef> = persons.to_vec();
    for person in of.keys().cloned().chain(members) {
        if !shown.contains(&person) {
            shown.push(person);
        }
    }
    let title = |person: &PersonRef| match person {
        PersonRef::Role(id) => pack.vocabulary.person(id).unwrap_or(id.as_str()).to_owned(),
        PersonRef::Member(index) => member_name(facts, *index),
    };
    let same =
        |person: &PersonRef| facts.same().find(|(one, _)| *one == person).map(|(_, other)| title(other));
    People {
        persons: shown
            .iter()
            .map(|person| Person {
                id: person.to_string(),
                title: title(person),
                same_as: same(person),
                facts: of.remove(person).unwrap_or_default(),
            })
            .collect(),
        case,
        same_offers: offers(pack, persons, facts),
        conflicts: facts
            .contradictions()
            .iter()
            .map(|conflict| Conflict {
                fact: conflict.path.to_string(),
                label: pack.vocabulary.label(&conflict.path),
                said: conflict.statements.iter().map(|said| row(pack, &conflict.path, said)).collect(),
            })
            .collect(),
    }
}

pub(super) fn row(pack: &Pack, path: &FactPath, said: &Statement) -> FactRow {
    FactRow {
        fact: path.to_string(),
        label: short_label(pack, path),
        value: said.value.as_ref().map(|value| pack.vocabulary.say(path, value)).unwrap_or_default(),
        source: said.source.into(),
        // What OCR read is never put on paper unconfirmed: confirming it is a staff statement of the same value.
        to_confirm: said.source == Source::Ocr,
    }
}

/// 「生年月日」: the person stands above it.
fn short_label(pack: &Pack, path: &FactPath) -> String {
    let built_in = match path.declared() {
        declared @ (madoka_facts::DeclaredPath::Person(..) | madoka_facts::DeclaredPath::EachMember(_)) => {
            declared.attribute().and_then(|attribute| pack.vocabulary.built_in_attribute(attribute)).cloned()
        }
        _ => None,
    };
    built_in.map_or_else(|| pack.vocabulary.label(path), |declaration| declaration.label)
}
