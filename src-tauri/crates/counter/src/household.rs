//! 世帯員: many at once, typed line by line, put down one card after the other, or read from one certificate; and who is
//! the same person as whom.

use madoka_casework::{CaseId, EventKind, Said};
use madoka_facts::{Answer, Attribute, FactPath, Facts, PersonRef, Source, Statement, Value, Vocabulary};
use madoka_rules::Pack;
use madoka_text::PersonName;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use crate::reading_error::ReadingError;
use crate::visit::{Given, Visit, member_name, read_answer};
use crate::{Counter, CounterError};

/// Whose card or certificate it is, when it is somebody's who is not in the list yet.
pub const NEW_MEMBER: &str = "household[+]";

/// One line of the household as typed; what is empty is not said.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MemberGiven {
    pub name: String,
    pub name_kana: String,
    /// 昭和16年2月3日, S16.2.3, 1941/2/3 …
    pub birth_date: String,
    /// `male`, `female`, `other`
    pub sex: String,
    pub relation: String,
}

impl std::fmt::Debug for MemberGiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemberGiven(…)")
    }
}

/// 同じ人: a statement offered in one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SameOffer {
    pub one: String,
    pub other: String,
    /// 「喪主は届出人と同じ方」
    pub words: String,
    /// Name and birth date of both are known and the same.
    pub alike: bool,
}

/// What is said of one person.
pub(crate) type SaidOf = Vec<(Attribute, Statement)>;

impl Counter {
    /// Adds people to the household, all of them or nobody; who is in the list already gets what was said. Answers the
    /// position of the first.
    pub(crate) fn add_members(&mut self, id: CaseId, people: Vec<SaidOf>) -> Result<u16, CounterError> {
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let words = &book.pack().vocabulary;
        let facts = case.facts(words).facts;
        let members = case.members();
        let mut next_member = case.next_member();
        let mut next_position = facts.members();
        let mut first = None;
        let mut events = Vec::new();
        for said in people {
            let (position, member) = if let Some(position) = known_member(&facts, &said) {
                (position, members.member(position).ok_or(CounterError::UnknownFact)?)
            } else {
                events.push(EventKind::MemberAdded { member: next_member });
                let added = (next_position, next_member);
                next_position += 1;
                next_member += 1;
                added
            };
            first.get_or_insert(position);
            let place = |attribute| FactPath::Member(position, attribute);
            for (attribute, statement) in not_overruling(&facts, place, said) {
                events.push(stated(words, FactPath::Member(member, attribute), statement)?);
            }
        }
        let first = first.ok_or(CounterError::UnknownFact)?;
        self.record(id, events)?;
        Ok(first)
    }

    /// One line typed: a new member, or the one at a position. Nothing of it is taken in unless all of it can be.
    pub fn put_member(
        &mut self,
        id: CaseId,
        position: Option<u16>,
        given: &MemberGiven,
    ) -> Result<Visit, CounterError> {
        let book = self.book(&self.cases.get(id)?)?;
        let words = &book.pack().vocabulary;
        let mut said: SaidOf = Vec::new();
        for (attribute, label, text) in [
            ("name", "氏名", &given.name),
            ("name_kana", "フリガナ", &given.name_kana),
            ("birth_date", "生年月日", &given.birth_date),
            ("sex", "性別", &given.sex),
            ("relation", "続柄", &given.relation),
        ] {
            if !text.trim().is_empty() {
                said.push(typed(words, attribute, label, text)?);
            }
        }
        if said.is_empty() {
            return Err(CounterError::AnswerEmpty);
        }
        match position {
            None => {
                self.add_members(id, vec![said])?;
            }
            Some(position) => {
                let case = self.cases.get(id)?;
                let member = case.members().member(position).ok_or(CounterError::UnknownFact)?;
                let facts = case.facts(words).facts;
                // Said again as it stands is nothing new: a line passed through with Enter leaves no trace.
                let news = said.into_iter().filter(|(attribute, statement)| {
                    let path = FactPath::Member(position, attribute.clone());
                    facts.best(&path).is_none_or(|best| best.value != statement.value)
                });
                let events: Result<Vec<EventKind>, CounterError> = news
                    .map(|(attribute, statement)| {
                        stated(words, FactPath::Member(member, attribute), statement)
                    })
                    .collect();
                self.record(id, events?)?;
            }
        }
        self.visit(id)
    }
}

