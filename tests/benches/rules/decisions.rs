//! The pack's conditions in words every engine knows: comparisons of plain values, and, or, not.
//!
//! Whatever only Madoka can do is done for the others before anything is measured, to their advantage: ages, moved
//! dates and the values of questions skipped by their gates stand in their records as plain values, and dates are
//! numbers. Conditions about a list of household members are left out.

use std::collections::{BTreeMap, HashMap};

use jiff::Span;
use jiff::civil::Date;
use madoka_facts::{DeclaredPath, FactKind, Id, Value};
use madoka_rules::pack::Scope;
use madoka_rules::{Basis, Compare, Condition, DateSide, Literal, Offset, Pack, Test, Unit, age};
use serde_json::{Map, Value as Json, json};

/// One person's facts, by key.
pub(crate) type Record = Map<String, Json>;

#[derive(Debug, Clone)]
pub(crate) enum Flat {
    Const(bool),
    All(Vec<Flat>),
    Any(Vec<Flat>),
    Not(Box<Flat>),
    /// A condition of its own, used by several.
    Shared(String),
    Is(String, Json),
    In(String, Vec<Json>),
    Contains(String, Json),
    Compare(String, Compare, i64),
    CompareKeys(String, Compare, String),
}

/// What stands in a record beside the facts themselves.
#[derive(Debug, Clone)]
enum Computed {
    Age(DeclaredPath, DeclaredPath, Basis),
    Moved(DeclaredPath, Offset),
}

/// A fact that decides something.
pub(crate) struct Fact {
    pub(crate) path: DeclaredPath,
    pub(crate) kind: FactKind,
    /// Only asked if this holds; what it is otherwise.
    gate: Option<(Flat, Option<Value>)>,
}

#[derive(Default)]
pub(crate) struct Decisions {
    /// Gates before what they gate.
    pub(crate) facts: Vec<Fact>,
    computed: BTreeMap<String, Computed>,
    /// Each after those it uses.
    pub(crate) shared: Vec<(String, Flat)>,
    /// In the pack's order.
    pub(crate) procedures: Vec<Flat>,
    seen: HashMap<String, bool>,
}

impl Decisions {
    /// Of the first `wanted` procedures that can be said so; the pack keeps only those.
    pub(crate) fn of(pack: &mut Pack, wanted: usize) -> Self {
        let mut decisions = Self::default();
        let whole = pack.clone();
        pack.procedures.retain(|procedure| {
            let room = decisions.procedures.len() < wanted && procedure.scope == Scope::Case;
            let flat = room.then(|| decisions.lower(&whole, &procedure.when)).flatten();
            let kept = flat.is_some();
            decisions.procedures.extend(flat);
            kept
        });
        decisions
    }

    fn lower(&mut self, pack: &Pack, condition: &Condition) -> Option<Flat> {
        Some(match condition {
            Condition::Always => Flat::Const(true),
            Condition::Never => Flat::Const(false),
            Condition::All(branches) => {
                Flat::All(branches.iter().map(|branch| self.lower(pack, branch)).collect::<Option<_>>()?)
            }
            Condition::Any(branches) => {
                Flat::Any(branches.iter().map(|branch| self.lower(pack, branch)).collect::<Option<_>>()?)
            }
            Condition::Not(inner) => Flat::Not(Box::new(self.lower(pack, inner)?)),
            Condition::Named(name) => self.named(pack, name)?,
            Condition::Household(..) => return None,
            Condition::Test(test) => self.test(pack, test)?,
        })
    }

    fn named(&mut self, pack: &Pack, name: &Id) -> Option<Flat> {
        self.share(pack, format!("named_{name}"), &pack.conditions.get(name)?.when)
    }

    fn share(&mut self, pack: &Pack, key: String, condition: &Condition) -> Option<Flat> {
        if !self.seen.contains_key(&key) {
            let flat = self.lower(pack, condition);
            self.seen.insert(key.clone(), flat.is_some());
            self.shared.extend(flat.map(|flat| (key.clone(), flat)));
        }
        self.seen[&key].then_some(Flat::Shared(key))
    }

    /// The key of a fact; none if it cannot be told without the household.
    fn fact(&mut self, pack: &Pack, path: &DeclaredPath) -> Option<String> {
        let key = key(path);
        if path.is_each_member() || *path == DeclaredPath::Household {
            return None;
        }
        if let Some(known) = self.seen.get(&key) {
            return known.then_some(key);
        }
        let question = pack.questions.iter().find(|question| question.fact == *path);
        let gate = question.and_then(|question| Some((question.ask_if.as_ref()?, question)));
        let gate = match gate {
            None => Some(None),
            Some((gate, question)) => {
                self.lower(pack, gate).map(|gate| Some((gate, question.when_skipped.clone())))
            }
        };
        self.seen.insert(key.clone(), gate.is_some());
        let kind = pack.vocabulary.declaration(path)?.kind.clone();
        self.facts.push(Fact { path: path.clone(), kind, gate: gate? });
        Some(key)
    }

