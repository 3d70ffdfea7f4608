//! The use cases of the counter: what an officer can do, free of any window or transport.
//!
//! The desktop shell, `madokactl` and the tests all call the same [`Counter`]; it answers with plain values made
//! for a screen ([`view`]). Time and ids come in as arguments, so a test can live through a whole day in a moment.
//! Rules about cases live in `casework`; this floor only puts the parts together.
//!
//! ```
//! use jiff::Timestamp;
//! use madoka_casework::CaseId;
//! use madoka_counter::Counter;
//!
//! let data = tempfile::tempdir()?;
//! let now: Timestamp = "2026-11-20T00:32:00Z".parse()?;
//! let mut counter = Counter::practice(data.path());
//! counter.open_case("move_in", Some("12"), CaseId::new(uuid::Uuid::from_u128(1)), now)?;
//! let row = &counter.reception(now).cases[0];
//! assert_eq!((row.life_event.ja.as_str(), row.ticket.as_str()), ("転入", "12"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod city;
mod counter;
mod error;
pub mod export;
mod office_time;
pub mod self_check;
mod settings;
pub mod view;
pub mod visit;

pub use counter::Counter;
pub use error::CounterError;
pub use settings::{Display, TypeSize};
