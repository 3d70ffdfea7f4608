//! The change of one file, and its exact inverse.

use super::EditError;
use crate::pack::PackFiles;

/// At one place of one file, some text gives way to other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    pub file: String,
    /// In bytes.
    pub at: usize,
    pub removed: String,
    pub added: String,
    /// The file was not there before.
    pub begins: bool,
    /// The file is not there afterwards.
    pub ends: bool,
}

impl Patch {
    /// The smallest change from one text of a file to another.
    pub fn between(file: &str, old: Option<&str>, new: &str) -> Self {
        let before = old.unwrap_or_default();
        let start = before
            .char_indices()
            .zip(new.chars())
            .find(|((_, one), other)| one != other)
            .map_or_else(|| before.len().min(new.len()), |((at, _), _)| at);
        let (rest_old, rest_new) =
            (before.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
        let common: usize = rest_old
            .chars()
            .rev()
            .zip(rest_new.chars().rev())
            .take_while(|(one, other)| one == other)
            .map(|(c, _)| c.len_utf8())
            .sum();
        Self {
            file: file.to_owned(),
            at: start,
            removed: rest_old.get(..rest_old.len() - common).unwrap_or_default().to_owned(),
            added: rest_new.get(..rest_new.len() - common).unwrap_or_default().to_owned(),
            begins: old.is_none(),
            ends: false,
        }
    }

    #[must_use]
    pub fn inverse(&self) -> Self {
        Self {
            file: self.file.clone(),
            at: self.at,
            removed: self.added.clone(),
            added: self.removed.clone(),
            begins: self.ends,
            ends: self.begins,
        }
    }

    /// Changes the files, if they are what the patch was made for.
    pub fn apply(&self, files: &mut PackFiles) -> Result<(), EditError> {
        let text = match files.get(&self.file) {
            Some(bytes) if !self.begins => std::str::from_utf8(bytes).map_err(|_| EditError::Moved)?,
            None if self.begins => "",
            _ => return Err(EditError::Moved),
        };
        let end = self.at + self.removed.len();
        let (Some(before), Some(removed), Some(after)) =
            (text.get(..self.at), text.get(self.at..end), text.get(end..))
        else {
            return Err(EditError::Moved);
        };
        if removed != self.removed {
            return Err(EditError::Moved);
        }
        let text = [before, &self.added, after].concat();
        if self.ends {
            files.remove(&self.file);
        } else {
            files.insert(self.file.clone(), text.into_bytes());
        }
        Ok(())
    }

    /// It changes nothing.
    pub const fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty() && !self.begins && !self.ends
    }
}
