//! The finite abstraction: for every fact the few values that can make a difference.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use madoka_facts::{FactKind, Id, Value};

use super::truth::truth;
use super::world::{Domain, Table, Var, VarId, World};
use crate::age::moved;
use crate::condition::{Basis, DateSide, Literal, Offset, Test, Unit};
use crate::kleene::Tri;

/// One bit each.
const MAX_CANDIDATES: usize = 128;
/// More members than this and a search would not end soon.
const MAX_SLOTS: u16 = 8;

/// A day a date may be, and the two dates whose comparison led to it.
type Candidate = (VarId, Date, Option<(VarId, VarId)>);

impl World<'_> {
    /// Chooses the candidates of every fact and tabulates every test over them. `member` makes room for the member a
    /// procedure is judged for.
    pub(super) fn finish(&mut self, member: bool) {
        self.slots = self.slots.saturating_add(u16::from(member));
        if self.slots > MAX_SLOTS {
            self.slots = MAX_SLOTS;
            self.cut = true;
        }
        let dates = self.dates();
        let mut base = 0;
        for id in 0..self.vars.len() {
            let domain = self.domain(id, &dates);
            let slots = usize::from(self.slots.max(1));
            if let Some(var) = self.vars.get_mut(id) {
                var.domain = domain;
                var.base = base;
                base += if var.path.is_each_member() { slots } else { 1 };
            }
        }
        self.cells = base;
        self.tabulate();
    }

    fn var_of(&self, fact: usize) -> Option<VarId> {
        self.uses.get(fact).map(|fact| fact.var)
    }

    /// The tests that read a fact on their left side.
    fn tests_of(&self, var: VarId) -> impl Iterator<Item = &Test> {
        self.checks.iter().filter(move |check| self.var_of(check.left) == Some(var)).map(|check| &check.test)
    }

    fn skipped_of(&self, var: VarId) -> impl Iterator<Item = &Value> {
        self.uses.iter().filter(move |fact| fact.var == var).filter_map(|fact| fact.skipped.as_ref())
    }

    fn kinds(&self, var: &Var) -> Vec<&FactKind> {
        let mut kinds: Vec<&FactKind> = Vec::new();
        for ctx in &self.contexts {
            if let Some(declaration) = ctx.index.pack.vocabulary.declaration(&var.path)
                && !kinds.contains(&&declaration.kind)
            {
                kinds.push(&declaration.kind);
            }
        }
        kinds
    }

    fn domain(&mut self, id: VarId, dates: &[Vec<Date>]) -> Domain {
        let Some(var) = self.vars.get(id) else { return Domain::Finite(Vec::new()) };
        let kinds = self.kinds(var);
        if let Some(FactKind::Choices(_)) = kinds.first() {
            let (domain, cut) = self.picks(id, &kinds);
            self.cut |= cut;
            return domain;
        }
        let mut values: Vec<Value> = Vec::new();
        let candidates = kinds.into_iter().flat_map(|kind| self.candidates(id, kind, dates));
        for value in candidates.chain(self.skipped_of(id).cloned()) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.len() > MAX_CANDIDATES {
            values.truncate(MAX_CANDIDATES);
            self.cut = true;
        }
        Domain::Finite(values)
    }

    fn candidates(&self, id: VarId, kind: &FactKind, dates: &[Vec<Date>]) -> Vec<Value> {
        match kind {
            FactKind::Bool => vec![Value::Bool(true), Value::Bool(false)],
            FactKind::Choice(choices) => {
                choices.iter().map(|choice| Value::Choice(choice.id.clone())).collect()
            }
            FactKind::Number { min, max } => {
                let around = |number: i64| [number.saturating_sub(1), number, number.saturating_add(1)];
                let tested = self.tests_of(id).flat_map(numbers).flat_map(around);
                let within = tested.chain([*min, *max]).filter(|number| min <= number && number <= max);
                within.collect::<BTreeSet<i64>>().into_iter().map(Value::Number).collect()
            }
            FactKind::Date => {
                dates.get(id).into_iter().flatten().filter_map(|day| Value::date(*day).ok()).collect()
            }
            FactKind::Text => {
                let tested: BTreeSet<&str> = self.tests_of(id).flat_map(texts).collect();
                let mut other = "その他".to_owned();
                while tested.contains(other.as_str()) {
                    other.push('…');
                }
                tested.into_iter().map(str::to_owned).chain([other]).map(Value::Text).collect()
            }
            FactKind::Choices(_) | FactKind::Household => Vec::new(),
        }
    }

    fn picks(&self, id: VarId, kinds: &[&FactKind]) -> (Domain, bool) {
        let mut ids: Vec<Id> = Vec::new();
        let tested = self.tests_of(id).flat_map(|test| match test {
            Test::HasAny(_, ids) | Test::HasAll(_, ids) => ids.as_slice(),
            _ => &[],
        });
        let skipped = self.skipped_of(id).flat_map(|value| match value {
            Value::Choices(ids) => ids.iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        });
        for id in tested.chain(skipped) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let cut = ids.len() > MAX_CANDIDATES;
        ids.truncate(MAX_CANDIDATES);
        let is_alone = |id: &Id| {
            kinds.iter().flat_map(|kind| kind.choices()).any(|choice| choice.id == *id && choice.alone)
        };
        let alone = bits(ids.iter().map(is_alone));
        (Domain::Picks { ids, alone }, cut)
    }

    /// Candidates of every date: the days of its own tests, a reference day, and what follows from those through tests
    /// that compare two dates. Of dates that are only compared with each other the reference may be any day.
    fn dates(&mut self) -> Vec<Vec<Date>> {
        let day = self.day();
        let pairs: Vec<(VarId, VarId, &Test)> = self
            .checks
            .iter()
            .filter_map(|check| Some((self.var_of(check.left)?, self.var_of(check.right?)?, &check.test)))
            .collect();
        let mut found: Vec<BTreeSet<Date>> = vec![BTreeSet::new(); self.vars.len()];
        let mut fresh: Vec<Candidate> = Vec::new();
        for check in &self.checks {
            if let (Some(var), Test::Date(_, _, DateSide::Day(tested))) =
                (self.var_of(check.left), &check.test)
            {
                fresh.extend(around(*tested).map(|day| (var, day, None)));
            }
        }
        let schools =
            pairs.iter().any(|(_, _, test)| matches!(test, Test::Age { basis: Basis::FiscalYearEnd, .. }));
        for (_, right, _) in &pairs {
            fresh.push((*right, day, None));
            if schools && (day.month(), day.day()) == (4, 1) {
                // On the first day of the school year nobody has a birthday ahead; on most days somebody has.
                fresh.extend(day.checked_add(40.days()).map(|day| (*right, day, None)));
            }
        }
        for (id, var) in self.vars.iter().enumerate() {
            if var.path.to_string() == "case.visit_date" {
                fresh.push((id, day, None));
            }
            fresh.extend(self.skipped_of(id).filter_map(|value| Some((id, value.as_date()?.date()?, None))));
        }
        let rounds = pairs.iter().map(|(left, right, _)| [left, right]).collect::<Vec<_>>().concat();
        let rounds = rounds.into_iter().collect::<BTreeSet<_>>().len();
        let mut cut = false;
        for _ in 0..=rounds {
            let mut next = Vec::new();
            for (var, day, from) in fresh {
                let Some(days) = found.get_mut(var) else { continue };
                if days.len() > MAX_CANDIDATES {
                    cut = true;
                    continue;
                }
                if !days.insert(day) {
                    continue;
                }
                for (left, right, test) in &pairs {
                    let pair = (*left.min(right), *left.max(right));
                    if from == Some(pair) || left == right {
                        continue;
                    }
                    if *right == var {
                        next.extend(lefts(test, day).into_iter().map(|day| (*left, day, Some(pair))));
                    } else if *left == var {
                        next.extend(rights(test, day).into_iter().map(|day| (*right, day, Some(pair))));
                    }
                }
            }
            fresh = next;
        }
        self.cut |= cut;
        found.into_iter().map(|days| likely_first(days, day)).collect()
    }

    fn tabulate(&mut self) {
        for at in 0..self.uses.len() {
            let bits = self.uses.get(at).map_or(0, |fact| match (self.domain_of(at), &fact.skipped) {
                (Some(Domain::Finite(values)), Some(skipped)) => {
                    bits(values.iter().map(|value| value == skipped))
                }
                (Some(Domain::Picks { ids, .. }), Some(Value::Choices(chosen))) => {
                    bits(ids.iter().map(|id| chosen.contains(id)))
                }
                _ => 0,
            });
            if let Some(fact) = self.uses.get_mut(at) {
                fact.skipped_bits = bits;
            }
        }
        for at in 0..self.checks.len() {
            let table = self.checks.get(at).and_then(|check| self.table(check)).unwrap_or(Table::None);
            if let Some(check) = self.checks.get_mut(at) {
                check.table = table;
            }
        }
    }

    pub(super) fn domain_of(&self, fact: usize) -> Option<&Domain> {
        self.vars.get(self.var_of(fact)?).map(|var| &var.domain)
    }

    fn table(&self, check: &super::world::Check) -> Option<Table> {
        let holds = |left: &Value, right: Option<&Value>| truth(&check.test, left, right) == Tri::True;
        match (self.domain_of(check.left)?, &check.test, check.right) {
            (Domain::Finite(lefts), _, Some(right)) => {
                let Domain::Finite(rights) = self.domain_of(right)? else { return None };
                let row = |right: &Value| bits(lefts.iter().map(|left| holds(left, Some(right))));
                Some(Table::Pairs(rights.iter().map(row).collect()))
            }
            (Domain::Finite(lefts), _, None) => {
                Some(Table::Mask(bits(lefts.iter().map(|left| holds(left, None)))))
            }
            (Domain::Picks { ids, .. }, Test::HasAny(_, wanted), _) => {
                Some(Table::AnyOf(bits(ids.iter().map(|id| wanted.contains(id)))))
            }
            (Domain::Picks { ids, .. }, Test::HasAll(_, wanted), _) => {
                Some(Table::AllOf(bits(ids.iter().map(|id| wanted.contains(id)))))
            }
            _ => None,
        }
    }
}

