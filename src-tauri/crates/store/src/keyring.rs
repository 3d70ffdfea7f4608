//! Where the key of a terminal's database lies: in the operating system's keyring, or in a file where there is none.

use std::path::{Path, PathBuf};

use crate::{Key, Realm, Store, StoreError, mark};

/// Where a key was found or put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// The keyring of the signed-in user (Secret Service on Linux).
    Keyring,
    /// A file of its owner's alone (0600) beside the database: there was no keyring when the database was made.
    File(PathBuf),
}

/// No keyring answers: no session, no daemon, or it is locked.
struct Unreachable;

impl Store {
    /// [`Self::look`] at the database of this realm in `folder`.
    pub fn look_in(folder: &Path, realm: Realm) -> Result<Self, StoreError> {
        let path = folder.join(realm.file_name());
        let key_file = mark::beside(&path, ".key");
        let key = if key_file.exists() {
            Key::read_file(&key_file)?
        } else {
            ring::get(&path).ok().flatten().ok_or(StoreError::KeyMissing)?
        };
        Self::look(&path, &key, realm)
    }

    /// The database of this realm in `folder`, with its key from the keyring or the key file. It is made only where there
    /// has never been one: neither file, nor mark, nor key. A key without its database means that the database is gone.
    pub fn open_or_create(folder: &Path, realm: Realm) -> Result<(Self, KeyPlace), StoreError> {
        let path = folder.join(realm.file_name());
        let key_file = mark::beside(&path, ".key");
        let made_before = path.exists() || mark::path_of(&path).exists();
        let found = if key_file.exists() {
            Ok(Some((Key::read_file(&key_file)?, KeyPlace::File(key_file.clone()))))
        } else {
            ring::get(&path).map(|key| key.map(|key| (key, KeyPlace::Keyring)))
        };
        match found {
            Ok(Some((key, place))) => Ok((Self::open(&path, &key, realm)?, place)),
            Ok(None) | Err(Unreachable) if made_before => Err(StoreError::KeyMissing),
            reached => {
                let key = Key::random()?;
                // A keyring that does not give back what it was given keeps nothing.
                let kept = reached.is_ok()
                    && ring::set(&path, &key).is_ok()
                    && matches!(ring::get(&path), Ok(Some(back)) if back.to_hex() == key.to_hex());
                let place = if kept {
                    KeyPlace::Keyring
                } else {
                    key.write_file(&key_file)?;
                    KeyPlace::File(key_file.clone())
                };
                let store = Self::create(&path, &key, realm);
                if store.is_err() {
                    // What never held anything must not look like something lost.
                    match &place {
                        KeyPlace::Keyring => ring::remove(&path),
                        KeyPlace::File(file) => drop(std::fs::remove_file(file)),
                    }
                }
                Ok((store?, place))
            }
        }
    }
}

/// The Secret Service, or on Windows the credential manager, by one entry a database.
#[cfg(any(target_os = "linux", windows))]
mod ring {
    use std::path::Path;

    #[cfg(target_os = "linux")]
    use dbus_secret_service_keyring_store as native;
    #[cfg(windows)]
    use windows_native_keyring_store as native;

    use keyring_core::{Entry, Error};
    use zeroize::Zeroizing;

    use super::Unreachable;
    use crate::Key;

    fn entry(database: &Path) -> Result<Entry, Unreachable> {
        let store = native::Store::new().map_err(|_| Unreachable)?;
        keyring_core::set_default_store(store);
        let path = std::path::absolute(database).map_err(|_| Unreachable)?;
        Entry::new("madoka", &path.to_string_lossy()).map_err(|_| Unreachable)
    }

    pub(super) fn get(database: &Path) -> Result<Option<Key>, Unreachable> {
        match entry(database)?.get_password() {
            Ok(text) => Key::from_hex(&Zeroizing::new(text)).map(Some).ok_or(Unreachable),
            Err(Error::NoEntry) => Ok(None),
            Err(_) => Err(Unreachable),
        }
    }

    pub(super) fn set(database: &Path, key: &Key) -> Result<(), Unreachable> {
        entry(database)?.set_password(&key.to_hex()).map_err(|_| Unreachable)
    }

    pub(super) fn remove(database: &Path) {
        if let Ok(entry) = entry(database) {
            let _ = entry.delete_credential();
        }
    }
}

/// No keyring is known here yet: the key file.
#[cfg(not(any(target_os = "linux", windows)))]
mod ring {
    use std::path::Path;

    use super::Unreachable;
    use crate::Key;

    pub(super) fn get(_: &Path) -> Result<Option<Key>, Unreachable> {
        Err(Unreachable)
    }

    pub(super) fn set(_: &Path, _: &Key) -> Result<(), Unreachable> {
        Err(Unreachable)
    }

    pub(super) fn remove(_: &Path) {}
}
