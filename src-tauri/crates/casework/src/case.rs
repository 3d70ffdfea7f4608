//! The state a set of events folds into, and which event may come next.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use madoka_facts::{FactPath, MAX_MEMBERS, PersonRef};
use serde::{Deserialize, Serialize};

use crate::deed::{Deed, Key, key_of, member_of};
use crate::order::{Arranged, Standing, arrange};
use crate::phase::Phase;
use crate::time_spent::Stopwatch;
use crate::{
    Aside, Author, CaseId, Event, EventId, EventKind, LifeEventId, PackVersion, Refusal, State, Step, Ticket,
    TimeSpent,
};

/// A case (案件) as it stands after its events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CaseForm", into = "CaseForm")]
pub struct Case {
    pub id: CaseId,
    pub life_event: LifeEventId,
    pub ticket: Ticket,
    pub pack: Option<PackVersion>,
    /// 練習
    pub practice: bool,
    pub opened: Timestamp,
    phase: Phase,
    /// When the state last changed.
    since: Timestamp,
    heads: BTreeSet<EventId>,
    next_seq: u32,
    events: usize,
    pub(crate) deeds: Vec<Deed>,
    aside: Vec<Aside>,
    early: Vec<Event>,
    watch: Stopwatch,
    // Made from the deeds.
    by_key: HashMap<Key, Vec<usize>>,
    by_event: HashMap<EventId, usize>,
}

impl Case {
    /// The case that these events make, in whatever order they come. What cannot count is kept [`aside`](Self::aside)
    /// with the reason; only a set without an opening is no case.
    pub fn fold<E: Into<Event>>(events: impl IntoIterator<Item = E>) -> Result<Self, Refusal> {
        let Arranged { events, early } = arrange(events.into_iter().map(Into::into))?;
        let mut events = events.into_iter();
        let (first, _) = events.next().ok_or(Refusal::NotOpened)?;
        let mut case = Self::begin(first)?;
        case.early = early;
        for (event, standing) in events {
            // Of two events with one id only the one that stays has arrived.
            if standing != Standing::Aside(Refusal::SameIdOtherEvent) {
                case.note_arrival(&event);
            }
            match standing {
                Standing::Counts => {
                    if let Err(why) = case.take(&event) {
                        case.aside.push(Aside { event, why, dismissed: None });
                    }
                }
                Standing::Aside(why) => case.aside.push(Aside { event, why, dismissed: None }),
            }
        }
        Ok(case)
    }

    /// The case that an opening makes.
    pub fn begin(event: Event) -> Result<Self, Refusal> {
        let EventKind::Opened { life_event, ticket, pack, practice } = event.kind.clone() else {
            return Err(Refusal::NotOpened);
        };
        if event.seq != 0 || !event.after.is_empty() {
            return Err(Refusal::OutOfOrder);
        }
        let mut case = Self {
            id: event.case,
            life_event,
            ticket,
            pack,
            practice,
            opened: event.at,
            phase: Phase::FIRST,
            since: event.at,
            heads: BTreeSet::new(),
            next_seq: 0,
            events: 0,
            deeds: Vec::new(),
            aside: Vec::new(),
            early: Vec::new(),
            watch: Stopwatch::start(&event),
            by_key: HashMap::new(),
            by_event: HashMap::new(),
        };
        case.note_arrival(&event);
        case.record(event);
        Ok(case)
    }

    /// Takes in an event written with all of this case in sight (see [`Self::next`]). A refused event leaves the case as
    /// it was. Events of others that arrive in between want [`Self::fold`] over all of them.
    pub fn apply(&mut self, event: &Event) -> Result<(), Refusal> {
        if event.case != self.id {
            return Err(Refusal::OtherCase);
        }
        let after: BTreeSet<EventId> = event.after.iter().copied().collect();
        if event.seq != self.next_seq || after != self.heads || after.len() != event.after.len() {
            return Err(Refusal::OutOfOrder);
        }
        if !event.kind.is_of_phase() && !event.kind.is_anyones() {
            self.phase.admits(event)?;
        }
        self.take(event)?;
        self.note_arrival(event);
        Ok(())
    }

