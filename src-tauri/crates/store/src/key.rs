//! The key the database is encrypted with, and the file it may lie in.
//!
//! Where the operating system has a keyring, the caller keeps the key there (see `keyring.rs`). Where it has none (a
//! server without a session, a bare terminal), it lies in a file beside the database that only its owner may read
//! (0600). Such a file protects against a stolen backup or a disk thrown away without it, not against who can read both:
//! use full-disk encryption there too.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::StoreError;
use crate::error::file_error;

/// 256 random bits. Wiped when dropped; nothing in `Debug`.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// From the operating system's source of randomness.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| StoreError::Other("randomness".to_owned()))?;
        Ok(Self(bytes))
    }

    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// 64 hexadecimal digits, as a keyring or a sealed envelope keeps them.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        text
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

    /// Reads a key file; one that others may read is refused.
    pub fn read_file(path: &Path) -> Result<Self, StoreError> {
        let mut file = File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StoreError::KeyMissing,
            _ => StoreError::KeyUnreadable(path.to_owned()),
        })?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().map_err(file_error(path))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(StoreError::KeyUnreadable(path.to_owned()));
            }
        }
        let mut text = Zeroizing::new(String::new());
        let unreadable = || StoreError::KeyUnreadable(path.to_owned());
        (&mut file).take(128).read_to_string(&mut text).map_err(|_| unreadable())?;
        Self::from_hex(&text).ok_or_else(unreadable)
    }

    /// Writes a key file that did not exist, readable by its owner alone, and waits until it is on the disk.
    pub fn write_file(&self, path: &Path) -> Result<(), StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => file_error(path)(error),
        })?;
        file.write_all(self.to_hex().as_bytes()).map_err(file_error(path))?;
        file.sync_all().map_err(file_error(path))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
