//! The server as terminals, officers, administrators and attackers meet it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod access;
mod bookings;
mod cities;
mod command;
mod hostile;
mod housekeeping;
mod inquiries;
mod keep;
mod lost;
mod packs;
mod people;
mod register;
mod statistics;
mod storage;
mod terminals;
mod watching;
