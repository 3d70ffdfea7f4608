//! Why a version was not taken or not released.

use axum::http::StatusCode;

use crate::packs::PacksError;
use crate::problem::Problem;
use crate::storage::StorageError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    #[error(transparent)]
    Packs(#[from] PacksError),
    #[error("ファイルを読めません（{0}）。")]
    File(std::io::ErrorKind),
    #[error("まどかの端末のパッケージではありません。")]
    NotOurs,
    #[error("パッケージが大きすぎます。")]
    TooLarge,
    #[error("版「{0}」は、もう取り込んであります。")]
    Known(String),
    #[error("版「{0}」はありません。")]
    Unknown(String),
    #[error("自分が取り込んだ版は、自分では承認できません。")]
    FourEyes,
}

impl From<StorageError> for ProgramError {
    fn from(error: StorageError) -> Self {
        Self::Packs(error.into())
    }
}

impl ProgramError {
    const fn said(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Packs(_) => (StatusCode::INTERNAL_SERVER_ERROR, "SRV-01", ""),
            Self::File(_) => (StatusCode::BAD_REQUEST, "PROG-01", "場所と権限を確かめてください。"),
            Self::NotOurs => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "PROG-02",
                "配布元から受け取った madoka_版_amd64.deb を指定してください。",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "PROG-03", "配布元に確かめてください。"),
            Self::Known(_) => {
                (StatusCode::CONFLICT, "PROG-04", "一覧（madokad program list）を見てください。")
            }
            Self::Unknown(_) => {
                (StatusCode::NOT_FOUND, "PROG-05", "一覧（madokad program list）を見てください。")
            }
            Self::FourEyes => (StatusCode::FORBIDDEN, "PROG-06", "取り込んでいない承認者に頼んでください。"),
        }
    }
}

impl From<ProgramError> for Problem {
    fn from(error: ProgramError) -> Self {
        if let ProgramError::Packs(error) = error {
            return error.into();
        }
        let (status, code, fix) = error.said();
        Self::new(status, code, error.to_string(), fix)
    }
}