/// What the chip says beats what a picture shows: an officer who confirms that the picture shows something else has not
/// decided between the two. The picture's word is kept, the difference shows, and somebody chooses.
pub(crate) fn not_overruling(facts: &Facts, path: impl Fn(Attribute) -> FactPath, said: SaidOf) -> SaidOf {
    let overrules = |attribute: &Attribute, value: &Option<Value>| {
        facts.best(&path(attribute.clone())).is_some_and(|best| {
            matches!(best.source, Source::Chip | Source::Register)
                && best.value.as_ref().zip(value.as_ref()).is_some_and(|(one, other)| !one.may_equal(other))
        })
    };
    let pictured: SaidOf = said.iter().filter(|(_, one)| one.source == Source::Ocr).cloned().collect();
    let confirms = |attribute: &Attribute, staff: &Statement| {
        staff.source == Source::Staff
            && pictured.iter().any(|(other, shown)| other == attribute && shown.value == staff.value)
    };
    said.into_iter()
        .filter(|(attribute, one)| !(confirms(attribute, one) && overrules(attribute, &one.value)))
        .collect()
}

/// A statement as an event, checked against what the pack admits. The path is one of events.
pub(crate) fn stated(
    words: &Vocabulary,
    path: FactPath,
    statement: Statement,
) -> Result<EventKind, CounterError> {
    let declared = words.require(&path).map_err(|_| CounterError::UnknownFact)?;
    if statement.value.as_ref().is_some_and(|value| !declared.kind.admits(value)) {
        return Err(CounterError::AnswerRange);
    }
    Ok(EventKind::Stated { said: Said::new(path, statement)? })
}

/// What an officer typed into one cell.
fn typed(
    words: &Vocabulary,
    attribute: &str,
    label: &str,
    text: &str,
) -> Result<(Attribute, Statement), CounterError> {
    let value = value_of(words, attribute, text)
        .map_err(|error| ReadingError::Field { field: label.to_owned(), todo: error.todo().to_owned() })?;
    let attribute = attribute.parse().map_err(|_| CounterError::UnknownFact)?;
    Ok((attribute, Statement::known(value, Source::Staff)))
}

/// The value of a person's attribute from text.
pub(crate) fn value_of(words: &Vocabulary, attribute: &str, text: &str) -> Result<Value, CounterError> {
    let path: FactPath = format!("applicant.{attribute}").parse().map_err(|_| CounterError::UnknownFact)?;
    let given = match attribute {
        "sex" => Given::Choice(sex(text).ok_or(CounterError::AnswerRange)?.to_owned()),
        _ => Given::Text(text.to_owned()),
    };
    read_answer(words, &path, &given)?.ok_or(CounterError::AnswerEmpty)
}

fn sex(text: &str) -> Option<&'static str> {
    Some(match text.trim() {
        "male" | "男" | "男性" | "1" => "male",
        "female" | "女" | "女性" | "2" => "female",
        "other" | "その他" => "other",
        _ => return None,
    })
}

/// The member this is about, where one of the same name was born on the same day.
fn known_member(facts: &Facts, said: &SaidOf) -> Option<u16> {
    let of = |attribute: &str| {
        said.iter().find(|(known, _)| known.as_str() == attribute).and_then(|(_, said)| said.value.clone())
    };
    let (name, birth) = (of("name")?, of("birth_date")?);
    (0..facts.members()).find(|position| {
        let same = |attribute: &str, value: &Value| {
            let attribute = attribute.parse::<Attribute>().ok();
            let path = attribute.map(|attribute| FactPath::Member(*position, attribute));
            path.is_some_and(
                |path| matches!(facts.answer(&path), Answer::Known(known) if alike(known, value)),
            )
        };
        same("name", &name) && same("birth_date", &birth)
    })
}

