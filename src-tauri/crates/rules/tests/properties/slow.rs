//! A second evaluator: slow, obvious, sharing nothing with the engine but the tree of a condition.

use jiff::ToSpan;
use jiff::civil::Date;
use madoka_facts::DeclaredPath;
use madoka_rules::{Basis, Compare, Condition, DateSide, Literal, Quantifier, Test, Tri, Unit};
use serde_json::Value as Json;

use crate::world::{ON, Person, World};

/// Who `member` is: somebody on the list, or somebody who may be missing from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Member {
    Listed(usize),
    Unlisted,
}

pub(crate) struct Slow<'a> {
    pub(crate) world: &'a World,
    pub(crate) person: &'a Person,
}

impl Slow<'_> {
    pub(crate) fn is_open(&self) -> bool {
        self.person.household.is_none() || self.person.unknown.iter().any(|path| path == "household")
    }

    pub(crate) fn members(&self) -> usize {
        self.person.household.as_ref().map_or(0, Vec::len)
    }

    fn said(&self, path: &str, member: Member) -> Option<Json> {
        match (path.strip_prefix("household."), member) {
            (None, _) => self.person.case.get(path).cloned(),
            (Some(_), Member::Unlisted) => None,
            (Some(attribute), Member::Listed(at)) => {
                self.person.household.as_ref()?.get(at)?.get(attribute).cloned()
            }
        }
    }

    /// The value of a fact, if it is known: said, derived, or skipped.
    fn value(&self, path: &str, member: Member) -> Option<Json> {
        if path == "case.b3" {
            return match self.eval(&self.world.derived, member) {
                Tri::True => Some(Json::from(true)),
                Tri::False => Some(Json::from(false)),
                Tri::Unknown => None,
            };
        }
        if path == "case.visit_date" {
            return Some(Json::from(ON.to_string()));
        }
        let said = self.said(path, member);
        let gate = self.world.gates.iter().find(|(fact, ..)| fact == path);
        match (gate, said) {
            (Some((_, gate, skipped)), said) if self.eval(gate, member) == Tri::False => match said {
                // An answer that contradicts its gate is not known until somebody looks.
                Some(said) if said != *skipped => None,
                _ => Some(skipped.clone()),
            },
            (_, said) => said,
        }
    }

    pub(crate) fn eval(&self, condition: &Condition, member: Member) -> Tri {
        match condition {
            Condition::Always => Tri::True,
            Condition::Never => Tri::False,
            Condition::Not(inner) => match self.eval(inner, member) {
                Tri::True => Tri::False,
                Tri::False => Tri::True,
                Tri::Unknown => Tri::Unknown,
            },
            Condition::All(branches) => {
                let all: Vec<Tri> = branches.iter().map(|branch| self.eval(branch, member)).collect();
                if all.contains(&Tri::False) {
                    Tri::False
                } else if all.contains(&Tri::Unknown) {
                    Tri::Unknown
                } else {
                    Tri::True
                }
            }
            Condition::Any(branches) => {
                let any: Vec<Tri> = branches.iter().map(|branch| self.eval(branch, member)).collect();
                if any.contains(&Tri::True) {
                    Tri::True
                } else if any.contains(&Tri::Unknown) {
                    Tri::Unknown
                } else {
                    Tri::False
                }
            }
            Condition::Named(name) => {
                let at: usize = name.as_str().strip_prefix("named").unwrap().parse().unwrap();
                self.eval(&self.world.named[at], member)
            }
            Condition::Household(quantifier, body) => self.household(*quantifier, body),
            Condition::Test(test) => self.test(test, member),
        }
    }

    /// Tries every number of people who may be missing and every way the open ones may turn out.
    fn household(&self, quantifier: Quantifier, body: &Condition) -> Tri {
        let listed: Vec<Tri> = (0..self.members()).map(|at| self.eval(body, Member::Listed(at))).collect();
        let unlisted = if self.is_open() { self.eval(body, Member::Unlisted) } else { Tri::False };
        let extra = if self.is_open() { 6 } else { 0 };
        let mut outcomes = Vec::new();
        for more in 0..=extra {
            let mut all = listed.clone();
            all.extend(vec![unlisted; more]);
            let sure = all.iter().filter(|truth| **truth == Tri::True).count();
            let open = all.iter().filter(|truth| **truth == Tri::Unknown).count();
            for yes in sure..=sure + open {
                outcomes.push(match quantifier {
                    Quantifier::Any => yes >= 1,
                    Quantifier::Every => yes == all.len(),
                    Quantifier::Count(compare, number) => holds(compare, &yes, &(number as usize)),
                });
            }
        }
        decided(&outcomes)
    }

    fn days(&self, path: &DeclaredPath, member: Member) -> Option<Vec<Date>> {
        let text = self.value(&path.to_string(), member)?;
        let text = text.as_str().unwrap();
        Some(match text.strip_suffix("-XX") {
            None => vec![text.parse().unwrap()],
            Some(month) => {
                let first: Date = format!("{month}-01").parse().unwrap();
                first.series(1.day()).take_while(|day| day.month() == first.month()).collect()
            }
        })
    }

    fn test(&self, test: &Test, member: Member) -> Tri {
        let value = |path: &DeclaredPath| self.value(&path.to_string(), member);
        let known = |path: &DeclaredPath, holds: &dyn Fn(Json) -> bool| match value(path) {
            None => Tri::Unknown,
            Some(value) => decided(&[holds(value)]),
        };
        let chosen = |set: &Json, id: &str| set.as_array().unwrap().iter().any(|one| one == id);
        match test {
            Test::True(path) => known(path, &|value| value == true),
            Test::Is(path, literal) => known(path, &|value| is(&value, literal)),
            Test::In(path, literals) => {
                known(path, &|value| literals.iter().any(|literal| is(&value, literal)))
            }
            Test::HasAny(path, ids) => known(path, &|set| ids.iter().any(|id| chosen(&set, id.as_str()))),
            Test::HasAll(path, ids) => known(path, &|set| ids.iter().all(|id| chosen(&set, id.as_str()))),
            Test::Number(path, compare, number) => {
                known(path, &|value| holds(*compare, &value.as_i64().unwrap(), number))
            }
            Test::Date(path, compare, side) => {
                let other = match side {
                    DateSide::Day(day) => Some(vec![*day]),
                    DateSide::Fact(other, offset) => self.days(other, member).map(|days| {
                        let amount = i64::from(offset.amount);
                        let span = match offset.unit {
                            Unit::Days => amount.days(),
                            Unit::Months => amount.months(),
                            Unit::Years => amount.years(),
                        };
                        days.into_iter().map(|day| day + span).collect()
                    }),
                };
                pairs(self.days(path, member), other, |one, other| holds(*compare, &one, &other))
            }
            Test::Age { birth, on, basis, compare, years } => {
                pairs(self.days(birth, member), self.days(on, member), |birth, on| {
                    holds(*compare, &slow_age(birth, on, *basis), &i64::from(*years))
                })
            }
        }
    }
}

