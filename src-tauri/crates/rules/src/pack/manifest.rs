//! A pack without its parts: which version, what it is made of, who signed it. A terminal reads this first, and asks
//! only for the parts it lacks.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::document::{Document, DocumentError, PackFiles, known_format};
use super::sign::{Installed, Refusal, Role, SigningKey, Trust, from_whom_it_must, not_older};

/// What the signatures of a pack sign, and the signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest(Document);

impl Document {
    pub fn manifest(&self) -> Manifest {
        Manifest(Self { parts: PackFiles::new(), ..self.clone() })
    }
}

impl Manifest {
    pub fn from_text(text: &str) -> Result<Self, DocumentError> {
        let json: Json = serde_json::from_str(text).map_err(|_| DocumentError::Form)?;
        known_format(Document::manifest_from_json(&json)).map(Self)
    }

    pub fn to_text(&self) -> String {
        json!({ "body": self.0.body(), "signatures": self.0.signatures_json() }).to_string()
    }

    pub fn id(&self) -> &str {
        &self.0.id
    }

    pub const fn version(&self) -> u64 {
        self.0.version
    }

    pub fn city_code(&self) -> &str {
        &self.0.city_code
    }

    pub const fn valid(&self) -> (Option<Date>, Option<Date>) {
        (self.0.valid_from, self.0.valid_to)
    }

    pub fn hash(&self) -> String {
        self.0.hash()
    }

    /// Paths and the SHA-256 of what lies there.
    pub const fn parts(&self) -> &BTreeMap<String, String> {
        &self.0.part_hashes
    }

    pub fn sign(&mut self, role: Role, key: &SigningKey) {
        self.0.sign(role, key);
    }

    /// As a terminal that has this pack says so.
    pub fn installed(&self) -> Installed {
        Installed::of(&self.0)
    }

    /// What to tell of a pack that is not of this day: it works all the same.
    pub fn warning(&self, today: Date) -> Option<String> {
        self.0.warning(today)
    }

    /// Refuses, before a part is fetched, what [`super::accept`] would refuse whatever the parts were.
    pub fn check(&self, trust: &Trust, installed: Option<&Installed>) -> Result<(), Refusal> {
        from_whom_it_must(&self.0, trust)?;
        not_older(&self.0, installed)
    }

    /// The document, with its parts put in their places. Whether they are what was signed is for
    /// [`super::accept_document`] to say.
    pub fn with_parts(
        self,
        mut part: impl FnMut(&str, &str) -> Option<Vec<u8>>,
    ) -> Result<Document, Refusal> {
        let mut document = self.0;
        for (path, hash) in &document.part_hashes {
            let bytes = part(path, hash).ok_or_else(|| Refusal::Incomplete(path.clone()))?;
            document.parts.insert(path.clone(), bytes);
        }
        Ok(document)
    }
}
