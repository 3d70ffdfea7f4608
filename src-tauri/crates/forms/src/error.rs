//! What can go wrong between a form and its paper, as an officer meets it.

use thiserror::Error;

/// Why a form could not be filled. Nothing of a person is ever in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FillError {
    #[error("様式「{form}」の背景 {file} がありません。様式のフォルダーに置いてください。")]
    NoBackground { form: String, file: String },
    #[error(
        "様式「{form}」の背景 {file} はPDFとして読めません。もとのファイルを開いて、PDFに書き出し直してください。"
    )]
    NotPdf { form: String, file: String },
    #[error(
        "様式「{form}」の背景 {file} は、開くのにパスワードが要ります。パスワードのないPDFにしてください。"
    )]
    Locked { form: String, file: String },
    #[error("様式「{form}」の背景 {file} は大きすぎます（中身の展開は192MBまで、500ページまで）。")]
    TooLarge { form: String, file: String },
    #[error("様式「{form}」の背景 {file} に{page}ページ目がありません。")]
    NoPage { form: String, file: String, page: u16 },
    #[error("様式「{form}」の画像 {file} は読めません。PNGかJPEG（一辺15000点まで）にしてください。")]
    NotPicture { form: String, file: String },
    #[error(
        "様式「{form}」の紙の大きさが form.toml の paper と違います（背景は{found}）。paper か背景を直してください。"
    )]
    OtherPaper { form: String, found: String },
    #[error("様式「{form}」の記入欄「{field}」が、無いページ（{page}）を指しています。")]
    NoFieldPage { form: String, field: String, page: u16 },
    #[error("書体が見つかりません。BIZ UD明朝・ゴシックとIPAmj明朝を入れてください。")]
    NoFonts,
    #[error(
        "「練習」の字がこの端末の書体にないので、練習の書類を作れません。BIZ UDゴシックを入れてください。"
    )]
    NoPracticeMark,
    #[error("世帯員{member}がいないので、様式「{form}」を作れません。")]
    NoMember { form: String, member: u16 },
    #[error("様式「{form}」が多すぎます（一度に{limit}ページまで）。")]
    TooManyPages { form: String, limit: usize },
    #[error("書類を組み立てられませんでした（{0}）。様式の背景を作り直してください。")]
    Broken(&'static str),
}

impl FillError {
    /// Stable; what an officer reads out on the phone.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoBackground { .. } => "FORM-01",
            Self::NotPdf { .. } => "FORM-02",
            Self::Locked { .. } => "FORM-03",
            Self::TooLarge { .. } => "FORM-04",
            Self::NoPage { .. } => "FORM-05",
            Self::NotPicture { .. } => "FORM-06",
            Self::OtherPaper { .. } => "FORM-07",
            Self::NoFieldPage { .. } => "FORM-08",
            Self::NoFonts => "FORM-09",
            Self::NoMember { .. } => "FORM-10",
            Self::TooManyPages { .. } => "FORM-11",
            Self::Broken(_) => "FORM-12",
            Self::NoPracticeMark => "FORM-13",
        }
    }
}
