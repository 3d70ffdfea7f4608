//! The opened document: from text to facts.

use std::fmt;

use jiff::civil::Date;
use madoka_facts::{
    CaseFacts, FactPath, Facts, FactsError, Household, Id, JsonProblem, PersonRef, Source, Statement, Value,
};
use madoka_rules::Pack;
use madoka_text::{MyNumber, Personal, is_hyphen, to_half_width};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::key::KeyId;
use crate::QrError;

/// A pre-entry that was opened and is still valid. Its answers are read with the city's pack by [`PreEntry::take_in`].
#[derive(Clone)]
pub struct PreEntry {
    set: u32,
    key: KeyId,
    written: Written,
}

#[derive(Clone, Deserialize)]
struct Written {
    pack: String,
    pack_version: u64,
    made: Date,
    until: Date,
    #[serde(default)]
    lang: String,
    event: String,
    facts: Map<String, Json>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    same: Map<String, Json>,
}

/// What a pre-entry says, in the words of this counter's pack.
#[derive(Debug, Clone)]
pub struct TakenIn {
    pub event: Id,
    /// Every statement with [`Source::Qr`].
    pub facts: Facts,
    /// What could not be taken over, to be asked at the counter.
    pub left_out: Vec<LeftOut>,
    /// The page asked with another version of the pack; what still fits was taken over.
    pub other_version: Option<u64>,
}

impl TakenIn {
    /// The statements one by one, for the events of a case. Members stand in `facts`, see [`Facts::members`].
    pub fn statements(&self) -> Vec<(FactPath, Statement)> {
        let mut statements = Vec::new();
        self.facts.for_each(|path, _| {
            statements.extend(self.facts.best(path).map(|statement| (path.clone(), statement.clone())));
        });
        statements
    }
}

/// One item that was left out. Never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// As the page wrote it, cut to 80 characters.
    pub path: String,
    pub why: WhyLeftOut,
}

/// Why an item was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhyLeftOut {
    #[error(transparent)]
    NotOurs(JsonProblem),
    #[error("個人番号らしい数字があるため、取り込みませんでした。要るときは窓口で確認してください。")]
    MyNumber,
    #[error("窓口で決まる項目です。")]
    Counter,
    #[error("項目が多すぎます。")]
    TooMany,
}

/// More answers, and more people, than a page ever writes.
const MOST_FACTS: usize = 2000;
const MOST_MEMBERS: usize = 40;

impl PreEntry {
    pub(super) fn read(text: &str, set: u32, key: KeyId, today: Date) -> Result<Self, QrError> {
        // The parser's own words could repeat what a person wrote.
        let written: Written =
            serde_json::from_str(text).map_err(|_| QrError::Document("項目が足りません"))?;
        if written.until < today {
            return Err(QrError::Expired { until: written.until });
        }
        Ok(Self { set, key, written })
    }

    /// The nine digits that name the set of codes.
    pub const fn set_number(&self) -> u32 {
        self.set
    }

    /// Which of the city's keys opened it.
    pub const fn key(&self) -> KeyId {
        self.key
    }

    pub fn pack(&self) -> (&str, u64) {
        (&self.written.pack, self.written.pack_version)
    }

    /// The day the resident's own clock showed.
    pub const fn made(&self) -> Date {
        self.written.made
    }

    pub const fn until(&self) -> Date {
        self.written.until
    }

    /// `ja`, `easy`, `en`: what the resident read, for the guide sheet.
    pub fn language(&self) -> &str {
        &self.written.lang
    }

    pub fn event(&self) -> &str {
        &self.written.event
    }

    /// The answers as facts of this pack. An answer that does not fit is left out and named; the others stay.
    pub fn take_in(&self, pack: &Pack) -> Result<TakenIn, QrError> {
        let written = &self.written;
        if written.pack != pack.id.as_str() {
            let found = shown(&written.pack);
            return Err(QrError::OtherPack { found, expected: pack.id.to_string() });
        }
        let event = pack.events.iter().find(|event| event.id.as_str() == written.event);
        let event = event.ok_or_else(|| QrError::UnknownEvent(shown(&written.event)))?;
        let mut taking = Taking { pack, facts: Facts::default(), left_out: Vec::new(), taken: 0 };
        match written.facts.get("household") {
            Some(Json::Array(members)) => taking.household(members),
            Some(_) => taking.leave("household", WhyLeftOut::NotOurs(shape())),
            None => {}
        }
        for (path, value) in written.facts.iter().filter(|(path, _)| *path != "household") {
            taking.fact(path, value);
        }
        for path in &written.unknown {
            taking.unknown(path);
        }
        for (one, other) in &written.same {
            taking.same(one, other);
        }
        Ok(TakenIn {
            event: event.id.clone(),
            facts: taking.facts,
            left_out: taking.left_out,
            other_version: (written.pack_version != pack.version).then_some(written.pack_version),
        })
    }

    /// The facts as the document has them, for an export or a test. Personal.
    pub fn facts_json(&self) -> Personal<Json> {
        let written = &self.written;
        Personal::new(json!({ "event": written.event, "facts": written.facts, "unknown": written.unknown }))
    }
}

