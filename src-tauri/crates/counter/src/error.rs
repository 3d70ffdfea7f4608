//! Every error an officer can meet, with its code and its sentences: the one place where errors become words.

use madoka_casework::{IdForm, Refusal, TicketError, WordsError};

use crate::view::Problem;

/// Why the counter could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    #[error(transparent)]
    Ticket(#[from] TicketError),
    #[error("受付番号はもう使われています")]
    TicketTaken,
    #[error("このライフイベントは手続パックにありません")]
    UnknownLifeEvent,
    #[error("案件が見つかりません")]
    UnknownCase,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Qr(#[from] madoka_qr::QrError),
    #[error(transparent)]
    Papers(#[from] crate::papers::PapersError),
    #[error(transparent)]
    Guide(#[from] madoka_forms::guide::GuideError),
    #[error(transparent)]
    Print(#[from] madoka_forms::print::PrintError),
    #[error(transparent)]
    Piece(#[from] crate::printing::UnknownPiece),
    #[error(transparent)]
    Booking(#[from] crate::bookings::BookingError),
    #[error("プリンターが選ばれていません")]
    NoPrinter,
    #[error("印字位置の補正が大きすぎます")]
    OffsetTooFar,
    #[error("刷る部数が多すぎます")]
    TooManyCopies,
    #[error("刷るものがありません")]
    NothingToPrint,
    #[error("この二次元コードの案件は、この端末にありません")]
    CaseElsewhere,
    #[error(transparent)]
    Store(#[from] madoka_store::StoreError),
    /// What kept the database from opening, said again at each use.
    #[error("{what}")]
    NoStore { code: String, what: String },
    #[error("データフォルダーを作れません")]
    DataFolder(#[source] std::io::Error),
    #[error("名前の形が正しくありません")]
    Name(#[source] IdForm),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error("元に戻せることがありません")]
    NothingToUndo,
    #[error(transparent)]
    Card(#[from] madoka_card::CardError),
    #[error(transparent)]
    Reading(#[from] crate::reading_error::ReadingError),
    #[error(transparent)]
    Register(#[from] crate::register::RegisterError),
    #[error(transparent)]
    Inquiry(#[from] crate::inquiries::InquiryError),
    #[error(transparent)]
    Statistics(#[from] crate::statistics::StatisticsError),
    #[error(transparent)]
    Ocr(#[from] madoka_ocr::OcrError),
    /// Said to a screen that is gone.
    #[error("住民の画面は、もう次に移っています")]
    ResidentTurn,
    #[error("住民の画面は、いまこの案件の方のものではありません")]
    NotBeforeResident,
    #[error("住民の画面に送れるものがありません")]
    NothingToSend,
    #[error("その事実は手続パックにありません")]
    UnknownFact,
    #[error("答えの種類が質問と合いません")]
    AnswerKind,
    #[error("選べる範囲にない答えです")]
    AnswerRange,
    #[error("日付を読み取れませんでした")]
    AnswerDate,
    #[error("答えが空です")]
    AnswerEmpty,
    #[error("電話番号を読み取れませんでした")]
    AnswerPhone,
    #[error("郵便番号を読み取れませんでした")]
    AnswerPostalCode,
    #[error("書き出しの列「{0}」が分かりません")]
    ExportColumn(String),
    #[error("文字コードにない字が{}か所あります", .0.len())]
    ExportGlyphs(Vec<crate::export::Lost>),
    #[error("書き出せませんでした")]
    ExportFailed,
    #[error("手続パックを読めませんでした")]
    PackBroken(Vec<madoka_rules::Problem>),
    #[error("サインインしていません")]
    SignedOut,
    #[error("離席のため画面を閉じています")]
    Locked,
    #[error("職員IDかパスワードが違います")]
    WrongPassword,
    #[error("続けて間違えたので、あと{minutes}分サインインできません")]
    TooManyTries { minutes: u64 },
    #[error("この端末は、市のサーバーに登録されていません")]
    NotEnrolled,
    #[error("この端末の記録の形が正しくありません")]
    Kept,
    #[error("サーバーに接続せずにサインインしています")]
    OnlyOffline,
    #[error(transparent)]
    Sync(#[from] madoka_sync::terminal::SyncError),
    #[error("この端末に、まだ手続パックがありません")]
    NoPack,
    #[error("この案件を始めた手続パック（第{version}版）が、この端末にありません")]
    EditionMissing { version: u64 },
    #[error(transparent)]
    Edit(#[from] madoka_rules::edit::EditError),
    #[error("この画面は監督者と承認者のものです")]
    NotSupervisor,
    #[error("下書きが開かれていません")]
    NoDraft,
    #[error("下書きに誤りがあるので、この変更の前の下書きで動かしています")]
    DraftBroken,
    #[error("市の下書きに加わっていません")]
    NoSharedDraft,
    #[error("この下書きは、いま直せません")]
    DraftClosed,
    #[error("下書きに、まだサーバーへ届いていない直しか、決めていない重なりがあります")]
    DraftNotSent,
    #[error("入れたものを読み取れませんでした")]
    ReleaseForm,
    #[error("手続パックのZIPとして読めません：{0}")]
    Archive(String),
    #[error("条件の形が正しくありません：{0}")]
    ConditionForm(String),
    #[error(transparent)]
    Roster(#[from] madoka_sync::wire::roster::RosterError),
    #[error(transparent)]
    Sketch(#[from] madoka_forms::edit::SketchError),
    #[error(transparent)]
    Detect(#[from] madoka_forms::detect::DetectError),
    #[error("様式「{0}」が、下書きにありません")]
    NoForm(String),
    #[error("様式「{0}」は手続が使っているので、なくせません")]
    FormInUse(String),
    #[error("{0}")]
    FormsBroken(String),
    #[error("位置や大きさが、紙の上の数ではありません")]
    FormPlace,
    #[error("用紙のファイルが5MBを超えています")]
    PaperTooLarge,
    #[error("用紙の絵を描けませんでした")]
    PaperUnreadable,
    #[error("表のファイルとして読めません：{0}")]
    Spreadsheet(String),
    #[error("設定を読めませんでした")]
    SettingsUnreadable(#[source] std::io::Error),
    #[error("設定ファイルの書き方が正しくありません")]
    SettingsBroken(#[source] Box<toml::de::Error>),
    #[error("設定を保存できませんでした")]
    SettingsNotSaved(#[source] std::io::Error),
    #[error("前の設定ファイルを読めなかったので、上書きしていません")]
    SettingsKept,
}

impl CounterError {
    /// Stable for ever: manuals and support calls refer to it. A retired code is not given again.
    pub fn code(&self) -> &str {
        match self {
            Self::Ticket(_) => "CASE-01",
            Self::TicketTaken => "CASE-02",
            Self::UnknownLifeEvent => "CASE-03",
            Self::UnknownCase => "CASE-04",
            Self::Refused(_) => "CASE-05",
            Self::Papers(error) => error.code(),
            Self::Guide(error) => error.code(),
            Self::Print(error) => error.code(),
            Self::Qr(error) => error.code(),
            Self::Booking(error) => error.code(),
            Self::Piece(_) => "PRINT-30",
            Self::NoPrinter => "PRINT-31",
            Self::OffsetTooFar => "PRINT-32",
            Self::TooManyCopies => "PRINT-33",
            Self::NothingToPrint => "PRINT-34",
            Self::CaseElsewhere => "CASE-09",
            Self::Store(error) => error.code(),
            Self::NoStore { code, .. } => code,
            Self::DataFolder(_) => "SET-05",
            Self::Name(_) => "CASE-06",
            Self::Words(_) => "CASE-07",
            Self::NothingToUndo => "CASE-08",
            Self::Card(error) => error.code(),
            Self::Reading(error) => error.code(),
            Self::Register(error) => error.code(),
            Self::Inquiry(error) => error.code(),
            Self::Statistics(error) => error.code(),
            Self::Ocr(error) => error.code(),
            Self::ResidentTurn => "RES-01",
            Self::NotBeforeResident => "RES-02",
            Self::NothingToSend => "RES-03",
            Self::UnknownFact => "FACT-01",
            Self::AnswerKind => "FACT-02",
            Self::AnswerRange => "FACT-03",
            Self::AnswerDate => "FACT-04",
            Self::AnswerEmpty => "FACT-05",
            Self::AnswerPhone => "FACT-06",
            Self::AnswerPostalCode => "FACT-07",
            Self::ExportColumn(_) => "EXPORT-01",
            Self::ExportGlyphs(_) => "EXPORT-02",
            Self::ExportFailed => "EXPORT-03",
            Self::PackBroken(_) => "PACK-40",
            Self::SignedOut => "STAFF-01",
            Self::Locked => "STAFF-02",
            Self::WrongPassword => "STAFF-03",
            Self::TooManyTries { .. } => "STAFF-04",
            Self::NotEnrolled => "STAFF-05",
            Self::Kept => "STAFF-06",
            Self::OnlyOffline => "STAFF-07",
            Self::Sync(error) => error.code(),
            Self::NoPack => "PACK-41",
            Self::EditionMissing { .. } => "PACK-42",
            Self::Edit(error) => error.code(),
            Self::NotSupervisor => "EDIT-20",
            Self::NoDraft => "EDIT-21",
            Self::DraftBroken => "EDIT-22",
            Self::ConditionForm(_) => "EDIT-23",
            Self::Spreadsheet(_) => "EDIT-24",
            Self::Archive(_) => "EDIT-29",
            Self::Roster(error) => error.code(),
            Self::Sketch(error) => error.code(),
            Self::Detect(error) => error.code(),
            Self::NoForm(_) => "FORM-56",
            Self::FormInUse(_) => "FORM-57",
            Self::FormPlace => "FORM-58",
            Self::FormsBroken(_) => "FORM-61",
            Self::PaperTooLarge => "FORM-59",
            Self::PaperUnreadable => "FORM-60",
            Self::NoSharedDraft => "EDIT-25",
            Self::DraftClosed => "EDIT-26",
            Self::DraftNotSent => "EDIT-27",
            Self::ReleaseForm => "EDIT-28",
            Self::SettingsUnreadable(_) => "SET-01",
            Self::SettingsBroken(_) => "SET-02",
            Self::SettingsNotSaved(_) => "SET-03",
            Self::SettingsKept => "SET-04",
        }
    }

    /// The same answer once more, where the first cannot be given away.
    pub(crate) fn again(&self) -> Self {
        Self::NoStore { code: self.code().to_owned(), what: self.to_string() }
    }

    /// What the officer can do about it.
    #[expect(clippy::too_many_lines, reason = "one line for each way to go wrong")]
    pub(crate) fn todo(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "番号札のとおりに入れ直してください。空のままなら自動で番号が付きます。",
            Self::TicketTaken => {
                "番号札を確かめてください。同じ方の続きなら、一覧にある案件を使ってください。"
            }
            Self::UnknownCase => "一覧を見直してください。ほかの端末で動かされたことがあります。",
            Self::CaseElsewhere => {
                "ほかの端末の案件か、保存期間を過ぎた案件です。受付番号か氏名で探してください。"
            }
            Self::NoPrinter => "設定の「プリンター」で、いつものプリンターを選んでください。",
            Self::OffsetTooFar => "右へ・下へ、それぞれ20 mmまでです。小数点の位置を確かめてください。",
            Self::TooManyCopies => "99部までです。多いときは分けて刷ってください。",
            Self::NothingToPrint => {
                "刷る様式を選んでください。手続に済・辞退の印があると、その様式は入りません。"
            }
            Self::Booking(error) => error.todo(),
            Self::Guide(error) => error.todo(),
            Self::Print(error) => error.todo(),
            // The sentences of these floors say already what to do.
            Self::Sync(_)
            | Self::Card(_)
            | Self::Reading(_)
            | Self::Ocr(_)
            | Self::Inquiry(_)
            | Self::Statistics(_)
            | Self::Register(_)
            | Self::Papers(_)
            | Self::Detect(_)
            | Self::Piece(_)
            | Self::Qr(_)
            | Self::Store(_)
            | Self::NoStore { .. } => "",
            Self::DataFolder(_) => "データフォルダーに書き込む権限を確かめてください。",
            Self::ResidentTurn => "今の画面を見て、もう一度押してもらってください。",
            Self::NotBeforeResident => "案件を開き直してから送ってください。",
            Self::NothingToSend => "値のある事実か、住民に聞ける質問を選んでください。",
            Self::Refused(_) | Self::NothingToUndo => "一覧で今の状態を確かめてください。",
            Self::Words(_) => "書き直して、もう一度試してください。",
            Self::UnknownLifeEvent | Self::Name(_) | Self::UnknownFact | Self::AnswerKind => {
                "画面を開き直してください。直らないときは手続パックの管理者に知らせてください。"
            }
            Self::AnswerRange => "選択肢から選ぶか、範囲の中の数を入れてください。",
            Self::AnswerDate => {
                "「昭和16年2月3日」「S16.2.3」「1941-02-03」のように入れてください。日が分からないときは「昭和16年2月不詳」です。"
            }
            Self::AnswerEmpty => "答えを入れるか、「わからない」を選んでください。",
            Self::AnswerPhone => "市外局番から入れてください（例：0312-34-5678）。",
            Self::ExportColumn(_) => {
                "列は number、ticket、event、opened、closed、procedure:手続の番号、事実の名前（applicant.name など）です。"
            }
            Self::ExportGlyphs(_) => {
                "UTF-8 で書き出すか、その字を〓にして書き出し、知らせの字を手で補ってください。"
            }
            Self::ExportFailed => "空き容量を確かめ、もう一度書き出してください。",
            Self::AnswerPostalCode => "7桁で入れてください（例：123-4567）。",
            Self::PackBroken(_) => {
                "まどかを入れ直してください。直らないときは `madokactl pack check` の知らせを管理者に伝えてください。"
            }
            Self::NoPack => {
                "サーバーにつながると届きます。届かないときは、公開されているかを監督者に確かめてください。"
            }
            Self::EditionMissing { .. } => {
                "サーバーにつながると届きます。急ぐときは、案件を始めた端末で続けてください。"
            }
            Self::SignedOut => "サインインしてください。",
            Self::Locked => "パスワードを入れると、続きから始められます。",
            Self::WrongPassword => "大文字・小文字と、キーボードの入力の切り替えを確かめてください。",
            Self::TooManyTries { .. } => {
                "待ってからやり直すか、サーバーにつないで管理者にパスワードを作り直してもらってください。"
            }
            Self::NotEnrolled => {
                "管理者に登録票を作ってもらい、「設定」の「この端末」で登録してください。案件は残っています。"
            }
            Self::Kept => "管理者に知らせてください。案件は残っています。",
            Self::OnlyOffline => {
                "この仕事にはサーバーが要ります。つながったら、一度サインアウトして、サインインし直してください。"
            }
            Self::Edit(_) => "何も変わっていません。一覧で今の状態を確かめてください。",
            Self::Roster(_) => "だれも取り込んでいません。表を直して、もう一度取り込んでください。",
            Self::Archive(_) => {
                "「ZIPで書き出す」で書き出したものか、pack.toml のあるフォルダーを固めたものを選んでください。"
            }
            Self::Sketch(_) | Self::NoForm(_) => "何も変わっていません。様式の一覧から開き直してください。",
            Self::FormInUse(_) => "先に、手続の「様式」から外してください。",
            Self::FormsBroken(_) => "「様式」（F5）で赤い「誤り」のある様式を開いて直してください。",
            Self::FormPlace => "ミリメートルで、紙の中に入る数を入れてください。",
            Self::PaperTooLarge => "白黒かグレーで読み取り直すか、様式だけのPDFにしてください。",
            Self::PaperUnreadable => "PDFを保存し直すか、画像にして入れてください。",
            Self::NotSupervisor => "監督者にサインインしてもらうか、練習モードで試してください。",
            Self::NoDraft => "「手続の編集」を開き直してください。",
            Self::DraftBroken => "赤い指摘を直すか、「元に戻す」を押してください。",
            Self::ConditionForm(_) => "事実・比べ方・値を選び直してください。",
            Self::Spreadsheet(_) => "書き出した表の列の名前と順を変えずに、文の列だけを直してください。",
            Self::NoSharedDraft => "「公開」で下書きを始めるか、続ける下書きを選んでください。",
            Self::DraftClosed => "公開済みか、見るだけの役割です。新しい下書きを始めてください。",
            Self::DraftNotSent => {
                "サーバーにつながるのを待つか、「公開」で重なった直しをどちらにするか決めてください。"
            }
            Self::ReleaseForm => "日付・版・端末を選び直してください。",
            Self::SettingsUnreadable(_) => {
                "初めの設定で開きました。データフォルダーを読む権限を確かめてください。"
            }
            Self::SettingsBroken(_) => {
                "初めの設定で開きました。データフォルダーの settings.toml を直すか、別の名前に変えてください。"
            }
            Self::SettingsNotSaved(_) => {
                "今の表示はこのまま使えますが、次に開くと元に戻ります。データフォルダーの空き容量と書き込みの権限を確かめてください。"
            }
            Self::SettingsKept => {
                "今の表示はこのまま使えますが、次に開くと元に戻ります。データフォルダーの settings.toml を確かめてください。"
            }
        }
    }
}

impl From<&CounterError> for Problem {
    fn from(error: &CounterError) -> Self {
        let said = error.to_string();
        let (what, more) = said.split_once('。').unwrap_or((&said, ""));
        // The floors below say what to do in their own second sentence.
        let todo = if error.todo().is_empty() { more } else { error.todo() };
        Self { code: error.code().into(), what: format!("{what}。"), todo: todo.into() }
    }
}
