//! What a case holds, as screens, papers and the judge ask for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use madoka_facts::{FactPath, Facts, Household, PersonRef, Standing, Statement, Vocabulary};

use crate::deed::{Deed, Key};
use crate::{
    Case, Event, EventId, EventKind, FieldId, FormId, Handwriting, InquiryId, Mark, Money, OfficeId,
    ProcedureRef, ReplyAnswer, Words,
};

/// Which household members are there. Events name a member by an index that is never used again; the facts number
/// those who are there from 0, without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members(Vec<u16>);

impl Members {
    /// Where the facts have the member of this index in events.
    pub fn position(&self, member: u16) -> Option<u16> {
        self.0.iter().position(|there| *there == member).and_then(|at| u16::try_from(at).ok())
    }

    /// The index in events of the member at this position of the facts.
    pub fn member(&self, position: u16) -> Option<u16> {
        self.0.get(usize::from(position)).copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A path of an event as the facts name it.
    pub fn path_of_facts(&self, path: &FactPath) -> Option<FactPath> {
        match path {
            FactPath::Member(member, attribute) => {
                Some(FactPath::Member(self.position(*member)?, attribute.clone()))
            }
            other => Some(other.clone()),
        }
    }

    /// A path of the facts as events name it.
    pub fn path_of_events(&self, path: &FactPath) -> Option<FactPath> {
        match path {
            FactPath::Member(position, attribute) => {
                Some(FactPath::Member(self.member(*position)?, attribute.clone()))
            }
            other => Some(other.clone()),
        }
    }

    fn person_of_facts(&self, person: &PersonRef) -> Option<PersonRef> {
        match person {
            PersonRef::Member(member) => self.position(*member).map(PersonRef::Member),
            role @ PersonRef::Role(_) => Some(role.clone()),
        }
    }
}

/// The facts of a case in a pack's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownFacts {
    pub facts: Facts,
    pub members: Members,
    /// What was said and this pack has no place for; it stays on record.
    pub unfit: BTreeSet<FactPath>,
}

/// How one procedure of the checklist stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked<'a> {
    pub selected: bool,
    pub mark: Option<&'a Mark>,
    /// The event that says so, and when.
    pub by: Option<&'a Event>,
}

/// 照会 and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry<'a> {
    pub id: InquiryId,
    pub office: &'a OfficeId,
    pub procedure: Option<&'a ProcedureRef>,
    pub words: &'a Words,
    pub sent: Timestamp,
    /// The latest reply about each procedure, in the order they first came.
    pub replies: Vec<Reply<'a>>,
}

impl<'a> Inquiry<'a> {
    /// The reply to what was asked; of a question about no procedure, the first answer given.
    pub fn reply(&self) -> Option<&Reply<'a>> {
        self.replies.iter().find(|reply| reply.procedure == self.procedure).or_else(|| self.replies.first())
    }
}

/// 回答
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    pub answer: ReplyAnswer,
    pub here: bool,
    /// What it is about: the inquiry's own procedure, or one more that the department found.
    pub procedure: Option<&'a ProcedureRef>,
    pub words: Option<&'a Words>,
    pub money: Option<Money>,
    pub bring: Option<&'a Words>,
    pub call: Option<&'a Words>,
    pub event: &'a Event,
}

impl Case {
    /// Every event that counts or counted, in order; the history a screen shows.
    pub fn deeds(&self) -> &[Deed] {
        &self.deeds
    }

    fn standing(&self) -> impl Iterator<Item = &Event> {
        self.deeds.iter().filter(|deed| deed.undone.is_none()).map(|deed| &deed.event)
    }

    /// The last thing that can be undone, as the key 元に戻す wants it.
    pub fn last_undoable(&self) -> Option<EventId> {
        let undoable = |event: &&Event| {
            !event.kind.is_of_phase()
                && !event.kind.is_done_for_good()
                && !matches!(
                    event.kind,
                    EventKind::Undone { .. }
                        | EventKind::Numbered { .. }
                        | EventKind::LateResolved { .. }
                        | EventKind::StepEntered { .. }
                        | EventKind::Paused {}
                )
        };
        self.deeds
            .iter()
            .rev()
            .filter(|deed| deed.undone.is_none())
            .map(|deed| &deed.event)
            .find(undoable)
            .map(|event| event.id)
    }

    pub fn members(&self) -> Members {
        let known = (0..self.next_member()).filter(|member| self.is_member(*member));
        Members(known.collect())
    }

