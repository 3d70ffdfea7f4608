//! 練習の予約簿: a made-up office's bookings, so that everything can be learned without a server.
//!
//! It says yes and no as the server does, by the same slots. Its callers are plainly nobody.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use madoka_casework::{LifeEventId, OfficeId, StaffId, TerminalId};
use madoka_rules::Calendar;
use madoka_sync::slots;
use madoka_sync::wire::bookings::{
    Act, Booking, BookingId, BookingState, ConsentText, Days, Given, Happened, Hours, NewBooking, Plan,
    Preparation, Row, Step, Until, Week, What, Which,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BookingError, Diary};
use crate::CounterError;

/// The corner of the practice office.
const OFFICE: &str = "okuyami";
const CONSENT: &str = "予約のときに伺った内容と、市が持つ予約者・亡くなった方などの情報を、市が可能な範囲で、必要な手続きの書類の準備に使うことに同意します。";

/// Practice's book.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PracticeDiary {
    plan: Plan,
    bookings: BTreeMap<BookingId, Kept>,
    #[serde(skip)]
    now: Now,
}

/// When it is asked, and by whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Now {
    pub(crate) at: Timestamp,
    pub(crate) wall: DateTime,
    pub(crate) calendar: Calendar,
    pub(crate) by: Option<(StaffId, TerminalId)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    booking: Booking,
    first: NewBooking,
}

impl PracticeDiary {
    /// A book with a few made-up families in it, on the days around this one.
    pub(crate) fn begun(now: Now, life_event: &LifeEventId) -> Option<Self> {
        let plan = plan(now.wall.date())?;
        let mut diary = Self { plan, bookings: BTreeMap::new(), now };
        diary.seed(life_event);
        Some(diary)
    }

    /// The same book, now. On another day the practice office is open too, so that one can learn on a Sunday.
    pub(crate) fn at(mut self, now: Now) -> Self {
        let today = now.wall.date();
        if !self.plan.open.contains(&today) {
            self.plan.open.push(today);
        }
        self.now = now;
        self
    }

    fn seed(&mut self, life_event: &LifeEventId) {
        let today = self.now.wall.date();
        let next = (1..15).filter_map(|n| today.checked_add(jiff::Span::new().days(n)).ok());
        let next = next.clone().find(|day| slots::closed(&self.plan, &self.now.calendar, *day).is_none());
        let full = serde_json::json!({"facts": {
            "deceased.name": "架空 一郎", "deceased.name_kana": "かくう いちろう",
            "deceased.address": "みなと野市港町三丁目4番5号", "deceased.birth_date": "1943-05-01",
            "visitor.name": "架空 花子", "visitor.phone": "0999-20-1111", "visitor.relation": "child",
            "case.funeral": "done", "deceased.insurance": "koki", "visitor.mourner": true,
            "deceased.married": true, "deceased.pension": ["basic"]
        }, "unknown": ["case.tax_payment", "deceased.vehicles"],
            "same": {"applicant": "visitor", "mourner": "visitor"}});
        let few = serde_json::json!({"facts": {"deceased.name": "見本 二郎"}});
        // Enough to ask the departments from the booking itself.
        let some = serde_json::json!({"facts": {
            "deceased.name": "手本 五郎", "deceased.name_kana": "てほん ごろう", "deceased.birth_date": "1944-08-09",
            "deceased.resident": true, "deceased.insurance": "koki", "deceased.care_certified": true,
            "visitor.relation": "child", "visitor.mourner": true
        }});
        let seeds = [
            (today, Time::constant(10, 0, 0, 0), "架空 花子", full, Preparation::Ready),
            (today, Time::constant(14, 0, 0, 0), "見本 三郎", few, Preparation::Asked),
            (next.unwrap_or(today), Time::constant(9, 0, 0, 0), "練習 四季子", some, Preparation::NotBegun),
        ];
        for (n, (day, time, name, answers, preparation)) in (1_u128..).zip(seeds) {
            let id = BookingId::new(Uuid::from_u128(n));
            let new = NewBooking {
                id,
                office: self.plan.office.clone(),
                life_event: life_event.clone(),
                start: DateTime::from_parts(day, time),
                walk_in: false,
                given: Given { name: name.to_owned(), phone: "0999-20-1111".to_owned(), answers, note: None },
                consent: Some(self.plan.consent.version),
            };
            self.insert(new, Some(0), preparation);
        }
    }

