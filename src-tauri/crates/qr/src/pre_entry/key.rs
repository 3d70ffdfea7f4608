//! The city's keys for what residents prepare at home.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::{Deserializable, Kem as _, Serializable};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::QrError;

const PUBLIC: &str = "madoka-pre-entry-public-1:";
const SECRET: &str = "madoka-pre-entry-secret-1:";

/// Names a key: the first four bytes of the SHA-256 of the public key. No register of numbers is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What stands in the page that residents use: with it anybody can seal and nobody can open.
#[derive(Clone)]
pub struct PublicKey {
    pub(crate) key: <Kem as hpke::Kem>::PublicKey,
}

impl PublicKey {
    pub fn id(&self) -> KeyId {
        let digest = Sha256::digest(self.key.to_bytes());
        KeyId(digest.first_chunk().copied().unwrap_or_default())
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes().into()
    }
}

/// `madoka-pre-entry-public-1:` and the 32 bytes in base64.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC}{}", BASE64.encode(self.to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl FromStr for PublicKey {
    type Err = QrError;

    fn from_str(text: &str) -> Result<Self, QrError> {
        let bytes = key_bytes(text, PUBLIC)?;
        let key = Deserializable::from_bytes(&bytes).map_err(|_| QrError::KeyForm)?;
        Ok(Self { key })
    }
}

/// What only the city's counters hold. Wiped when dropped; it shows itself only through [`SecretKey::expose`].
///
/// A city keeps several at a time: the page in use seals for the newest, codes made with an older page stay readable
/// until its key is destroyed, and from then on nobody can read them any more.
pub struct SecretKey {
    pub(crate) key: <Kem as hpke::Kem>::PrivateKey,
    public: PublicKey,
}

impl SecretKey {
    /// A new key from 32 random bytes, which the caller gets from the system and forgets.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let (key, public) = Kem::derive_keypair(seed);
        Self { key, public: PublicKey { key: public } }
    }

    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    /// The text to keep: `madoka-pre-entry-secret-1:` and the key in base64. Say at the call where it goes.
    pub fn expose(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(<[u8; 32]>::from(self.key.to_bytes()));
        let text = Zeroizing::new(BASE64.encode(*bytes));
        Zeroizing::new(format!("{SECRET}{}", *text))
    }
}

impl FromStr for SecretKey {
    type Err = QrError;

    fn from_str(text: &str) -> Result<Self, QrError> {
        let bytes = key_bytes(text, SECRET)?;
        let key = Deserializable::from_bytes(&bytes).map_err(|_| QrError::KeyForm)?;
        let public = PublicKey { key: Kem::sk_to_pk(&key) };
        Ok(Self { key, public })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.id())
    }
}

fn key_bytes(text: &str, kind: &str) -> Result<Zeroizing<Vec<u8>>, QrError> {
    let encoded =
        text.trim().strip_prefix(kind).filter(|encoded| encoded.len() == 44).ok_or(QrError::KeyForm)?;
    BASE64.decode(encoded).map(Zeroizing::new).map_err(|_| QrError::KeyForm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 鍵は文字にして戻しても同じ鍵で_秘密は表に出ない() {
        let secret = SecretKey::from_seed(&[7; 32]);
        let again: SecretKey = format!("{}\n", *secret.expose()).parse().unwrap();
        assert_eq!(again.id(), secret.id());
        assert_eq!(again.expose(), secret.expose());
        let public: PublicKey = secret.public().to_string().parse().unwrap();
        assert_eq!(public.id(), secret.id());
        assert!(!format!("{secret:?}").contains(secret.expose().split_once(':').unwrap().1));
        assert_ne!(SecretKey::from_seed(&[8; 32]).id(), secret.id());
    }

    #[test]
    fn 取り違えた鍵や欠けた鍵は断る() {
        let secret = SecretKey::from_seed(&[7; 32]);
        let public = secret.public().to_string();
        for wrong in [
            "",
            "madoka-pre-entry-public-1:",
            &public[..60],
            &*secret.expose(),
            &format!("{public}A"),
            &public.replace(':', ";"),
        ] {
            assert_eq!(wrong.parse::<PublicKey>().err(), Some(QrError::KeyForm), "{}", wrong.len());
        }
        assert!(public.parse::<SecretKey>().is_err());
    }
}
