//! 照会・回答: asking the departments behind the counter, and what they answer.
//!
//! **The asking side** ([`Counter::send_inquiries`]): one action sends one inquiry for each procedure that another office
//! of the city owns. An inquiry is an event of the case: it waits for the network like any other, and its answer comes
//! back as one, also after the case is closed. What answers change is made anew from them each time and stored nowhere
//! ([`replies`]): whether a procedure applies, whether this counter may take it, what is owed or refunded, what to bring.
//!
//! **The answering side** ([`Departments`], [`Queue`]): the 照会 screen of a department. It never has the case, only the
//! facts its procedure uses. In practice the practice cases' own inquiries can be answered at the same screen, so that
//! both sides are learned without a server.

mod answering;
mod asking;
mod departments;
mod queue;
mod replies;

use madoka_casework::{Money, ReplyAnswer};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

pub use answering::{ReplyGiven, SheetRow, SheetShown};
pub use asking::{AskedLine, AskedState, InquiriesView, OfficeAsked};
pub use departments::Departments;
pub use queue::{Queue, QueueCase, QueueLine};
pub(crate) use replies::{Replies, ReplyShown};

/// Why an inquiry was not shown or answered here; the server's own are INQ-01 and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InquiryError {
    #[error("照会が見つかりません。一覧を見直してください。")]
    Unknown,
    #[error("照会することが残っていません。新しい手続が出たら、また照会できます。")]
    NothingToAsk,
    #[error("回答が選ばれていません。該当する・しない・来庁時に確認のどれかを選んでください。")]
    NoAnswer,
    #[error("金額は0円より大きく、10億円までの数字で入れてください。")]
    Amount,
}

impl InquiryError {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "INQ-20",
            Self::NothingToAsk => "INQ-21",
            Self::NoAnswer => "INQ-22",
            Self::Amount => "INQ-23",
        }
    }
}

/// 回答の種類
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum AnswerGiven {
    Applies,
    DoesNotApply,
    AskThere,
}

impl From<ReplyAnswer> for AnswerGiven {
    fn from(answer: ReplyAnswer) -> Self {
        match answer {
            ReplyAnswer::Applies => Self::Applies,
            ReplyAnswer::DoesNotApply => Self::DoesNotApply,
            ReplyAnswer::AskThere => Self::AskThere,
        }
    }
}

impl From<AnswerGiven> for ReplyAnswer {
    fn from(answer: AnswerGiven) -> Self {
        match answer {
            AnswerGiven::Applies => Self::Applies,
            AnswerGiven::DoesNotApply => Self::DoesNotApply,
            AnswerGiven::AskThere => Self::AskThere,
        }
    }
}

/// 「還付 12,340円」「納付（額は未定）」
fn money(money: Money) -> String {
    let (what, yen) = match money {
        Money::Owed { yen } => ("納付", yen),
        Money::Refunded { yen } => ("還付・支給", yen),
    };
    yen.map_or_else(|| format!("{what}（額は未定）"), |yen| format!("{what} {}円", grouped(yen)))
}

fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// 「35分」「3時間」「2日」
fn lasting(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes}分"),
        60..1440 => format!("{}時間", minutes / 60),
        _ => format!("{}日", minutes / 1440),
    }
}
