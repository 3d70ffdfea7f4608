use axum::http::StatusCode;
use jiff::civil::DateTime;
use madoka_casework::WordsError;

use crate::problem::Problem;
use crate::storage::StorageError;

/// Why a booking was not made or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum BookingError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("この窓口には予約枠がありません。")]
    NoPlan,
    #[error("予約枠の内容が正しくありません。{0}")]
    Plan(&'static str),
    #[error("予約枠は、ほかの人が先に直しました。")]
    PlanChanged,
    #[error("その日時は予約の枠にありません（休み、枠の外、または締切の後です）。")]
    NoSlot,
    #[error("その枠は埋まりました。")]
    Full,
    #[error("予約が見つかりません。")]
    Unknown,
    #[error("この予約は、ほかの人が先に変えました。")]
    Changed,
    #[error("この予約からは、もう案件が作られています。")]
    Taken,
    #[error("今の状態の予約には、できない操作です。")]
    State,
    #[error("予約者の氏名を、制御文字なしで{limit}文字まで入れてください。", limit = madoka_sync::wire::bookings::limit::NAME)]
    Name,
    #[error("電話番号を読み取れませんでした。")]
    Phone,
    #[error("聞き取りの答えを読み取れませんでした。{0}")]
    Answers(String),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error("同意事項の版が、今の版（第{now}版）と違います。")]
    Consent { now: u32 },
    #[error("一度に見られるのは{limit}日分までです。", limit = madoka_sync::wire::bookings::limit::DAYS)]
    TooManyDays,
    #[error("この窓口の予約を見られる職員ではありません。")]
    NotYours,
    #[error("同じ番号の別の予約がもうあります（{0}）。")]
    SameId(DateTime),
}

impl From<BookingError> for Problem {
    fn from(error: BookingError) -> Self {
        let (status, code, fix) = match &error {
            BookingError::Storage(error) => return error.clone().into(),
            BookingError::NotYours => {
                (StatusCode::FORBIDDEN, "BOOK-17", "その窓口の職員に頼むか、管理者に所属を確かめてください。")
            }
            BookingError::NoPlan => {
                (StatusCode::NOT_FOUND, "BOOK-01", "監督者に、予約枠を作ってもらってください。")
            }
            BookingError::Plan(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-02", "直して、もう一度保存してください。")
            }
            BookingError::PlanChanged => {
                (StatusCode::CONFLICT, "BOOK-03", "開き直して、変えたいところをもう一度直してください。")
            }
            BookingError::NoSlot => {
                (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-04", "週の表の○から選んでください。")
            }
            BookingError::Full => {
                (StatusCode::CONFLICT, "BOOK-05", "週の表を見直して、ほかの枠を選んでください。")
            }
            BookingError::Unknown => (StatusCode::NOT_FOUND, "BOOK-06", "一覧を見直してください。"),
            BookingError::Changed => {
                (StatusCode::CONFLICT, "BOOK-07", "開き直して、今の内容を見てから変えてください。")
            }
            BookingError::Taken => (StatusCode::CONFLICT, "BOOK-08", "一覧から、その案件を開いてください。"),
            BookingError::State => (StatusCode::CONFLICT, "BOOK-09", "一覧で今の状態を確かめてください。"),
            BookingError::Name => (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-10", "入れ直してください。"),
            BookingError::Phone => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "BOOK-11",
                "市外局番から入れてください（例：0999-20-1000）。",
            ),
            BookingError::Answers(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-12", "画面を開き直し、答えを入れ直してください。")
            }
            BookingError::Words(_) => (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-13", "書き直してください。"),
            BookingError::Consent { .. } => {
                (StatusCode::CONFLICT, "BOOK-14", "今の同意事項を読み上げ、同意をいただいてください。")
            }
            BookingError::TooManyDays => {
                (StatusCode::UNPROCESSABLE_ENTITY, "BOOK-15", "期間を短くしてください。")
            }
            BookingError::SameId(_) => {
                (StatusCode::CONFLICT, "BOOK-16", "画面を開き直して、もう一度入れてください。")
            }
        };
        Self::new(status, code, error.to_string(), fix)
    }
}
