//! How much memory processes have, over the day: what the machine gave them, and what of it is in use.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use malloc_info::info::{SystemType, TotalType};

use super::processes::Heard;

/// One look at one process.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) who: String,
    /// Of the run, 0 to 1.
    pub(super) at: f64,
    pub(super) given: u64,
    /// As the process itself said last; the server does not.
    pub(super) in_use: Option<u64>,
}

/// Whom to look at: name and process.
pub(super) type Living = Arc<Mutex<Vec<(String, u32)>>>;

/// Looks until the end.
pub(super) fn watch(
    living: Living,
    heard: Arc<Mutex<Heard>>,
    length: Duration,
) -> std::thread::JoinHandle<Vec<Sample>> {
    std::thread::spawn(move || {
        let begun = Instant::now();
        let mut samples = Vec::new();
        while begun.elapsed() < length {
            let at = begun.elapsed().as_secs_f64() / length.as_secs_f64();
            let now = living.lock().unwrap().clone();
            for (who, process) in now {
                if let Some(given) = pss(process) {
                    let in_use = heard.lock().unwrap().in_use.get(&who).copied();
                    samples.push(Sample { who, at, given, in_use });
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

/// KiB this process asked its allocator for and has not handed back: what a leak adds to. What the allocator keeps for the next
/// who asks is the machine's loss, but no leak.
pub(super) fn in_use() -> Option<u64> {
    let books = malloc_info::malloc_info().ok()?;
    let system = books.system.iter().filter(|one| one.r#type == SystemType::Current).map(|one| one.size);
    let total = |kind| books.total.iter().filter(move |one| one.r#type == kind).map(|one| one.size);
    let taken: usize = system.chain(total(TotalType::Mmap)).sum();
    let kept: usize = total(TotalType::Fast).chain(total(TotalType::Rest)).sum();
    u64::try_from(taken.checked_sub(kept)? / 1024).ok()
}

/// What someone holds within a part of the run: the lower quartile of what was seen. What is taken for a page or a picture is
/// given back, and a leak is not.
pub(super) fn held(
    samples: &[Sample],
    who: &str,
    what: impl Fn(&Sample) -> Option<u64>,
    from: f64,
    to: f64,
) -> Option<u64> {
    let mut of: Vec<u64> = samples
        .iter()
        .filter(|sample| sample.who == who && (from..to).contains(&sample.at))
        .filter_map(what)
        .collect();
    of.sort_unstable();
    of.get(of.len() / 4).copied()
}
