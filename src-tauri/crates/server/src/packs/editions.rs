//! 公開した版: what was released, by whom, for which terminals and from which day.

use jiff::civil::Date;
use madoka_casework::{PackId, TerminalId};
use madoka_rules::PackFiles;
use madoka_rules::pack::Manifest;
use madoka_sync::wire::drafts::{Released, Said};
use madoka_sync::wire::packs::{Edition, Hash};

use super::PacksError;
use super::plan::{self, Step, plan};
use super::tables::{self, day, hash, parsed, said};
use crate::storage::{Row, StorageError, Tx};
use crate::values;

const STEP: &str =
    "SELECT version, activates, canary, widened_at, stopped_at FROM packs_editions ORDER BY version";
const EDITION: &str = "SELECT pack, version, hash, title, draft, activates, canary, valid_from, valid_to,
    proposed_by, proposed_at, proposed_words, approved_by, approved_at, approved_words,
    widened_by, widened_at, widened_words, stopped_by, stopped_at, stopped_words FROM packs_editions";

fn canary(row: &Row, column: usize) -> Result<Vec<TerminalId>, StorageError> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(|_| StorageError::Column(column))
}

pub(super) fn steps(tx: &mut Tx<'_>) -> Result<Vec<Step>, PacksError> {
    let step = |row: &Row| -> Result<Step, StorageError> {
        Ok(Step {
            version: row.get(0)?,
            activates: day(row, 1)?,
            canary: canary(row, 2)?,
            widened: row.get::<Option<i64>>(3)?.is_some(),
            stopped: row.get::<Option<i64>>(4)?.is_some(),
        })
    };
    Ok(tx.query(STEP, &[])?.iter().map(step).collect::<Result<_, _>>()?)
}

fn released(row: &Row) -> Result<Released, StorageError> {
    let must = |column| said(row, column)?.ok_or(StorageError::Column(column));
    Ok(Released {
        edition: edition_of(row)?,
        title: row.get(3)?,
        draft: row.get(4)?,
        activates: day(row, 5)?,
        canary: canary(row, 6)?,
        valid_from: day(row, 7)?,
        valid_to: day(row, 8)?,
        proposed: must(9)?,
        approved: must(12)?,
        widened: said(row, 15)?,
        stopped: said(row, 18)?,
    })
}

fn edition_of(row: &Row) -> Result<Edition, StorageError> {
    let pack: PackId = parsed(row, 0)?;
    Ok(Edition { pack, version: row.get(1)?, hash: hash(row, 2)? })
}

/// The newest first.
pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<Released>, PacksError> {
    let rows = tx.query(&format!("{EDITION} ORDER BY version DESC LIMIT 500"), &[])?;
    Ok(rows.iter().map(released).collect::<Result<_, _>>()?)
}

pub(super) fn one(tx: &mut Tx<'_>, version: u64) -> Result<Released, PacksError> {
    let row = tx.row(&format!("{EDITION} WHERE version = ?1"), values![version])?;
    Ok(released(&row.ok_or(PacksError::NoEdition(version))?)?)
}

/// An edition with the signed list of its parts.
pub(super) fn manifest(tx: &mut Tx<'_>, version: u64) -> Result<(Edition, String), PacksError> {
    let row = tx.row(
        "SELECT pack, version, hash, manifest FROM packs_editions WHERE version = ?1",
        values![version],
    )?;
    let row = row.ok_or(PacksError::NoEdition(version))?;
    Ok((edition_of(&row)?, row.get(3)?))
}

/// Paths and hashes of an edition.
pub(super) fn parts(tx: &mut Tx<'_>, version: u64) -> Result<Vec<(String, Hash)>, PacksError> {
    let (_, text) = manifest(tx, version)?;
    let manifest = Manifest::from_text(&text).map_err(|_| StorageError::Internal("manifest"))?;
    let part = |(path, hash): (&String, &String)| Some((path.clone(), hash.parse().ok()?));
    let parts: Option<Vec<_>> = manifest.parts().iter().map(part).collect();
    Ok(parts.ok_or(StorageError::Internal("manifest"))?)
}

/// Its files, for whoever reads the pack on the server.
pub(super) fn contents(tx: &mut Tx<'_>, version: u64) -> Result<PackFiles, PacksError> {
    let mut files = PackFiles::new();
    for (path, hash) in parts(tx, version)? {
        let bytes = tables::bytes(tx, &hash)?.ok_or(StorageError::Internal("contents"))?;
        files.insert(path, bytes);
    }
    Ok(files)
}

