//! 刷った書類: what lies on the table beside what is known now. A department may answer at the very moment in which the
//! printer works; what came out was made of what was known before, and the screen says so.

use jiff::Timestamp;
use madoka_casework::{EventId, EventKind, FormId};
use madoka_facts::Id;
use madoka_forms::fill::Bundle;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::making::Choice;
use super::{Making, PapersError, Settled, writes};
use crate::office_time;

/// A form that was printed, and nothing wants any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Withdrawn {
    pub name: String,
    /// `9:05`
    pub printed: String,
    /// Whose it was: 「介護保険課」.
    pub office: String,
}

/// The last time a form came out of the printer.
#[derive(Clone, Copy)]
pub(super) struct LastPrint {
    pub(super) said: Timestamp,
    /// Up to where the case was known when its pages were made.
    seen: EventId,
}

impl Making {
    pub(super) fn last_print(&self, form: &Id) -> Option<LastPrint> {
        let form = FormId::parse(form.as_str()).ok()?;
        let prints = self.judged.case.papers().filter_map(|event| match &event.kind {
            // Of what an older program printed only the printer's word is known.
            EventKind::Printed { forms, said, seen, .. } if forms.contains(&form) => {
                Some(LastPrint { said: *said, seen: seen.unwrap_or(event.id) })
            }
            _ => None,
        });
        prints.last()
    }

    /// What stands on the last print of a form otherwise than it is known now.
    pub(super) fn changed_since_printed(&self, bundle: &Bundle, form: &Id) -> Vec<String> {
        let printed = self.last_print(form);
        printed.and_then(|printed| self.not_as_of(printed.seen, bundle, form)).unwrap_or_default()
    }

    /// Forms that were printed, and whose every procedure turned out not to be needed.
    pub(super) fn withdrawn(&self, choices: &[Choice]) -> Result<Vec<Withdrawn>, PapersError> {
        let pack = self.judged.book.pack();
        let mut withdrawn = Vec::new();
        for form in self.blanks.all() {
            if choices.iter().any(|choice| choice.form == form) {
                continue;
            }
            let Some(printed) = self.last_print(&form) else { continue };
            let mut wanting = self.judged.judgement.entries.iter().filter_map(|entry| {
                let procedure = pack.procedures.get(entry.procedure)?;
                let wants = procedure.forms.contains(&form) && writes(procedure);
                wants.then_some((procedure, entry))
            });
            // What is done or put off was wanted.
            let still = wanting.clone().any(|(procedure, entry)| {
                [&self.settled.done, &self.settled.later]
                    .into_iter()
                    .any(|set| Settled::holds(set, procedure, entry))
            });
            let Some((first, _)) = wanting.next().filter(|_| !still) else { continue };
            let office = pack.offices.iter().find(|office| office.id == first.office);
            withdrawn.push(Withdrawn {
                name: self.form_name(&form)?,
                printed: office_time::clock(printed.said),
                office: office.map(|office| office.name.ja.clone()).unwrap_or_default(),
            });
        }
        Ok(withdrawn)
    }
}
