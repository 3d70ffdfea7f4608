//! Working on a case: take facts in, ask, judge, mark, note. Who has it stands in `owning`.

use madoka_casework::{
    Case, CaseId, Event, EventId, EventKind, Mark, OfficeId, ProcedureId, ProcedureRef, Said, Words,
};
use madoka_facts::{FactPath, Facts, Household, PersonRef, Source, Statement};
use madoka_rules::{Judgement, Rulebook};
use madoka_text::Personal;

use crate::at_work::MEMO;
use crate::handover::Handover;
use crate::relations::relate;
use crate::visit::{self, Given, MarkGiven, NotNeeded, Note, Visit};
use crate::{Counter, CounterError};

/// One thing that was read or told, and about what.
pub struct TakenIn {
    pub path: FactPath,
    pub statement: Statement,
}

impl std::fmt::Debug for TakenIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TakenIn({}, {:?})", self.path, self.statement.source)
    }
}

/// A case with its facts in the words of its pack, judged today.
#[derive(Debug)]
pub struct Judged {
    pub case: Case,
    pub facts: Facts,
    pub book: std::sync::Arc<Rulebook>,
    pub judgement: Judgement,
}

impl Counter {
    /// The whole case as its screens show it.
    pub fn visit(&self, id: CaseId) -> Result<Visit, CounterError> {
        let judged = self.judged(id)?;
        Ok(self.seen(&judged))
    }

    /// A case with everything that follows from its facts.
    pub fn judged(&self, id: CaseId) -> Result<Judged, CounterError> {
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let mut facts = case.facts(&book.pack().vocabulary).facts;
        relate(book.pack(), &mut facts);
        let judgement = book.judge(&facts);
        Ok(Judged { case, facts, book, judgement })
    }

    /// なぜ出ない: everything that is not needed, each with its reason.
    pub fn not_needed(&self, id: CaseId) -> Result<Vec<NotNeeded>, CounterError> {
        let Judged { facts, book, judgement, .. } = self.judged(id)?;
        Ok(visit::not_needed(&book, &judgement, &facts))
    }

    pub(crate) fn seen(&self, judged: &Judged) -> Visit {
        let Judged { case, facts, book, judgement } = judged;
        let persons: Vec<PersonRef> = book
            .event()
            .map(|event| {
                event
                    .persons
                    .iter()
                    .filter(|person| person.as_str() != "household")
                    .cloned()
                    .map(PersonRef::Role)
                    .collect()
            })
            .unwrap_or_default();
        let interview = visit::interview(book, judgement, facts);
        let procedures = visit::procedures(book, judgement, facts, case);
        let handed = visit::handed(book.pack(), case);
        let exchange = self.city_of(case).ok().and_then(|city| {
            let of = |handover: &&Handover| handover.event == case.life_event.as_str();
            city.handovers.iter().find(of).map(|handover| handover.of(book, judgement, facts))
        });
        let late = visit::late(judged, |event| self.staff_name(&event.by.staff));
        let others = self.other_visits(judged);
        let mut unfinished =
            visit::unfinished(&interview, &procedures, &handed, exchange.as_ref(), late.len());
        let differences: usize = others.iter().map(|other| other.differences.len()).sum();
        if differences > 0 {
            unfinished.push(format!("同じ方の別の案件と、{differences}か所の答えが違います"));
        }
        Visit {
            case: self.row(case),
            events: u32::try_from(case.events()).unwrap_or(u32::MAX),
            mine: self.is_mine(case),
            step: case.step().into(),
            family: visit::family(book.pack(), &case.life_event, facts),
            unfinished,
            others,
            exchange,
            people: visit::people(book.pack(), &persons, facts),
            notes: self.notes(case),
            late,
            can_undo: case.last_undoable().is_some(),
            minutes: visit::minutes(case.time_spent()),
            notices: self.notices(judged),
            inquiries: self.asked(judged),
            meets: self.meets(judged, &procedures.rows),
            warnings: case
                .notes()
                .map(|(words, _)| words.as_str())
                .filter(|words| words.starts_with(crate::register::PROTECTED))
                .map(ToOwned::to_owned)
                .collect(),
            handed,
            drafts: self.drafts(case),
            interview,
            procedures,
        }
    }

