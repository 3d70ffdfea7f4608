//! 統計: rows without personal data on their way up, and what they add up to.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use madoka_casework::{CaseId, FoundBy, LifeEventId, OfficeId, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub const ROWS: &str = "/v1/statistics/rows";
pub const QUERY: &str = "/v1/statistics/query";
pub const CSV: &str = "/v1/statistics/csv";
/// POST [`Query`] without [`Query::by`]: how soon departments answer.
pub const ANSWERS: &str = "/v1/statistics/answers";

pub mod limit {
    /// Rows in one body.
    pub const ROWS: usize = 500;
    pub const BODY: usize = 4 * 1024 * 1024;
    /// Questions answered わからない in one row.
    pub const UNKNOWN: usize = 500;
    /// Procedures or fields of one kind named in one row.
    pub const NAMED: usize = 500;
    /// Days in one query.
    pub const DAYS: i32 = 3_700;
    /// Cells in one answer.
    pub const CELLS: usize = 20_000;
}

/// What a row is called, so that the same case is counted once however often it arrives: a hash of the case's id. When
/// the case is erased nothing leads from the row back to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowId(String);

const LENGTH: usize = 32;

impl RowId {
    pub fn of(case: CaseId) -> Self {
        let digest = Sha256::new()
            .chain_update(b"madoka/statistics/1\n")
            .chain_update(case.as_uuid().as_bytes())
            .finalize();
        let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(hex.filter_map(|digit| char::from_digit(digit.into(), 16)).take(LENGTH).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text is no row's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("統計の行の名前ではありません")]
pub struct RowIdForm;

impl TryFrom<String> for RowId {
    type Error = RowIdForm;

    fn try_from(text: String) -> Result<Self, RowIdForm> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == LENGTH && text.bytes().all(hex) { Ok(Self(text)) } else { Err(RowIdForm) }
    }
}

impl From<RowId> for String {
    fn from(id: RowId) -> Self {
        id.0
    }
}

/// 実績 of one closed case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: RowId,
    /// How many events the case had: of two rows of one case the later one counts.
    pub revision: u64,
    /// The office whose counter this was.
    pub office: OfficeId,
    pub summary: Summary,
}

/// Rows on their way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    pub v: u32,
    pub rows: Vec<Row>,
}

/// Which rows the server has now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsKept {
    pub v: u32,
    pub kept: Vec<RowId>,
}

/// What cells are made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Office,
    LifeEvent,
    Month,
    Day,
    /// 曜日, Monday is 1
    Weekday,
    Hour,
    Outcome,
    /// The version of the pack: whether a change made it better.
    Version,
}

/// What is asked of the statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Both days included.
    pub from: Date,
    pub to: Date,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offices: Vec<OfficeId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub life_events: Vec<LifeEventId>,
    /// At most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<By>,
}

/// What the rows add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Cells with fewer cases than this are not shown: they could point at one person.
    pub least: u32,
    /// Over everything asked for; nothing where it would tell what a cell hides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Figures>,
    pub cells: Vec<Cell>,
}

/// One cell: what it is of, and its figures unless they are hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// One for each of [`Query::by`].
    pub of: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
}

/// Sums over the cases of a cell; rates are for the screen to make.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// 利用件数
    pub cases: u64,
    /// Seconds of work by step, summed.
    pub seconds: BTreeMap<String, u64>,
    pub waiting: u64,
    /// 一度で済んだ件数
    pub one_stop: u64,
    pub procedures: u64,
    pub done: u64,
    pub later: u64,
    pub declined: u64,
    pub other_office: u64,
    pub corrected: u64,
    /// 書かずに済んだ様式
    pub papers: u64,
    pub fields_edited: u64,
    pub signed: u64,
    pub guides: u64,
    pub inquiries: u64,
    pub hand_overs: u64,
    pub from_chip: u64,
    pub from_pictures: u64,
    pub pictures_corrected: u64,
    /// わからない by question, with how many cases said so; questions of too few cases are left out.
    pub unknown: BTreeMap<String, u64>,
    /// 準備: seconds of work before booked families came.
    #[serde(default)]
    pub prepared: u64,
    /// Procedures judged as needed that an officer knew better about, by how many cases; too few are left out.
    #[serde(default)]
    pub corrected_procedures: BTreeMap<String, u64>,
    /// Fields read from pictures that were corrected, by how many cases; too few are left out.
    #[serde(default)]
    pub corrected_fields: BTreeMap<String, u64>,
    /// 案内漏れ by procedure.
    #[serde(default)]
    pub missed: BTreeMap<String, MissedFigures>,
}

