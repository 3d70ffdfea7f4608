//! 下書き: many hands at once, and nobody's work lost.
//!
//! Every file has a revision. A save that changed an older revision is not taken: it is kept aside in the history, and
//! the answer tells what came in between.

use jiff::Timestamp;
use madoka_casework::StaffId;
use madoka_rules::PackFiles;
use madoka_sync::wire::drafts::{
    Conflict, Content, Draft, File, FileAt, Remark, Remarked, Said, Save, SaveAnswer, Saved, Stage, limit,
};
use madoka_sync::wire::packs::{self, Hash};
use uuid::Uuid;

use super::files::{self, PackPath};
use super::tables::{self, hash, said, staff};
use super::{PacksError, merge};
use crate::storage::{Row, StorageError, Tx};
use crate::values;

const DRAFT: &str = "SELECT id, title, stage, base, again, staff, at, saves, fingerprint, version, \
                     proposed_by, proposed_at, proposed_words FROM packs_drafts";

const STAGES: [(Stage, &str); 4] = [
    (Stage::Editing, "editing"),
    (Stage::Proposed, "proposed"),
    (Stage::Released, "released"),
    (Stage::Dropped, "dropped"),
];

fn word(stage: Stage) -> &'static str {
    STAGES.iter().find(|(one, _)| *one == stage).map_or("editing", |(_, word)| word)
}

fn draft_of(row: &Row) -> Result<Draft, StorageError> {
    let stage: String = row.get(2)?;
    let stage = STAGES.iter().find(|(_, word)| *word == stage).ok_or(StorageError::Column(2))?.0;
    Ok(Draft {
        id: row.get(0)?,
        title: row.get(1)?,
        stage,
        base: row.get(3)?,
        again: row.get(4)?,
        by: staff(row, 5)?,
        at: row.get(6)?,
        saves: row.get(7)?,
        fingerprint: hash(row, 8)?,
        version: row.get(9)?,
        proposed: said(row, 10)?,
    })
}

/// The newest first.
pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<Draft>, PacksError> {
    let rows = tx.query(&format!("{DRAFT} ORDER BY at DESC, id LIMIT 500"), &[])?;
    Ok(rows.iter().map(draft_of).collect::<Result<_, _>>()?)
}

pub(super) fn draft(tx: &mut Tx<'_>, id: Uuid) -> Result<Draft, PacksError> {
    let row = tx.row(&format!("{DRAFT} WHERE id = ?1"), values![id])?.ok_or(PacksError::NoDraft)?;
    Ok(draft_of(&row)?)
}

