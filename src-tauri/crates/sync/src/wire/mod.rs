//! The messages. Everything here is bounded, versioned, and says no more than it must.
//!
//! A body is JSON, or lines of JSON where events travel ([`lines`]); both sides may compress ([`gzip`]).

pub mod bookings;
pub mod drafts;
pub mod gzip;
pub mod inquiries;
pub mod lines;
pub mod packs;
pub mod people;
pub mod program;
pub mod register;
pub mod roster;
pub mod statistics;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use madoka_casework::{CaseId, EventId, OfficeId, TerminalId};
use serde::{Deserialize, Serialize};

/// The version of this conversation. A server answers those it knows; a terminal that is too new or too old is told so.
pub const VERSION: u32 = 1;

/// Where each message goes.
pub mod path {
    pub const HELLO: &str = "/v1/hello";
    pub const EVENTS: &str = "/v1/events";
    pub const CHANGES: &str = "/v1/changes";
    pub const ENROL: &str = "/v1/enrol";
    pub const RENEW: &str = "/v1/renew";
    pub const SIGN_IN: &str = "/v1/sign-in";
    pub const SIGN_OUT: &str = "/v1/sign-out";
    /// Who is signed in here.
    pub const ME: &str = "/v1/me";
    pub const PASSWORD: &str = "/v1/me/password";
}

/// Bounds that both sides keep.
pub mod limit {
    /// Events in one body, either way.
    pub const EVENTS: usize = 2_000;
    /// Bytes of events in one body, inflated. One event more is allowed where it is the only one.
    pub const BYTES: usize = 2 * 1024 * 1024;
    /// No body of events is longer than this when inflated.
    pub const BODY: usize = BYTES + madoka_casework::MOST_BYTES;
    /// No answer is longer than this unless its use says otherwise.
    pub const ANSWER: usize = 8 * 1024 * 1024;
    /// How long the server holds a question for news, in seconds.
    pub const HOLD: u32 = 25;
    /// A cursor's length.
    pub const CURSOR: usize = 100;
}

/// Why the server did not do what was asked: the body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, for whoever telephones: `SRV-04`.
    pub code: String,
    /// What happened, for an officer.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fix: String,
}

impl Problem {
    pub fn new(code: impl Into<String>, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), fix: fix.into() }
    }
}

/// What the server has news of. The number of a topic rises with every change; what changed is asked for by its own use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// 手続パック
    Packs,
    /// 照会・回答
    Inquiries,
    /// 予約
    Bookings,
    /// 台帳
    Register,
    /// 職員・端末
    People,
}

impl Topic {
    pub const ALL: [Self; 5] = [Self::Packs, Self::Inquiries, Self::Bookings, Self::Register, Self::People];

    /// As it is written in a question and in the server's tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Packs => "packs",
            Self::Inquiries => "inquiries",
            Self::Bookings => "bookings",
            Self::Register => "register",
            Self::People => "people",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// The number of each topic. A topic this program does not know is left out, so that an older terminal works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, u64>", into = "BTreeMap<String, u64>")]
pub struct Topics(pub BTreeMap<Topic, u64>);

impl From<BTreeMap<String, u64>> for Topics {
    fn from(named: BTreeMap<String, u64>) -> Self {
        Self(named.into_iter().filter_map(|(name, n)| Some((Topic::by_name(&name)?, n))).collect())
    }
}

impl From<Topics> for BTreeMap<String, u64> {
    fn from(topics: Topics) -> Self {
        topics.0.into_iter().map(|(topic, n)| (topic.name().to_owned(), n)).collect()
    }
}

impl fmt::Display for Topics {
    /// `packs.3,bookings.17`: as a question carries it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (topic, n)) in self.0.iter().enumerate() {
            write!(f, "{}{}.{n}", if at == 0 { "" } else { "," }, topic.name())?;
        }
        Ok(())
    }
}

impl Topics {
    /// Reads what [`Display`](fmt::Display) writes; what is not understood counts as not known.
    pub fn parse(text: &str) -> Self {
        let known = text.split(',').take(64).filter_map(|one| {
            let (name, n) = one.split_once('.')?;
            Some((Topic::by_name(name)?, n.parse().ok()?))
        });
        Self(known.collect())
    }

    /// Topics whose number is another one than here before.
    pub fn changed_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = (Topic, u64)> + 'a {
        self.0.iter().filter(|(topic, n)| before.0.get(*topic) != Some(*n)).map(|(topic, n)| (*topic, *n))
    }
}

