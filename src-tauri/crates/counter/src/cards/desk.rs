//! 読取台: watches what is put down, asks it free of cost what it is, and reads it with one human entry.
//!
//! The same for a real reader and for a practice card chosen on the screen. What was put down is counted: an entry typed
//! for one card never reaches another, however quickly they were swapped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use jiff::civil::Date;
use madoka_card::{
    Authorities, Cancel, CardError, CardLook, CardRead, Faces, Opening, Place, ReaderState, Request, Watcher,
    practice_authorities,
};

use super::practice::PracticeCards;
use super::shown::{CardLaid, ReaderShown, Way};
use crate::reading_error::ReadingError;
use crate::view::Problem;
use crate::{Clock, CounterError, office_time};

/// The reader of this counter, and what lies on it.
#[derive(Debug)]
pub struct CardDesk {
    shared: Arc<Shared>,
    /// Watches until the desk is dropped; nothing where real readers are left alone.
    _watcher: Option<Watcher>,
}

struct Shared {
    /// For expired cards.
    clock: Box<dyn Clock + Sync>,
    tell: Box<dyn Fn(&ReaderShown) + Send + Sync>,
    now: Mutex<Now>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

struct Now {
    /// Of whatever was put down last.
    turn: u32,
    shown: ReaderShown,
    /// What the real reader is like while a practice card lies on the screen.
    reader: ReaderShown,
    laid: Option<Laid>,
    cancel: Cancel,
    practice: PracticeCards,
}

/// A card that was asked what it is.
struct Laid {
    place: Place,
    look: CardLook,
    practice: bool,
}

impl CardDesk {
    /// Watches the readers of this machine, and tells every change.
    pub fn watch(
        clock: impl Clock + Sync + 'static,
        tell: impl Fn(&ReaderShown) + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared::new(Box::new(clock), Box::new(tell));
        let watching = Arc::clone(&shared);
        let watcher = Watcher::start(None, move |state| watching.reader(state));
        Self { shared, _watcher: Some(watcher) }
    }

    /// Only practice cards, and no real reader: for tests of what stands above.
    pub fn without_readers(
        clock: impl Clock + Sync + 'static,
        tell: impl Fn(&ReaderShown) + Send + Sync + 'static,
    ) -> Self {
        Self { shared: Shared::new(Box::new(clock), Box::new(tell)), _watcher: None }
    }

    pub fn now(&self) -> ReaderShown {
        self.shared.now().shown.clone()
    }

    /// Puts a practice card down.
    pub fn lay_practice(&self, id: &str) -> Result<(), CounterError> {
        let place = self.shared.now().practice.place(id).ok_or(ReadingError::NoSuchCard)?;
        let turn = self.shared.next(&ReaderShown::Looking, false);
        self.shared.look_at(turn, place, true);
        Ok(())
    }

    /// Takes the practice card away.
    pub fn take_practice(&self) {
        let mut now = self.shared.now();
        if now.laid.as_ref().is_some_and(|laid| laid.practice) {
            now.turn += 1;
            now.laid = None;
            now.shown = now.reader.clone();
            let shown = now.shown.clone();
            drop(now);
            (self.shared.tell)(&shown);
        }
    }

    /// What is entered to open the card that lies there, checked before it is sent: a form that cannot be right, and an
    /// expiry year that is not this card's, cost no try.
    pub fn opening(&self, turn: u32, way: Way, entry: &str) -> Result<Opening, CounterError> {
        let now = self.shared.now();
        let laid = now.laid(turn)?;
        let opening = match way {
            Way::MatchCodeB => {
                let opening = Opening::match_code_b(entry).map_err(|_| ReadingError::MatchCodeForm)?;
                check_match_code(&opening, laid.look.expires)?;
                opening
            }
            Way::Pin => Opening::pin(entry).map_err(|_| ReadingError::PinForm)?,
            Way::CardNumber => Opening::card_number(entry).map_err(|_| ReadingError::CardNumberForm)?,
            Way::Nothing => Opening::Nothing,
        };
        Ok(opening)
    }

