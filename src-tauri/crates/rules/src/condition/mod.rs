//! Conditions (条件): a small typed tree, one canonical text, one Japanese sentence.

mod parse;
mod print;
mod sentence;
mod tree;

pub use parse::{ConditionError, MAX_DEPTH, MAX_LENGTH, MAX_PARTS, parse_condition};
pub use sentence::sentence;
pub use tree::{Basis, Branches, Condition, DateSide, Literal, Offset, Quantifier, Test, Unit};

pub(crate) use print::path_text;