    /// Whether [`Self::apply`] would take an event of this kind.
    pub fn admits(&self, by: &Author, at: Timestamp, kind: &EventKind) -> Result<(), Refusal> {
        let event = self.next(EventId::new(uuid::Uuid::nil()), by.clone(), at, kind.clone());
        if kind.is_of_phase() {
            return self.phase.next(&event).map(|_| ());
        }
        if !kind.is_anyones() {
            self.phase.admits(&event)?;
        }
        self.makes_sense(kind)
    }

    /// The next event, knowing of everything in this case. It is not taken in yet.
    pub fn next(&self, id: EventId, by: Author, at: Timestamp, kind: EventKind) -> Event {
        Event {
            id,
            case: self.id,
            seq: self.next_seq,
            after: self.heads.iter().copied().collect(),
            by,
            at,
            kind,
        }
    }

    fn note_arrival(&mut self, event: &Event) {
        for cause in &event.after {
            self.heads.remove(cause);
        }
        self.heads.insert(event.id);
        self.next_seq = self.next_seq.max(event.seq.saturating_add(1));
        self.events += 1;
    }

    fn take(&mut self, event: &Event) -> Result<(), Refusal> {
        if event.kind.is_of_phase() {
            let next = self.phase.next(event)?;
            if next.state != self.phase.state {
                self.since = event.at;
            }
            self.phase = next;
        } else {
            self.makes_sense(&event.kind)?;
        }
        self.watch.push(event);
        self.record(event.clone());
        Ok(())
    }

    /// Writes a deed down and does what it says to others.
    fn record(&mut self, event: Event) {
        match &event.kind {
            EventKind::Undone { event: target } => self.undo(*target, event.id),
            EventKind::LateResolved { adopt, dismiss } => {
                let (adopt, dismiss) = (adopt.clone(), dismiss.clone());
                self.push(event.clone());
                self.resolve(&adopt, &dismiss, event.id);
                return;
            }
            _ => {}
        }
        self.push(event);
    }

    fn push(&mut self, event: Event) {
        let at = self.deeds.len();
        self.by_event.insert(event.id, at);
        if let Some(key) = key_of(&event.kind) {
            self.by_key.entry(key).or_default().push(at);
        }
        self.deeds.push(Deed { event, undone: None });
    }

    fn undo(&mut self, target: EventId, by: EventId) {
        let Some(deed) = self.by_event.get(&target).and_then(|at| self.deeds.get_mut(*at)) else { return };
        deed.undone = Some(by);
        if let EventKind::Undone { event } = deed.event.kind
            && let Some(again) = self.by_event.get(&event).and_then(|at| self.deeds.get_mut(*at))
        {
            again.undone = None;
        }
    }

    /// Takes in what a person decided to take in, in its order; what no longer makes sense stays aside with that reason.
    fn resolve(&mut self, adopt: &[EventId], dismiss: &[EventId], by: EventId) {
        let mut still: Vec<Aside> = Vec::with_capacity(self.aside.len());
        for mut aside in std::mem::take(&mut self.aside) {
            if adopt.contains(&aside.event.id) {
                match self.makes_sense(&aside.event.kind) {
                    Ok(()) => {
                        self.record(aside.event);
                        continue;
                    }
                    Err(why) => aside.why = why,
                }
            } else if dismiss.contains(&aside.event.id) {
                aside.dismissed = Some(by);
            }
            still.push(aside);
        }
        still.append(&mut self.aside);
        self.aside = still;
    }

    /// The last deed of a key that counts.
    pub(crate) fn current(&self, key: &Key) -> Option<&EventKind> {
        let deeds = self.by_key.get(key)?;
        deeds
            .iter()
            .rev()
            .filter_map(|at| self.deeds.get(*at))
            .find(|deed| deed.undone.is_none())
            .map(|deed| &deed.event.kind)
    }

    pub(crate) fn is_member(&self, member: u16) -> bool {
        matches!(self.current(&Key::Member(member)), Some(EventKind::MemberAdded { .. }))
    }

    fn person_exists(&self, person: &PersonRef) -> Result<(), Refusal> {
        match person {
            PersonRef::Member(member) if !self.is_member(*member) => Err(Refusal::NoSuchMember),
            _ => Ok(()),
        }
    }

    pub(crate) fn same_as(&self, person: &PersonRef) -> Option<&PersonRef> {
        match self.current(&Key::Same(person.clone()))? {
            EventKind::SamePerson { other, .. } => Some(other),
            _ => None,
        }
    }

