//! 予約: slots per corner, phone entry by staff with the pack's own questions, changes with their history, walk-ins, and how
//! far a visit is prepared. A booking becomes a case on a terminal, once.
//!
//! **Not for:** the interview itself (the terminal plans it from the pack) or the case (`cases`). What callers said is kept
//! sealed. Errors are `BOOK-…`.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Booked: 予約
//!     [*] --> Arrived: 予約なしで来庁
//!     Booked --> Arrived: 来庁
//!     Arrived --> Booked: 押し間違い
//!     Arrived --> Done: 終了
//!     Done --> Arrived: 押し間違い
//!     Booked --> NoShow: 来なかった
//!     Booked --> Cancelled: 取消
//!     NoShow --> Booked: 枠が空いていれば
//!     Cancelled --> Booked: 枠が空いていれば
//! ```
//! A booking takes its place in Booked, Arrived and Done.

mod error;
mod given;
mod keep;

use axum::extract::{Path, State};
use jiff::civil::DateTime;
use madoka_casework::OfficeId;
use madoka_rules::Calendar;
use madoka_sync::slots;
use madoka_sync::wire::bookings::{
    ACT, Act, Booking, BookingId, BookingState, Days, Happened, LIST, NEW, NewBooking, ONE, PLANS, Plan, Row,
    Step, WEEK, Week, What, Which, limit,
};

use self::error::BookingError;
use self::given::Answered;
pub(crate) use self::keep::SCHEMA;
use self::keep::{By, Found};
pub use self::keep::{erase_before, visit_of};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Entry};
use crate::body::Json;
use crate::changes::Topic;
use crate::office_time;
use crate::problem::Problem;
use crate::route::Route;
use crate::seal::Seal;
use crate::server::Server;
use crate::storage::{StorageError, Tx};

/// Whoever receives people: at a counter, at the おくやみ corner, in a department with slots of its own.
const RECEIVE: Access = Access::Roles(&[Role::Counter, Role::Condolence, Role::Office]);
const PLAN: Access = Access::Roles(&[Role::Supervisor, Role::Administrator]);
const SEE_PLANS: Access =
    Access::Roles(&[Role::Counter, Role::Condolence, Role::Office, Role::Supervisor, Role::Administrator]);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLANS, SEE_PLANS, plans),
        Route::put(PLANS, PLAN, put_plan),
        Route::post(WEEK, SEE_PLANS, week),
        Route::post(LIST, RECEIVE, list),
        Route::post(NEW, RECEIVE, new),
        Route::get(ONE, RECEIVE, one),
        Route::post(ACT, RECEIVE, act),
    ]
}

type Answer<T> = Result<Json<T>, Problem>;

/// Bookings of a corner are seen by its own people, and by those the city's cases come to anyway.
fn sees(caller: &Caller, office: &OfficeId) -> bool {
    caller.works_for(office) || caller.whole_cases && caller.has_any(&[Role::Counter, Role::Condolence])
}

fn seal(server: &Server) -> Result<Seal, StorageError> {
    Seal::new(server.storage_key(), "bookings")
}

fn by(server: &Server, caller: &Caller) -> Result<By, Problem> {
    caller.staff()?;
    By::of(caller, server.now()).ok_or_else(|| StorageError::Internal("caller").into())
}

async fn plans(State(server): State<Server>) -> Answer<Vec<Plan>> {
    Ok(Json(server.db().read(keep::plans).await?))
}

async fn put_plan(State(server): State<Server>, caller: Caller, Json(plan): Json<Plan>) -> Answer<Plan> {
    slots::check(&plan).map_err(BookingError::Plan)?;
    let entry = Entry::by(&caller, server.now(), audit::Act::SettingsChanged)
        .what(format!("bookings:{}", plan.office));
    let put = server
        .db()
        .write(move |tx| {
            let plan = keep::put_plan(tx, &plan)?;
            audit::write(tx, &entry)?;
            tx.announce(Topic::Bookings);
            Ok::<_, BookingError>(plan)
        })
        .await?;
    Ok(Json(put))
}

/// When the city is closed, as its pack says.
async fn calendar(server: &Server) -> Result<Calendar, Problem> {
    Ok(crate::city_pack::current(server).await?.map_or_else(Calendar::default, |pack| pack.calendar.clone()))
}

