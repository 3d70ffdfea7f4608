//! The clock on the office wall: Japan's, which has one zone and no summer time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

const JAPAN: Offset = Offset::constant(9);

pub(crate) fn wall(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::fixed(JAPAN)).datetime()
}

/// The moment a clock on the wall shows this.
pub(crate) fn moment(wall: DateTime) -> Timestamp {
    JAPAN.to_timestamp(wall).unwrap_or(Timestamp::MAX)
}
