//! 予約の聞き取り: what a pack wants to be asked on the telephone, in `bookings/*.toml`.
//!
//! Each ask is for one fact of the pack's vocabulary, so an answer given here is never asked again at the counter. A branch
//! follows one answer; where that is わからない, the branch is not asked.

use madoka_facts::{Answer, FactPath, Facts, PersonRef, Value};
use madoka_rules::PackFiles;
use serde::Deserialize;

/// Why a file of asks was left out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AsksError {
    #[error("文字コードがUTF-8でありません")]
    NotText,
    #[error("書き方が正しくありません: {0}")]
    Form(#[from] toml::de::Error),
    #[error("「{0}」は事実の名前ではありません")]
    Fact(String),
    #[error("「{0}」という人はいません")]
    Person(String),
}

/// What is asked for one life event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingAsks {
    pub event: String,
    pub(crate) sections: Vec<Section>,
    pub(crate) same: Vec<SameAs>,
}

/// Asks of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) asks: Vec<Ask>,
}

/// One ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) fact: FactPath,
    /// As it is said on the telephone; the counter's own question where nothing is written.
    pub(crate) words: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) after: Option<After>,
}

/// Only after one of these answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    fact: FactPath,
    is: Vec<String>,
}

/// Who is whom, once something was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SameAs {
    pub(crate) one: PersonRef,
    pub(crate) other: PersonRef,
    pub(crate) after: Option<After>,
}

impl After {
    /// Whether the answer has been given. Not while it is open, and not after わからない.
    pub(crate) fn holds(&self, facts: &Facts) -> bool {
        let Answer::Known(value) = facts.answer(&self.fact) else { return false };
        let one_of = |text: &str| self.is.iter().any(|wanted| wanted == text);
        match value {
            Value::Bool(yes) => one_of(if *yes { "true" } else { "false" }),
            Value::Choice(id) => one_of(id.as_str()),
            Value::Choices(ids) => ids.iter().any(|id| one_of(id.as_str())),
            Value::Number(number) => one_of(&number.to_string()),
            Value::Date(_) | Value::Text(_) => true,
        }
    }
}

impl BookingAsks {
    /// What is to be asked now, a section at a time; sections with nothing to ask are left out.
    pub(crate) fn now<'a>(
        &'a self,
        facts: &'a Facts,
    ) -> impl Iterator<Item = (&'a str, impl Iterator<Item = &'a Ask>)> {
        self.sections.iter().map(move |section| {
            let asks =
                section.asks.iter().filter(|ask| ask.after.as_ref().is_none_or(|after| after.holds(facts)));
            (section.title.as_str(), asks)
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    event: String,
    section: Vec<SectionFile>,
    #[serde(default)]
    same: Vec<SameFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    title: String,
    ask: Vec<AskFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskFile {
    fact: String,
    ask: Option<String>,
    help: Option<String>,
    after: Option<AfterFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AfterFile {
    fact: String,
    is: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SameFile {
    one: String,
    other: String,
    after: Option<AfterFile>,
}

/// Every file of asks of a pack; one that cannot be read is left out and named.
pub fn booking_asks(files: &PackFiles) -> Vec<BookingAsks> {
    let mut all = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("bookings/")) {
        match read(bytes) {
            Ok(asks) => all.push(asks),
            Err(error) => tracing::warn!(file = path.as_str(), %error, "booking asks left out"),
        }
    }
    all
}

/// Reads one file.
pub(crate) fn read(bytes: &[u8]) -> Result<BookingAsks, AsksError> {
    let text = std::str::from_utf8(bytes).map_err(|_| AsksError::NotText)?;
    let file: File = toml::from_str(text)?;
    let sections = file.section.into_iter().map(|section| {
        let asks = section.ask.into_iter().map(|ask| {
            Ok(Ask {
                fact: fact(&ask.fact)?,
                words: ask.ask,
                help: ask.help,
                after: ask.after.map(after).transpose()?,
            })
        });
        Ok(Section { title: section.title, asks: asks.collect::<Result<_, AsksError>>()? })
    });
    let same = file.same.into_iter().map(|same| {
        Ok(SameAs {
            one: person(&same.one)?,
            other: person(&same.other)?,
            after: same.after.map(after).transpose()?,
        })
    });
    Ok(BookingAsks {
        event: file.event,
        sections: sections.collect::<Result<_, AsksError>>()?,
        same: same.collect::<Result<_, AsksError>>()?,
    })
}

fn fact(text: &str) -> Result<FactPath, AsksError> {
    text.parse().map_err(|_| AsksError::Fact(text.to_owned()))
}

fn person(text: &str) -> Result<PersonRef, AsksError> {
    text.parse().map_err(|_| AsksError::Person(text.to_owned()))
}

fn after(file: AfterFile) -> Result<After, AsksError> {
    Ok(After { fact: fact(&file.fact)?, is: file.is })
}
