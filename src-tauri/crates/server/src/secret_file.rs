//! Files that only the server's own account may read: keys.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::storage::StorageError;

/// Longer than any key file.
const MOST: u64 = 64 * 1024;

/// 256 random bits. Wiped when dropped; nothing in `Debug`.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// From the operating system's source of randomness.
    pub fn random() -> Result<Self, StorageError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| StorageError::Internal("randomness"))?;
        Ok(Self(bytes))
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits, as the key file and a sealed envelope hold them.
    pub fn to_hex(&self) -> Zeroizing<String> {
        hex(self.bytes())
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 32]);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub fn read_file(path: &Path) -> Result<Self, StorageError> {
        Self::from_hex(&read(path)?)
            .ok_or_else(|| StorageError::File(path.to_owned(), std::io::ErrorKind::InvalidData))
    }

    pub fn write_file(&self, path: &Path) -> Result<(), StorageError> {
        write_new(path, &self.to_hex())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for half in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        text.push(char::from_digit(half.into(), 16).unwrap_or('0'));
    }
    text
}

/// Reads a secret; a file that others may read is refused.
pub fn read(path: &Path) -> Result<Zeroizing<String>, StorageError> {
    let wrong = |error: std::io::Error| StorageError::File(path.to_owned(), error.kind());
    let file = File::open(path).map_err(wrong)?;
    if owner_only::is_open(&file.metadata().map_err(wrong)?) {
        return Err(StorageError::File(path.to_owned(), std::io::ErrorKind::PermissionDenied));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST).read_to_string(&mut text).map_err(wrong)?;
    Ok(text)
}

/// Writes a secret into a file that did not exist, and waits until it is on the disk.
pub fn write_new(path: &Path, text: &str) -> Result<(), StorageError> {
    let wrong = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StorageError::Exists(path.to_owned()),
        kind => StorageError::File(path.to_owned(), kind),
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    owner_only::create(&mut options);
    let mut file = options.open(path).map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    file.sync_all().map_err(wrong)
}

/// Waits until the disk knows what lies in a folder, under which name. Windows' own file system sees to that by itself.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Takes a file from everybody but its owner.
pub fn make_private(path: &Path) -> Result<(), StorageError> {
    owner_only::set(path).map_err(|error| StorageError::File(path.to_owned(), error.kind()))
}

/// Makes the folder of keys; it and the data folder above it are the server's account's alone.
pub(crate) fn private_folder(keys: &Path) -> Result<(), StorageError> {
    let wrong = |error: std::io::Error| StorageError::File(keys.to_owned(), error.kind());
    std::fs::create_dir_all(keys).map_err(wrong)?;
    for folder in keys.parent().into_iter().chain([keys]) {
        owner_only::set(folder).map_err(wrong)?;
    }
    Ok(())
}

#[cfg(unix)]
mod owner_only {
    use std::fs::{Metadata, OpenOptions, Permissions};
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    use std::path::Path;

    pub(super) fn is_open(about: &Metadata) -> bool {
        about.permissions().mode() & 0o077 != 0
    }

    pub(super) fn create(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub(super) fn set(path: &Path) -> std::io::Result<()> {
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, Permissions::from_mode(mode))
    }
}

/// On Windows the folder of the service's own account keeps others out; the installer sets its rights.
#[cfg(not(unix))]
mod owner_only {
    use std::fs::{Metadata, OpenOptions};
    use std::path::Path;

    pub(super) fn is_open(_: &Metadata) -> bool {
        false
    }

    pub(super) fn create(_: &mut OpenOptions) {}

    pub(super) fn set(_: &Path) -> std::io::Result<()> {
        Ok(())
    }
}
