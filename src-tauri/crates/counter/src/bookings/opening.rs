//! 予約から案件へ: a booking becomes a case, once, and everything that was answered before is there.

use madoka_casework::{CaseId, EventKind, State, Words};
use madoka_facts::{Answer, CaseFacts, Household, PersonRef, Source, Statement};
use madoka_sync::wire::bookings::{Act, Booking, BookingId, BookingState, Happened, What};

use super::entry::said_alone;
use super::{BookingError, Diary};
use crate::{Counter, CounterError, TakenIn};

/// How a booking goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The case is here already.
    Here(CaseId),
    /// A case has to be made, with this id; the book says so first.
    New(CaseId),
}

impl Counter {
    /// The case of a booking that was seen in the list, if this terminal has it: it opens without the server.
    pub fn case_of_booking(&self, id: BookingId) -> Option<CaseId> {
        let known = self.known_rows();
        let case = known.iter().find(|row| row.id == id)?.case?;
        self.cases.get(case).is_ok().then_some(case)
    }

    /// How a booking is opened here.
    pub fn opening(&self, booking: &Booking) -> Result<Opening, CounterError> {
        let row = &booking.row;
        let Some(case) = row.case else {
            let opens = matches!(row.state, BookingState::Booked | BookingState::Arrived);
            return if opens {
                Ok(Opening::New(CaseId::new(self.clock.new_id())))
            } else {
                Err(BookingError::State.into())
            };
        };
        if self.cases.get(case).is_ok() {
            return Ok(Opening::Here(case));
        }
        // This terminal took it and stopped before the case was on its disk.
        let ours = booking.history.iter().any(|step| {
            matches!(&step.what, Happened::Taken { case: taken } if *taken == case)
                && step.terminal == self.me.terminal
        });
        if ours { Ok(Opening::New(case)) } else { Err(CounterError::CaseElsewhere) }
    }

    /// 案件にする: what was said on the telephone becomes facts of the case, as said there.
    pub fn open_booked(&mut self, booking: &Booking, id: CaseId) -> Result<CaseId, CounterError> {
        let pack = self.city.pack.clone().ok_or(CounterError::NoPack)?;
        let read = CaseFacts::from_value(&booking.given.answers, &pack.vocabulary, Source::Booking);
        let facts = match read {
            Ok(read) => read.facts,
            Err(_) if booking.given.answers.is_null() => madoka_facts::Facts::default(),
            Err(_) => return Err(CounterError::UnknownFact),
        };
        self.open_case_as(id, booking.row.life_event.as_str(), None)?;
        self.record(id, [EventKind::Claimed {}])?;
        let members = (0..facts.members()).map(|member| EventKind::MemberAdded { member });
        self.record(id, members)?;
        // A person who is another has no word of their own: it was said of the other.
        let alone = said_alone(&booking.given.answers, &pack.vocabulary);
        let said = alone.answers().into_iter().filter_map(|(path, answer)| {
            let statement = match answer {
                Answer::Known(value) => Statement::known(value.clone(), Source::Booking),
                Answer::Unknown => Statement::unknown(Source::Booking),
                Answer::Unasked => return None,
            };
            Some(TakenIn { path, statement })
        });
        self.take_in(id, said.collect())?;
        if facts.household() == Household::Complete {
            self.household(id, Household::Complete)?;
        }
        let same: Vec<(PersonRef, PersonRef)> =
            facts.same().map(|(one, other)| (one.clone(), other.clone())).collect();
        self.record(id, same.into_iter().map(|(one, other)| EventKind::SamePerson { one, other }))?;
        if let Some(note) = &booking.given.note {
            self.record(id, [EventKind::Noted { words: Words::parse(note.as_str())? }])?;
        }
        // Whoever is free takes the case.
        self.record(id, [EventKind::Released { reason: None }])?;
        Ok(id)
    }

    /// 予約から照会する: the case of a booking asks the departments, before anybody comes, and waits for whoever takes it.
    pub fn ask_for_booked(&mut self, id: CaseId) -> Result<(), CounterError> {
        let waits = self.cases.get(id)?.state() == State::Waiting;
        if waits {
            self.record(id, [EventKind::Claimed {}])?;
        }
        let asked = self.send_inquiries(id, None);
        if waits {
            self.record(id, [EventKind::Released { reason: None }])?;
        }
        asked.map(drop)
    }

    /// 来庁: the family is here; what was done before was preparation. Said once.
    pub fn arrived(&mut self, id: CaseId) -> Result<(), CounterError> {
        if self.cases.get(id)?.arrived().is_none() {
            self.record(id, [EventKind::Arrived {}])?;
        }
        Ok(())
    }

    /// What the book is told of a visitor who has come.
    pub fn arrival(booking: &Booking) -> Option<(BookingId, Act)> {
        let act = What::State { state: BookingState::Arrived };
        (booking.row.state == BookingState::Booked)
            .then_some((booking.row.id, Act { revision: booking.row.revision, act }))
    }
}

/// Tells the book that a booking becomes this case; only one terminal is told yes.
pub fn take(diary: &mut dyn Diary, booking: &Booking, case: CaseId) -> Result<Booking, CounterError> {
    diary.change(booking.row.id, &Act { revision: booking.row.revision, act: What::Take { case } })
}
