//! Where a card lies: in a reader, or in practice on the screen. Both are looked at and read the same way.

use std::ffi::CString;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pcsc::State;

use crate::read::{CardLook, Request, look_through, read_through};
use crate::readers::{is_own_module, printable, service};
use crate::transport::Cancel;
use crate::virtual_card::VirtualCard;
use crate::{CardError, CardRead, pcsc_link};

/// A card in a reader: which reader, and how often cards had come and gone there when it was placed. Reading it after it
/// was swapped is refused without spending a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub reader: String,
    pub(crate) count: Option<u32>,
    pub(crate) patience: Duration,
}

/// How long a reader may be silent within one command. Cards answer in a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(10);

impl Placed {
    /// Whichever card lies there when it is read. (The [`Watcher`](crate::Watcher) gives the one that was placed.)
    pub fn in_reader(reader: impl Into<String>) -> Self {
        Self { reader: reader.into(), count: None, patience: PATIENCE }
    }

    pub(crate) fn counted(reader: String, count: u32) -> Self {
        Self { reader, count: Some(count), patience: PATIENCE }
    }

    /// Another time to wait for a silent reader.
    #[must_use]
    pub const fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// 読取台.
#[derive(Clone)]
pub enum Place {
    Reader(Placed),
    /// A software card. It keeps its try counters while the place lives, as a card in a hand does.
    Practice(Arc<Mutex<VirtualCard>>),
}

impl Place {
    pub fn practice(card: VirtualCard) -> Self {
        Self::Practice(Arc::new(Mutex::new(card)))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader(placed) => write!(f, "Place({:?})", placed.reader),
            Self::Practice(_) => f.write_str("Place(practice)"),
        }
    }
}

/// Says which card it is, what opens it and how many tries remain. Asks no secret and costs no try. Waits for the reader:
/// not for the thread of a window.
pub fn look(place: &Place, cancel: &Cancel) -> Result<CardLook, CardError> {
    match place {
        Place::Reader(placed) => {
            let stop = cancel.clone();
            pcsc_link::with_card(placed, cancel, move |transport| look_through(transport, &stop))
        }
        Place::Practice(card) => {
            let mut card = card.lock().unwrap_or_else(PoisonError::into_inner);
            let looked = look_through(&mut *card, cancel);
            card.power_off();
            looked
        }
    }
}

/// Reads the card with one human entry, which is used up whatever comes of it. Waits for the reader: not for the thread of
/// a window.
pub fn read(place: &Place, request: Request, cancel: &Cancel) -> Result<CardRead, CardError> {
    match place {
        Place::Reader(placed) => {
            let stop = cancel.clone();
            pcsc_link::with_card(placed, cancel, move |transport| read_through(transport, request, &stop))
        }
        Place::Practice(card) => {
            let mut card = card.lock().unwrap_or_else(PoisonError::into_inner);
            let read = read_through(&mut *card, request, cancel);
            card.power_off();
            read
        }
    }
}

/// Looks through all readers that hold a card for the first one we know. (A reader's own module always reports a card, and
/// some desks have a reader for the officer's own card.)
pub fn find_card(cancel: &Cancel) -> Result<(Placed, CardLook), CardError> {
    let context = service().map_err(|_| CardError::NoService)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
        Err(_) => return Err(CardError::NoService),
    };
    let names: Vec<CString> = names.into_iter().filter(|name| !is_own_module(name)).collect();
    if names.is_empty() {
        return Err(CardError::NoReader);
    }
    let mut states: Vec<pcsc::ReaderState> =
        names.into_iter().map(|name| pcsc::ReaderState::new(name, State::UNAWARE)).collect();
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(pcsc::Error::Timeout) => {}
        Err(_) => return Err(CardError::NoService),
    }
    let mut refused = CardError::NoCard;
    for state in states.iter().filter(|state| state.event_state().contains(State::PRESENT)) {
        let placed = Placed::counted(printable(state.name()), state.event_count());
        match look(&Place::Reader(placed.clone()), cancel) {
            Ok(look) => return Ok((placed, look)),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}
