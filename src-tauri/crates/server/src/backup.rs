//! 控え: everything of a city in one encrypted file, made while it serves; and the way back, on any machine, into either
//! storage.
//!
//! A backup is an encrypted SQLite file under a key of its own (`keys/backup.key`, to be kept elsewhere), with the same
//! tables and the city's keys in it. It is a copy row by row of one moment, so it goes from SQLite to PostgreSQL and back.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::audit::{self, Act, Entry};
use crate::begin::begin;
use crate::config::Config;
use crate::modules;
use crate::secret_file::{self, Key};
use crate::server::{self, Server};
use crate::storage::{Db, Place, Schema, StorageError, Tx, Value};
use crate::values;

/// Beside the other tables, in backups only.
const SCHEMA: Schema = Schema {
    module: "backup",
    versions: &[&["CREATE TABLE backup_keys (name TEXT PRIMARY KEY, text TEXT NOT NULL)"]],
};
/// Which keys a city has: all of them.
pub(crate) const KEYS: [&str; 5] = ["ca.pem", "ca.key", server::SIGNING_KEY, server::STORAGE_KEY, KEY];
/// The key of backups.
pub const KEY: &str = "backup.key";
/// Rows written together.
const ROWS: usize = 500;
/// … and about so many bytes.
const BYTES: usize = 1024 * 1024;
/// Without meaning on another machine or another day.
const LEFT_OUT: [&str; 3] = ["schema_versions", "people_sessions", "backup_keys"];

/// What was found in a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub city: String,
    pub name: String,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Entries of the audit, whose chain holds.
    pub audit: i64,
}

/// Why there is no backup, or no way back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("監査の記録が{0}番目でつながっていません。書き換えられたか、失われています。")]
    Chain(i64),
    #[error("控えに市の鍵「{0}」がありません。")]
    KeyMissing(&'static str),
}

impl BackupError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "SRV-90",
            Self::Chain(_) => "SRV-91",
            Self::KeyMissing(_) => "SRV-92",
        }
    }
}

fn schemas() -> Vec<Schema> {
    let mut schemas = modules::schemas();
    schemas.push(SCHEMA);
    schemas
}

fn file_error(path: &Path) -> impl Fn(std::io::Error) -> StorageError {
    move |error| StorageError::File(path.to_owned(), error.kind())
}

/// Makes a backup of a city, which may be serving. The file appears when it is whole and on the disk.
pub fn back_up(server: &Server, to: &Path) -> Result<Found, BackupError> {
    if to.exists() {
        return Err(StorageError::Exists(to.to_owned()).into());
    }
    let keys = server::keys(server.folder());
    let key = Arc::new(Key::read_file(&keys.join(KEY))?);
    let fresh = to.with_extension("part");
    remove(&fresh)?;
    let place = Place::Sqlite { file: fresh.clone(), key: Arc::clone(&key) };
    let copied = fill(server, &place, &keys).and_then(|()| {
        // Looked at as it will be found: closed and opened again, in one file with nothing beside it.
        let found = Db::look_at(&fresh, &key, &schemas(), look)?;
        let log = std::fs::metadata(fresh.with_extension("part-wal"));
        if log.is_ok_and(|log| log.len() > 0) {
            return Err(StorageError::Internal("backup in two files").into());
        }
        Ok(found)
    });
    let found = match copied {
        Ok(found) => found,
        Err(error) => {
            remove(&fresh)?;
            return Err(error);
        }
    };
    let wrong = file_error(to);
    secret_file::make_private(&fresh)?;
    // Windows lets only whoever may write wait for the disk.
    let written = std::fs::File::options().write(true).open(&fresh);
    written.and_then(|file| file.sync_all()).map_err(&wrong)?;
    std::fs::rename(&fresh, to).map_err(&wrong)?;
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        secret_file::sync_folder(folder).map_err(&wrong)?;
    }
    let entry = Entry::by_server(server.now(), Act::BackedUp);
    server.db().write_and_wait(move |tx| audit::write(tx, &entry))?;
    Ok(found)
}

