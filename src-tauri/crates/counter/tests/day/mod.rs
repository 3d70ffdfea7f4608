//! A day at the counter, with a clock that a test moves.

#![allow(dead_code, reason = "each test file uses its own part of a day")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use madoka_casework::CaseId;
use madoka_counter::view::Problem;
use madoka_counter::{Clock, Counter, CounterError};
use tempfile::TempDir;
use uuid::Uuid;

/// Each copy shows the same time.
#[derive(Clone, Default)]
pub(crate) struct WallClock {
    second: Arc<AtomicI64>,
    ids: Arc<AtomicU64>,
}

impl WallClock {
    /// 2026年11月20日 午前9時, a Friday.
    pub(crate) fn at_nine() -> Self {
        let clock = Self::default();
        clock.set("2026-11-20T00:00:00Z");
        clock
    }

    pub(crate) fn set(&self, moment: &str) {
        let moment: Timestamp = moment.parse().unwrap();
        self.second.store(moment.as_second(), Ordering::Relaxed);
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.second.fetch_add(time.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.second.load(Ordering::Relaxed)).unwrap()
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u64_pair(1, self.ids.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) struct Day {
    pub(crate) data: TempDir,
    pub(crate) counter: Counter,
    clock: WallClock,
}

impl Day {
    pub(crate) fn begin() -> Self {
        let clock = WallClock::at_nine();
        let data = TempDir::new().unwrap();
        let counter = Counter::practice(data.path(), clock.clone()).unwrap();
        Self { data, counter, clock }
    }

    /// The program ends, and begins again with what was kept.
    pub(crate) fn opened_again(self) -> Self {
        self.opened_again_after(|| ())
    }

    pub(crate) fn opened_again_after(self, meanwhile: impl FnOnce()) -> Self {
        let Self { data, counter, clock } = self;
        drop(counter);
        meanwhile();
        let counter = Counter::practice(data.path(), clock.clone()).unwrap();
        Self { data, counter, clock }
    }

    pub(crate) fn minutes_pass(&mut self, minutes: i64) {
        self.clock.pass(SignedDuration::from_mins(minutes));
    }

    pub(crate) fn until(&mut self, moment: &str) {
        self.clock.set(moment);
    }

    pub(crate) fn open(&mut self, life_event: &str, ticket: Option<&str>) -> Result<CaseId, Problem> {
        let row = self.counter.open_case(life_event, ticket).map_err(problem)?;
        Ok(row.id.parse().unwrap())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "stands in `map_err`, which gives it away")]
pub(crate) fn problem(error: CounterError) -> Problem {
    Problem::from(&error)
}