    /// 回答: what somebody answered to a question, or わからない.
    pub fn answer(
        &mut self,
        id: CaseId,
        fact: &str,
        given: &Given,
        source: Source,
    ) -> Result<Visit, CounterError> {
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        if path == FactPath::Household {
            return match given {
                Given::Unknown => self.household(id, Household::Unknown),
                _ => Err(CounterError::AnswerKind),
            };
        }
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let value = visit::read_answer(&book.pack().vocabulary, &path, given)?;
        let statement =
            value.map_or_else(|| Statement::unknown(source), |value| Statement::known(value, source));
        self.state(id, vec![TakenIn { path, statement }])?;
        self.forget_draft_of(id, fact)?;
        self.visit(id)
    }

    /// 読取: takes in what a chip, a camera, a code or a person told, all of it or nothing.
    pub fn take_in(&mut self, id: CaseId, taken: Vec<TakenIn>) -> Result<Visit, CounterError> {
        self.state(id, taken)?;
        self.visit(id)
    }

    fn state(&mut self, id: CaseId, taken: Vec<TakenIn>) -> Result<(), CounterError> {
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let members = case.members();
        let mut events = Vec::with_capacity(taken.len());
        for TakenIn { path, statement } in taken {
            let words = &book.pack().vocabulary;
            let declared = words.require(&path).map_err(|_| CounterError::UnknownFact)?;
            if statement.value.as_ref().is_some_and(|value| !declared.kind.admits(value)) {
                return Err(CounterError::AnswerRange);
            }
            let path = members.path_of_events(&path).ok_or(CounterError::UnknownFact)?;
            events.push(EventKind::Stated { said: Said::new(path, statement)? });
        }
        self.record(id, events).map(drop)
    }

    /// 確かめた: an officer looked and says that the value is right as it was read.
    pub fn confirm_fact(&mut self, id: CaseId, fact: &str) -> Result<Visit, CounterError> {
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        let said = self.judged(id)?.facts.best(&path).and_then(|said| said.value.clone());
        let value = said.ok_or(CounterError::AnswerEmpty)?;
        self.take_in(id, vec![TakenIn { path, statement: Statement::known(value, Source::Staff) }])
    }

    /// 世帯員を加える
    pub fn add_member(&mut self, id: CaseId) -> Result<Visit, CounterError> {
        let member = self.cases.get(id)?.next_member();
        self.record(id, [EventKind::MemberAdded { member }])?;
        self.visit(id)
    }

    /// 世帯員を外す, by the position the screen shows.
    pub fn remove_member(&mut self, id: CaseId, position: u16) -> Result<Visit, CounterError> {
        let members = self.cases.get(id)?.members();
        let member = members.member(position).ok_or(CounterError::UnknownFact)?;
        self.record(id, [EventKind::MemberRemoved { member }])?;
        self.visit(id)
    }

    /// これで全員: the list of the household is complete, or nobody can say.
    pub fn household(&mut self, id: CaseId, known: Household) -> Result<Visit, CounterError> {
        self.record(id, [EventKind::HouseholdSet { known }])?;
        self.visit(id)
    }

    /// 同じ人: stated once, read everywhere. Saying it again takes it back.
    pub fn same_person(&mut self, id: CaseId, one: &str, other: Option<&str>) -> Result<Visit, CounterError> {
        let members = self.cases.get(id)?.members();
        let person = |text: &str| -> Result<PersonRef, CounterError> {
            match text.parse().map_err(|_| CounterError::UnknownFact)? {
                PersonRef::Member(position) => {
                    members.member(position).map(PersonRef::Member).ok_or(CounterError::UnknownFact)
                }
                role @ PersonRef::Role(_) => Ok(role),
            }
        };
        let one = person(one)?;
        let kind = match other {
            Some(other) => EventKind::SamePerson { one, other: person(other)? },
            None => EventKind::NotSamePerson { one },
        };
        self.record(id, [kind])?;
        self.visit(id)
    }

