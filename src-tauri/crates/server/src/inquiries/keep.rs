//! The queues: one row for each inquiry that came up with its case. It names nobody.

use jiff::Timestamp;
use madoka_casework::{
    Case, CaseId, Event, EventId, EventKind, InquiryId, OfficeId, ProcedureRef, ReplyAnswer,
};
use madoka_sync::wire::inquiries::Line;
use uuid::Uuid;

use crate::changes::Topic;
use crate::storage::{Row, Schema, StorageError, Tx};
use crate::{statistics, values};

pub(crate) const SCHEMA: Schema = Schema {
    module: "inquiries",
    versions: &[
        &[
            "CREATE TABLE inquiries (
                id BLOB PRIMARY KEY, case_id BLOB NOT NULL, event BLOB NOT NULL, seq INTEGER NOT NULL, office TEXT NOT NULL,
                procedure_id TEXT, member INTEGER, sent INTEGER NOT NULL, received INTEGER NOT NULL, answered INTEGER,
                late INTEGER NOT NULL, reminded INTEGER NOT NULL, reminded_at INTEGER)",
            "CREATE INDEX inquiries_office ON inquiries (office, answered)",
            "CREATE INDEX inquiries_case ON inquiries (case_id)",
        ],
        &["ALTER TABLE inquiries ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0"],
    ],
};

/// Takes note of an event that was kept just now, in its transaction: an inquiry joins its office's queue, a reply by
/// whomever answers it.
pub fn observe(tx: &mut Tx<'_>, event: &Event) -> Result<(), StorageError> {
    match &event.kind {
        EventKind::InquirySent { inquiry, office, procedure, .. } => {
            let received = received(tx, event.id)?.unwrap_or(event.at);
            tx.execute(
                "INSERT INTO inquiries
                    (id, case_id, event, seq, office, procedure_id, member, sent, received, answered, late, reminded, reminded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, 0, 0, NULL)
                 ON CONFLICT (id) DO NOTHING",
                values![
                    inquiry.as_uuid(),
                    event.case.as_uuid(),
                    event.id.as_uuid(),
                    event.seq,
                    office.as_str(),
                    procedure.as_ref().map(|procedure| procedure.procedure.as_str()),
                    procedure.as_ref().and_then(|procedure| procedure.member),
                    event.at,
                    received
                ],
            )?;
            tx.announce(Topic::Inquiries);
        }
        EventKind::ReplyGiven { inquiry, answer, here, .. } => {
            let answered = received(tx, event.id)?.unwrap_or(event.at);
            let late = tx
                .row("SELECT state FROM case_rows WHERE case_id = ?1", values![event.case.as_uuid()])?
                .map(|row| row.get::<String>(0))
                .transpose()?
                .is_some_and(|state| state == CLOSED);
            let given = First { inquiry: *inquiry, answer: *answer, here: *here, answered, late };
            first_answer(tx, event.case, &given)?;
            // Whose case the inquiry is must fit: an inquiry's id alone opens nothing.
            tx.execute(
                "UPDATE inquiries SET answered = COALESCE(answered, ?3), late = CASE WHEN answered IS NULL THEN ?4 ELSE late END
                 WHERE id = ?1 AND case_id = ?2",
                values![inquiry.as_uuid(), event.case.as_uuid(), answered, late],
            )?;
            tx.announce(Topic::Inquiries);
        }
        _ => {}
    }
    Ok(())
}

/// Keeps out of the queues what the case does not ask after all: inquiries of late records that a person dismissed.
pub fn drop_dismissed(tx: &mut Tx<'_>, case: &Case) -> Result<(), StorageError> {
    // What arrives later can make a record count that did not.
    let mut changed = tx.execute(
        "UPDATE inquiries SET dropped = 0 WHERE case_id = ?1 AND dropped = 1",
        values![case.id.as_uuid()],
    )?;
    for aside in case.aside().iter().filter(|aside| !aside.waits_for_a_person()) {
        // By its event: the inquiry's id may be that of another, which was sent first and counts.
        changed += tx.execute(
            "UPDATE inquiries SET dropped = 1 WHERE case_id = ?1 AND event = ?2",
            values![case.id.as_uuid(), aside.event.id.as_uuid()],
        )?;
    }
    if changed > 0 {
        tx.announce(Topic::Inquiries);
    }
    Ok(())
}

