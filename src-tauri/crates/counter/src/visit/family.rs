//! お客様情報シート: everybody a bereavement concerns, side by side, each with what the forms need of them.

use madoka_casework::LifeEventId;
use madoka_facts::{FactPath, Facts, PersonRef};
use madoka_rules::Pack;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{QuestionCard, answer_kind};
use crate::view::Texts;
use crate::visit::SourceMark;

/// The sheet of a case whose life event knows 喪主 and 相続人代表者.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FamilySheet {
    pub persons: Vec<SheetPerson>,
}

/// One person of the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SheetPerson {
    pub id: String,
    pub title: String,
    /// Whose words count for this person too.
    pub same_as: Option<String>,
    /// Whom this person may be.
    pub may_be: Vec<SheetOther>,
    pub rows: Vec<FamilyRow>,
    /// 口座; empty for whom nothing is paid to.
    pub account: Vec<FamilyRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SheetOther {
    pub id: String,
    pub title: String,
}

/// One line of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FamilyRow {
    pub question: QuestionCard,
    pub label: String,
    /// Empty while nobody said it.
    pub said: String,
    pub unknown: bool,
    pub source: Option<SourceMark>,
}

const SELF: [&str; 5] = ["name", "name_kana", "birth_date", "postal_code", "address"];
const REACHED: [&str; 2] = ["relation", "phone"];
const ACCOUNT: [&str; 5] = ["bank.name", "bank.branch", "bank.kind", "bank.number", "bank.holder"];
/// To whom something is paid.
const PAID: [&str; 2] = ["mourner", "heir"];

pub(crate) fn family(pack: &Pack, life_event: &LifeEventId, facts: &Facts) -> Option<FamilySheet> {
    let event = pack.events.iter().find(|event| event.id.as_str() == life_event.as_str())?;
    let persons: Vec<&str> =
        event.persons.iter().map(madoka_facts::Id::as_str).filter(|person| *person != "household").collect();
    if !PAID.iter().all(|person| persons.contains(person)) {
        return None;
    }
    let title = |person: &str| {
        person
            .parse()
            .ok()
            .and_then(|id| pack.vocabulary.person(&id).map(str::to_owned))
            .unwrap_or_else(|| person.to_owned())
    };
    let sheet = |person: &&str| {
        let person = *person;
        let own: PersonRef = person.parse().ok()?;
        let deceased = person == "deceased";
        let same_as = facts.same().find(|(one, _)| **one == own).map(|(_, other)| other.to_string());
        let attributes = SELF.iter().chain(if deceased { &[][..] } else { &REACHED[..] });
        let rows = attributes.filter_map(|attribute| row(pack, facts, person, attribute)).collect();
        let account = if PAID.contains(&person) {
            ACCOUNT.iter().filter_map(|attribute| row(pack, facts, person, attribute)).collect()
        } else {
            Vec::new()
        };
        let others = persons.iter().filter(|other| {
            // Nobody is the person who died, and who another is already cannot be chosen back.
            let circle = facts.same().any(|(one, to)| one.to_string() == **other && *to == own);
            **other != person && **other != "deceased" && !deceased && !circle
        });
        Some(SheetPerson {
            id: person.to_owned(),
            title: title(person),
            same_as,
            may_be: others.map(|other| SheetOther { id: (*other).to_owned(), title: title(other) }).collect(),
            rows,
            account,
        })
    };
    Some(FamilySheet { persons: persons.iter().filter_map(sheet).collect() })
}

fn row(pack: &Pack, facts: &Facts, person: &str, attribute: &str) -> Option<FamilyRow> {
    let path: FactPath = format!("{person}.{attribute}").parse().ok()?;
    let answer = answer_kind(pack, &path.declared())?;
    let label = pack.vocabulary.built_in_attribute(&attribute.parse().ok()?)?.label.clone();
    let said = facts.best(&path);
    let whole = pack.vocabulary.label(&path);
    Some(FamilyRow {
        question: QuestionCard {
            fact: path.to_string(),
            ask: Texts { ja: whole.clone(), easy: whole.clone(), en: whole },
            help: None,
            answer,
            about: None,
            delicate: false,
            resolve: None,
        },
        label,
        unknown: said.is_some_and(|said| said.value.is_none()),
        source: said.map(|said| said.source.into()),
        said: said.map_or_else(String::new, |said| {
            said.value
                .as_ref()
                .map_or_else(|| "わからない".to_owned(), |value| pack.vocabulary.say(&path, value))
        }),
    })
}
