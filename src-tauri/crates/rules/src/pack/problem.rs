//! What is wrong with a pack, in the supervisor's words.

use std::fmt;

use super::Place;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The pack cannot be released.
    Error,
    /// A person should look.
    Warning,
}

/// One finding: where, what about, what is wrong and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// Stable; `P…` for reading, `A…` for analysis.
    pub code: &'static str,
    pub place: Place,
    /// 「手続 death.x」
    pub about: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "誤り",
            Severity::Warning => "注意",
        };
        write!(f, "{}: {severity} {}: ", self.place, self.code)?;
        if !self.about.is_empty() {
            write!(f, "{}: ", self.about)?;
        }
        f.write_str(&self.message)
    }
}