/// Whether two values may name one person: shapes of a character and the space between names do not matter here.
fn alike(one: &Value, other: &Value) -> bool {
    let (Value::Text(one_text), Value::Text(other_text)) = (one, other) else { return one.may_equal(other) };
    let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    match (tight(one_text).parse::<PersonName>(), tight(other_text).parse::<PersonName>()) {
        (Ok(one), Ok(other)) => one.same_characters(&other),
        _ => false,
    }
}

/// Who may be the same person as whom, the surest first: people alike, then roles nobody has been named for.
pub(crate) fn offers(pack: &Pack, persons: &[PersonRef], facts: &Facts) -> Vec<SameOffer> {
    /// As many as there are keys for it.
    const MOST: usize = 6;
    let said = |person: &PersonRef, attribute: &str| {
        let path: Option<FactPath> = format!("{person}.{attribute}").parse().ok();
        path.and_then(|path| match facts.answer(&path) {
            Answer::Known(value) => Some(value.clone()),
            _ => None,
        })
    };
    let title = |person: &PersonRef| match person {
        PersonRef::Role(id) => pack.vocabulary.person(id).unwrap_or(id.as_str()).to_owned(),
        PersonRef::Member(index) => member_name(facts, *index),
    };
    let linked: Vec<(&PersonRef, &PersonRef)> = facts.same().collect();
    let points = |person: &PersonRef| linked.iter().any(|(one, _)| *one == person);
    let root = |person: &PersonRef| {
        let mut at = person.clone();
        // Never a circle; bounded all the same.
        for _ in 0..linked.len() {
            match linked.iter().find(|(one, _)| **one == at) {
                Some((_, other)) => at = (*other).clone(),
                None => break,
            }
        }
        at
    };
    let offer = |one: &PersonRef, other: &PersonRef, alike: bool| SameOffer {
        one: one.to_string(),
        other: other.to_string(),
        words: format!("{}は{}と同じ方", title(one), title(other)),
        alike,
    };
    let members: Vec<PersonRef> = (0..facts.members()).map(PersonRef::Member).collect();
    let everybody: Vec<&PersonRef> = persons.iter().chain(&members).collect();
    let mut offers = Vec::new();
    for (at, other) in everybody.iter().enumerate() {
        for one in everybody.iter().skip(at + 1) {
            let both = |attribute: &str| said(one, attribute).zip(said(other, attribute));
            let same = both("name").is_some_and(|(one, other)| alike(&one, &other))
                && both("birth_date").is_some_and(|(one, other)| one.may_equal(&other));
            if same && !points(one) && root(one) != root(other) {
                offers.push(offer(one, other, true));
            }
        }
    }
    let role = |id: &str| persons.iter().find(|person| person.to_string() == id);
    let named = |person: &PersonRef| said(person, "name").is_some();
    let whom = ["visitor", "applicant"].into_iter().filter_map(role).find(|person| named(person));
    if let Some(other) = whom {
        for one in persons {
            let separate = matches!(one.to_string().as_str(), "deceased" | "agent" | "household");
            // Of one name, but said to be born on another day: a slip, perhaps, to be seen as a contradiction.
            let namesake =
                said(one, "name").zip(said(other, "name")).is_some_and(|(one, other)| alike(&one, &other));
            let offered = offers.iter().any(|offer| offer.one == one.to_string());
            if !separate
                && one != other
                && (!named(one) || namesake)
                && !offered
                && !points(one)
                && root(one) != root(other)
            {
                offers.push(offer(one, other, false));
            }
        }
    }
    offers.truncate(MOST);
    offers
}
