//! Bookings in the tables. No two visits share a seat and five minutes: the primary key of `bookings_places` says so, and
//! with it the database, whoever else may write.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use madoka_casework::{CaseId, OfficeId, StaffId, TerminalId};
use madoka_sync::slots;
use madoka_sync::wire::bookings::{
    Booking, BookingId, BookingState, ConsentText, Given, Happened, NewBooking, Plan, Preparation, Row, Step,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::BookingError;
use super::given::Answered;
use crate::access::Caller;
use crate::seal::Seal;
use crate::storage::{Schema, StorageError, Tx};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "bookings",
    versions: &[&[
        "CREATE TABLE bookings_plans (office TEXT PRIMARY KEY, revision INTEGER NOT NULL, json TEXT NOT NULL)",
        "CREATE TABLE bookings_consents (
            office TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (office, version))",
        // `start` is the wall's clock as text: ordered as it is written.
        "CREATE TABLE bookings (
            id BLOB PRIMARY KEY, office TEXT NOT NULL, life_event TEXT NOT NULL, start TEXT NOT NULL,
            minutes INTEGER NOT NULL, seat INTEGER, walk_in INTEGER NOT NULL, state TEXT NOT NULL,
            preparation TEXT NOT NULL, case_id BLOB, revision INTEGER NOT NULL, consent INTEGER,
            answered INTEGER NOT NULL, unknown INTEGER NOT NULL, sealed BLOB NOT NULL)",
        "CREATE INDEX bookings_day ON bookings (start, office)",
        "CREATE UNIQUE INDEX bookings_case ON bookings (case_id)",
        "CREATE TABLE bookings_places (
            office TEXT NOT NULL, seat INTEGER NOT NULL, piece INTEGER NOT NULL, booking BLOB NOT NULL,
            PRIMARY KEY (office, seat, piece))",
        "CREATE INDEX bookings_places_booking ON bookings_places (booking)",
        "CREATE TABLE bookings_history (
            booking BLOB NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, staff TEXT NOT NULL,
            terminal TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (booking, n))",
    ]],
};

/// What lies sealed in a row: what was said, and what was first asked for, by which the same request is known again.
#[derive(Serialize, Deserialize)]
struct Kept {
    given: Given,
    first: NewBooking,
}

/// A booking as the tables have it.
pub(super) struct Found {
    pub(super) row: Row,
    pub(super) given: Given,
    pub(super) first: NewBooking,
    consent: Option<u32>,
}

fn row_name(id: BookingId) -> String {
    format!("bookings/{id}")
}

/// Words of an enum as the wire writes them.
pub(super) fn word<T: Serialize>(value: T) -> Result<String, StorageError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StorageError::Internal("bookings")),
    }
}

fn read_word<T: DeserializeOwned>(word: String) -> Result<T, StorageError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| StorageError::Internal("bookings"))
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, StorageError> {
    text.parse().map_err(|_| StorageError::Internal("bookings"))
}

pub(super) fn plan(tx: &mut Tx<'_>, office: &OfficeId) -> Result<Option<Plan>, StorageError> {
    let row = tx.row("SELECT json FROM bookings_plans WHERE office = ?1", values![office.as_str()])?;
    row.map(|row| from_json(&row.get::<String>(0)?)).transpose()
}

pub(super) fn plans(tx: &mut Tx<'_>) -> Result<Vec<Plan>, StorageError> {
    let rows = tx.query("SELECT json FROM bookings_plans ORDER BY office", &[])?;
    rows.into_iter().map(|row| from_json(&row.get::<String>(0)?)).collect()
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Internal("bookings"))
}

/// Puts a plan in the place of the one its author looked at. A consent text that was ever agreed to is never changed.
pub(super) fn put_plan(tx: &mut Tx<'_>, plan: &Plan) -> Result<Plan, BookingError> {
    let before = self::plan(tx, &plan.office)?.map_or(0, |plan| plan.revision);
    if before != plan.revision {
        return Err(BookingError::PlanChanged);
    }
    let kept = consent(tx, &plan.office, plan.consent.version)?;
    match kept {
        Some(kept) if kept.text != plan.consent.text => {
            return Err(BookingError::Plan("同意事項の文を変えるときは、版の数を上げてください。"));
        }
        Some(_) => {}
        None => {
            tx.execute(
                "INSERT INTO bookings_consents (office, version, text) VALUES (?1, ?2, ?3)",
                values![plan.office.as_str(), plan.consent.version, &plan.consent.text],
            )?;
        }
    }
    let plan = Plan { revision: before + 1, ..plan.clone() };
    let json = serde_json::to_string(&plan).map_err(|_| StorageError::Internal("bookings"))?;
    tx.execute(
        "INSERT INTO bookings_plans (office, revision, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (office) DO UPDATE SET revision = ?2, json = ?3",
        values![plan.office.as_str(), plan.revision, json],
    )?;
    Ok(plan)
}