impl fmt::Debug for PreEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreEntry(set {:09}, {} facts)", self.set, self.written.facts.len())
    }
}

struct Taking<'a> {
    pack: &'a Pack,
    facts: Facts,
    left_out: Vec<LeftOut>,
    taken: usize,
}

impl Taking<'_> {
    fn leave(&mut self, path: &str, why: WhyLeftOut) {
        if self.left_out.len() < MOST_FACTS {
            self.left_out.push(LeftOut { path: shown(path), why });
        }
    }

    fn household(&mut self, members: &[Json]) {
        self.facts.set_household(Household::Complete);
        for (index, member) in members.iter().enumerate() {
            let path = format!("household[{index}]");
            if index >= MOST_MEMBERS {
                self.leave(&path, WhyLeftOut::TooMany);
                // Who is there is not known any more.
                self.facts.set_household(Household::Unknown);
                return;
            }
            if let Err(error) = self.facts.add_member() {
                return self.leave(&path, WhyLeftOut::NotOurs(error.into()));
            }
            // A member of the wrong shape is still somebody; the numbers of the others must not move.
            match member {
                Json::Object(attributes) => {
                    attributes.iter().for_each(|(name, value)| self.fact(&format!("{path}.{name}"), value));
                }
                _ => self.leave(&path, WhyLeftOut::NotOurs(shape())),
            }
        }
    }

    /// States one fact, or leaves it out: the pack may have changed since the page was made, and a page may lie.
    fn fact(&mut self, path: &str, value: &Json) {
        self.taken += 1;
        let stated = if self.taken > MOST_FACTS {
            Err(WhyLeftOut::TooMany)
        } else {
            self.typed(path, value)
                .and_then(|(path, value)| self.state(path, Statement::known(value, Source::Qr)))
        };
        if let Err(why) = stated {
            self.leave(path, why);
        }
    }

    fn unknown(&mut self, path: &str) {
        self.taken += 1;
        let stated = if self.taken > MOST_FACTS {
            Err(WhyLeftOut::TooMany)
        } else {
            path.parse::<FactPath>()
                .map_err(not_ours)
                .and_then(|path| self.state(path, Statement::unknown(Source::Qr)))
        };
        if let Err(why) = stated {
            self.leave(path, why);
        }
    }

    fn state(&mut self, path: FactPath, statement: Statement) -> Result<(), WhyLeftOut> {
        if matches!(&path, FactPath::Case(attribute) if attribute.as_str() == "visit_date") {
            return Err(WhyLeftOut::Counter);
        }
        self.facts.state(&self.pack.vocabulary, path, statement).map_err(not_ours)
    }

    /// The value in the type its fact has, by the facts' own reader, one fact at a time.
    fn typed(&self, path: &str, value: &Json) -> Result<(FactPath, Value), WhyLeftOut> {
        let path: FactPath = path.parse().map_err(not_ours)?;
        let (document, asked) = match &path {
            FactPath::Member(_, attribute) => {
                let mut member = Map::new();
                member.insert(attribute.to_string(), value.clone());
                (json!({ "facts": { "household": [member] } }), FactPath::Member(0, attribute.clone()))
            }
            FactPath::Household => return Err(WhyLeftOut::NotOurs(shape())),
            _ => {
                let mut facts = Map::new();
                facts.insert(path.to_string(), value.clone());
                (json!({ "facts": facts }), path.clone())
            }
        };
        let read = CaseFacts::from_value(&document, &self.pack.vocabulary, Source::Qr)
            .map_err(|problems| WhyLeftOut::NotOurs(problems.into_iter().next().unwrap_or_else(shape)))?;
        let value = read.facts.best(&asked).and_then(|statement| statement.value.clone());
        let value = value.ok_or_else(|| WhyLeftOut::NotOurs(shape()))?;
        match &value {
            Value::Text(text) if holds_my_number(text) => Err(WhyLeftOut::MyNumber),
            _ => Ok((path, value)),
        }
    }

    fn same(&mut self, one: &str, other: &Json) {
        let said = other.as_str().ok_or_else(|| FactsError::UnknownPerson(shown(one))).and_then(|other| {
            let (one, other) = (one.parse::<PersonRef>()?, other.parse::<PersonRef>()?);
            self.facts.same_person(&self.pack.vocabulary, one, other)
        });
        if let Err(error) = said {
            self.leave(one, not_ours(error));
        }
    }
}

fn not_ours(error: FactsError) -> WhyLeftOut {
    WhyLeftOut::NotOurs(error.into())
}

fn shape() -> JsonProblem {
    JsonProblem::Shape("形が違います。".to_owned())
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Twelve digits in a row (however grouped or wide) that pass the check digit of a 個人番号: the law lets no pre-entry
/// carry one, so nobody's slip may.
pub(crate) fn holds_my_number(text: &str) -> bool {
    let mut row = String::new();
    let wide = to_half_width(text);
    for c in wide.chars().chain(['。']) {
        if c.is_ascii_digit() {
            row.push(c);
        } else if !(c.is_whitespace() || is_hyphen(c)) {
            if row.len() == 12 && row.parse::<MyNumber>().is_ok() {
                return true;
            }
            row.clear();
        }
    }
    false
}
