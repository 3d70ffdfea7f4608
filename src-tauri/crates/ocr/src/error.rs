//! Why a picture was not read, in the officer's words.

/// Every reason this floor refuses a picture. Nothing of what was read is ever in a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcrError {
    #[error("画像として読めません。JPEG・PNG・TIFF の画像か、PDF を選んでください。")]
    NotAPicture,
    #[error("画像が途中で切れているか、壊れています。撮り直すか、元の機器から取り込み直してください。")]
    Broken,
    #[error("画像が大きすぎます（{limit}まで）。解像度を 300dpi ほどに下げて取り込み直してください。")]
    TooLarge { limit: &'static str },
    #[error("画像が小さすぎます。書類が画面いっぱいに写るように撮り直してください。")]
    TooSmall,
    #[error(
        "PDF の1ページ目を描けません。壊れているか、開くのに合言葉が要ります。JPEG か PNG で取り込み直してください。"
    )]
    Pdf,
    #[error(
        "文字の読取り（tesseract と日本語の辞書）がこの端末に入っていません。管理者に tesseract-ocr-jpn の導入を頼んでください。"
    )]
    Engine,
    #[error("読取りの途中で誤りが起きました。もう一度読み取ってください。")]
    Reading,
    #[error("「{0}」という書類の種類はありません。種類を選び直してください。")]
    UnknownKind(String),
    #[error("書類の種類の定義が正しくありません（{0}）。")]
    KindFile(String),
    #[error("読取りを取りやめました。")]
    Cancelled,
    #[error("フォルダを見られません。場所と権限を確かめてください。")]
    Folder,
}

impl OcrError {
    /// The short name to tell on the telephone.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPicture => "OCR-01",
            Self::Broken => "OCR-02",
            Self::TooLarge { .. } => "OCR-03",
            Self::TooSmall => "OCR-04",
            Self::Pdf => "OCR-05",
            Self::Engine => "OCR-06",
            Self::Reading => "OCR-07",
            Self::UnknownKind(_) => "OCR-08",
            Self::KindFile(_) => "OCR-09",
            Self::Cancelled => "OCR-10",
            Self::Folder => "OCR-11",
        }
    }
}
