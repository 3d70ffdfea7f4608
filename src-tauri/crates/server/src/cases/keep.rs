//! Events in the server's tables: one order for all, each event once, its text as it came.

use std::collections::BTreeSet;

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, Event, EventKind, Refusal, State, TerminalId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::Caller;
use crate::changes::Topic;
use crate::storage::{StorageError, Tx};
use crate::values;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    New,
    /// The very same was here before.
    There,
    /// Another one of that id is here. Nothing was changed.
    Other,
}

/// Keeps one event: in order, once, for everyone who may have it. Whoever waits is woken when the transaction is on the
/// disk. Whether its author may say it was asked before.
pub fn append(tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<Appended, StorageError> {
    let appended = insert(tx, event, now)?;
    if appended == Appended::New {
        pass_on(tx, event)?;
        if moves(&event.kind) {
            list(tx, event.case)?;
        }
        tx.announce(Topic::Cases);
    }
    Ok(appended)
}

/// Whether the case's row may look different after it.
pub(super) const fn moves(kind: &EventKind) -> bool {
    kind.is_of_phase() || matches!(kind, EventKind::Numbered { .. } | EventKind::LateResolved { .. })
}

pub(super) fn insert(tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<Appended, StorageError> {
    let json = event.to_json();
    let digest: [u8; 32] = Sha256::digest(json.as_bytes()).into();
    let new = tx.execute(
        "INSERT INTO case_events (pos, id, case_id, terminal, json, digest, received)
         VALUES ((SELECT COALESCE(MAX(pos), 0) + 1 FROM case_events), ?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO NOTHING",
        values![
            event.id.as_uuid(),
            event.case.as_uuid(),
            event.by.terminal.as_str(),
            json.into_bytes(),
            digest,
            now
        ],
    )?;
    if new == 1 {
        return Ok(Appended::New);
    }
    let there = tx.row("SELECT digest FROM case_events WHERE id = ?1", values![event.id.as_uuid()])?;
    let same = there.map(|row| row.get::<[u8; 32]>(0)).transpose()? == Some(digest);
    Ok(if same { Appended::There } else { Appended::Other })
}

/// Puts an inquiry before its department, the event before the departments' terminals that have its case, and gives the case to the one it is handed to.
pub(super) fn pass_on(tx: &mut Tx<'_>, event: &Event) -> Result<(), StorageError> {
    crate::inquiries::observe(tx, event)?;
    tx.execute(
        "INSERT INTO case_feed (terminal, n, event)
         SELECT g.terminal, e.pos, e.pos FROM case_events e JOIN case_grants g ON g.case_id = e.case_id
         WHERE e.id = ?1",
        values![event.id.as_uuid()],
    )?;
    match &event.kind {
        EventKind::Opened { .. } => grant(tx, event, &event.by.terminal),
        EventKind::HandedOver { to, .. } => grant(tx, event, &to.terminal),
        _ => Ok(()),
    }
}

/// From this event on the terminal has the case whole, with everything before it. Counters have every case anyway.
fn grant(tx: &mut Tx<'_>, event: &Event, terminal: &TerminalId) -> Result<(), StorageError> {
    if crate::terminals::has_whole_cases(tx, terminal)?.unwrap_or(true) {
        return Ok(());
    }
    let case = event.case.as_uuid();
    let new = tx.execute(
        "INSERT INTO case_grants (terminal, case_id) VALUES (?1, ?2) ON CONFLICT (terminal, case_id) DO NOTHING",
        values![terminal.as_str(), case],
    )?;
    if new == 1 {
        tx.execute(
            "INSERT INTO case_feed (terminal, n, event)
             SELECT g.terminal, n.pos, e.pos
             FROM case_grants g JOIN case_events n ON n.id = ?1 JOIN case_events e ON e.case_id = g.case_id
             WHERE g.terminal = ?2 AND g.case_id = ?3
             ON CONFLICT (terminal, n, event) DO NOTHING",
            values![event.id.as_uuid(), terminal.as_str(), case],
        )?;
    }
    Ok(())
}

/// Writes down how the case stands now; a case whose opening has not come has no row yet.
pub(super) fn list(tx: &mut Tx<'_>, id: CaseId) -> Result<(), StorageError> {
    let Some(case) = case(tx, id)? else { return Ok(()) };
    tx.execute(
        "INSERT INTO case_rows
            (case_id, number, ticket, life_event, state, opened, since, owner_staff, owner_terminal, late)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (case_id) DO UPDATE SET number = ?2, ticket = ?3, life_event = ?4, state = ?5, opened = ?6,
            since = ?7, owner_staff = ?8, owner_terminal = ?9, late = ?10",
        values![
            id.as_uuid(),
            case.number(),
            case.ticket.as_str(),
            case.life_event.as_str(),
            state_name(case.state()),
            case.opened,
            case.since(),
            case.owner().map(|owner| owner.staff.as_str()),
            case.owner().map(|owner| owner.terminal.as_str()),
            case.late().count()
        ],
    )?;
    crate::inquiries::drop_dismissed(tx, &case)
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::InHand => "in_hand",
        State::Closed => "closed",
        State::TakenBack => "taken_back",
    }
}

/// Everything kept of a case, in the server's order.
pub fn events_of(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Event>, StorageError> {
    let mut events = Vec::new();
    tx.each(
        "SELECT json FROM case_events WHERE case_id = ?1 AND json IS NOT NULL ORDER BY pos",
        values![case.as_uuid()],
        |row| {
            events.push(read(&row.get::<Vec<u8>>(0)?)?);
            Ok(())
        },
    )?;
    Ok(events)
}

/// The case as it stands, or `None` where it was never opened here.
pub fn case(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Case>, StorageError> {
    match Case::fold(events_of(tx, id)?) {
        Ok(case) => Ok(Some(case)),
        Err(Refusal::NotOpened) => Ok(None),
        Err(_) => Err(StorageError::Damaged),
    }
}

fn read(json: &[u8]) -> Result<Event, StorageError> {
    let text = std::str::from_utf8(json).map_err(|_| StorageError::Damaged)?;
    Event::from_json(text).map_err(|_| StorageError::Damaged)
}

/// Whether this terminal may have the whole case: every counter, and the department that opened it or was handed it.
pub fn sees(tx: &mut Tx<'_>, caller: &Caller, case: CaseId) -> Result<bool, StorageError> {
    if caller.whole_cases {
        return Ok(true);
    }
    let row = tx.row(
        "SELECT 1 FROM case_grants WHERE terminal = ?1 AND case_id = ?2",
        values![caller.terminal.as_str(), case.as_uuid()],
    )?;
    Ok(row.is_some())
}

/// The cases a terminal has in hand.
pub(super) fn in_hand(tx: &mut Tx<'_>, terminal: &TerminalId) -> Result<BTreeSet<CaseId>, StorageError> {
    let rows = tx.query(
        "SELECT case_id FROM case_rows WHERE owner_terminal = ?1 AND state = 'in_hand'",
        values![terminal.as_str()],
    )?;
    rows.iter().map(|row| Ok(CaseId::new(row.get::<Uuid>(0)?))).collect()
}

/// The case with a 案件番号.
pub(crate) fn numbered(tx: &mut Tx<'_>, number: u64) -> Result<Option<CaseId>, StorageError> {
    let row = tx.row("SELECT case_id FROM case_rows WHERE number = ?1 LIMIT 1", values![number])?;
    row.map(|row| Ok(CaseId::new(row.get(0)?))).transpose()
}

/// A case's 案件番号, where it has one.
pub(crate) fn number_of(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<u64>, StorageError> {
    let row = tx.row("SELECT number FROM case_rows WHERE case_id = ?1", values![case.as_uuid()])?;
    row.map_or(Ok(None), |row| row.get(0))
}
