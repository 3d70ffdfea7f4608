//! How much memory processes have, over the day.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One look at one process.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) who: String,
    /// Of the run, 0 to 1.
    pub(super) at: f64,
    pub(super) kib: u64,
}

/// Whom to look at: name and process.
pub(super) type Living = Arc<Mutex<Vec<(String, u32)>>>;

/// Looks until the end.
pub(super) fn watch(living: Living, length: Duration) -> std::thread::JoinHandle<Vec<Sample>> {
    std::thread::spawn(move || {
        let begun = Instant::now();
        let mut samples = Vec::new();
        while begun.elapsed() < length {
            let at = begun.elapsed().as_secs_f64() / length.as_secs_f64();
            let now = living.lock().unwrap().clone();
            for (who, process) in now {
                if let Some(kib) = pss(process) {
                    samples.push(Sample { who, at, kib });
                }
            }
            std::thread::sleep((length / 60).clamp(Duration::from_millis(300), Duration::from_secs(5)));
        }
        samples
    })
}

/// What is this process's own, and its share of what it shares.
fn pss(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse().ok())
}

/// What someone holds within a part of the run: the lower quartile of what was seen. What is taken for a page or a picture is
/// given back, and a leak is not.
pub(super) fn held(samples: &[Sample], who: &str, from: f64, to: f64) -> Option<u64> {
    let mut of: Vec<u64> = samples
        .iter()
        .filter(|sample| sample.who == who && (from..to).contains(&sample.at))
        .map(|sample| sample.kib)
        .collect();
    of.sort_unstable();
    of.get(of.len() / 4).copied()
}