    /// What was said and still counts, in order, with the event that says so.
    pub fn stated(&self) -> impl Iterator<Item = (&FactPath, &Statement, &Event)> {
        self.standing().filter_map(|event| match &event.kind {
            EventKind::Stated { said } if self.counts(said.path()) && !self.is_hidden(event.id) => {
                Some((said.path(), said.statement(), event))
            }
            _ => None,
        })
    }

    fn is_hidden(&self, event: EventId) -> bool {
        self.current(&Key::Hiding(event)).is_some()
    }

    /// What was ever said, with whether it counts: for the history of a fact.
    fn ever_stated(&self) -> impl Iterator<Item = (&FactPath, Statement)> {
        self.deeds.iter().filter_map(|deed| match &deed.event.kind {
            EventKind::Stated { said } => {
                let standing = match deed.undone {
                    Some(_) => Standing::Withdrawn,
                    None if self.is_hidden(deed.event.id) => Standing::Hidden,
                    None => said.statement().standing,
                };
                let mut statement = said.statement().clone();
                statement.standing = standing;
                Some((said.path(), statement.by(deed.event.by.staff.as_str(), deed.event.at)))
            }
            _ => None,
        })
    }

    /// The facts to judge and to fill by; what was withdrawn or hidden is in their history and does not count. `words` are those of the pack the case was opened with.
    pub fn facts(&self, words: &Vocabulary) -> KnownFacts {
        let members = self.members();
        let mut known = KnownFacts { members, ..KnownFacts::default() };
        for _ in 0..known.members.len() {
            // As many as are there, which is never more than facts can hold.
            let _ = known.facts.add_member();
        }
        if let Some(EventKind::HouseholdSet { known: household }) = self.current(&Key::Household) {
            known.facts.set_household(*household);
        } else {
            known.facts.set_household(Household::Unasked);
        }
        for (path, statement) in self.ever_stated() {
            let Some(place) = known.members.path_of_facts(path) else { continue };
            if known.facts.state(words, place, statement).is_err() {
                known.unfit.insert(path.clone());
            }
        }
        let ones: BTreeSet<&PersonRef> = self
            .standing()
            .filter_map(|event| match &event.kind {
                EventKind::SamePerson { one, .. } => Some(one),
                _ => None,
            })
            .collect();
        for one in ones {
            let Some(other) = self.same_as(one) else { continue };
            if let (Some(one), Some(other)) =
                (known.members.person_of_facts(one), known.members.person_of_facts(other))
            {
                // A pack without this person, or a circle closed by an undo: the two stay apart, which loses nothing.
                let _ = known.facts.same_person(words, one, other);
            }
        }
        known
    }

    pub fn is_selected(&self, procedure: &ProcedureRef) -> bool {
        matches!(self.current(&Key::Selection(procedure.clone())), Some(EventKind::Selected { .. }))
    }

    pub fn mark(&self, procedure: &ProcedureRef) -> Option<&Mark> {
        match self.current(&Key::Mark(procedure.clone()))? {
            EventKind::Marked { mark, .. } => Some(mark),
            _ => None,
        }
    }

