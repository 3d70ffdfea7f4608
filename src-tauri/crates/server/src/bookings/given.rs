//! What was said on the telephone, looked at before it is kept.

use madoka_casework::{Said, Words};
use madoka_facts::{Answer, CaseFacts, JsonProblem, Source, Statement};
use madoka_rules::Pack;
use madoka_sync::wire::bookings::{Given, limit};
use madoka_text::{PersonName, Phone};

use super::BookingError;

/// How much was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Answered {
    pub(super) answered: u32,
    pub(super) unknown: u32,
}

/// Whether it can be kept: names and numbers that can be read, answers the pack has a place for, and no 個人番号 anywhere.
/// A city without a released pack can take bookings, but no answers.
pub(super) fn check(given: &Given, pack: Option<&Pack>, walk_in: bool) -> Result<Answered, BookingError> {
    let name: PersonName = given.name.parse().map_err(|_| BookingError::Name)?;
    if name.as_str().chars().count() > limit::NAME {
        return Err(BookingError::Name);
    }
    Words::parse(&given.name)?;
    if !(walk_in && given.phone.trim().is_empty()) {
        given.phone.parse::<Phone>().map_err(|_| BookingError::Phone)?;
    }
    answers(given, pack)
}

fn answers(given: &Given, pack: Option<&Pack>) -> Result<Answered, BookingError> {
    let wrong = |what: &str| BookingError::Answers(what.to_owned());
    if given.answers.is_null() {
        return Ok(Answered::default());
    }
    if given.answers.to_string().len() > limit::ANSWERS {
        return Err(wrong("長すぎます。"));
    }
    let pack = pack.ok_or_else(|| wrong("手続パックがまだ公開されていません。"))?;
    let read =
        CaseFacts::from_value(&given.answers, &pack.vocabulary, Source::Booking).map_err(|problems| {
            // Names of facts, and what they may hold; never what was said.
            let first = problems.first().map(JsonProblem::to_string).unwrap_or_default();
            BookingError::Answers(first.chars().take(300).collect())
        })?;
    let mut counted = Answered::default();
    for (path, answer) in read.facts.answers() {
        match answer {
            Answer::Known(value) => {
                Said::new(path, Statement::known(value.clone(), Source::Booking))?;
                counted.answered += 1;
            }
            Answer::Unknown => counted.unknown += 1,
            Answer::Unasked => {}
        }
    }
    Ok(counted)
}
