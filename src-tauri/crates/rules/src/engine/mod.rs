//! The engine: a pack's rules for one life event and one day, ready to judge facts.

mod compile;
mod explain;
mod judge;
mod open;
mod plan;
mod program;
mod remaining;
mod state;

pub use compile::{Rulebook, RulebookError};
pub use judge::{Due, Entry, Judgement, NextScreen, Subject};
pub use remaining::Remaining;
