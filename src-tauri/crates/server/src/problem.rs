//! What the server answers when it does not do what was asked: a stable code, what happened, what to do.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use madoka_sync::wire;

use crate::storage::StorageError;

/// A refusal on its way to a terminal. Every module's errors become one (`impl From<…> for Problem`), so that handlers
/// answer `Result<_, Problem>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable for ever: manuals and support calls refer to it.
    pub code: &'static str,
    /// What happened. No personal data.
    pub message: String,
    /// What to do about it.
    pub fix: &'static str,
    /// When it may be worth trying again.
    pub retry_after: Option<Duration>,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        fix: &'static str,
    ) -> Self {
        Self { status, code, message: message.into(), fix, retry_after: None }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        ServerError::Storage(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let answer = wire::Problem::new(self.code, self.message, self.fix);
        let mut response = (self.status, axum::Json(answer)).into_response();
        if let Some(after) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

/// What the server's base refuses, before a module is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("この宛先はサーバーにありません。")]
    NoSuchRoute,
    #[error("送られた内容が大きすぎます（{most}バイトまで）。")]
    TooLarge { most: usize },
    #[error("送られた内容を時間内に受け取れませんでした。")]
    TooSlow,
    #[error("送られた内容を読み取れませんでした。")]
    Unreadable,
    #[error("この端末は登録されていません。")]
    NoTerminal,
    #[error("この端末の登録は取り消されています。")]
    TerminalRevoked,
    #[error("この端末の証明書は期限が切れています。")]
    CertificateExpired,
    #[error("サインインしていません。")]
    NotSignedIn,
    #[error("サインインの時間が終わりました。")]
    SessionEnded,
    #[error("この操作をする役割がありません。")]
    NoRole,
    #[error("職員IDかパスワードが違います。")]
    WrongPassword,
    #[error("続けて間違えたので、しばらくサインインできません（{}分）。", .minutes)]
    LockedOut { minutes: i64 },
    #[error("サインインが混み合っています。")]
    Busy,
    #[error("この職員は使用を止められています。")]
    StaffDisabled,
    #[error("登録コードが違うか、使用済みか、期限が切れています。")]
    EnrolmentCode,
    #[error("端末の証明書の申請を読み取れませんでした。")]
    EnrolmentRequest,
    #[error("新しいパスワードは{least}文字以上{most}文字以下で、職員番号を含まないものにしてください。")]
    WeakPassword { least: usize, most: usize },
    #[error("端末は999台までです。")]
    TooManyTerminals,
    #[error("職員「{0}」は登録されていません。")]
    UnknownStaff(String),
    #[error("端末「{0}」は登録されていません。")]
    UnknownTerminal(String),
    #[error("最後の管理者です。")]
    LastAdministrator,
    #[error("初めのパスワードのままです。")]
    PasswordMustChange,
}

impl ServerError {
    /// Stable for ever. A retired code is not given again.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(StorageError::Full) => "SRV-02",
            Self::Storage(StorageError::Unavailable) => "SRV-03",
            Self::Storage(StorageError::Conflict) => "SRV-04",
            Self::Storage(StorageError::Newer { .. }) => "SRV-05",
            Self::Storage(StorageError::Damaged) => "SRV-06",
            Self::Storage(_) => "SRV-01",
            Self::NoSuchRoute => "SRV-10",
            Self::TooLarge { .. } => "SRV-11",
            Self::TooSlow => "SRV-12",
            Self::Unreadable => "SRV-13",
            Self::NoTerminal => "SRV-20",
            Self::TerminalRevoked => "SRV-21",
            Self::CertificateExpired => "SRV-22",
            Self::NotSignedIn => "SRV-23",
            Self::SessionEnded => "SRV-24",
            Self::NoRole => "SRV-25",
            Self::WrongPassword => "SRV-30",
            Self::LockedOut { .. } => "SRV-31",
            Self::Busy => "SRV-32",
            Self::StaffDisabled => "SRV-33",
            Self::WeakPassword { .. } => "SRV-34",
            Self::PasswordMustChange => "SRV-35",
            Self::EnrolmentCode => "SRV-40",
            Self::EnrolmentRequest => "SRV-41",
            Self::TooManyTerminals => "SRV-42",
            Self::UnknownStaff(_) => "SRV-50",
            Self::UnknownTerminal(_) => "SRV-51",
            Self::LastAdministrator => "SRV-52",
        }
    }

    pub fn fix(&self) -> &'static str {
        match self {
            Self::Storage(StorageError::Full) => {
                "端末はそのまま使えます。サーバーの管理者に、空きを作るよう知らせてください。"
            }
            Self::Storage(StorageError::Unavailable) | Self::Busy | Self::TooSlow => {
                "端末はそのまま使えます。しばらくして、もう一度試してください。"
            }
            Self::Storage(StorageError::Conflict) => "一覧を見直してください。",
            Self::Storage(_) => "サーバーの管理者に、この番号を知らせてください。",
            Self::NoSuchRoute => "端末とサーバーの版が合っているか、管理者に確かめてください。",
            Self::TooLarge { .. } | Self::Unreadable => "管理者に、この番号を知らせてください。",
            Self::NoTerminal | Self::TerminalRevoked | Self::CertificateExpired => {
                "管理者に、この端末の登録コードを出してもらってください。"
            }
            Self::NotSignedIn | Self::SessionEnded => {
                "もう一度サインインしてください。案件はそのまま残っています。"
            }
            Self::NoRole => "その役割の職員に頼むか、管理者に役割を確かめてください。",
            Self::WrongPassword => {
                "確かめて、もう一度入れてください。続けて間違えると、しばらく使えなくなります。"
            }
            Self::LockedOut { .. } => "時間を置くか、管理者に解除を頼んでください。",
            Self::StaffDisabled => "管理者に確かめてください。",
            Self::WeakPassword { .. } => "長いものほど安全です。短い文を勧めます。",
            Self::PasswordMustChange => "設定の画面で新しいパスワードに変えてください。",
            Self::EnrolmentCode | Self::EnrolmentRequest => {
                "管理者に、新しい登録コードを出してもらってください。"
            }
            Self::UnknownStaff(_) | Self::UnknownTerminal(_) => "一覧で確かめてください。",
            Self::TooManyTerminals => "使っていない端末の名前で登録し直してください。",
            Self::LastAdministrator => "先に別の管理者を決めてください。",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Storage(StorageError::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Storage(StorageError::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Storage(StorageError::Conflict) | Self::LastAdministrator | Self::TooManyTerminals => {
                StatusCode::CONFLICT
            }
            Self::Storage(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoSuchRoute | Self::UnknownStaff(_) | Self::UnknownTerminal(_) => StatusCode::NOT_FOUND,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable | Self::EnrolmentRequest => StatusCode::BAD_REQUEST,
            Self::WeakPassword { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotSignedIn | Self::SessionEnded | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::NoTerminal
            | Self::TerminalRevoked
            | Self::CertificateExpired
            | Self::NoRole
            | Self::StaffDisabled
            | Self::PasswordMustChange
            | Self::EnrolmentCode => StatusCode::FORBIDDEN,
            Self::LockedOut { .. } | Self::Busy => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::LockedOut { minutes } => {
                Some(Duration::from_secs(minutes.unsigned_abs().saturating_mul(60)))
            }
            Self::Busy | Self::Storage(StorageError::Unavailable) => Some(Duration::from_secs(2)),
            Self::Storage(StorageError::Full) => Some(Duration::from_mins(1)),
            _ => None,
        }
    }
}

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        if let ServerError::Storage(found) = &error
            && !found.may_be_tried_again()
        {
            // What it was stands in the log of the server and not in the answer; it holds no data.
            tracing::error!(code = error.code(), storage = ?found, "storage failed");
        }
        Self {
            status: error.status(),
            code: error.code(),
            message: error.to_string(),
            fix: error.fix(),
            retry_after: error.retry_after(),
        }
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
