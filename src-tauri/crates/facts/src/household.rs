//! How much of the household is known.

use serde::{Deserialize, Serialize};

/// More people than any household; a list beyond it is a mistake or an attack.
pub const MAX_MEMBERS: usize = 1000;

/// The list of members: who is on it, and whether that is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Household {
    /// Nobody has asked; `0` or more members may be known already.
    #[default]
    Unasked,
    /// Asked, and nobody could say whether the list is complete.
    Unknown,
    /// These and nobody else.
    Complete,
}
