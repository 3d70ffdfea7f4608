//! The tables of this module, and reading their columns.

use jiff::Timestamp;
use jiff::civil::Date;
use madoka_casework::{StaffId, TerminalId};
use madoka_sync::wire::drafts::Said;
use madoka_sync::wire::packs::Hash;

use crate::storage::{Row, Schema, StorageError, Tx};
use crate::values;

/// Contents stand once, under their hash: drafts, history and editions name them.
pub(crate) const SCHEMA: Schema = Schema {
    module: "packs",
    versions: &[&[
        "CREATE TABLE packs_contents (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL)",
        "CREATE TABLE packs_drafts (
            id BLOB PRIMARY KEY, title TEXT NOT NULL, stage TEXT NOT NULL, base INTEGER, again INTEGER,
            staff TEXT NOT NULL, at INTEGER NOT NULL, saves INTEGER NOT NULL, fingerprint BLOB NOT NULL,
            proposed_by TEXT, proposed_at INTEGER, proposed_words TEXT, version INTEGER)",
        "CREATE TABLE packs_files (
            draft BLOB NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL, hash BLOB, bytes INTEGER NOT NULL,
            staff TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (draft, path))",
        "CREATE TABLE packs_saves (
            draft BLOB NOT NULL, entry INTEGER NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL,
            changed INTEGER NOT NULL, staff TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL, hash BLOB,
            PRIMARY KEY (draft, entry))",
        "CREATE INDEX packs_saves_path ON packs_saves (draft, path, entry)",
        "CREATE TABLE packs_remarks (
            draft BLOB NOT NULL, number INTEGER NOT NULL, path TEXT, words TEXT NOT NULL, staff TEXT NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (draft, number))",
        "CREATE TABLE packs_checks (
            fingerprint BLOB NOT NULL, day TEXT NOT NULL, against INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (fingerprint, day, against))",
        "CREATE TABLE packs_editions (
            version INTEGER PRIMARY KEY, pack TEXT NOT NULL, hash BLOB NOT NULL, manifest TEXT NOT NULL,
            draft BLOB NOT NULL, title TEXT NOT NULL, activates TEXT, canary TEXT NOT NULL,
            valid_from TEXT, valid_to TEXT,
            proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL, proposed_words TEXT NOT NULL,
            approved_by TEXT NOT NULL, approved_at INTEGER NOT NULL, approved_words TEXT NOT NULL,
            widened_by TEXT, widened_at INTEGER, widened_words TEXT,
            stopped_by TEXT, stopped_at INTEGER, stopped_words TEXT)",
        "CREATE TABLE packs_terminals (terminal TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)",
        "CREATE TABLE packs_keys (
            id TEXT PRIMARY KEY, public TEXT NOT NULL, sealed BLOB NOT NULL, memory INTEGER NOT NULL,
            rounds INTEGER NOT NULL, staff TEXT NOT NULL, made INTEGER NOT NULL, failures INTEGER NOT NULL,
            locked_until INTEGER,
            admitted_by TEXT, admitted_at INTEGER, admitted_words TEXT,
            revoked_by TEXT, revoked_at INTEGER, revoked_words TEXT)",
        "CREATE TABLE packs_approvers (number INTEGER PRIMARY KEY, signed TEXT NOT NULL)",
        "CREATE TABLE packs_key_changes (number INTEGER PRIMARY KEY, signed TEXT NOT NULL)",
    ], &[
        // お知らせを読んだ職員
        "CREATE TABLE packs_notes_seen (
            version INTEGER NOT NULL, staff TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (version, staff))",
    ]],
};

/// Reads a column through its text form.
pub(super) fn parsed<T: std::str::FromStr>(row: &Row, column: usize) -> Result<T, StorageError> {
    row.get::<String>(column)?.parse().map_err(|_| StorageError::Column(column))
}

pub(super) fn maybe_parsed<T: std::str::FromStr>(
    row: &Row,
    column: usize,
) -> Result<Option<T>, StorageError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|_| StorageError::Column(column))).transpose()
}

pub(super) fn staff(row: &Row, column: usize) -> Result<StaffId, StorageError> {
    parsed(row, column)
}

pub(super) fn terminal(row: &Row, column: usize) -> Result<TerminalId, StorageError> {
    parsed(row, column)
}

pub(super) fn day(row: &Row, column: usize) -> Result<Option<Date>, StorageError> {
    maybe_parsed(row, column)
}

pub(super) fn hash(row: &Row, column: usize) -> Result<Hash, StorageError> {
    row.get(column).map(Hash::new)
}

/// Who, when and the words, in three columns one after the other; nobody where the first is empty.
pub(super) fn said(row: &Row, column: usize) -> Result<Option<Said>, StorageError> {
    let Some(by) = maybe_parsed(row, column)? else { return Ok(None) };
    Ok(Some(Said { by, at: row.get::<Timestamp>(column + 1)?, words: row.get(column + 2)? }))
}

/// Keeps contents under their hash.
pub(super) fn keep(tx: &mut Tx<'_>, hash: &Hash, bytes: &[u8]) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO packs_contents (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
        values![hash.as_bytes(), bytes],
    )?;
    Ok(())
}

pub(super) fn bytes(tx: &mut Tx<'_>, hash: &Hash) -> Result<Option<Vec<u8>>, StorageError> {
    let row = tx.row("SELECT bytes FROM packs_contents WHERE hash = ?1", values![hash.as_bytes()])?;
    row.map(|row| row.get(0)).transpose()
}
