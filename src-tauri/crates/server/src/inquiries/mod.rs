//! 照会・回答: what departments are asked, and what they answer.
//!
//! An inquiry travels up as an event of its case and is written into its office's queue ([`observe`]). A department never
//! gets the case: it sees the rows of its own offices, and of each case the facts its procedure uses ([`facts_for`]).

mod facts;
mod keep;

pub use self::facts::facts_for;
pub(crate) use self::keep::SCHEMA;
pub use self::keep::{erase, observe};
