//! 事前入力: what a resident answered at home, in codes that only the city's counters open (`PRE-ENTRY.md`).

mod document;
mod envelope;
mod key;
mod part;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use zeroize::Zeroizing;

pub use document::{LeftOut, PreEntry, TakenIn, WhyLeftOut};
pub use key::{KeyId, PublicKey, SecretKey};

use crate::QrError;
use part::Part;

/// Whether a scanned text is a part of a pre-entry, by its beginning alone: for one scan field that takes every code.
pub fn looks_like_pre_entry(text: &str) -> bool {
    text.len() > 20 && !matches!(Part::read(text), Err(QrError::NotPreEntry | QrError::TextTooLong))
}

/// Seals a document (`PRE-ENTRY.md`, section 4) for a city and answers the texts of its codes, in order.
///
/// `seed` is 32 random bytes from the system, new for every call: who seals twice with one seed shows which documents
/// are the same.
pub fn seal(document: &str, to: &PublicKey, seed: &[u8; 32]) -> Result<Vec<String>, QrError> {
    if document.len() > envelope::MOST_TEXT {
        return Err(QrError::TooLong { length: document.len() });
    }
    let envelope = envelope::seal(document, to, seed)?;
    let parts = part::cut(&envelope, envelope::set_number(&envelope))?;
    Ok(parts.iter().map(Part::to_text).collect())
}

/// How far a set is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// These parts (from 1) are missing of so many.
    Missing { parts: Vec<u8>, total: u8 },
    /// Every part is here.
    Complete { total: u8 },
}

/// The codes of one pre-entry as they are read: in any order, twice if it happens, from scanners and pictures alike.
///
/// ```
/// use madoka_qr::{Collection, Progress, SecretKey, seal};
///
/// let key = SecretKey::from_seed(&[1; 32]); // a city takes its seed from the system's randomness
/// let document = r#"{"pack":"minatono","pack_version":1,"made":"2026-11-01","until":"2026-12-01",
///                    "lang":"ja","event":"death","facts":{"deceased.name":"葛󠄀城　太郎"}}"#;
/// let codes = seal(document, key.public(), &[2; 32])?;
///
/// let mut collection = Collection::default();
/// for code in &codes {
///     collection.add(code)?;
/// }
/// assert_eq!(collection.progress(), Some(Progress::Complete { total: 1 }));
/// let entry = collection.open(&[key], "2026-11-15".parse().expect("a day"))?;
/// assert_eq!(entry.event(), "death");
/// # Ok::<(), madoka_qr::QrError>(())
/// ```
#[derive(Clone, Default)]
pub struct Collection {
    /// Which set, of how many parts.
    set: Option<(u32, u8)>,
    parts: BTreeMap<u8, Vec<u8>>,
}

impl Collection {
    /// Takes one code. A code of another set is refused and changes nothing; one read before is no mistake.
    pub fn add(&mut self, text: &str) -> Result<Progress, QrError> {
        let part = Part::read(text)?;
        let (set, total) = *self.set.get_or_insert((part.set, part.total));
        if (set, total) != (part.set, part.total) {
            return Err(QrError::OtherSet { total });
        }
        let kept = self.parts.entry(part.number).or_insert_with(|| part.bytes.clone());
        if *kept != part.bytes {
            return Err(QrError::PartDamaged);
        }
        Ok(self.state(total))
    }

    /// How far it is; nothing before the first code.
    pub fn progress(&self) -> Option<Progress> {
        self.set.map(|(_, total)| self.state(total))
    }

    /// The nine digits that name this set, for the record of the case (a set taken in twice is noticed by them).
    pub fn set_number(&self) -> Option<u32> {
        self.set.map(|(set, _)| set)
    }

    fn state(&self, total: u8) -> Progress {
        let parts: Vec<u8> = (1..=total).filter(|number| !self.parts.contains_key(number)).collect();
        if parts.is_empty() { Progress::Complete { total } } else { Progress::Missing { parts, total } }
    }

    /// Opens the whole set with the city's keys. `today` is the day at the counter.
    pub fn open(&self, keys: &[SecretKey], today: Date) -> Result<PreEntry, QrError> {
        let (set, total) = self.set.ok_or(QrError::NotPreEntry)?;
        if let Progress::Missing { parts: missing, total } = self.state(total) {
            return Err(QrError::PartsMissing { missing, total });
        }
        let envelope: Vec<u8> = self.parts.values().flatten().copied().collect();
        if envelope::set_number(&envelope) != set {
            return Err(QrError::SetDamaged);
        }
        let (key, text): (KeyId, Zeroizing<String>) = envelope::open(&envelope, keys)?;
        PreEntry::read(&text, set, key, today)
    }
}

/// The parts are sealed, but they are somebody's.
impl fmt::Debug for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collection({:?})", self.progress())
    }
}
