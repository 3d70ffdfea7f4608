//! A pack, looked up the ways the analysis needs.

use std::collections::HashMap;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};

use crate::condition::Condition;
use crate::pack::{Event, Pack, Period, Procedure, ProcedureId, Question, ValidBy};

/// The day of packs that do not say from when they are valid: any day will do, as long as it is always the same.
const SOME_DAY: Date = jiff::civil::date(2026, 4, 1);

#[derive(Debug)]
pub(super) struct Index<'a> {
    pub(super) pack: &'a Pack,
    derived: HashMap<&'a DeclaredPath, &'a Condition>,
    questions: HashMap<(&'a DeclaredPath, &'a Id), Vec<&'a Question>>,
    events: HashMap<&'a Id, &'a Event>,
    /// Days on which questions change.
    changes: Vec<Date>,
}

impl<'a> Index<'a> {
    pub(super) fn of(pack: &'a Pack) -> Self {
        let derived =
            pack.facts.iter().filter_map(|fact| Some((&fact.path, fact.derived.as_ref()?))).collect();
        let mut questions: HashMap<_, Vec<_>> = HashMap::new();
        let mut changes = Vec::new();
        for question in &pack.questions {
            for event in &question.events {
                questions.entry((&question.fact, event)).or_default().push(question);
            }
            let Period { from, to } = question.effective.period;
            changes.extend(from.into_iter().chain(to.and_then(|to| to.tomorrow().ok())));
        }
        changes.sort_unstable();
        changes.dedup();
        let events = pack.events.iter().map(|event| (&event.id, event)).collect();
        Self { pack, derived, questions, events, changes }
    }

    pub(super) fn event(&self, id: &Id) -> Option<&'a Event> {
        self.events.get(id).copied()
    }

    pub(super) fn derived(&self, path: &DeclaredPath) -> Option<&'a Condition> {
        self.derived.get(path).copied()
    }

    /// All wordings of a question of an event.
    pub(super) fn questions<'s>(&'s self, path: &'s DeclaredPath, event: &'s Id) -> &'s [&'a Question] {
        self.questions.get(&(path, event)).map_or(&[], Vec::as_slice)
    }

    /// The question about a fact that is in force.
    pub(super) fn question(&self, path: &DeclaredPath, event: &Id, day: Date) -> Option<&'a Question> {
        self.questions(path, event).iter().copied().find(|question| question.effective.period.contains(day))
    }

    /// The first day of the pack.
    pub(super) fn first_day(&self) -> Date {
        self.pack.valid.from.unwrap_or(SOME_DAY)
    }

    /// One day for each state of the questions within a period: what is never so on these is never so.
    pub(super) fn days(&self, period: Period) -> Vec<Date> {
        let mut first = self.first_day();
        if let Some(from) = period.from {
            first = first.max(from);
        }
        if let Some(to) = period.to {
            first = first.min(to);
        }
        let until = |day: &Date| {
            *day > first && period.contains(*day) && self.pack.valid.to.is_none_or(|to| *day <= to)
        };
        std::iter::once(first).chain(self.changes.iter().copied().filter(until)).collect()
    }

    /// Between which changes of the questions a day lies.
    pub(super) fn state_of_questions(&self, day: Date) -> usize {
        self.changes.partition_point(|change| *change <= day)
    }

    /// The days of a procedure.
    pub(super) fn days_of(&self, procedure: &Procedure) -> Vec<Date> {
        match procedure.effective.basis {
            ValidBy::Visit => self.days(procedure.effective.period),
            ValidBy::Event => self.days(Period::default()),
        }
    }

    pub(super) fn procedures(&self, id: &ProcedureId) -> impl Iterator<Item = &'a Procedure> + use<'_, 'a> {
        let id = id.clone();
        self.pack.procedures.iter().filter(move |procedure| procedure.id == id)
    }

    /// How an event is called.
    pub(super) fn event_name(&self, id: &Id) -> String {
        self.event(id).map_or_else(|| id.to_string(), |event| event.name.ja.clone())
    }
}
