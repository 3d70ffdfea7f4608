//! 予約から案件へ: a booking becomes a case, once, and everything that was answered before is there.

use madoka_casework::{CaseId, EventKind, State, Words};
use madoka_facts::{Answer, CaseFacts, Household, PersonRef, Source, Statement};
use madoka_sync::wire::bookings::{Act, Booking, BookingId, BookingState, Happened, Row, What};

use super::entry::said_alone;
use super::known::unreachable;
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
        let told = known.iter().find(|row| row.id == id).and_then(|row| row.case);
        let case = told.unwrap_or_else(|| of(id));
        self.cases.get(case).is_ok().then_some(case)
    }

    /// The case of a booking, as the book knows it, or made here while the book could not be asked.
    pub(super) fn case_of_row(&self, row: &Row) -> Option<CaseId> {
        row.case.or_else(|| self.cases.get(of(row.id)).ok().map(|case| case.id))
    }

    /// The book cannot be asked: the booking becomes a case of what was known of it last, and the book is told when it
    /// answers again. Another terminal that does the same meanwhile makes the same case; what both wrote meets in it,
    /// and a person looks through what came late.
    pub fn open_known(&mut self, id: BookingId) -> Result<CaseId, CounterError> {
        let booking = self.known_booking(id).ok_or(BookingError::NotKnown)?;
        match self.opening(&booking)? {
            Opening::Here(case) => Ok(case),
            Opening::New(case) => self.open_booked(&booking, case),
        }
    }

    /// What the book has not heard yet of bookings that were opened without it, in the order to tell.
    pub fn untold_openings(&self) -> Vec<(BookingId, What)> {
        let rows = self.known_rows();
        let begun = rows.iter().filter(|row| row.case.is_none()).filter_map(|row| {
            let case = self.cases.get(of(row.id)).ok()?;
            let arrived = case.arrived().is_some() && row.state == BookingState::Booked;
            let take = (row.id, What::Take { case: case.id });
            let come = (row.id, What::State { state: BookingState::Arrived });
            Some([Some(take), arrived.then_some(come)])
        });
        begun.flatten().flatten().collect()
    }

    /// How a booking is opened here.
    pub fn opening(&self, booking: &Booking) -> Result<Opening, CounterError> {
        let row = &booking.row;
        let Some(case) = row.case else {
            if self.cases.get(of(row.id)).is_ok() {
                return Ok(Opening::Here(of(row.id)));
            }
            let opens = matches!(row.state, BookingState::Booked | BookingState::Arrived);
            return if opens { Ok(Opening::New(of(row.id))) } else { Err(BookingError::State.into()) };
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

/// The case that a booking becomes. It has the booking's own number, so that two terminals which cannot ask anybody
/// make one case of it, not two.
const fn of(booking: BookingId) -> CaseId {
    CaseId::new(booking.as_uuid())
}

/// Tells the book of bookings that were opened without it. What it will not hear is not told again here: somebody
/// else changed that booking meanwhile, and the list shows it.
pub fn tell_openings(diary: &mut dyn Diary, untold: &[(BookingId, What)]) -> Result<(), CounterError> {
    for (id, what) in untold {
        let revision = diary.one(*id)?.row.revision;
        match diary.change(*id, &Act { revision, act: what.clone() }) {
            Err(error) if unreachable(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Tells the book that a booking becomes this case; only one terminal is told yes.
pub fn take(diary: &mut dyn Diary, booking: &Booking, case: CaseId) -> Result<Booking, CounterError> {
    diary.change(booking.row.id, &Act { revision: booking.row.revision, act: What::Take { case } })
}
