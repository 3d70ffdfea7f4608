//! Strong three-valued logic: what is not known stays not known, in every direction.

use std::cmp::Ordering;

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tri {
    False,
    Unknown,
    True,
}

impl Tri {
    pub const fn of(yes: bool) -> Self {
        if yes { Self::True } else { Self::False }
    }

    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Unknown)
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        self.negated().and(other.negated()).negated()
    }
}

/// How two values are compared. "Not equal" is the negation of `Equal`, so that it is unknown when that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }

    pub const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::AtLeast => ordering.is_ge(),
            Self::More => ordering.is_gt(),
        }
    }

    /// Compares what lies between two bounds with what lies between two others.
    pub fn between<T: Ord>(self, one: (&T, &T), other: (&T, &T)) -> Tri {
        let (low, high) = one;
        let (other_low, other_high) = other;
        let (always, possible) = match self {
            Self::Less => (high < other_low, low < other_high),
            Self::AtMost => (high <= other_low, low <= other_high),
            Self::AtLeast => (low >= other_high, high >= other_low),
            Self::More => (low > other_high, high > other_low),
            Self::Equal => (
                low == high && other_low == other_high && low == other_low,
                low <= other_high && other_low <= high,
            ),
        };
        if always {
            Tri::True
        } else if possible {
            Tri::Unknown
        } else {
            Tri::False
        }
    }
}
