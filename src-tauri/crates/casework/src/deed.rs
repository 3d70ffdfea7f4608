//! An event that counts, and what it is about.

use madoka_facts::{FactPath, PersonRef};
use serde::{Deserialize, Serialize};

use crate::{Event, EventId, EventKind, FieldId, FormId, InquiryId, ProcedureRef};

/// An event that counted when it came, and whether it was undone since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    pub event: Event,
    /// By which event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<EventId>,
}

/// What an event changes: of one key the last deed that is not undone counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Member(u16),
    Household,
    Same(PersonRef),
    Selection(ProcedureRef),
    Mark(ProcedureRef),
    Field(FormId, FieldId),
    Papers(FormId),
    Inquiry(InquiryId),
    Hiding(EventId),
    Number,
}

pub(crate) fn key_of(kind: &EventKind) -> Option<Key> {
    Some(match kind {
        EventKind::MemberAdded { member } | EventKind::MemberRemoved { member } => Key::Member(*member),
        EventKind::HouseholdSet { .. } => Key::Household,
        EventKind::SamePerson { one, .. } | EventKind::NotSamePerson { one } => Key::Same(one.clone()),
        EventKind::Selected { procedure } | EventKind::Deselected { procedure } => {
            Key::Selection(procedure.clone())
        }
        EventKind::Marked { procedure, .. } | EventKind::Unmarked { procedure } => {
            Key::Mark(procedure.clone())
        }
        EventKind::FormEdited { form, field, .. } | EventKind::FormEditDropped { form, field } => {
            Key::Field(form.clone(), field.clone())
        }
        EventKind::PapersChosen { form, .. } => Key::Papers(form.clone()),
        EventKind::InquirySent { inquiry, .. } => Key::Inquiry(*inquiry),
        EventKind::Hidden { event } => Key::Hiding(*event),
        EventKind::Numbered { .. } => Key::Number,
        _ => return None,
    })
}

/// The household member an event speaks of and who must be there.
#[expect(clippy::match_same_arms, reason = "one line a kind reads better than one a shape")]
pub(crate) fn member_of(kind: &EventKind) -> Option<u16> {
    let of_procedure = |procedure: &ProcedureRef| procedure.member;
    match kind {
        EventKind::MemberRemoved { member } => Some(*member),
        EventKind::Stated { said } => match said.path() {
            FactPath::Member(member, _) => Some(*member),
            _ => None,
        },
        EventKind::Selected { procedure }
        | EventKind::Marked { procedure, .. }
        | EventKind::Missed { procedure, .. } => of_procedure(procedure),
        EventKind::Explained { to: PersonRef::Member(member), .. }
        | EventKind::Signed { who: PersonRef::Member(member), .. } => Some(*member),
        EventKind::Explained { procedure: Some(procedure), .. }
        | EventKind::InquirySent { procedure: Some(procedure), .. } => of_procedure(procedure),
        _ => None,
    }
}
