//! Eras (元号), both ways.
//!
//! First days: 大正 明治45年7月30日改元の詔書, 昭和 大正15年12月25日改元の詔書 (both from that very day, so that day has two
//! names and registers use either), 平成 昭和64年政令第1号 (from the day after, 1989-01-08), 令和 平成31年政令第143号
//! (2019-05-01). Days before 1873-01-01 belong to the old lunisolar calendar (明治5年太政官布告第337号) and are refused:
//! their numbers look like Gregorian days and are not.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

use crate::TextError;
use crate::written_date::{Written, WrittenYear};

/// 元号.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    Meiji,
    Taisho,
    Showa,
    Heisei,
    Reiwa,
}

/// The first day that can be written in this program: 明治6年1月1日, the first of the solar calendar.
pub(crate) const SOLAR_CALENDAR: Date = date(1873, 1, 1);

impl Era {
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// 「昭和」.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// 「昭」, as forms print it to be circled.
    pub const fn initial(self) -> char {
        match self {
            Self::Meiji => '明',
            Self::Taisho => '大',
            Self::Showa => '昭',
            Self::Heisei => '平',
            Self::Reiwa => '令',
        }
    }

    /// `S`.
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// 1 明治 … 5 令和: the digit of driving licences and of the certificates' subject names.
    pub const fn number(self) -> u8 {
        match self {
            Self::Meiji => 1,
            Self::Taisho => 2,
            Self::Showa => 3,
            Self::Heisei => 4,
            Self::Reiwa => 5,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.number() == number)
    }

    /// The era that a full name, an initial, a letter (either case) or a squared name (㍼) stands for.
    pub fn from_mark(mark: &str) -> Option<Self> {
        let mut chars = mark.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Self::ALL.into_iter().find(|era| {
                era.initial() == c || era.letter() == c.to_ascii_uppercase() || era.squared() == c
            });
        }
        Self::ALL.into_iter().find(|era| era.name() == mark)
    }

    const fn squared(self) -> char {
        match self {
            Self::Meiji => '㍾',
            Self::Taisho => '㍽',
            Self::Showa => '㍼',
            Self::Heisei => '㍻',
            Self::Reiwa => '㋿',
        }
    }

    /// The first day of the era as this program counts it (明治 from the solar calendar on).
    pub const fn first_day(self) -> Date {
        match self {
            Self::Meiji => SOLAR_CALENDAR,
            Self::Taisho => date(1912, 7, 30),
            Self::Showa => date(1926, 12, 25),
            Self::Heisei => date(1989, 1, 8),
            Self::Reiwa => date(2019, 5, 1),
        }
    }

    /// The last day that may be written in this era; none while the era lasts.
    ///
    /// 明治45年7月30日 and 大正15年12月25日 are also the first days of the next era and are right in both.
    pub const fn last_day(self) -> Option<Date> {
        match self {
            Self::Meiji => Some(date(1912, 7, 30)),
            Self::Taisho => Some(date(1926, 12, 25)),
            Self::Showa => Some(date(1989, 1, 7)),
            Self::Heisei => Some(date(2019, 4, 30)),
            Self::Reiwa => None,
        }
    }

    /// The era a day is written in today's offices: on a day with two names, the newer. None before 1873.
    pub fn of(day: Date) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|era| day >= era.first_day())
    }

    pub fn contains(self, day: Date) -> bool {
        day >= self.first_day() && self.last_day().is_none_or(|last| day <= last)
    }

    /// The Gregorian year called 元年.
    pub const fn first_year(self) -> i16 {
        match self {
            Self::Meiji => 1868,
            Self::Taisho => 1912,
            Self::Showa => 1926,
            Self::Heisei => 1989,
            Self::Reiwa => 2019,
        }
    }

    pub(crate) fn gregorian_year(self, year: u16) -> Option<i16> {
        i16::try_from(year).ok()?.checked_sub(1)?.checked_add(self.first_year())
    }

    pub(crate) fn span_in_words(self) -> &'static str {
        match self {
            Self::Meiji => "明治6年1月1日～明治45年7月30日",
            Self::Taisho => "大正元年7月30日～大正15年12月25日",
            Self::Showa => "昭和元年12月25日～昭和64年1月7日",
            Self::Heisei => "平成元年1月8日～平成31年4月30日",
            Self::Reiwa => "令和元年5月1日から",
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How to take a date whose era had not begun or was already over on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EraCheck {
    /// Refuse it. For everything that happened: births, deaths, moves, issues.
    #[default]
    Strict,
    /// Count the era's years on: 平成35年4月1日 → 2023-04-01. For days that were still to come when they were printed,
    /// as the expiry on cards and certificates issued before 2019-05-01.
    CountOn,
}

/// A day written with its era. It cannot be a day outside the era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EraDate {
    era: Era,
    day: Date,
}