async fn week(State(server): State<Server>, Json(which): Json<Which>) -> Answer<Week> {
    let calendar = calendar(&server).await?;
    let now = office_time::wall(server.now());
    let office = which.office.clone();
    let days = slots::days_of_week(which.day);
    let first = days.first().copied().unwrap_or(which.day);
    let last = days.last().copied().unwrap_or(which.day);
    let (plan, taken) = server
        .db()
        .read(move |tx| {
            let plan = keep::plan(tx, &office)?.ok_or(BookingError::NoPlan)?;
            // A visit may reach over midnight into the week; one day earlier is enough for that.
            let taken = keep::taken_between(tx, &office, first, last)?;
            Ok::<_, BookingError>((plan, taken))
        })
        .await?;
    Ok(Json(slots::week(&plan, &calendar, &which, &taken, now)))
}

/// A list names people, so that it was seen is written down.
async fn list(State(server): State<Server>, caller: Caller, Json(days): Json<Days>) -> Answer<Vec<Row>> {
    let length = days.to.since(days.from).map_or(i32::MAX, |span| span.get_days());
    if !(0..limit::DAYS).contains(&length) {
        return Err(BookingError::TooManyDays.into());
    }
    if let Some(office) = &days.office
        && !sees(&caller, office)
    {
        return Err(BookingError::NotYours.into());
    }
    let seal = seal(&server)?;
    let which = days.office.as_ref().map_or("*", |office| office.as_str());
    let entry = Entry::by(&caller, server.now(), audit::Act::Seen)
        .what(format!("bookings:{which}:{}:{}", days.from, days.to));
    let rows = server
        .db()
        .write(move |tx| {
            let mut rows = keep::between(tx, &seal, days.from, days.to)?;
            rows.retain(|row| {
                sees(&caller, &row.office)
                    && days.office.as_ref().is_none_or(|office| *office == row.office)
                    && (days.all || row.state != BookingState::Cancelled)
            });
            audit::write(tx, &entry)?;
            Ok::<_, StorageError>(rows)
        })
        .await?;
    Ok(Json(rows))
}

async fn new(State(server): State<Server>, caller: Caller, Json(new): Json<NewBooking>) -> Answer<Booking> {
    if !sees(&caller, &new.office) {
        return Err(BookingError::NotYours.into());
    }
    let pack = crate::city_pack::current(&server).await?;
    let answered = given::check(&new.given, pack.as_deref(), new.walk_in)?;
    let calendar = pack.map_or_else(Calendar::default, |pack| pack.calendar.clone());
    let (seal, by) = (seal(&server)?, by(&server, &caller)?);
    let now = office_time::wall(server.now());
    let entry = Entry::by(&caller, server.now(), audit::Act::Changed).what(format!("booking:{}", new.id));
    let made = server
        .db()
        .write(move |tx| {
            if let Some(there) = keep::one(tx, &seal, new.id)? {
                // The answer was lost on its way: this is the same request once more.
                return if there.first == new {
                    whole(tx, &seal, new.id)
                } else {
                    Err(BookingError::SameId(there.row.start))
                };
            }
            let place = place(tx, &new, &calendar, now)?;
            keep::insert(tx, &seal, &by, &new, place, answered)?;
            audit::write(tx, &entry)?;
            tx.announce(Topic::Bookings);
            whole(tx, &seal, new.id)
        })
        .await?;
    Ok(Json(made))
}

/// How long the visit is and which seat it gets. A walk-in is received also where no slot is.
fn place(
    tx: &mut Tx<'_>,
    new: &NewBooking,
    calendar: &Calendar,
    now: DateTime,
) -> Result<(u16, Option<u8>), BookingError> {
    let plan = keep::plan(tx, &new.office)?;
    if new.walk_in {
        let Some(plan) = plan else { return Ok((30, None)) };
        let minutes = slots::length(&plan, Some(&new.life_event));
        let seat = match keep::seat(tx, new.id, &new.office, slots::grid(new.start), minutes, plan.seats) {
            Ok(seat) => Some(seat),
            Err(BookingError::Full) => None,
            Err(error) => return Err(error),
        };
        return Ok((minutes, seat));
    }
    let plan = plan.ok_or(BookingError::NoPlan)?;
    if new.consent != Some(plan.consent.version) {
        return Err(BookingError::Consent { now: plan.consent.version });
    }
    let minutes = slots::length(&plan, Some(&new.life_event));
    bookable(&plan, calendar, new.start, now)?;
    Ok((minutes, Some(keep::seat(tx, new.id, &new.office, new.start, minutes, plan.seats)?)))
}

fn bookable(plan: &Plan, calendar: &Calendar, start: DateTime, now: DateTime) -> Result<(), BookingError> {
    if slots::bookable(plan, calendar, start, now) { Ok(()) } else { Err(BookingError::NoSlot) }
}

