//! An answer as a screen sends it, read into the type its fact has.

use madoka_facts::{FactKind, FactPath, Id, Value, Vocabulary};
use madoka_text::{BirthDate, Phone, PostalCode};
use serde::Deserialize;
#[cfg(test)]
use ts_rs::TS;

use crate::CounterError;

/// What the officer (or the resident) gave as an answer.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "value")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Given {
    Yes,
    No,
    Choice(String),
    Choices(Vec<String>),
    Number(i64),
    /// A date, a name, a phone number …, as written.
    Text(String),
    /// わからない
    Unknown,
}

impl std::fmt::Debug for Given {
    /// Answers are personal: not even by mistake into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(…)")
    }
}

/// The value of an answer; `None` for わからない.
pub(crate) fn read(
    words: &Vocabulary,
    path: &FactPath,
    given: &Given,
) -> Result<Option<Value>, CounterError> {
    let declaration = words.require(path).map_err(|_| CounterError::UnknownFact)?;
    let value = match (&declaration.kind, given) {
        (_, Given::Unknown) => return Ok(None),
        (FactKind::Bool, Given::Yes) => Value::Bool(true),
        (FactKind::Bool, Given::No) => Value::Bool(false),
        (FactKind::Choice(_), Given::Choice(id)) => Value::Choice(choice(id)?),
        (FactKind::Choices(_), Given::Choices(ids)) => {
            Value::Choices(ids.iter().map(|id| choice(id)).collect::<Result<_, _>>()?)
        }
        (FactKind::Number { .. }, Given::Number(number)) => Value::Number(*number),
        (FactKind::Date, Given::Text(text)) => date(text)?,
        (FactKind::Text, Given::Text(text)) => Value::Text(tidy(path, text)?),
        _ => return Err(CounterError::AnswerKind),
    };
    if declaration.kind.admits(&value) { Ok(Some(value)) } else { Err(CounterError::AnswerRange) }
}

fn choice(id: &str) -> Result<Id, CounterError> {
    id.parse().map_err(|_| CounterError::AnswerRange)
}

/// Dates are typed as people write them: 昭和16年2月3日, S16.2.3, 1941/2/3, 昭和16年2月（日は不詳）.
fn date(text: &str) -> Result<Value, CounterError> {
    let date: BirthDate = text.trim().parse().map_err(|_| CounterError::AnswerDate)?;
    Ok(Value::Date(madoka_facts::DateValue(date)))
}

/// Phone and postal numbers are read as numbers, so that paper gets them in one form; everything else stays as written,
/// glyph by glyph, without the space around it.
fn tidy(path: &FactPath, text: &str) -> Result<String, CounterError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CounterError::AnswerEmpty);
    }
    let declared = path.declared();
    match declared.attribute().map(madoka_facts::Attribute::as_str) {
        Some("phone") => text
            .parse::<Phone>()
            .map(|phone| phone.hyphenated().to_owned())
            .map_err(|_| CounterError::AnswerPhone),
        Some("postal_code") => text
            .parse::<PostalCode>()
            .map(|code| code.hyphenated())
            .map_err(|_| CounterError::AnswerPostalCode),
        _ => Ok(text.to_owned()),
    }
}
