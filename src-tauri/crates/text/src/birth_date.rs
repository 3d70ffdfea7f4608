//! Birth dates, whole or with 不詳 parts.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

use crate::era::{EraYear, SOLAR_CALENDAR};
use crate::text_serde::serde_as_text;
use crate::written_date::{MOST_ERA_YEARS, Written, WrittenYear};
use crate::{Era, EraCheck, TextError, parse_date};

/// 生年月日, of which parts may be 不詳.
///
/// Registers hold 「昭和12年3月日不詳」 or 「明治年月日不詳」; residents from abroad may have only a year. Such a date is not
/// one day but all the days from [`earliest`](Self::earliest) to [`latest`](Self::latest); whoever computes an age
/// asks both and says so when they differ.
///
/// As text it is ISO where that says everything (`1937-03-05`, `1937-03`, `1937`), and Japanese where it does not
/// (`昭和64年不詳`, `明治不詳`, `不詳`). Parsing takes everything `parse_date` takes, strictly, besides.
///
/// ```
/// use madoka_text::BirthDate;
/// let born: BirthDate = "昭和64年月日不詳".parse()?;
/// assert_eq!(born.earliest().to_string(), "1989-01-01");
/// assert_eq!(born.latest().to_string(), "1989-01-07");
/// assert_eq!(born.in_words(), "昭和64年月日不詳");
/// assert_eq!(born.to_string(), "昭和64年不詳");
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BirthDate(Known);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Known {
    Day(Date),
    /// The era stands here only where year and month do not tell it (1912-07, 1926-12, 1989-01).
    Month {
        year: i16,
        month: i8,
        era: Option<Era>,
    },
    /// The era stands here only where the year does not tell it (1912, 1926, 1989, 2019).
    Year {
        year: i16,
        era: Option<Era>,
    },
    Era(Era),
    Nothing,
}

/// No one alive or on a register in force was born before the solar calendar; 「不詳」 may still mean it.
const BEFORE_ANYONE: Date = date(1868, 1, 25);
const AFTER_ANYONE: Date = Date::MAX;

impl BirthDate {
    /// 不詳 throughout.
    pub const UNKNOWN: Self = Self(Known::Nothing);

    /// A whole date; refused before the solar calendar.
    pub fn new(day: Date) -> Result<Self, TextError> {
        if day < SOLAR_CALENDAR { Err(TextError::BeforeSolarCalendar) } else { Ok(Self(Known::Day(day))) }
    }

    /// The day, if all of it is known.
    pub const fn date(self) -> Option<Date> {
        match self.0 {
            Known::Day(day) => Some(day),
            _ => None,
        }
    }

    pub const fn is_complete(self) -> bool {
        matches!(self.0, Known::Day(_))
    }

    pub fn year(self) -> Option<i16> {
        match self.0 {
            Known::Day(day) => Some(day.year()),
            Known::Month { year, .. } | Known::Year { year, .. } => Some(year),
            Known::Era(_) | Known::Nothing => None,
        }
    }

    pub fn month(self) -> Option<i8> {
        match self.0 {
            Known::Day(day) => Some(day.month()),
            Known::Month { month, .. } => Some(month),
            _ => None,
        }
    }

    pub fn day(self) -> Option<i8> {
        self.date().map(Date::day)
    }

    /// The era, where what is known lies in one. (1989 with nothing else may be 昭和 or 平成.)
    pub fn era(self) -> Option<Era> {
        match self.0 {
            Known::Day(day) => Era::of(day),
            Known::Month { era: Some(era), .. } | Known::Year { era: Some(era), .. } | Known::Era(era) => {
                Some(era)
            }
            Known::Month { .. } | Known::Year { .. } => only_era(self.earliest(), self.latest()),
            Known::Nothing => None,
        }
    }

    /// The year within [`era`](Self::era).
    pub fn era_year(self) -> Option<u16> {
        let years = self.year()?.checked_sub(self.era()?.first_year())?;
        u16::try_from(years).ok()?.checked_add(1)
    }

    /// The first day it may be.
    pub fn earliest(self) -> Date {
        match self.0 {
            Known::Day(day) => day,
            Known::Month { year, month, era } => within(era, first_of(year, month)),
            Known::Year { year, era } => within(era, first_of(year, 1)),
            Known::Era(Era::Meiji) | Known::Nothing => BEFORE_ANYONE,
            Known::Era(era) => era.first_day(),
        }
    }

    /// The last day it may be.
    pub fn latest(self) -> Date {
        match self.0 {
            Known::Day(day) => day,
            Known::Month { year, month, era } => within(era, first_of(year, month).last_of_month()),
            Known::Year { year, era } => within(era, first_of(year, 12).last_of_month()),
            Known::Era(era) => era.last_day().unwrap_or(AFTER_ANYONE),
            Known::Nothing => AFTER_ANYONE,
        }
    }

