//! Filling, seen from outside: the words, glyphs and places on the paper that comes out.

#![cfg_attr(not(unix), expect(dead_code, reason = "what reads papers back"))]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::format_collect,
    reason = "a test that cannot go on should stop where it is"
)]

// These read the paper back with Debian's poppler.
#[cfg(unix)]
mod accuracy;
#[cfg(unix)]
mod golden;
mod office;
#[cfg(unix)]
mod rare;
mod sample;
#[cfg(unix)]
mod screen;
