//! 担当: who has a case, and how it passes from hand to hand.

use madoka_casework::{Author, Case, CaseId, EventKind, Outcome, StaffId, State, Step, TerminalId, Words};
use madoka_facts::FactPath;
use madoka_store::AuditAct;
use madoka_text::Personal;

use crate::at_work::MEMO;
use crate::resident::Doing;
use crate::visit::Visit;
use crate::working::words;
use crate::{Counter, CounterError};

impl Counter {
    pub(crate) fn is_mine(&self, case: &Case) -> bool {
        case.owner().is_some_and(|owner| owner.terminal == self.me.terminal)
    }

    /// Opens a case to work on: this terminal takes it, if nobody has it. A case that another has, or that is closed, is
    /// only looked at.
    pub fn begin(&mut self, id: CaseId, step: impl Into<Step>) -> Result<Visit, CounterError> {
        let case = self.cases.get(id)?;
        let claim = (case.state() == State::Waiting).then_some(EventKind::Claimed {});
        if claim.is_some() || self.is_mine(&case) {
            let step = step.into();
            let entered = EventKind::StepEntered { step };
            self.record(id, claim.into_iter().chain([entered]))?;
            self.resident.serve(id, Doing::Step(step));
            self.note_at_work(Some(id))?;
        }
        self.audit(AuditAct::Seen, Some(id))?;
        let visit = self.visit(id)?;
        // What another case says differently stands on the screen too.
        for other in visit.others.iter().filter(|other| !other.differences.is_empty()) {
            self.audit(AuditAct::Seen, other.case.id.parse().ok())?;
        }
        Ok(visit)
    }

    /// 中断: the phone rings. Until the next step it is waiting, not work.
    pub fn pause(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.record(id, [EventKind::Paused {}]).map(|_| ())
    }

    /// Back to the reception: the case stays with its owner, and its time no longer runs.
    pub fn lay_aside(&mut self, id: CaseId) -> Result<(), CounterError> {
        if self.is_mine(&self.cases.get(id)?) {
            self.pause(id)?;
        }
        self.resident.leave(id);
        self.note_at_work(None)
    }

    /// 担当を外す: the case waits for whoever takes it next.
    pub fn release(&mut self, id: CaseId, reason: Option<&Personal<String>>) -> Result<(), CounterError> {
        let reason = reason.map(words).transpose()?;
        let left = self.left_half_typed(id)?.map(|words| EventKind::Noted { words });
        self.record(id, left.into_iter().chain([EventKind::Released { reason }]))?;
        self.leave(id)
    }

    /// 引き継ぐ: to a colleague, with a note of what to know.
    pub fn hand_over(
        &mut self,
        id: CaseId,
        staff: &str,
        terminal: &str,
        note: Option<&Personal<String>>,
    ) -> Result<(), CounterError> {
        let to = Author {
            staff: StaffId::parse(staff).map_err(CounterError::Name)?,
            terminal: TerminalId::parse(terminal).map_err(CounterError::Name)?,
        };
        let reason = note.map(words).transpose()?;
        // As a note too: whoever opens the case reads it first.
        let notes = reason.clone().into_iter().chain(self.left_half_typed(id)?);
        let notes: Vec<_> = notes.map(|words| EventKind::Noted { words }).collect();
        self.record(id, notes.into_iter().chain([EventKind::HandedOver { to, reason }]))?;
        self.leave(id)
    }

    /// 引き取る: from an owner who cannot hand it over.
    pub fn take_over(&mut self, id: CaseId, reason: &Personal<String>) -> Result<Visit, CounterError> {
        self.record(id, [EventKind::TakenOver { reason: words(reason)? }])?;
        self.resident.serve(id, Doing::Nothing);
        self.note_at_work(Some(id))?;
        self.visit(id)
    }

    /// 完了
    pub fn close(&mut self, id: CaseId, outcome: Outcome) -> Result<(), CounterError> {
        self.record(id, [EventKind::Closed { outcome, reason: None }])?;
        self.resident.thank(id);
        self.leave(id)
    }

    /// 再開
    pub fn reopen(&mut self, id: CaseId, reason: &Personal<String>) -> Result<Visit, CounterError> {
        self.record(id, [EventKind::Reopened { reason: words(reason)? }])?;
        self.note_at_work(Some(id))?;
        self.visit(id)
    }

    /// What a colleague at another terminal would not see: the answers being typed, as a note.
    fn left_half_typed(&self, id: CaseId) -> Result<Option<Words>, CounterError> {
        let case = self.cases.get(id)?;
        let drafts = self.drafts(&case);
        if drafts.is_empty() {
            return Ok(None);
        }
        let book = self.book(&case)?;
        let words = &book.pack().vocabulary;
        let lines = drafts.iter().filter_map(|draft| {
            let of = match draft.fact.parse() {
                _ if draft.fact == MEMO => "メモ".to_owned(),
                Ok(path) if path != FactPath::Household && words.require(&path).is_ok() => words.label(&path),
                // Half a table is nothing that can be read out.
                _ => return None,
            };
            Some(format!("{of}「{}」", draft.text))
        });
        let lines = lines.collect::<Vec<_>>().join("、");
        if lines.is_empty() {
            return Ok(None);
        }
        // Too long to be a note, it stays unsaid: nobody has answered it yet.
        Ok(Words::parse(&format!("打ちかけ：{lines}")).ok())
    }

    /// The case is out of these hands: nothing of it stays on a screen or half typed.
    fn leave(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.resident.leave(id);
        self.forget_drafts(id)?;
        self.note_at_work(None)
    }
}
