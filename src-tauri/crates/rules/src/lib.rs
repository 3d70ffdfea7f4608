//! Which procedures a resident needs (手続判定).
//!
//! **For:** reading a city's procedure pack ([`read_pack`]), judging every procedure for the facts at hand, asking only
//! what can still change a verdict, saying why, computing deadlines as days, and checking a pack before it is released.
//! The pack's files and the conditions are described in `FORMAT.md` beside this crate.
//!
//! **Not for:** facts themselves (`madoka-facts`), paper (`forms`), keeping cases (`casework`). No clock, no files, no
//! randomness: the day, the contents and the keys are arguments.

mod age;
mod analyse;
mod condition;
mod deadline;
mod engine;
mod holidays;
mod kleene;
pub mod pack;
mod scenario;

pub use age::age;
pub use analyse::{Affected, Change, Finding, Moved, PackDiff, PartChange, PartKind, Witness, analyse, diff};
pub use condition::{
    Basis, Branches, Condition, ConditionError, DateSide, Literal, MAX_DEPTH, MAX_LENGTH, MAX_PARTS, Offset,
    Quantifier, Test, Unit, parse_condition, sentence,
};
pub use deadline::{DeadlineKind, FirstDay, last_day};
pub use engine::{Due, Entry, Judgement, NextScreen, Rulebook, RulebookError, Subject};
pub use holidays::{Calendar, holiday};
pub use kleene::{Compare, Tri};
pub use pack::{Pack, PackFiles, Problem, Severity, Verdict, read_pack};
pub use scenario::{Outcome, Rulebooks, run_scenarios};
