//! Tells the officer's window when a device comes or goes.

use std::time::Duration;

use madoka_counter::cards::CardDesk;
use madoka_counter::{MachineClock, self_check};
use tauri::{AppHandle, Emitter};

/// Short enough that plugging something in is answered at once, long enough to cost nothing.
const EVERY: Duration = Duration::from_secs(3);

/// Watches until the program ends.
pub(crate) fn watch(app: AppHandle) {
    std::thread::spawn(move || {
        let mut last = Vec::new();
        loop {
            let now = self_check::devices();
            if now != last {
                // The window asks for itself when it opens; a missed change is told with the next.
                if app.emit_to("main", "devices", &now).is_ok() {
                    last = now;
                }
            }
            std::thread::sleep(EVERY);
        }
    });
}

/// Watches the card readers for as long as the desk is kept, and tells the officer's window what lies on them.
pub(crate) fn watch_cards(app: AppHandle) -> CardDesk {
    CardDesk::watch(MachineClock, move |shown| {
        // The window asks for itself when it opens.
        let _ = app.emit_to("main", "reader", shown);
    })
}
