//! What must hold of every pack and every person: the laws of judging, on generated ones.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

mod laws;
mod slow;
mod world;
