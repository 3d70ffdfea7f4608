//! Edits as a screen sends them.

use jiff::civil::Date;
use madoka_rules::Condition;
use madoka_rules::edit::{Edit, Entry, Plain, Section};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::{Clause, Drafting};
use crate::CounterError;

/// Which entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct EntryRef {
    pub section: String,
    pub id: String,
    pub nth: u32,
}

impl From<&Entry> for EntryRef {
    fn from(entry: &Entry) -> Self {
        Self { section: entry.section.word().to_owned(), id: entry.id.clone(), nth: entry.nth }
    }
}

impl TryFrom<&EntryRef> for Entry {
    type Error = CounterError;

    fn try_from(given: &EntryRef) -> Result<Self, CounterError> {
        let section = Section::from_word(&given.section).ok_or(CounterError::UnknownFact)?;
        Ok(Self { section, id: given.id.clone(), nth: given.nth })
    }
}

/// A value for a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "value")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ValueGiven {
    Text(String),
    Number(i64),
    Flag(bool),
    Day(String),
    List(Vec<String>),
    /// Built by choosing.
    Clause(Clause),
    /// Takes the value away.
    Nothing,
}

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum EditGiven {
    Write {
        field: String,
        language: Option<String>,
        value: ValueGiven,
    },
    AddChoice {
        id: String,
        label: String,
    },
    WriteChoice {
        id: String,
        language: String,
        text: String,
    },
    RemoveChoice {
        id: String,
    },
    /// 確認事項 of this procedure or office.
    AddCheck {
        name: String,
    },
    Copy {
        id: String,
        name: String,
    },
    Remove,
    Source {
        source: String,
    },
}

impl EditGiven {
    pub(super) fn of(&self, given: &EntryRef, draft: &Drafting) -> Result<Edit, CounterError> {
        let entry = Entry::try_from(given)?;
        Ok(match self {
            Self::AddCheck { name } => draft.new_check(given, name),
            Self::Write { field, language, value } => {
                Edit::Write { entry, field: field.clone(), language: language.clone(), value: plain(value)? }
            }
            Self::AddChoice { id, label } => {
                Edit::AddChoice { fact: entry, id: id.clone(), label: label.clone() }
            }
            Self::WriteChoice { id, language, text } => Edit::WriteChoice {
                fact: entry,
                id: id.clone(),
                language: language.clone(),
                text: text.clone(),
            },
            Self::RemoveChoice { id } => Edit::RemoveChoice { fact: entry, id: id.clone() },
            Self::Copy { id, name } => Edit::Copy { entry, id: id.clone(), name: name.clone() },
            Self::Remove => Edit::Remove { entry },
            Self::Source { source } => Edit::Source { entry, source: source.clone() },
        })
    }
}

fn plain(value: &ValueGiven) -> Result<Option<Plain>, CounterError> {
    Ok(Some(match value {
        ValueGiven::Nothing => return Ok(None),
        ValueGiven::Text(text) => Plain::Text(text.clone()),
        ValueGiven::Number(number) => Plain::Number(*number),
        ValueGiven::Flag(yes) => Plain::Flag(*yes),
        ValueGiven::Day(day) => Plain::Day(day.parse::<Date>().map_err(|_| CounterError::AnswerDate)?),
        ValueGiven::List(ids) => Plain::List(ids.clone()),
        ValueGiven::Clause(clause) => Plain::Text(Condition::try_from(clause)?.to_string()),
    }))
}

/// Languages of a pack, Japanese first, and what they are called.
pub(super) fn languages(pack: &madoka_rules::Pack) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = pack
        .languages
        .iter()
        .map(|id| (id.clone(), madoka_rules::edit::language_name(id).to_owned()))
        .collect();
    all.sort_by_key(|(id, _)| id != "ja");
    all
}