impl EraDate {
    /// The day in the era of its time; refused before the solar calendar.
    ///
    /// ```
    /// use madoka_text::{Date, EraDate};
    /// let day = EraDate::of(Date::constant(2019, 5, 1))?;
    /// assert_eq!(day.to_string(), "令和元年5月1日");
    /// assert_eq!(day.short(), "R1.5.1");
    /// assert_eq!(day.kanji(), "令和元年五月一日");
    /// # Ok::<(), madoka_text::TextError>(())
    /// ```
    pub fn of(day: Date) -> Result<Self, TextError> {
        Era::of(day).map(|era| Self { era, day }).ok_or(TextError::BeforeSolarCalendar)
    }

    /// A day given in parts, e.g. from a form's boxes.
    pub fn new(era: Era, year: u16, month: i8, day: i8, check: EraCheck) -> Result<Self, TextError> {
        let gregorian = era.gregorian_year(year).filter(|_| year > 0).ok_or(TextError::NoSuchDay)?;
        if gregorian < SOLAR_CALENDAR.year() {
            return Err(TextError::BeforeSolarCalendar);
        }
        let date = Date::new(gregorian, month, day).map_err(|_| TextError::NoSuchDay)?;
        if era.contains(date) {
            return Ok(Self { era, day: date });
        }
        match check {
            EraCheck::Strict => Err(TextError::OutsideEra { era }),
            EraCheck::CountOn => Self::of(date),
        }
    }

    pub const fn era(self) -> Era {
        self.era
    }

    /// The year within the era; 1 is 元年.
    pub fn year(self) -> u16 {
        // An era's day is never before its first year, so the difference is not negative.
        u16::try_from(self.day.year() - self.era.first_year()).map_or(1, |years| years + 1)
    }

    pub fn month(self) -> i8 {
        self.day.month()
    }

    pub fn day(self) -> i8 {
        self.day.day()
    }

    pub const fn date(self) -> Date {
        self.day
    }

    /// `S12.3.5`.
    pub fn short(self) -> String {
        format!("{}{}.{}.{}", self.era.letter(), self.year(), self.month(), self.day())
    }

    /// 「昭和十二年三月五日」, for vertical forms.
    pub fn kanji(self) -> String {
        let number = |n: i8| crate::number_to_kanji(u32::from(n.unsigned_abs()));
        let year = match self.year() {
            1 => "元".to_owned(),
            year => crate::number_to_kanji(u32::from(year)),
        };
        format!("{}{year}年{}月{}日", self.era, number(self.month()), number(self.day()))
    }
}

/// 「昭和12年3月5日」, 元年 for the first year.
impl fmt::Display for EraDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}年{}月{}日", self.era, EraYear(self.year()), self.month(), self.day())
    }
}

impl FromStr for EraDate {
    type Err = TextError;

    /// Strictly; `parse_date` with [`EraCheck::CountOn`] is for printed expiry dates.
    fn from_str(text: &str) -> Result<Self, TextError> {
        match Written::read(text)?.year {
            WrittenYear::Era(era, _) => Ok(Self { era, day: parse_date(text, EraCheck::Strict)? }),
            _ => Self::of(parse_date(text, EraCheck::Strict)?),
        }
    }
}

/// 元 for 1.
pub(crate) struct EraYear(pub(crate) u16);

impl fmt::Display for EraYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("元"),
            year => write!(f, "{year}"),
        }
    }
}

/// Reads one whole day, however it is written: 「令和8年4月1日」「R8.4.1」「昭12・3・5」「二〇二六年四月一日」
/// 「2026-04-01」「20260401」「S120305」.
///
/// ```
/// use madoka_text::{EraCheck, TextError, parse_date};
/// assert_eq!(parse_date("平成３１年４月３０日", EraCheck::Strict)?.to_string(), "2019-04-30");
/// assert!(matches!(parse_date("平成35年4月1日", EraCheck::Strict), Err(TextError::OutsideEra { .. })));
/// assert_eq!(parse_date("平成35年4月1日", EraCheck::CountOn)?.to_string(), "2023-04-01");
/// # Ok::<(), TextError>(())
/// ```
pub fn parse_date(text: &str, check: EraCheck) -> Result<Date, TextError> {
    let written = Written::read(text)?;
    let (Some(month), Some(day)) = (written.month, written.day) else {
        return Err(TextError::DateIncomplete);
    };
    match written.year {
        WrittenYear::Era(era, year) => EraDate::new(era, year, month, day, check).map(EraDate::date),
        WrittenYear::Gregorian(year) => {
            let day = Date::new(year, month, day).map_err(|_| TextError::NoSuchDay)?;
            if day < SOLAR_CALENDAR { Err(TextError::BeforeSolarCalendar) } else { Ok(day) }
        }
        WrittenYear::UnknownIn(_) | WrittenYear::Unknown => Err(TextError::DateIncomplete),
    }
}