fn whole(tx: &mut Tx<'_>, seal: &Seal, id: BookingId) -> Result<Booking, BookingError> {
    keep::whole(tx, seal, id)?.ok_or(BookingError::Unknown)
}

async fn one(State(server): State<Server>, caller: Caller, Path(id): Path<String>) -> Answer<Booking> {
    let id: BookingId = id.parse().map_err(|_| BookingError::Unknown)?;
    let seal = seal(&server)?;
    let entry = Entry::by(&caller, server.now(), audit::Act::Seen).what(format!("booking:{id}"));
    let booking = server
        .db()
        .write(move |tx| {
            let booking = whole(tx, &seal, id)?;
            // Whoever may not see it is not told that it is there.
            if !sees(&caller, &booking.row.office) {
                return Err(BookingError::Unknown);
            }
            audit::write(tx, &entry)?;
            Ok(booking)
        })
        .await?;
    Ok(Json(booking))
}

async fn act(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(act): Json<Act>,
) -> Answer<Booking> {
    let id: BookingId = id.parse().map_err(|_| BookingError::Unknown)?;
    let pack = crate::city_pack::current(&server).await?;
    let answered = match &act.act {
        What::Edit { given } => Some(given::check(given, pack.as_deref(), true)?),
        _ => None,
    };
    let calendar = pack.map_or_else(Calendar::default, |pack| pack.calendar.clone());
    let (seal, by) = (seal(&server)?, by(&server, &caller)?);
    let now = office_time::wall(server.now());
    let entry = Entry::by(&caller, server.now(), audit::Act::Changed).what(format!("booking:{id}"));
    let changed = server
        .db()
        .write(move |tx| {
            let mut booking = keep::one(tx, &seal, id)?.ok_or(BookingError::Unknown)?;
            if !sees(&caller, &booking.row.office) {
                return Err(BookingError::Unknown);
            }
            // The same terminal asking again for what it has already is answered, whatever the revision.
            if matches!(&act.act, What::Take { case } if booking.row.case == Some(*case)) {
                let known = whole(tx, &seal, id)?;
                let taken = |step: &Step| {
                    matches!(step.what, Happened::Taken { .. }) && step.terminal == caller.terminal
                };
                if known.history.iter().any(taken) {
                    return Ok(known);
                }
            }
            if act.revision != booking.row.revision {
                return Err(BookingError::Changed);
            }
            let now_answered =
                answered.unwrap_or(Answered { answered: booking.row.answered, unknown: booking.row.unknown });
            let happened = apply(tx, &mut booking, act.act, &calendar, now)?;
            keep::update(tx, &seal, &by, &booking, now_answered, &happened)?;
            audit::write(tx, &entry)?;
            tx.announce(Topic::Bookings);
            whole(tx, &seal, id)
        })
        .await?;
    Ok(Json(changed))
}

/// Changes a booking and the place it takes; says what happened.
fn apply(
    tx: &mut Tx<'_>,
    booking: &mut Found,
    what: What,
    calendar: &Calendar,
    now: DateTime,
) -> Result<Happened, BookingError> {
    let row = &mut booking.row;
    Ok(match what {
        What::Move { start } => {
            if row.state != BookingState::Booked {
                return Err(BookingError::State);
            }
            let plan = keep::plan(tx, &row.office)?.ok_or(BookingError::NoPlan)?;
            bookable(&plan, calendar, start, now)?;
            row.seat = Some(keep::seat(tx, row.id, &row.office, start, row.minutes, plan.seats)?);
            Happened::Moved { from: std::mem::replace(&mut row.start, start), to: start }
        }
        What::Edit { given } => {
            booking.given = given;
            Happened::Edited {}
        }
        What::Cancel { reason } => {
            if row.state != BookingState::Booked {
                return Err(BookingError::State);
            }
            keep::leave(tx, row.id)?;
            (row.state, row.seat) = (BookingState::Cancelled, None);
            Happened::Cancelled { reason }
        }
        What::State { state } => {
            step(tx, row, state)?;
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

/// The state machine drawn above; cancelling has a reason and goes its own way.
fn step(tx: &mut Tx<'_>, row: &mut Row, to: BookingState) -> Result<(), BookingError> {
    if !row.state.may_become(to) {
        return Err(BookingError::State);
    }
    if !to.takes_place() {
        keep::leave(tx, row.id)?;
        row.seat = None;
    } else if !row.state.takes_place() {
        let seats = keep::plan(tx, &row.office)?.map_or(1, |plan| plan.seats);
        row.seat = Some(keep::seat(tx, row.id, &row.office, row.start, row.minutes, seats)?);
    }
    row.state = to;
    Ok(())
}
