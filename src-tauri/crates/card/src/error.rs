//! Why a card was not read, in the officer's words.

use crate::{CardKind, OpeningKind};

/// Every reason this floor refuses or fails.
///
/// The sentence says what happened and what to do. No sentence, and no field, holds anything of the card's holder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    #[error(
        "カードの読み取りサービス（PC/SC）が動いていません。Windows では「Smart Card」、Linux では pcscd を起動してください。"
    )]
    NoService,
    #[error("カードリーダーが見つかりません。USB につながっているか確かめてください。")]
    NoReader,
    #[error("カードが置かれていません。カードリーダーの中央に置いてください。")]
    NoCard,
    #[error("読み取りの途中でカードが離れました。何も取り込んでいません。カードを置き直してください。")]
    Removed,
    #[error(
        "カードが別のものに替わりました。何も取り込んでいません。読むカードを確かめて、もう一度置いてください。"
    )]
    Swapped,
    #[error(
        "ほかのソフトがカードを使っています。マイナポータルや電子申請などのソフトを閉じて、カードを置き直してください。"
    )]
    InUse,
    #[error(
        "カードリーダーから応答がありません。カードを離して置き直してください。続くときはリーダーを差し直してください。"
    )]
    Hung,
    #[error("対応していないカードです。カードの種類を確かめてください。")]
    UnknownCard,
    #[error("{}が違います（あと{left}回）。カードを確かめて、入力し直してください。", opening.label())]
    Wrong { opening: OpeningKind, left: u8 },
    #[error("在留カード等の番号が違います。券面右上の番号を確かめて、入力し直してください。")]
    WrongCardNumber,
    #[error(
        "{}は、あと1回まちがえると使えなくなるため、照合しませんでした。{}",
        opening.label(),
        other_way(*other)
    )]
    OneTryLeft { opening: OpeningKind, other: Option<OpeningKind> },
    #[error("{}は、まちがいが続いて使えなくなっています。{}{}", opening.label(), opening.unlock(), other_way(*other))]
    Blocked { opening: OpeningKind, other: Option<OpeningKind> },
    #[error("{}の残り回数をカードが答えないため、照合しませんでした。カードを離して置き直してください。", opening.label())]
    TriesUnknown { opening: OpeningKind },
    #[error("{}は、{}では読めません。{}", kind.label(), opening.label(), kind.opened_by())]
    NotThisWay { kind: CardKind, opening: OpeningKind },
    #[error("個人番号は照合番号Bでは読めません。様式に必要なときは、暗証番号（4桁）で読んでください。")]
    NumberNeedsPin,
    #[error(
        "第2世代の在留カード等には、まだ対応していません。券面を見て入力してください。特定在留カードは照合番号Bで読めます。"
    )]
    NewGeneration,
    #[error("このカードのICチップには、氏名・住所が入っていません（{}）。{}", kind.label(), kind.instead())]
    NoName { kind: CardKind },
    #[error("カードの内容（{part}）を読み取れません。カードを置き直し、続くときは画面に入力してください。")]
    Malformed { part: &'static str },
    #[error("カードが{part}の読み取りを断りました（状態 {status:04X}）。カードを置き直してください。")]
    Refused { part: &'static str, status: u16 },
    #[error("読み取りを取りやめました。")]
    Cancelled,
    #[error("カードリーダーの異常です（{0}）。カードを置き直し、続くときはリーダーを差し直してください。")]
    Driver(String),
}

fn other_way(other: Option<OpeningKind>) -> String {
    other.map_or_else(
        || "券面を見て入力してください。".to_owned(),
        |other| format!("{}でお試しください。", other.label()),
    )
}

impl CardError {
    /// The stable code shown beside the sentence; it never changes meaning once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoService => "CARD-01",
            Self::NoReader => "CARD-02",
            Self::NoCard => "CARD-03",
            Self::Removed => "CARD-04",
            Self::Swapped => "CARD-05",
            Self::InUse => "CARD-06",
            Self::Hung => "CARD-07",
            Self::UnknownCard => "CARD-08",
            Self::Wrong { .. } => "CARD-09",
            Self::OneTryLeft { .. } => "CARD-10",
            Self::Blocked { .. } => "CARD-11",
            Self::NotThisWay { .. } => "CARD-12",
            Self::NumberNeedsPin => "CARD-13",
            Self::Malformed { .. } => "CARD-14",
            Self::Refused { .. } => "CARD-15",
            Self::Cancelled => "CARD-16",
            Self::Driver(_) => "CARD-17",
            Self::TriesUnknown { .. } => "CARD-18",
            Self::WrongCardNumber => "CARD-19",
            Self::NoName { .. } => "CARD-20",
            Self::NewGeneration => "CARD-21",
        }
    }

    /// Whether placing the same card again may help without anything else being changed.
    pub const fn try_again(&self) -> bool {
        matches!(
            self,
            Self::NoCard
                | Self::Removed
                | Self::Swapped
                | Self::InUse
                | Self::Hung
                | Self::TriesUnknown { .. }
                | Self::Malformed { .. }
                | Self::Refused { .. }
                | Self::Cancelled
                | Self::Driver(_)
        )
    }
}