    /// チェックリスト: every procedure that is selected or marked.
    pub fn checklist(&self) -> BTreeMap<&ProcedureRef, Checked<'_>> {
        let mut list: BTreeMap<&ProcedureRef, Checked<'_>> = BTreeMap::new();
        for event in self.standing() {
            match &event.kind {
                EventKind::Selected { procedure } => list.entry(procedure).or_default().selected = true,
                EventKind::Deselected { procedure } => list.entry(procedure).or_default().selected = false,
                EventKind::Marked { procedure, mark } => {
                    let checked = list.entry(procedure).or_default();
                    (checked.mark, checked.by) = (Some(mark), Some(event));
                }
                EventKind::Unmarked { procedure } => {
                    let checked = list.entry(procedure).or_default();
                    (checked.mark, checked.by) = (None, None);
                }
                _ => {}
            }
        }
        list.retain(|procedure, checked| {
            (checked.selected || checked.mark.is_some())
                && procedure.member.is_none_or(|member| self.is_member(member))
        });
        list
    }

    /// Fields edited by hand; without a value the field is to stay empty.
    pub fn form_edits(&self) -> BTreeMap<(&FormId, &FieldId), Option<&Words>> {
        let mut edits = BTreeMap::new();
        for event in self.standing() {
            match &event.kind {
                EventKind::FormEdited { form, field, value } => {
                    edits.insert((form, field), value.as_ref());
                }
                EventKind::FormEditDropped { form, field } => {
                    edits.remove(&(form, field));
                }
                _ => {}
            }
        }
        edits
    }

    /// 照会, in the order they were sent.
    pub fn inquiries(&self) -> Vec<Inquiry<'_>> {
        let mut inquiries: Vec<Inquiry<'_>> = Vec::new();
        for event in self.standing() {
            match &event.kind {
                EventKind::InquirySent { inquiry, office, procedure, words } => inquiries.push(Inquiry {
                    id: *inquiry,
                    office,
                    procedure: procedure.as_ref(),
                    words,
                    sent: event.at,
                    replies: Vec::new(),
                }),
                EventKind::ReplyGiven { inquiry, answer, here, words, procedure, money, bring, call } => {
                    let Some(asked) = inquiries.iter_mut().find(|asked| asked.id == *inquiry) else {
                        continue;
                    };
                    let reply = Reply {
                        answer: *answer,
                        here: *here,
                        procedure: procedure.as_ref().or(asked.procedure),
                        words: words.as_ref(),
                        money: *money,
                        bring: bring.as_ref(),
                        call: call.as_ref(),
                        event,
                    };
                    match asked.replies.iter_mut().find(|earlier| earlier.procedure == reply.procedure) {
                        Some(earlier) => *earlier = reply,
                        None => asked.replies.push(reply),
                    }
                }
                _ => {}
            }
        }
        inquiries
    }

    /// 説明: what was told to whom, and when.
    pub fn explained(&self) -> impl Iterator<Item = (&PersonRef, &Words, &Event)> {
        self.standing().filter_map(|event| match &event.kind {
            EventKind::Explained { to, words, .. } => Some((to, words, event)),
            _ => None,
        })
    }

    pub fn notes(&self) -> impl Iterator<Item = (&Words, &Event)> {
        self.standing().filter_map(|event| match &event.kind {
            EventKind::Noted { words } => Some((words, event)),
            _ => None,
        })
    }

    /// 案内漏れ: procedures that turned out to apply though the rules had not said so, with what was said, the facts that
    /// had misled, and the event.
    pub fn missed(&self) -> impl Iterator<Item = (&ProcedureRef, Option<&Words>, &[FactPath], &Event)> {
        self.standing().filter_map(|event| match &event.kind {
            EventKind::Missed { procedure, words, because } => {
                Some((procedure, words.as_ref(), because.as_slice(), event))
            }
            _ => None,
        })
    }

    /// 来庁: when the family of a booking came. `None` where it was never said: then they were here when the case began.
    pub fn arrived(&self) -> Option<Timestamp> {
        self.standing().find(|event| matches!(event.kind, EventKind::Arrived {})).map(|event| event.at)
    }

    /// How many copies of a form the officer chose to print, where they chose otherwise than the form says.
    pub fn copies(&self, form: &FormId) -> Option<u16> {
        match self.current(&Key::Papers(form.clone()))? {
            EventKind::PapersChosen { copies, .. } => *copies,
            _ => None,
        }
    }

    /// Forms of which the officer chose how many are printed, in the order they were first chosen.
    pub fn forms_chosen(&self) -> Vec<&FormId> {
        let mut forms = Vec::new();
        for event in self.standing() {
            if let EventKind::PapersChosen { form, .. } = &event.kind
                && !forms.contains(&form)
            {
                forms.push(form);
            }
        }
        forms
    }

    /// 署名 written on a screen: who signed, for which forms, the lines, and when.
    pub fn signatures(&self) -> impl Iterator<Item = (&PersonRef, &[FormId], &Handwriting, &Event)> {
        self.standing().filter_map(|event| match &event.kind {
            EventKind::Signed { who, forms, strokes: Some(strokes), .. } => {
                Some((who, forms.as_slice(), strokes, event))
            }
            _ => None,
        })
    }

    /// The case as it stood right after one of its events: what somebody saw who signed then. `None` where an event from
    /// before it is missing here, so that nobody can tell.
    pub fn as_of(&self, event: EventId) -> Option<Self> {
        let at = self.deeds().iter().position(|deed| deed.event.id == event)?;
        let before = self.deeds().get(..=at)?;
        let then = Self::fold(before.iter().map(|deed| deed.event.clone())).ok()?;
        then.early().is_empty().then_some(then)
    }

    /// Forms that were printed, signed and given out, each with its event.
    pub fn papers(&self) -> impl Iterator<Item = &Event> {
        self.standing().filter(|event| {
            matches!(
                event.kind,
                EventKind::Printed { .. } | EventKind::Signed { .. } | EventKind::GuideIssued { .. }
            )
        })
    }
}
