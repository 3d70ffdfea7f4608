//! Sealing what is about people before it goes into the database.
//!
//! SQLite's file is encrypted as a whole, PostgreSQL's tables are not, and a backup of either may lie somewhere else. So
//! what others said of residents (予約の聞き取り, the register's rows, what was searched for) is sealed by the program on
//! both: ChaCha20-Poly1305 under a key derived for each use from the storage key. Which row it belongs to is bound in, so
//! that a sealed value cannot be moved to another row.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::secret_file::Key;
use crate::storage::StorageError;

/// Seals for one use; cheap to make.
pub(crate) struct Seal(LessSafeKey);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

const FAILED: StorageError = StorageError::Internal("seal");

impl Seal {
    /// `used_for` is the module: `bookings`.
    pub(crate) fn new(storage: &Key, used_for: &str) -> Result<Self, StorageError> {
        let info = [b"madoka/seal/1/".as_slice(), used_for.as_bytes()];
        let derived = Salt::new(HKDF_SHA256, b"madokad").extract(storage.bytes());
        let key = derived.expand(&info, &CHACHA20_POLY1305).map_err(|_| FAILED)?;
        Ok(Self(LessSafeKey::new(UnboundKey::from(key))))
    }

    /// `row` names where it is kept, and must be the same when it is opened.
    pub(crate) fn seal(&self, row: &str, plain: &[u8]) -> Result<Vec<u8>, StorageError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| StorageError::Internal("randomness"))?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + CHACHA20_POLY1305.tag_len());
        sealed.extend_from_slice(&nonce);
        let mut rest = plain.to_vec();
        let row = Aad::from(row.as_bytes());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), row, &mut rest)
            .map_err(|_| FAILED)?;
        sealed.append(&mut rest);
        Ok(sealed)
    }

    pub(crate) fn open(&self, row: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StorageError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(StorageError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StorageError::Damaged)?;
        let mut plain = Zeroizing::new(rest.to_vec());
        let length = self
            .0
            .open_in_place(nonce, Aad::from(row.as_bytes()), &mut plain)
            .map_err(|_| StorageError::Damaged)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }

    pub(crate) fn seal_json<T: Serialize>(&self, row: &str, value: &T) -> Result<Vec<u8>, StorageError> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| FAILED)?);
        self.seal(row, &plain)
    }

    pub(crate) fn open_json<T: DeserializeOwned>(&self, row: &str, sealed: &[u8]) -> Result<T, StorageError> {
        serde_json::from_slice(&self.open(row, sealed)?).map_err(|_| StorageError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 封は同じ行と同じ使いみちでだけ開く() {
        let key = Key::random().unwrap();
        let seal = Seal::new(&key, "bookings").unwrap();
        let sealed = seal.seal("b/1", "架空　花子".as_bytes()).unwrap();
        assert!(!sealed.windows(6).any(|part| part == "架空".as_bytes()));
        assert_eq!(seal.open("b/1", &sealed).unwrap().as_slice(), "架空　花子".as_bytes());
        assert_ne!(seal.seal("b/1", "架空　花子".as_bytes()).unwrap(), sealed);
        assert!(seal.open("b/2", &sealed).is_err());
        assert!(Seal::new(&key, "register").unwrap().open("b/1", &sealed).is_err());
        assert!(Seal::new(&Key::random().unwrap(), "bookings").unwrap().open("b/1", &sealed).is_err());
        for cut in 0..sealed.len() {
            assert!(seal.open("b/1", &sealed[..cut]).is_err(), "{cut}");
        }
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(seal.open("b/1", &altered).is_err(), "{at}");
        }
    }
}
