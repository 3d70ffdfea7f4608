//! What can happen to a case.

use jiff::Timestamp;
use madoka_facts::{FactPath, Household, PersonRef};
use serde::{Deserialize, Serialize};

use crate::{
    CaseId, EventId, FieldId, FormId, Handwriting, ImageHash, InquiryId, JobId, LanguageId, LifeEventId,
    OfficeId, PackId, ProcedureId, Said, StaffId, TerminalId, Ticket, Words,
};

/// One thing that happened to a case: what, by whom, when, and knowing of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub id: EventId,
    pub case: CaseId,
    /// One more than the highest of `after`; 0 for [`EventKind::Opened`]. With the id it puts every set of events in one
    /// order that respects causes, whatever the clocks said and in whatever order they arrived.
    pub seq: u32,
    /// The latest events its author knew of. What is not behind these, the author did not know.
    pub after: Vec<EventId>,
    pub by: Author,
    /// By the terminal's clock. It is shown and measured with, and never decides an order.
    pub at: Timestamp,
    #[serde(rename = "what")]
    pub kind: EventKind,
}

impl Event {
    /// The first event of a case.
    pub const fn opening(id: EventId, case: CaseId, by: Author, at: Timestamp, kind: EventKind) -> Self {
        Self { id, case, seq: 0, after: Vec::new(), by, at, kind }
    }
}

impl From<&Self> for Event {
    fn from(event: &Self) -> Self {
        event.clone()
    }
}

/// Who did something, and at which terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    pub staff: StaffId,
    pub terminal: TerminalId,
}

/// The version of the city's pack a case was opened with; it stays on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackVersion {
    pub id: PackId,
    pub version: u64,
}

/// A procedure of the case, or of one household member (by the index its events use, see [`crate::Members`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureRef {
    pub procedure: ProcedureId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<u16>,
}

impl ProcedureRef {
    pub const fn of_case(procedure: ProcedureId) -> Self {
        Self { procedure, member: None }
    }

    pub const fn of_member(procedure: ProcedureId, member: u16) -> Self {
        Self { procedure, member: Some(member) }
    }
}

/// 手続の扱い: how a procedure on the checklist stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mark {
    /// 後で
    Later {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 済
    Done {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 辞退: the resident does not want it. Why is evidence, so it must be said.
    Declined { reason: Words },
    /// 他課へ
    OtherOffice {
        office: OfficeId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 該当なし: judged as needed, but it is not. Why must be said: rules may want repair.
    NotApplicable { reason: Words },
}

/// What an officer is doing with a case; time is measured by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 受付
    Receiving,
    /// 読取
    Reading,
    /// 聞き取り
    Asking,
    /// 手続の確認
    Choosing,
    /// 書類
    Filling,
    /// 印刷
    Printing,
    /// 署名
    Signing,
    /// 案内
    Guiding,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 完了
    Completed,
    /// 途中で帰った
    Left,
    /// 他の窓口で続ける
    Referred,
}

/// How a guide sheet was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuideOn {
    Paper,
    /// 二次元コード
    Code,
    /// Only shown on the resident's window.
    Screen,
}

/// 回答: what a department says to an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyAnswer {
    /// 該当する
    Applies,
    /// 該当しない
    DoesNotApply,
    /// 来庁時に確認する
    AskThere,
}

/// What a department found to be paid, in whole yen where it is known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flow", rename_all = "snake_case", deny_unknown_fields)]
pub enum Money {
    /// 納付: the family still owes the city.
    Owed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        yen: Option<u32>,
    },
    /// 還付・支給: the city pays the family.
    Refunded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        yen: Option<u32>,
    },
}

