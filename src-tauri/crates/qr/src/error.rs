//! Why a code was not made or not read, in the officer's words. What the code held never appears here.

/// Every reason this floor refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    #[error("長すぎて1つの二次元コードに入りません（{length}バイト）。内容を短くするか、分けてください。")]
    TooLong { length: usize },
    #[error("画像の大きさが扱える範囲にありません（{width}×{height}）。撮り直すか、縮めてください。")]
    PictureSize { width: u32, height: u32 },
    #[error("画像に二次元コードが見つかりません。明るいところで、コード全体が入るように近づけてください。")]
    NoCode,
    #[error("二次元コードの内容が長すぎます。まどかのコードではありません。")]
    TextTooLong,

    #[error("「{0}」は市区町村コードではありません。6桁の数字で指定してください。")]
    CityCode(String),
    #[error("案件番号にできない数です。年は00から99、端末は000から999、番号は000000から999999です。")]
    CaseNumber,
    #[error("案件コードは{expected}桁の数字です（読み取ったのは{found}桁）。もう一度読み取ってください。")]
    CaseCodeLength { expected: usize, found: usize },
    #[error(
        "案件コードの検査数字が合いません。打ち間違いか、この市のコードではありません。もう一度読み取ってください。"
    )]
    CaseCodeCheck,
    #[error(
        "練習モードと本番の書類が混ざっています（練習の書類は練習モードで、本番の書類は本番で読み取ってください）。"
    )]
    CaseCodePractice,

    #[error("事前入力の二次元コードではありません。")]
    NotPreEntry,
    #[error(
        "事前入力の新しい形式（第{0}版）で、このプログラムでは読めません。まどかを更新するか、窓口で聞き取ってください。"
    )]
    PreEntryVersion(u8),
    #[error("コードが途中で欠けたか、字が変わっています。もう一度読み取ってください。")]
    PartDamaged,
    #[error(
        "別の事前入力のコードです。はじめの{total}枚組の続きを読み取るか、はじめからやり直してください。"
    )]
    OtherSet { total: u8 },
    #[error("まだ足りません。{total}枚のうち、{}を読み取ってください。", numbers(.missing))]
    PartsMissing { missing: Vec<u8>, total: u8 },
    #[error("コードはそろいましたが、つなぐと内容が合いません。はじめから読み取り直してください。")]
    SetDamaged,
    #[error(
        "この市の事前入力ではないか、鍵の期限が過ぎて読めなくなった事前入力です（鍵 {key}）。窓口で聞き取ってください。"
    )]
    UnknownKey { key: String },
    #[error("暗号が解けません。コードが作り変えられたおそれがあります。窓口で聞き取ってください。")]
    Sealed,
    #[error("事前入力の中身が読めません（{0}）。窓口で聞き取ってください。")]
    Document(&'static str),
    #[error("事前入力の期限（{until}）が過ぎています。内容が変わっていないか、窓口で聞き取ってください。")]
    Expired { until: jiff::civil::Date },
    #[error("別の手続パック（{found}）の事前入力です。この窓口のパックは{expected}です。")]
    OtherPack { found: String, expected: String },
    #[error("事前入力のライフイベント「{0}」は、この手続パックにありません。窓口で聞き取ってください。")]
    UnknownEvent(String),

    #[error("事前入力の鍵として読めません。鍵のファイルを確かめてください。")]
    KeyForm,
    #[error("事前入力の期限の日数は1日から400日までです。")]
    DaysValid,
    #[error("事前入力ページのひな形ではありません。画面を作り直してください（npm run build）。")]
    Template,
}

fn numbers(missing: &[u8]) -> String {
    missing.iter().map(|number| format!("{number}枚目")).collect::<Vec<_>>().join("、")
}

impl QrError {
    /// The stable code shown beside the sentence.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "QR-01",
            Self::PictureSize { .. } => "QR-02",
            Self::NoCode => "QR-03",
            Self::TextTooLong => "QR-04",
            Self::CityCode(_) => "QR-11",
            Self::CaseNumber => "QR-12",
            Self::CaseCodeLength { .. } => "QR-13",
            Self::CaseCodeCheck => "QR-14",
            Self::CaseCodePractice => "QR-15",
            Self::NotPreEntry => "QR-21",
            Self::PreEntryVersion(_) => "QR-22",
            Self::PartDamaged => "QR-23",
            Self::OtherSet { .. } => "QR-24",
            Self::PartsMissing { .. } => "QR-25",
            Self::SetDamaged => "QR-26",
            Self::UnknownKey { .. } => "QR-27",
            Self::Sealed => "QR-28",
            Self::Document(_) => "QR-29",
            Self::Expired { .. } => "QR-30",
            Self::OtherPack { .. } => "QR-31",
            Self::UnknownEvent(_) => "QR-32",
            Self::KeyForm => "QR-41",
            Self::DaysValid => "QR-42",
            Self::Template => "QR-43",
        }
    }
}
