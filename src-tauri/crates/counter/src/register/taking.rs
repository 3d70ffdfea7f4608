//! What the register said becomes facts of the case, with source 台帳.

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, EventKind, Words};
use madoka_facts::{Answer, Attribute, FactPath, Facts, PersonRef, Source, Statement, Value};
use madoka_register::Query;
use madoka_sync::wire::register::{Brief, Found, Look, Looked};
use madoka_text::{BirthDate, PersonName};

use super::{Ask, Fetched, FetchedShown, RegisterFound, RegisterTaken, ResidentRow};
use crate::household::{SaidOf, stated};
use crate::visit::member_name;
use crate::{Counter, CounterError, Judged, office_time};

/// What a warning of 支援措置 begins with; screens know it by this.
pub(crate) const PROTECTED: &str = "支援措置";

impl Counter {
    /// A list for the screen; who is in the case already is named.
    pub fn register_found(&self, id: CaseId, found: &Found) -> Result<RegisterFound, CounterError> {
        let judged = self.judged(id)?;
        Ok(shown(&judged, found))
    }

    /// What one key fetched: taken in, or put before the officer to choose.
    pub fn take_fetched(
        &mut self,
        id: CaseId,
        ask: &Ask,
        fetched: Fetched,
    ) -> Result<FetchedShown, CounterError> {
        Ok(match fetched {
            Fetched::Nobody => FetchedShown::Nobody,
            Fetched::Choose(found) => FetchedShown::Choose { found: self.register_found(id, &found)? },
            Fetched::Looked(looked) => {
                let taken = self.take_resident(id, &ask.person, *looked)?;
                FetchedShown::Taken { taken: Box::new(taken) }
            }
        })
    }

    /// One resident whom an officer chose from a list.
    pub fn take_looked(&mut self, look: &Look, looked: Looked) -> Result<RegisterTaken, CounterError> {
        let madoka_sync::wire::register::Purpose::Case(id) = look.purpose else {
            return Err(CounterError::UnknownCase);
        };
        self.take_resident(id, &look.person, looked)
    }

    /// All of it, or nothing. What stands on record as the register's word already is not said again.
    fn take_resident(
        &mut self,
        id: CaseId,
        person: &PersonRef,
        looked: Looked,
    ) -> Result<RegisterTaken, CounterError> {
        let Looked { resident, facts: said, withheld, household, imported } = looked;
        let before = self.judged(id)?;
        let protected = resident.protected || household.iter().any(|other| other.protected);
        let is_new = matches!(person, PersonRef::Member(at) if *at >= before.facts.members());
        let mut new_facts = 0;
        let person = if is_new {
            let said: SaidOf = said.into_iter().filter_map(of_member).collect();
            new_facts = said.len();
            let at = self.add_members(id, vec![said])?;
            PersonRef::Member(at)
        } else {
            let members = before.case.members();
            let words = &before.book.pack().vocabulary;
            let mut events = Vec::new();
            for (path, statement) in said {
                if is_on_record(&before.case, &before.facts, &path, &statement) {
                    continue;
                }
                // A fact the case's own edition has no place for is left out, as the server does for its newest.
                let Some(path) = members.path_of_events(&path) else { continue };
                if let Ok(event) = stated(words, path, statement) {
                    events.push(event);
                }
            }
            new_facts += events.len();
            self.record(id, events)?;
            person.clone()
        };
        if protected {
            self.warn_protected(id, &before)?;
        }
        let after = self.judged(id)?;
        Ok(RegisterTaken {
            resident: row(&after, &resident),
            person: person.to_string(),
            new_facts: u32::try_from(new_facts).unwrap_or(u32::MAX),
            household: household.iter().map(|other| row(&after, other)).collect(),
            withheld,
            imported: day(imported),
            visit: self.visit(id)?,
        })
    }

    /// Once in a case, as a note: it stays with the case at whichever terminal it is opened.
    fn warn_protected(&mut self, id: CaseId, judged: &Judged) -> Result<(), CounterError> {
        if judged.case.notes().any(|(words, _)| words.as_str().starts_with(PROTECTED)) {
            return Ok(());
        }
        let words = Words::parse(&format!(
            "{PROTECTED}の対象の方です（台帳）。住所を声に出さず、画面と紙をほかの人に見せないでください。案内書や証明を渡す前に、本人確認をもう一度してください。"
        ))?;
        self.record(id, [EventKind::Noted { words }]).map(|_| ())
    }
}

/// Of a resident added as a member: what is said of a person, not of the case.
fn of_member((path, statement): (FactPath, Statement)) -> Option<(Attribute, Statement)> {
    match path {
        FactPath::Member(_, attribute) => Some((attribute, statement)),
        _ => None,
    }
}

fn is_on_record(case: &Case, facts: &Facts, path: &FactPath, statement: &Statement) -> bool {
    let Some(of_events) = case.members().path_of_events(path) else { return false };
    let latest = case
        .stated()
        .filter(|(known, said, _)| **known == of_events && said.source == Source::Register)
        .last();
    latest.is_some_and(|(_, said, _)| said.value == statement.value) && facts.best(path).is_some()
}

fn shown(judged: &Judged, found: &Found) -> RegisterFound {
    RegisterFound {
        rows: found.residents.iter().map(|brief| row(judged, brief)).collect(),
        more: found.more,
        imported: day(found.imported),
    }
}

fn row(judged: &Judged, brief: &Brief) -> ResidentRow {
    let born = Query::parse(&brief.birth_date).ok().and_then(|query| query.birth_date);
    ResidentRow {
        number: brief.number.as_str().to_owned(),
        name: brief.name.clone(),
        name_kana: brief.name_kana.clone(),
        birth_date: born.map_or_else(|| brief.birth_date.clone(), BirthDate::in_words),
        address: brief.address.clone(),
        protected: brief.protected,
        doubtful: brief.doubtful,
        in_case: in_case(judged, brief, born),
    }
}

/// Who of the case has this name and was born on this day.
fn in_case(judged: &Judged, brief: &Brief, born: Option<madoka_text::BirthDate>) -> Option<String> {
    let facts = &judged.facts;
    let roles = judged.book.event().map(|event| event.persons.as_slice()).unwrap_or_default();
    let roles = roles.iter().filter(|role| role.as_str() != "household").cloned().map(PersonRef::Role);
    let members = (0..facts.members()).map(PersonRef::Member);
    let is_this = |person: &PersonRef| {
        let of = |attribute: &str| {
            let path: Option<FactPath> = format!("{person}.{attribute}").parse().ok();
            path.and_then(|path| match facts.answer(&path) {
                Answer::Known(value) => Some(value.clone()),
                _ => None,
            })
        };
        let name = match of("name") {
            Some(Value::Text(name)) => same_name(&name, &brief.name),
            _ => false,
        };
        let day = of("birth_date").as_ref().and_then(Value::as_date);
        name && day.zip(born).is_some_and(|(one, other)| one.may_equal(other))
    };
    members.chain(roles).find(is_this).map(|person| match &person {
        PersonRef::Role(id) => judged.book.pack().vocabulary.person(id).unwrap_or(id.as_str()).to_owned(),
        PersonRef::Member(at) => member_name(facts, *at),
    })
}

fn same_name(one: &str, other: &str) -> bool {
    let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    match (tight(one).parse::<PersonName>(), tight(other).parse::<PersonName>()) {
        (Ok(one), Ok(other)) => one.same_characters(&other),
        _ => false,
    }
}

/// 「11月20日」
fn day(at: Timestamp) -> String {
    let day = office_time::day(at);
    format!("{}月{}日", day.month(), day.day())
}
