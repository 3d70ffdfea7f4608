//! What the screen shows of readers: told when it changes, so that reading starts when a card is placed.

use std::ffi::CString;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pcsc::{Context, State};

use crate::place::{Place, Placed, look, read};
use crate::readers::{is_own_module, printable, service};
use crate::{Cancel, CardError, CardKind, CardLook, CardRead, Request};

/// 読取台の様子.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderState {
    /// The PC/SC service does not run. It is looked for again by itself.
    NoService,
    /// No reader is plugged in.
    NoReader,
    /// These readers wait for a card.
    NoCard { readers: Vec<String> },
    /// A card was placed: look at it.
    Card(Placed),
    /// A card is there but does not answer: upside down, bent, or none.
    Mute { reader: String },
    /// Bytes flow: the card must stay where it is.
    Reading { reader: String },
    /// Read; the card may be taken.
    Done { reader: String, kind: CardKind },
    /// The card was taken. [`NoCard`](Self::NoCard) follows.
    Removed { reader: String },
    /// The way it was to be opened is locked, or one try from it; [`CardError`] says what to do instead.
    Blocked { reader: String, error: CardError },
    /// Not read, for another reason.
    Failed { reader: String, error: CardError },
}

/// How often readers are listed again; a card is told of at once.
const LIST_AGAIN: Duration = Duration::from_secs(1);

/// Watches all readers on a thread of its own until it is dropped.
///
/// ```no_run
/// use madoka_card::{ReaderState, Watcher};
///
/// let watcher = Watcher::start(None, |state| match state {
///     ReaderState::Card(placed) => println!("{} にカードがあります", placed.reader),
///     state => println!("{state:?}"),
/// });
/// # drop(watcher);
/// ```
pub struct Watcher {
    shared: Arc<Shared>,
}

struct Shared {
    tell: Box<dyn Fn(ReaderState) + Send + Sync>,
    /// Only this reader, where the desk has chosen one.
    only: Option<String>,
    stopped: AtomicBool,
    context: Mutex<Option<Context>>,
    wake: (Mutex<()>, Condvar),
}

impl Watcher {
    /// Tells the state now, and then each change. `only` pins one reader by name.
    pub fn start(only: Option<String>, tell: impl Fn(ReaderState) + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            tell: Box::new(tell),
            only,
            stopped: AtomicBool::new(false),
            context: Mutex::new(None),
            wake: (Mutex::new(()), Condvar::new()),
        });
        let watching = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name("madoka-readers".to_owned())
            .spawn(move || Watch::new(&watching).until_stopped());
        if spawned.is_err() {
            shared.tell(ReaderState::NoService);
        }
        Self { shared }
    }

    /// [`look`], and tells of it.
    pub fn look(&self, placed: &Placed, cancel: &Cancel) -> Result<CardLook, CardError> {
        self.telling(placed, || look(&Place::Reader(placed.clone()), cancel), |_| None)
    }

    /// [`read`], and tells of it.
    pub fn read(&self, placed: &Placed, request: Request, cancel: &Cancel) -> Result<CardRead, CardError> {
        let place = Place::Reader(placed.clone());
        self.telling(placed, || read(&place, request, cancel), |read| Some(read.kind))
    }

    fn telling<T>(
        &self,
        placed: &Placed,
        work: impl FnOnce() -> Result<T, CardError>,
        done: impl FnOnce(&T) -> Option<CardKind>,
    ) -> Result<T, CardError> {
        let reader = placed.reader.clone();
        self.shared.tell(ReaderState::Reading { reader: reader.clone() });
        let worked = work();
        let state = match &worked {
            Ok(value) => match done(value) {
                Some(kind) => ReaderState::Done { reader, kind },
                None => ReaderState::Card(placed.clone()),
            },
            Err(error @ (CardError::Blocked { .. } | CardError::OneTryLeft { .. })) => {
                ReaderState::Blocked { reader, error: error.clone() }
            }
            Err(error) => ReaderState::Failed { reader, error: error.clone() },
        };
        self.shared.tell(state);
        worked
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        if let Some(context) = self.shared.context.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            let _ = context.cancel();
        }
        self.shared.wake.1.notify_all();
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

impl Shared {
    fn tell(&self, state: ReaderState) {
        if !self.is_stopped() {
            (self.tell)(state);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn rest(&self) {
        let guard = self.wake.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_stopped() {
            drop(self.wake.1.wait_timeout(guard, LIST_AGAIN));
        }
    }
}

/// What a reader was last seen to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Card(u32),
    Mute(u32),
}

struct Watch<'a> {
    shared: &'a Shared,
    /// What was told last of the desk as a whole, so that nothing is told twice.
    told: Option<ReaderState>,
    held: Vec<(CString, Held)>,
}

