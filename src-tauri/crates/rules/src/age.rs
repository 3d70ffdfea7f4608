//! Ages, on the legal basis that counts.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::condition::{Basis, Offset, Unit};

/// The age on a day. Before birth it is negative.
///
/// 2月29日 is reached on 28 February by 年齢計算ニ関する法律 (民法143条2項ただし書), and as a birthday on 1 March, in a year
/// without that day.
pub fn age(birth: Date, on: Date, basis: Basis) -> i32 {
    let on = match basis {
        Basis::Birthday => on,
        // Reached on the day before the birthday: whoever has their birthday tomorrow has reached the age.
        Basis::DayBeforeBirthday => on.tomorrow().unwrap_or(on),
        // 31 March, on which those with a birthday on 1 April have reached theirs.
        Basis::FiscalYearEnd => {
            let year = if on.month() >= 4 { on.year().saturating_add(1) } else { on.year() };
            Date::new(year, 4, 1).unwrap_or(on)
        }
    };
    let years = i32::from(on.year()) - i32::from(birth.year());
    if (on.month(), on.day()) < (birth.month(), birth.day()) { years - 1 } else { years }
}

/// A day moved by days, months or years; a day that a short month lacks becomes its last.
pub(crate) fn moved(day: Date, offset: Offset) -> Date {
    let amount = i64::from(offset.amount);
    let span = match offset.unit {
        Unit::Days => jiff::Span::new().try_days(amount),
        Unit::Months => jiff::Span::new().try_months(amount),
        Unit::Years => jiff::Span::new().try_years(amount),
    };
    let span = span.unwrap_or_else(|_| 0.days());
    day.checked_add(span).unwrap_or(if offset.amount < 0 { Date::MIN } else { Date::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn 介護保険の65歳は誕生日の前日から() {
        let birth = date(1961, 11, 21);
        assert_eq!(age(birth, date(2026, 11, 19), Basis::DayBeforeBirthday), 64);
        assert_eq!(age(birth, date(2026, 11, 20), Basis::DayBeforeBirthday), 65);
    }

    #[test]
    fn 後期高齢者の75歳は誕生日から() {
        let birth = date(1951, 11, 21);
        assert_eq!(age(birth, date(2026, 11, 20), Basis::Birthday), 74);
        assert_eq!(age(birth, date(2026, 11, 21), Basis::Birthday), 75);
    }

    #[test]
    fn 四月一日生まれは早い学年に入る() {
        // 18歳到達後最初の3月31日: born 2 April 2008 and 1 April 2009 are of one school year.
        for (birth, ended) in [(date(2008, 4, 1), true), (date(2008, 4, 2), false), (date(2009, 4, 1), false)]
        {
            let gone = age(birth, date(2026, 4, 1), Basis::FiscalYearEnd) > 18;
            assert_eq!(gone, ended, "{birth}");
            assert!(age(birth, date(2026, 3, 31), Basis::FiscalYearEnd) <= 18, "{birth}");
        }
    }

    #[test]
    fn 閏日生まれ() {
        let birth = date(2000, 2, 29);
        assert_eq!(age(birth, date(2026, 2, 27), Basis::DayBeforeBirthday), 25);
        assert_eq!(age(birth, date(2026, 2, 28), Basis::DayBeforeBirthday), 26);
        assert_eq!(age(birth, date(2026, 2, 28), Basis::Birthday), 25);
        assert_eq!(age(birth, date(2026, 3, 1), Basis::Birthday), 26);
        assert_eq!(age(birth, date(2028, 2, 28), Basis::DayBeforeBirthday), 28);
    }
}
