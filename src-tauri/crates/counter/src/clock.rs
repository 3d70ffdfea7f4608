//! Time and new names, given from outside, so that a test can live through a whole day in a moment.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use uuid::Uuid;

/// What tells the time and makes names that nothing else has.
pub trait Clock: Send {
    fn now(&self) -> Timestamp;
    fn new_id(&self) -> Uuid;
}

/// The machine's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanos = i128::try_from(since.as_nanos()).unwrap_or_default();
        Timestamp::from_nanosecond(nanos).unwrap_or_default()
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
