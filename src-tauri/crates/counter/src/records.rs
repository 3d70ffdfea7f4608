//! Cases for those who ask from outside the window: lists, one case, records for back offices.

use jiff::civil::Date;
use madoka_casework::{Case, CaseId, Mark, State};
use madoka_qr::CaseNumber;
use madoka_store::AuditAct;

use crate::export::Record;
use crate::view::CaseRow;
use crate::visit::Visit;
use crate::{Counter, CounterError, office_time};

impl Counter {
    /// The cases opened on a day; today unless said otherwise.
    pub fn cases_on(&self, day: Option<Date>) -> Result<Vec<CaseRow>, CounterError> {
        let cases = self.cases.opened_on(day.unwrap_or_else(|| self.today()))?;
        Ok(cases.iter().map(|case| self.row(case)).collect())
    }

    /// One case, looked at without taking it; that it was looked at is written down.
    pub fn looked_at(&mut self, id: CaseId) -> Result<Visit, CounterError> {
        let visit = self.visit(id)?;
        self.audit(AuditAct::Seen, Some(id))?;
        Ok(visit)
    }

    /// What [`crate::export`] writes out; that it was taken out is written down for each case. Cases taken back hold
    /// nobody's business any more.
    pub fn records(&mut self, day: Option<Date>) -> Result<Vec<Record>, CounterError> {
        let cases = self.cases.opened_on(day.unwrap_or_else(|| self.today()))?;
        let mut records = Vec::with_capacity(cases.len());
        for case in cases.iter().filter(|case| case.state() != State::TakenBack) {
            records.push(self.record_of(case)?);
            self.audit(AuditAct::Exported, Some(case.id))?;
        }
        Ok(records)
    }

    fn record_of(&self, case: &Case) -> Result<Record, CounterError> {
        let book = self.book(case)?;
        let closed = case.state() == State::Closed;
        Ok(Record {
            number: case
                .number()
                .and_then(CaseNumber::from_value)
                .map(|number| number.to_string())
                .unwrap_or_default(),
            ticket: case.ticket.to_string(),
            event: case.life_event.as_str().to_owned(),
            opened: office_time::iso(case.opened),
            closed: if closed { office_time::iso(case.since()) } else { String::new() },
            facts: case.facts(&book.pack().vocabulary).facts,
            procedures: case
                .checklist()
                .into_iter()
                .filter_map(|(procedure, checked)| {
                    Some((procedure.procedure.as_str().to_owned(), word(checked.mark?).to_owned()))
                })
                .collect(),
        })
    }
}

/// As machines want it.
pub(crate) const fn word(mark: &Mark) -> &'static str {
    match mark {
        Mark::Later { .. } => "later",
        Mark::Done { .. } => "done",
        Mark::Declined { .. } => "declined",
        Mark::OtherOffice { .. } => "other_office",
        Mark::NotApplicable { .. } => "not_applicable",
    }
}
