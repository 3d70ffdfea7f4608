//! The sync with the city's server, beside the officer: it borrows the database for moments and tells the screens.

use std::path::Path;
use std::sync::Arc;

use madoka_casework::CaseId;
use madoka_counter::office::{Link, LinkState, SyncView};
use madoka_store::Store;
use madoka_sync::terminal::{Lend, Listener, SyncError, SyncState};
use madoka_sync::wire::{Topic, Welcome};
use tauri::{AppHandle, Emitter, Manager};

use crate::commands::Desk;
use madoka_counter::self_check::UPDATES;

use crate::problem::Answer;

/// Opens the line of the city's counter, if this terminal has one.
pub(crate) fn open(app: &AppHandle) -> Answer<()> {
    let desk = app.state::<Desk>();
    let Some(identity) = desk.identity()? else { return Ok(()) };
    let link = Link::open(&identity, Borrowed(app.clone()), Screens(app.clone()))
        .map_err(crate::problem::refused)?;
    desk.keep_link(Arc::new(link));
    Ok(())
}

/// The database behind the window's lock.
struct Borrowed(AppHandle);

impl Lend for Borrowed {
    fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError> {
        self.0.state::<Desk>().lend(work)
    }
}

/// Brings the packs this terminal should have, and lets new cases begin with them.
fn bring_packs(app: &AppHandle) {
    let desk = app.state::<Desk>();
    let Some(link) = desk.link() else { return };
    if let Err(error) = link.bring_packs(&Borrowed(app.clone())) {
        tracing::warn!(code = error.code(), "packs not brought");
    }
    if desk.turn_to_pack() {
        told(app.emit_to("main", "pack", ()));
    }
    // Only a packaged Madoka is put in anew from there.
    let updates = Path::new(UPDATES);
    if updates.is_dir()
        && let Err(error) = link.bring_program(&Borrowed(app.clone()), updates)
    {
        tracing::warn!(code = error.code(), "program not brought");
    }
}

/// Tells the server of what was closed here; what it does not hear now it hears the next time.
fn report(app: &AppHandle) {
    let Some(link) = app.state::<Desk>().link() else { return };
    if let Err(error) = link.report(&Borrowed(app.clone())) {
        tracing::info!(code = error.code(), "statistics not told");
    }
}

/// Who is told what came.
struct Screens(AppHandle);

impl Listener for Screens {
    fn state(&self, state: &SyncState) {
        let view = SyncView::of(state);
        // Everything written here has arrived: a good moment to tell of what was closed.
        if view.state == LinkState::InStep {
            let app = self.0.clone();
            std::thread::spawn(move || report(&app));
        }
        told(self.0.emit_to("main", "sync", view));
    }

    fn cases(&self, cases: &[CaseId]) {
        let cases: Vec<String> = cases.iter().map(ToString::to_string).collect();
        told(self.0.emit_to("main", "cases", cases));
    }

    fn still_well(&self) {
        // Who only looks changes nothing that would be told of, and the audit must know it all the same.
        let app = self.0.clone();
        std::thread::spawn(move || {
            if app.state::<Desk>().turn_to_pack() {
                told(app.emit_to("main", "pack", ()));
            }
            report(&app);
        });
    }

    fn welcome(&self, welcome: &Welcome) {
        self.0.state::<Desk>().in_city(&welcome.city);
    }

    fn topic(&self, topic: Topic, _: u64) {
        if topic == Topic::Packs {
            let app = self.0.clone();
            // The line's own thread must not wait for what comes over the line.
            std::thread::spawn(move || bring_packs(&app));
        }
        if topic == Topic::Inquiries {
            told(self.0.emit_to("main", "inquiries", ()));
        }
    }
}

fn told(result: tauri::Result<()>) {
    if let Err(_closed) = result {
        tracing::warn!("officer window not told");
    }
}
