use axum::http::StatusCode;

use crate::problem::Problem;
use crate::storage::StorageError;

/// Why an inquiry was not shown or answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum InquiryError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Also where it is another office's: whoever may not see it is not told that it is there.
    #[error("照会が見つかりません。")]
    Unknown,
    #[error("照会の案件の記録が、まだサーバーに届いていません。")]
    NoCase,
    /// Sent by somebody who did not know that another had taken the case over: a person at the counter decides.
    #[error("照会した職員の記録が引取りのあとに届いたので、窓口で扱いを決めているところです。")]
    SetAside,
    #[error("窓口が、この照会を取り下げました。")]
    Dropped,
    #[error("手続パックがまだ公開されていないので、照会票を作れません。")]
    NoPack,
    #[error("その手続は、この課の手続ではありません。")]
    NotYourProcedure,
    #[error("同じ番号の別の回答がもうあります。")]
    SameIdOtherReply,
    #[error("催促したばかりか、もう回答があります。")]
    TooSoon,
}

impl From<InquiryError> for Problem {
    fn from(error: InquiryError) -> Self {
        let (status, code, fix) = match &error {
            InquiryError::Storage(error) => return error.clone().into(),
            InquiryError::Unknown => (StatusCode::NOT_FOUND, "INQ-01", "一覧を見直してください。"),
            InquiryError::NoCase => {
                (StatusCode::CONFLICT, "INQ-02", "照会した窓口の端末がサーバーにつながるのを待ってください。")
            }
            InquiryError::NoPack => {
                (StatusCode::CONFLICT, "INQ-03", "監督者に、手続パックの公開を頼んでください。")
            }
            InquiryError::NotYourProcedure => {
                (StatusCode::UNPROCESSABLE_ENTITY, "INQ-04", "一覧から、この課の手続を選んでください。")
            }
            InquiryError::SameIdOtherReply => {
                (StatusCode::CONFLICT, "INQ-05", "開き直して、もう一度回答してください。")
            }
            InquiryError::TooSoon => {
                (StatusCode::CONFLICT, "INQ-06", "一覧で回答を確かめてください。急ぐときは電話してください。")
            }
            InquiryError::SetAside => {
                (StatusCode::CONFLICT, "INQ-07", "急ぐときは、窓口に電話してください。")
            }
            InquiryError::Dropped => {
                (StatusCode::CONFLICT, "INQ-08", "回答は要りません。一覧を見直してください。")
            }
        };
        Self::new(status, code, error.to_string(), fix)
    }
}
