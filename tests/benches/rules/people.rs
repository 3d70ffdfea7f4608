//! Made-up people: the same ones in every run.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use madoka_facts::{CaseFacts, DeclaredPath, FactKind, Facts, Source, Value};
use madoka_rules::Pack;
use serde_json::{Map, Value as Json, json};

use crate::decisions::{Decisions, Record, day_number, key};

const VISIT: &str = "case.visit_date";

/// Chance without surprise (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn day(&mut self, path: &str, on: Date) -> Date {
        let days = i64::try_from(self.below(40_000)).expect("small");
        // Days of birth over a century, everything else within two months.
        let born = path.contains("birth_date") && !path.starts_with("case.");
        if born { date(1925, 1, 1) + (days * 9 / 10).days() } else { on - (days % 60).days() }
    }

    /// An answer to a question, as a fact file has it.
    fn answer(&mut self, path: &str, kind: &FactKind, on: Date) -> Json {
        match kind {
            FactKind::Bool => Json::from(self.below(3) == 0),
            FactKind::Choice(choices) => {
                let count = u64::try_from(choices.len()).expect("small");
                let at = usize::try_from(self.below(count)).expect("small");
                Json::from(choices[at].id.as_str())
            }
            FactKind::Choices(choices) => {
                let picked: Vec<Json> = choices
                    .iter()
                    .filter(|choice| self.below(4) == 0 && !choice.alone)
                    .map(|choice| Json::from(choice.id.as_str()))
                    .collect();
                Json::from(picked)
            }
            FactKind::Number { min, max } => {
                let span = u64::try_from((max - min).min(100)).expect("max is not under min");
                Json::from(min + i64::try_from(self.below(span + 1)).expect("small"))
            }
            FactKind::Date => Json::from(self.day(path, on).to_string()),
            FactKind::Text | FactKind::Household => Json::from("みなと"),
        }
    }
}

pub(crate) struct Person {
    /// Everything answered that decides something, and what deadlines and things to bring rest on.
    pub(crate) facts: Facts,
    /// The first half answered, as in the middle of an interview.
    pub(crate) half: Facts,
    /// For the other engines.
    pub(crate) record: Record,
}

/// Somebody of whom everything is known that the decisions read.
pub(crate) fn person(pack: &Pack, decisions: &Decisions, on: Date, chance: &mut Chance) -> Person {
    let (mut record, mut answers, mut days) = (Record::new(), Vec::new(), HashMap::new());
    for fact in &decisions.facts {
        let name = fact.path.to_string();
        let given = match decisions.skipped(fact, &record) {
            Some(value) => as_json(value),
            None if name == VISIT => Json::from(on.to_string()),
            None => chance.answer(&name, &fact.kind, on),
        };
        let mut plain = given.clone();
        if fact.kind == FactKind::Date {
            let day: Date = given.as_str().and_then(|day| day.parse().ok()).expect("a day");
            plain = Json::from(day_number(day));
            days.insert(fact.path.clone(), day);
            decisions.complete(&mut record, &days);
        }
        record.insert(key(&fact.path), plain);
        answers.push((name, given));
    }
    // Deadlines count from days that need not decide anything.
    for anchor in pack.anchors.iter().filter(|anchor| !anchor.fact.is_each_member()) {
        let name = anchor.fact.to_string();
        let derived = pack.vocabulary.declaration(&anchor.fact).is_none_or(|known| known.derived);
        if !days.contains_key(&anchor.fact) && !derived {
            answers.push((name.clone(), chance.answer(&name, &FactKind::Date, on)));
        }
    }
    // Nobody asks for the day of the visit.
    answers.retain(|(name, _)| name != VISIT);
    let asked: HashMap<String, usize> =
        pack.questions.iter().enumerate().map(|(at, question)| (question.fact.to_string(), at)).collect();
    answers.sort_by_key(|(name, _)| asked.get(name).copied().unwrap_or(0));
    let half = answers.len() / 2;
    Person {
        half: facts(pack, &answers[..half].iter().cloned().collect()),
        facts: facts(pack, &answers.into_iter().collect()),
        record,
    }
}

/// A case of the event with so many in the household, everything about them answered.
pub(crate) fn household(pack: &Pack, event: &str, members: usize, on: Date, chance: &mut Chance) -> Facts {
    let mut answers = Map::new();
    let mut everyone = vec![Map::new(); members];
    let asked = |question: &&madoka_rules::pack::Question| {
        question.events.iter().any(|known| known.as_str() == event) && question.effective.period.contains(on)
    };
    for question in pack.questions.iter().filter(asked) {
        let Some(declaration) = pack.vocabulary.declaration(&question.fact) else { continue };
        match &question.fact {
            DeclaredPath::Household => {}
            DeclaredPath::EachMember(attribute) => {
                let name = format!("household.{attribute}");
                for member in &mut everyone {
                    member.insert(attribute.to_string(), chance.answer(&name, &declaration.kind, on));
                }
            }
            path => {
                let name = path.to_string();
                let answer = chance.answer(&name, &declaration.kind, on);
                answers.insert(name, answer);
            }
        }
    }
    answers.insert("household".to_owned(), everyone.into_iter().collect());
    facts(pack, &answers)
}

fn facts(pack: &Pack, answers: &Map<String, Json>) -> Facts {
    CaseFacts::from_value(&json!({ "facts": answers }), &pack.vocabulary, Source::Resident)
        .unwrap_or_else(|problems| panic!("{problems:?}"))
        .facts
}

fn as_json(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => Json::from(*yes),
        Value::Choice(id) => Json::from(id.as_str()),
        Value::Choices(ids) => ids.iter().map(madoka_facts::Id::as_str).collect(),
        Value::Number(number) => Json::from(*number),
        Value::Date(day) => Json::from(day.0.earliest().to_string()),
        Value::Text(text) => Json::from(text.as_str()),
    }
}
