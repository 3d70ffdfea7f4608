//! Which procedures a resident needs (手続判定).
//!
//! **For:** reading a city's procedure pack ([`read_pack`]), judging every procedure for the facts at hand, asking only
//! what can still change a verdict, saying why, computing deadlines as days, and checking a pack before it is released.
//! The pack's files and the conditions are described in `FORMAT.md` beside this crate.
//!
//! **Not for:** facts themselves (`madoka-facts`), paper (`forms`), keeping cases (`casework`). No clock, no files, no
//! randomness: the day, the contents and the keys are arguments.
//!
//! ```
//! use std::sync::Arc;
//! use madoka_facts::{CaseFacts, Source};
//! use madoka_rules::{PackFiles, Rulebook, Verdict, read_pack};
//!
//! let mut files = PackFiles::new();
//! files.insert("pack.toml".into(), r#"
//!     id = "small"
//!     name = "小さな手続パック"
//!     version = 1
//!     valid_from = 2026-04-01
//!     city = { name = "みなと野市", prefecture = "架空県", code = "999999" }
//! "#.as_bytes().to_vec());
//! files.insert("death.toml".into(), r#"
//!     event = [{ id = "death", name = "おくやみ" }]
//!     office = [{ id = "shimin", name = "市民課", kind = "city" }]
//!     screen = [{ id = "basic", title = "基本", order = 1 }]
//!     fact = [{ path = "deceased.head", type = "bool", label = "亡くなった方は世帯主" }]
//!     question = [{ fact = "deceased.head", events = ["death"], screen = "basic", order = 1, ask = "世帯主でしたか。" }]
//!     procedure = [{ id = "death.head", events = ["death"], name = "世帯主変更届", office = "shimin", kind = "notify",
//!                    level = 4, when = "deceased.head" }]
//! "#.as_bytes().to_vec());
//! let pack = Arc::new(read_pack(&files).expect("the pack has no errors"));
//! let book = Rulebook::new(&pack, "death", "2026-11-02".parse().expect("a day"))?;
//!
//! // わからない never removes a procedure.
//! let case = CaseFacts::from_json(r#"{"unknown":["deceased.head"]}"#, &pack.vocabulary, Source::Resident).unwrap();
//! assert_eq!(book.judge(&case.facts).entries[0].verdict, Verdict::ToConfirm);
//! # Ok::<(), madoka_rules::RulebookError>(())
//! ```

mod age;
mod analyse;
mod condition;
mod deadline;
pub mod edit;
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
pub use engine::{Due, Entry, Judgement, NextScreen, Remaining, Rulebook, RulebookError, Subject};
pub use holidays::{Calendar, holiday};
pub use kleene::{Compare, Tri};
pub use pack::{Pack, PackFiles, Problem, Severity, Verdict, read_pack};
pub use scenario::{Outcome, Rulebooks, run_scenarios};