    fn test(&mut self, pack: &Pack, test: &Test) -> Option<Flat> {
        let number = |compare: Compare, key, number| Flat::Compare(key, compare, number);
        Some(match test {
            Test::True(path) => {
                let derived = pack.facts.iter().find(|fact| fact.path == *path);
                match derived.and_then(|fact| fact.derived.as_ref()) {
                    Some(derived) => self.share(pack, key(path), derived)?,
                    None => Flat::Is(self.fact(pack, path)?, Json::Bool(true)),
                }
            }
            Test::Is(path, literal) => Flat::Is(self.fact(pack, path)?, plain(literal)),
            Test::In(path, literals) => {
                Flat::In(self.fact(pack, path)?, literals.iter().map(plain).collect())
            }
            Test::HasAny(path, ids) => Flat::Any(self.contains(pack, path, ids)?),
            Test::HasAll(path, ids) => Flat::All(self.contains(pack, path, ids)?),
            Test::Number(path, compare, value) => number(*compare, self.fact(pack, path)?, *value),
            Test::Date(path, compare, DateSide::Day(day)) => {
                number(*compare, self.fact(pack, path)?, day_number(*day))
            }
            Test::Date(path, compare, DateSide::Fact(other, offset)) => {
                let (one, mut other_key) = (self.fact(pack, path)?, self.fact(pack, other)?);
                if *offset != Offset::NONE {
                    other_key = format!("{other_key}_moved_{}_{:?}", offset.amount, offset.unit);
                    other_key = other_key.replace('-', "minus").to_lowercase();
                    self.computed.insert(other_key.clone(), Computed::Moved(other.clone(), *offset));
                }
                Flat::CompareKeys(one, *compare, other_key)
            }
            Test::Age { birth, on, basis, compare, years } => {
                let key = format!("age_{}_{}_{basis:?}", self.fact(pack, birth)?, self.fact(pack, on)?);
                let key = key.to_lowercase();
                self.computed.insert(key.clone(), Computed::Age(birth.clone(), on.clone(), *basis));
                number(*compare, key, i64::from(*years))
            }
        })
    }

    fn contains(&mut self, pack: &Pack, path: &DeclaredPath, ids: &[Id]) -> Option<Vec<Flat>> {
        let key = self.fact(pack, path)?;
        Some(ids.iter().map(|id| Flat::Contains(key.clone(), Json::from(id.as_str()))).collect())
    }

    /// Adds what can be computed from the days known so far.
    pub(crate) fn complete(&self, record: &mut Record, days: &HashMap<DeclaredPath, Date>) {
        for (key, computed) in &self.computed {
            let number = match computed {
                Computed::Age(birth, on, basis) => {
                    days.get(birth).zip(days.get(on)).map(|(birth, on)| i64::from(age(*birth, *on, *basis)))
                }
                Computed::Moved(path, offset) => days.get(path).map(|day| day_number(moved(*day, *offset))),
            };
            record.extend(number.map(|number| (key.clone(), Json::from(number))));
        }
    }

    /// What a question has to be answered where its gate is shut, if the gate says so.
    pub(crate) fn skipped<'a>(&'a self, fact: &'a Fact, record: &Record) -> Option<&'a Value> {
        let (gate, value) = fact.gate.as_ref()?;
        if self.holds(gate, record) { None } else { value.as_ref() }
    }

    /// A plain evaluator, to be compared with all engines.
    pub(crate) fn holds(&self, flat: &Flat, record: &Record) -> bool {
        let of = |key: &String| record.get(key).unwrap_or_else(|| panic!("{key} is in every record"));
        let number = |key| of(key).as_i64().expect("a number");
        match flat {
            Flat::Const(truth) => *truth,
            Flat::All(parts) => parts.iter().all(|part| self.holds(part, record)),
            Flat::Any(parts) => parts.iter().any(|part| self.holds(part, record)),
            Flat::Not(part) => !self.holds(part, record),
            Flat::Shared(key) => {
                let shared = self.shared.iter().find(|(known, _)| known == key);
                self.holds(&shared.expect("shared before it is used").1, record)
            }
            Flat::Is(key, value) => of(key) == value,
            Flat::In(key, values) => values.contains(of(key)),
            Flat::Contains(key, value) => of(key).as_array().expect("a list").contains(value),
            Flat::Compare(key, compare, value) => compare.holds(number(key).cmp(value)),
            Flat::CompareKeys(one, compare, other) => compare.holds(number(one).cmp(&number(other))),
        }
    }

