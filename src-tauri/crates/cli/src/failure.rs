//! Why a command was refused, with a code.

use madoka_facts::JsonProblem;
use madoka_rules::RulebookError;
use madoka_rules::pack::DocumentError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("「{path}」を読めません（{reason}）。場所と名前を確かめてください。")]
    Read { path: String, reason: String },
    #[error("「{path}」に書けません（{reason}）。")]
    Write { path: String, reason: String },
    #[error("手続パックに誤りが{0}件あります。")]
    PackErrors(usize),
    #[error("場面テストが{0}件、期待どおりになりませんでした。")]
    Scenarios(usize),
    #[error("事実のファイルに誤りがあります。\n{}", .0.iter().map(|problem| format!("  ［{}］{problem}", problem.code())).collect::<Vec<_>>().join("\n"))]
    Facts(Vec<JsonProblem>),
    #[error("事実のファイルに event（ライフイベント）がありません。")]
    NoEvent,
    #[error(transparent)]
    Rulebook(#[from] RulebookError),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Qr(#[from] madoka_qr::QrError),
    #[error("「{0}」は秘密鍵として読めません（32バイトをbase64で書いたファイルです）。")]
    Key(String),
    #[error("手続パックのフォルダが大きすぎます（ファイル{0}個、256MBまで）。")]
    TooLarge(usize),
}

impl Failure {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "C101",
            Self::Write { .. } => "C102",
            Self::PackErrors(_) => "C201",
            Self::Scenarios(_) => "C202",
            Self::Facts(_) => "C301",
            Self::NoEvent => "C302",
            Self::Rulebook(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::Qr(error) => error.code(),
            Self::Key(_) => "C401",
            Self::TooLarge(_) => "C103",
        }
    }
}
