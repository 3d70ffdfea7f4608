//! The extract in the tables: sealed in pieces of some residents, the old one in force until the new one is whole.

use jiff::Timestamp;
use madoka_casework::StaffId;
use madoka_register::{Changes, Mapping, Resident};
use madoka_sync::wire::register::{ChangedResident, Imported, Purpose, Use, Used};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::RegisterError;
use crate::access::Caller;
use crate::changes::Topic;
use crate::seal::Seal;
use crate::secret_file::hex;
use crate::storage::{Schema, StorageError, Tx};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "register",
    versions: &[&[
        // `in_force` is the import that is searched; 0 before the first.
        "CREATE TABLE register_state (one INTEGER PRIMARY KEY, mapping TEXT, in_force INTEGER NOT NULL)",
        "CREATE TABLE register_imports (
            n INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff TEXT, rows INTEGER NOT NULL, added INTEGER NOT NULL,
            altered INTEGER NOT NULL, gone INTEGER NOT NULL, notes TEXT NOT NULL, mapping TEXT NOT NULL, changes BLOB)",
        "CREATE TABLE register_pieces (
            import INTEGER NOT NULL, piece INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (import, piece))",
        "CREATE TABLE register_uses (
            n INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff TEXT NOT NULL, terminal TEXT NOT NULL, digest BLOB NOT NULL,
            sealed BLOB)",
        "CREATE INDEX register_uses_at ON register_uses (at)",
    ]],
};

/// Residents in one sealed piece: enough to be few rows, few enough to open one quickly.
pub(super) const PIECE: usize = 64;

pub(super) fn piece_name(import: u64, piece: u64) -> String {
    format!("register/{import}/{piece}")
}

/// What is in force: the mapping for the next import, and which import is searched.
pub(super) struct State {
    pub(super) mapping: Option<String>,
    pub(super) in_force: u64,
}

pub(super) fn state(tx: &mut Tx<'_>) -> Result<State, StorageError> {
    let row = tx.row("SELECT mapping, in_force FROM register_state WHERE one = 1", &[])?;
    row.map_or(Ok(State { mapping: None, in_force: 0 }), |row| {
        Ok(State { mapping: row.get(0)?, in_force: row.get(1)? })
    })
}

pub(super) fn put_mapping(tx: &mut Tx<'_>, mapping: &str) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO register_state (one, mapping, in_force) VALUES (1, ?1, 0)
         ON CONFLICT (one) DO UPDATE SET mapping = ?1",
        values![mapping],
    )?;
    Ok(())
}

/// One resident a line.
pub(super) fn seal_piece(seal: &Seal, import: u64, piece: u64, lines: &str) -> Result<Vec<u8>, StorageError> {
    seal.seal(&piece_name(import, piece), lines.as_bytes())
}

