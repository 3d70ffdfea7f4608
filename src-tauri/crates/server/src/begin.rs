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
    let keys_begun = begin_keys(&keys, write_keys);
    if let Err(taken @ StorageError::Exists(_)) = keys_begun {
        // Somebody else begins here at this very moment: what lies there is theirs.
        return Err(taken.into());
    }
    let begun = keys_begun
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 同じ時に始めた人の鍵は_負けても消さない() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = server::keys(folder.path()).join(KEYS[0]);
        let write = |keys: &Path| {
            secret_file::write_new(&keys.join(KEYS[0]), "theirs")?;
            secret_file::write_new(&keys.join(KEYS[0]), "ours")
        };
        let begun = begin(folder.path(), &Config::default(), write, |_| Ok::<(), StorageError>(()));
        assert!(matches!(begun, Err(StorageError::Exists(_))), "{begun:?}");
        assert_eq!(std::fs::read_to_string(theirs).unwrap(), "theirs");
    }
}
