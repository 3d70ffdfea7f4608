//! One row of the extract.

use std::fmt;

use madoka_facts::Value;
use madoka_text::to_half_width;
use serde::{Deserialize, Serialize};

/// 宛名番号 (also 世帯番号): letters and digits, leading zeros kept. It is personal: no `Debug`, no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResidentNumber(String);

impl ResidentNumber {
    /// In half width; at most 20 letters, digits and hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let text = to_half_width(text.trim());
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (!text.is_empty() && text.len() <= 20 && text.chars().all(plain)).then_some(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ResidentNumber {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("宛名番号は英数字とハイフンで20文字までです。")
    }
}

impl From<ResidentNumber> for String {
    fn from(number: ResidentNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for ResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentNumber(…)")
    }
}

/// A resident as the extract describes them. `v` speaks in places of the [`Mapping`](crate::Mapping) it was read by.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resident {
    #[serde(rename = "n")]
    pub number: ResidentNumber,
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub household: Option<ResidentNumber>,
    /// 支援措置
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    #[serde(rename = "v")]
    pub(crate) values: Vec<(u16, Said)>,
}

/// A value in short, as it is kept a hundred thousand times.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Said {
    Bool(bool),
    Number(i64),
    Text(String),
    /// A day, a choice or choices: `["d","1941-02-03"]`, `["c","kokuho"]`, `["s","body","mental"]`.
    Tagged(Vec<String>),
}

impl From<&Value> for Said {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(yes) => Self::Bool(*yes),
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Date(date) => Self::Tagged(vec!["d".into(), date.0.to_string()]),
            Value::Choice(id) => Self::Tagged(vec!["c".into(), id.to_string()]),
            Value::Choices(ids) => Self::Tagged(
                std::iter::once("s".to_owned()).chain(ids.iter().map(ToString::to_string)).collect(),
            ),
        }
    }
}

impl Said {
    pub(crate) fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Bool(yes) => Value::Bool(*yes),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Tagged(parts) => match parts.as_slice() {
                [tag, date] if tag == "d" => Value::Date(madoka_facts::DateValue(date.parse().ok()?)),
                [tag, id] if tag == "c" => Value::Choice(id.parse().ok()?),
                [tag, ids @ ..] if tag == "s" => {
                    Value::Choices(ids.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?)
                }
                _ => return None,
            },
        })
    }
}

impl Resident {
    pub(crate) fn said(&self, key: usize) -> Option<&Said> {
        self.values.iter().find(|(at, _)| usize::from(*at) == key).map(|(_, said)| said)
    }

    pub(crate) fn value(&self, key: usize) -> Option<Value> {
        self.said(key)?.value()
    }

    pub(crate) fn text(&self, key: Option<usize>) -> &str {
        match key.and_then(|key| self.said(key)) {
            Some(Said::Text(text)) => text,
            _ => "",
        }
    }
}

impl fmt::Debug for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resident(…)")
    }
}
