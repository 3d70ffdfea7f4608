//! Looking after the database: checking, backing up, restoring, rescuing what can be read, and forgetting for good.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use madoka_casework::{CaseId, Event, EventKind};
use rusqlite::backup::Backup;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use uuid::Uuid;

use crate::audit::{self, AuditEntry};
use crate::error::file_error;
use crate::store::{connect, remove, unlock};
use crate::{Key, Realm, Store, StoreError, mark, search};

/// What a full check saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub events: u64,
    pub audit_entries: u64,
}

/// With less room than this the officer should hear of it before the disk is full.
pub const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;

/// Where [`salvage`] puts events of cases whose opening is lost.
pub const HOMELESS: &str = "salvage.homeless";

/// What could be rescued of a broken database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Events that read whole and are in the new database.
    pub events: u64,
    /// Positions in the old database that could not be read.
    pub unreadable: u64,
    /// Events of cases whose opening is lost, so that they could not be folded. They lie, one a line, in the new
    /// database's setting [`HOMELESS`].
    pub homeless: u64,
}

/// Every page against the code it carries, then the tables against each other.
pub(crate) fn check_pages(connection: &Connection) -> Result<(), StoreError> {
    let mut query = connection.prepare("PRAGMA cipher_integrity_check")?;
    let bad = query.query_map([], |row| row.get::<_, String>(0))?.count();
    if bad > 0 {
        return Err(StoreError::Damaged(format!("{bad} か所")));
    }
    Ok(())
}

impl Store {
    /// 点検: every page, every table, both chains.
    pub fn check(&self) -> Result<Checked, StoreError> {
        // Whoever only looks leaves the log to the program that works with it, and reads through it.
        if !self.connection.is_readonly(rusqlite::MAIN_DB)? {
            self.checkpoint()?;
        }
        check_pages(&self.connection)?;
        let said: String = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if said != "ok" {
            // SQLite names tables and pages here, never contents.
            return Err(StoreError::Damaged("integrity_check".to_owned()));
        }
        let (events, audit_entries) = self.verify()?;
        Ok(Checked { events, audit_entries })
    }

    /// 控え: a copy under its own key, while the counter works on. The copy is opened and checked before this answers.
    pub fn back_up(&self, to: &Path, key: &Key) -> Result<Checked, StoreError> {
        if to.exists() {
            return Err(StoreError::Exists(to.to_owned()));
        }
        let copied = self.copy_to(to, key);
        if copied.is_err() {
            remove(to);
        }
        copied
    }

    fn copy_to(&self, to: &Path, key: &Key) -> Result<Checked, StoreError> {
        {
            let mut copy = Connection::open_with_flags(
                to,
                OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            unlock(&copy, key)?;
            let backup = Backup::new(&self.connection, &mut copy)?;
            backup.run_to_completion(256, Duration::ZERO, None)?;
        }
        // Windows lets only whoever may write wait for the disk.
        let written = std::fs::File::options().write(true).open(to);
        written.and_then(|file| file.sync_all()).map_err(file_error(to))?;
        let copy = Self::open(to, key, self.realm)?;
        let checked = copy.check()?;
        copy.close()?;
        // A backup is one file.
        let _ = std::fs::remove_file(mark::path_of(to));
        Ok(checked)
    }

    /// 消去: what was said, names and pictures of a case go, from free pages and the log too; that there was a case stays,
    /// and who erased it. Events not sent yet are not erased.
    pub fn erase(&mut self, ids: &[CaseId], entry: &AuditEntry) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            let bytes = id.as_uuid();
            let bytes = bytes.as_bytes();
            let unsent: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM events JOIN outbox USING (pos) WHERE case_id = ?)",
                [bytes],
                |row| row.get(0),
            )?;
            if unsent {
                return Err(StoreError::NotSentYet);
            }
            search::forget_people(&transaction, *id)?;
            transaction.execute("UPDATE events SET json = NULL WHERE case_id = ?", [bytes])?;
            for table in ["snapshots", "pictures", "cases"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE case_id = ?"), [bytes])?;
            }
            entries.push(AuditEntry { case: Some(*id), ..entry.clone() });
        }
        let (pos, chain) = audit::write(&transaction, &entries, self.noted.audit, self.audit_chain)?;
        transaction.commit()?;
        self.note_audit(pos, chain);
        for id in ids {
            self.let_go(*id);
        }
        // The log still holds the pages as they were.
        self.checkpoint()
    }

    /// At most so many pages more than now, or as many as the disk holds: a quota, and how the tests fill a disk.
    pub fn limit_pages(&mut self, more: Option<u32>) -> Result<(), StoreError> {
        let now: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let most = more.map_or(i64::from(u32::MAX) - 1, |more| now + i64::from(more));
        self.connection.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?;
        Ok(())
    }

    /// 空き容量: how many bytes more there is room for, by the disk and by a quota ([`Store::limit_pages`]).
    pub fn room(&self) -> Result<u64, StoreError> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let disk = fs4::available_space(folder).map_err(file_error(folder))?;
        // Where there is no quota SQLite says the most it can, as a negative number.
        let pragma = |name| {
            let query = format!("PRAGMA {name}");
            // SQLCipher answers some of these in words.
            let said: i64 = self.connection.query_row(&query, [], |row| match row.get_ref(0)? {
                ValueRef::Text(text) => {
                    Ok(std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(-1))
                }
                number => Ok(number.as_i64()?),
            })?;
            Ok::<_, StoreError>(u64::try_from(said).unwrap_or_else(|_| u32::MAX.into()))
        };
        let used = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
        let pages = pragma("max_page_count")?.saturating_sub(used);
        Ok(disk.min(pages.saturating_mul(pragma("page_size")?)))
    }

    /// Refuses every write from now on: for looking at a database that must stay as it is.
    pub fn write_nothing(&mut self, nothing: bool) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "query_only", nothing)?;
        Ok(())
    }

    /// 保存期間: closed or taken-back cases that have been so since before this time.
    pub fn ended_before(&self, before: Timestamp) -> Result<Vec<CaseId>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT case_id FROM cases WHERE state IN ('closed', 'taken_back') AND since < ?",
        )?;
        let rows = query.query_map([before.as_second()], |row| row.get(0))?;
        rows.map(|id| Ok(CaseId::new(Uuid::from_bytes(id?)))).collect()
    }
}

