//! 事前連絡: an office the resident goes to next learns of it while they are still on the way, and prepares.
//!
//! A notice is an inquiry (照会) without a question: it travels, waits for the network and is answered as one.

use std::collections::BTreeMap;

use madoka_casework::{CaseId, EventKind, InquiryId, OfficeId, Words};
use madoka_rules::Verdict;
use madoka_rules::pack::ProcedureKind;

use crate::visit::{self, Notice, NoticeState, Place, Visit, texts};
use crate::{Counter, CounterError, Judged};

/// What a notice begins with; the offices' lists know it by this.
const BEGINS: &str = "事前連絡";

impl Counter {
    /// Offices in this city hall that the resident goes to next, in the order to walk.
    pub(crate) fn notices(&self, judged: &Judged) -> Vec<Notice> {
        let Judged { case, book, judgement, .. } = judged;
        let pack = book.pack();
        let mut waiting: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for entry in judgement.entries.iter().filter(|entry| entry.verdict == Verdict::Needed) {
            let Some(procedure) = pack.procedures.get(entry.procedure) else { continue };
            let at = pack.offices.iter().position(|office| office.id == procedure.office);
            let Some((at, office)) = at.and_then(|at| Some((at, pack.offices.get(at)?))) else { continue };
            // Where there is only something to read, nobody prepares.
            let told = procedure.kind == ProcedureKind::Guide;
            if told || visit::place(procedure, Some(office)) != Place::OtherOffice {
                continue;
            }
            let names = waiting.entry(at).or_default();
            if let Some(name) = procedure.name.on(book.on())
                && !names.contains(&name.ja)
            {
                names.push(name.ja.clone());
            }
        }
        let inquiries = case.inquiries();
        let notices = waiting.into_iter().filter_map(|(at, procedures)| {
            let office = pack.offices.get(at)?;
            let given = inquiries.iter().rev().find(|inquiry| {
                inquiry.office.as_str() == office.id.as_str() && inquiry.words.as_str().starts_with(BEGINS)
            });
            let state = match given {
                None => NoticeState::None,
                Some(given) if given.reply().is_some() => NoticeState::Answered,
                Some(_) if self.practice => NoticeState::Practice,
                Some(given) if self.is_unsent(case, given.id) => NoticeState::Waiting,
                Some(_) => NoticeState::Sent,
            };
            Some(Notice {
                office: office.id.to_string(),
                name: texts(&office.name),
                at: visit::at(office),
                procedures,
                state,
            })
        });
        notices.collect()
    }

    pub(crate) fn is_unsent(&self, case: &madoka_casework::Case, inquiry: InquiryId) -> bool {
        let of =
            |kind: &EventKind| matches!(kind, EventKind::InquirySent { inquiry: one, .. } if *one == inquiry);
        let sent = case.deeds().iter().find(|deed| of(&deed.event.kind));
        let waits = sent.map(|deed| self.cases.store().map(|store| store.waits_to_be_sent(deed.event.id)));
        // What cannot be looked up is not called sent.
        !matches!(waits, Some(Ok(Ok(false))))
    }

    /// Tells these offices (all that were not told yet, where none is named) that the resident comes.
    pub fn give_notice(&mut self, id: CaseId, office: Option<&str>) -> Result<Visit, CounterError> {
        let judged = self.judged(id)?;
        let wanted = self.notices(&judged).into_iter().filter(|notice| {
            notice.state == NoticeState::None && office.is_none_or(|office| notice.office == office)
        });
        let mut events = Vec::new();
        for notice in wanted {
            let words = format!(
                "{BEGINS}：{}番の方がこのあと伺います。{}",
                judged.case.ticket,
                notice.procedures.join("、")
            );
            events.push(EventKind::InquirySent {
                inquiry: InquiryId::new(self.clock.new_id()),
                office: OfficeId::parse(&notice.office).map_err(CounterError::Name)?,
                procedure: None,
                words: Words::parse(&words)?,
            });
        }
        self.record(id, events)?;
        self.visit(id)
    }
}
