//! 台帳を引く: what the city's register says of the people of a case, beside what their card and they themselves say.
//!
//! Every look is asked of the server with what it is for, and the server writes down who looked for whom; nothing is
//! kept here but the facts taken into the case, with source 台帳. Where they differ from the chip or an earlier answer,
//! both are kept and an officer chooses ([`Counter::settle`]). In practice the sample register answers, in memory.
//!
//! Asking takes its time and may fail, so it is three steps and the counter is free in between:
//!
//! ```text
//! Counter::register_search ──▶ Books::search ──▶ Counter::register_found
//! Counter::register_fetch  ──▶ Books::fetch  ──▶ Counter::take_fetched
//! ```

mod books;
mod sample;
mod shown;
mod taking;

use madoka_casework::CaseId;
use madoka_facts::{Answer, FactPath, Facts, PersonRef, Value};
use madoka_register::{Query, QueryError, ResidentNumber};
use madoka_sync::wire::register::{Look, Purpose, Search};
use madoka_text::Personal;

pub use books::{Books, Fetched};
pub use shown::{FetchedShown, RegisterFound, RegisterTaken, ResidentRow};
pub(crate) use taking::PROTECTED;

use crate::{Counter, CounterError};

/// Why the register was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("氏名か生年月日が、まだ分かりません。カードを読むか、言葉を入れて探してください。")]
    NobodyKnown,
    #[error("台帳にその方がいません。もう一度探してください。")]
    Unknown,
    #[error("練習の台帳を読めません。まどかを入れ直してください。")]
    NoSample,
}

impl RegisterError {
    /// The server's own are REG-01 and on.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Query(_) => "REG-20",
            Self::NobodyKnown => "REG-21",
            Self::Unknown => "REG-22",
            Self::NoSample => "REG-23",
        }
    }
}

/// Whom to fetch, as whom: the likeliest way of finding one person first.
#[derive(Debug, Clone)]
pub struct Ask {
    pub(crate) searches: Vec<Search>,
    pub(crate) person: PersonRef,
}

impl Counter {
    /// Where to ask for a case of this counter: the city's server, or the sample register in practice.
    pub fn books(&self, link: Option<std::sync::Arc<crate::office::Link>>) -> Result<Books, CounterError> {
        if self.practice {
            let pack = self.city.pack.clone().ok_or(CounterError::NoPack)?;
            return Ok(Books::Sample { pack, now: self.clock.now() });
        }
        link.map(Books::City).ok_or(CounterError::NotEnrolled)
    }

    /// One line as an officer types it: 「髙橋 S16.2.3」「シオザキ 港町」「1000012」.
    pub fn register_search(&self, purpose: Purpose, line: &Personal<String>) -> Result<Search, CounterError> {
        let query = Query::parse(line.expose()).map_err(RegisterError::from)?;
        Ok(Search { purpose, query: query.checked().map_err(RegisterError::from)? })
    }

    /// 台帳を引く for a person of the case whose name and birth date a card or an answer told.
    pub fn register_fetch(&self, id: CaseId, person: &str) -> Result<Ask, CounterError> {
        let person: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
        let facts = self.judged(id)?.facts;
        let searches: Vec<Search> = queries(&facts, &person)
            .into_iter()
            .filter_map(|query| query.checked().ok())
            .map(|query| Search { purpose: Purpose::Case(id), query })
            .collect();
        if searches.is_empty() {
            return Err(RegisterError::NobodyKnown.into());
        }
        Ok(Ask { searches, person })
    }

    /// Opens one resident of a list, as this person of the case; `household[+]` is somebody who is not in it yet.
    pub fn register_look(&self, id: CaseId, number: &str, person: &str) -> Result<Look, CounterError> {
        let number = ResidentNumber::parse(number).ok_or(RegisterError::Unknown)?;
        let person = if person == crate::household::NEW_MEMBER {
            PersonRef::Member(self.judged(id)?.facts.members())
        } else {
            person.parse().map_err(|_| CounterError::UnknownFact)?
        };
        Ok(Look { purpose: Purpose::Case(id), number, person })
    }
}

/// Ways to find a person, the surest first: somebody who moved is found by name and birth date, somebody who changed
/// their name by birth date and address.
fn queries(facts: &Facts, person: &PersonRef) -> Vec<Query> {
    let of = |attribute: &str| {
        let path: Option<FactPath> = format!("{person}.{attribute}").parse().ok();
        path.and_then(|path| match facts.answer(&path) {
            Answer::Known(value) => Some(value.clone()),
            _ => None,
        })
    };
    let text = |attribute: &str| match of(attribute) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text),
        _ => None,
    };
    let birth_date = of("birth_date").as_ref().and_then(Value::as_date);
    let name = text("name");
    let by_name = Query { name: name.clone(), birth_date, ..Query::default() };
    let by_kana = Query { kana: text("name_kana"), birth_date, ..Query::default() };
    let by_place = Query { address: text("address"), birth_date, ..Query::default() };
    let mut ways = Vec::new();
    if name.is_some() {
        ways.push(by_name);
    }
    if birth_date.is_some() {
        ways.extend(
            [by_kana, by_place].into_iter().filter(|way| way.kana.is_some() || way.address.is_some()),
        );
    }
    ways
}
