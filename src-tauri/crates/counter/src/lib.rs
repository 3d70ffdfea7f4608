//! The use cases of the counter: what an officer can do, free of any window or transport.
//!
//! The desktop shell, `madokactl` and the tests all call the same [`Counter`]; it answers with plain values made
//! for a screen ([`view`]). Time and ids come from a [`Clock`], so a test can live through a whole day in a moment.
//! Rules about cases live in `casework`; this floor only puts the parts together.
//!
//! ```
//! use madoka_counter::{Counter, MachineClock};
//!
//! let data = tempfile::tempdir()?;
//! let mut counter = Counter::practice(data.path(), MachineClock)?;
//! counter.open_case("move_in", Some("12"))?;
//! let row = &counter.reception()?.cases[0];
//! assert_eq!((row.life_event.ja.as_str(), row.ticket.as_str()), ("転入", "12"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod administration;
pub mod afterwards;
mod at_work;
pub mod board;
pub mod bookings;
pub mod cards;
mod cases;
mod city;
mod clock;
mod counter;
mod error;
pub mod export;
pub mod guidance;
pub mod handover;
pub mod household;
pub mod inquiries;
mod notices;
pub mod office;
mod office_time;
pub mod other_visits;
mod owning;
mod packs;
pub mod papers;
pub mod pictures;
pub mod practice;
pub mod printing;
mod reading_error;
mod reception;
mod records;
pub mod register;
mod relations;
pub mod resident;
mod scan;
pub mod self_check;
mod settings;
mod settle;
pub mod statistics;
pub mod supervisor;
pub mod view;
pub mod visit;
mod working;

pub use clock::{Clock, MachineClock};
pub use counter::Counter;
pub use error::CounterError;
pub use reading_error::ReadingError;
pub use settings::{Display, TypeSize};
pub use working::{Judged, TakenIn};

/// What a counter's process wants of its environment: C libraries read it once, when they are loaded.
pub const ENVIRONMENT: [(&str, &str); 3] = [
    // tesseract's threads fight each other for the cores.
    ("OMP_THREAD_LIMIT", "1"),
    // glibc has an arena for each thread and keeps there what was freed: in the same long day a terminal held 274 MiB, and
    // with these two 149, when as much was in use.
    ("MALLOC_ARENA_MAX", "1"),
    // A page of paper or a font goes back at once.
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
];
