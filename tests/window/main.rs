//! The real window, driven through WebDriver.

// What the tests of cards and of printing bring: the card service with a virtual reader, and a printer of paper that
// does not exist.
#[path = "../../src-tauri/crates/forms/tests/print/stand.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the printing tests of the forms use all of it")]
mod stand;
#[path = "../../src-tauri/crates/card/tests/support/mod.rs"]
mod support;

mod connections;
mod corner;
mod departments;
mod display;
mod flows;
mod forms;
mod interruptions;
mod keyboard;
mod memory;
mod office;
mod okuyami;
mod papers;
mod pin;
mod practice;
mod reading;
mod reception;
mod release;
mod resident;
mod scan;
mod self_check;
mod shell;
mod signing_in;
mod supervisor;
mod touch;
mod tour;
mod visit;