    /// The card of this turn, for words like 「マイナンバーカード」 and the tries left.
    pub fn laid(&self, turn: u32) -> Result<CardLaid, CounterError> {
        let now = self.shared.now();
        let laid = now.laid(turn)?;
        Ok(CardLaid::of(&laid.look, turn, self.shared.today(), laid.practice))
    }

    /// The card of this turn, where this way may open it: nobody is asked for a PIN that would not be tried.
    pub fn may_open(&self, turn: u32, way: Way) -> Result<CardLaid, CounterError> {
        let card = self.laid(turn)?;
        match card.ways.iter().find(|one| one.way == way) {
            Some(one) if one.usable => Ok(card),
            Some(one) => Err(ReadingError::WayClosed(format!("{}は、{}", one.label, one.why_not)).into()),
            None => Err(CardError::UnknownCard.into()),
        }
    }

    /// Reads the card of this turn; the entry is used up whatever comes of it. Waits for the reader: not for the thread of
    /// a window. In practice the signature of practice cards is checked; a city that has not configured its issuer's keys
    /// reads without checking, and the screen says so.
    pub fn read(&self, turn: u32, opening: Opening, practising: bool) -> Result<CardRead, CounterError> {
        let today = self.shared.today();
        let authorities = if practising { practice_authorities() } else { Authorities::default() };
        let (place, request, cancel, shown, practice) = {
            let mut now = self.shared.now();
            now.cancel = Cancel::default();
            let cancel = now.cancel.clone();
            let laid = now.laid(turn)?;
            let request = Request::new(opening).of(&laid.look).faces(Faces::Yes).checked_by(authorities);
            (
                laid.place.clone(),
                request,
                cancel,
                CardLaid::of(&laid.look, turn, today, laid.practice),
                laid.practice,
            )
        };
        self.shared.show(turn, &ReaderShown::Reading { card: shown });
        let read = madoka_card::read(&place, request, &cancel);
        // Whatever happened, the card is asked again: how many tries remain now, or whether it is gone.
        match &read {
            Ok(_) => {
                let now = self.shared.now();
                if let Ok(laid) = now.laid(turn) {
                    let card = CardLaid::of(&laid.look, turn, today, practice);
                    drop(now);
                    self.shared.show(turn, &ReaderShown::Done { card });
                }
            }
            Err(_) => self.shared.look_at(turn, place, practice),
        }
        // Whoever takes the card away stops the read, and is told so: nobody pressed 取りやめ.
        let taken = self.shared.now().turn != turn;
        match read {
            Err(CardError::Cancelled) if taken => Err(CardError::Removed.into()),
            read => Ok(read?),
        }
    }

    /// 取りやめ: ends the read that is going on.
    pub fn cancel(&self) {
        self.shared.now().cancel.cancel();
    }
}

impl Now {
    fn laid(&self, turn: u32) -> Result<&Laid, CounterError> {
        if self.turn != turn {
            return Err(if self.laid.is_some() { CardError::Swapped } else { CardError::NoCard }.into());
        }
        self.laid.as_ref().ok_or_else(|| CardError::NoCard.into())
    }
}

impl Shared {
    fn new(clock: Box<dyn Clock + Sync>, tell: Box<dyn Fn(&ReaderShown) + Send + Sync>) -> Arc<Self> {
        let absent = ReaderShown::Absent { problem: Problem::from(&CounterError::Card(CardError::NoReader)) };
        Arc::new(Self {
            clock,
            tell,
            now: Mutex::new(Now {
                turn: 0,
                shown: absent.clone(),
                reader: absent,
                laid: None,
                cancel: Cancel::default(),
                practice: PracticeCards::default(),
            }),
        })
    }

