//! What one visit (案件) looks like on the officer's screens: who people are, what to ask, what to do.
//!
//! Everything here is made anew from the pack and the facts of the case, and holds no truth of its own.

mod answer;
mod interview;
mod people;
mod procedures;

pub use answer::Given;
pub(crate) use answer::read as read_answer;
pub(crate) use interview::interview;
pub use interview::{AnswerKind, Answered, Interview, Option_, QuestionCard, QuestionScreen};
pub(crate) use people::people;
pub use people::{Conflict, FactRow, People, Person, SourceMark};
pub use procedures::{Place, ProcedureList, ProcedureRow, RowVerdict, Stop, Thing};
pub(crate) use procedures::{WRITES, place, procedures};

use jiff::civil::Date;
use madoka_facts::{Answer, FactPath, Facts};
use madoka_rules::pack::Text;

use crate::view::Texts;

/// A text of the pack for the screen.
pub(crate) fn texts(text: &Text) -> Texts {
    Texts { ja: text.ja.clone(), easy: text.in_language("easy").into(), en: text.in_language("en").into() }
}

/// How a member of the household is called: by name once that is known, by number (from 1) until then.
pub(crate) fn member_name(facts: &Facts, index: u16) -> String {
    let number = u32::from(index) + 1;
    let path = "name".parse().map(|attribute| FactPath::Member(index, attribute));
    match path.as_ref().map(|path| facts.answer(path)) {
        Ok(Answer::Known(madoka_facts::Value::Text(name))) => name.clone(),
        _ => format!("世帯員{number}"),
    }
}

/// 「2026年11月4日（水）」
pub(crate) fn long_date(day: Date) -> String {
    let weekday = match day.weekday() {
        jiff::civil::Weekday::Monday => '月',
        jiff::civil::Weekday::Tuesday => '火',
        jiff::civil::Weekday::Wednesday => '水',
        jiff::civil::Weekday::Thursday => '木',
        jiff::civil::Weekday::Friday => '金',
        jiff::civil::Weekday::Saturday => '土',
        jiff::civil::Weekday::Sunday => '日',
    };
    format!("{}年{}月{}日（{weekday}）", day.year(), day.month(), day.day())
}
