use axum::http::StatusCode;
use madoka_register::{MappingError, QueryError, Report};

use crate::problem::Problem;
use crate::storage::StorageError;

/// Why the register was not searched or replaced.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum RegisterError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("宛名・資格の抽出が、まだ取り込まれていません。")]
    Empty,
    #[error("対応表（register.toml）がまだありません。")]
    NoMapping,
    #[error(transparent)]
    Mapping(#[from] MappingError),
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Lines and columns, never what stands in them.
    #[error("抽出ファイルに誤りがあるので、何も変えていません。\n{0}")]
    Csv(Report),
    #[error("その宛名番号の方は、今の抽出にいません。")]
    Unknown,
    #[error("取り込んでいる間に、別の取込みがありました。")]
    Overtaken,
    #[error("探している間に、新しい抽出に入れ替わりました。")]
    Replaced,
    #[error("その取込みの記録はありません。")]
    NoImport,
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        let (status, code, fix) = match &error {
            RegisterError::Storage(error) => return error.clone().into(),
            RegisterError::Empty => {
                (StatusCode::CONFLICT, "REG-01", "管理者に、抽出の取込みを頼んでください。")
            }
            RegisterError::NoMapping => (StatusCode::CONFLICT, "REG-02", "先に対応表を入れてください。"),
            RegisterError::Mapping(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "REG-03", "対応表を直してください。")
            }
            RegisterError::Query(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "REG-04", "言葉を足して、もう一度探してください。")
            }
            RegisterError::Csv(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "REG-05", "抽出を直して、もう一度取り込んでください。")
            }
            RegisterError::Unknown => (StatusCode::NOT_FOUND, "REG-06", "もう一度探してください。"),
            RegisterError::Overtaken => {
                (StatusCode::CONFLICT, "REG-07", "状態を見て、必要ならもう一度取り込んでください。")
            }
            RegisterError::Replaced => (StatusCode::CONFLICT, "REG-09", "もう一度探してください。"),
            RegisterError::NoImport => (StatusCode::NOT_FOUND, "REG-08", "一覧を見直してください。"),
        };
        Self::new(status, code, error.to_string(), fix)
    }
}