fn fill(server: &Server, place: &Place, keys: &Path) -> Result<(), BackupError> {
    let copy = Db::create(place, &schemas())?;
    let to = copy.clone();
    server.db().read_and_wait(move |tx| copy_rows(tx, &to))?;
    for name in KEYS {
        let text = secret_file::read(&keys.join(name))?;
        copy.write_and_wait(move |tx| {
            let text: &str = &text;
            tx.execute("INSERT INTO backup_keys (name, text) VALUES (?1, ?2)", values![name, text])
        })?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), StorageError> {
    for ending in ["part", "part-wal", "part-shm"] {
        match std::fs::remove_file(path.with_extension(ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(file_error(path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a backup is whole.
pub fn verify(file: &Path, key: &Path) -> Result<Found, BackupError> {
    Db::look_at(file, &Key::read_file(key)?, &schemas(), look)
}

/// Reads every row, for a database counts without looking at all of them, and follows the audit's chain.
pub fn look(tx: &mut Tx<'_>) -> Result<Found, BackupError> {
    let city = tx.row("SELECT code, name FROM city", &[])?.ok_or(StorageError::Missing("city".into()))?;
    let mut rows = BTreeMap::new();
    for (table, _) in tx.tables()? {
        let mut count = 0;
        tx.each(&format!("SELECT * FROM {table}"), &[], |_| {
            count += 1;
            Ok(())
        })?;
        rows.insert(table, count);
    }
    let audit = audit::verify(tx)?.map_err(BackupError::Chain)?;
    Ok(Found { city: city.get(0)?, name: city.get(1)?, rows, audit })
}

/// Puts a backup into a new data folder, whose configuration may name another storage. From then on this is the city: it
/// has a new epoch, by which terminals notice and offer again what they wrote since the backup.
pub fn restore(
    file: &Path,
    key: &Path,
    folder: &Path,
    config: &Config,
    now: Timestamp,
) -> Result<Found, BackupError> {
    let key = Key::read_file(key)?;
    Db::look_at(file, &key, &schemas(), |backup| take_over(backup, folder, config, now))
}

fn take_over(
    backup: &mut Tx<'_>,
    folder: &Path,
    config: &Config,
    now: Timestamp,
) -> Result<Found, BackupError> {
    look(backup)?;
    let kept: BTreeMap<String, String> = backup
        .query("SELECT name, text FROM backup_keys", &[])?
        .into_iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect::<Result<_, StorageError>>()?;
    if let Some(missing) = KEYS.into_iter().find(|name| !kept.contains_key(*name)) {
        return Err(BackupError::KeyMissing(missing));
    }
    let write_keys = |keys: &Path| {
        KEYS.into_iter().try_for_each(|name| {
            secret_file::write_new(&keys.join(name), kept.get(name).map_or("", String::as_str))
        })
    };
    begin(folder, config, write_keys, |db| {
        copy_rows(backup, db)?;
        let epoch = crate::password::letters(20)?;
        let entry = Entry::by_server(now, Act::Restored);
        db.write_and_wait(move |tx| {
            tx.execute("UPDATE city SET epoch = ?1", values![epoch])?;
            audit::write(tx, &entry)
        })?;
        db.read_and_wait(look)
    })
}

/// Copies all rows of one moment.
fn copy_rows(from: &mut Tx<'_>, to: &Db) -> Result<(), StorageError> {
    let known: Vec<String> = to.read_and_wait(|tx| {
        Ok::<_, StorageError>(tx.tables()?.into_iter().map(|(name, _)| name).collect())
    })?;
    for (table, columns) in from.tables()? {
        if LEFT_OUT.contains(&table.as_str()) || !known.contains(&table) {
            continue;
        }
        // The names are of our own tables.
        let list = columns.join(", ");
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        let insert: Arc<str> =
            format!("INSERT INTO {table} ({list}) VALUES ({}) ON CONFLICT DO NOTHING", marks.join(", "))
                .into();
        let mut batch = Batch { to, insert, rows: Vec::new(), bytes: 0 };
        from.each(&format!("SELECT {list} FROM {table}"), &[], |row| batch.take(row.into_values()))?;
        batch.write()?;
    }
    Ok(())
}

struct Batch<'a> {
    to: &'a Db,
    insert: Arc<str>,
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Batch<'_> {
    fn take(&mut self, row: Vec<Value>) -> Result<(), StorageError> {
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.rows.push(row);
        if self.rows.len() >= ROWS || self.bytes >= BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), StorageError> {
        let (rows, insert) = (std::mem::take(&mut self.rows), Arc::clone(&self.insert));
        self.bytes = 0;
        self.to.write_and_wait(move |tx| rows.iter().try_for_each(|row| tx.execute(&insert, row).map(|_| ())))
    }
}