/// Those that are there; a file taken away has a revision and no contents.
pub(super) fn files(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<File>, PacksError> {
    let sql = "SELECT path, revision, hash, bytes, staff, at FROM packs_files
               WHERE draft = ?1 AND hash IS NOT NULL ORDER BY path";
    let file = |row: &Row| -> Result<File, StorageError> {
        Ok(File {
            path: row.get(0)?,
            revision: row.get(1)?,
            hash: hash(row, 2)?,
            bytes: row.get(3)?,
            by: staff(row, 4)?,
            at: row.get(5)?,
        })
    };
    Ok(tx.query(sql, values![id])?.iter().map(file).collect::<Result<_, _>>()?)
}

/// Everything a check or a release reads.
pub(super) fn contents(tx: &mut Tx<'_>, id: Uuid) -> Result<PackFiles, PacksError> {
    let mut found = PackFiles::new();
    let sql = "SELECT f.path, c.bytes FROM packs_files f JOIN packs_contents c ON c.hash = f.hash
               WHERE f.draft = ?1 ORDER BY f.path";
    tx.each(sql, values![id], |row| {
        found.insert(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// What a draft begins with.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    pub(super) title: String,
    pub(super) base: Option<u64>,
    /// 版を戻す
    pub(super) again: Option<u64>,
    pub(super) parts: Vec<(String, Hash)>,
}

pub(super) fn begin(
    tx: &mut Tx<'_>,
    id: Uuid,
    beginning: &Beginning,
    by: &StaffId,
    at: Timestamp,
) -> Result<Draft, PacksError> {
    let title = beginning.title.trim();
    if title.is_empty() {
        return Err(PacksError::NoTitle);
    }
    bounded(title, limit::TITLE)?;
    let fingerprint = files::fingerprint(beginning.parts.iter().map(|(path, hash)| (path.as_str(), *hash)));
    tx.execute(
        "INSERT INTO packs_drafts (id, title, stage, base, again, staff, at, saves, fingerprint)
         VALUES (?1, ?2, 'editing', ?3, ?4, ?5, ?6, 0, ?7)",
        values![id, title, beginning.base, beginning.again, by.as_str(), at, fingerprint.as_bytes()],
    )?;
    for (path, hash) in &beginning.parts {
        let row =
            tx.row("SELECT length(bytes) FROM packs_contents WHERE hash = ?1", values![hash.as_bytes()])?;
        let bytes: i64 = row.ok_or(PacksError::NoFile)?.get(0)?;
        tx.execute(
            "INSERT INTO packs_files (draft, path, revision, hash, bytes, staff, at) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6)",
            values![id, path, hash.as_bytes(), bytes, by.as_str(), at],
        )?;
    }
    draft(tx, id)
}

fn bounded(text: &str, most: usize) -> Result<(), PacksError> {
    if text.chars().count() > most { Err(PacksError::TooLong(most)) } else { Ok(()) }
}

/// One file as it is, before a save.
struct Present {
    revision: u64,
    hash: Option<Hash>,
}

fn present(tx: &mut Tx<'_>, id: Uuid, path: &PackPath) -> Result<Present, PacksError> {
    let row = tx.row(
        "SELECT revision, hash FROM packs_files WHERE draft = ?1 AND path = ?2",
        values![id, path.as_str()],
    )?;
    let Some(row) = row else { return Ok(Present { revision: 0, hash: None }) };
    Ok(Present { revision: row.get(0)?, hash: row.get::<Option<[u8; 32]>>(1)?.map(Hash::new) })
}

/// What became of one save, before its texts are compared.
#[derive(Debug)]
pub(super) enum Outcome {
    Saved { revision: u64 },
    Conflict { conflict: Box<Conflict>, base: Option<Vec<u8>>, yours: Option<Vec<u8>>, now: Option<Vec<u8>> },
}

/// Takes saves in, each on its own: one that conflicts does not keep the others from being saved.
pub(super) fn save(
    tx: &mut Tx<'_>,
    id: Uuid,
    saves: Vec<Save>,
    by: &StaffId,
    at: Timestamp,
) -> Result<(Vec<Outcome>, Hash), PacksError> {
    let before = draft(tx, id)?;
    if matches!(before.stage, Stage::Released | Stage::Dropped) {
        return Err(PacksError::Closed);
    }
    let (mut entry, mut changed) = (before.saves, false);
    let mut outcomes = Vec::with_capacity(saves.len());
    for save in saves {
        bounded(&save.why, limit::WORDS)?;
        let path = PackPath::parse(&save.path)?;
        let wanted = files::bytes_of(save.content)?;
        let wanted_hash = wanted.as_deref().map(files::hash);
        let now = present(tx, id, &path)?;
        // The same once more: an answer was lost on its way, or both did the same.
        if now.hash == wanted_hash {
            outcomes.push(Outcome::Saved { revision: now.revision });
            continue;
        }
        if let (Some(hash), Some(bytes)) = (&wanted_hash, &wanted) {
            tables::keep(tx, hash, bytes)?;
        }
        entry += 1;
        let taken = save.revision == now.revision;
        let revision = if taken { now.revision + 1 } else { 0 };
        let kept = wanted_hash.map(|hash| *hash.as_bytes());
        tx.execute(
            "INSERT INTO packs_saves (draft, entry, path, revision, changed, staff, at, why, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            values![
                id,
                entry,
                path.as_str(),
                revision,
                save.revision,
                by.as_str(),
                at,
                save.why.trim(),
                kept
            ],
        )?;
        if taken {
            let length = wanted.as_ref().map_or(0, Vec::len);
            tx.execute(
                "INSERT INTO packs_files (draft, path, revision, hash, bytes, staff, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (draft, path) DO UPDATE SET revision = ?3, hash = ?4, bytes = ?5, staff = ?6, at = ?7",
                values![id, path.as_str(), revision, kept, length, by.as_str(), at],
            )?;
            changed = true;
            outcomes.push(Outcome::Saved { revision });
        } else {
            outcomes.push(conflict(tx, id, &path, save.revision, &now, wanted, entry)?);
        }
    }
    let fingerprint = settle(tx, id, entry, changed)?;
    Ok((outcomes, fingerprint))
}

/// Writes down what the draft is after saves; a change takes a proposal back.
fn settle(tx: &mut Tx<'_>, id: Uuid, saves: u64, changed: bool) -> Result<Hash, PacksError> {
    let found = files(tx, id)?;
    let bytes: u64 = found.iter().map(|file| file.bytes).sum();
    if found.len() > packs::limit::PARTS || bytes > packs::limit::PACK as u64 {
        return Err(PacksError::TooLarge);
    }
    let fingerprint = files::fingerprint(found.iter().map(|file| (file.path.as_str(), file.hash)));
    tx.execute(
        "UPDATE packs_drafts SET saves = ?2, fingerprint = ?3 WHERE id = ?1",
        values![id, saves, fingerprint.as_bytes()],
    )?;
    if changed {
        tx.execute(
            "UPDATE packs_drafts SET stage = 'editing', again = NULL, proposed_by = NULL, proposed_at = NULL,
             proposed_words = NULL WHERE id = ?1",
            values![id],
        )?;
    }
    Ok(fingerprint)
}

fn conflict(
    tx: &mut Tx<'_>,
    id: Uuid,
    path: &PackPath,
    changed: u64,
    now: &Present,
    yours: Option<Vec<u8>>,
    kept: u64,
) -> Result<Outcome, PacksError> {
    let rows = tx.query(
        &format!("{SAVED} WHERE draft = ?1 AND path = ?2 AND revision > ?3 ORDER BY entry"),
        values![id, path.as_str(), changed],
    )?;
    let since = rows.iter().map(saved_of).collect::<Result<_, _>>()?;
    let bytes_now = match &now.hash {
        Some(hash) => tables::bytes(tx, hash)?,
        None => None,
    };
    // A revision that never was is compared with nothing.
    let base = match at_revision(tx, id, path, changed) {
        Err(PacksError::NoFile) => None,
        found => found?,
    };
    let content = files::content(path.as_str(), bytes_now.clone());
    let conflict = Conflict {
        path: path.as_str().to_owned(),
        revision: now.revision,
        content,
        since,
        theirs: None,
        yours: None,
        merged: None,
        kept,
    };
    Ok(Outcome::Conflict { conflict: Box::new(conflict), base, yours, now: bytes_now })
}

/// Compares the texts of conflicts: some work, and not inside a transaction.
pub(super) fn answers(outcomes: Vec<Outcome>, fingerprint: Hash) -> Vec<SaveAnswer> {
    let answer = |outcome| match outcome {
        Outcome::Saved { revision } => SaveAnswer::Saved { revision, fingerprint },
        Outcome::Conflict { mut conflict, base, yours, now } => {
            let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap_or_default()).ok();
            if files::is_text(&conflict.path)
                && let (Some(base), Some(yours), Some(now)) = (text(base), text(yours), text(now))
            {
                let compared = merge::compare(&base, &yours, &now);
                (conflict.theirs, conflict.yours) = (compared.theirs, compared.yours);
                conflict.merged = compared.merged;
            }
            SaveAnswer::Conflict(conflict)
        }
    };
    outcomes.into_iter().map(answer).collect()
}

const SAVED: &str = "SELECT entry, path, revision, changed, staff, at, why, hash FROM packs_saves";

fn saved_of(row: &Row) -> Result<Saved, StorageError> {
    Ok(Saved {
        entry: row.get(0)?,
        path: row.get(1)?,
        revision: row.get(2)?,
        from: row.get(3)?,
        by: staff(row, 4)?,
        at: row.get(5)?,
        why: row.get(6)?,
        hash: row.get::<Option<[u8; 32]>>(7)?.map(Hash::new),
    })
}

/// The newest first, of one file or of all.
pub(super) fn history(tx: &mut Tx<'_>, id: Uuid, path: Option<&str>) -> Result<Vec<Saved>, PacksError> {
    draft(tx, id)?;
    let rows = match path {
        Some(path) => tx.query(
            &format!("{SAVED} WHERE draft = ?1 AND path = ?2 ORDER BY entry DESC LIMIT {}", limit::HISTORY),
            values![id, path],
        )?,
        None => tx.query(
            &format!("{SAVED} WHERE draft = ?1 ORDER BY entry DESC LIMIT {}", limit::HISTORY),
            values![id],
        )?,
    };
    Ok(rows.iter().map(saved_of).collect::<Result<_, _>>()?)
}

/// A file's contents at a revision; nothing if it was gone then.
fn at_revision(
    tx: &mut Tx<'_>,
    id: Uuid,
    path: &PackPath,
    revision: u64,
) -> Result<Option<Vec<u8>>, PacksError> {
    if revision == 0 {
        return Ok(None);
    }
    let saved = tx.row(
        "SELECT hash FROM packs_saves WHERE draft = ?1 AND path = ?2 AND revision = ?3",
        values![id, path.as_str(), revision],
    )?;
    // What a draft began with stands in no save: then it is in the edition the draft began from.
    let hash: Option<[u8; 32]> = match saved {
        Some(row) => row.get(0)?,
        None if revision == 1 => match first(tx, id, path)? {
            Some(hash) => Some(*hash.as_bytes()),
            None => return Err(PacksError::NoFile),
        },
        None => return Err(PacksError::NoFile),
    };
    match hash {
        Some(hash) => Ok(tables::bytes(tx, &Hash::new(hash))?),
        None => Ok(None),
    }
}

/// What the edition a draft began from has at a path.
fn first(tx: &mut Tx<'_>, id: Uuid, path: &PackPath) -> Result<Option<Hash>, PacksError> {
    let Some(base) = draft(tx, id)?.base else { return Ok(None) };
    let parts = super::editions::parts(tx, base)?;
    Ok(parts.into_iter().find(|(one, _)| one == path.as_str()).map(|(_, hash)| hash))
}

/// A file now, at a revision, or as an entry of the history has it.
pub(super) fn file(
    tx: &mut Tx<'_>,
    id: Uuid,
    path: &str,
    revision: Option<u64>,
    entry: Option<u64>,
) -> Result<FileAt, PacksError> {
    let path = PackPath::parse(path)?;
    let (revision, bytes) = match (revision, entry) {
        (_, Some(entry)) => {
            let row = tx.row(
                "SELECT revision, hash FROM packs_saves WHERE draft = ?1 AND path = ?2 AND entry = ?3",
                values![id, path.as_str(), entry],
            )?;
            let row = row.ok_or(PacksError::NoFile)?;
            let bytes = match row.get::<Option<[u8; 32]>>(1)? {
                Some(hash) => tables::bytes(tx, &Hash::new(hash))?,
                None => None,
            };
            (row.get(0)?, bytes)
        }
        (Some(revision), None) => (revision, at_revision(tx, id, &path, revision)?),
        (None, None) => {
            let now = present(tx, id, &path)?;
            if now.revision == 0 {
                return Err(PacksError::NoFile);
            }
            let bytes = match now.hash {
                Some(hash) => tables::bytes(tx, &hash)?,
                None => None,
            };
            (now.revision, bytes)
        }
    };
    let content: Content = files::content(path.as_str(), bytes);
    Ok(FileAt { path: path.as_str().to_owned(), revision, content })
}

pub(super) fn remark(
    tx: &mut Tx<'_>,
    id: Uuid,
    remark: &Remark,
    by: &StaffId,
    at: Timestamp,
) -> Result<(), PacksError> {
    draft(tx, id)?;
    bounded(&remark.words, limit::WORDS)?;
    if let Some(path) = &remark.path {
        PackPath::parse(path)?;
    }
    let last = tx.row("SELECT COALESCE(MAX(number), 0) FROM packs_remarks WHERE draft = ?1", values![id])?;
    let number = last.map_or(Ok(0), |row| row.get::<i64>(0))? + 1;
    tx.execute(
        "INSERT INTO packs_remarks (draft, number, path, words, staff, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![id, number, remark.path.as_deref(), remark.words.trim(), by.as_str(), at],
    )?;
    Ok(())
}

pub(super) fn remarks(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<Remarked>, PacksError> {
    draft(tx, id)?;
    let rows = tx.query(
        "SELECT path, words, staff, at FROM packs_remarks WHERE draft = ?1 ORDER BY number LIMIT 1000",
        values![id],
    )?;
    let remarked = |row: &Row| -> Result<Remarked, StorageError> {
        let remark = Remark { path: row.get(0)?, words: row.get(1)? };
        Ok(Remarked { remark, by: staff(row, 2)?, at: row.get(3)? })
    };
    Ok(rows.iter().map(remarked).collect::<Result<_, _>>()?)
}

/// A draft on its way, whose content is the one that was looked at.
pub(super) fn as_seen(tx: &mut Tx<'_>, id: Uuid, fingerprint: Hash) -> Result<Draft, PacksError> {
    let draft = draft(tx, id)?;
    if matches!(draft.stage, Stage::Released | Stage::Dropped) {
        return Err(PacksError::Closed);
    }
    if draft.fingerprint == fingerprint { Ok(draft) } else { Err(PacksError::Moved) }
}

/// 承認の申請
pub(super) fn propose(
    tx: &mut Tx<'_>,
    id: Uuid,
    fingerprint: Hash,
    said: &Said,
) -> Result<Draft, PacksError> {
    as_seen(tx, id, fingerprint)?;
    bounded(&said.words, limit::WORDS)?;
    tx.execute(
        "UPDATE packs_drafts SET stage = 'proposed', proposed_by = ?2, proposed_at = ?3, proposed_words = ?4
         WHERE id = ?1",
        values![id, said.by.as_str(), said.at, said.words.trim()],
    )?;
    draft(tx, id)
}

/// 差し戻し, 申請の取下げ, or 取りやめ; the words stay as a remark.
pub(super) fn put(
    tx: &mut Tx<'_>,
    id: Uuid,
    fingerprint: Hash,
    stage: Stage,
    said: &Said,
) -> Result<Draft, PacksError> {
    let before = as_seen(tx, id, fingerprint)?;
    if stage == Stage::Editing && before.stage != Stage::Proposed {
        return Err(PacksError::NotProposed);
    }
    if !said.words.trim().is_empty() {
        remark(tx, id, &Remark { path: None, words: said.words.clone() }, &said.by, said.at)?;
    }
    tx.execute(
        "UPDATE packs_drafts SET stage = ?2, proposed_by = NULL, proposed_at = NULL, proposed_words = NULL
         WHERE id = ?1",
        values![id, word(stage)],
    )?;
    draft(tx, id)
}

/// Whether this person had a hand in a draft: began it, saved in it, or asked for its approval.
pub(super) fn had_a_hand(tx: &mut Tx<'_>, draft: &Draft, who: &StaffId) -> Result<bool, PacksError> {
    let proposed = draft.proposed.as_ref().is_some_and(|said| said.by == *who);
    let saved = tx.row(
        "SELECT 1 FROM packs_saves WHERE draft = ?1 AND staff = ?2 AND revision > 0 LIMIT 1",
        values![draft.id, who.as_str()],
    )?;
    Ok(draft.by == *who || proposed || saved.is_some())
}
