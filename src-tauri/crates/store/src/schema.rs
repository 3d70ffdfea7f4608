//! The tables, and how an older file becomes a newer one. Steps are only ever added.

use rusqlite::{Connection, Transaction};

use crate::{Realm, StoreError};

/// The version this program writes.
pub const SCHEMA: u32 = 2;

const STEPS: [&str; SCHEMA as usize] = [V1, V2];

/// One chain over all events: `chain` = SHA-256(chain before, digest), `digest` = SHA-256(json). Erasing takes the json away
/// and leaves the digest, so that the rest can still be verified.
const V1: &str = "
CREATE TABLE events (
  pos INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  case_id BLOB NOT NULL,
  json TEXT,
  digest BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;
CREATE INDEX events_of_case ON events (case_id, pos);
CREATE TABLE cases (
  case_id BLOB PRIMARY KEY,
  number INTEGER UNIQUE,
  ticket TEXT NOT NULL,
  life_event TEXT NOT NULL,
  state TEXT NOT NULL,
  opened INTEGER NOT NULL,
  since INTEGER NOT NULL,
  owner_staff TEXT,
  owner_terminal TEXT,
  late INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_opened ON cases (opened);
CREATE INDEX cases_ticket ON cases (ticket, opened);
CREATE INDEX cases_state ON cases (state, since);
CREATE TABLE snapshots (case_id BLOB PRIMARY KEY, pos INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE people (
  person INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id BLOB NOT NULL,
  names TEXT NOT NULL,
  birth TEXT
) STRICT;
CREATE INDEX people_of_case ON people (case_id);
CREATE INDEX people_birth ON people (birth, person) WHERE birth IS NOT NULL;
CREATE TABLE grams (
  gram INTEGER NOT NULL,
  person INTEGER NOT NULL,
  PRIMARY KEY (gram, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (pos INTEGER PRIMARY KEY) STRICT;
CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE packs (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  bytes BLOB NOT NULL,
  active INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  memory INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  lanes INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  about TEXT NOT NULL
) STRICT;
CREATE TABLE spool (id TEXT PRIMARY KEY, placed TEXT NOT NULL, entry BLOB NOT NULL) STRICT;
CREATE TABLE pictures (sha256 BLOB PRIMARY KEY, case_id BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX pictures_of_case ON pictures (case_id);
CREATE TABLE audit (
  pos INTEGER PRIMARY KEY,
  json TEXT NOT NULL,
  chain BLOB NOT NULL
) STRICT;
";

/// The parts of packs by their hash: an edition costs only what changed, and a download that broke off goes on.
const V2: &str = "CREATE TABLE pack_parts (sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;";

/// Makes an empty database one of this realm.
pub(crate) fn create(connection: &mut Connection, realm: Realm) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", realm.application_id())?;
    steps(&transaction, 0)?;
    transaction.commit()?;
    Ok(())
}

/// Which version a file is of, and that it is of this realm.
pub(crate) fn belongs(connection: &Connection, realm: Realm) -> Result<u32, StoreError> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    match (Realm::of(id), realm) {
        (None, _) => return Err(StoreError::Foreign),
        (Some(Realm::Practice), Realm::Real) => return Err(StoreError::IsPractice),
        (Some(Realm::Real), Realm::Practice) => return Err(StoreError::IsReal),
        _ => {}
    }
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > SCHEMA { Err(StoreError::Newer { found, known: SCHEMA }) } else { Ok(found) }
}

/// Brings an older file up to date.
pub(crate) fn bring_up(connection: &mut Connection, realm: Realm) -> Result<(), StoreError> {
    let found = belongs(connection, realm)?;
    if found < SCHEMA {
        let transaction = connection.transaction()?;
        steps(&transaction, found)?;
        transaction.commit()?;
    }
    Ok(())
}

fn steps(transaction: &Transaction<'_>, from: u32) -> Result<(), StoreError> {
    for step in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA)?;
    Ok(())
}
