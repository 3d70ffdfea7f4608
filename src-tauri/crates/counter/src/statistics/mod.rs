//! 統計: how the counters are used, for whoever plans them. No personal data: sums the server made of rows that name nobody
//! ([`figures`]), the rules that missed a procedure ([`missed`]), and walks with a stop-watch before and after ([`walk`],
//! 窓口利用体験調査).
//!
//! In practice there is no server; there the same screen shows made-up figures ([`made_up`]) with those of the practice
//! cases that were closed here, and says so.
//!
//! **Not for:** the rows themselves (`madoka_casework::Summary`), hiding small numbers (the server does).

mod figures;
mod made_up;
mod missed;
mod sheet;
mod shown;
mod walk;

pub use figures::{Figuring, PracticeFigures, ServerFigures, StatisticsAsk, Told};
pub use missed::{MissedCase, MissedGiven};
pub use shown::{
    AnswerRow, Compared, FigureRow, MissedRow, Named, Ranked, StatisticsTable, StatisticsView, TableKind,
};
pub use walk::{Walk, WalkPhase, WalkStep, WalkStepGiven, Walks};

/// Why statistics were not shown or a walk not kept; the server's own are STAT-01 and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatisticsError {
    #[error("期間を読み取れませんでした。初めの日と終わりの日を選び直してください")]
    Period,
    #[error("統計は監督者・承認者・管理者・監査の方が見られます。役割を確かめてください")]
    NotYours,
    #[error("体験調査が始まっていません。「始める」から始めてください")]
    NoWalk,
    #[error("体験調査の途中です。終えるか、やめてから新しく始めてください")]
    WalkOpen,
    #[error("この手続は、もうこの案件に出ています。案内漏れにはなりません")]
    NotMissed,
}

impl StatisticsError {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Period => "STAT-20",
            Self::NotYours => "STAT-21",
            Self::NoWalk => "STAT-22",
            Self::WalkOpen => "STAT-23",
            Self::NotMissed => "STAT-24",
        }
    }
}
