//! 書類: the forms of a case as one bundle, the guide sheet, and printing them with the printer's own word for the end.

use madoka_casework::{CaseId, EventKind, FormId, GuideOn, JobId, LanguageId, Mark};
use madoka_facts::Id;
use madoka_forms::fill::{Options, Part};
use madoka_forms::guide::{CaseMark, Faces, Language};
use madoka_forms::print::{
    Decision, EntryId, Paper, Papers, PrintQueue, PrinterUri, Progress, Sides, Spool, SpoolEntry, SpoolError,
    Stage, Ticket,
};
use madoka_forms::{Duplex, Fonts};
use madoka_qr::CaseCode;
use madoka_rules::Subject;
use madoka_store::{AuditAct, Store};

use crate::papers::{CaseBundle, Desk, Settled, Which, case_bundle, guide_sheet};
use crate::{Counter, CounterError, Judged};

/// How far an entry of the queue is, for a screen.
#[derive(Debug)]
pub struct Printing {
    pub id: EntryId,
    pub progress: Progress,
}

/// The queue, kept in the terminal's encrypted database. It holds no pages, only what they are made of.
struct StoreSpool<'a>(&'a mut Store);

impl Spool for StoreSpool<'_> {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        let kept = self.0.spool_load().map_err(spool)?;
        kept.iter().map(|bytes| serde_json::from_slice(bytes).map_err(spool)).collect()
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        let bytes = serde_json::to_vec(entry).map_err(spool)?;
        self.0.spool_put(&entry.id.0.to_string(), &entry.placed.to_string(), &bytes).map_err(spool)
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        self.0.spool_remove(&id.0.to_string()).map_err(spool)
    }
}