    /// A decision graph of zen: one expression node. Shared conditions are written out where they are used, which is a
    /// tenth faster there than an expression of their own read through `$`.
    pub(crate) fn zen_graph(&self) -> Json {
        let mut written = HashMap::new();
        for (key, flat) in &self.shared {
            let expression = zen(flat, &written);
            written.insert(key.as_str(), expression);
        }
        let expression = |(at, flat): (usize, &Flat)| {
            let key = format!("p{at}");
            json!({ "id": key, "key": key, "value": zen(flat, &written) })
        };
        let expressions: Vec<Json> = self.procedures.iter().enumerate().map(expression).collect();
        json!({
            "nodes": [
                { "id": "in", "name": "in", "type": "inputNode" },
                {
                    "id": "judge",
                    "name": "judge",
                    "type": "expressionNode",
                    "content": { "expressions": expressions },
                },
                { "id": "out", "name": "out", "type": "outputNode" },
            ],
            "edges": [
                { "id": "a", "sourceId": "in", "targetId": "judge", "type": "edge" },
                { "id": "b", "sourceId": "judge", "targetId": "out", "type": "edge" },
            ],
        })
    }

    /// Rules of json-rules-engine, with its own shared conditions.
    pub(crate) fn json_rules(&self) -> Json {
        let root = |flat: &Flat| match flat {
            Flat::Const(true) => json!({ "all": [] }),
            Flat::All(_) | Flat::Any(_) | Flat::Not(_) => rule(flat),
            flat => json!({ "all": [rule(flat)] }),
        };
        let conditions: Map<String, Json> =
            self.shared.iter().map(|(key, flat)| (key.clone(), root(flat))).collect();
        let rules: Vec<Json> = self
            .procedures
            .iter()
            .enumerate()
            .map(|(at, flat)| json!({ "id": format!("p{at}"), "conditions": root(flat) }))
            .collect();
        json!({ "conditions": conditions, "rules": rules })
    }
}

/// The name of a fact that is a plain word in every language.
pub(crate) fn key(path: &DeclaredPath) -> String {
    path.to_string().replace('.', "_")
}

/// A day as a number that keeps the order.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

fn moved(day: Date, offset: Offset) -> Date {
    let amount = i64::from(offset.amount);
    let span = match offset.unit {
        Unit::Days => Span::new().days(amount),
        Unit::Months => Span::new().months(amount),
        Unit::Years => Span::new().years(amount),
    };
    day + span
}

fn plain(literal: &Literal) -> Json {
    match literal {
        Literal::Choice(id) => Json::from(id.as_str()),
        Literal::Text(text) => Json::from(text.as_str()),
        Literal::Number(number) => Json::from(*number),
    }
}

fn zen(flat: &Flat, shared: &HashMap<&str, String>) -> String {
    let joined = |parts: &[Flat], word| {
        let parts: Vec<String> = parts.iter().map(|part| zen(part, shared)).collect();
        format!("({})", parts.join(word))
    };
    let sign = |compare: &Compare| match compare {
        Compare::Equal => "==",
        compare => compare.symbol(),
    };
    match flat {
        Flat::Const(truth) => truth.to_string(),
        Flat::All(parts) => joined(parts, " and "),
        Flat::Any(parts) => joined(parts, " or "),
        Flat::Not(part) => format!("not ({})", zen(part, shared)),
        Flat::Shared(key) => format!("({})", shared[key.as_str()]),
        Flat::Is(key, Json::Bool(true)) => key.clone(),
        Flat::Is(key, value) => format!("{key} == {value}"),
        Flat::In(key, values) => format!("{key} in {}", Json::from(values.clone())),
        Flat::Contains(key, value) => format!("{value} in {key}"),
        Flat::Compare(key, compare, value) => format!("{key} {} {value}", sign(compare)),
        Flat::CompareKeys(one, compare, other) => format!("{one} {} {other}", sign(compare)),
    }
}

fn rule(flat: &Flat) -> Json {
    let rules = |parts: &[Flat]| parts.iter().map(rule).collect::<Vec<_>>();
    let test =
        |key: &String, operator, value: Json| json!({ "fact": key, "operator": operator, "value": value });
    let name = |compare: &Compare| match compare {
        Compare::Less => "lessThan",
        Compare::AtMost => "lessThanInclusive",
        Compare::Equal => "equal",
        Compare::AtLeast => "greaterThanInclusive",
        Compare::More => "greaterThan",
    };
    match flat {
        Flat::Const(true) => json!({ "all": [] }),
        Flat::Const(false) => json!({ "not": { "all": [] } }),
        Flat::All(parts) => json!({ "all": rules(parts) }),
        Flat::Any(parts) => json!({ "any": rules(parts) }),
        Flat::Not(part) => json!({ "not": rule(part) }),
        Flat::Shared(key) => json!({ "condition": key }),
        Flat::Is(key, value) => test(key, "equal", value.clone()),
        Flat::In(key, values) => test(key, "in", Json::from(values.clone())),
        Flat::Contains(key, value) => test(key, "contains", value.clone()),
        Flat::Compare(key, compare, value) => test(key, name(compare), Json::from(*value)),
        Flat::CompareKeys(one, compare, other) => test(one, name(compare), json!({ "fact": other })),
    }
}
