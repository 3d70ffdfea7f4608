//! What the analysis says: where, what is wrong, what to do, and for whom it would go wrong.

use std::fmt;

use super::witness::Witness;
use crate::pack::{Place, Problem, Severity};

/// 指摘: one finding of the analysis, in the words of a supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// Stable: `A1..` conditions, `A2..` questions and facts, `A3..` procedures, `A4..` dates, `A5..` texts,
    /// `A6..` scenarios, `A9..` the analysis itself.
    pub code: &'static str,
    pub place: Place,
    /// 「手続 death.x」
    pub about: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
    /// A person for whom it goes wrong.
    pub person: Option<Witness>,
}

impl Finding {
    pub(super) fn error(code: &'static str, place: &Place, about: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, about.into())
    }

    pub(super) fn warning(code: &'static str, place: &Place, about: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, about.into())
    }

    fn new(severity: Severity, code: &'static str, place: &Place, about: String) -> Self {
        let (message, fix, person) = (String::new(), String::new(), None);
        Self { severity, code, place: place.clone(), about, message, fix, person }
    }

    pub(super) fn says(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    pub(super) fn person(mut self, person: Witness) -> Self {
        self.person = Some(person);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Problem::from(self.clone()).fmt(f)
    }
}

/// For lists that show reading and analysis together.
impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        let message = format!("{}{}", finding.message, finding.fix);
        Self {
            severity: finding.severity,
            code: finding.code,
            place: finding.place,
            about: finding.about,
            message,
        }
    }
}