struct First {
    inquiry: InquiryId,
    answer: ReplyAnswer,
    here: bool,
    answered: Timestamp,
    late: bool,
}

/// The first answer to a question about a procedure counts in the statistics; a notice asks nothing.
fn first_answer(tx: &mut Tx<'_>, case: CaseId, first: &First) -> Result<(), StorageError> {
    let asked = tx.row(
        "SELECT i.office, i.received, c.life_event FROM inquiries i LEFT JOIN case_rows c ON c.case_id = i.case_id
         WHERE i.id = ?1 AND i.case_id = ?2 AND i.answered IS NULL AND i.procedure_id IS NOT NULL",
        values![first.inquiry.as_uuid(), case.as_uuid()],
    )?;
    let Some(asked) = asked else { return Ok(()) };
    let (office, life_event) = (asked.get::<String>(0)?, asked.get::<Option<String>>(2)?);
    statistics::keep_answer(
        tx,
        &statistics::Given {
            inquiry: first.inquiry,
            office: &office,
            life_event: life_event.as_deref().unwrap_or("unknown"),
            received: asked.get(1)?,
            answered: first.answered,
            late: first.late,
            answer: first.answer,
            here: first.here,
        },
    )
}

/// What waits for an answer now, by office: how much, and for how many minutes the oldest.
pub(crate) fn waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(OfficeId, u64, u32)>, StorageError> {
    let rows = tx.query(
        &format!(
            "SELECT i.office, COUNT(*), MIN(i.received) FROM inquiries i LEFT JOIN case_rows c ON c.case_id = i.case_id
             WHERE i.answered IS NULL AND i.dropped = 0 AND i.procedure_id IS NOT NULL
                 AND (c.state IS NULL OR c.state <> '{TAKEN_BACK}') GROUP BY i.office ORDER BY i.office"
        ),
        &[],
    )?;
    let waits = |row: &Row| {
        let office = row.get::<String>(0)?.parse().map_err(|_| StorageError::Internal("inquiries"))?;
        let oldest: Timestamp = row.get(2)?;
        let minutes = now.as_second().saturating_sub(oldest.as_second()).max(0) / 60;
        Ok((office, row.get(1)?, u32::try_from(minutes).unwrap_or(u32::MAX)))
    };
    rows.iter().map(waits).collect()
}

/// As `cases` writes states down.
const CLOSED: &str = "closed";
const TAKEN_BACK: &str = "taken_back";

fn received(tx: &mut Tx<'_>, event: EventId) -> Result<Option<Timestamp>, StorageError> {
    let row = tx.row("SELECT received FROM case_events WHERE id = ?1", values![event.as_uuid()])?;
    row.map(|row| row.get(0)).transpose()
}

/// One inquiry as the tables have it.
pub(super) struct Found {
    pub(super) line: Line,
    pub(super) event: EventId,
    pub(super) seq: u32,
}

const COLUMNS: &str =
    "i.id, i.case_id, i.event, i.seq, i.office, i.procedure_id, i.member, i.sent, i.received, i.answered,
    i.late, i.reminded, i.reminded_at, c.number, c.life_event, c.state, b.start";
const TABLES: &str = "inquiries i LEFT JOIN case_rows c ON c.case_id = i.case_id LEFT JOIN bookings b ON b.case_id = i.case_id";

