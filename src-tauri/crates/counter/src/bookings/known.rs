//! 最後に見た予約: what the book said the last time, so that it can be read while the server is not there.
//!
//! One week of one corner and one list, in the terminal's encrypted database, replaced by the next.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use madoka_casework::{CaseId, OfficeId};
use madoka_sync::terminal::SyncError;
use madoka_sync::wire::bookings::{Booking, BookingId, BookingState, Days, Plan, Row, Week};
use serde::{Deserialize, Serialize};

use super::shown::week_shown;
use super::{BookingDays, BookingError, BookingShown, BookingWeek};
use crate::{Counter, CounterError, office_time};

const KNOWN: &str = "bookings_known";

#[derive(Default, Serialize, Deserialize)]
struct Known {
    at: Timestamp,
    plans: Vec<Plan>,
    week: Option<Week>,
    listed: Timestamp,
    rows: Vec<Row>,
    /// What was said for the visits of these days, each as of one revision: without it a booking could not be opened
    /// while the book cannot be asked.
    #[serde(default)]
    whole: Vec<Booking>,
}

/// So many are asked for at a time; the next look at the list asks for more.
const AT_ONCE: usize = 20;

impl Counter {
    /// Which bookings the lists show: today's and the next open day's.
    pub fn booking_days(&self) -> Days {
        Days { office: None, from: self.today(), to: self.next_open_day(), all: false }
    }

    /// The week as the book told it, or as it was known last. Where no day was named, any week that is not over will do.
    pub fn booking_week(
        &mut self,
        office: Option<&OfficeId>,
        day: Option<Date>,
        told: Result<(Vec<Plan>, Option<Week>), CounterError>,
    ) -> Result<BookingWeek, CounterError> {
        match told {
            Ok((plans, week)) => {
                let mut known = self.known();
                (known.at, known.plans, known.week) = (self.clock.now(), plans, week);
                let shown = known.week.as_ref().map(|week| week_shown(week, &known.plans, None));
                self.keep_known(&known)?;
                Ok(shown.unwrap_or_else(no_week))
            }
            Err(error) if unreachable(&error) => {
                let known = self.known();
                let today = self.today();
                let fits = |week: &&Week| {
                    office.is_none_or(|office| week.office == *office)
                        && week.days.iter().any(|on| day.map_or(on.date >= today, |day| on.date == day))
                };
                let week = known.week.as_ref().filter(fits).ok_or(BookingError::NotKnown)?;
                Ok(week_shown(week, &known.plans, Some(Self::said_at(known.at))))
            }
            Err(error) => Err(error),
        }
    }

    /// The lists as the book told them, or as they were known last.
    pub fn booking_list(
        &mut self,
        told: Result<Vec<Row>, CounterError>,
    ) -> Result<BookingDays, CounterError> {
        match told {
            Ok(rows) => {
                let mut known = self.known();
                (known.listed, known.rows) = (self.clock.now(), rows);
                // What was said of other days, or before it was changed, is let go.
                let Known { rows, whole, .. } = &mut known;
                whole.retain(|kept| rows.iter().any(|row| row.id == kept.row.id && may_be_opened(row)));
                let shown = self.days_shown(&known.rows, None);
                self.keep_known(&known)?;
                Ok(shown)
            }
            Err(error) if unreachable(&error) => {
                let known = self.known();
                if known.listed == Timestamp::default() {
                    return Err(BookingError::NotKnown.into());
                }
                Ok(self.days_shown(&known.rows, Some(Self::said_at(known.listed))))
            }
            Err(error) => Err(error),
        }
    }

    /// Bookings of the list that can be opened and are not known whole as they are now: what to ask the book for.
    pub fn bookings_to_know(&self) -> Vec<BookingId> {
        let known = self.known();
        let unknown = |row: &&Row| {
            may_be_opened(row)
                && !known.whole.iter().any(|kept| kept.row.id == row.id && kept.row.revision == row.revision)
        };
        known.rows.iter().filter(unknown).map(|row| row.id).take(AT_ONCE).collect()
    }

    /// Keeps what the book told of them, for a day on which it cannot be asked.
    pub fn know_bookings(&mut self, told: Vec<Booking>) -> Result<(), CounterError> {
        if told.is_empty() {
            return Ok(());
        }
        let mut known = self.known();
        known.whole.retain(|kept| told.iter().all(|one| one.row.id != kept.row.id));
        known.whole.extend(told);
        self.keep_known(&known)
    }

    /// A booking as it was known last.
    pub fn known_booking(&self, id: BookingId) -> Option<Booking> {
        self.known().whole.into_iter().find(|kept| kept.row.id == id)
    }

    /// A booking as it was known last, for its sheet.
    pub fn known_booking_shown(&self, id: BookingId) -> Result<BookingShown, CounterError> {
        let known = self.known();
        let booking = known.whole.iter().find(|kept| kept.row.id == id).ok_or(BookingError::NotKnown)?;
        Ok(BookingShown { known_at: Some(Self::said_at(known.listed)), ..self.booking_shown(booking)? })
    }

    /// When the family of a case comes, where it came from a booking.
    pub(crate) fn booked_for(&self, case: CaseId) -> Option<DateTime> {
        let rows = self.known_rows();
        rows.iter().find(|row| self.case_of_row(row) == Some(case)).map(|row| row.start)
    }

    pub(super) fn known_rows(&self) -> Vec<Row> {
        self.known().rows
    }

    fn known(&self) -> Known {
        let kept = self.cases.store().ok().and_then(|store| store.setting(KNOWN).ok().flatten());
        kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default()
    }

    fn keep_known(&mut self, known: &Known) -> Result<(), CounterError> {
        let kept = serde_json::to_string(known).unwrap_or_default();
        Ok(self.cases.store_mut()?.set(KNOWN, &kept)?)
    }

    fn said_at(at: Timestamp) -> String {
        let day = office_time::day(at);
        format!("{}/{} {}", day.month(), day.day(), office_time::clock(at))
    }
}

/// Somebody may come for it, and nobody has begun.
fn may_be_opened(row: &Row) -> bool {
    row.case.is_none() && matches!(row.state, BookingState::Booked | BookingState::Arrived)
}

/// The book cannot be asked now, whatever it would say.
pub fn unreachable(error: &CounterError) -> bool {
    match error {
        CounterError::OnlyOffline => true,
        CounterError::Sync(error) => error.is_offline() || matches!(error, SyncError::Busy { .. }),
        _ => false,
    }
}

fn no_week() -> BookingWeek {
    BookingWeek {
        corners: Vec::new(),
        corner: None,
        days: Vec::new(),
        times: Vec::new(),
        previous: String::new(),
        next: String::new(),
        known_at: None,
    }
}