pub(super) fn open_piece(
    seal: &Seal,
    import: u64,
    piece: u64,
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>, StorageError> {
    seal.open(&piece_name(import, piece), sealed)
}

pub(super) fn resident(line: &str) -> Result<Resident, StorageError> {
    serde_json::from_str(line).map_err(|_| StorageError::Damaged)
}

/// The number the next import gets. Pieces of one that was broken off have a number that was never in force.
pub(super) fn next_import(tx: &mut Tx<'_>) -> Result<u64, StorageError> {
    let row = tx.row(
        "SELECT (SELECT COALESCE(MAX(n), 0) FROM register_imports), (SELECT COALESCE(MAX(import), 0) FROM register_pieces)",
        &[],
    )?;
    row.map_or(Ok(1), |row| Ok(row.get::<u64>(0)?.max(row.get::<u64>(1)?) + 1))
}

pub(super) fn put_pieces(
    tx: &mut Tx<'_>,
    import: u64,
    pieces: &[(u64, Vec<u8>)],
) -> Result<(), StorageError> {
    for (piece, sealed) in pieces {
        tx.execute(
            "INSERT INTO register_pieces (import, piece, sealed) VALUES (?1, ?2, ?3)",
            values![import, *piece, sealed],
        )?;
    }
    Ok(())
}

/// Every resident of an import in order, piece by piece.
pub(super) fn each(
    tx: &mut Tx<'_>,
    seal: &Seal,
    import: u64,
    mut take: impl FnMut(Resident),
) -> Result<(), StorageError> {
    tx.each(
        "SELECT piece, sealed FROM register_pieces WHERE import = ?1 ORDER BY piece",
        values![import],
        |row| {
            let lines = open_piece(seal, import, row.get(0)?, &row.get::<Vec<u8>>(1)?)?;
            let lines = std::str::from_utf8(&lines).map_err(|_| StorageError::Damaged)?;
            lines.lines().try_for_each(|line| resident(line).map(&mut take))
        },
    )
}

/// The residents at these places of an import, in the order asked for.
pub(super) fn at(
    tx: &mut Tx<'_>,
    seal: &Seal,
    import: u64,
    places: &[u32],
) -> Result<Vec<Resident>, RegisterError> {
    let mut residents = Vec::with_capacity(places.len());
    for place in places {
        let place = *place as usize;
        let piece = (place / PIECE) as u64;
        let row = tx.row(
            "SELECT sealed FROM register_pieces WHERE import = ?1 AND piece = ?2",
            values![import, piece],
        )?;
        let Some(row) = row else {
            // Found in the index a moment ago; meanwhile another extract took this one's place.
            let replaced = state(tx)?.in_force != import;
            return Err(if replaced { RegisterError::Replaced } else { StorageError::Damaged.into() });
        };
        let lines = open_piece(seal, import, piece, &row.get::<Vec<u8>>(0)?)?;
        let lines = std::str::from_utf8(&lines).map_err(|_| StorageError::Damaged)?;
        let line = lines.lines().nth(place % PIECE).ok_or(StorageError::Damaged)?;
        residents.push(resident(line)?);
    }
    Ok(residents)
}

/// What is remembered of an import beside its counts: names of columns and facts, no resident.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Notes {
    pub(super) ignored: Vec<String>,
    pub(super) unknown_facts: Vec<String>,
}

/// Puts an import in force in the place of the one it was compared with; the old one goes.
pub(super) fn put_in_force(
    tx: &mut Tx<'_>,
    seal: &Seal,
    imported: &Imported,
    before: u64,
    mapping: &str,
    changes: &Changes,
) -> Result<(), RegisterError> {
    if state(tx)?.in_force != before {
        return Err(RegisterError::Overtaken);
    }
    let notes = Notes { ignored: imported.ignored.clone(), unknown_facts: imported.unknown_facts.clone() };
    let notes = serde_json::to_string(&notes).map_err(|_| StorageError::Internal("register"))?;
    let which: Vec<ChangedResident> = changes
        .which
        .iter()
        .map(|(number, how)| ChangedResident { number: number.clone(), how: *how })
        .collect();
    tx.execute(
        "INSERT INTO register_imports (n, at, staff, rows, added, altered, gone, notes, mapping, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        values![
            imported.n,
            imported.at,
            imported.by.as_ref().map(StaffId::as_str),
            imported.rows,
            imported.added,
            imported.altered,
            imported.gone,
            notes,
            mapping,
            seal.seal_json(&format!("register/{}/changes", imported.n), &which)?
        ],
    )?;
    tx.execute("UPDATE register_state SET in_force = ?1 WHERE one = 1", values![imported.n])?;
    // The old one, and what was broken off on its way.
    tx.execute("DELETE FROM register_pieces WHERE import <> ?1", values![imported.n])?;
    Ok(())
}

fn imported(row: &crate::storage::Row) -> Result<Imported, StorageError> {
    let notes: Notes =
        serde_json::from_str(&row.get::<String>(7)?).map_err(|_| StorageError::Internal("register"))?;
    let by = row.get::<Option<String>>(2)?;
    Ok(Imported {
        n: row.get(0)?,
        at: row.get(1)?,
        by: by.map(|by| by.parse().map_err(|_| StorageError::Internal("register"))).transpose()?,
        rows: row.get(3)?,
        added: row.get(4)?,
        altered: row.get(5)?,
        gone: row.get(6)?,
        ignored: notes.ignored,
        unknown_facts: notes.unknown_facts,
    })
}

const IMPORT: &str = "n, at, staff, rows, added, altered, gone, notes";

pub(super) fn imports(tx: &mut Tx<'_>) -> Result<Vec<Imported>, StorageError> {
    let rows = tx.query(&format!("SELECT {IMPORT} FROM register_imports ORDER BY n DESC LIMIT 50"), &[])?;
    rows.iter().map(imported).collect()
}

/// The import in force with the mapping it was read by.
pub(super) fn in_force(tx: &mut Tx<'_>) -> Result<Option<(Imported, Mapping)>, RegisterError> {
    let n = state(tx)?.in_force;
    let row = tx.row(&format!("SELECT {IMPORT}, mapping FROM register_imports WHERE n = ?1"), values![n])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((imported(&row)?, Mapping::parse(&row.get::<String>(8)?)?)))
}