fn pairs(one: Option<Vec<Date>>, other: Option<Vec<Date>>, holds: impl Fn(Date, Date) -> bool) -> Tri {
    let (Some(one), Some(other)) = (one, other) else { return Tri::Unknown };
    let outcomes: Vec<bool> =
        one.iter().flat_map(|one| other.iter().map(|other| holds(*one, *other))).collect();
    decided(&outcomes)
}

fn decided(outcomes: &[bool]) -> Tri {
    match (outcomes.contains(&true), outcomes.contains(&false)) {
        (true, false) => Tri::True,
        (false, true) => Tri::False,
        _ => Tri::Unknown,
    }
}

fn is(value: &Json, literal: &Literal) -> bool {
    match literal {
        Literal::Choice(id) => value == id.as_str(),
        Literal::Text(text) => value == text,
        Literal::Number(number) => value == number,
    }
}

fn holds<T: Ord>(compare: Compare, one: &T, other: &T) -> bool {
    match compare {
        Compare::Less => one < other,
        Compare::AtMost => one <= other,
        Compare::Equal => one == other,
        Compare::AtLeast => one >= other,
        Compare::More => one > other,
    }
}

/// Counts birthdays one by one.
fn slow_age(birth: Date, on: Date, basis: Basis) -> i64 {
    let birthday = |years: i64| {
        let year = birth.year() + i16::try_from(years).unwrap();
        // 29 February in another year: 1 March begins that age.
        Date::new(year, birth.month(), birth.day()).unwrap_or_else(|_| Date::new(year, 3, 1).unwrap())
    };
    let on = match basis {
        Basis::FiscalYearEnd => {
            let end = Date::new(on.year(), 3, 31).unwrap();
            if end >= on { end } else { Date::new(on.year() + 1, 3, 31).unwrap() }
        }
        _ => on,
    };
    let reached = |years: i64| match basis {
        Basis::Birthday => birthday(years) <= on,
        _ => birthday(years).yesterday().unwrap() <= on,
    };
    let mut years = -60;
    while reached(years + 1) {
        years += 1;
    }
    years
}
