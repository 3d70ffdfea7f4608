//! A city hall of several machines: a corner, departments and the server, each a process of its own, with the real TLS, the
//! real engine, databases of their own and a real printer between them. No window: what officers do is said line by line.

mod at_once;
mod corner;
mod day;
mod fifty;
#[allow(dead_code, reason = "the printing tests use all of it")]
#[path = "../../src-tauri/crates/forms/tests/print/stand.rs"]
mod stand;
#[path = "../../src-tauri/crates/card/tests/support/mod.rs"]
mod support;
mod terminal;
mod three;

/// Not a test by itself: the process that a test starts once more as a terminal.
#[test]
fn a_terminal() {
    if let Some(data) = std::env::var_os(terminal::AT) {
        terminal::work(std::path::Path::new(&data));
    }
}

/// A process of the long day.
#[test]
fn a_terminal_of_the_day() {
    if let Some(data) = std::env::var_os(day::terminal::AT) {
        day::terminal::work(std::path::Path::new(&data));
    }
}

/// A process of the long day.
#[test]
fn a_server_of_the_day() {
    if let Some(data) = std::env::var_os(day::server::AT) {
        day::server::serve(std::path::Path::new(&data));
    }
}