pub(super) fn changes(tx: &mut Tx<'_>, seal: &Seal, n: u64) -> Result<Vec<ChangedResident>, RegisterError> {
    let row = tx
        .row("SELECT changes FROM register_imports WHERE n = ?1", values![n])?
        .ok_or(RegisterError::NoImport)?;
    match row.get::<Option<Vec<u8>>>(0)? {
        Some(sealed) => Ok(seal.open_json(&format!("register/{n}/changes"), &sealed)?),
        None => Ok(Vec::new()),
    }
}

/// What a use was, as it is kept sealed.
#[derive(Serialize, Deserialize)]
struct KeptUse {
    purpose: Purpose,
    what: Used,
}

/// Writes a use down. The words go into a sealed row of their own; the audit gets its number and the hash of the sealed
/// words, so that neither can be changed unseen, and the words can be erased when their time is over.
pub(super) fn note_use(
    tx: &mut Tx<'_>,
    seal: &Seal,
    caller: &Caller,
    now: Timestamp,
    purpose: &Purpose,
    what: Used,
) -> Result<String, RegisterError> {
    let staff = caller.staff.as_ref().ok_or(StorageError::Internal("caller"))?;
    let n = tx
        .row("SELECT COALESCE(MAX(n), 0) + 1 FROM register_uses", &[])?
        .map_or(Ok(1), |row| row.get::<u64>(0))?;
    let sealed = seal.seal_json(&format!("register/use/{n}"), &KeptUse { purpose: purpose.clone(), what })?;
    let digest: [u8; 32] = Sha256::digest(&sealed).into();
    tx.execute(
        "INSERT INTO register_uses (n, at, staff, terminal, digest, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![n, now, staff.as_str(), caller.terminal.as_str(), digest, sealed],
    )?;
    Ok(format!("register:{n}:{}", hex(&digest).as_str()))
}

/// Uses in a span of time, after entry `after`.
pub(super) fn uses(
    tx: &mut Tx<'_>,
    seal: &Seal,
    (from, to): (Timestamp, Timestamp),
    after: u64,
    mut take: impl FnMut(Use) -> bool,
) -> Result<(), RegisterError> {
    let mut more = true;
    tx.each(
        "SELECT n, at, staff, terminal, digest, sealed FROM register_uses WHERE n > ?1 AND at >= ?2 AND at < ?3 ORDER BY n",
        values![after, from, to],
        |row| {
            if !more {
                return Ok(());
            }
            let n: u64 = row.get(0)?;
            let kept = row
                .get::<Option<Vec<u8>>>(5)?
                .map(|sealed| seal.open_json::<KeptUse>(&format!("register/use/{n}"), &sealed))
                .transpose()?;
            let (purpose, what) = match kept {
                Some(kept) => (kept.purpose, kept.what),
                None => (erased_purpose()?, Used::Erased),
            };
            let parse = |_| StorageError::Internal("register");
            more = take(Use {
                n,
                at: row.get(1)?,
                staff: row.get::<String>(2)?.parse().map_err(parse)?,
                terminal: row.get::<String>(3)?.parse().map_err(parse)?,
                purpose,
                what,
                digest: hex(&row.get::<Vec<u8>>(4)?).to_string(),
            });
            Ok(())
        },
    )?;
    Ok(())
}

fn erased_purpose() -> Result<Purpose, StorageError> {
    let words = madoka_casework::Words::parse("消去済み").map_err(|_| StorageError::Internal("register"))?;
    Ok(Purpose::Reason(words))
}

/// 消去: the extract itself. That it was imported, and who looked, stays.
pub(super) fn drop_extract(tx: &mut Tx<'_>) -> Result<u64, StorageError> {
    tx.execute("UPDATE register_state SET in_force = 0 WHERE one = 1", &[])?;
    tx.execute("UPDATE register_imports SET changes = NULL", &[])?;
    tx.announce(Topic::Register);
    tx.execute("DELETE FROM register_pieces", &[])
}

/// 消去: the words of uses before a moment. That somebody searched, and the hash of what for, stay.
pub fn erase_words(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StorageError> {
    tx.execute("UPDATE register_uses SET sealed = NULL WHERE at < ?1 AND sealed IS NOT NULL", values![before])
}