/// How far a terminal has read. Only the server knows what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(String);

impl Cursor {
    /// From the beginning.
    pub const START: &'static str = "0";

    pub fn start() -> Self {
        Self(Self::START.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorForm;

    fn try_from(text: String) -> Result<Self, CursorForm> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
        if !text.is_empty() && text.len() <= limit::CURSOR && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(CursorForm)
        }
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

/// A text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("同期の位置として読めません")]
pub struct CursorForm;

/// 端末の様子: what a terminal says of itself when it comes, and about once a minute while it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`] of whoever speaks.
    pub v: u32,
    /// The program's version.
    pub program: String,
    /// The terminal's clock as the message left. Shown, never trusted.
    pub now: Timestamp,
    /// How many events wait here to be sent.
    pub waiting: u64,
    /// How many the server would not take.
    #[serde(default)]
    pub held_back: u64,
    /// The database's free space is so small that work may stop.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disk_low: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What the server answers to [`Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    pub v: u32,
    /// The server's clock as the answer left.
    pub now: Timestamp,
    /// Another one than before: the server was restored from a backup, and may lack what it once acknowledged.
    pub epoch: String,
    pub city: String,
    pub terminal: TerminalId,
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// Whether the cases of the city come to this terminal (窓口), or only what its department is asked (関係課).
    pub whole_cases: bool,
    pub topics: Topics,
    /// 保存期間: cases closed or taken back so many days ago go from terminals too. 0, and a server that does not say:
    /// they stay.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub case_days: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// 受け取り: what became of the events of one body, each of them named once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub v: u32,
    /// Durable on the server, now or before.
    pub accepted: Vec<EventId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedEvent>,
}

/// An event the server will not take as things are. The terminal keeps it and says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedEvent {
    /// Which line of the body, from 0.
    pub line: u32,
    pub problem: Problem,
}

/// The first line of an answer to [`path::CHANGES`]; the events follow, a line each, in the server's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageHead {
    pub v: u32,
    /// Where to go on once these are kept.
    pub cursor: Cursor,
    pub epoch: String,
    /// How many lines follow.
    pub events: u32,
    /// How many more there are behind this page, as far as the server has counted.
    pub left: u64,
    pub topics: Topics,
}

/// 端末の様子, as the server last heard it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub terminal: TerminalId,
    /// By the server's clock.
    pub seen: Timestamp,
    pub program: String,
    /// The terminal's clock minus the server's.
    pub skew_seconds: i64,
    pub waiting: u64,
    pub held_back: u64,
    pub disk_low: bool,
}

/// The open cases of one terminal, for whoever decides about a lost one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCases {
    pub terminal: TerminalId,
    pub cases: Vec<OpenCase>,
}

/// One of them. No name of a resident: the number on the paper finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCase {
    pub case: CaseId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    pub ticket: String,
    pub life_event: String,
    pub staff: String,
    pub since: Timestamp,
}

/// 担当を外す: an administrator frees what a lost terminal has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeCases {
    /// Why; it stands in each case.
    pub reason: String,
    /// All of them when empty.
    #[serde(default)]
    pub cases: Vec<CaseId>,
}

/// Which were freed, and which were not any more its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreedCases {
    pub freed: Vec<CaseId>,
    pub left: Vec<CaseId>,
}

/// 登録票: the small file that makes a terminal one of the city's; it works once and for a short time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    pub v: u32,
    /// `https://10.1.2.3:8443`
    pub server: String,
    /// The city's own CA, PEM. The terminal trusts no other.
    pub ca: String,
    /// One-time.
    pub code: String,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation({})", self.server)
    }
}

/// Asks to be enrolled, or (without a code, under the old certificate) for a certificate that lasts longer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    pub v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// PKCS#10, PEM: the key never leaves the terminal.
    pub csr: String,
    pub program: String,
}

impl fmt::Debug for Enrol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrol(…)")
    }
}

/// One of the city's terminals from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    pub v: u32,
    /// PEM.
    pub certificate: String,
    pub ca: String,
    pub city: String,
    pub terminal: TerminalId,
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// Its number among the city's terminals, never given twice: the middle of a 案件番号.
    pub number: u16,
    /// What the city signs packs with.
    pub pack_key: packs::CityKey,
    pub not_after: Timestamp,
}
