//! 統計: how the counters are used, told without saying of whom.
//!
//! **For:** rows without personal data from the terminals (one a closed case, `casework::Summary`), counted once however
//! often they arrive; sums by office, life event, month, day, weekday, hour, outcome and pack version, with small
//! numbers hidden ([`hide`]); the same as CSV; and how soon departments answer ([`answers`]). **Not for:** anything about one case: that is in the case.
//!
//! What stands in a row cannot be led back to a person by the row alone. Its name is a hash of the case's id; when the
//! case is erased, nothing is left that it could be compared with.

mod answers;
mod csv;
mod hide;
mod routes;
mod rows;
mod sums;

use axum::http::StatusCode;

use crate::problem::{Problem, ServerError};
use crate::storage::StorageError;

pub(crate) use answers::{Given, keep as keep_answer};
pub(crate) use routes::routes;
pub(crate) use rows::SCHEMA;

/// Why rows were not taken, or a question not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatisticsError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("統計の行として読めないものがあります（{0}番目）。")]
    Row(usize),
    #[error("一度に送れる行より多く送られました。")]
    TooManyRows,
    #[error("期間の初めと終わりを確かめてください（10年まで）。")]
    Period,
    #[error("分け方は{0}つまでで、同じものは一度だけです。")]
    Dimensions(usize),
    #[error("結果が多すぎます。")]
    TooMany,
}

impl StatisticsError {
    /// Stable for ever.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "SRV-01",
            Self::Row(_) => "STAT-01",
            Self::TooManyRows => "STAT-02",
            Self::Period => "STAT-03",
            Self::Dimensions(_) => "STAT-04",
            Self::TooMany => "STAT-05",
        }
    }
}

impl From<StatisticsError> for Problem {
    fn from(error: StatisticsError) -> Self {
        let fix = match error {
            StatisticsError::Storage(error) => return ServerError::Storage(error).into(),
            StatisticsError::Row(_) | StatisticsError::TooManyRows => {
                "端末とサーバーの版を管理者に確かめてください。"
            }
            StatisticsError::Period | StatisticsError::Dimensions(_) => "条件を直してください。",
            StatisticsError::TooMany => "期間を短くするか、分け方を減らしてください。",
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string(), fix)
    }
}