fn bits(yes: impl Iterator<Item = bool>) -> u128 {
    yes.take(MAX_CANDIDATES).enumerate().fold(0, |bits, (at, yes)| bits | (u128::from(yes) << at))
}

fn numbers(test: &Test) -> Vec<i64> {
    let number = |literal: &Literal| if let Literal::Number(number) = literal { Some(*number) } else { None };
    match test {
        Test::Number(_, _, number) => vec![*number],
        Test::Is(_, literal) => number(literal).into_iter().collect(),
        Test::In(_, literals) => literals.iter().filter_map(number).collect(),
        _ => Vec::new(),
    }
}

fn texts(test: &Test) -> Vec<&str> {
    let literals = match test {
        Test::Is(_, literal) => std::slice::from_ref(literal),
        Test::In(_, literals) => literals,
        _ => &[],
    };
    let said = literals
        .iter()
        .map(|literal| if let Literal::Text(said) = literal { Some(said.as_str()) } else { None });
    said.flatten().collect()
}

fn around(day: Date) -> impl Iterator<Item = Date> {
    [day.yesterday().ok(), Some(day), day.tomorrow().ok()].into_iter().flatten()
}

/// Days on which the left date of a test turns from one outcome to the other.
fn lefts(test: &Test, right: Date) -> Vec<Date> {
    match test {
        Test::Date(_, _, DateSide::Fact(_, offset)) => around(moved(right, *offset)).collect(),
        Test::Age { basis, years, .. } => {
            let on = match basis {
                Basis::Birthday => right,
                Basis::DayBeforeBirthday => right.tomorrow().unwrap_or(right),
                Basis::FiscalYearEnd => school_year_end(right, 0),
            };
            // The youngest and the oldest of the age, and their neighbours.
            let years = i32::try_from(*years).unwrap_or(i32::MAX);
            let youngest = moved(on, Offset { amount: years.saturating_neg(), unit: Unit::Years });
            let older =
                moved(on, Offset { amount: years.saturating_add(1).saturating_neg(), unit: Unit::Years });
            let mut days = vec![youngest, older];
            days.extend(youngest.tomorrow().into_iter().chain(older.tomorrow()));
            days
        }
        _ => Vec::new(),
    }
}

