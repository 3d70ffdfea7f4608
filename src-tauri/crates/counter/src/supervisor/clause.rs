//! 条件を選んで組み立てる: a condition as the screen's rows, the text of the files, and the Japanese sentence. The same
//! tree in three shapes; nothing is lost between them.

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};
use madoka_rules::edit::{Words, faults};
use madoka_rules::{Branches, Condition, DateSide, Literal, Offset, Pack, Quantifier, Test, parse_condition};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use crate::CounterError;

/// A condition as it is built: boxes of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Clause {
    Always,
    Never,
    /// すべて
    All {
        parts: Vec<Clause>,
    },
    /// どれか
    Any {
        parts: Vec<Clause>,
    },
    /// でない
    Not {
        part: Box<Clause>,
    },
    /// 共通の条件
    Named {
        name: String,
    },
    /// 世帯員
    Household {
        who: Who,
        part: Box<Clause>,
    },
    Row {
        fact: String,
        test: RowTest,
    },
}

/// だれかが・全員が・何人が
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Who {
    Any,
    Every,
    Count { compare: Compare, number: u32 },
}

/// How a fact is compared, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum RowTest {
    /// はい
    Yes,
    Is {
        value: Constant,
    },
    In {
        values: Vec<Constant>,
    },
    HasAny {
        ids: Vec<String>,
    },
    HasAll {
        ids: Vec<String>,
    },
    Number {
        compare: Compare,
        number: i64,
    },
    Day {
        compare: Compare,
        day: String,
    },
    /// Another date, so many days, months or years away.
    Against {
        compare: Compare,
        other: String,
        amount: i32,
        unit: Unit,
    },
    Age {
        on: String,
        basis: Basis,
        compare: Compare,
        years: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "value")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Constant {
    Choice(String),
    Text(String),
    Number(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export, rename = "CompareHow"))]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export, rename = "TimeUnit"))]
pub enum Unit {
    Days,
    Months,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export, rename = "AgeBasis"))]
pub enum Basis {
    DayBeforeBirthday,
    Birthday,
    FiscalYearEnd,
}

/// A condition in its three shapes, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export, rename = "ConditionSaid"))]
pub struct Said {
    pub clause: Clause,
    pub text: String,
    pub sentence: String,
    pub faults: Vec<String>,
}

impl Said {
    pub(super) fn of(pack: &Pack, condition: &Condition, member: bool) -> Self {
        let text = condition.to_string();
        Self {
            clause: Clause::from(condition),
            sentence: Words::of(pack).condition(&text),
            faults: faults(pack, condition, member),
            text,
        }
    }

    pub(super) fn of_text(pack: &Pack, text: &str, member: bool) -> Result<Self, CounterError> {
        let condition =
            parse_condition(text).map_err(|error| CounterError::ConditionForm(error.to_string()))?;
        Ok(Self::of(pack, &condition, member))
    }
}

macro_rules! same_names {
    ($mine:ident, $other:path, $($name:ident),+) => {
        impl From<$other> for $mine {
            fn from(other: $other) -> Self {
                use $other as Other;
                match other { $(Other::$name => Self::$name),+ }
            }
        }
        impl From<$mine> for $other {
            fn from(mine: $mine) -> Self {
                use $other as Other;
                match mine { $($mine::$name => Other::$name),+ }
            }
        }
    };
}
same_names!(Compare, madoka_rules::Compare, Less, AtMost, Equal, AtLeast, More);
same_names!(Unit, madoka_rules::Unit, Days, Months, Years);
same_names!(Basis, madoka_rules::Basis, DayBeforeBirthday, Birthday, FiscalYearEnd);

/// A path as conditions write it: `member.x` for the member the condition is about.
pub(super) fn path_text(path: &DeclaredPath) -> String {
    match path {
        DeclaredPath::EachMember(attribute) => format!("member.{attribute}"),
        path => path.to_string(),
    }
}

impl From<&Condition> for Clause {
    fn from(condition: &Condition) -> Self {
        let parts = |branches: &Branches| branches.iter().map(Self::from).collect();
        match condition {
            Condition::Always => Self::Always,
            Condition::Never => Self::Never,
            Condition::All(branches) => Self::All { parts: parts(branches) },
            Condition::Any(branches) => Self::Any { parts: parts(branches) },
            Condition::Not(inner) => Self::Not { part: Box::new(Self::from(&**inner)) },
            Condition::Named(name) => Self::Named { name: name.to_string() },
            Condition::Household(quantifier, inner) => {
                let who = match *quantifier {
                    Quantifier::Any => Who::Any,
                    Quantifier::Every => Who::Every,
                    Quantifier::Count(compare, number) => Who::Count { compare: compare.into(), number },
                };
                Self::Household { who, part: Box::new(Self::from(&**inner)) }
            }
            Condition::Test(test) => row(test),
        }
    }
}

