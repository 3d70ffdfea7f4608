//! 長い一日: an office of many terminals, three departments and the server, each a process of its own, through eight office
//! hours in seconds or minutes, with everything going wrong that DESIGN §13 names, at random from one seed. Then all heals,
//! and it is looked at what is left: nothing lost, nothing where it may not be, no word of a resident outside the
//! encryption, no memory that grows.
//!
//! ```text
//! cargo xtask day                 ten minutes, twenty terminals, a seed of the machine's choice (printed)
//! cargo xtask day 600 7           the same of seed 7
//! MADOKA_DAY_SECONDS=60 MADOKA_DAY_TERMINALS=8 MADOKA_DAY_SEED=7 cargo test -p madoka-tests --test city -- day:: --nocapture
//! ```
//!
//! The seed decides what goes wrong when, who comes and what officers do; how threads and processes meet is the machine's.

pub(crate) mod server;
pub(crate) mod terminal;

mod check;
mod faults;
mod folders;
mod hall;
mod hours;
mod memory;
mod officer;
mod people;
mod processes;
mod reading;
mod scanning;
mod tally;

use std::time::Duration;

/// What a run is like.
#[derive(Clone, Copy, Debug)]
struct Run {
    seed: u64,
    /// How long the eight hours take.
    seconds: u64,
    /// Counters and departments together.
    terminals: usize,
}

impl Run {
    /// Short in the suite; longer where the environment says so.
    fn of_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        Self {
            seed: number("MADOKA_DAY_SEED").unwrap_or(1),
            seconds: number("MADOKA_DAY_SECONDS").unwrap_or(8),
            terminals: usize::try_from(number("MADOKA_DAY_TERMINALS").unwrap_or(5)).unwrap().max(5),
        }
    }

    /// Long enough to say something of memory.
    const fn is_long(self) -> bool {
        self.seconds >= 240
    }

    const fn length(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

#[test]
fn 長い一日のあと_何も失われず_何も漏れず_全員が同じになる() {
    let run = Run::of_environment();
    eprintln!(
        "seed {} （もう一度: MADOKA_DAY_SEED={} MADOKA_DAY_SECONDS={} MADOKA_DAY_TERMINALS={}）",
        run.seed, run.seed, run.seconds, run.terminals
    );
    hall::live(run);
}
