//! 印刷待ち: what the queue must not forget, and who keeps it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{JobNumber, PrintError, PrinterUri, Ticket};

/// One entry of the queue; its maker chooses the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub Uuid);

impl EntryId {
    /// For a queue of one process: the moment is number enough.
    pub fn at(moment: Timestamp) -> Self {
        Self(Uuid::from_u128(moment.as_nanosecond().unsigned_abs().rotate_left(64)))
    }
}

/// What to print, by reference. The queue never keeps pages: they are made again from the case, which lies encrypted
/// in the terminal's database. That the same case gives the same bytes is what this crate promises everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Papers {
    /// The case's id.
    pub case: String,
    /// Which papers of it, in order, in the words of who makes them (`form:household_head_change`, `guide:ja`).
    pub parts: Vec<String>,
    /// How many pages they are, for showing how far a printer is; not known of what an older program placed.
    #[serde(default)]
    pub pages: u32,
    /// Who ordered it, as the case's events name people.
    #[serde(default)]
    pub by: String,
    /// Up to where the case was known when the pages were made, in the words of who makes them; not known of what an
    /// older program placed.
    #[serde(default)]
    pub seen: String,
}

/// SHA-256 of the bytes an officer saw in the preview.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err("a digest has 64 hexadecimal digits");
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digits = std::str::from_utf8(pair).map_err(|_| "not hexadecimal")?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| "not hexadecimal")?;
        }
        Ok(Self(bytes))
    }
}

/// Why an entry ended without paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub code: String,
    pub what: String,
    pub todo: String,
}

impl From<&PrintError> for Failure {
    fn from(error: &PrintError) -> Self {
        Self { code: error.code().to_owned(), what: format!("{error}。"), todo: error.todo().to_owned() }
    }
}

/// How far an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// 印刷待ち: nothing has reached the printer.
    Waiting,
    /// 送信中: written before the printer is asked for anything.
    Sending {
        job: Option<JobNumber>,
        /// In one step, by a printer that knows no two: a page may come out before we know the job's number.
        one_step: bool,
    },
    /// 印刷中: the printer has all of it.
    Printing { job: JobNumber },
    /// 印刷済み, by the printer's own word.
    Printed,
    /// 取消済み
    Cancelled,
    /// 失敗
    Failed { failure: Failure },
    /// 要確認: nobody but a person who looks at the tray can tell.
    Unclear,
}

impl Stage {
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Waiting => "印刷待ち",
            Self::Sending { .. } => "送信中",
            Self::Printing { .. } => "印刷中",
            Self::Printed => "印刷済み",
            Self::Cancelled => "取消済み",
            Self::Failed { .. } => "失敗",
            Self::Unclear => "要確認",
        }
    }

    /// Nothing more happens to it by itself.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Printed | Self::Cancelled | Self::Failed { .. } | Self::Unclear)
    }
}

/// What is kept of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpoolEntry {
    pub id: EntryId,
    pub placed: Timestamp,
    pub printer: PrinterUri,
    pub ticket: Ticket,
    pub papers: Papers,
    /// What the officer saw: nothing else is printed under this entry.
    pub digest: Digest,
    /// How often it was handed to a printer.
    pub tries: u32,
    /// Somebody asked to cancel it.
    pub cancelling: bool,
    pub stage: Stage,
}

impl SpoolEntry {
    /// What the job is called at the printer: unlike any other, so that it can be found again, and nobody's name.
    pub(super) fn job_name(&self) -> String {
        let name: String = self.ticket.name.chars().take(40).collect();
        let id = self.id.0.simple().to_string();
        format!("{name} #{}-{}", id.get(..12).unwrap_or_default(), self.tries)
    }
}

/// Why a spool could not keep or give back an entry.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SpoolError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

/// Who keeps the queue. The terminal's encrypted database does; an entry is a small JSON document to it.
pub trait Spool {
    /// All entries, in the order they were placed.
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError>;

    /// Adds an entry or replaces the one with its id. It is on disk when this returns.
    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError>;

    /// Removes an entry. One that is not there is no error.
    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError>;
}

impl<S: Spool + ?Sized> Spool for &mut S {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        (**self).load()
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        (**self).put(entry)
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        (**self).remove(id)
    }
}

/// A spool that forgets: practice mode, tests, a single `madokactl print`.
#[derive(Debug, Default)]
pub struct MemorySpool {
    entries: BTreeMap<(Timestamp, EntryId), SpoolEntry>,
}

impl Spool for MemorySpool {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        Ok(self.entries.values().cloned().collect())
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        self.entries.insert((entry.placed, entry.id), entry.clone());
        Ok(())
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        self.entries.retain(|(_, known), _| *known != id);
        Ok(())
    }
}
