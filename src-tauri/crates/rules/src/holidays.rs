//! Japan's public holidays (国民の祝日に関する法律) and the days an office is closed.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

/// The name of the holiday on a day, if it is one. Right from 2003 (when 海の日 and 敬老の日 became Mondays) to 2099;
/// the equinoxes of coming years are the astronomers' prediction, fixed each February in 官報.
pub fn holiday(day: Date) -> Option<&'static str> {
    if let Some(name) = named(day) {
        return Some(name);
    }
    // 国民の休日 (3条3項): a weekday between two holidays.
    let (before, after) = (day.yesterday().ok()?, day.tomorrow().ok()?);
    if named(before).is_some() && named(after).is_some() {
        return Some("国民の休日");
    }
    // 振替休日 (3条2項): the first day that is no holiday after a holiday on a Sunday.
    let mut earlier = before;
    while named(earlier).is_some() {
        if earlier.weekday() == Weekday::Sunday {
            return Some("振替休日");
        }
        earlier = earlier.yesterday().ok()?;
    }
    None
}

fn named(day: Date) -> Option<&'static str> {
    let (year, month, date) = (day.year(), day.month(), day.day());
    // The n-th Monday of a month.
    let monday = |n: i8| day.weekday() == Weekday::Monday && (date - 1) / 7 == n - 1;
    let exact = |wanted: i8| date == wanted;
    match (month, year) {
        (1, _) if exact(1) => Some("元日"),
        (1, _) if monday(2) => Some("成人の日"),
        (2, _) if exact(11) => Some("建国記念の日"),
        (2, 2020..) | (12, ..=2018) if exact(23) => Some("天皇誕生日"),
        (3, _) if exact(spring_equinox(year)) => Some("春分の日"),
        (4, _) if exact(29) => Some(if year >= 2007 { "昭和の日" } else { "みどりの日" }),
        (5, 2019) if exact(1) => Some("即位の日"),
        (5, _) if exact(3) => Some("憲法記念日"),
        (5, 2007..) if exact(4) => Some("みどりの日"),
        (5, _) if exact(5) => Some("こどもの日"),
        // The Olympic years moved three holidays (令和三年東京オリンピック・パラリンピック特別措置法).
        (7 | 8 | 10, 2020 | 2021) => {
            OLYMPIC.into_iter().find(|(wanted, _)| *wanted == (year, month, date)).map(|(_, name)| name)
        }
        (7, _) if monday(3) => Some("海の日"),
        (8, 2016..) if exact(11) => Some("山の日"),
        (9, _) if monday(3) => Some("敬老の日"),
        (9, _) if exact(autumn_equinox(year)) => Some("秋分の日"),
        (10, _) if monday(2) => Some(if year >= 2020 { "スポーツの日" } else { "体育の日" }),
        (10, 2019) if exact(22) => Some("即位礼正殿の儀"),
        (11, _) if exact(3) => Some("文化の日"),
        (11, _) if exact(23) => Some("勤労感謝の日"),
        _ => None,
    }
}

const OLYMPIC: [((i16, i8, i8), &str); 6] = [
    ((2020, 7, 23), "海の日"),
    ((2020, 7, 24), "スポーツの日"),
    ((2020, 8, 10), "山の日"),
    ((2021, 7, 22), "海の日"),
    ((2021, 7, 23), "スポーツの日"),
    ((2021, 8, 8), "山の日"),
];

/// 海上保安庁水路部 暦計算研究会編「新こよみ便利帳」の近似式, for 1980–2099.
fn spring_equinox(year: i16) -> i8 {
    equinox(20_843_100, year)
}

fn autumn_equinox(year: i16) -> i8 {
    equinox(23_248_800, year)
}

fn equinox(base: i64, year: i16) -> i8 {
    let years = i64::from(year) - 1980;
    i8::try_from((base + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4)).unwrap_or_default()
}

/// When the city's offices are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub closed_weekdays: Vec<Weekday>,
    /// Month and day of the first and the last day; the last may lie in the next year.
    pub closed_yearly: Vec<((i8, i8), (i8, i8))>,
    pub closed: BTreeSet<Date>,
}

impl Default for Calendar {
    /// 地方自治法4条の2: Saturdays, Sundays, holidays, and 29 December to 3 January.
    fn default() -> Self {
        Self {
            closed_weekdays: vec![Weekday::Saturday, Weekday::Sunday],
            closed_yearly: vec![((12, 29), (1, 3))],
            closed: BTreeSet::new(),
        }
    }
}

impl Calendar {
    pub fn is_open(&self, day: Date) -> bool {
        let yearly = |&(first, last): &((i8, i8), (i8, i8))| {
            let this = (day.month(), day.day());
            if first <= last { first <= this && this <= last } else { this >= first || this <= last }
        };
        !self.closed_weekdays.contains(&day.weekday())
            && !self.closed_yearly.iter().any(yearly)
            && !self.closed.contains(&day)
            && holiday(day).is_none()
    }

    /// The day itself if the office is open, else the next open one (itself again if there is none in two years).
    pub fn next_open(&self, day: Date) -> Date {
        let mut candidate = day;
        for _ in 0..732 {
            if self.is_open(candidate) {
                return candidate;
            }
            match candidate.tomorrow() {
                Ok(next) => candidate = next,
                Err(_) => break,
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn 内閣府の表のとおり() {
        // 内閣府「国民の祝日について」の令和8年・令和9年の表。
        let expected = [
            (
                2026,
                "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
            ),
            (
                2027,
                "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
            ),
            (
                2019,
                "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
            ),
            (
                2021,
                "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23",
            ),
        ];
        for (year, days) in expected {
            let mut day = date(year, 1, 1);
            let mut found = Vec::new();
            while day.year() == year {
                if holiday(day).is_some() {
                    found.push(format!("{:02}-{:02}", day.month(), day.day()));
                }
                day = day.tomorrow().unwrap();
            }
            assert_eq!(found.join(" "), days, "{year}");
        }
    }

    #[test]
    fn 年末年始は年をまたぐ() {
        let calendar = Calendar::default();
        assert_eq!(calendar.next_open(date(2026, 12, 29)), date(2027, 1, 4));
        assert!(calendar.is_open(date(2026, 12, 28)));
    }
}
