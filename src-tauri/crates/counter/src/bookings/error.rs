//! Why a booking was not made, changed or opened. Where the server says the same, it says it with the same code.

use crate::bookings::shown::{at_words, day_words};

/// What keeps a booking from being made, changed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookingError {
    #[error("この窓口には予約枠がありません")]
    NoPlan,
    #[error("その日時は予約の枠にありません（休み、枠の外、または締切の後です）")]
    NoSlot,
    #[error("その枠は埋まりました")]
    Full,
    #[error("予約が見つかりません")]
    Unknown,
    #[error("この予約は、ほかの人が先に変えました")]
    Changed,
    #[error("この予約からは、もう案件が作られています")]
    Taken,
    #[error("今の状態の予約には、できない操作です")]
    State,
    #[error("予約する方のお名前がまだ入っていません")]
    Name,
    #[error("予約する方の電話番号を読み取れませんでした")]
    Phone,
    #[error("同意をまだいただいていません")]
    Consent,
    #[error("書きかけの予約がありません")]
    NoEntry,
    #[error("{}{}の予約を書きかけています", day_words(.0.date()), at_words(.0.time()))]
    EntryOpen(jiff::civil::DateTime),
    #[error("サーバーにつながらないので、予約の最新のようすが分かりません")]
    NotKnown,
    #[error("日付と時刻を読み取れませんでした")]
    When,
}

impl BookingError {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::NoPlan => "BOOK-01",
            Self::NoSlot => "BOOK-04",
            Self::Full => "BOOK-05",
            Self::Unknown => "BOOK-06",
            Self::Changed => "BOOK-07",
            Self::Taken => "BOOK-08",
            Self::State => "BOOK-09",
            Self::Name => "BOOK-10",
            Self::Phone => "BOOK-11",
            Self::Consent => "BOOK-14",
            Self::NoEntry => "BOOK-30",
            Self::EntryOpen(_) => "BOOK-31",
            Self::NotKnown => "BOOK-32",
            Self::When => "BOOK-33",
        }
    }

    pub(crate) const fn todo(&self) -> &'static str {
        match self {
            Self::NoPlan => "監督者に、予約枠を作ってもらってください。",
            Self::NoSlot => "週の表の○から選んでください。",
            Self::Full => "週の表を見直して、ほかの枠を選んでください。書いた答えは残っています。",
            Self::Unknown => "一覧を見直してください。",
            Self::Changed => "開き直して、今の内容を見てから変えてください。",
            Self::Taken => "一覧から、その案件を開いてください。",
            Self::State => "一覧で今の状態を確かめてください。",
            Self::Name => "「予約する方」の欄にお名前を入れてください。",
            Self::Phone => "市外局番から入れてください（例：0999-20-1000）。",
            Self::Consent => "同意事項を読み上げ、同意をいただいたら印を付けてください。",
            Self::NoEntry => "週の表で枠を選び、始め直してください。",
            Self::EntryOpen(_) => "続きを書くか、やめるかを選んでください。",
            Self::NotKnown => "受付はできます。予約の方は「予約なしの受付」で始め、お話を伺ってください。",
            Self::When => "画面を開き直してください。",
        }
    }
}
