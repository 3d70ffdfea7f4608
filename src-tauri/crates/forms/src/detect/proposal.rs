//! What is proposed to the supervisor: a field, how sure we are, and why.

use super::page::Area;

/// How a chosen answer is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Circle,
    Check,
}

/// One printed answer of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// As printed: 「男」.
    pub word: String,
    /// As the facts know it (`male`), where the table knows.
    pub id: Option<String>,
    pub area: Area,
}

/// Where a part of a date goes: one place, or a box for each digit.
#[derive(Debug, Clone, PartialEq)]
pub struct DatePart {
    pub area: Area,
    pub boxes: Vec<Area>,
}

/// The kinds of fields (記入欄) that can be told from a blank paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text,
    Furigana,
    Comb {
        boxes: Vec<Area>,
    },
    Date {
        /// 明・大・昭・平・令 to be circled.
        eras: Vec<Answer>,
        /// An era that is printed already (令和　年　月　日).
        printed: Option<String>,
        /// Blank before 年 wide enough for the era's name too.
        year: DatePart,
        month: DatePart,
        day: DatePart,
    },
    Choice {
        answers: Vec<Answer>,
        mark: Mark,
    },
    Number,
    /// Signed or stamped by hand; never filled.
    Signature {
        seal: bool,
    },
    /// One row for each member of the household.
    Rows {
        rows: usize,
        pitch: f64,
        columns: Vec<Proposal>,
    },
}

impl Kind {
    /// As FORMAT.md calls it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Furigana => "furigana",
            Self::Comb { .. } => "comb",
            Self::Date { .. } => "date",
            Self::Choice { .. } => "choice",
            Self::Number => "number",
            Self::Signature { .. } => "signature",
            Self::Rows { .. } => "rows",
        }
    }
}

/// One proposed field (記入欄).
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Counted from 1.
    pub page: usize,
    pub area: Area,
    pub kind: Kind,
    /// The caption on the paper: 「届出人 氏名」.
    pub label: String,
    /// The fact, if the caption tells: `applicant.name`.
    pub value: Option<String>,
    /// 0 to 1: how plainly the captions say it, not a probability. Counted on 72 papers this was not built on: of the facts
    /// proposed at 0.7 and more 85 % were right, of those below 66 % (see tests/detect).
    pub confidence: f64,
    /// In words, for the supervisor.
    pub why: String,
}
