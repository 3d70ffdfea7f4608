//! The tree of a condition.

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};

use crate::kleene::Compare;

/// 条件: when a procedure applies, a question is asked, a derived fact holds.
///
/// In a test, [`DeclaredPath::EachMember`] is `member.…`: the member the condition is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    Always,
    Never,
    All(Branches),
    Any(Branches),
    Not(Box<Condition>),
    /// `@name`: a condition of the pack.
    Named(Id),
    Household(Quantifier, Box<Condition>),
    Test(Test),
}

/// Two or more conditions. (One is itself, none would be a riddle.)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Branches(Vec<Condition>);

impl Branches {
    pub fn new(conditions: Vec<Condition>) -> Option<Self> {
        (conditions.len() >= 2).then_some(Self(conditions))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Condition> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Branches {
    type Item = &'a Condition;
    type IntoIter = std::slice::Iter<'a, Condition>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// How many of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    Any,
    Every,
    Count(Compare, u32),
}

/// One test of one fact (or of two dates).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A bool fact is true.
    True(DeclaredPath),
    /// A choice or text fact has this value.
    Is(DeclaredPath, Literal),
    /// A choice, text or number fact has one of these values.
    In(DeclaredPath, Vec<Literal>),
    HasAny(DeclaredPath, Vec<Id>),
    HasAll(DeclaredPath, Vec<Id>),
    Number(DeclaredPath, Compare, i64),
    Date(DeclaredPath, Compare, DateSide),
    Age {
        birth: DeclaredPath,
        on: DeclaredPath,
        basis: Basis,
        compare: Compare,
        years: u32,
    },
}

/// A constant in a test.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Literal {
    Choice(Id),
    Text(String),
    Number(i64),
}

/// What a date is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DateSide {
    Day(Date),
    Fact(DeclaredPath, Offset),
}

/// So many days, months or years later (or earlier).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offset {
    pub amount: i32,
    pub unit: Unit,
}

impl Offset {
    pub const NONE: Self = Self { amount: 0, unit: Unit::Days };
}

/// A calendar unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Days,
    Months,
    Years,
}

impl Unit {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Days => "日",
            Self::Months => "か月",
            Self::Years => "年",
        }
    }
}

/// On which legal basis an age is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// 年齢計算ニ関する法律: on the day before the birthday (介護保険 65歳, 国民年金 20歳).
    DayBeforeBirthday,
    /// On the birthday itself (後期高齢者医療 75歳).
    Birthday,
    /// The age on the 31 March that ends the school year (18歳到達後最初の3月31日).
    FiscalYearEnd,
}

impl Test {
    /// The facts it reads.
    pub fn paths(&self) -> impl Iterator<Item = &DeclaredPath> {
        let (one, other) = match self {
            Self::True(path)
            | Self::Is(path, _)
            | Self::In(path, _)
            | Self::HasAny(path, _)
            | Self::HasAll(path, _)
            | Self::Number(path, ..)
            | Self::Date(path, _, DateSide::Day(_)) => (path, None),
            Self::Date(path, _, DateSide::Fact(other, _)) => (path, Some(other)),
            Self::Age { birth, on, .. } => (birth, Some(on)),
        };
        std::iter::once(one).chain(other)
    }
}

impl Condition {
    /// `and` of what is given: nothing is `always`, one is itself.
    pub fn all(mut conditions: Vec<Self>) -> Self {
        match conditions.len() {
            0 => Self::Always,
            1 => conditions.remove(0),
            _ => Self::All(Branches(conditions)),
        }
    }

    /// `or` of what is given: nothing is `never`, one is itself.
    pub fn any(mut conditions: Vec<Self>) -> Self {
        match conditions.len() {
            0 => Self::Never,
            1 => conditions.remove(0),
            _ => Self::Any(Branches(conditions)),
        }
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Visits every part, parents first.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match self {
            Self::All(branches) | Self::Any(branches) => branches.iter().for_each(|branch| branch.visit(see)),
            Self::Not(inner) | Self::Household(_, inner) => inner.visit(see),
            Self::Always | Self::Never | Self::Named(_) | Self::Test(_) => {}
        }
    }

    /// How many `and`/`or` boxes stand inside each other.
    pub fn nesting(&self) -> usize {
        match self {
            Self::All(branches) | Self::Any(branches) => {
                1 + branches.iter().map(Self::nesting).max().unwrap_or_default()
            }
            Self::Not(inner) | Self::Household(_, inner) => inner.nesting(),
            _ => 0,
        }
    }
}
