//! The cases at hand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_casework::{Case, CaseId, Event};

use crate::{CounterError, office_time};

/// Cases and what happened to them.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    cases: BTreeMap<CaseId, Case>,
}

impl Cases {
    pub(crate) fn get(&self, id: CaseId) -> Result<Case, CounterError> {
        self.cases.get(&id).cloned().ok_or(CounterError::UnknownCase)
    }

    /// Takes in what happened to one case: all of it or nothing.
    pub(crate) fn append(&mut self, events: &[Event]) -> Result<Case, CounterError> {
        let Some(first) = events.first() else { return Err(CounterError::UnknownCase) };
        let (mut case, rest) = match self.cases.get(&first.case) {
            Some(case) => (case.clone(), events),
            None => (Case::begin(first.clone())?, events.get(1..).unwrap_or_default()),
        };
        for event in rest {
            case.apply(event)?;
        }
        self.cases.insert(case.id, case.clone());
        Ok(case)
    }

    pub(crate) fn opened_on(&self, day: Date) -> Vec<Case> {
        self.cases.values().filter(|case| office_time::day(case.opened) == day).cloned().collect()
    }
}