    fn today(&self) -> Date {
        office_time::day(self.clock.now())
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was put down or taken away: whatever was asked of the card before is of no use any more.
    fn next(&self, shown: &ReaderShown, of_reader: bool) -> u32 {
        let mut now = self.now();
        now.turn += 1;
        now.laid = None;
        now.cancel.cancel();
        now.shown = shown.clone();
        if of_reader {
            now.reader = shown.clone();
        }
        let turn = now.turn;
        drop(now);
        (self.tell)(shown);
        turn
    }

    /// Shows how the card of a turn is, unless another one lies there by now.
    fn show(&self, turn: u32, shown: &ReaderShown) {
        let mut now = self.now();
        if now.turn == turn {
            now.shown = shown.clone();
            drop(now);
            (self.tell)(shown);
        }
    }

    /// What a real reader tells. A practice card on the screen stays until a real card is put down.
    fn reader(self: &Arc<Self>, state: ReaderState) {
        let problem = |error: CardError| Problem::from(&CounterError::Card(error));
        let shown = match state {
            ReaderState::Card(placed) => {
                let turn = self.next(&ReaderShown::Looking, true);
                let (shared, place) = (Arc::clone(self), Place::Reader(placed));
                // The watcher goes on watching: a card may be pulled while it is asked.
                let asked = thread::Builder::new()
                    .name("madoka-card".to_owned())
                    .spawn(move || shared.look_at(turn, place, false));
                if asked.is_err() {
                    self.show(turn, &ReaderShown::Unreadable { problem: problem(CardError::Hung) });
                }
                return;
            }
            ReaderState::NoService => ReaderShown::Absent { problem: problem(CardError::NoService) },
            ReaderState::NoReader => ReaderShown::Absent { problem: problem(CardError::NoReader) },
            ReaderState::NoCard { .. } | ReaderState::Removed { .. } => ReaderShown::Empty,
            ReaderState::Mute { .. } => ReaderShown::Unreadable {
                problem: Problem::from(&CounterError::Reading(ReadingError::CardMute)),
            },
            // Of reads by the watcher itself; this desk reads on its own.
            ReaderState::Reading { .. }
            | ReaderState::Done { .. }
            | ReaderState::Blocked { .. }
            | ReaderState::Failed { .. } => return,
        };
        let practising = self.now().laid.as_ref().is_some_and(|laid| laid.practice);
        if practising {
            self.now().reader = shown;
        } else {
            self.next(&shown, true);
        }
    }

    fn look_at(&self, turn: u32, place: Place, practice: bool) {
        let cancel = {
            let mut now = self.now();
            if now.turn != turn {
                return;
            }
            now.cancel = Cancel::default();
            now.cancel.clone()
        };
        let looked = madoka_card::look(&place, &cancel);
        let mut now = self.now();
        if now.turn != turn {
            return;
        }
        let shown = match looked {
            Ok(look) => {
                let card = CardLaid::of(&look, turn, self.today(), practice);
                now.laid = Some(Laid { place, look, practice });
                ReaderShown::Card { card }
            }
            Err(error) => {
                now.laid = None;
                match error {
                    // Gone already; the watcher tells what is there now.
                    CardError::NoCard | CardError::Removed | CardError::Cancelled => ReaderShown::Empty,
                    error => ReaderShown::Unreadable { problem: Problem::from(&CounterError::Card(error)) },
                }
            }
        };
        now.shown = shown.clone();
        drop(now);
        (self.tell)(&shown);
    }
}

/// 照合番号B holds the year of expiry, which the card tells for nothing: another year is another card, or a slip.
fn check_match_code(opening: &Opening, expires: Option<Date>) -> Result<(), CounterError> {
    let Opening::MatchCodeB(code) = opening else { return Ok(()) };
    let digits = code.expose();
    let number = |from: usize, to: usize| {
        digits
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'))
    };
    let (month, day, year) = (number(2, 4), number(4, 6), number(6, 10));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(ReadingError::MatchCodeBirth.into());
    }
    match expires {
        Some(expires) if expires.year() != year => {
            Err(ReadingError::MatchCodeYear { year: expires.year() }.into())
        }
        _ => Ok(()),
    }
}
