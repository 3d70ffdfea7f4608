//! The versions and their packages.

use madoka_casework::{StaffId, TerminalId};
use madoka_rules::pack::{Program, ProgramVersion, Role as Signer, SigningKey};
use serde::Serialize;

use super::ProgramError;
use crate::storage::{Row, Schema, StorageError, Tx};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "program",
    versions: &[&[
        // `signed` is empty until it is released; `terminals` empty means all of them.
        "CREATE TABLE program_versions (
            version TEXT PRIMARY KEY, bytes INTEGER NOT NULL, hash TEXT NOT NULL,
            brought_by TEXT NOT NULL, brought_at INTEGER NOT NULL,
            signed TEXT, released_by TEXT, released_at INTEGER, terminals TEXT NOT NULL, stopped_at INTEGER)",
        "CREATE TABLE program_parts (
            version TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (version, part))",
    ]],
};

/// One version, for the list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Kept {
    pub(super) version: String,
    pub(super) bytes: u64,
    pub(super) hash: String,
    pub(super) brought_by: StaffId,
    pub(super) released_by: Option<StaffId>,
    /// Those that get it before the others; all where nobody is named.
    pub(super) terminals: Vec<TerminalId>,
    pub(super) stopped: bool,
    #[serde(skip)]
    pub(super) signed: Option<String>,
}

impl Kept {
    pub(super) fn number(&self) -> Result<ProgramVersion, StorageError> {
        ProgramVersion::parse(&self.version).ok_or(StorageError::Internal("version"))
    }

    /// Whether this terminal may put it in.
    fn is_for(&self, terminal: &TerminalId) -> bool {
        !self.stopped && (self.terminals.is_empty() || self.terminals.contains(terminal))
    }
}

fn staff(row: &Row, column: usize) -> Result<Option<StaffId>, StorageError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| StaffId::parse(&text).map_err(|_| StorageError::Column(column))).transpose()
}

fn kept(row: &Row) -> Result<Kept, StorageError> {
    let terminals: String = row.get(5)?;
    let terminals = terminals.split_whitespace().map(TerminalId::parse).collect::<Result<_, _>>();
    Ok(Kept {
        version: row.get(0)?,
        bytes: row.get(1)?,
        hash: row.get(2)?,
        brought_by: staff(row, 3)?.ok_or(StorageError::Column(3))?,
        released_by: staff(row, 4)?,
        terminals: terminals.map_err(|_| StorageError::Column(5))?,
        stopped: row.get::<Option<i64>>(6)?.is_some(),
        signed: row.get(7)?,
    })
}

/// The newest first.
pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<Kept>, StorageError> {
    let rows = tx.query(
        "SELECT version, bytes, hash, brought_by, released_by, terminals, stopped_at, signed
         FROM program_versions LIMIT 100",
        &[],
    )?;
    let mut all = rows
        .iter()
        .map(|row| kept(row).and_then(|kept| Ok((kept.number()?, kept))))
        .collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|(one, _), (other, _)| other.cmp(one));
    Ok(all.into_iter().map(|(_, kept)| kept).collect())
}

pub(super) fn one(tx: &mut Tx<'_>, version: &str) -> Result<Kept, ProgramError> {
    let found = list(tx)?.into_iter().find(|kept| kept.version == version);
    found.ok_or_else(|| ProgramError::Unknown(version.to_owned()))
}

/// What a terminal should put in: the newest that was released for it.
pub(super) fn wanted(tx: &mut Tx<'_>, terminal: &TerminalId) -> Result<Option<Kept>, StorageError> {
    Ok(list(tx)?.into_iter().find(|kept| kept.signed.is_some() && kept.is_for(terminal)))
}

pub(super) fn part(tx: &mut Tx<'_>, version: &str, part: u32) -> Result<Option<Vec<u8>>, StorageError> {
    let row = tx.row(
        "SELECT bytes FROM program_parts WHERE version = ?1 AND part = ?2",
        values![version, i64::from(part)],
    )?;
    row.map(|row| row.get(0)).transpose()
}

/// Packages of versions that no terminal is offered any more need no room.
pub(super) fn let_go(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let all = list(tx)?;
    let for_all =
        all.iter().position(|kept| kept.signed.is_some() && !kept.stopped && kept.terminals.is_empty());
    let Some(for_all) = for_all else { return Ok(()) };
    for old in all.iter().skip(for_all + 1) {
        tx.execute("DELETE FROM program_parts WHERE version = ?1", values![&old.version])?;
        tx.execute("DELETE FROM program_versions WHERE version = ?1", values![&old.version])?;
    }
    Ok(())
}

/// The city has another key: what terminals may still ask for is signed with it.
pub(crate) fn sign_again(tx: &mut Tx<'_>, key: &SigningKey) -> Result<(), StorageError> {
    for kept in list(tx)? {
        let Some(signed) = kept.signed else { continue };
        let mut program = Program::from_text(&signed).ok_or(StorageError::Internal("program"))?;
        program.sign(Signer::City, key);
        tx.execute(
            "UPDATE program_versions SET signed = ?2 WHERE version = ?1",
            values![&kept.version, program.to_text()],
        )?;
    }
    Ok(())
}
