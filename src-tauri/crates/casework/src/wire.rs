//! How events are written down: JSON with a format version. `FORMAT.md` beside this crate is the description.

use serde::{Deserialize, Serialize};

use crate::{Event, EventKind, FormatError};

/// The newest version this program writes and reads. An event is written in the oldest that can say it.
pub const FORMAT: u64 = 4;
/// Longer than any honest event.
pub const MOST_BYTES: usize = 256 * 1024;

#[derive(Serialize)]
struct Written<'a> {
    v: u64,
    #[serde(flatten)]
    event: &'a Event,
}

#[derive(Deserialize)]
struct Head {
    v: u64,
    what: Option<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Event {
    /// One line of JSON, in the oldest version that can say it. The same event gives the same bytes.
    pub fn to_json(&self) -> String {
        // Every part of an event can be written: no map with odd keys, no number that is not one.
        serde_json::to_string(&Written { v: self.kind.format(), event: self }).unwrap_or_default()
    }

    /// Reads any version written so far; a newer one, and a kind this program does not know, are named.
    pub fn from_json(text: &str) -> Result<Self, FormatError> {
        if text.len() > MOST_BYTES {
            return Err(FormatError::TooLarge { limit: MOST_BYTES });
        }
        let head: Head = serde_json::from_str(text).map_err(|_| FormatError::Form)?;
        if head.v == 0 {
            return Err(FormatError::Form);
        }
        if head.v > FORMAT {
            return Err(FormatError::Newer { found: head.v, known: FORMAT });
        }
        if let Some(kind) = head.what.and_then(|what| what.kind)
            && !EventKind::NAMES.contains(&kind.as_str())
        {
            let kind = kind.chars().filter(|c| !c.is_control()).take(40).collect();
            return Err(FormatError::UnknownKind { kind });
        }
        // What the parser says could repeat what a person wrote; it stays unsaid.
        let Read { v: _, id, case, seq, after, by, at, what } =
            serde_json::from_str(text).map_err(|_| FormatError::Form)?;
        Ok(Self { id, case, seq, after, by, at, kind: what })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[expect(dead_code, reason = "looked at before; named here so that it is no unknown field")]
    v: u64,
    id: crate::EventId,
    case: crate::CaseId,
    seq: u32,
    after: Vec<crate::EventId>,
    by: crate::Author,
    at: jiff::Timestamp,
    what: EventKind,
}
