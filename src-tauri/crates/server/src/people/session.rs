//! Sessions: who is signed in, where, and until when. The token is known to the terminal alone; here lies its hash.

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use madoka_casework::TerminalId;
use madoka_sync::wire::people::Person;
use sha2::{Digest as _, Sha256};

use super::staff;
use crate::problem::ServerError;
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::values;

/// A session as a request found it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    token: [u8; 32],
    seen: Timestamp,
    pub(crate) person: Person,
}

impl Session {
    /// Not every request need write down that somebody is there.
    pub(crate) fn worth_noting(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) > SignedDuration::from_secs(60)
    }
}

/// Longer is no token of ours.
const MOST: usize = 100;

/// The token of a request, if it carries one.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.trim();
    (!token.is_empty() && token.len() <= MOST).then(|| token.to_owned())
}

pub(crate) fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

pub(super) fn begin(
    tx: &mut Tx<'_>,
    token: &str,
    staff: &str,
    terminal: &TerminalId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StorageError> {
    end_outlived(tx, now)?;
    tx.execute(
        "INSERT INTO people_sessions (token, staff, terminal, started, seen, until) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        values![hashed(token), staff, terminal.as_str(), now, until],
    )?;
    Ok(())
}

/// Forgets sessions whose time is over. Says how many.
pub(crate) fn end_outlived(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StorageError> {
    tx.execute("DELETE FROM people_sessions WHERE until <= ?1", values![now])
}

/// Who is signed in by this token on this terminal.
pub(crate) fn person(
    tx: &mut Tx<'_>,
    token: &[u8; 32],
    terminal: &TerminalId,
    now: Timestamp,
    idle_minutes: u32,
) -> Result<Option<Session>, ServerError> {
    let row = tx.row(
        "SELECT p.id, p.name, p.roles, p.offices, p.must_change, p.disabled, s.seen, s.until
         FROM people_sessions s JOIN people_staff p ON p.id = s.staff WHERE s.token = ?1 AND s.terminal = ?2",
        values![token, terminal.as_str()],
    )?;
    let row = row.ok_or(ServerError::SessionEnded)?;
    let (seen, until): (Timestamp, Timestamp) = (row.get(6)?, row.get(7)?);
    let idle = now.duration_since(seen) > SignedDuration::from_mins(idle_minutes.into());
    if until <= now || idle {
        return Err(ServerError::SessionEnded);
    }
    if row.get(5)? {
        return Err(ServerError::StaffDisabled);
    }
    Ok(Some(Session { token: *token, seen, person: staff::person(&row)? }))
}

/// Notes that the person is still there, without keeping the request waiting.
pub(crate) fn noted(server: &Server, session: &Session, now: Timestamp) {
    let (db, token) = (server.db().clone(), session.token);
    tokio::spawn(async move {
        let written = db.write(move |tx| {
            tx.execute(
                "UPDATE people_sessions SET seen = ?2 WHERE token = ?1 AND seen < ?2",
                values![token, now],
            )
        });
        // If it was not written, the session ends a little early: nothing else.
        let _ = written.await;
    });
}

pub(super) fn end(tx: &mut Tx<'_>, token: &[u8; 32]) -> Result<(), StorageError> {
    tx.execute("DELETE FROM people_sessions WHERE token = ?1", values![token])?;
    Ok(())
}
