//! Samples, and how they are told.

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Rounds of one sample each; everything measured takes its turn in every round, so that whatever else the machine
/// does hits all alike.
pub(crate) const ROUNDS: usize = 21;
/// Rounds before them that do not count.
pub(crate) const WARM_UP: usize = 3;
/// A sample lasts at least so long.
const SAMPLE: Duration = Duration::from_millis(20);

/// The time this process has been given by its processors: what waits for others does not count.
pub(crate) fn used() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanoseconds) = (used.tv_sec.try_into(), used.tv_nsec.try_into());
    Duration::new(seconds.expect("time since the start"), nanoseconds.expect("under a second"))
}

/// What of it has gone since it was so much.
pub(crate) fn since(started: Duration) -> Duration {
    used().saturating_sub(started)
}

/// One sample: nanoseconds of each of `count` calls.
pub(crate) fn sample<T>(count: usize, mut call: impl FnMut(usize) -> T) -> f64 {
    let (started, mut called) = (used(), 0_u32);
    while since(started) < SAMPLE {
        for at in 0..count {
            black_box(call(black_box(at)));
            called += 1;
        }
    }
    since(started).as_secs_f64() * 1e9 / f64::from(called)
}

/// Samples of one thing, in order of size.
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// From the nanoseconds of all rounds, those of the warm-up first.
    pub(crate) fn new(mut rounds: Vec<f64>) -> Self {
        let mut samples = rounds.split_off(WARM_UP);
        samples.sort_by(f64::total_cmp);
        Self(samples)
    }

    /// All rounds of one thing alone.
    pub(crate) fn take<T>(count: usize, mut call: impl FnMut(usize) -> T) -> Self {
        Self::new((0..WARM_UP + ROUNDS).map(|_| sample(count, &mut call)).collect())
    }

    pub(crate) fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    /// Half of the samples lie between these.
    fn quartiles(&self) -> (f64, f64) {
        (self.0[self.0.len() / 4], self.0[self.0.len() * 3 / 4])
    }

    /// Median, middle half, least and most, in microseconds: the cells of a table.
    pub(crate) fn cells(&self) -> String {
        let (low, high) = self.quartiles();
        let (least, most) = (self.0[0], self.0[self.0.len() - 1]);
        let [median, low, high, least, most] = [self.median(), low, high, least, most].map(micros);
        format!("{median} | {low}–{high} | {least}–{most}")
    }

    /// Median, least and most, in milliseconds.
    pub(crate) fn millis(&self) -> String {
        let (least, most) = (self.0[0] / 1e6, self.0[self.0.len() - 1] / 1e6);
        format!("{:.1} | {least:.1}–{most:.1}", self.median() / 1e6)
    }
}

/// Nanoseconds as microseconds, three digits of them.
pub(crate) fn micros(nanoseconds: f64) -> String {
    let micros = nanoseconds / 1e3;
    match micros {
        ..10.0 => format!("{micros:.2}"),
        ..100.0 => format!("{micros:.1}"),
        _ => format!("{micros:.0}"),
    }
}