    fn insert(&mut self, new: NewBooking, seat: Option<u8>, preparation: Preparation) {
        let (answered, unknown) = counted(&new.given.answers);
        let row = Row {
            id: new.id,
            office: new.office.clone(),
            life_event: new.life_event.clone(),
            start: new.start,
            minutes: slots::length(&self.plan, Some(&new.life_event)),
            seat,
            walk_in: new.walk_in,
            state: if new.walk_in { BookingState::Arrived } else { BookingState::Booked },
            preparation,
            case: None,
            revision: 1,
            name: new.given.name.clone(),
            answered,
            unknown,
        };
        let consent = new.consent.map(|_| self.plan.consent.clone());
        let history = self.step(Happened::Made { start: new.start }).into_iter().collect();
        let booking = Booking { row, given: new.given.clone(), consent, history };
        self.bookings.insert(new.id, Kept { booking, first: new });
    }

    fn step(&self, what: Happened) -> Option<Step> {
        let (by, terminal) = self.now.by.clone()?;
        Some(Step { at: self.now.at, by, terminal, what })
    }

    fn taken(&self, but: Option<BookingId>) -> Vec<(u8, i64)> {
        let rows = self.bookings.values().map(|kept| &kept.booking.row);
        rows.filter(|row| Some(row.id) != but && row.state.takes_place())
            .filter_map(|row| Some((row.seat?, slots::pieces(row.start, row.minutes))))
            .flat_map(|(seat, pieces)| pieces.map(move |piece| (seat, piece)))
            .collect()
    }

    fn seat(&self, start: DateTime, minutes: u16, but: Option<BookingId>) -> Result<u8, BookingError> {
        let pieces = slots::pieces(start, minutes);
        let taken: Vec<u8> = self
            .taken(but)
            .into_iter()
            .filter(|(_, piece)| pieces.contains(piece))
            .map(|(seat, _)| seat)
            .collect();
        slots::free_seat(self.plan.seats, &taken).ok_or(BookingError::Full)
    }

    /// Changes a booking and the place it takes; says what happened.
    fn apply(&self, booking: &mut Booking, what: What) -> Result<Happened, BookingError> {
        let row = &mut booking.row;
        Ok(match what {
            What::Move { start } => {
                if row.state != BookingState::Booked {
                    return Err(BookingError::State);
                }
                if !slots::bookable(&self.plan, &self.now.calendar, start, self.now.wall) {
                    return Err(BookingError::NoSlot);
                }
                row.seat = Some(self.seat(start, row.minutes, Some(row.id))?);
                Happened::Moved { from: std::mem::replace(&mut row.start, start), to: start }
            }
            What::Edit { given } => {
                (row.answered, row.unknown) = counted(&given.answers);
                row.name.clone_from(&given.name);
                booking.given = given;
                Happened::Edited {}
            }
            What::Cancel { reason } => {
                if row.state != BookingState::Booked {
                    return Err(BookingError::State);
                }
                (row.state, row.seat) = (BookingState::Cancelled, None);
                Happened::Cancelled { reason }
            }
            What::State { state } => {
                if !row.state.may_become(state) {
                    return Err(BookingError::State);
                }
                if !state.takes_place() {
                    row.seat = None;
                } else if !row.state.takes_place() {
                    row.seat = Some(self.seat(row.start, row.minutes, Some(row.id))?);
                }
                row.state = state;
                Happened::State { state }
            }
            What::Prepare { preparation } => {
                row.preparation = preparation;
                Happened::Prepared { preparation }
            }
            What::Take { case } => {
                if row.case.is_some() {
                    return Err(BookingError::Taken);
                }
                if !matches!(row.state, BookingState::Booked | BookingState::Arrived) {
                    return Err(BookingError::State);
                }
                row.case = Some(case);
                Happened::Taken { case }
            }
        })
    }
}

