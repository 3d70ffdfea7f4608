//! Why a card, a picture or a member was not taken in, in the officer's words.

/// Refusals of 読取. Each sentence says what happened, then what to do; none holds anything of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    #[error("そのカードはありません。一覧から選び直してください。")]
    NoSuchCard,
    #[error("照合番号Bは14桁です。券面の生年月日6桁、有効期限の年4桁、顔写真の下の4桁を入れてください。")]
    MatchCodeForm,
    #[error(
        "照合番号Bの初めの6桁が、生年月日の形（年2桁・月・日）になっていません。券面のとおりに入れ直してください。まだ照合していません。"
    )]
    MatchCodeBirth,
    #[error(
        "有効期限の年が、置かれたカードのもの（{year}年）と違います。カードと番号を確かめてください。まだ照合していません。"
    )]
    MatchCodeYear { year: i16 },
    #[error("暗証番号は4桁の数字です。入れ直してください。まだ照合していません。")]
    PinForm,
    #[error("ご本人は暗証番号を入れませんでした。照合番号Bで読むか、券面を見て入力してください。")]
    PinDeclined,
    #[error("住民の画面の暗証番号の入力を終わりました。必要なら、もう一度頼んでください。")]
    PinTakenBack,
    #[error("{0}")]
    WayClosed(String),
    #[error(
        "在留カード等の番号は英字2・数字8・英字2の12文字です。入れ直してください。まだ照合していません。"
    )]
    CardNumberForm,
    #[error(
        "カードは置かれていますが、答えません。裏返しや重ね置きになっていないか確かめ、離してから置き直してください。"
    )]
    CardMute,
    #[error("読み取る画像がありません。書類をもう一度取り込んでください。")]
    NoPicture,
    #[error("読み取った画像が新しくなっています。今の画像で確かめ直してください。")]
    OlderPicture,
    #[error("確かめていない欄は取り込めません。欄ごとに Enter で確かめてください。")]
    Unconfirmed,
    #[error("「{field}」の書き方が分かりません。{todo}")]
    Field { field: String, todo: String },
    #[error("選んだ値は、もう今の記録と違います。画面の値を見て選び直してください。")]
    SettledOtherwise,
    #[error("取込みフォルダーを使えません。場所と権限を確かめてください。")]
    Folder,
}

impl ReadingError {
    /// Stable for ever; a retired code (READ-01) is not given again.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchCard => "READ-02",
            Self::MatchCodeForm => "READ-03",
            Self::MatchCodeBirth => "READ-04",
            Self::MatchCodeYear { .. } => "READ-05",
            Self::PinForm => "READ-06",
            Self::CardNumberForm => "READ-07",
            Self::PinDeclined => "READ-15",
            Self::PinTakenBack => "READ-16",
            Self::WayClosed(_) => "READ-17",
            Self::CardMute => "READ-08",
            Self::NoPicture => "READ-09",
            Self::OlderPicture => "READ-10",
            Self::Unconfirmed => "READ-11",
            Self::Field { .. } => "READ-12",
            Self::SettledOtherwise => "READ-13",
            Self::Folder => "READ-14",
        }
    }
}