    /// Whether an event other than those of the state machine can follow.
    fn makes_sense(&self, kind: &EventKind) -> Result<(), Refusal> {
        if let Some(member) = member_of(kind)
            && !self.is_member(member)
        {
            return Err(Refusal::NoSuchMember);
        }
        match kind {
            EventKind::MemberAdded { member } => {
                if usize::from(*member) >= MAX_MEMBERS {
                    return Err(Refusal::TooManyMembers);
                }
                let taken = self.by_key.contains_key(&Key::Member(*member));
                let follows = *member == 0 || self.by_key.contains_key(&Key::Member(member - 1));
                // Doing an undone one again is the only way to meet the same index twice.
                let again = taken && self.current(&Key::Member(*member)).is_none();
                if follows && (!taken || again) { Ok(()) } else { Err(Refusal::MemberIndex) }
            }
            EventKind::SamePerson { one, other } => {
                self.person_exists(one)?;
                self.person_exists(other)?;
                if self.same_as(one).is_some() {
                    return Err(Refusal::AlreadySame);
                }
                let mut at = Some(other);
                while let Some(person) = at {
                    if person == one {
                        return Err(Refusal::SameCircle);
                    }
                    at = self.same_as(person);
                }
                Ok(())
            }
            EventKind::NotSamePerson { one } => self.same_as(one).map(|_| ()).ok_or(Refusal::NotSame),
            EventKind::Selected { procedure } if self.is_selected(procedure) => {
                Err(Refusal::AlreadySelected(procedure.procedure.clone()))
            }
            EventKind::Deselected { procedure } if !self.is_selected(procedure) => {
                Err(Refusal::NotSelected(procedure.procedure.clone()))
            }
            EventKind::Unmarked { procedure } if self.mark(procedure).is_none() => {
                Err(Refusal::NotMarked(procedure.procedure.clone()))
            }
            EventKind::FormEditDropped { form, field }
                if !matches!(
                    self.current(&Key::Field(form.clone(), field.clone())),
                    Some(EventKind::FormEdited { .. })
                ) =>
            {
                Err(Refusal::NotEdited(form.clone()))
            }
            EventKind::Printed { forms, .. } | EventKind::Signed { forms, .. } if forms.is_empty() => {
                Err(Refusal::NoForms)
            }
            EventKind::Signed { image, strokes: Some(strokes), .. } if *image != strokes.hash() => {
                Err(Refusal::OtherHandwriting)
            }
            EventKind::InquirySent { inquiry, .. } if self.by_key.contains_key(&Key::Inquiry(*inquiry)) => {
                Err(Refusal::InquiryTwice)
            }
            EventKind::ReplyGiven { inquiry, .. } if !self.by_key.contains_key(&Key::Inquiry(*inquiry)) => {
                Err(Refusal::UnknownInquiry)
            }
            EventKind::Numbered { .. } if self.by_key.contains_key(&Key::Number) => {
                Err(Refusal::NumberedTwice)
            }
            EventKind::Numbered { number } if *number > 99_999_999_999 => Err(Refusal::NumberForm),
            EventKind::Hidden { event } => {
                let deed = self.by_event.get(event).and_then(|at| self.deeds.get(*at));
                let fact = deed.is_some_and(|deed| matches!(deed.event.kind, EventKind::Stated { .. }));
                let hidden = self.current(&Key::Hiding(*event)).is_some();
                if fact && !hidden { Ok(()) } else { Err(Refusal::NotAFact) }
            }
            EventKind::Undone { event } => self.can_undo(*event),
            EventKind::LateResolved { adopt, dismiss } => {
                let is_late = |id: &EventId| {
                    self.aside.iter().any(|aside| {
                        aside.event.id == *id
                            && aside.waits_for_a_person()
                            && !(adopt.contains(id) && aside.event.kind.is_of_phase())
                    })
                };
                let twice = adopt.iter().any(|id| dismiss.contains(id));
                if !twice && adopt.iter().chain(dismiss).all(is_late) {
                    Ok(())
                } else {
                    Err(Refusal::NotLate)
                }
            }
            _ => Ok(()),
        }
    }