impl Diary for PracticeDiary {
    fn plans(&mut self) -> Result<Vec<Plan>, CounterError> {
        Ok(vec![self.plan.clone()])
    }

    fn week(&mut self, which: &Which) -> Result<Week, CounterError> {
        if which.office != self.plan.office {
            return Err(BookingError::NoPlan.into());
        }
        Ok(slots::week(&self.plan, &self.now.calendar, which, &self.taken(None), self.now.wall))
    }

    fn list(&mut self, days: &Days) -> Result<Vec<Row>, CounterError> {
        let mut rows: Vec<Row> = self
            .bookings
            .values()
            .map(|kept| kept.booking.row.clone())
            .filter(|row| (days.from..=days.to).contains(&row.start.date()))
            .filter(|row| days.all || row.state != BookingState::Cancelled)
            .collect();
        rows.sort_by_key(|row| (row.start, row.id));
        Ok(rows)
    }

    fn make(&mut self, new: &NewBooking) -> Result<Booking, CounterError> {
        if let Some(there) = self.bookings.get(&new.id) {
            return if there.first == *new {
                Ok(there.booking.clone())
            } else {
                Err(BookingError::Changed.into())
            };
        }
        let minutes = slots::length(&self.plan, Some(&new.life_event));
        let seat = if new.walk_in {
            self.seat(slots::grid(new.start), minutes, None).ok()
        } else {
            if new.consent != Some(self.plan.consent.version) {
                return Err(BookingError::Consent.into());
            }
            if !slots::bookable(&self.plan, &self.now.calendar, new.start, self.now.wall) {
                return Err(BookingError::NoSlot.into());
            }
            Some(self.seat(new.start, minutes, None)?)
        };
        self.insert(new.clone(), seat, Preparation::NotBegun);
        self.one(new.id)
    }

    fn one(&mut self, id: BookingId) -> Result<Booking, CounterError> {
        Ok(self.bookings.get(&id).ok_or(BookingError::Unknown)?.booking.clone())
    }

    fn change(&mut self, id: BookingId, act: &Act) -> Result<Booking, CounterError> {
        let mut kept = self.bookings.get(&id).ok_or(BookingError::Unknown)?.clone();
        if matches!(&act.act, What::Take { case } if kept.booking.row.case == Some(*case)) {
            return Ok(kept.booking);
        }
        if act.revision != kept.booking.row.revision {
            return Err(BookingError::Changed.into());
        }
        let happened = self.apply(&mut kept.booking, act.act.clone())?;
        kept.booking.row.revision += 1;
        kept.booking.history.extend(self.step(happened));
        let booking = kept.booking.clone();
        self.bookings.insert(id, kept);
        Ok(booking)
    }
}

/// How much was answered, and how much of it was わからない.
fn counted(answers: &serde_json::Value) -> (u32, u32) {
    let size = |size: Option<usize>| u32::try_from(size.unwrap_or_default()).unwrap_or(u32::MAX);
    let facts = answers.get("facts").and_then(serde_json::Value::as_object);
    let unknown = answers.get("unknown").and_then(serde_json::Value::as_array);
    (size(facts.map(serde_json::Map::len)), size(unknown.map(Vec::len)))
}

fn plan(today: Date) -> Option<Plan> {
    let hour = |hour| Time::constant(hour, 0, 0, 0);
    Some(Plan {
        office: OfficeId::parse(OFFICE).ok()?,
        name: "おくやみコーナー".to_owned(),
        revision: 1,
        minutes: 60,
        lengths: BTreeMap::new(),
        seats: 2,
        hours: vec![Hours {
            weekdays: (1..=7).collect(),
            starts: [9, 10, 11, 13, 14, 15, 16].map(hour).to_vec(),
        }],
        closed: Vec::new(),
        open: vec![today],
        ahead: 60,
        until: Until { open_days_before: 0, at: Time::constant(23, 59, 0, 0) },
        consent: ConsentText { version: 1, text: CONSENT.to_owned() },
    })
}