impl<'a> Watch<'a> {
    const fn new(shared: &'a Shared) -> Self {
        Self { shared, told: None, held: Vec::new() }
    }

    fn until_stopped(&mut self) {
        while !self.shared.is_stopped() {
            // A context whose service has stopped never works again (Windows stops it with the last reader): take a new one.
            match service() {
                Ok(context) => {
                    let keep = context.clone();
                    *self.shared.context.lock().unwrap_or_else(PoisonError::into_inner) = Some(keep);
                    self.with(&context);
                    *self.shared.context.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                Err(_) => self.nothing(ReaderState::NoService),
            }
            self.shared.rest();
        }
    }

    /// Until the service goes.
    fn with(&mut self, context: &Context) {
        while !self.shared.is_stopped() {
            let names = match context.list_readers_owned() {
                Ok(names) => names,
                Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
                Err(_) => return self.nothing(ReaderState::NoService),
            };
            let wanted = |name: &CString| match &self.shared.only {
                Some(only) => printable(name) == *only,
                None => !is_own_module(name),
            };
            let names: Vec<CString> = names.into_iter().filter(wanted).collect();
            if names.is_empty() {
                self.nothing(ReaderState::NoReader);
                self.shared.rest();
                continue;
            }
            if !self.changes(context, names) {
                return self.nothing(ReaderState::NoService);
            }
        }
    }

    /// Nothing can be read: tells so once, and what was in the readers is gone.
    fn nothing(&mut self, state: ReaderState) {
        self.held.clear();
        self.tell(state);
    }

    fn tell(&mut self, state: ReaderState) {
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            self.shared.tell(state);
        }
    }

    /// Waits for one change (or until readers are to be listed again); false when the service has gone.
    fn changes(&mut self, context: &Context, names: Vec<CString>) -> bool {
        let known = |name: &CString| self.held.iter().find(|(held, _)| held == name).map(|(_, held)| *held);
        let mut states: Vec<pcsc::ReaderState> = names
            .into_iter()
            .map(|name| {
                let current = match known(&name) {
                    // As the service gave it: presence below, the count above.
                    Some(Held::Card(count)) => State::PRESENT | counted(count),
                    Some(Held::Mute(count)) => State::PRESENT | State::MUTE | counted(count),
                    Some(Held::Nothing) => State::EMPTY,
                    None => State::UNAWARE,
                };
                pcsc::ReaderState::new(name, current)
            })
            .collect();
        match context.get_status_change(LIST_AGAIN, &mut states) {
            Ok(()) | Err(pcsc::Error::Timeout | pcsc::Error::UnknownReader) => {}
            Err(pcsc::Error::Cancelled) => return true,
            Err(_) => return false,
        }
        self.seen(&states);
        true
    }

    fn seen(&mut self, states: &[pcsc::ReaderState]) {
        let mut now = Vec::new();
        let mut newest = None;
        let mut removed = None;
        for state in states {
            let event = state.event_state();
            if event.intersects(State::UNKNOWN | State::IGNORE) {
                continue;
            }
            let held = match (event.contains(State::PRESENT), event.contains(State::MUTE)) {
                (true, false) => Held::Card(state.event_count()),
                (true, true) => Held::Mute(state.event_count()),
                (false, _) => Held::Nothing,
            };
            let name = state.name().to_owned();
            let before = self.held.iter().find(|(known, _)| *known == name).map(|(_, held)| *held);
            if before != Some(held) {
                match held {
                    Held::Nothing => {
                        removed = before.filter(|before| *before != Held::Nothing).map(|_| printable(&name));
                    }
                    Held::Card(count) => {
                        newest = Some(ReaderState::Card(Placed::counted(printable(&name), count)));
                    }
                    Held::Mute(_) => newest = Some(ReaderState::Mute { reader: printable(&name) }),
                }
            }
            now.push((name, held));
        }
        self.held = now;
        if let Some(reader) = removed {
            self.tell(ReaderState::Removed { reader });
        }
        if let Some(state) = newest {
            return self.tell(state);
        }
        if self.held.iter().all(|(_, held)| *held == Held::Nothing) {
            let readers = self.held.iter().map(|(name, _)| printable(name)).collect();
            self.tell(ReaderState::NoCard { readers });
        }
    }
}

/// The count of events stands in the upper half of a state.
fn counted(count: u32) -> State {
    State::from_bits_retain(pcsc::State::UNAWARE.bits() | (pcsc::ffi::DWORD::from(count) << 16))
}