/// How often a procedure applied though the rules had not said so. Each is told, for each is a rule to mend; of how many
/// cases only where they are enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedFigures {
    /// 0: fewer than [`Statistics::least`].
    pub cases: u64,
    /// Of them those found only after the family had left.
    pub later: u64,
    /// The facts that had misled the rules, by how many cases (0 as above).
    pub because: BTreeMap<String, u64>,
}

impl Figures {
    /// Counts one more case.
    pub fn count(&mut self, summary: &Summary) {
        self.cases += 1;
        for (step, seconds) in &summary.seconds {
            let name = serde_json::to_value(step).ok();
            let name = name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
            *self.seconds.entry(name.to_owned()).or_default() += seconds;
        }
        self.waiting += summary.waiting;
        self.prepared += summary.prepared;
        self.one_stop += u64::from(summary.one_stop);
        for (into, count) in [
            (&mut self.procedures, summary.procedures),
            (&mut self.done, summary.done),
            (&mut self.later, summary.later),
            (&mut self.declined, summary.declined),
            (&mut self.other_office, summary.other_office),
            (&mut self.corrected, summary.corrected),
            (&mut self.papers, summary.papers),
            (&mut self.fields_edited, summary.fields_edited),
            (&mut self.signed, summary.signed),
            (&mut self.guides, summary.guides),
            (&mut self.inquiries, summary.inquiries),
            (&mut self.hand_overs, summary.hand_overs),
            (&mut self.from_chip, summary.from_chip),
            (&mut self.from_pictures, summary.from_pictures),
            (&mut self.pictures_corrected, summary.pictures_corrected),
        ] {
            *into += u64::from(count);
        }
        for question in &summary.unknown {
            *self.unknown.entry(question.clone()).or_default() += 1;
        }
        for procedure in &summary.corrected_procedures {
            *self.corrected_procedures.entry(procedure.to_string()).or_default() += 1;
        }
        for field in &summary.corrected_fields {
            *self.corrected_fields.entry(field.clone()).or_default() += 1;
        }
        for missed in &summary.missed {
            let into = self.missed.entry(missed.procedure.to_string()).or_default();
            into.cases += 1;
            into.later += u64::from(missed.found == FoundBy::Later);
            for fact in &missed.because {
                *into.because.entry(fact.clone()).or_default() += 1;
            }
        }
    }

    /// As it may be shown: what few cases say would say something of these few.
    #[must_use]
    pub fn shown(mut self, least: u64) -> Self {
        for few in [&mut self.unknown, &mut self.corrected_procedures, &mut self.corrected_fields] {
            few.retain(|_, cases| *cases >= least);
        }
        let enough = |cases: u64| if cases >= least { cases } else { 0 };
        for missed in self.missed.values_mut() {
            (missed.cases, missed.later) = (enough(missed.cases), enough(missed.later));
            for cases in missed.because.values_mut() {
                *cases = enough(*cases);
            }
        }
        self
    }
}

/// How soon departments answered what they were asked in a time. Times of offices, of nobody's case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    pub v: u32,
    pub offices: Vec<AnswerFigures>,
}

/// One department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFigures {
    pub office: OfficeId,
    pub answered: u64,
    /// Minutes from the question's arrival to the first answer: of half of them no more than this …
    pub median: u32,
    /// … and of nine in ten.
    pub ninth: u32,
    pub longest: u32,
    /// After the case was closed.
    pub late: u64,
    /// Of the answered: what applies, and what of it the asking counter may take. Their share is the ワンストップ率.
    pub applies: u64,
    pub here: u64,
    /// Waiting now, and for how many minutes the one that waits longest.
    pub open: u64,
    pub oldest: u32,
}