/// The kinds of thing that can happen. `FORMAT.md` beside this crate describes how each is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EventKind {
    // ---- The way of the case: who has it. See `phase.rs` for the state machine.
    /// 受付: a resident came with this life event and holds this number.
    Opened {
        life_event: LifeEventId,
        ticket: Ticket,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pack: Option<PackVersion>,
        /// 練習: made up from the first event on; a real database takes no such case.
        #[serde(default, skip_serializing_if = "is_false")]
        practice: bool,
    },
    /// 担当する: this terminal takes a case nobody has.
    Claimed {},
    /// 担当を外す: the case waits for whoever claims it next.
    Released {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 引き継ぐ: to another terminal, or to another officer at this one.
    HandedOver {
        to: Author,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 引き取る: taken from an owner who cannot hand it over (a terminal lost, an officer ill).
    TakenOver { reason: Words },
    /// 取消: opened by mistake. The case stays on record, marked, and can be restored.
    TakenBack {},
    /// 取消を戻す: the taking back was itself a mistake.
    Restored {},
    /// 完了
    Closed {
        outcome: Outcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// 再開: by whoever reopens it, who then has it.
    Reopened { reason: Words },

    /// 案件番号: 11 digits that the opening terminal gives (its year, number and serial), short enough to read out.
    Numbered { number: u64 },

    // ---- What is known.
    /// 世帯員を加える. Indices rise by one and are never used again.
    MemberAdded { member: u16 },
    /// 世帯員を外す: what was said of them stays on record and no longer counts.
    MemberRemoved { member: u16 },
    /// How much of the household is known.
    HouseholdSet { known: Household },
    /// 事実: what somebody said, a chip or a camera read. A statement without a value is わからない.
    Stated { said: Said },
    /// 伏せる（支援措置）: what this [`Stated`](Self::Stated) event says is not to be shown and no longer counts.
    Hidden { event: EventId },
    /// 同じ人: `one` is the same person as `other`.
    SamePerson { one: PersonRef, other: PersonRef },
    /// `one` is nobody else after all.
    NotSamePerson { one: PersonRef },

    // ---- What is to be done.
    /// この窓口で行う手続に選ぶ
    Selected { procedure: ProcedureRef },
    /// 選ぶのをやめる
    Deselected { procedure: ProcedureRef },
    /// 手続の扱いを記す
    Marked { procedure: ProcedureRef, mark: Mark },
    /// 手続の扱いを消す
    Unmarked { procedure: ProcedureRef },
    /// 記入欄を手で直す; without a value the field is left empty.
    FormEdited {
        form: FormId,
        field: FieldId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Words>,
    },
    /// 記入欄を元に戻す: the field shows again what the facts say.
    FormEditDropped { form: FormId, field: FieldId },

    /// 刷る様式を選ぶ: how many copies of it; none at all with 0, as the form itself says without a number.
    PapersChosen {
        form: FormId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copies: Option<u16>,
    },

    // ---- What was done in the world, and cannot be undone.
    /// 印刷: the printer said at `said` that the job is done. Its pages were made of the case as it was after the event
    /// `seen`; what was said between then and now does not stand on them. (`seen` is of format 4.)
    Printed {
        job: JobId,
        forms: Vec<FormId>,
        said: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<EventId>,
    },
    /// 案内書を渡す
    GuideIssued { language: LanguageId, on: GuideOn },
    /// 説明: which words were said to whom. Evidence against 「聞いていない」.
    Explained {
        to: PersonRef,
        words: Words,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        procedure: Option<ProcedureRef>,
    },
    /// 照会
    InquirySent {
        inquiry: InquiryId,
        office: OfficeId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        procedure: Option<ProcedureRef>,
        words: Words,
    },
    /// 回答, by anyone the inquiry reached; whether this counter may take it (`here`). A later one about the same procedure
    /// corrects.
    ReplyGiven {
        inquiry: InquiryId,
        answer: ReplyAnswer,
        here: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Words>,
        /// Another procedure than the inquiry asked about: the department found one more. (Format 2, as what follows.)
        #[serde(default, skip_serializing_if = "Option::is_none")]
        procedure: Option<ProcedureRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        money: Option<Money>,
        /// 持ち物 beyond those of the pack.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bring: Option<Words>,
        /// 担当・連絡先: whom the counter calls about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<Words>,
    },

    // ---- What is kept beside.
    /// 署名: by whom, for which forms, as which lines; and the hash of those lines.
    Signed {
        who: PersonRef,
        forms: Vec<FormId>,
        image: ImageHash,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strokes: Option<Handwriting>,
    },
    /// メモ, by anyone who may see the case.
    Noted { words: Words },
    /// The officer goes on to a step.
    StepEntered { step: Step },
    /// 中断: the phone rings. Time until the next step is waiting, not work.
    Paused {},
    /// 来庁: the family of a booking is here. What was done before was preparation, and nobody waited meanwhile. By anyone
    /// who may see the case. (Format 3, as what follows.)
    Arrived {},
    /// 案内漏れ: this procedure turned out to apply though the rules had not said so. `because` names the facts that had
    /// made them say otherwise. By anyone who may see the case, also when it is closed.
    Missed {
        procedure: ProcedureRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Words>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        because: Vec<FactPath>,
    },

    // ---- What corrects.
    /// 元に戻す: the event named no longer counts. Undoing an `Undone` does it again (やり直す).
    Undone { event: EventId },
    /// What a former owner wrote without knowing it had passed on: taken in here, or left aside for good.
    LateResolved { adopt: Vec<EventId>, dismiss: Vec<EventId> },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl EventKind {
    /// 回答 of the plainest kind: whether it applies, and whether this counter may take it.
    pub const fn reply(inquiry: InquiryId, answer: ReplyAnswer, here: bool) -> Self {
        Self::ReplyGiven {
            inquiry,
            answer,
            here,
            words: None,
            procedure: None,
            money: None,
            bring: None,
            call: None,
        }
    }

    /// The oldest version of the format that can say this, so that a program of that version reads it.
    pub const fn format(&self) -> u64 {
        match self {
            Self::ReplyGiven { procedure, money, bring, call, .. }
                if procedure.is_some() || money.is_some() || bring.is_some() || call.is_some() =>
            {
                2
            }
            Self::PapersChosen { .. } | Self::Signed { strokes: Some(_), .. } => 2,
            Self::Arrived {} | Self::Missed { .. } => 3,
            Self::Printed { seen: Some(_), .. } => 4,
            _ => 1,
        }
    }

    /// 受付 of a real case, with no pack named.
    pub const fn opened(life_event: LifeEventId, ticket: Ticket) -> Self {
        Self::Opened { life_event, ticket, pack: None, practice: false }
    }

    /// Changes who has the case or whether it is open at all.
    pub const fn is_of_phase(&self) -> bool {
        matches!(
            self,
            Self::Opened { .. }
                | Self::Claimed {}
                | Self::Released { .. }
                | Self::HandedOver { .. }
                | Self::TakenOver { .. }
                | Self::TakenBack {}
                | Self::Restored {}
                | Self::Closed { .. }
                | Self::Reopened { .. }
        )
    }

    /// May be added by others than the owner, and when the case is closed: 回答, メモ and 案内漏れ; and the number and 来庁,
    /// which come before anyone has the case.
    pub const fn is_anyones(&self) -> bool {
        matches!(
            self,
            Self::ReplyGiven { .. }
                | Self::Noted { .. }
                | Self::Numbered { .. }
                | Self::Arrived {}
                | Self::Missed { .. }
        )
    }

    /// Happened in the world: paper is out of the printer, words were said.
    pub const fn is_done_for_good(&self) -> bool {
        matches!(
            self,
            Self::Printed { .. }
                | Self::GuideIssued { .. }
                | Self::Explained { .. }
                | Self::InquirySent { .. }
                | Self::ReplyGiven { .. }
                | Self::Arrived {}
        )
    }

    /// The name it is written under.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Claimed {} => "claimed",
            Self::Released { .. } => "released",
            Self::HandedOver { .. } => "handed_over",
            Self::TakenOver { .. } => "taken_over",
            Self::TakenBack {} => "taken_back",
            Self::Restored {} => "restored",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Numbered { .. } => "numbered",
            Self::MemberAdded { .. } => "member_added",
            Self::MemberRemoved { .. } => "member_removed",
            Self::HouseholdSet { .. } => "household_set",
            Self::Stated { .. } => "stated",
            Self::Hidden { .. } => "hidden",
            Self::SamePerson { .. } => "same_person",
            Self::NotSamePerson { .. } => "not_same_person",
            Self::Selected { .. } => "selected",
            Self::Deselected { .. } => "deselected",
            Self::Marked { .. } => "marked",
            Self::Unmarked { .. } => "unmarked",
            Self::FormEdited { .. } => "form_edited",
            Self::FormEditDropped { .. } => "form_edit_dropped",
            Self::PapersChosen { .. } => "papers_chosen",
            Self::Printed { .. } => "printed",
            Self::GuideIssued { .. } => "guide_issued",
            Self::Explained { .. } => "explained",
            Self::InquirySent { .. } => "inquiry_sent",
            Self::ReplyGiven { .. } => "reply_given",
            Self::Signed { .. } => "signed",
            Self::Noted { .. } => "noted",
            Self::StepEntered { .. } => "step_entered",
            Self::Paused {} => "paused",
            Self::Arrived {} => "arrived",
            Self::Missed { .. } => "missed",
            Self::Undone { .. } => "undone",
            Self::LateResolved { .. } => "late_resolved",
        }
    }

    /// Every name there is, for telling an unknown kind of a newer version from a broken one.
    pub const NAMES: [&'static str; 37] = [
        "opened",
        "claimed",
        "released",
        "handed_over",
        "taken_over",
        "taken_back",
        "restored",
        "closed",
        "reopened",
        "numbered",
        "member_added",
        "member_removed",
        "household_set",
        "stated",
        "hidden",
        "same_person",
        "not_same_person",
        "selected",
        "deselected",
        "marked",
        "unmarked",
        "form_edited",
        "form_edit_dropped",
        "papers_chosen",
        "printed",
        "guide_issued",
        "explained",
        "inquiry_sent",
        "reply_given",
        "signed",
        "noted",
        "step_entered",
        "paused",
        "arrived",
        "missed",
        "undone",
        "late_resolved",
    ];
}
