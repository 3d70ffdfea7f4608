//! What is printed, and where.

use std::io::{self, Write as _};

use serde_json::Value as Json;

use crate::failure::Failure;

/// Prints for people, or one JSON document.
#[derive(Debug)]
pub(crate) struct Say {
    json: bool,
}

impl Say {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// A line for people; nothing where JSON was asked for.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        if !self.json {
            // A closed pipe (`| head`) is no failure of ours.
            let _ = writeln!(io::stdout().lock(), "{}", line.as_ref());
        }
    }

    /// The document, where JSON was asked for.
    pub(crate) fn document(&mut self, document: &Json) {
        if self.json {
            let _ = writeln!(io::stdout().lock(), "{document}");
        }
    }

    /// To stderr, for both.
    pub(crate) fn note(note: impl AsRef<str>) {
        let _ = writeln!(io::stderr().lock(), "{}", note.as_ref());
    }

    pub(crate) fn failure(failure: &Failure) {
        Self::note(format!("［{}］{failure}", failure.code()));
    }
}
