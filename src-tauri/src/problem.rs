//! How an error becomes code and sentences for the screen: whatever a command returns passes through here.

use madoka_counter::CounterError;
use madoka_counter::view::Problem;

/// What a command answers: a value for the screen, or a problem for the error surface.
pub(crate) type Answer<T> = Result<T, Problem>;

/// Errors of the window itself. Everything else comes from the floors below.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShellError {
    #[error("この端末の中で処理が止まりました")]
    Poisoned,
    #[error("住民の画面を開けませんでした")]
    ResidentWindow(#[source] tauri::Error),
    #[error("案件の番号が正しくありません")]
    CaseId(#[from] uuid::Error),
    #[error("点検が途中で止まりました")]
    Check(#[source] tauri::Error),
    #[error("データフォルダーを使えません")]
    DataFolder(#[source] Box<dyn std::error::Error>),
    #[error("画面を開けませんでした")]
    NoWindow,
}

impl ShellError {
    fn code(&self) -> &'static str {
        match self {
            Self::Poisoned => "APP-01",
            Self::ResidentWindow(_) => "APP-02",
            Self::CaseId(_) => "APP-03",
            Self::Check(_) => "APP-04",
            Self::DataFolder(_) => "APP-05",
            Self::NoWindow => "APP-06",
        }
    }

    fn todo(&self) -> &'static str {
        match self {
            Self::Poisoned => {
                "まどかを終了して、もう一度開いてください。続くときは管理者に知らせてください。"
            }
            Self::ResidentWindow(_) => "二台目の画面の接続を確かめて、もう一度押してください。",
            Self::CaseId(_) => "画面を開き直してください。",
            Self::Check(_) => "もう一度点検してください。",
            Self::DataFolder(_) => {
                "フォルダーの場所、書き込みの権限、空き容量を確かめてください（--data で選べます）。"
            }
            Self::NoWindow => {
                "ディスプレイにログインした画面から開いてください。直らないときは、記録（log フォルダー）を管理者に渡してください。"
            }
        }
    }
}

impl From<ShellError> for Problem {
    fn from(error: ShellError) -> Self {
        tracing::warn!(code = error.code(), "command failed");
        Self { code: error.code().into(), what: format!("{error}。"), todo: error.todo().into() }
    }
}

/// A refusal by the counter, noted once, here where it is handed to a person.
#[expect(clippy::needless_pass_by_value, reason = "stands in `map_err`, which gives it away")]
pub(crate) fn refused(error: CounterError) -> Problem {
    tracing::info!(code = error.code(), "counter refused");
    Problem::from(&error)
}
