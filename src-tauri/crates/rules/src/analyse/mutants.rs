//! Conditions that differ in one place: a part left out, turned round, one more, one less.

use jiff::civil::Date;

use crate::condition::{Branches, Condition, DateSide, Literal, Offset, Quantifier, Test};

/// A changed condition.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    pub(super) condition: Condition,
    /// The part that was changed, as it stands.
    pub(super) part: Condition,
    pub(super) how: How,
    /// Without this the change can make no difference to anybody. (Narrows the search for somebody.)
    pub(super) matters_if: Option<Condition>,
}

/// What was done to the part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    LeftOut,
    TurnedRound,
    /// Another value in its place, in words.
    Value(String),
}

/// More would only repeat; a condition of the largest size has a few hundred tests.
const MANY: usize = 200;

/// All of a condition.
pub(super) fn mutants(condition: &Condition) -> Vec<Mutant> {
    let mut found = Vec::new();
    if !matches!(condition, Condition::Always | Condition::Never) {
        mutate(condition, &mut |condition, Spot { part, how, matters_if }| {
            found.push(Mutant { condition, part: part.clone(), how, matters_if });
        });
    }
    found.truncate(MANY);
    found
}

/// Where and how a condition was changed.
struct Spot<'c> {
    part: &'c Condition,
    how: How,
    matters_if: Option<Condition>,
}

type Emit<'e> = &'e mut dyn FnMut(Condition, Spot<'_>);

impl<'c> Spot<'c> {
    fn turned_round(part: &'c Condition) -> Self {
        Self { part, how: How::TurnedRound, matters_if: None }
    }

    /// Another condition in place of a part: it matters to those for whom just one of both is true.
    fn value(part: &'c Condition, other: &Condition, words: String) -> Self {
        let one = Condition::all(vec![part.clone(), other.clone().negated()]);
        let two = Condition::all(vec![part.clone().negated(), other.clone()]);
        Self { part, how: How::Value(words), matters_if: Some(Condition::any(vec![one, two])) }
    }
}

fn mutate(condition: &Condition, emit: Emit<'_>) {
    match condition {
        Condition::Always | Condition::Never => {}
        Condition::Named(_) => emit(condition.clone().negated(), Spot::turned_round(condition)),
        Condition::Test(test) => {
            emit(condition.clone().negated(), Spot::turned_round(condition));
            for (changed, words) in near(test) {
                let changed = Condition::Test(changed);
                let spot = Spot::value(condition, &changed, words);
                emit(changed, spot);
            }
        }
        Condition::Not(inner) => mutate(inner, &mut |changed, spot| emit(changed.negated(), spot)),
        Condition::Household(quantifier, inner) => {
            if let Quantifier::Count(compare, number) = quantifier {
                for number in [number.checked_sub(1), number.checked_add(1)].into_iter().flatten() {
                    let other = Condition::Household(Quantifier::Count(*compare, number), inner.clone());
                    let spot = Spot::value(condition, &other, format!("{number}人"));
                    emit(other, spot);
                }
            }
            mutate(inner, &mut |changed, spot| {
                // It may matter for any member.
                emit(Condition::Household(*quantifier, Box::new(changed)), Spot { matters_if: None, ..spot });
            });
        }
        Condition::All(branches) => {
            mutate_branches(branches, &Condition::all, &|branch| branch.clone().negated(), emit);
        }
        Condition::Any(branches) => mutate_branches(branches, &Condition::any, &Condition::clone, emit),
    }
}

fn mutate_branches(
    branches: &Branches,
    join: &dyn Fn(Vec<Condition>) -> Condition,
    missed: &dyn Fn(&Condition) -> Condition,
    emit: Emit<'_>,
) {
    for (at, branch) in branches.iter().enumerate() {
        let with = |changed: Option<Condition>| {
            let before = branches.iter().take(at).cloned();
            join(before.chain(changed).chain(branches.iter().skip(at + 1).cloned()).collect())
        };
        emit(with(None), Spot { part: branch, how: How::LeftOut, matters_if: Some(missed(branch)) });
        mutate(branch, &mut |changed, spot| emit(with(Some(changed)), spot));
    }
}

/// The same test with a neighbouring value, or one value fewer.
fn near(test: &Test) -> Vec<(Test, String)> {
    let mut found = Vec::new();
    match test {
        Test::Number(path, compare, number) => {
            for other in [number.checked_sub(1), number.checked_add(1)].into_iter().flatten() {
                found.push((Test::Number(path.clone(), *compare, other), other.to_string()));
            }
        }
        Test::Age { birth, on, basis, compare, years } => {
            for other in [years.checked_sub(1), years.checked_add(1)].into_iter().flatten() {
                let (birth, on) = (birth.clone(), on.clone());
                found.push((
                    Test::Age { birth, on, basis: *basis, compare: *compare, years: other },
                    format!("{other}歳"),
                ));
            }
        }
        Test::Date(path, compare, DateSide::Day(day)) => {
            for other in [day.yesterday(), day.tomorrow()].into_iter().flatten() {
                found.push((Test::Date(path.clone(), *compare, DateSide::Day(other)), in_words(other)));
            }
        }
        Test::Date(path, compare, DateSide::Fact(other, offset)) if offset.amount != 0 => {
            for amount in [offset.amount.checked_sub(1), offset.amount.checked_add(1)].into_iter().flatten() {
                let side = DateSide::Fact(other.clone(), Offset { amount, unit: offset.unit });
                found.push((
                    Test::Date(path.clone(), *compare, side),
                    format!("{amount}{}", offset.unit.label()),
                ));
            }
        }
        Test::In(path, values) if values.len() > 1 => {
            for (at, gone) in values.iter().enumerate() {
                found.push((
                    Test::In(path.clone(), without(values, at)),
                    format!("「{}」を除いたもの", literal(gone)),
                ));
            }
        }
        Test::HasAny(path, ids) if ids.len() > 1 => {
            for (at, gone) in ids.iter().enumerate() {
                found.push((Test::HasAny(path.clone(), without(ids, at)), format!("「{gone}」を除いたもの")));
            }
        }
        Test::HasAll(path, ids) if ids.len() > 1 => {
            for (at, gone) in ids.iter().enumerate() {
                found.push((Test::HasAll(path.clone(), without(ids, at)), format!("「{gone}」を除いたもの")));
            }
        }
        _ => {}
    }
    found
}

fn without<T: Clone>(all: &[T], at: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, one)| one.clone()).collect()
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Choice(id) => id.to_string(),
        Literal::Text(text) => text.clone(),
        Literal::Number(number) => number.to_string(),
    }
}

fn in_words(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
