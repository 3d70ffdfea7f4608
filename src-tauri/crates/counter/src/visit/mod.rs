//! What one visit (案件) looks like on the officer's screens: who people are, what to ask, what to do.
//!
//! Everything here is made anew from the pack and the facts of the case, and holds no truth of its own.

mod answer;
mod family;
mod handed;
mod interview;
mod late;
mod mark;
mod minutes;
mod people;
mod procedures;

pub use answer::Given;
pub(crate) use answer::read as read_answer;
pub(crate) use family::family;
pub use family::{FamilyRow, FamilySheet, SheetOther, SheetPerson};
pub use handed::{Handed, HandedPaper, Notice, NoticeState};
pub(crate) use handed::{handed, unfinished};
pub use interview::{AnswerKind, Answered, ChoiceOption, Interview, QuestionCard, QuestionScreen, Topic};
pub(crate) use interview::{answer_kind, interview};
pub use late::LateRow;
pub(crate) use late::late;
pub(crate) use mark::note;
pub use mark::{MarkGiven, Note};
pub(crate) use minutes::minutes;
pub use minutes::{Minutes, VisitStep};
pub(crate) use people::people;
pub use people::{Conflict, FactRow, People, Person, SourceMark};
pub use procedures::{CheckRow, NotNeeded, Place, ProcedureList, ProcedureRow, RowVerdict, Stop, Thing};
pub(crate) use procedures::{at, not_needed, place, procedures};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use madoka_facts::{Answer, FactPath, Facts};
use madoka_rules::pack::Text;

use crate::board::Meet;
use crate::handover::Exchange;
use crate::inquiries::InquiriesView;
use crate::other_visits::OtherVisit;
use crate::view::{CaseRow, Texts};

/// A case as its screens show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Visit {
    pub case: CaseRow,
    /// From how many events it was made. Answers may reach a screen in another order than they were given: one made from
    /// fewer is older.
    pub events: u32,
    /// This terminal has it; otherwise it is only looked at.
    pub mine: bool,
    /// The step an officer last worked in.
    pub step: VisitStep,
    pub people: People,
    pub interview: Interview,
    pub procedures: ProcedureList,
    pub notes: Vec<Note>,
    /// Events of a former owner that wait for a person's decision.
    pub late: Vec<LateRow>,
    pub can_undo: bool,
    pub minutes: Minutes,
    /// 事前連絡: what other offices were told, or can be told.
    pub notices: Vec<Notice>,
    /// 照会: what departments were asked, and what they answered.
    pub inquiries: InquiriesView,
    /// Departments the family must meet, in the order to walk, with the times to call them.
    pub meets: Vec<Meet>,
    /// 支援措置: what the register warns of, whom it concerns.
    pub warnings: Vec<String>,
    /// What was put into the resident's hands.
    pub handed: Handed,
    /// Other cases about the same person, with what they say differently.
    pub others: Vec<OtherVisit>,
    /// お客様情報シート, where 喪主 and 相続人代表者 are persons of the case.
    pub family: Option<FamilySheet>,
    /// What changes hands.
    pub exchange: Option<Exchange>,
    /// What is still open, in words; closing asks about it once.
    pub unfinished: Vec<String>,
    /// What was being typed when the work was interrupted, the latest last.
    pub drafts: Vec<Draft>,
}

/// A half-typed answer, or the note (`memo`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Draft {
    pub fact: String,
    pub text: String,
}

impl std::fmt::Debug for Draft {
    /// What is typed is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({}, …)", self.fact)
    }
}

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
