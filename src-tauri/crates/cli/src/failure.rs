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
    #[error(
        "「{0}」は市の鍵のファイルではありません。サーバーで madokad city-key --json とした結果を渡してください。"
    )]
    CityKey(String),
    #[error(
        "届いた版は、この市が承認したものと確かめられません（{code}）。入れずに捨てました。情報システム担当に知らせてください。"
    )]
    UpdateRefused { code: &'static str },
    #[error("新しい版を入れられませんでした。今の版はそのまま使えます。dpkg の知らせを見てください。")]
    NotInstalled,
    #[error(transparent)]
    Rulebook(#[from] RulebookError),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Qr(#[from] madoka_qr::QrError),
    #[error("{inner}。{todo}", inner = .0, todo = .0.todo())]
    Guide(#[from] madoka_forms::guide::GuideError),
    #[error("{inner}。{todo}", inner = .0, todo = .0.todo())]
    Print(#[from] madoka_forms::print::PrintError),
    #[error("{what}{todo}")]
    NotPrinted { code: String, what: String, todo: String },
    #[error("時間内に終わらなかったので、印刷を取り消しました。プリンターの画面を見てください。")]
    TakenBack,
    #[error("{0}秒待っても印刷が終わらず、取消しにも返事がありません。プリンターの画面を見てください。")]
    StillPrinting(u64),
    #[error("印刷できたかどうか分かりません。プリンターの紙を見て、出ていなければもう一度印刷してください。")]
    Unclear,
    #[error(transparent)]
    Papers(#[from] madoka_counter::papers::PapersError),
    #[error(transparent)]
    Fill(#[from] madoka_forms::FillError),
    #[error("様式に誤りが{0}件あります。")]
    FormErrors(usize),
    #[error(
        "印字する様式がありません。事実が足りないか、紙のいらない手続だけです（judge で確かめてください）。"
    )]
    NothingToFill,
    #[error("様式「{0}」は手続パックにありません。forms/ のフォルダーの名前を確かめてください。")]
    NoForm(String),
    #[error("{0}。")]
    Detect(#[from] madoka_forms::detect::DetectError),
    #[error(transparent)]
    Ocr(#[from] madoka_ocr::OcrError),
    #[error(transparent)]
    Card(#[from] madoka_card::CardError),
    #[error(transparent)]
    Entry(#[from] madoka_text::TextError),
    #[error(transparent)]
    CardNumber(#[from] madoka_card::CardNumberForm),
    #[error(transparent)]
    IssuerKeys(#[from] madoka_card::AuthorityForm),
    #[error("{what}{todo}", what = .0.what, todo = .0.todo)]
    Counter(madoka_counter::view::Problem),
    #[error("案件のIDの形が正しくありません。`madokactl case list` に出るIDを入れてください。")]
    CaseId,
    #[error("「{0}」は秘密鍵として読めません（32バイトをbase64で書いたファイルです）。")]
    Key(String),
    #[error("手続パックのフォルダが大きすぎます（ファイル{0}個、256MBまで）。")]
    TooLarge(usize),
}

impl From<madoka_counter::CounterError> for Failure {
    fn from(error: madoka_counter::CounterError) -> Self {
        Self::Counter((&error).into())
    }
}

impl Failure {
    pub(crate) fn code(&self) -> &str {
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
            Self::Guide(error) => error.code(),
            Self::Print(error) => error.code(),
            Self::NotPrinted { code, .. } => code,
            Self::Unclear => "PRINT-22",
            Self::TakenBack => "PRINT-23",
            Self::StillPrinting(_) => "PRINT-24",
            Self::Papers(error) => error.code(),
            Self::Fill(error) => error.code(),
            Self::FormErrors(_) => "C203",
            Self::NoForm(_) => "C204",
            Self::NothingToFill => "C205",
            Self::Detect(error) => error.code(),
            Self::Ocr(error) => error.code(),
            Self::Card(error) => error.code(),
            Self::Entry(error) => error.code(),
            Self::CardNumber(_) => "C501",
            Self::IssuerKeys(_) => "C502",
            Self::Counter(problem) => &problem.code,
            Self::CaseId => "C601",
            Self::Key(_) => "C401",
            Self::TooLarge(_) => "C103",
            Self::CityKey(_) => "C701",
            Self::UpdateRefused { .. } => "C702",
            Self::NotInstalled => "C703",
        }
    }
}
