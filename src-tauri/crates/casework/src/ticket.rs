//! 受付番号: the number a waiting resident holds.

use madoka_text::{is_hyphen, to_half_width};
use serde::{Deserialize, Serialize};

/// A ticket number as the machine at the entrance prints it: `12`, `A-103`.
///
/// Written widths do not matter: officers type `１２` with the Japanese keyboard still on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ticket(String);

/// Why a text is not a ticket number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    #[error("受付番号が空です")]
    Empty,
    #[error("受付番号は8文字までです")]
    TooLong,
    #[error("受付番号に使えるのは数字・英字・ハイフンだけです")]
    Character,
}

impl Ticket {
    /// Longer than any ticket machine prints, short enough for every list.
    pub const MAX_LEN: usize = 8;

    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let hyphens: String = text.trim().chars().map(|c| if is_hyphen(c) { '-' } else { c }).collect();
        let narrow = to_half_width(&hyphens);
        if narrow.is_empty() {
            return Err(TicketError::Empty);
        }
        if narrow.chars().count() > Self::MAX_LEN {
            return Err(TicketError::TooLong);
        }
        if !narrow.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(TicketError::Character);
        }
        Ok(Self(narrow.to_ascii_uppercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Ticket {
    type Error = TicketError;

    fn try_from(text: String) -> Result<Self, TicketError> {
        Self::parse(&text)
    }
}

impl From<Ticket> for String {
    fn from(ticket: Ticket) -> Self {
        ticket.0
    }
}

impl std::fmt::Display for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
