//! チェックリスト: how a procedure of this visit stands, and what was noted.

use madoka_casework::{Event, Mark, Words};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use crate::office_time;

/// A mark as a screen gives it, and gets it back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mark")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum MarkGiven {
    /// 後で
    Later { reason: Option<String> },
    /// 済
    Done { reason: Option<String> },
    /// 辞退; the reason is needed.
    Declined { reason: Option<String> },
    /// 他課へ
    OtherOffice { office: String, reason: Option<String> },
    /// 該当なし; the reason is needed.
    NotApplicable { reason: Option<String> },
}

impl std::fmt::Debug for MarkGiven {
    /// Reasons are about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Later { .. } => "Later(…)",
            Self::Done { .. } => "Done(…)",
            Self::Declined { .. } => "Declined(…)",
            Self::OtherOffice { .. } => "OtherOffice(…)",
            Self::NotApplicable { .. } => "NotApplicable(…)",
        })
    }
}

impl From<&Mark> for MarkGiven {
    fn from(mark: &Mark) -> Self {
        let said = |words: &Option<Words>| words.as_ref().map(|words| words.as_str().to_owned());
        match mark {
            Mark::Later { reason } => Self::Later { reason: said(reason) },
            Mark::Done { reason } => Self::Done { reason: said(reason) },
            Mark::Declined { reason } => Self::Declined { reason: Some(reason.as_str().to_owned()) },
            Mark::OtherOffice { office, reason } => {
                Self::OtherOffice { office: office.as_str().to_owned(), reason: said(reason) }
            }
            Mark::NotApplicable { reason } => {
                Self::NotApplicable { reason: Some(reason.as_str().to_owned()) }
            }
        }
    }
}

/// メモ
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Note {
    pub words: String,
    pub by: String,
    /// `9:05`
    pub at: String,
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Note(…)")
    }
}

pub(crate) fn note(words: &Words, event: &Event, by: String) -> Note {
    Note { words: words.as_str().to_owned(), by, at: office_time::clock(event.at) }
}
