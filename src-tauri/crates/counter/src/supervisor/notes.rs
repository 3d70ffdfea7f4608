//! 職員へのお知らせ: what a new edition changes for whoever works with it, shown to each once, and acknowledged.

use madoka_sync::terminal::SyncError;
use madoka_sync::wire::drafts::SeenNotes;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::shared::hash;
use crate::office::Link;
use crate::{Counter, CounterError};

/// The setting that says which notes somebody has read here.
const SEEN: &str = "notes.seen";

/// お知らせ nobody has shown this person yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct NotesView {
    pub version: u32,
    /// Paragraphs.
    pub lines: Vec<String>,
}

impl Counter {
    fn notes_name(&self) -> String {
        format!("{SEEN}.{}", self.me.staff)
    }

    /// What whoever works here has not read yet. The same words in a later edition are not shown again.
    pub fn staff_notes(&self) -> Result<Option<NotesView>, CounterError> {
        let (notes, version) = (&self.city.notes, self.city.version());
        let Some(version) = version.filter(|_| !self.practice && !notes.is_empty()) else { return Ok(None) };
        let seen = self.cases.store()?.setting(&self.notes_name())?;
        if seen.as_deref() == Some(hash(notes.as_bytes()).to_string().as_str()) {
            return Ok(None);
        }
        Ok(Some(NotesView {
            version: u32::try_from(version.version).unwrap_or(u32::MAX),
            lines: notes.lines().map(|line| line.trim_start_matches(['#', ' ']).to_owned()).collect(),
        }))
    }

    /// 読みました
    pub fn staff_notes_read(&mut self) -> Result<(), CounterError> {
        let (name, seen) = (self.notes_name(), hash(self.city.notes.as_bytes()).to_string());
        Ok(self.cases.store_mut()?.set(&name, &seen)?)
    }
}

impl Link {
    /// Whether the person has read the notes of this edition at another terminal.
    pub fn has_read_notes(&self, version: u32) -> Result<bool, CounterError> {
        let session = self.session()?;
        let seen = self.line().wait(self.line().client().who_saw_notes(&session))?;
        let me = self.staff();
        Ok(seen.iter().any(|one| one.version == u64::from(version) && Some(&one.staff) == me.as_ref()))
    }

    /// Tells the server that the person has read them.
    pub fn notes_read(&self, version: u32) -> Result<(), CounterError> {
        let session = self.session()?;
        let seen = SeenNotes { version: version.into() };
        let told: Result<(), SyncError> = self.line().wait(self.line().client().notes_seen(&session, &seen));
        Ok(told?)
    }
}
