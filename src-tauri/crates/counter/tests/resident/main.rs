//! 住民用画面: what the resident's window shows and may say, by the laws it keeps.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

#[path = "../day/mod.rs"]
mod day;

mod desk;
mod laws;
mod talk;
