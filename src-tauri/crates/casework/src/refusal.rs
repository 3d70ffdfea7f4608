//! Why an event makes no sense for a case, in the officer's words.

use crate::{EventId, FormId, ProcedureId};

/// Why an event cannot follow those before it. The case stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    #[error("案件がまだ受け付けられていません")]
    NotOpened,
    #[error("案件はすでに受け付けられています")]
    AlreadyOpened,
    #[error("案件はすでに取り消されています")]
    AlreadyTakenBack,
    #[error("案件は取り消されていません")]
    NotTakenBack,
    #[error("案件は取り消されています。続けるには、取消を戻してください")]
    IsTakenBack,
    #[error("案件は完了しています。続けるには、再開してください")]
    IsClosed,
    #[error("案件は完了していません")]
    NotClosed,
    #[error("案件の担当がまだいません。先に担当してください")]
    NobodyHasIt,
    #[error("案件はすでにこの端末が担当しています")]
    AlreadyYours,
    #[error("案件はほかの端末が担当しています。引き継いでもらうか、引き取ってください")]
    NotOwner,
    #[error("担当が移ったことを知らずに記録されました。今の担当が、取り入れるか外すかを決めてください")]
    Late,
    #[error("別の案件の記録です")]
    OtherCase,
    #[error("記録の順番が合いません。案件を読み直してください")]
    OutOfOrder,
    #[error("同じ番号で内容の違う記録があります")]
    SameIdOtherEvent,
    #[error("案件にはすでに案件番号があります")]
    NumberedTwice,
    #[error("案件番号は11桁までの数です")]
    NumberForm,
    #[error("伏せられるのは、記録されている事実だけです")]
    NotAFact,
    #[error("世帯員の番号が続いていません。案件を読み直してください")]
    MemberIndex,
    #[error("その世帯員はいません")]
    NoSuchMember,
    #[error("世帯員が多すぎます")]
    TooManyMembers,
    #[error("すでに別の人と同じ人とされています。先にそれを取り消してください")]
    AlreadySame,
    #[error("同じ人の指定が輪になります。どれか1つを取り消してください")]
    SameCircle,
    #[error("同じ人とはされていません")]
    NotSame,
    #[error("手続「{0}」はすでに選ばれています")]
    AlreadySelected(ProcedureId),
    #[error("手続「{0}」は選ばれていません")]
    NotSelected(ProcedureId),
    #[error("手続「{0}」には扱いが記されていません")]
    NotMarked(ProcedureId),
    #[error("様式「{0}」のその欄は、手で直されていません")]
    NotEdited(FormId),
    #[error("様式が1つも示されていません")]
    NoForms,
    #[error("署名の筆跡が、そのハッシュと合いません。もう一度書いてもらってください")]
    OtherHandwriting,
    #[error("その照会は記録にありません")]
    UnknownInquiry,
    #[error("その照会はすでに記録されています")]
    InquiryTwice,
    #[error("元に戻す相手の記録がありません")]
    UnknownEvent,
    #[error("すでに元に戻されています")]
    AlreadyUndone,
    #[error("実際に行われたこと、担当や受付の移り変わりは、元に戻せません。メモで補ってください")]
    CannotBeUndone,
    #[error("担当が移る前後の記録には、この扱いはできません")]
    NotLate,
}

/// Why a written event could not be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    #[error("案件の記録が読めません（記録の形が壊れています）。")]
    Form,
    #[error(
        "案件の記録は新しい版のまどか（記録の版 {found}）で書かれています。このまどかが読めるのは版 {known} までです。まどかを新しくしてください。"
    )]
    Newer { found: u64, known: u64 },
    #[error("案件の記録に、このまどかの知らない種類「{kind}」があります。まどかを新しくしてください。")]
    UnknownKind { kind: String },
    #[error("案件の記録が大きすぎます（{limit}バイトまで）。")]
    TooLarge { limit: usize },
}

/// An event that does not count, kept for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aside {
    pub event: crate::Event,
    pub why: Refusal,
    /// The [`crate::EventKind::LateResolved`] that decided to leave it aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<EventId>,
}

impl Aside {
    /// Whether a person has still to decide about it.
    pub fn waits_for_a_person(&self) -> bool {
        self.why == Refusal::Late && self.dismissed.is_none()
    }
}
