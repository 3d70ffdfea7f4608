//! Tells the officer's window when a device comes or goes.

use std::time::Duration;

use madoka_counter::self_check;
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
