//! Everything that can keep a terminal and its server apart, in the officer's words.

use madoka_store::StoreError;

use crate::wire::Problem;

/// Why something did not reach the server, or did not come back. The work at the counter goes on in every case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    #[error(
        "サーバーに接続できません。仕事はそのまま続けられます。つながらないままのときは、ケーブルとサーバーの電源を確かめてください。"
    )]
    Offline,
    #[error(
        "サーバーの証明書が、この市区町村のものではありません。接続していません。接続先の設定を管理者に確かめてください。"
    )]
    NotOurServer,
    #[error(
        "この端末の証明書を、サーバーが受け付けません（期限切れ、取消し、または別の市区町村のもの）。管理者に端末の登録をし直してもらってください。"
    )]
    CertificateRefused,
    #[error(
        "サーバーの証明書の期間に、この端末の時計が合いません。端末の日付と時刻を確かめてください。合っているときは管理者に知らせてください。"
    )]
    Clock,
    #[error("{}　{}", .0.message, .0.fix)]
    Refused(Problem),
    #[error("{}　{}", .0.message, .0.fix)]
    SignIn(Problem),
    #[error("サーバーが混み合っています。しばらくしてから自動でやり直します。")]
    Busy {
        /// What the server said, if it did.
        problem: Option<Problem>,
        /// When it wants to be asked again, in seconds.
        again: Option<u32>,
    },
    #[error("サーバーの答えを読めません。サーバーとこの端末の版を管理者に確かめてください。")]
    Form,
    #[error("サーバーの答えが大きすぎます（{limit}バイトまで）。管理者に知らせてください。")]
    TooLarge { limit: usize },
    #[error("サーバーは新しい版のまどかです。この端末のまどかを新しくしてください。")]
    Newer,
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("端末の登録が読めません。管理者に端末の登録をし直してもらってください。")]
    Identity,
    #[error("練習では、サーバーにつなぎません。")]
    Practice,
    #[error("サーバーとのやり取りを始められません（{0}）。自己点検を行ってください。")]
    Start(&'static str),
}

impl SyncError {
    /// The stable code shown beside the sentence; what the server refuses carries the server's own.
    pub fn code(&self) -> &str {
        match self {
            Self::Offline => "SYNC-01",
            Self::NotOurServer => "SYNC-02",
            Self::CertificateRefused => "SYNC-03",
            Self::Refused(problem) | Self::SignIn(problem) => &problem.code,
            Self::Busy { problem, .. } => problem.as_ref().map_or("SYNC-05", |problem| &problem.code),
            Self::Form => "SYNC-06",
            Self::TooLarge { .. } => "SYNC-07",
            Self::Newer => "SYNC-08",
            Self::Store(error) => error.code(),
            Self::Identity => "SYNC-09",
            Self::Practice => "SYNC-10",
            Self::Start(_) => "SYNC-11",
            Self::Clock => "SYNC-12",
        }
    }

    /// As the screen shows it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) | Self::SignIn(problem) | Self::Busy { problem: Some(problem), .. } => {
                problem.clone()
            }
            other => Problem::new(other.code(), other.to_string(), ""),
        }
    }

    /// Waiting mends it: nothing was decided against this terminal.
    pub const fn is_offline(&self) -> bool {
        matches!(self, Self::Offline)
    }
}
