//! 照会・回答: a department is asked whether and how a procedure applies, and whether the corner may take it.
//!
//! An inquiry is an event of its case and travels up with it; a department never gets the case. It gets its queue, and of
//! each case it is asked about the facts its procedures use. Its reply becomes an event of the case on the server.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use madoka_casework::{
    CaseId, EventId, InquiryId, LifeEventId, Money, OfficeId, ProcedureRef, ReplyAnswer, StaffId, Words,
};
use madoka_facts::{FactPath, Statement};
use serde::{Deserialize, Serialize};

/// POST [`Which`].
pub const QUEUE: &str = "/v1/inquiries/queue";
/// GET, with the id between.
pub const SHEET: &str = "/v1/inquiries/{id}/sheet";
/// POST [`NewReply`].
pub const REPLY: &str = "/v1/inquiries/{id}/reply";
/// POST `{}`: 催促, by whoever has the case.
pub const REMIND: &str = "/v1/inquiries/{id}/remind";

/// Which inquiries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Of these the caller works for; all of them where it is empty.
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// Of one case: for the corner that asks.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Answered ones too.
    #[serde(default)]
    pub answered: bool,
}

/// One line of a queue. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: InquiryId,
    pub case: CaseId,
    /// 案件番号, which is read out on the telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    pub life_event: LifeEventId,
    pub office: OfficeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<ProcedureRef>,
    pub sent: Timestamp,
    /// By the server's clock, so that nobody's wrong clock makes a queue look fresh.
    pub waiting_minutes: u32,
    /// When the family comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<DateTime>,
    /// Asked again so many times.
    pub reminded: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<Timestamp>,
    /// The first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// The case was closed before the answer came.
    pub late: bool,
}

/// 照会票: what a department needs to answer, and nothing more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub line: Line,
    pub words: Words,
    /// Ordered by path; わからない is a statement without a value.
    pub facts: Vec<SheetFact>,
    /// What was answered so far, the oldest first.
    pub replies: Vec<GivenReply>,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sheet({}, {} facts)", self.line.id, self.facts.len())
    }
}

/// One fact a department sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFact {
    pub path: FactPath,
    /// As the pack calls it.
    pub label: String,
    /// In words, for a screen without the pack.
    pub said: String,
    pub statement: Statement,
}

/// 回答
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// Given by the terminal, so that a reply sent twice is one.
    pub event: EventId,
    pub answer: ReplyAnswer,
    /// おくやみコーナーで受けてよい
    pub here: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// Another procedure than was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<ProcedureRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Words>,
}

/// A reply as it stands on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenReply {
    pub by: StaffId,
    pub at: Timestamp,
    pub reply: NewReply,
}
