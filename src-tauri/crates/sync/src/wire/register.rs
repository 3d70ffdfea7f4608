//! 宛名・資格: looking residents up in the city's extract, and replacing it.
//!
//! Everything that could name a resident travels in bodies, never in a path: paths end in logs.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use madoka_casework::{CaseId, StaffId, TerminalId, Words};
use madoka_facts::{FactPath, Id, PersonRef, Statement};
use madoka_register::{Changed, Mapping, Query, Resident, ResidentNumber};
use serde::{Deserialize, Serialize};

use super::bookings::BookingId;

/// POST [`Search`].
pub const SEARCH: &str = "/v1/register/search";
/// POST [`Look`].
pub const LOOK: &str = "/v1/register/look";
/// GET [`Status`].
pub const STATUS: &str = "/v1/register/status";
/// GET and PUT the mapping (TOML).
pub const MAPPING: &str = "/v1/register/mapping";
/// POST the CSV; `?try=1` only says what would change.
pub const IMPORT: &str = "/v1/register/import";
/// POST [`UsesOf`]: for auditors.
pub const USES: &str = "/v1/register/uses";
/// GET, with the number of the import: who was added, changed, gone; for auditors.
pub const CHANGES: &str = "/v1/register/imports/{n}/changes";

pub mod limit {
    pub const CSV: usize = 128 * 1024 * 1024;
    pub const MAPPING: usize = 1024 * 1024;
    /// Uses in one answer.
    pub const USES: u32 = 500;
}

/// For what somebody looks: without it nothing is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Purpose {
    Case(CaseId),
    Booking(BookingId),
    /// 案件になる前の問い合わせなど
    Reason(Words),
}

/// 検索
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    pub purpose: Purpose,
    pub query: Query,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub residents: Vec<Brief>,
    /// There are more; search again with more words.
    pub more: bool,
    /// When the extract was imported: it is as old as this.
    pub imported: Timestamp,
}

/// A resident in a list, to be told apart from others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub number: ResidentNumber,
    pub name: String,
    pub name_kana: String,
    /// 1941-02-03, or with 不詳 parts in words.
    pub birth_date: String,
    pub address: String,
    /// 支援措置: no address is told.
    pub protected: bool,
    /// Found only by characters that names mix up (斎・斉) or by a missing glyph.
    pub doubtful: bool,
}

impl Brief {
    pub fn of(mapping: &Mapping, resident: &Resident, doubtful: bool) -> Self {
        Self {
            number: resident.number.clone(),
            name: resident.shown(mapping, "name").to_owned(),
            name_kana: resident.shown(mapping, "name_kana").to_owned(),
            birth_date: resident.birth_date(mapping).map(|date| date.to_string()).unwrap_or_default(),
            address: resident.shown(mapping, "address").to_owned(),
            protected: resident.protected,
            doubtful,
        }
    }
}

impl fmt::Debug for Brief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Brief(…)")
    }
}

/// 開く: one resident, as a person of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub purpose: Purpose,
    pub number: ResidentNumber,
    /// Who of the case the resident is.
    pub person: PersonRef,
}

/// What the extract says, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    pub resident: Brief,
    pub facts: Vec<(FactPath, Statement)>,
    /// 区分 there is something of that the caller may not see.
    pub withheld: Vec<String>,
    /// Everyone else of the household.
    pub household: Vec<Brief>,
    pub imported: Timestamp,
}

/// 抽出の状態
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub has_mapping: bool,
    /// The newest first.
    pub imports: Vec<Imported>,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub n: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    pub rows: u64,
    pub added: u64,
    pub altered: u64,
    pub gone: u64,
    /// Headings that were not kept.
    pub ignored: Vec<String>,
    /// Facts no pack of the city has a place for.
    pub unknown_facts: Vec<String>,
}

/// Who looked, for auditors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsesOf {
    pub from: Date,
    pub to: Date,
    #[serde(default)]
    pub staff: Option<StaffId>,
    /// Only uses in which this resident was found or opened.
    #[serde(default)]
    pub resident: Option<ResidentNumber>,
    /// After this entry.
    #[serde(default)]
    pub after: u64,
}

/// One use of the register. The words are personal: they are shown to auditors only, and that showing is audited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    pub n: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    pub terminal: TerminalId,
    pub purpose: Purpose,
    pub what: Used,
    /// What it was hashed to in the audit, so that both are seen to belong together.
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Used {
    Searched {
        query: Query,
        found: Vec<ResidentNumber>,
    },
    Opened {
        number: ResidentNumber,
        person: PersonRef,
        kinds: Vec<Id>,
    },
    /// 保存期間が過ぎ、言葉は消えている
    Erased,
}

/// One line of what an import changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedResident {
    pub number: ResidentNumber,
    pub how: Changed,
}
