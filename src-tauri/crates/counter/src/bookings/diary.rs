//! 予約簿: where bookings are kept, the city's server or practice's own book.

use jiff::ToSpan as _;
use madoka_sync::terminal::Session;
use madoka_sync::wire::bookings::{
    Act, Booking, BookingId, Days, NewBooking, Plan, Row, SlotState, Week, Which,
};

use crate::CounterError;
use crate::office::Link;

/// So many weeks are looked through for the earliest free place.
const WEEKS: i64 = 5;

/// A book of bookings. A refusal has the same code whoever keeps it.
pub trait Diary {
    fn plans(&mut self) -> Result<Vec<Plan>, CounterError>;
    fn week(&mut self, which: &Which) -> Result<Week, CounterError>;

    /// The first week from a day on in which a place can be had; that of the day itself where none is near.
    fn first_week(&mut self, which: &Which) -> Result<Week, CounterError> {
        let mut here = None;
        for ahead in 0..WEEKS {
            let Ok(day) = which.day.checked_add(ahead.weeks()) else { break };
            let week = self.week(&Which { day, ..which.clone() })?;
            if week.days.iter().flat_map(|day| &day.slots).any(|slot| slot.state == SlotState::Open) {
                return Ok(week);
            }
            here.get_or_insert(week);
        }
        here.map_or_else(|| self.week(which), Ok)
    }

    fn list(&mut self, days: &Days) -> Result<Vec<Row>, CounterError>;
    /// Asked again with the same id, it answers with what is there already.
    fn make(&mut self, new: &NewBooking) -> Result<Booking, CounterError>;
    fn one(&mut self, id: BookingId) -> Result<Booking, CounterError>;
    /// Refused where somebody changed it meanwhile.
    fn change(&mut self, id: BookingId, act: &Act) -> Result<Booking, CounterError>;
}

/// The server's book, asked in the name of whoever signed in.
#[derive(Debug)]
pub struct ServerDiary<'a> {
    link: &'a Link,
    session: Session,
}

impl<'a> ServerDiary<'a> {
    pub fn new(link: &'a Link) -> Result<Self, CounterError> {
        Ok(Self { link, session: link.session()? })
    }
}

impl Diary for ServerDiary<'_> {
    fn plans(&mut self) -> Result<Vec<Plan>, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().booking_plans(&self.session))?)
    }

    fn week(&mut self, which: &Which) -> Result<Week, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().booking_week(&self.session, which))?)
    }

    fn list(&mut self, days: &Days) -> Result<Vec<Row>, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().bookings(&self.session, days))?)
    }

    fn make(&mut self, new: &NewBooking) -> Result<Booking, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().book(&self.session, new))?)
    }

    fn one(&mut self, id: BookingId) -> Result<Booking, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().booking(&self.session, id))?)
    }

    fn change(&mut self, id: BookingId, act: &Act) -> Result<Booking, CounterError> {
        let line = self.link.line();
        Ok(line.wait(line.client().change_booking(&self.session, id, act))?)
    }
}