    /// Whether both may be one person's: no known part contradicts.
    pub fn may_equal(self, other: Self) -> bool {
        self.earliest() <= other.latest() && other.earliest() <= self.latest()
    }

    /// As an office writes it: 「昭和12年3月5日」「昭和12年3月日不詳」「1989年月日不詳」「明治年月日不詳」「年月日不詳」.
    pub fn in_words(self) -> String {
        let year = || match (self.era(), self.era_year(), self.year()) {
            (Some(era), Some(year), _) if year <= MOST_ERA_YEARS => format!("{era}{}", EraYear(year)),
            (_, _, year) => year.unwrap_or_default().to_string(),
        };
        match self.0 {
            Known::Day(day) => format!("{}年{}月{}日", year(), day.month(), day.day()),
            Known::Month { month, .. } => format!("{}年{month}月日不詳", year()),
            Known::Year { .. } => format!("{}年月日不詳", year()),
            Known::Era(era) => format!("{era}年月日不詳"),
            Known::Nothing => "年月日不詳".to_owned(),
        }
    }

    fn in_month(year: i16, month: i8, era: Option<Era>) -> Result<Self, TextError> {
        let first = Date::new(year, month, 1).map_err(|_| TextError::NoSuchDay)?;
        let era = checked_era(first, first.last_of_month(), era)?;
        Ok(Self(Known::Month { year, month, era }))
    }

    fn in_year(year: i16, era: Option<Era>) -> Result<Self, TextError> {
        let first = Date::new(year, 1, 1).map_err(|_| TextError::NoSuchDay)?;
        let era = checked_era(first, first.last_of_year(), era)?;
        Ok(Self(Known::Year { year, era }))
    }
}

/// The era to keep for the days from `first` to `last`: none where they tell it themselves.
fn checked_era(first: Date, last: Date, era: Option<Era>) -> Result<Option<Era>, TextError> {
    if first < SOLAR_CALENDAR {
        return Err(TextError::BeforeSolarCalendar);
    }
    match era {
        Some(era) if last < era.first_day() || era.last_day().is_some_and(|end| end < first) => {
            Err(TextError::OutsideEra { era })
        }
        _ if only_era(first, last).is_some() => Ok(None),
        era => Ok(era),
    }
}

fn only_era(first: Date, last: Date) -> Option<Era> {
    Era::of(first).filter(|era| Era::of(last) == Some(*era))
}

fn first_of(year: i16, month: i8) -> Date {
    // Year and month were checked when the value was made.
    Date::new(year, month, 1).unwrap_or(SOLAR_CALENDAR)
}

fn within(era: Option<Era>, day: Date) -> Date {
    let Some(era) = era else { return day };
    let day = day.max(era.first_day());
    era.last_day().map_or(day, |last| day.min(last))
}

impl FromStr for BirthDate {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let written = Written::read(text)?;
        if written.day.is_some() {
            return Self::new(parse_date(text, EraCheck::Strict)?);
        }
        let (year, era) = match written.year {
            WrittenYear::Gregorian(year) => (year, None),
            WrittenYear::Era(era, 0) => return Err(TextError::OutsideEra { era }),
            WrittenYear::Era(era, year) => (era.gregorian_year(year).ok_or(TextError::NoSuchDay)?, Some(era)),
            WrittenYear::UnknownIn(era) => return Ok(Self(Known::Era(era))),
            WrittenYear::Unknown => return Ok(Self::UNKNOWN),
        };
        match written.month {
            Some(month) => Self::in_month(year, month, era),
            None => Self::in_year(year, era),
        }
    }
}

impl TryFrom<Date> for BirthDate {
    type Error = TextError;

    fn try_from(day: Date) -> Result<Self, TextError> {
        Self::new(day)
    }
}

/// The canonical text, see the type.
impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let era_year = || EraYear(self.era_year().unwrap_or_default());
        match self.0 {
            Known::Day(day) => write!(f, "{day}"),
            Known::Month { year, month, era: None } => write!(f, "{year:04}-{month:02}"),
            Known::Month { month, era: Some(era), .. } => write!(f, "{era}{}年{month}月不詳", era_year()),
            Known::Year { year, era: None } => write!(f, "{year:04}"),
            Known::Year { era: Some(era), .. } => write!(f, "{era}{}年不詳", era_year()),
            Known::Era(era) => write!(f, "{era}不詳"),
            Known::Nothing => f.write_str("不詳"),
        }
    }
}

/// Shows how much is known, not what.
impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Known::Day(_) => "BirthDate(whole)",
            Known::Month { .. } => "BirthDate(day unknown)",
            Known::Year { .. } => "BirthDate(month and day unknown)",
            Known::Era(_) => "BirthDate(only the era known)",
            Known::Nothing => "BirthDate(unknown)",
        })
    }
}

serde_as_text!(BirthDate, |born| Cow::Owned(born.to_string()));
