//! 端末: which machines are the city's, by the certificates it gave them.

mod enrol;
mod routes;

use std::sync::Arc;

use jiff::Timestamp;
use madoka_casework::{OfficeId, TerminalId};
use madoka_sync::wire::people::{Invite, TerminalRow};
use sha2::{Digest as _, Sha256};

pub use self::enrol::{certificate_for, enrol, invitation};
pub(crate) use self::routes::routes;
use crate::cases;
use crate::changes::Topic;
use crate::storage::{Schema, StorageError, Tx};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "terminals",
    versions: &[&[
        "CREATE TABLE terminals (
            id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, offices TEXT NOT NULL, whole_cases INTEGER NOT NULL)",
        "CREATE TABLE terminals_certificates (
            fingerprint BLOB PRIMARY KEY, terminal TEXT NOT NULL, issued INTEGER NOT NULL, not_after INTEGER NOT NULL,
            revoked INTEGER)",
        "CREATE INDEX terminals_certificates_terminal ON terminals_certificates (terminal)",
        "CREATE TABLE terminals_invitations (
            code BLOB PRIMARY KEY, terminal TEXT NOT NULL, offices TEXT NOT NULL, whole_cases INTEGER NOT NULL,
            until INTEGER NOT NULL)",
    ]],
};

/// Who is at the other end of a connection: nobody known, or who holds the key of a certificate our authority signed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peer(pub(crate) Option<Arc<[u8; 32]>>);

impl Peer {
    pub(crate) fn fingerprint(&self) -> Option<[u8; 32]> {
        self.0.as_deref().copied()
    }
}

/// A terminal of the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    pub id: TerminalId,
    /// Among the city's, from 1; never another's. It stands in 案件番号.
    pub number: u16,
    pub offices: Vec<OfficeId>,
    /// 窓口端末: the city's cases come to it, and not only what its department is asked.
    pub whole_cases: bool,
}

/// What a certificate is worth now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Good(Terminal),
    Unknown,
    Revoked,
    Expired,
}

pub(crate) fn standing(
    tx: &mut Tx<'_>,
    fingerprint: &[u8; 32],
    now: Timestamp,
) -> Result<Standing, StorageError> {
    let row = tx.row(
        "SELECT c.not_after, c.revoked, t.id, t.number, t.offices, t.whole_cases
         FROM terminals_certificates c JOIN terminals t ON t.id = c.terminal WHERE c.fingerprint = ?1",
        values![fingerprint],
    )?;
    let Some(row) = row else { return Ok(Standing::Unknown) };
    if row.get::<Option<Timestamp>>(1)?.is_some() {
        return Ok(Standing::Revoked);
    }
    if row.get::<Timestamp>(0)? <= now {
        return Ok(Standing::Expired);
    }
    Ok(Standing::Good(Terminal {
        id: id(row.get(2)?)?,
        number: row.get(3)?,
        offices: offices(&row.get::<String>(4)?)?,
        whole_cases: row.get(5)?,
    }))
}

/// One terminal, if the city has it.
pub fn terminal(tx: &mut Tx<'_>, terminal: &TerminalId) -> Result<Option<Terminal>, StorageError> {
    let row = tx.row(
        "SELECT number, offices, whole_cases FROM terminals WHERE id = ?1",
        values![terminal.as_str()],
    )?;
    row.map(|row| {
        Ok(Terminal {
            id: terminal.clone(),
            number: row.get(0)?,
            offices: offices(&row.get::<String>(1)?)?,
            whole_cases: row.get(2)?,
        })
    })
    .transpose()
}

/// Whether the city's cases come to a terminal; nothing where there is no such terminal.
pub fn has_whole_cases(tx: &mut Tx<'_>, id: &TerminalId) -> Result<Option<bool>, StorageError> {
    Ok(terminal(tx, id)?.map(|terminal| terminal.whole_cases))
}

/// All terminals, with what their newest certificate is worth.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<TerminalRow>, StorageError> {
    let rows = tx.query(
        "SELECT t.id, t.number, t.offices, t.whole_cases,
            (SELECT MAX(c.not_after) FROM terminals_certificates c WHERE c.terminal = t.id AND c.revoked IS NULL),
            (SELECT COUNT(*) FROM terminals_certificates c WHERE c.terminal = t.id)
         FROM terminals t ORDER BY t.id",
        &[],
    )?;
    rows.into_iter()
        .map(|row| {
            let valid_until: Option<Timestamp> = row.get(4)?;
            Ok(TerminalRow {
                terminal: id(row.get(0)?)?,
                number: row.get(1)?,
                offices: offices(&row.get::<String>(2)?)?,
                whole_cases: row.get(3)?,
                revoked: valid_until.is_none() && row.get::<i64>(5)? > 0,
                valid_until,
            })
        })
        .collect()
}

/// Refuses every certificate of a terminal from now on, on connections that are open too. Answers how many.
pub fn revoke(tx: &mut Tx<'_>, terminal: &TerminalId, now: Timestamp) -> Result<u64, StorageError> {
    tx.execute("DELETE FROM terminals_invitations WHERE terminal = ?1", values![terminal.as_str()])?;
    tx.execute("DELETE FROM people_sessions WHERE terminal = ?1", values![terminal.as_str()])?;
    cases::presence::forget(tx, terminal)?;
    tx.announce(Topic::People);
    tx.execute(
        "UPDATE terminals_certificates SET revoked = ?2 WHERE terminal = ?1 AND revoked IS NULL",
        values![terminal.as_str(), now],
    )
}

fn hashed(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

fn id(text: String) -> Result<TerminalId, StorageError> {
    text.try_into().map_err(|_| StorageError::Column(0))
}

pub(crate) fn offices(json: &str) -> Result<Vec<OfficeId>, StorageError> {
    serde_json::from_str(json).map_err(|_| StorageError::Internal("offices"))
}

pub(crate) fn offices_json(offices: &[OfficeId]) -> Result<String, StorageError> {
    serde_json::to_string(offices).map_err(|_| StorageError::Internal("offices"))
}

/// Notes that a terminal may come, once and until then, and forgets who did not come in time.
pub(crate) fn invited(
    tx: &mut Tx<'_>,
    code: &str,
    invite: &Invite,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "DELETE FROM terminals_invitations WHERE until <= ?1 OR terminal = ?2",
        values![now, invite.terminal.as_str()],
    )?;
    tx.execute(
        "INSERT INTO terminals_invitations (code, terminal, offices, whole_cases, until) VALUES (?1, ?2, ?3, ?4, ?5)",
        values![hashed(code), invite.terminal.as_str(), offices_json(&invite.offices)?, invite.whole_cases, until],
    )?;
    Ok(())
}
