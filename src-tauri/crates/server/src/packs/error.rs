//! Why a draft, a release or a pack on its way was refused.

use axum::http::StatusCode;

use crate::problem::{Problem, ServerError};
use crate::storage::StorageError;

/// A refusal of this module. What people wrote is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PacksError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("この下書きはありません。")]
    NoDraft,
    #[error("このファイル、またはこの改訂はありません。")]
    NoFile,
    #[error("第{0}版はありません。")]
    NoEdition(u64),
    #[error("この鍵はありません。")]
    NoKey,
    #[error("ファイルの名前「{0}」は使えません。")]
    Path(String),
    #[error("ファイルが大きすぎるか、多すぎます（一つ{part}MBまで、全部で{all}MB・{files}件まで）。", part = PART_MB, all = PACK_MB, files = FILES)]
    TooLarge,
    #[error("文が長すぎます（{0}文字まで）。")]
    TooLong(usize),
    #[error("題を入れてください。")]
    NoTitle,
    #[error("この下書きは、もう編集できません（公開済みか、取りやめています）。")]
    Closed,
    #[error("この下書きは承認待ちではありません。")]
    NotProposed,
    #[error("見ていた内容のあとに、下書きが変わっています。")]
    Moved,
    #[error("自分が編集・申請した下書きは、自分では承認できません。")]
    FourEyes,
    #[error("点検か場面テストに通っていません（誤り{errors}件、不合格{failed}件）。")]
    NotPassed { errors: u32, failed: u32 },
    #[error("手続パックのIDか市区町村コードが、この市区町村のものと違います。")]
    OtherPack,
    #[error("第{0}版が、その日より後に使い始める予定で待っています。")]
    Scheduled(u64),
    #[error("使い始める日が過ぎています。")]
    PastDay,
    #[error("端末「{0}」は登録されていません。")]
    NoTerminal(String),
    #[error("承認に使う鍵がないか、管理者がまだ認めていません。")]
    NoApproverKey,
    #[error("合言葉が違います。")]
    WrongPassphrase,
    #[error("合言葉を続けて間違えたので、しばらく承認できません（{0}分）。")]
    PassphraseLocked(i64),
    #[error("合言葉は{0}文字以上の、ほかと同じでないものにしてください。")]
    WeakPassphrase(usize),
    #[error("この版は、もう全端末へ出ているか、中止されています。")]
    NotCanary,
    #[error("自分の鍵を自分で認めることはできません。")]
    OwnKey,
    #[error("点検が混み合っています。")]
    Busy,
    #[error("作った版を、端末と同じ確かめ方で受け取れませんでした（{0}）。公開していません。")]
    NotAcceptable(&'static str),
}

const PART_MB: usize = madoka_sync::wire::packs::limit::PART >> 20;
const PACK_MB: usize = madoka_sync::wire::packs::limit::PACK >> 20;
const FILES: usize = madoka_sync::wire::packs::limit::PARTS;

impl PacksError {
    /// Stable for ever.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "SRV-01",
            Self::NoDraft => "PACK-01",
            Self::NoFile => "PACK-02",
            Self::NoEdition(_) => "PACK-03",
            Self::NoKey => "PACK-04",
            Self::Path(_) => "PACK-05",
            Self::TooLarge => "PACK-06",
            Self::TooLong(_) => "PACK-07",
            Self::NoTitle => "PACK-08",
            Self::Closed => "PACK-10",
            Self::NotProposed => "PACK-11",
            Self::Moved => "PACK-12",
            Self::FourEyes => "PACK-20",
            Self::NotPassed { .. } => "PACK-21",
            Self::OtherPack => "PACK-22",
            Self::Scheduled(_) => "PACK-23",
            Self::PastDay => "PACK-24",
            Self::NoTerminal(_) => "PACK-25",
            Self::NoApproverKey => "PACK-26",
            Self::WrongPassphrase => "PACK-27",
            Self::PassphraseLocked(_) => "PACK-28",
            Self::WeakPassphrase(_) => "PACK-29",
            Self::NotCanary => "PACK-30",
            Self::OwnKey => "PACK-31",
            Self::Busy => "PACK-32",
            Self::NotAcceptable(_) => "PACK-33",
        }
    }

    const fn fix(&self) -> &'static str {
        match self {
            Self::Storage(_) => "",
            Self::NoDraft | Self::NoFile | Self::NoEdition(_) | Self::NoKey | Self::NoTerminal(_) => {
                "一覧で確かめてください。"
            }
            Self::Path(_) => "半角の英数字と . _ - を / で区切って付けてください。",
            Self::TooLarge => "紙の読取りなら、解像度を下げてください。",
            Self::TooLong(_) | Self::NoTitle => "直して、もう一度送ってください。",
            Self::Closed => "新しい下書きを始めてください。",
            Self::NotProposed => "監督者に、承認の申請を頼んでください。",
            Self::Moved => "新しい内容を見てから、もう一度行ってください。",
            Self::FourEyes => "下書きに手を入れていない承認者に頼んでください。",
            Self::NotPassed { .. } => "点検の結果を見て、下書きを直してください。",
            Self::OtherPack => "pack.toml の id と [city] を確かめてください。",
            Self::Scheduled(_) => {
                "その版も取りやめるなら、取りやめる版に加えてください。内容はあとで下書きに戻せます。"
            }
            Self::PastDay => "今日からなら、日を空けてください。",
            Self::NoApproverKey => "自分の鍵を作り、管理者に認めてもらってください。",
            Self::WrongPassphrase => {
                "確かめて、もう一度入れてください。続けて間違えると、しばらく使えなくなります。"
            }
            Self::PassphraseLocked(_) => "時間を置いてください。忘れたときは、鍵を作り直してください。",
            Self::WeakPassphrase(_) => "長いものほど安全です。短い文を勧めます。",
            Self::NotCanary => "一覧を見直してください。",
            Self::OwnKey => "ほかの管理者に頼んでください。",
            Self::Busy => "少し待って、もう一度行ってください。",
            Self::NotAcceptable(_) => "サーバーの管理者に、この番号を知らせてください。",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Storage(_) | Self::NotAcceptable(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoDraft | Self::NoFile | Self::NoEdition(_) | Self::NoKey => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Path(_)
            | Self::TooLong(_)
            | Self::NoTitle
            | Self::PastDay
            | Self::NoTerminal(_)
            | Self::WeakPassphrase(_)
            | Self::NotPassed { .. }
            | Self::OtherPack => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Closed | Self::NotProposed | Self::Moved | Self::Scheduled(_) | Self::NotCanary => {
                StatusCode::CONFLICT
            }
            Self::FourEyes | Self::OwnKey | Self::NoApproverKey | Self::WrongPassphrase => {
                StatusCode::FORBIDDEN
            }
            Self::PassphraseLocked(_) | Self::Busy => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

impl From<PacksError> for Problem {
    fn from(error: PacksError) -> Self {
        match error {
            PacksError::Storage(error) => ServerError::Storage(error).into(),
            error => Self::new(error.status(), error.code(), error.to_string(), error.fix()),
        }
    }
}
