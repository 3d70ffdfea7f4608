//! Deadlines as days.

use jiff::civil::Date;

use crate::age::moved;
use crate::condition::{Offset, Unit};

/// Whether the day of the event counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstDay {
    /// 戸籍法43条
    Included,
    /// 民法140条
    Excluded,
}

/// What missing a deadline means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineKind {
    /// 法定の届出期間
    Legal,
    /// 請求期限（時効）
    Claim,
    /// 目安
    Advice,
}

/// The last day of a period (民法140条・141条・143条; 戸籍法43条).
pub fn last_day(anchor: Date, amount: u32, unit: Unit, first_day: FirstDay) -> Date {
    let amount = i32::try_from(amount).unwrap_or(i32::MAX);
    let start = match first_day {
        FirstDay::Included => anchor,
        FirstDay::Excluded => anchor.tomorrow().unwrap_or(anchor),
    };
    let end = moved(start, Offset { amount, unit });
    // The day before the corresponding day; a month without that day ends the period on its last day (143条2項ただし書).
    if unit != Unit::Days && end.day() != start.day() { end } else { end.yesterday().unwrap_or(end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holidays::Calendar;
    use jiff::civil::date;

    #[test]
    fn 死亡届は知った日を含めて七日() {
        assert_eq!(last_day(date(2026, 10, 20), 7, Unit::Days, FirstDay::Included), date(2026, 10, 26));
    }

    #[test]
    fn 転入届は翌日から十四日で祝日なら次の開庁日() {
        let last = last_day(date(2026, 10, 20), 14, Unit::Days, FirstDay::Excluded);
        assert_eq!(last, date(2026, 11, 3));
        assert_eq!(Calendar::default().next_open(last), date(2026, 11, 4));
    }

    #[test]
    fn 月と年は応当日の前日に終わる() {
        assert_eq!(last_day(date(2026, 10, 20), 3, Unit::Months, FirstDay::Included), date(2027, 1, 19));
        assert_eq!(last_day(date(2026, 10, 20), 3, Unit::Months, FirstDay::Excluded), date(2027, 1, 20));
        assert_eq!(last_day(date(2026, 10, 20), 2, Unit::Years, FirstDay::Excluded), date(2028, 10, 20));
        // No corresponding day: the last of the month. 1月30日の翌日（31日）から1か月。
        assert_eq!(last_day(date(2026, 1, 30), 1, Unit::Months, FirstDay::Excluded), date(2026, 2, 28));
        assert_eq!(last_day(date(2026, 1, 31), 1, Unit::Months, FirstDay::Excluded), date(2026, 2, 28));
        assert_eq!(last_day(date(2028, 2, 28), 1, Unit::Years, FirstDay::Excluded), date(2029, 2, 28));
    }
}
