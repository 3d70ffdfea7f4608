//! What the screens can call. Each command is one call into the counter.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

pub(crate) mod cards;
pub(crate) mod reception;
pub(crate) mod resident;
pub(crate) mod settings;
pub(crate) mod visit;

use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use madoka_casework::CaseId;
use madoka_counter::Counter;
use madoka_counter::cards::PracticeReader;
use tauri::{AppHandle, Emitter};

use crate::problem::{Answer, ShellError};
use crate::resident_window;

/// What the window holds for its commands.
pub(crate) struct Desk {
    counter: Mutex<Counter>,
    reader: Mutex<PracticeReader>,
    started: Instant,
    announce: bool,
}

impl Desk {
    pub(crate) fn new(counter: Counter, started: Instant, announce: bool) -> Self {
        Self { counter: Mutex::new(counter), reader: Mutex::default(), started, announce }
    }

    fn counter(&self) -> Answer<MutexGuard<'_, Counter>> {
        self.counter.lock().map_err(|_| ShellError::Poisoned.into())
    }
}

pub(super) fn case_id(text: &str) -> Answer<CaseId> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

/// Tells the resident's window, if it is open, what to show now.
pub(super) fn show_resident(app: &AppHandle, counter: &Counter) {
    if let Err(_closed) = app.emit_to(resident_window::LABEL, "resident-screen", counter.resident_screen()) {
        tracing::warn!("resident window not told");
    }
}