fn found(row: &Row, now: Timestamp) -> Result<Found, StorageError> {
    let parse = |text: String| text.parse().map_err(|_| StorageError::Internal("inquiries"));
    let member = row.get::<Option<u16>>(6)?;
    let procedure = row
        .get::<Option<String>>(5)?
        .map(|procedure| {
            let procedure = procedure.parse().map_err(|_| StorageError::Internal("inquiries"))?;
            Ok::<_, StorageError>(ProcedureRef { procedure, member })
        })
        .transpose()?;
    let received: Timestamp = row.get(8)?;
    let answered: Option<Timestamp> = row.get(9)?;
    // An answered one has waited until it was answered.
    let waited = answered.unwrap_or(now).as_second().saturating_sub(received.as_second()).max(0);
    let visit = row.get::<Option<String>>(16)?;
    let life_event = row.get::<Option<String>>(14)?.unwrap_or_else(|| "unknown".to_owned());
    Ok(Found {
        line: Line {
            id: InquiryId::new(row.get(0)?),
            case: CaseId::new(row.get(1)?),
            number: row.get(13)?,
            life_event: life_event.parse().map_err(|_| StorageError::Internal("inquiries"))?,
            office: parse(row.get::<String>(4)?)?,
            procedure,
            sent: row.get(7)?,
            waiting_minutes: u32::try_from(waited / 60).unwrap_or(u32::MAX),
            visit: visit
                .map(|visit| visit.parse().map_err(|_| StorageError::Internal("inquiries")))
                .transpose()?,
            reminded: row.get(11)?,
            reminded_at: row.get(12)?,
            answered,
            late: row.get::<bool>(10)?
                || answered.is_none() && row.get::<Option<String>>(15)?.as_deref() == Some(CLOSED),
        },
        event: EventId::new(row.get(2)?),
        seq: row.get(3)?,
    })
}

pub(super) fn one(tx: &mut Tx<'_>, id: InquiryId, now: Timestamp) -> Result<Option<Found>, StorageError> {
    let row = tx.row(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE i.id = ?1"), values![id.as_uuid()])?;
    row.map(|row| found(&row, now)).transpose()
}

/// As many as an office can have before it.
const MOST: i64 = 2_000;

/// The inquiries to an office: who comes soonest first, then who has waited longest. A case that was opened by mistake
/// asks nothing, and neither does a record that the counter dropped.
pub(super) fn of_office(
    tx: &mut Tx<'_>,
    office: &OfficeId,
    answered: bool,
    now: Timestamp,
) -> Result<Vec<Line>, StorageError> {
    let open = if answered { "" } else { "AND i.answered IS NULL" };
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM {TABLES}
             WHERE i.office = ?1 {open} AND i.dropped = 0 AND (c.state IS NULL OR c.state <> '{TAKEN_BACK}')
             ORDER BY i.received DESC, i.id LIMIT {MOST}"
        ),
        values![office.as_str()],
    )?;
    rows.iter().map(|row| Ok(found(row, now)?.line)).collect()
}

/// The inquiries of a case, in the order they were sent.
pub(super) fn of_case(tx: &mut Tx<'_>, case: CaseId, now: Timestamp) -> Result<Vec<Line>, StorageError> {
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE i.case_id = ?1 ORDER BY i.received, i.id LIMIT {MOST}"
        ),
        values![case.as_uuid()],
    )?;
    rows.iter().map(|row| Ok(found(row, now)?.line)).collect()
}

/// 催促: once more, at most every few minutes. `false` where it was too soon or is answered.
pub(super) fn remind(
    tx: &mut Tx<'_>,
    id: InquiryId,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx.execute(
        "UPDATE inquiries SET reminded = reminded + 1, reminded_at = ?2
         WHERE id = ?1 AND answered IS NULL AND (reminded_at IS NULL OR reminded_at < ?3)",
        values![id.as_uuid(), now, not_since],
    )?;
    Ok(changed == 1)
}

/// 消去: an erased case leaves no line in any queue.
pub fn erase(tx: &mut Tx<'_>, case: Uuid) -> Result<(), StorageError> {
    tx.execute("DELETE FROM inquiries WHERE case_id = ?1", values![case])?;
    Ok(())
}
