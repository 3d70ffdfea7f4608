//! A city's folder and storage begin whole or not at all: what stopped halfway, at a database that does not answer or a
//! full disk, would stand in the way of the next try.

use std::path::Path;

use crate::backup::KEYS;
use crate::config::Config;
use crate::modules;
use crate::secret_file;
use crate::server::{self, FILE};
use crate::storage::{Db, StorageError, Tx};

/// Begins a city where there is none: its keys, then its storage, which `fill` fills.
pub(crate) fn begin<T, E: From<StorageError>>(
    folder: &Path,
    config: &Config,
    write_keys: impl FnOnce(&Path) -> Result<(), StorageError>,
    fill: impl FnOnce(&Db) -> Result<T, E>,
) -> Result<T, E> {
    let was_there = folder.exists();
    let keys = server::keys(folder);
    // Not the folder of keys: the administrator keeps the password of PostgreSQL in it, and writes it there first.
    if folder.join(FILE).exists() || KEYS.iter().any(|name| keys.join(name).exists()) {
        return Err(StorageError::Exists(folder.to_owned()).into());
    }
    let begun = begin_keys(&keys, write_keys)
        .and_then(|()| server::place(folder, config))
        .and_then(|(place, _)| Db::create(&place, &modules::schemas()))
        .map_err(E::from)
        .and_then(|db| {
            fill(&db).inspect_err(|_| {
                // Of the failures only the first is worth telling.
                let _ = db.write_and_wait(empty);
            })
        });
    if begun.is_err() {
        undo(folder);
        if !was_there {
            let _ = std::fs::remove_dir(folder);
        }
    }
    begun
}

fn begin_keys(
    keys: &Path,
    write: impl FnOnce(&Path) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    secret_file::private_folder(keys)?;
    write(keys)
}

/// Takes the tables from a database that was empty.
fn empty(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    for (table, _) in tx.tables()? {
        tx.execute(&format!("DROP TABLE {table}"), &[])?;
    }
    Ok(())
}

/// Takes away what [`begin`] put there, and nothing else.
fn undo(folder: &Path) {
    let keys = server::keys(folder);
    for name in KEYS {
        let _ = std::fs::remove_file(keys.join(name));
    }
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("{FILE}{ending}")));
    }
    // Only if nothing else is in it.
    let _ = std::fs::remove_dir(&keys);
}