    fn can_undo(&self, target: EventId) -> Result<(), Refusal> {
        let deed = self.by_event.get(&target).and_then(|at| self.deeds.get(*at));
        let deed = deed.ok_or(Refusal::UnknownEvent)?;
        let kind = &deed.event.kind;
        if deed.undone.is_some() {
            return Err(Refusal::AlreadyUndone);
        }
        let stays = kind.is_of_phase()
            || kind.is_done_for_good()
            || matches!(
                kind,
                EventKind::LateResolved { .. }
                    | EventKind::StepEntered { .. }
                    | EventKind::Paused {}
                    | EventKind::Numbered { .. }
            );
        if stays {
            return Err(Refusal::CannotBeUndone);
        }
        match kind {
            // やり直す: it must make sense again now.
            EventKind::Undone { event } => self
                .by_event
                .get(event)
                .and_then(|at| self.deeds.get(*at))
                .map_or(Err(Refusal::UnknownEvent), |again| self.makes_sense(&again.event.kind)),
            _ => Ok(()),
        }
    }

    pub const fn state(&self) -> State {
        self.phase.state
    }

    /// 担当: who has the case.
    pub const fn owner(&self) -> Option<&Author> {
        self.phase.owner.as_ref()
    }

    /// 案件番号
    pub fn number(&self) -> Option<u64> {
        match self.current(&Key::Number)? {
            EventKind::Numbered { number } => Some(*number),
            _ => None,
        }
    }

    /// When it came into its state.
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    /// How many times the case has changed hands or state; sync compares it.
    pub const fn term(&self) -> u32 {
        self.phase.term
    }

    /// How many events it was folded from, without those whose causes have not arrived.
    pub const fn events(&self) -> usize {
        self.events
    }

    /// The `seq` of the next event.
    pub const fn next_seq(&self) -> u32 {
        self.next_seq
    }

    /// The index of the next household member.
    pub fn next_member(&self) -> u16 {
        let given = self.by_key.keys().filter(|key| matches!(key, Key::Member(_))).count();
        u16::try_from(given).unwrap_or(u16::MAX)
    }

    /// Events that do not count, each with the reason: late ones of a former owner, and those that made no sense.
    pub fn aside(&self) -> &[Aside] {
        &self.aside
    }

    /// What a person has still to decide about.
    pub fn late(&self) -> impl Iterator<Item = &Event> {
        self.aside.iter().filter(|aside| aside.waits_for_a_person()).map(|aside| &aside.event)
    }

    /// Events whose causes have not arrived yet.
    pub fn early(&self) -> &[Event] {
        &self.early
    }

    /// 待ち時間: whole minutes since they came. A clock set back counts as no wait, never as a negative one.
    pub fn waiting_minutes(&self, now: Timestamp) -> u32 {
        let came = self.arrived().unwrap_or(self.opened);
        let seconds = now.as_second().saturating_sub(came.as_second()).max(0);
        u32::try_from(seconds / 60).unwrap_or(u32::MAX)
    }

    /// 所要時間 up to the last event.
    pub const fn time_spent(&self) -> &TimeSpent {
        self.watch.spent()
    }

    /// The step an officer last went to: where to go on after an interruption.
    pub const fn step(&self) -> Step {
        self.watch.step()
    }

    /// Every path about which something was said that still counts, of persons and members who are there.
    pub(crate) fn counts(&self, path: &FactPath) -> bool {
        !matches!(path, FactPath::Member(member, _) if !self.is_member(*member))
    }
}

/// A case as it is written down between two runs.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseForm {
    phase: Phase,
    since: Timestamp,
    heads: BTreeSet<EventId>,
    next_seq: u32,
    events: usize,
    deeds: Vec<Deed>,
    aside: Vec<Aside>,
    early: Vec<Event>,
    watch: Stopwatch,
}

impl From<Case> for CaseForm {
    fn from(case: Case) -> Self {
        let Case { phase, since, heads, next_seq, events, deeds, aside, early, watch, .. } = case;
        Self { phase, since, heads, next_seq, events, deeds, aside, early, watch }
    }
}

impl TryFrom<CaseForm> for Case {
    type Error = Refusal;

    fn try_from(form: CaseForm) -> Result<Self, Refusal> {
        let CaseForm { phase, since, heads, next_seq, events, deeds, aside, early, watch } = form;
        let first = deeds.first().ok_or(Refusal::NotOpened)?;
        let mut case = Self::begin(first.event.clone())?;
        case.deeds.clear();
        for Deed { event, undone } in deeds {
            case.push(event);
            if let Some(deed) = case.deeds.last_mut() {
                deed.undone = undone;
            }
        }
        Ok(Self { phase, since, heads, next_seq, events, aside, early, watch, ..case })
    }
}
