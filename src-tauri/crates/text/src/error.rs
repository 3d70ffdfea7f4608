//! Why a text was not taken, in the officer's words.

use crate::Era;

/// Every reason this floor refuses a text.
///
/// The sentence says what happened and what to do; [`TextError::code`] is the short name to tell on the telephone.
/// What was written is never repeated here: an error may be logged, a name or an address may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    #[error("日付として読めません。「令和8年4月1日」「R8.4.1」「2026-04-01」のように入力してください。")]
    DateForm,
    #[error("暦にない日付です。月と日を確かめてください（例：2月30日はありません）。")]
    NoSuchDay,
    #[error("{}の期間（{}）にない日付です。元号と年を確かめてください。", era.name(), era.span_in_words())]
    OutsideEra { era: Era },
    #[error(
        "明治6年1月1日（太陽暦への改暦）より前の日付は扱えません。旧暦の日付は資料の表記のまま備考に記録してください。"
    )]
    BeforeSolarCalendar,
    #[error("生年月日の一部が不詳です。年月日がそろった日付を入力してください。")]
    DateIncomplete,
    #[error("氏名が空です。氏名を入力してください。")]
    NameEmpty,
    #[error("氏名が長すぎます（{limit}文字まで）。入力欄を間違えていないか確かめてください。")]
    NameTooLong { limit: usize },
    #[error(
        "氏名の{position}文字目に、文字でないもの（改行や制御文字）があります。その文字を消して入力し直してください。"
    )]
    NameNotText { position: usize },
    #[error(
        "氏名の{position}文字目の異体字セレクタに、付くべき文字がありません。その文字を入力し直してください。"
    )]
    LoneSelector { position: usize },
    #[error("フリガナの{position}文字目が仮名ではありません。カタカナ（またはひらがな）で入力してください。")]
    NotKana { position: usize },
    #[error("郵便番号は数字7桁で入力してください（例：999-0123）。")]
    PostalCodeForm,
    #[error(
        "電話番号として読めません。市外局番から、数字とハイフンで入力してください（例：090-1234-5678）。"
    )]
    PhoneForm,
    #[error("住所が空です。住所を入力してください。")]
    AddressEmpty,
    #[error("住所が長すぎます（{limit}文字まで）。入力欄を間違えていないか確かめてください。")]
    AddressTooLong { limit: usize },
    #[error(
        "住所の{position}文字目に、文字でないもの（制御文字）があります。その文字を消して入力し直してください。"
    )]
    AddressNotText { position: usize },
    #[error("金融機関コードは数字4桁で入力してください。")]
    BankCodeForm,
    #[error("支店コード（店番）は数字3桁で入力してください。")]
    BranchCodeForm,
    #[error("口座番号は7桁以内の数字で入力してください。")]
    AccountNumberForm,
    #[error("預金種目は「普通」「当座」「貯蓄」のどれかを入力してください。")]
    AccountKindForm,
    #[error("口座名義の{position}文字目は振込に使えない文字です。通帳のとおりカタカナで入力してください。")]
    HolderCharacter { position: usize },
    #[error("ゆうちょ銀行の記号は、1または0で始まり0で終わる5桁です。通帳を確かめてください。")]
    YuchoSymbol,
    #[error(
        "ゆうちょ銀行の番号が正しくありません。通帳の番号（通常貯金は末尾が1、8桁以内）を確かめてください。"
    )]
    YuchoNumber,
    #[error("数字{digits}桁で入力してください。")]
    SecretDigits { digits: usize },
    #[error("個人番号の検査数字が合いません。12桁を入力し直してください。")]
    MyNumberCheck,
}

impl TextError {
    /// The stable code shown beside the sentence; it never changes meaning once released.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DateForm => "T101",
            Self::NoSuchDay => "T102",
            Self::OutsideEra { .. } => "T103",
            Self::BeforeSolarCalendar => "T104",
            Self::DateIncomplete => "T105",
            Self::NameEmpty => "T201",
            Self::NameTooLong { .. } => "T202",
            Self::NameNotText { .. } => "T203",
            Self::LoneSelector { .. } => "T204",
            Self::NotKana { .. } => "T205",
            Self::PostalCodeForm => "T301",
            Self::PhoneForm => "T302",
            Self::AddressEmpty => "T401",
            Self::AddressTooLong { .. } => "T402",
            Self::AddressNotText { .. } => "T403",
            Self::BankCodeForm => "T501",
            Self::BranchCodeForm => "T502",
            Self::AccountNumberForm => "T503",
            Self::AccountKindForm => "T504",
            Self::HolderCharacter { .. } => "T505",
            Self::YuchoSymbol => "T506",
            Self::YuchoNumber => "T507",
            Self::SecretDigits { .. } => "T601",
            Self::MyNumberCheck => "T602",
        }
    }
}
