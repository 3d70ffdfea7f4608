//! What became of a job.

use ipp::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::{Reason, reasons};

/// The number a printer gave a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobNumber(pub(super) i32);

impl std::fmt::Display for JobNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// `job-state` (RFC 8011 §5.3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Pending,
    Held,
    Printing,
    Stopped,
    Cancelled,
    Aborted,
    Completed,
    Unknown,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Printed,
    /// The printer says that it finished, with errors: somebody must look at the paper.
    Doubtful,
    Cancelled,
    Aborted,
}

/// What the printer says of one job now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobReport {
    pub state: JobState,
    pub reasons: Vec<Reason>,
    /// Sides printed so far, where the printer counts them.
    pub impressions: Option<u32>,
    /// It waits for its document still, or for the rest of it.
    pub(super) incoming: bool,
    pub(super) doubtful: bool,
}

impl JobReport {
    pub(super) fn read(answer: &IppRequestResponse) -> Self {
        let attributes = Attributes::of(answer, DelimiterTag::JobAttributes);
        let words = attributes.words("job-state-reasons");
        let mut reasons: Vec<Reason> = words.iter().filter_map(|word| reasons::of_job(word)).collect();
        reasons
            .extend(attributes.words("job-printer-state-reasons").iter().filter_map(|word| Reason::of(word)));
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.severity));
        reasons.dedup();
        reasons.truncate(20);
        let said = |word: &str| words.iter().any(|said| said == word);
        Self {
            state: match attributes.number("job-state") {
                Some(3) => JobState::Pending,
                Some(4) => JobState::Held,
                Some(5) => JobState::Printing,
                Some(6) => JobState::Stopped,
                Some(7) => JobState::Cancelled,
                Some(8) => JobState::Aborted,
                Some(9) => JobState::Completed,
                _ => JobState::Unknown,
            },
            reasons,
            impressions: attributes
                .number("job-impressions-completed")
                .and_then(|sides| u32::try_from(sides).ok()),
            incoming: said("job-incoming")
                || said("job-data-insufficient")
                || attributes.number("number-of-documents") == Some(0),
            doubtful: said("job-completed-with-errors"),
        }
    }

    /// `None` while it is not over.
    pub const fn end(&self) -> Option<End> {
        match self.state {
            JobState::Completed if self.doubtful => Some(End::Doubtful),
            JobState::Completed => Some(End::Printed),
            JobState::Cancelled => Some(End::Cancelled),
            JobState::Aborted => Some(End::Aborted),
            _ => None,
        }
    }
}