fn consent(tx: &mut Tx<'_>, office: &OfficeId, version: u32) -> Result<Option<ConsentText>, StorageError> {
    let row = tx.row(
        "SELECT text FROM bookings_consents WHERE office = ?1 AND version = ?2",
        values![office.as_str(), version],
    )?;
    row.map(|row| Ok(ConsentText { version, text: row.get(0)? })).transpose()
}

/// Which seats are taken in the pieces of a visit, each once.
pub(super) fn taken(
    tx: &mut Tx<'_>,
    office: &OfficeId,
    start: DateTime,
    minutes: u16,
    but: Option<BookingId>,
) -> Result<Vec<u8>, StorageError> {
    let pieces = slots::pieces(start, minutes);
    let rows = tx.query(
        "SELECT DISTINCT seat FROM bookings_places WHERE office = ?1 AND piece >= ?2 AND piece < ?3 AND booking <> ?4",
        values![office.as_str(), pieces.start, pieces.end, but.map_or(Uuid::nil(), BookingId::as_uuid)],
    )?;
    rows.into_iter().map(|row| row.get(0)).collect()
}

/// Every taken (seat, piece) of some days, for the week view.
pub(super) fn taken_between(
    tx: &mut Tx<'_>,
    office: &OfficeId,
    from: Date,
    to: Date,
) -> Result<Vec<(u8, i64)>, StorageError> {
    let begin = slots::pieces(from.at(0, 0, 0, 0), 5).start;
    let end = slots::pieces(to.at(23, 55, 0, 0), 5).end;
    let rows = tx.query(
        "SELECT seat, piece FROM bookings_places WHERE office = ?1 AND piece >= ?2 AND piece < ?3",
        values![office.as_str(), begin, end],
    )?;
    rows.into_iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Gives a booking a seat for its whole time, taking back the one it had.
pub(super) fn seat(
    tx: &mut Tx<'_>,
    id: BookingId,
    office: &OfficeId,
    start: DateTime,
    minutes: u16,
    seats: u8,
) -> Result<u8, BookingError> {
    let free =
        slots::free_seat(seats, &taken(tx, office, start, minutes, Some(id))?).ok_or(BookingError::Full)?;
    leave(tx, id)?;
    for piece in slots::pieces(start, minutes) {
        tx.execute(
            "INSERT INTO bookings_places (office, seat, piece, booking) VALUES (?1, ?2, ?3, ?4)",
            values![office.as_str(), free, piece, id.as_uuid()],
        )
        .map_err(|error| match error {
            StorageError::Conflict => BookingError::Full,
            error => error.into(),
        })?;
    }
    Ok(free)
}

/// Its place is free again.
pub(super) fn leave(tx: &mut Tx<'_>, id: BookingId) -> Result<(), StorageError> {
    tx.execute("DELETE FROM bookings_places WHERE booking = ?1", values![id.as_uuid()])?;
    Ok(())
}

const COLUMNS: &str = "id, office, life_event, start, minutes, seat, walk_in, state, preparation, case_id, revision, \
                       consent, answered, unknown, sealed";

fn found(columns: &crate::storage::Row, seal: &Seal) -> Result<Found, StorageError> {
    let id = BookingId::new(columns.get(0)?);
    let Kept { given, first } = seal.open_json(&row_name(id), &columns.get::<Vec<u8>>(14)?)?;
    let row = Row {
        id,
        office: parsed(&columns.get::<String>(1)?)?,
        life_event: parsed(&columns.get::<String>(2)?)?,
        start: parsed(&columns.get::<String>(3)?)?,
        minutes: columns.get(4)?,
        seat: columns.get(5)?,
        walk_in: columns.get(6)?,
        state: read_word(columns.get(7)?)?,
        preparation: read_word(columns.get(8)?)?,
        case: columns.get::<Option<Uuid>>(9)?.map(CaseId::new),
        revision: columns.get(10)?,
        name: given.name.clone(),
        answered: columns.get(12)?,
        unknown: columns.get(13)?,
    };
    Ok(Found { row, given, first, consent: columns.get(11)? })
}

pub(super) fn one(tx: &mut Tx<'_>, seal: &Seal, id: BookingId) -> Result<Option<Found>, StorageError> {
    let row = tx.row(&format!("SELECT {COLUMNS} FROM bookings WHERE id = ?1"), values![id.as_uuid()])?;
    row.map(|row| found(&row, seal)).transpose()
}

/// Bookings of some days, both included, the earliest first.
pub(super) fn between(tx: &mut Tx<'_>, seal: &Seal, from: Date, to: Date) -> Result<Vec<Row>, StorageError> {
    let mut rows = Vec::new();
    tx.each(
        &format!(
            "SELECT {COLUMNS} FROM bookings WHERE start >= ?1 AND start <= ?2 ORDER BY start, office, id"
        ),
        values![from.at(0, 0, 0, 0).to_string(), to.at(23, 59, 59, 0).to_string()],
        |row| {
            rows.push(found(&row, seal)?.row);
            Ok(())
        },
    )?;
    Ok(rows)
}

/// The visit a case was booked for.
pub fn visit_of(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<DateTime>, StorageError> {
    let row = tx.row("SELECT start FROM bookings WHERE case_id = ?1", values![case.as_uuid()])?;
    row.map(|row| parsed(&row.get::<String>(0)?)).transpose()
}

/// Whom a change is by, and when.
pub(super) struct By {
    pub(super) staff: StaffId,
    pub(super) terminal: TerminalId,
    pub(super) at: Timestamp,
}

impl By {
    pub(super) fn of(caller: &Caller, at: Timestamp) -> Option<Self> {
        Some(Self { staff: caller.staff.clone()?, terminal: caller.terminal.clone(), at })
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    seal: &Seal,
    by: &By,
    first: &NewBooking,
    (minutes, place): (u16, Option<u8>),
    answered: Answered,
) -> Result<(), StorageError> {
    let state = if first.walk_in { BookingState::Arrived } else { BookingState::Booked };
    let kept = Kept { given: first.given.clone(), first: first.clone() };
    tx.execute(
        "INSERT INTO bookings (id, office, life_event, start, minutes, seat, walk_in, state, preparation, case_id,
            revision, consent, answered, unknown, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, 1, ?10, ?11, ?12, ?13)",
        values![
            first.id.as_uuid(),
            first.office.as_str(),
            first.life_event.as_str(),
            first.start.to_string(),
            minutes,
            place,
            first.walk_in,
            word(state)?,
            word(Preparation::NotBegun)?,
            first.consent,
            answered.answered,
            answered.unknown,
            seal.seal_json(&row_name(first.id), &kept)?
        ],
    )?;
    note(tx, seal, by, first.id, &Happened::Made { start: first.start })
}

/// Writes a booking as it is now; its revision rises.
pub(super) fn update(
    tx: &mut Tx<'_>,
    seal: &Seal,
    by: &By,
    booking: &Found,
    answered: Answered,
    what: &Happened,
) -> Result<(), StorageError> {
    let Found { row, given, first, .. } = booking;
    let kept = Kept { given: given.clone(), first: first.clone() };
    tx.execute(
        "UPDATE bookings SET start = ?2, seat = ?3, state = ?4, preparation = ?5, case_id = ?6, revision = revision + 1,
            answered = ?7, unknown = ?8, sealed = ?9
         WHERE id = ?1",
        values![
            row.id.as_uuid(),
            row.start.to_string(),
            row.seat,
            word(row.state)?,
            word(row.preparation)?,
            row.case.map(CaseId::as_uuid),
            answered.answered,
            answered.unknown,
            seal.seal_json(&row_name(row.id), &kept)?
        ],
    )?;
    note(tx, seal, by, row.id, what)
}

fn note(tx: &mut Tx<'_>, seal: &Seal, by: &By, id: BookingId, what: &Happened) -> Result<(), StorageError> {
    let n = tx
        .row(
            "SELECT COALESCE(MAX(n), 0) + 1 FROM bookings_history WHERE booking = ?1",
            values![id.as_uuid()],
        )?
        .map_or(Ok(1), |row| row.get::<i64>(0))?;
    tx.execute(
        "INSERT INTO bookings_history (booking, n, at, staff, terminal, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            id.as_uuid(),
            n,
            by.at,
            by.staff.as_str(),
            by.terminal.as_str(),
            // 取消の理由 is what a family said.
            seal.seal_json(&format!("{}/{n}", row_name(id)), what)?
        ],
    )?;
    Ok(())
}

/// With its history and the consent that was given.
pub(super) fn whole(tx: &mut Tx<'_>, seal: &Seal, id: BookingId) -> Result<Option<Booking>, StorageError> {
    let Some(Found { row, given, consent, .. }) = one(tx, seal, id)? else { return Ok(None) };
    let consent = match consent {
        Some(version) => self::consent(tx, &row.office, version)?,
        None => None,
    };
    let steps = tx.query(
        "SELECT n, at, staff, terminal, sealed FROM bookings_history WHERE booking = ?1 ORDER BY n",
        values![id.as_uuid()],
    )?;
    let history = steps
        .into_iter()
        .map(|step| {
            let n: i64 = step.get(0)?;
            Ok(Step {
                at: step.get(1)?,
                by: parsed(&step.get::<String>(2)?)?,
                terminal: parsed(&step.get::<String>(3)?)?,
                what: seal.open_json(&format!("{}/{n}", row_name(id)), &step.get::<Vec<u8>>(4)?)?,
            })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(Some(Booking { row, given, consent, history }))
}

/// 消去: what was said for visits before this day. Says how many.
pub fn erase_before(tx: &mut Tx<'_>, day: Date) -> Result<u64, StorageError> {
    let before = || values![day.at(0, 0, 0, 0).to_string()].to_vec();
    for table in ["bookings_history", "bookings_places"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE booking IN (SELECT id FROM bookings WHERE start < ?1)"),
            &before(),
        )?;
    }
    tx.execute("DELETE FROM bookings WHERE start < ?1", &before())
}
