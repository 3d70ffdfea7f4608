//! `when` and `filter`: the pack's conditions, asked of the facts of one case.
//!
//! What is not known stays unknown here too; a form prints a field only when its condition is true.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_facts::{Answer, DeclaredPath, FactPath, Facts, Value};
use madoka_rules::{Compare, Condition, DateSide, Literal, Offset, Quantifier, Test, Tri, Unit, age};
use madoka_text::BirthDate;

/// What a form may read: the facts of the case, the day, and whom the row or the copy is about.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub facts: &'a Facts,
    pub visit: Date,
    /// Facts the engine derives; the case itself cannot state them.
    pub derived: &'a BTreeMap<FactPath, Value>,
    pub member: Option<u16>,
}

impl<'a> Known<'a> {
    #[must_use]
    pub const fn of_member(mut self, member: u16) -> Self {
        self.member = Some(member);
        self
    }

    /// What counts of a fact, if it is known.
    pub fn value(&self, path: &FactPath) -> Option<Cow<'a, Value>> {
        if let FactPath::Case(attribute) = path
            && attribute.as_str() == "visit_date"
        {
            return Value::date(self.visit).ok().map(Cow::Owned);
        }
        match self.facts.answer(path) {
            Answer::Known(value) => Some(Cow::Borrowed(value)),
            Answer::Unasked | Answer::Unknown => self.derived.get(path).map(Cow::Borrowed),
        }
    }

    fn declared(&self, path: &DeclaredPath) -> Option<Cow<'a, Value>> {
        match (path, self.member) {
            (DeclaredPath::EachMember(_), None) => None,
            (path, member) => self.value(&path.of_member(member.unwrap_or_default())),
        }
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &Condition) -> Tri {
        match condition {
            Condition::Always => Tri::True,
            // Named conditions are refused when a form is read.
            Condition::Never | Condition::Named(_) => Tri::False,
            Condition::All(parts) => parts.iter().fold(Tri::True, |sum, part| sum.and(self.holds(part))),
            Condition::Any(parts) => parts.iter().fold(Tri::False, |sum, part| sum.or(self.holds(part))),
            Condition::Not(part) => self.holds(part).negated(),
            Condition::Household(quantifier, part) => self.household(*quantifier, part),
            Condition::Test(test) => self.test(test),
        }
    }

    fn household(&self, quantifier: Quantifier, condition: &Condition) -> Tri {
        let each = (0..self.facts.members()).map(|member| self.of_member(member).holds(condition));
        match quantifier {
            Quantifier::Any => each.fold(Tri::False, Tri::or),
            Quantifier::Every => each.fold(Tri::True, Tri::and),
            Quantifier::Count(compare, wanted) => {
                let (mut least, mut most) = (0_u32, 0_u32);
                for one in each {
                    least += u32::from(one == Tri::True);
                    most += u32::from(one != Tri::False);
                }
                compare.between((&least, &most), (&wanted, &wanted))
            }
        }
    }

    fn test(&self, test: &Test) -> Tri {
        let Some(found) = test.paths().next().and_then(|path| self.declared(path)) else {
            return Tri::Unknown;
        };
        match (test, found.as_ref()) {
            (Test::True(_), Value::Bool(yes)) => Tri::of(*yes),
            (Test::Is(_, wanted), value) => Tri::of(is(value, wanted)),
            (Test::In(_, wanted), value) => Tri::of(wanted.iter().any(|wanted| is(value, wanted))),
            (Test::HasAny(_, wanted), Value::Choices(has)) => {
                Tri::of(wanted.iter().any(|wanted| has.contains(wanted)))
            }
            (Test::HasAll(_, wanted), Value::Choices(has)) => {
                Tri::of(wanted.iter().all(|wanted| has.contains(wanted)))
            }
            (Test::Number(_, compare, wanted), Value::Number(number)) => {
                Tri::of(compare.holds(number.cmp(wanted)))
            }
            (Test::Date(_, compare, side), value) => self.dates(value, *compare, side),
            (Test::Age { on, basis, compare, years, .. }, value) => {
                let (Some(birth), Some(on)) =
                    (value.as_date(), self.declared(on).and_then(|on| on.as_date()))
                else {
                    return Tri::Unknown;
                };
                let youngest = age(birth.latest(), on.earliest(), *basis);
                let oldest = age(birth.earliest(), on.latest(), *basis);
                let years = i32::try_from(*years).unwrap_or(i32::MAX);
                compare.between((&youngest, &oldest), (&years, &years))
            }
            _ => Tri::Unknown,
        }
    }

    fn dates(&self, value: &Value, compare: Compare, side: &DateSide) -> Tri {
        let Some(one) = value.as_date() else { return Tri::Unknown };
        let (from, to) = match side {
            DateSide::Day(day) => (*day, *day),
            DateSide::Fact(path, offset) => {
                let other: Option<BirthDate> = self.declared(path).and_then(|other| other.as_date());
                let Some(other) = other else { return Tri::Unknown };
                (moved(other.earliest(), *offset), moved(other.latest(), *offset))
            }
        };
        compare.between((&one.earliest(), &one.latest()), (&from, &to))
    }
}

fn is(value: &Value, wanted: &Literal) -> bool {
    match (value, wanted) {
        (Value::Choice(id), Literal::Choice(wanted)) => id == wanted,
        (Value::Text(text), Literal::Text(wanted)) => text == wanted,
        (Value::Number(number), Literal::Number(wanted)) => number == wanted,
        _ => false,
    }
}

/// A day moved; a day that a short month lacks becomes its last.
fn moved(day: Date, offset: Offset) -> Date {
    let amount = i64::from(offset.amount);
    let span = match offset.unit {
        Unit::Days => jiff::Span::new().try_days(amount),
        Unit::Months => jiff::Span::new().try_months(amount),
        Unit::Years => jiff::Span::new().try_years(amount),
    };
    let end = if offset.amount < 0 { Date::MIN } else { Date::MAX };
    span.ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(end)
}
