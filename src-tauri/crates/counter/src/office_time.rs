//! The clock on the office wall. Japan has one time zone and no summer time, whatever the machine's setting says.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

const JAPAN: Offset = Offset::constant(9);

pub(crate) fn wall(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::fixed(JAPAN)).datetime()
}

/// The day an officer would write on a form at this moment.
pub(crate) fn day(at: Timestamp) -> Date {
    wall(at).date()
}

/// From the first to after the last moment of a day.
pub(crate) fn bounds(day: Date) -> (Timestamp, Timestamp) {
    let start = |day: Date| JAPAN.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
    (start(day), day.tomorrow().map_or(Timestamp::MAX, start))
}

/// `2026-11-20T09:32`, as back offices read it.
pub(crate) fn iso(at: Timestamp) -> String {
    let time = wall(at);
    format!("{}T{:02}:{:02}", time.date(), time.hour(), time.minute())
}

/// `2026年11月20日 9:05`, as it stands beneath a signature.
pub(crate) fn moment(at: Timestamp) -> String {
    let day = wall(at).date();
    format!("{}年{}月{}日 {}", day.year(), day.month(), day.day(), clock(at))
}

/// `9:05`, as the list of cases shows it.
pub(crate) fn clock(at: Timestamp) -> String {
    let time = wall(at).time();
    format!("{}:{:02}", time.hour(), time.minute())
}
