//! 手続パック on its way to the terminals.
//!
//! A terminal says what it has ([`Ask`]) and hears what it should have ([`Plan`]), with the signed list of parts of every
//! edition it lacks; then it fetches the parts it lacks by their hash ([`PartsAsk`], [`PartsPage`]). Nothing here is
//! believed for having come from the server: `rules::pack::accept_document` decides.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::Date;
use madoka_casework::{PackId, TerminalId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub const ASK: &str = "/v1/packs/ask";
pub const PARTS: &str = "/v1/packs/parts";

/// Bounds that both sides keep.
pub mod limit {
    /// One file of a pack.
    pub const PART: usize = 5 * 1024 * 1024;
    /// Bytes of parts in one answer; one part more is allowed where it is the only one.
    pub const PAGE: usize = 3 * 1024 * 1024;
    /// Files in a pack, and hashes in one question.
    pub const PARTS: usize = 5_000;
    /// Bytes of all files of a pack.
    pub const PACK: usize = 256 * 1024 * 1024;
    /// Editions a terminal tells of.
    pub const EDITIONS: usize = 64;
    /// The signed list of a pack's parts, as text.
    pub const MANIFEST: usize = 2 * 1024 * 1024;
}

/// SHA-256 in hexadecimal: what a part or an edition is called by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

/// A text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SHA-256（16進64文字）ではありません")]
pub struct HashForm;

impl Hash {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::str::FromStr for Hash {
    type Err = HashForm;

    fn from_str(text: &str) -> Result<Self, HashForm> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(HashForm);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low).ok_or(HashForm)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Hash {
    type Error = HashForm;

    fn try_from(text: String) -> Result<Self, HashForm> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 版: one released version of the city's pack, and the hash over all its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub pack: PackId,
    pub version: u64,
    pub hash: self::Hash,
}

/// The city's public key, as a terminal learns it when it is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityKey {
    /// Ed25519, base64.
    pub key: String,
    /// Rises with every change of the key.
    pub number: u64,
}

/// What a terminal has. It also tells the supervisors which terminal works with which edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub v: u32,
    /// The edition new cases are opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Edition>,
    /// Those that lie complete on the terminal.
    #[serde(default)]
    pub kept: Vec<Edition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// The number of the city's key and of the list of approvers it believes.
    #[serde(default)]
    pub key: u64,
    #[serde(default)]
    pub approvers: u64,
}

/// An edition a terminal would not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub edition: Edition,
    /// `D203`, as `rules` names it.
    pub code: String,
}

/// What a terminal should have. The server's present word replaces the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub v: u32,
    /// Rising.
    pub editions: Vec<Planned>,
    /// The signed list of approvers, where the terminal has an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvers: Option<String>,
    /// Signed changes of the city's key the terminal has not followed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_changes: Vec<String>,
}

/// One edition of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub edition: Edition,
    /// The first day it is used; at once where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activates: Option<Date>,
    /// 先行公開: only some terminals have it yet.
    #[serde(default)]
    pub canary: bool,
    /// The signed list of its parts, where the terminal does not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
}

/// Asks for parts of an edition by their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartsAsk {
    pub v: u32,
    pub of: Edition,
    pub parts: Vec<Hash>,
}

/// Some of the parts asked for, in that order, as many as one answer holds; whoever lacks more asks again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsPage {
    pub v: u32,
    pub parts: Vec<Bytes>,
}

/// The contents of a file: base64 in JSON. `Debug` tells the length only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(|_| serde::de::Error::custom("base64"))
    }
}

/// Which terminal has which edition, for supervisors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalPacks {
    pub terminal: TerminalId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Edition>,
    pub kept: Vec<Edition>,
    pub refused: Vec<Refused>,
    /// What it should work with today, and whether it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<u64>,
    pub current: bool,
    /// When it last said so; nothing while it never has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Timestamp>,
}
