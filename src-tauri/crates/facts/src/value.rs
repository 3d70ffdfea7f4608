//! Typed values.

use std::collections::BTreeSet;
use std::fmt;

use madoka_text::BirthDate;
use serde::{Deserialize, Serialize};

use crate::{Choice, FactsError, Id};

/// The id of one choice of a fact.
pub type ChoiceId = Id;

/// What a fact can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactKind {
    Bool,
    /// Exactly one.
    Choice(Vec<Choice>),
    /// Any number of them; none is an answer too.
    Choices(Vec<Choice>),
    Number {
        min: i64,
        max: i64,
    },
    /// A day; its parts may be 不詳.
    Date,
    Text,
    /// The list of members.
    Household,
}

impl FactKind {
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(choices) | Self::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// What to enter, for an error message.
    pub fn expected(&self) -> String {
        let names = |choices: &[Choice]| {
            choices.iter().map(|choice| choice.id.as_str()).collect::<Vec<_>>().join("、")
        };
        match self {
            Self::Bool => "true か false".to_owned(),
            Self::Choice(choices) => format!("次のどれか1つ（{}）", names(choices)),
            Self::Choices(choices) if choices.iter().any(|choice| choice.alone) => {
                format!("次のものの一覧（{}）。同時に選べないものがあります", names(choices))
            }
            Self::Choices(choices) => format!("次のものの一覧（{}）", names(choices)),
            Self::Number { min, max } => format!("{min}から{max}までの整数"),
            Self::Date => "日付（2026-04-01）".to_owned(),
            Self::Text => "文字（500文字まで）".to_owned(),
            Self::Household => "世帯員の一覧".to_owned(),
        }
    }

    /// Whether `value` is one of mine.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Bool, Value::Bool(_)) | (Self::Date, Value::Date(_)) => true,
            (Self::Choice(choices), Value::Choice(id)) => choices.iter().any(|choice| choice.id == *id),
            (Self::Choices(choices), Value::Choices(ids)) => {
                let known = |id: &ChoiceId| choices.iter().find(|choice| choice.id == *id);
                ids.iter().all(|id| known(id).is_some_and(|choice| !choice.alone || ids.len() == 1))
            }
            (Self::Number { min, max }, Value::Number(number)) => min <= number && number <= max,
            (Self::Text, Value::Text(text)) => {
                text.chars().count() <= 500 && !text.chars().any(|c| c.is_control() && c != '\n')
            }
            _ => false,
        }
    }
}

/// One value of a fact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Bool(bool),
    Choice(ChoiceId),
    Choices(BTreeSet<ChoiceId>),
    Number(i64),
    Date(DateValue),
    Text(String),
}

/// A day whose parts may be 不詳. ([`BirthDate`] with an order, so that values can be kept in sets.)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateValue(pub BirthDate);

impl PartialOrd for DateValue {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateValue {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |date: &Self| (date.0.earliest(), date.0.latest(), date.0.to_string());
        key(self).cmp(&key(other))
    }
}

impl Value {
    /// From `2026-04-01`, `1943-05-XX`, `1943-XX-XX`, or anything [`BirthDate`] reads.
    pub fn parse_date(text: &str) -> Result<Self, FactsError> {
        let known = text.strip_suffix("-XX").unwrap_or(text);
        let known = known.strip_suffix("-XX").unwrap_or(known);
        known.parse::<BirthDate>().map(|date| Self::Date(DateValue(date))).map_err(|_| FactsError::DateForm)
    }

    pub fn date(day: jiff::civil::Date) -> Result<Self, FactsError> {
        BirthDate::new(day).map(|date| Self::Date(DateValue(date))).map_err(|_| FactsError::DateForm)
    }

    pub const fn as_date(&self) -> Option<BirthDate> {
        match self {
            Self::Date(date) => Some(date.0),
            _ => None,
        }
    }

    /// Whether both may be true of one person: dates with 不詳 parts may still agree.
    pub fn may_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Date(one), Self::Date(other)) => one.0.may_equal(other.0),
            _ => self == other,
        }
    }
}

/// Shows the type, never the value: it may be personal.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "Bool(…)",
            Self::Choice(_) => "Choice(…)",
            Self::Choices(_) => "Choices(…)",
            Self::Number(_) => "Number(…)",
            Self::Date(_) => "Date(…)",
            Self::Text(_) => "Text(…)",
        })
    }
}
