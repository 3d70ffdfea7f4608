//! What one test says of values.

use jiff::civil::Date;
use madoka_facts::Value;

use crate::age::{age, moved};
use crate::condition::{DateSide, Literal, Test};
use crate::kleene::Tri;

/// The truth of a test for the values of its facts; unknown where parts of a date are.
pub(super) fn truth(test: &Test, left: &Value, right: Option<&Value>) -> Tri {
    match (test, left) {
        (Test::True(_), Value::Bool(yes)) => Tri::of(*yes),
        (Test::Is(_, literal), value) => Tri::of(is(literal, value)),
        (Test::In(_, literals), value) => Tri::of(literals.iter().any(|literal| is(literal, value))),
        (Test::HasAny(_, ids), Value::Choices(chosen)) => Tri::of(ids.iter().any(|id| chosen.contains(id))),
        (Test::HasAll(_, ids), Value::Choices(chosen)) => Tri::of(ids.iter().all(|id| chosen.contains(id))),
        (Test::Number(_, compare, number), Value::Number(value)) => Tri::of(compare.holds(value.cmp(number))),
        (Test::Date(_, compare, DateSide::Day(day)), value) => {
            range(value).map_or(Tri::Unknown, |(low, high)| compare.between((&low, &high), (day, day)))
        }
        (Test::Date(_, compare, DateSide::Fact(_, offset)), value) => {
            let (Some((low, high)), Some((from, to))) = (range(value), right.and_then(range)) else {
                return Tri::Unknown;
            };
            compare.between((&low, &high), (&moved(from, *offset), &moved(to, *offset)))
        }
        (Test::Age { basis, compare, years, .. }, value) => {
            let (Some((low, high)), Some((from, to))) = (range(value), right.and_then(range)) else {
                return Tri::Unknown;
            };
            let (youngest, oldest) = (age(high, from, *basis), age(low, to, *basis));
            let years = i32::try_from(*years).unwrap_or(i32::MAX);
            compare.between((&youngest, &oldest), (&years, &years))
        }
        _ => Tri::Unknown,
    }
}

fn is(literal: &Literal, value: &Value) -> bool {
    match (literal, value) {
        (Literal::Choice(id), Value::Choice(chosen)) => id == chosen,
        (Literal::Text(text), Value::Text(said)) => text == said,
        (Literal::Number(number), Value::Number(said)) => number == said,
        _ => false,
    }
}

/// The first and last day a date can be.
pub(super) fn range(value: &Value) -> Option<(Date, Date)> {
    value.as_date().map(|date| (date.earliest(), date.latest()))
}
