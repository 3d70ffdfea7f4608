//! The one canonical text of a condition.

use std::fmt::{self, Write as _};

use madoka_facts::DeclaredPath;

use super::tree::{Basis, Condition, DateSide, Literal, Offset, Quantifier, Test, Unit};
use crate::kleene::Compare;

/// A path as conditions write it: `member.x` for an attribute of the member in question.
pub(crate) fn path_text(path: &DeclaredPath) -> String {
    match path {
        DeclaredPath::EachMember(attribute) => format!("member.{attribute}"),
        path => path.to_string(),
    }
}

/// `parse_condition(&condition.to_string())` gives `condition` again.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("always"),
            Self::Never => f.write_str("never"),
            Self::All(branches) => joined(f, branches.iter(), " and "),
            Self::Any(branches) => joined(f, branches.iter(), " or "),
            Self::Not(inner) => negated(f, inner),
            Self::Named(name) => write!(f, "@{name}"),
            Self::Household(quantifier, inner) => household(f, *quantifier, inner, false),
            Self::Test(test) => print_test(f, test, false),
        }
    }
}

fn joined<'a>(
    f: &mut fmt::Formatter<'_>,
    branches: impl Iterator<Item = &'a Condition>,
    word: &str,
) -> fmt::Result {
    for (at, branch) in branches.enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        match branch {
            Condition::All(_) | Condition::Any(_) => write!(f, "({branch})")?,
            _ => write!(f, "{branch}")?,
        }
    }
    Ok(())
}

fn negated(f: &mut fmt::Formatter<'_>, inner: &Condition) -> fmt::Result {
    match inner {
        Condition::Test(
            test @ (Test::Is(..)
            | Test::In(..)
            | Test::Number(_, Compare::Equal, _)
            | Test::Date(_, Compare::Equal, _)
            | Test::Age { compare: Compare::Equal, .. }),
        ) => print_test(f, test, true),
        Condition::Household(quantifier @ Quantifier::Count(Compare::Equal, _), inner) => {
            household(f, *quantifier, inner, true)
        }
        Condition::All(_) | Condition::Any(_) => write!(f, "not ({inner})"),
        _ => write!(f, "not {inner}"),
    }
}

fn household(
    f: &mut fmt::Formatter<'_>,
    quantifier: Quantifier,
    inner: &Condition,
    not: bool,
) -> fmt::Result {
    match quantifier {
        Quantifier::Any => write!(f, "any household ({inner})"),
        Quantifier::Every => write!(f, "every household ({inner})"),
        Quantifier::Count(compare, number) => {
            write!(f, "count household ({inner}) {} {number}", symbol(compare, not))
        }
    }
}

const fn symbol(compare: Compare, not: bool) -> &'static str {
    // Only `=` is ever printed negated.
    if not { "!=" } else { compare.symbol() }
}

fn print_test(f: &mut fmt::Formatter<'_>, test: &Test, not: bool) -> fmt::Result {
    match test {
        Test::True(path) => f.write_str(&path_text(path)),
        Test::Is(path, value) => {
            write!(f, "{} {} ", path_text(path), symbol(Compare::Equal, not))?;
            literal(f, value)
        }
        Test::In(path, values) => {
            write!(f, "{} {}in [", path_text(path), if not { "not " } else { "" })?;
            for (at, value) in values.iter().enumerate() {
                f.write_str(if at > 0 { ", " } else { "" })?;
                literal(f, value)?;
            }
            f.write_char(']')
        }
        Test::HasAny(path, ids) | Test::HasAll(path, ids) => {
            let how = if matches!(test, Test::HasAny(..)) { "any" } else { "all" };
            let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            write!(f, "{} has {how} [{ids}]", path_text(path))
        }
        Test::Number(path, compare, number) => {
            write!(f, "{} {} {number}", path_text(path), symbol(*compare, not))
        }
        Test::Date(path, compare, side) => {
            write!(f, "{} {} ", path_text(path), symbol(*compare, not))?;
            match side {
                DateSide::Day(day) => write!(f, "{day}"),
                DateSide::Fact(other, offset) => {
                    f.write_str(&path_text(other))?;
                    print_offset(f, *offset)
                }
            }
        }
        Test::Age { birth, on, basis, compare, years } => write!(
            f,
            "age({}, on {}, {}) {} {years}",
            path_text(birth),
            path_text(on),
            basis.word(),
            symbol(*compare, not)
        ),
    }
}

fn print_offset(f: &mut fmt::Formatter<'_>, offset: Offset) -> fmt::Result {
    if offset.amount == 0 {
        return Ok(());
    }
    let sign = if offset.amount < 0 { '-' } else { '+' };
    write!(f, " {sign} {} {}", offset.amount.unsigned_abs(), offset.unit.word())
}

fn literal(f: &mut fmt::Formatter<'_>, value: &Literal) -> fmt::Result {
    match value {
        Literal::Choice(id) => write!(f, "{id}"),
        Literal::Number(number) => write!(f, "{number}"),
        Literal::Text(text) => {
            f.write_char('"')?;
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    f.write_char('\\')?;
                }
                f.write_char(c)?;
            }
            f.write_char('"')
        }
    }
}

impl Unit {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Months => "months",
            Self::Years => "years",
        }
    }
}

impl Basis {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::DayBeforeBirthday => "day_before_birthday",
            Self::Birthday => "birthday",
            Self::FiscalYearEnd => "fiscal_year_end",
        }
    }
}
