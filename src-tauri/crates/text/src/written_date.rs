//! The grammar of dates as people and cards write them; what the words mean is decided by `era` and `birth_date`.
//!
//! ```text
//! date  = whole "生" | "生まれ" | whole
//! whole = year ["年" | sep] month ["月" | sep] day ["日"] | YYYYMMDD | era YYMMDD | year 不詳 | … | 不詳
//! year  = era (元 | number) | ["西暦"] 4 digits
//! ```

use crate::digits::{arabic_digit, is_kanji_numeral, kanji_to_number};
use crate::{Era, TextError};

/// A date as written: parts that were written as 不詳 are `None`. Months and days are not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) year: WrittenYear,
    pub(crate) month: Option<i8>,
    pub(crate) day: Option<i8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenYear {
    Gregorian(i16),
    Era(Era, u16),
    /// 「明治不詳」: the era is known, the year is not.
    UnknownIn(Era),
    Unknown,
}

/// Longer than any date a person writes; a bound on the work done for hostile input.
const LONGEST: usize = 40;

/// No era lasts longer; 「令和2026年」 is a slip. Later days are written with the year of the Gregorian calendar.
pub(crate) const MOST_ERA_YEARS: u16 = 200;

/// Words for "not known", as registers, cards and forms use them.
const UNKNOWN_WORDS: [&str; 3] = ["不詳", "不明", "未詳"];

impl Written {
    pub(crate) fn read(text: &str) -> Result<Self, TextError> {
        let chars: Vec<char> =
            text.chars().filter(|c| !c.is_whitespace()).take(LONGEST + 1).map(plain).collect();
        if chars.len() > LONGEST {
            return Err(TextError::DateForm);
        }
        let mut cursor = Cursor { rest: &chars };
        let written = cursor.date().ok_or(TextError::DateForm)?;
        let _ = cursor.word("生まれ") || cursor.word("生れ") || cursor.word("生");
        if cursor.rest.is_empty() { Ok(written) } else { Err(TextError::DateForm) }
    }
}

/// Full-width ASCII to ASCII, and every separator people put between numbers to `-`.
fn plain(c: char) -> char {
    let c = match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    match c {
        '/' | '.' | '．' | '・' | '･' | '，' | ',' | '、' | '‐' | '‑' | '–' | '—' | '―' | '−' | '－'
        | 'ー' | 'ｰ' => '-',
        _ => c,
    }
}

struct Cursor<'a> {
    rest: &'a [char],
}

