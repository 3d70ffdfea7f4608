//! The clock on the office wall. Japan has one time zone and no summer time, whatever the machine's setting says.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

const JAPAN: Offset = Offset::constant(9);

fn wall(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::fixed(JAPAN)).datetime()
}

/// The day an officer would write on a form at this moment.
pub(crate) fn day(at: Timestamp) -> Date {
    wall(at).date()
}

/// `9:05`, as the list of cases shows it.
pub(crate) fn clock(at: Timestamp) -> String {
    let time = wall(at).time();
    format!("{}:{:02}", time.hour(), time.minute())
}
