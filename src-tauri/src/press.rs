//! 印刷機: takes the queues of this terminal's counters further, whatever the screens do.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use madoka_counter::Counter;
use madoka_counter::printing::{Lend, advance_printing};
use tauri::{AppHandle, Emitter, Manager};

use crate::commands::Desk;

/// While something is on its way: short enough to follow a printer's pages.
const STEP: Duration = Duration::from_millis(600);
/// While nothing is: somebody may have settled something at another place.
const REST: Duration = Duration::from_secs(20);

/// Wakes the press when something was placed.
#[derive(Debug, Default)]
pub(crate) struct Press {
    called: Mutex<bool>,
    bell: Condvar,
}

impl Press {
    pub(crate) fn wake(&self) {
        *self.called.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    fn rest(&self, time: Duration) {
        let called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(called, time, |called| !*called);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

/// One of the counters, lent for moments.
struct Lent<'a> {
    desk: &'a Desk,
    practice: bool,
}

impl Lend for Lent<'_> {
    fn lend<T>(&self, work: impl FnOnce(&mut Counter) -> T) -> Option<T> {
        self.desk.with_counter(self.practice, work)
    }
}

/// Works until the program ends; what was in the queues when it began goes on.
pub(crate) fn run(app: AppHandle) {
    std::thread::spawn(move || {
        let desk = app.state::<Desk>();
        loop {
            let mut going = false;
            for practice in [false, true] {
                let lent = Lent { desk: &desk, practice };
                if lent.lend(|_| ()).is_none() {
                    continue;
                }
                match advance_printing(&lent) {
                    Ok(moved) => going |= moved,
                    Err(error) => tracing::warn!(code = error.code(), "printing not advanced"),
                }
            }
            if going && app.emit_to("main", "printing", ()).is_err() {
                tracing::warn!("officer window not told of printing");
            }
            desk.press.rest(if going { STEP } else { REST });
        }
    });
}