/// The newest version, whatever became of it; numbers are never given twice.
pub(super) fn newest(tx: &mut Tx<'_>) -> Result<Option<u64>, PacksError> {
    let row = tx.row("SELECT MAX(version) FROM packs_editions", &[])?;
    Ok(row.map_or(Ok(None), |row| row.get(0))?)
}

/// The version everybody works with today.
pub(super) fn for_all(tx: &mut Tx<'_>, today: Date) -> Result<Option<u64>, PacksError> {
    let steps = steps(tx)?;
    Ok(plan(&steps, None, today).into_iter().find(|version| plan::is_due(&steps, *version, today)))
}

/// Everything a release writes down.
#[derive(Debug, Clone)]
pub(super) struct NewEdition {
    pub(super) edition: Edition,
    pub(super) manifest: String,
    pub(super) draft: uuid::Uuid,
    pub(super) title: String,
    pub(super) activates: Option<Date>,
    pub(super) canary: Vec<TerminalId>,
    pub(super) valid: (Option<Date>, Option<Date>),
    pub(super) proposed: Said,
    pub(super) approved: Said,
}

pub(super) fn add(tx: &mut Tx<'_>, new: &NewEdition) -> Result<(), PacksError> {
    let canary = serde_json::to_string(&new.canary).map_err(|_| StorageError::Internal("canary"))?;
    let text = |day: Option<Date>| day.map(|day| day.to_string());
    tx.execute(
        "INSERT INTO packs_editions (version, pack, hash, manifest, draft, title, activates, canary, valid_from,
             valid_to, proposed_by, proposed_at, proposed_words, approved_by, approved_at, approved_words)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        values![
            new.edition.version,
            new.edition.pack.as_str(),
            new.edition.hash.as_bytes(),
            &new.manifest,
            new.draft,
            &new.title,
            text(new.activates),
            canary,
            text(new.valid.0),
            text(new.valid.1),
            new.proposed.by.as_str(),
            new.proposed.at,
            &new.proposed.words,
            new.approved.by.as_str(),
            new.approved.at,
            &new.approved.words,
        ],
    )?;
    tx.execute(
        "UPDATE packs_drafts SET stage = 'released', version = ?2 WHERE id = ?1",
        values![new.draft, new.edition.version],
    )?;
    Ok(())
}

/// 全端末へ広げる
pub(super) fn widen(tx: &mut Tx<'_>, version: u64, said: &Said) -> Result<(), PacksError> {
    let step = step(tx, version)?;
    if !step.is_canary() || step.stopped {
        return Err(PacksError::NotCanary);
    }
    tx.execute(
        "UPDATE packs_editions SET widened_by = ?2, widened_at = ?3, widened_words = ?4 WHERE version = ?1",
        values![version, said.by.as_str(), said.at, said.words.trim()],
    )?;
    Ok(())
}

/// 中止: no terminal gets it any more. What is in use everywhere cannot be stopped, only followed by a newer one.
pub(super) fn stop(tx: &mut Tx<'_>, version: u64, said: &Said, today: Date) -> Result<(), PacksError> {
    let step = step(tx, version)?;
    let waits = step.activates.is_some_and(|day| day > today);
    if step.stopped || !(waits || step.is_canary()) {
        return Err(PacksError::NotCanary);
    }
    tx.execute(
        "UPDATE packs_editions SET stopped_by = ?2, stopped_at = ?3, stopped_words = ?4 WHERE version = ?1",
        values![version, said.by.as_str(), said.at, said.words.trim()],
    )?;
    Ok(())
}

fn step(tx: &mut Tx<'_>, version: u64) -> Result<Step, PacksError> {
    steps(tx)?.into_iter().find(|step| step.version == version).ok_or(PacksError::NoEdition(version))
}

/// Which of the editions waiting for their day a release must name as stopped, and does not.
pub(super) fn not_named(
    tx: &mut Tx<'_>,
    activates: Option<Date>,
    stops: &[u64],
    today: Date,
) -> Result<Option<u64>, PacksError> {
    let overtaken = plan::overtaken(&steps(tx)?, activates, today);
    Ok(overtaken.into_iter().find(|version| !stops.contains(version)))
}