fn row(test: &Test) -> Clause {
    let ids = |ids: &[Id]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (fact, test) = match test {
        Test::True(path) => (path, RowTest::Yes),
        Test::Is(path, value) => (path, RowTest::Is { value: value.into() }),
        Test::In(path, values) => (path, RowTest::In { values: values.iter().map(Constant::from).collect() }),
        Test::HasAny(path, all) => (path, RowTest::HasAny { ids: ids(all) }),
        Test::HasAll(path, all) => (path, RowTest::HasAll { ids: ids(all) }),
        Test::Number(path, compare, number) => {
            (path, RowTest::Number { compare: (*compare).into(), number: *number })
        }
        Test::Date(path, compare, DateSide::Day(day)) => {
            (path, RowTest::Day { compare: (*compare).into(), day: day.to_string() })
        }
        Test::Date(path, compare, DateSide::Fact(other, offset)) => (
            path,
            RowTest::Against {
                compare: (*compare).into(),
                other: path_text(other),
                amount: offset.amount,
                unit: offset.unit.into(),
            },
        ),
        Test::Age { birth, on, basis, compare, years } => (
            birth,
            RowTest::Age {
                on: path_text(on),
                basis: (*basis).into(),
                compare: (*compare).into(),
                years: *years,
            },
        ),
    };
    Clause::Row { fact: path_text(fact), test }
}

impl From<&Literal> for Constant {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Choice(id) => Self::Choice(id.to_string()),
            Literal::Text(text) => Self::Text(text.clone()),
            Literal::Number(number) => Self::Number(*number),
        }
    }
}

fn wrong(what: &str) -> CounterError {
    CounterError::ConditionForm(what.to_owned())
}

fn path(text: &str) -> Result<DeclaredPath, CounterError> {
    match text.strip_prefix("member.") {
        Some(attribute) => attribute.parse().map(DeclaredPath::EachMember).map_err(|_| wrong(text)),
        None => text.parse().map_err(|_| wrong(text)),
    }
}

fn id(text: &str) -> Result<Id, CounterError> {
    text.parse().map_err(|_| wrong(text))
}

impl TryFrom<&Clause> for Condition {
    type Error = CounterError;

    /// The text form is the judge of what may be written: deep, long and empty things are refused as it refuses them.
    fn try_from(clause: &Clause) -> Result<Self, CounterError> {
        let built = build(clause, 0)?;
        let read = parse_condition(&built.to_string())
            .map_err(|error| CounterError::ConditionForm(error.to_string()))?;
        Ok(read)
    }
}

fn build(clause: &Clause, depth: usize) -> Result<Condition, CounterError> {
    if depth > madoka_rules::MAX_DEPTH {
        return Err(wrong("入れ子が深すぎます"));
    }
    let all =
        |parts: &[Clause]| parts.iter().map(|part| build(part, depth + 1)).collect::<Result<Vec<_>, _>>();
    Ok(match clause {
        Clause::Always => Condition::Always,
        Clause::Never => Condition::Never,
        // A box that lost its rows while it was built says nothing; one row is itself.
        Clause::All { parts } => Condition::all(all(parts)?),
        Clause::Any { parts } => Condition::any(all(parts)?),
        Clause::Not { part } => build(part, depth + 1)?.negated(),
        Clause::Named { name } => Condition::Named(id(name)?),
        Clause::Household { who, part } => {
            let quantifier = match *who {
                Who::Any => Quantifier::Any,
                Who::Every => Quantifier::Every,
                Who::Count { compare, number } => Quantifier::Count(compare.into(), number),
            };
            Condition::Household(quantifier, Box::new(build(part, depth + 1)?))
        }
        Clause::Row { fact, test } => Condition::Test(test_of(path(fact)?, test)?),
    })
}

fn test_of(fact: DeclaredPath, test: &RowTest) -> Result<Test, CounterError> {
    let ids = |ids: &[String]| ids.iter().map(|one| id(one)).collect::<Result<Vec<_>, _>>();
    let date = |day: &str| day.parse::<Date>().map_err(|_| wrong("日付"));
    Ok(match test {
        RowTest::Yes => Test::True(fact),
        RowTest::Is { value } => Test::Is(fact, literal(value)?),
        RowTest::In { values } if values.is_empty() => return Err(wrong("値を1つ以上選んでください")),
        RowTest::In { values } => Test::In(fact, values.iter().map(literal).collect::<Result<Vec<_>, _>>()?),
        RowTest::HasAny { ids: all } | RowTest::HasAll { ids: all } if all.is_empty() => {
            return Err(wrong("値を1つ以上選んでください"));
        }
        RowTest::HasAny { ids: all } => Test::HasAny(fact, ids(all)?),
        RowTest::HasAll { ids: all } => Test::HasAll(fact, ids(all)?),
        RowTest::Number { compare, number } => Test::Number(fact, (*compare).into(), *number),
        RowTest::Day { compare, day } => Test::Date(fact, (*compare).into(), DateSide::Day(date(day)?)),
        RowTest::Against { compare, other, amount, unit } => {
            let offset = Offset { amount: *amount, unit: (*unit).into() };
            Test::Date(fact, (*compare).into(), DateSide::Fact(path(other)?, offset))
        }
        RowTest::Age { on, basis, compare, years } => Test::Age {
            birth: fact,
            on: path(on)?,
            basis: (*basis).into(),
            compare: (*compare).into(),
            years: *years,
        },
    })
}

fn literal(constant: &Constant) -> Result<Literal, CounterError> {
    Ok(match constant {
        Constant::Choice(text) => Literal::Choice(id(text)?),
        Constant::Text(text) => Literal::Text(text.clone()),
        Constant::Number(number) => Literal::Number(*number),
    })
}