/// 控えから戻す: checks the backup wholly, moves what stands in the way aside (answering where), and puts the backup in
/// its place under the terminal's key. Nothing is deleted.
pub fn restore(
    backup: &Path,
    backup_key: &Key,
    to: &Path,
    key: &Key,
    realm: Realm,
    now: Timestamp,
) -> Result<(Checked, Option<PathBuf>), StoreError> {
    // Opening writes beside a file; a backup may lie on a medium that cannot be written.
    let fresh = mark::beside(to, ".restoring");
    remove(&fresh);
    let source = connect(backup, backup_key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    check_pages(&source)?;
    {
        let mut copy = Connection::open_with_flags(
            &fresh,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        unlock(&copy, key)?;
        Backup::new(&source, &mut copy)?.run_to_completion(256, Duration::ZERO, None)?;
    }
    let store = Store::open(&fresh, key, realm)?;
    let checked = store.check()?;
    store.close()?;
    let aside = move_aside(to, now)?;
    for ending in ["", ".mark"] {
        let (from, into) = (mark::beside(&fresh, ending), mark::beside(to, ending));
        std::fs::rename(&from, &into).map_err(file_error(&from))?;
    }
    Ok((checked, aside))
}

/// Renames a database and what lies beside it.
fn move_aside(path: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let aside = mark::beside(path, &format!(".aside-{}", now.as_second()));
    let mut moved = None;
    for ending in ["", "-wal", "-shm", ".mark"] {
        let from = mark::beside(path, ending);
        if from.exists() {
            std::fs::rename(&from, mark::beside(&aside, ending)).map_err(file_error(&from))?;
            moved = Some(aside.clone());
        }
    }
    Ok(moved)
}

/// 読める記録を取り出す: reads every event of a broken database that can still be read and makes a new one of them. The
/// broken file is only read. Nothing leaves the encryption: what cannot be folded is kept in the new database too.
pub fn salvage(from: &Path, to: &Path, key: &Key, realm: Realm) -> Result<Salvaged, StoreError> {
    let source = connect(from, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut salvaged = Salvaged::default();
    let mut target = Store::create(to, key, realm)?;
    let noted = mark::Mark::open(from).ok().and_then(|(_, noted)| noted).unwrap_or_default().events;
    let last = source
        .query_row("SELECT max(pos) FROM events", [], |row| row.get::<_, Option<u64>>(0))
        .ok()
        .flatten()
        .unwrap_or(0)
        .max(noted);
    let mut cases: Vec<CaseId> = Vec::new();
    let mut known = BTreeSet::new();
    let mut waiting: Vec<Event> = Vec::new();
    for pos in 1..=last {
        let read: Result<Option<Option<String>>, _> = source
            .prepare_cached("SELECT json FROM events WHERE pos = ?")
            .and_then(|mut query| query.query_row([pos], |row| row.get(0)).optional());
        let event = match read {
            Ok(Some(Some(json))) => Event::from_json(&json).ok(),
            // Erased: nothing to rescue.
            Ok(Some(None)) => continue,
            _ => None,
        };
        let Some(event) = event else {
            salvaged.unreadable += 1;
            continue;
        };
        if matches!(event.kind, EventKind::Opened { .. }) && known.insert(event.case) {
            cases.push(event.case);
        }
        waiting.push(event);
    }
    for id in cases {
        let (mine, others): (Vec<Event>, Vec<Event>) =
            std::mem::take(&mut waiting).into_iter().partition(|event| event.case == id);
        waiting = others;
        target.take_in_unsent(&mine)?;
        salvaged.events += mine.len() as u64;
    }
    if !waiting.is_empty() {
        salvaged.homeless = waiting.len() as u64;
        let text: String = waiting.iter().map(|event| event.to_json() + "\n").collect();
        target.set(HOMELESS, &text)?;
    }
    target.close()?;
    Ok(salvaged)
}