fn spool(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SpoolError {
    SpoolError(error.into())
}

impl Counter {
    /// 書類一式: the forms of everything that is needed and not settled yet.
    pub fn bundle(&self, id: CaseId) -> Result<CaseBundle, CounterError> {
        let judged = self.judged(id)?;
        let settled = settled(&judged);
        self.pressed(&judged, Which::Needed(&settled), true)
    }

    fn pressed(&self, judged: &Judged, which: Which<'_>, cover: bool) -> Result<CaseBundle, CounterError> {
        let code = self.code_of(judged)?;
        let number = code.map(|code| code.number().to_string());
        let digits = code.map(|code| code.digits());
        let desk = Desk {
            officer: Some(self.me.staff.as_str()),
            case_number: number.as_deref(),
            case_code: digits.as_deref(),
        };
        let options = Options { practice: self.practice, cover, ..Options::default() };
        let Judged { facts, book, judgement, .. } = judged;
        Ok(case_bundle(
            book,
            judgement,
            facts,
            which,
            &self.city.blanks,
            self.fonts.get_or_init(Fonts::system),
            &options,
            desk,
        )?)
    }

    /// 案内書
    pub fn guide(&self, id: CaseId, language: Language) -> Result<Vec<u8>, CounterError> {
        let judged = self.judged(id)?;
        let Judged { facts, book, judgement, .. } = &judged;
        let mut sheet = guide_sheet(book, judgement, facts, &settled(&judged), language);
        sheet.practice = self.practice;
        if let Some(code) = self.code_of(&judged)? {
            sheet.case = Some(CaseMark { number: code.number().to_string(), code: code.digits() });
        }
        Ok(sheet.to_pdf(&Faces::of_this_machine()?)?)
    }

    fn code_of(&self, judged: &Judged) -> Result<Option<CaseCode>, CounterError> {
        let number = judged.case.number().and_then(madoka_qr::CaseNumber::from_value);
        number.map(|number| Ok(CaseCode::new(self.realm()?, number))).transpose()
    }

    /// Puts a case's forms into the queue: one job for each run of forms on the same paper, tray and sides.
    pub fn place_forms(&mut self, id: CaseId, printer: &PrinterUri) -> Result<Vec<EntryId>, CounterError> {
        let judged = self.judged(id)?;
        let all = self.pressed(&judged, Which::Needed(&settled(&judged)), false)?;
        let mut placed = Vec::new();
        for run in all.bundle.parts.chunk_by(same_job) {
            let Some(first) = run.first() else { continue };
            let mut forms: Vec<String> =
                run.iter().filter_map(|part| part.form.as_ref()).map(Id::to_string).collect();
            forms.dedup();
            let parts = forms.iter().map(|form| format!("form:{form}")).collect();
            let ticket = Ticket {
                name: format!("まどか {}", judged.case.ticket),
                paper: paper(first),
                sides: match first.duplex {
                    Duplex::No => Sides::One,
                    Duplex::LongEdge => Sides::LongEdge,
                    Duplex::ShortEdge => Sides::ShortEdge,
                },
                tray: first.tray.clone(),
                copies: u32::from(first.copies),
            };
            let papers = Papers { case: id.to_string(), parts };
            placed.push(self.place(printer, ticket, papers)?);
        }
        Ok(placed)
    }

    /// Puts a case's guide sheet into the queue.
    pub fn place_guide(
        &mut self,
        id: CaseId,
        language: Language,
        printer: &PrinterUri,
    ) -> Result<EntryId, CounterError> {
        let case = self.cases.get(id)?;
        let ticket = Ticket::new(format!("まどか {}", case.ticket), Paper::A4);
        let parts = vec![format!("guide:{}", language.word())];
        self.place(printer, ticket, Papers { case: id.to_string(), parts })
    }

    fn place(
        &mut self,
        printer: &PrinterUri,
        ticket: Ticket,
        papers: Papers,
    ) -> Result<EntryId, CounterError> {
        let pages = self.pages_of(&papers)?;
        let id = EntryId(self.clock.new_id());
        let now = self.clock.now();
        let mut queue = PrintQueue::open(StoreSpool(self.cases.store_mut()?))?;
        queue.place(id, now, printer.clone(), ticket, papers, &pages)?;
        Ok(id)
    }

    /// The pages of an entry, made again from its case: the same case gives the same bytes.
    fn pages_of(&self, papers: &Papers) -> Result<Vec<u8>, CounterError> {
        let id: CaseId = papers.case.parse().map_err(|_| CounterError::UnknownCase)?;
        if let [one] = papers.parts.as_slice()
            && let Some(language) = one.strip_prefix("guide:")
        {
            let known = [Language::Ja, Language::Easy, Language::En];
            let language = known.into_iter().find(|known| known.word() == language);
            return self.guide(id, language.unwrap_or_default());
        }
        let forms: Vec<Id> =
            papers.parts.iter().filter_map(|part| part.strip_prefix("form:")?.parse().ok()).collect();
        Ok(self.pressed(&self.judged(id)?, Which::Only(&forms), false)?.bundle.pdf)
    }

    /// Takes every entry of the queue a step further. What the printer says is printed becomes part of its case.
    pub fn advance_printing(&mut self) -> Result<Vec<Printing>, CounterError> {
        let open = PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.entries().to_vec();
        // Made before the queue is touched: it must not wait for pages while a printer waits for it.
        let waiting = open.iter().filter(|entry| entry.stage == Stage::Waiting);
        let pages: Vec<(Papers, Result<Vec<u8>, String>)> = waiting
            .map(|entry| {
                (entry.papers.clone(), self.pages_of(&entry.papers).map_err(|error| error.to_string()))
            })
            .collect();
        let mut press = |papers: &Papers| {
            let made = pages.iter().find(|(of, _)| of == papers).map(|(_, made)| made.clone());
            made.unwrap_or_else(|| Err("書類を作り直せませんでした".to_owned()))
        };
        let mut queue = PrintQueue::open(StoreSpool(self.cases.store_mut()?))?;
        let advanced = queue.advance_all(&mut press)?;
        let printed: Vec<SpoolEntry> =
            queue.entries().iter().filter(|entry| entry.stage == Stage::Printed).cloned().collect();
        for entry in printed {
            self.note_printed(&entry)?;
            PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.forget(entry.id)?;
        }
        Ok(advanced.into_iter().map(|(id, progress)| Printing { id, progress }).collect())
    }

    /// Once only, also when the program ended between the printer's word and this.
    fn note_printed(&mut self, entry: &SpoolEntry) -> Result<(), CounterError> {
        let id: CaseId = entry.papers.case.parse().map_err(|_| CounterError::UnknownCase)?;
        let job = JobId::parse(&entry.id.0.to_string()).map_err(CounterError::Name)?;
        let case = self.cases.get(id)?;
        let known = case
            .papers()
            .any(|event| matches!(&event.kind, EventKind::Printed { job: of, .. } if *of == job));
        if known {
            return Ok(());
        }
        let forms =
            entry.papers.parts.iter().filter_map(|part| FormId::parse(part.strip_prefix("form:")?).ok());
        let forms: Vec<FormId> = forms.collect();
        let said = self.clock.now();
        let language = entry.papers.parts.iter().find_map(|part| part.strip_prefix("guide:"));
        let kind = match language {
            Some(language) => EventKind::GuideIssued {
                language: LanguageId::parse(language).map_err(CounterError::Name)?,
                on: GuideOn::Paper,
            },
            None => EventKind::Printed { job, forms, said },
        };
        self.record(id, [kind])?;
        self.audit(AuditAct::Printed, Some(id))
    }

    /// What waits, prints or wants a person's eye.
    pub fn print_queue(&mut self) -> Result<Vec<SpoolEntry>, CounterError> {
        Ok(PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.entries().to_vec())
    }

    pub fn cancel_print(&mut self, id: EntryId) -> Result<(), CounterError> {
        Ok(PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.cancel(id)?)
    }

    pub fn retry_print(&mut self, id: EntryId) -> Result<(), CounterError> {
        Ok(PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.retry(id)?)
    }

    /// 要確認: a person looked at the tray.
    pub fn settle_print(&mut self, id: EntryId, decision: Decision) -> Result<(), CounterError> {
        Ok(PrintQueue::open(StoreSpool(self.cases.store_mut()?))?.settle(id, decision)?)
    }
}

/// What the officer's marks settle, for paper.
pub(crate) fn settled(judged: &Judged) -> Settled {
    let mut settled = Settled::default();
    let members = judged.case.members();
    for (procedure, checked) in judged.case.checklist() {
        let subject = match procedure.member {
            Some(member) => match members.position(member) {
                Some(position) => Subject::Member(position),
                None => continue,
            },
            None => Subject::Case,
        };
        let of = (procedure.procedure.as_str().to_owned(), subject);
        match checked.mark {
            Some(Mark::Done { .. }) => settled.done.insert(of),
            Some(Mark::Later { .. } | Mark::OtherOffice { .. }) => settled.later.insert(of),
            Some(Mark::Declined { .. } | Mark::NotApplicable { .. }) => settled.declined.insert(of),
            None => false,
        };
    }
    settled
}

fn same_job(one: &Part, next: &Part) -> bool {
    (one.paper, one.copies, one.duplex, &one.tray) == (next.paper, next.copies, next.duplex, &next.tray)
}

/// The printer's word for the paper of a form; what it has no word for goes on A4, as the preview shows it.
fn paper(part: &Part) -> Paper {
    let size = |paper: &Paper| {
        let (short, long) = paper.millimetres();
        (f64::from(short), f64::from(long))
    };
    let wanted = (part.paper.width.min(part.paper.height), part.paper.width.max(part.paper.height));
    let near = |paper: &Paper| {
        let (width, height) = size(paper);
        (width - wanted.0).abs() < 3.0 && (height - wanted.1).abs() < 3.0
    };
    let known = [Paper::A3, Paper::A4, Paper::A5, Paper::A6, Paper::B4, Paper::B5, Paper::Hagaki];
    known.into_iter().find(near).unwrap_or(Paper::A4)
}
