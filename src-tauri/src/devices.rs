//! Tells the officer's window when a device comes or goes.

use std::time::Duration;

use madoka_counter::cards::CardDesk;
use madoka_counter::{MachineClock, self_check};
use tauri::{AppHandle, Emitter, Manager};

use crate::commands::Desk;

/// Short enough that plugging something in is answered at once, long enough to cost nothing.
const EVERY: Duration = Duration::from_secs(3);

/// Watches until the program ends.
pub(crate) fn watch(app: AppHandle) {
    std::thread::spawn(move || {
        let mut last = Vec::new();
        loop {
            if let Ok(search) = app.state::<Desk>().anyone().map(|counter| counter.printer_search()) {
                let now = self_check::devices(&search);
                // The window asks for itself when it opens; a missed change is told with the next.
                if now != last && app.emit_to("main", "devices", &now).is_ok() {
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
