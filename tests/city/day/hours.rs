//! 庁内の時計: eight office hours in the seconds of a run. The afternoon of 31 March, and, the night left out, the morning of
//! 1 April, when new rules begin.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use madoka_counter::Clock;
use uuid::Uuid;

/// The first moment of the run by the machine's clock (milliseconds), and how long it lasts (seconds).
pub(super) const LASTS: &str = "MADOKA_DAY_LASTS";

const HALF: i64 = 4 * 3600;

/// How the machine's time becomes the office's. Before the run begins they are the same.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    /// Milliseconds; 0 before it has begun.
    begun: Arc<AtomicI64>,
    /// Seconds this clock is off.
    off: Arc<AtomicI64>,
    lasts: i64,
    april: Date,
}

impl Hours {
    pub(super) fn lasting(length: Duration) -> Self {
        Self {
            begun: Arc::default(),
            off: Arc::default(),
            lasts: i64::try_from(length.as_millis()).unwrap().max(1),
            april: next_april(),
        }
    }

    pub(super) fn begin(&self, milliseconds: i64) {
        self.begun.store(milliseconds, Ordering::Relaxed);
    }

    pub(super) fn put_off(&self, seconds: i64) {
        self.off.store(seconds, Ordering::Relaxed);
    }

    /// The office's time without this clock's error.
    fn right(&self) -> Timestamp {
        let machine = Timestamp::now();
        let begun = self.begun.load(Ordering::Relaxed);
        if begun == 0 {
            return machine;
        }
        let passed = machine.as_millisecond() - begun;
        // Beyond the end it goes on as clocks do.
        let (within, beyond) = (passed.clamp(0, self.lasts), (passed - self.lasts).max(0));
        let office = within * (2 * HALF * 1000 / self.lasts);
        let (day, from) = if office < HALF * 1000 {
            (self.april.yesterday().unwrap(), office + 13 * 3600 * 1000)
        } else {
            (self.april, office - HALF * 1000 + (8 * 3600 + 1800) * 1000)
        };
        let midnight = day.to_zoned(TimeZone::fixed(Offset::constant(9))).unwrap().timestamp();
        midnight + SignedDuration::from_millis(from + beyond)
    }
}

impl Clock for Hours {
    fn now(&self) -> Timestamp {
        self.right() + SignedDuration::from_secs(self.off.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl madoka_server::clock::Clock for Hours {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }
}

/// The next 1 April that is still to come.
pub(super) fn next_april() -> Date {
    let today = Offset::constant(9).to_datetime(Timestamp::now()).date();
    let this = date(today.year(), 4, 1);
    if this > today { this } else { date(today.year() + 1, 4, 1) }
}
