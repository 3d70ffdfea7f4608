//! What the screens can call. Each command is one call into the counter.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

pub(crate) mod administration;
pub(crate) mod bookings;
pub(crate) mod cards;
pub(crate) mod forms;
pub(crate) mod household;
pub(crate) mod inquiries;
pub(crate) mod papers;
pub(crate) mod pictures;
pub(crate) mod printers;
pub(crate) mod reception;
pub(crate) mod register;
pub(crate) mod release;
pub(crate) mod resident;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod statistics;
pub(crate) mod supervisor;
pub(crate) mod visit;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use madoka_casework::CaseId;
use madoka_counter::office::Link;
use madoka_counter::papers::Preview;
use madoka_counter::{Counter, CounterError, MachineClock};
use madoka_qr::Collection;
use madoka_store::Store;
use madoka_sync::terminal::{Identity, SyncError};
use tauri::AppHandle;

use crate::press::Press;
use crate::problem::{Answer, ShellError, refused};
use crate::resident_window;

/// The counters of this terminal. Both may be open: the real one goes on with its sync while somebody practises.
pub(crate) struct Counters {
    data: PathBuf,
    shown: Counter,
    other: Option<Counter>,
}

impl Counters {
    pub(crate) fn new(data: PathBuf, shown: Counter) -> Self {
        Self { data, shown, other: None }
    }

    /// 練習を始める・終える
    fn practise(&mut self, on: bool) -> Result<(), CounterError> {
        if self.shown.is_practice() == on {
            return Ok(());
        }
        let other = match self.other.take() {
            Some(other) => other,
            None if on => Counter::practice(&self.data, MachineClock)?,
            None => Counter::office(&self.data, MachineClock)?,
        };
        self.other = Some(std::mem::replace(&mut self.shown, other));
        Ok(())
    }

    /// This terminal has just become one of the city's.
    fn enrolled(&mut self, office: Counter) {
        self.shown = office;
        // Practice is opened anew when it is wanted: what it knew of this terminal is no longer so.
        self.other = None;
    }

    /// The city's, whichever is shown.
    fn office(&mut self) -> Option<&mut Counter> {
        [Some(&mut self.shown), self.other.as_mut()]
            .into_iter()
            .flatten()
            .find(|counter| !counter.is_practice())
    }
}

/// The counter on the screen, for as long as one command needs it. What was written meanwhile is sent.
pub(crate) struct Now<'a> {
    counters: MutexGuard<'a, Counters>,
    link: Option<Arc<Link>>,
    written: u64,
}

impl Drop for Now<'_> {
    fn drop(&mut self) {
        if let Some(link) = &self.link
            && self.counters.shown.written() != self.written
        {
            link.nudge();
        }
    }
}

impl Deref for Now<'_> {
    type Target = Counter;

    fn deref(&self) -> &Counter {
        &self.counters.shown
    }
}

impl DerefMut for Now<'_> {
    fn deref_mut(&mut self) -> &mut Counter {
        &mut self.counters.shown
    }
}

/// What the window holds for its commands.
pub(crate) struct Desk {
    counters: Mutex<Counters>,
    link: Mutex<Option<Arc<Link>>>,
    /// Codes of one set that were scanned so far.
    scans: Mutex<Collection>,
    /// The papers that are looked at.
    preview: Preview,
    pub(crate) press: Press,
    started: Instant,
    announce: bool,
}

impl Desk {
    pub(crate) fn new(counters: Counters, started: Instant, announce: bool) -> Self {
        Self {
            counters: Mutex::new(counters),
            link: Mutex::default(),
            scans: Mutex::default(),
            preview: Preview::default(),
            press: Press::default(),
            started,
            announce,
        }
    }

    /// The counter, for whoever may work at it now.
    fn counter(&self) -> Answer<Now<'_>> {
        let mut counter = self.anyone()?;
        counter.at_work().map_err(refused)?;
        Ok(counter)
    }

    /// The counter also before anybody signed in: for what shows nothing of a case.
    pub(crate) fn anyone(&self) -> Answer<Now<'_>> {
        let counters = self.counters()?;
        let link = if counters.shown.is_practice() { None } else { self.link() };
        let written = counters.shown.written();
        Ok(Now { counters, link, written })
    }

    /// Who this terminal is to the city's server.
    pub(crate) fn identity(&self) -> Answer<Option<Identity>> {
        Ok(self.counters()?.office().and_then(|office| office.identity().cloned()))
    }

    /// The line to the server, once this terminal belongs to one.
    pub(crate) fn link(&self) -> Option<Arc<Link>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_link(&self, link: Arc<Link>) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }

    pub(crate) fn in_city(&self, name: &str) {
        let Ok(mut counters) = self.counters() else { return };
        if let Some(office) = counters.office()
            && office.in_city(name).is_err()
        {
            tracing::warn!("city's name not kept");
        }
    }

    /// New cases of the city's counter begin with the newest edition whose day has come. Answers whether that changed.
    pub(crate) fn turn_to_pack(&self) -> bool {
        let Ok(mut counters) = self.counters() else { return false };
        counters.office().is_some_and(|office| match office.turn_to_pack() {
            Ok(turned) => turned,
            Err(error) => {
                tracing::warn!(code = error.code(), "pack not used");
                false
            }
        })
    }

    /// The city's database, for the sync.
    pub(crate) fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError> {
        let mut counters = self.counters.lock().map_err(|_| SyncError::Start("窓"))?;
        let office = counters.office().ok_or(SyncError::Identity)?;
        office.lend(work).map_err(|_| SyncError::Start("データベース"))
    }

    /// The practice counter or the city's, if it is open, whether shown or not.
    pub(crate) fn with_counter<T>(&self, practice: bool, work: impl FnOnce(&mut Counter) -> T) -> Option<T> {
        let mut counters = self.counters.lock().ok()?;
        let Counters { shown, other, .. } = &mut *counters;
        let found =
            [Some(shown), other.as_mut()].into_iter().flatten().find(|one| one.is_practice() == practice);
        found.map(work)
    }

    fn counters(&self) -> Answer<MutexGuard<'_, Counters>> {
        self.counters.lock().map_err(|_| ShellError::Poisoned.into())
    }
}

/// Work that takes its time, on a thread of the asynchronous runtime.
pub(super) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

pub(super) fn case_id(text: &str) -> Answer<CaseId> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

/// A new file among the downloads: what lies there already stays.
fn keep(name: &str, ending: &str, bytes: &[u8]) -> Answer<String> {
    let folder = dirs::download_dir().or_else(dirs::home_dir);
    let folder = folder.ok_or(CounterError::ExportFailed).map_err(refused)?;
    for number in 1..1000 {
        let number = if number == 1 { String::new() } else { format!("（{number}）") };
        let path = folder.join(format!("{name}{number}.{ending}"));
        match File::create_new(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                return written
                    .map(|()| path.display().to_string())
                    .map_err(|_| refused(CounterError::ExportFailed));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) => break,
        }
    }
    Err(refused(CounterError::ExportFailed))
}

/// Tells both windows that the resident's has something else to show. What, each asks for itself: an event is heard by
/// whoever listens, a command only by the window it is allowed to.
pub(super) fn show_resident(app: &AppHandle, _: &Counter) {
    resident_window::tell_resident(app);
    resident_window::tell_officer(app);
}