/// Days on which the right date of a test turns from one outcome to the other.
fn rights(test: &Test, left: Date) -> Vec<Date> {
    match test {
        Test::Date(_, _, DateSide::Fact(_, offset)) => {
            around(moved(left, Offset { amount: offset.amount.saturating_neg(), unit: offset.unit }))
                .collect()
        }
        Test::Age { basis, years, .. } => {
            let years = i32::try_from(*years).unwrap_or(i32::MAX);
            let mut days = Vec::new();
            for years in [years, years.saturating_add(1)] {
                let reached = moved(left, Offset { amount: years, unit: Unit::Years });
                match basis {
                    Basis::Birthday | Basis::DayBeforeBirthday => {
                        let before = reached.yesterday().unwrap_or(reached);
                        days.extend(around(before).chain(around(reached)));
                    }
                    Basis::FiscalYearEnd => {
                        for year in [-1, 0] {
                            let start = school_year_end(reached, year);
                            days.extend(start.yesterday().into_iter().chain([start]));
                        }
                    }
                }
            }
            days
        }
        _ => Vec::new(),
    }
}

/// The 1 April after the 31 March that ends the school year of a day.
fn school_year_end(day: Date, more: i16) -> Date {
    let year = if day.month() >= 4 { day.year().saturating_add(1) } else { day.year() };
    Date::new(year.saturating_add(more), 4, 1).unwrap_or(day)
}

/// The reference day first, then the past from near to far; the future last, because few people are born there.
fn likely_first(days: BTreeSet<Date>, day: Date) -> Vec<Date> {
    let (past, future): (Vec<Date>, Vec<Date>) = days.into_iter().partition(|candidate| *candidate <= day);
    past.into_iter().rev().chain(future).collect()
}
