//! Field detection: how much of the city's papers is found, and that nothing breaks it.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod drawn;
mod hostile;
mod papers;
mod scanned;
mod score;
mod truth;