impl Cursor<'_> {
    fn date(&mut self) -> Option<Written> {
        if self.unknown_words(&["年月日", "生年月日", "年"]) {
            let _ = self.month_and_day_unknown();
            return Some(Written { year: WrittenYear::Unknown, month: None, day: None });
        }
        if let Some(era) = self.era() {
            return self.after_era(era);
        }
        let _ = self.word("西暦");
        if let Some(whole) = self.compact() {
            return Some(whole);
        }
        let digits = self.digit_count();
        let year = i16::try_from(self.number()?).ok()?;
        // A year of the Gregorian calendar has four figures; 「25-3-4」 could be 平成, 昭和 or 2025.
        if digits != 4 && year < 1000 {
            return None;
        }
        self.after_year(WrittenYear::Gregorian(year), digits == 4)
    }

    fn after_era(&mut self, era: Era) -> Option<Written> {
        if self.unknown_words(&["年月日", "年"]) {
            let _ = self.month_and_day_unknown();
            return Some(Written { year: WrittenYear::UnknownIn(era), month: None, day: None });
        }
        if self.digit_count() == 6 {
            let number = self.number()?;
            let year = WrittenYear::Era(era, u16::try_from(number / 10_000).ok()?);
            return Some(Written {
                year,
                month: zero_is_unknown(number / 100 % 100),
                day: zero_is_unknown(number % 100),
            });
        }
        let _ = self.word("-");
        let year = if self.word("元") { 1 } else { self.number()? };
        if year > u32::from(MOST_ERA_YEARS) {
            return None;
        }
        self.after_year(WrittenYear::Era(era, u16::try_from(year).ok()?), false)
    }

    /// Eight figures, the Gregorian `20260401`.
    fn compact(&mut self) -> Option<Written> {
        if self.digit_count() != 8 {
            return None;
        }
        let number = self.number()?;
        let year = WrittenYear::Gregorian(i16::try_from(number / 10_000).ok()?);
        Some(Written { year, month: zero_is_unknown(number / 100 % 100), day: zero_is_unknown(number % 100) })
    }

    /// `may_stop`: the machine forms `1937` and `1937-03` may end early; a person's 「昭和12年3月」 must say 不詳.
    fn after_year(&mut self, year: WrittenYear, may_stop: bool) -> Option<Written> {
        if may_stop && self.rest.is_empty() {
            return Some(Written { year, month: None, day: None });
        }
        let (after_month, after_day) = match () {
            () if self.word("年") => ("月", "日"),
            () if self.word("-") => ("-", ""),
            () => return None,
        };
        if self.month_and_day_unknown() {
            return Some(Written { year, month: None, day: None });
        }
        let month = zero_is_unknown(self.number()?);
        if may_stop && after_month == "-" && self.rest.is_empty() {
            return Some(Written { year, month, day: None });
        }
        if !self.word(after_month) {
            return None;
        }
        if self.unknown_words(&["日"]) {
            return Some(Written { year, month, day: None });
        }
        let day = zero_is_unknown(self.number()?);
        let _ = self.word(after_day);
        // A day of an unknown month says nothing a counter could use; such a date is a slip.
        if month.is_none() && day.is_some() { None } else { Some(Written { year, month, day }) }
    }

    /// 「月日不詳」「不詳」「月不詳日不詳」「不詳月不詳日」.
    fn month_and_day_unknown(&mut self) -> bool {
        self.unknown_words(&["月日", "月"]) && {
            let _ = self.unknown_words(&["日"]);
            true
        }
    }

    fn era(&mut self) -> Option<Era> {
        for era in Era::ALL {
            if self.word(era.name()) {
                return Some(era);
            }
        }
        let first = *self.rest.first()?;
        let era = Era::from_mark(first.encode_utf8(&mut [0; 4]))?;
        self.rest = self.rest.get(1..)?;
        Some(era)
    }

    /// 「月日不詳」, 「月不詳日不詳」's first half, 「不詳月」: `what` before or after the word for unknown.
    fn unknown_words(&mut self, what: &[&str]) -> bool {
        for unknown in UNKNOWN_WORDS {
            for named in what {
                if self.words(&[named, unknown]) || self.words(&[unknown, named]) {
                    return true;
                }
            }
            if self.word(unknown) {
                return true;
            }
        }
        false
    }

    fn word(&mut self, word: &str) -> bool {
        self.words(&[word])
    }

    fn words(&mut self, words: &[&str]) -> bool {
        let mut rest = self.rest;
        for c in words.iter().flat_map(|word| word.chars()) {
            match rest.split_first() {
                Some((first, after)) if *first == c => rest = after,
                _ => return false,
            }
        }
        self.rest = rest;
        true
    }

    fn digit_count(&self) -> usize {
        self.rest.iter().take_while(|c| arabic_digit(**c).is_some()).count()
    }

    fn number(&mut self) -> Option<u32> {
        let figures = self.digit_count();
        if figures > 8 {
            return None;
        }
        if figures > 0 {
            let (number, rest) = self.rest.split_at_checked(figures)?;
            self.rest = rest;
            return number.iter().filter_map(|c| arabic_digit(*c)).reduce(|sum, d| sum * 10 + d);
        }
        let kanji = self.rest.iter().take_while(|c| is_kanji_numeral(**c)).count();
        let (number, rest) = self.rest.split_at_checked(kanji)?;
        self.rest = rest;
        kanji_to_number(&number.iter().collect::<String>())
    }
}

/// Cards without a full birth date carry zeros (1950-00-00). Anything that is no month or day at all becomes 99,
/// which the calendar refuses.
fn zero_is_unknown(number: u32) -> Option<i8> {
    (number != 0).then(|| i8::try_from(number).unwrap_or(99))
}