    /// チェックリスト: 済・後で・辞退・他課へ・該当なし, or nothing any more.
    pub fn mark(
        &mut self,
        id: CaseId,
        procedure: &str,
        subject: &str,
        mark: Option<&MarkGiven>,
    ) -> Result<Visit, CounterError> {
        let procedure = self.procedure_ref(id, procedure, subject)?;
        let kind = match mark {
            Some(mark) => EventKind::Marked { procedure, mark: read_mark(mark)? },
            None => EventKind::Unmarked { procedure },
        };
        self.record(id, [kind])?;
        self.visit(id)
    }

    pub(crate) fn procedure_ref(
        &self,
        id: CaseId,
        procedure: &str,
        subject: &str,
    ) -> Result<ProcedureRef, CounterError> {
        let procedure = ProcedureId::parse(procedure).map_err(CounterError::Name)?;
        if subject == "case" || subject == "household" {
            return Ok(ProcedureRef::of_case(procedure));
        }
        match subject.parse() {
            Ok(PersonRef::Member(position)) => {
                let member =
                    self.cases.get(id)?.members().member(position).ok_or(CounterError::UnknownFact)?;
                Ok(ProcedureRef::of_member(procedure, member))
            }
            _ => Err(CounterError::UnknownFact),
        }
    }

    pub(crate) fn notes(&self, case: &Case) -> Vec<Note> {
        let by = |event: &Event| self.staff_name(&event.by.staff);
        case.notes().map(|(words, event)| visit::note(words, event, by(event))).collect()
    }

    /// メモ
    pub fn note(&mut self, id: CaseId, text: &Personal<String>) -> Result<Visit, CounterError> {
        self.record(id, [EventKind::Noted { words: words(text)? }])?;
        self.forget_draft_of(id, MEMO)?;
        self.visit(id)
    }

    /// 遅れた記録: what a former owner wrote is taken in, or left aside for good.
    pub fn resolve_late(
        &mut self,
        id: CaseId,
        adopt: Vec<EventId>,
        dismiss: Vec<EventId>,
    ) -> Result<Visit, CounterError> {
        self.record(id, [EventKind::LateResolved { adopt, dismiss }])?;
        self.visit(id)
    }

    /// 元に戻す: the last thing that can be undone.
    pub fn undo(&mut self, id: CaseId) -> Result<Visit, CounterError> {
        let event = self.cases.get(id)?.last_undoable().ok_or(CounterError::NothingToUndo)?;
        self.record(id, [EventKind::Undone { event }])?;
        self.visit(id)
    }
}

pub(crate) fn words(text: &Personal<String>) -> Result<Words, CounterError> {
    Ok(Words::parse(text.expose())?)
}

fn read_mark(given: &MarkGiven) -> Result<Mark, CounterError> {
    let reason = |text: &Option<String>| {
        text.as_deref().filter(|text| !text.trim().is_empty()).map(Words::parse).transpose()
    };
    let needed = |text: &Option<String>| Words::parse(text.as_deref().unwrap_or_default());
    Ok(match given {
        MarkGiven::Later { reason: text } => Mark::Later { reason: reason(text)? },
        MarkGiven::Done { reason: text } => Mark::Done { reason: reason(text)? },
        MarkGiven::Declined { reason: text } => Mark::Declined { reason: needed(text)? },
        MarkGiven::OtherOffice { office, reason: text } => Mark::OtherOffice {
            office: OfficeId::parse(office).map_err(CounterError::Name)?,
            reason: reason(text)?,
        },
        MarkGiven::NotApplicable { reason: text } => Mark::NotApplicable { reason: needed(text)? },
    })
}
