//! 印刷: the forms of a case, its guide sheet and test sheets, onto paper, with the printer's own word for the end.
//!
//! The queue lies in the terminal's database and survives a restart. A printer may take its time: [`advance_printing`]
//! speaks with it while the counter is free for everything else.

mod piece;
mod printers;
mod settings;
mod spool;
mod state;

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use madoka_casework::{Author, Case, CaseId, EventKind, FormId, GuideOn, JobId, LanguageId, Mark, StaffId};
use madoka_facts::Id;
use madoka_forms::fill::Part;
use madoka_forms::guide::{CaseMark, GuideSheet, Language};
use madoka_forms::print::{
    Decision, EntryId, Offset, Paper, Papers, PrintQueue, PrinterUri, Progress, Sides, SpoolEntry, Stage,
    Ticket,
};
use madoka_forms::{Duplex, Fonts, TestSheet};
use madoka_qr::CaseCode;
use madoka_rules::Subject;
use madoka_store::AuditAct;

use crate::papers::{CaseBundle, Making, Settled, guide_sheet};
use crate::{Counter, CounterError, Judged};

use spool::{LentSpool, StoreSpool};

pub use piece::{Piece, UnknownPiece};
pub use printers::{Found, PrinterSearch, PrinterShown, PrintersView, Stock, StockForm, find_printers};
pub(crate) use settings::{PrintSettings, printer_name};
pub use state::{PrintDone, PrintJob, PrintStage, PrintState, Trouble, entry_id};

/// How far the entries of the queue are, beyond what the queue itself keeps.
#[derive(Debug, Default)]
pub(crate) struct PrintRoom {
    progress: BTreeMap<EntryId, Progress>,
    /// What came out since the program began, the last at the end.
    done: Vec<(SpoolEntry, Timestamp)>,
}

/// More than an officer looks back on.
const MOST_DONE: usize = 100;
/// A slip of the keyboard is more than this.
pub(crate) const MOST_COPIES: u16 = 99;

/// Whoever shares a counter between threads: lends it for a moment. `None` once it is gone.
pub trait Lend {
    fn lend<T>(&self, work: impl FnOnce(&mut Counter) -> T) -> Option<T>;
}

impl Lend for Mutex<Counter> {
    fn lend<T>(&self, work: impl FnOnce(&mut Counter) -> T) -> Option<T> {
        self.lock().ok().map(|mut counter| work(&mut counter))
    }
}

/// What to print of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrintWhat {
    /// The cover, if wanted, and every form chosen.
    All,
    Pieces(Vec<Piece>),
}

/// Whose papers, and up to which of its events the case was known when they were made.
#[derive(Default)]
struct Of {
    case: String,
    seen: String,
}

fn seen(case: &Case) -> String {
    case.deeds().last().map(|deed| deed.event.id.to_string()).unwrap_or_default()
}

/// Pages as the queue wants them, made away from the counter.
enum Pressing {
    Forms(Box<Making>, Vec<Piece>),
    Guide(Box<GuideSheet>),
    Test {
        printer: String,
        offset: Offset,
        practice: bool,
        blanks: std::sync::Arc<crate::papers::Blanks>,
        form: Option<Id>,
    },
}

impl Pressing {
    fn press(&self) -> Result<Vec<u8>, CounterError> {
        match self {
            Self::Forms(making, pieces) => Ok(making.pieces(pieces)?.bundle.pdf),
            Self::Guide(sheet) => Ok(sheet.to_pdf(&Fonts::system())?),
            Self::Test { printer, offset, practice, blanks, form } => {
                let blank = form.as_ref().map(|form| blanks.get(form)).transpose()?.flatten();
                let sheet =
                    TestSheet { printer, offset: *offset, form: blank.as_deref(), practice: *practice };
                Ok(sheet.to_pdf(&Fonts::system()).map_err(crate::papers::PapersError::from)?)
            }
        }
    }
}

impl Counter {
    /// 書類一式: the forms of everything that is needed and not settled yet, as the officer chose them.
    pub fn bundle(&self, id: CaseId) -> Result<CaseBundle, CounterError> {
        Ok(self.making(id, None)?.bundle()?)
    }

    /// 様式を選ぶ: how many of it are printed; none with 0; as the form itself says without a number.
    pub fn choose_papers(&mut self, id: CaseId, form: &str, copies: Option<u16>) -> Result<(), CounterError> {
        if copies.is_some_and(|copies| copies > MOST_COPIES) {
            return Err(CounterError::TooManyCopies);
        }
        let form = FormId::parse(form).map_err(CounterError::Name)?;
        self.record(id, [EventKind::PapersChosen { form, copies }])?;
        Ok(())
    }

    /// 案内書
    pub fn guide(&self, id: CaseId, language: Language) -> Result<Vec<u8>, CounterError> {
        Ok(self.sheet_of(id, language)?.to_pdf(&Fonts::system())?)
    }

    fn sheet_of(&self, id: CaseId, language: Language) -> Result<GuideSheet, CounterError> {
        let judged = self.judged(id)?;
        let Judged { facts, book, judgement, .. } = &judged;
        let mut sheet = guide_sheet(book, judgement, facts, &settled(&judged), language);
        sheet.practice = self.practice;
        if let Some(code) = self.code_of(&judged)? {
            sheet.case = Some(CaseMark { number: code.number().to_string(), code: code.digits() });
        }
        Ok(sheet)
    }

    pub(crate) fn code_of(&self, judged: &Judged) -> Result<Option<CaseCode>, CounterError> {
        let number = judged.case.number().and_then(madoka_qr::CaseNumber::from_value);
        number.map(|number| Ok(CaseCode::new(self.realm()?, number))).transpose()
    }

    /// Puts papers of a case into the queue: one job for each run of forms on the same paper, tray and sides.
    pub fn place_papers(
        &mut self,
        id: CaseId,
        what: &PrintWhat,
        printer: &PrinterUri,
    ) -> Result<Vec<EntryId>, CounterError> {
        let making = self.making(id, Some(printer))?;
        let runs = match what {
            PrintWhat::All => runs(&making)?,
            PrintWhat::Pieces(pieces) => vec![pieces.clone()],
        };
        // Made before anything is placed: a form that cannot be made leaves nothing half printed.
        let mut jobs = Vec::new();
        for pieces in runs {
            let made = making.pieces(&pieces)?.bundle;
            let first = made.parts.first().ok_or(CounterError::NothingToPrint)?;
            let name = format!("まどか {}", making.judged.case.ticket);
            jobs.push((ticket(name, first), pieces, made.pages(), made.pdf));
        }
        if jobs.is_empty() {
            return Err(CounterError::NothingToPrint);
        }
        let of = Of { case: id.to_string(), seen: seen(&making.judged.case) };
        jobs.into_iter()
            .map(|(ticket, pieces, pages, pdf)| self.place(printer, ticket, &of, &pieces, pages, &pdf))
            .collect()
    }

    /// Puts a case's guide sheet into the queue.
    pub fn place_guide(
        &mut self,
        id: CaseId,
        language: Language,
        printer: &PrinterUri,
    ) -> Result<EntryId, CounterError> {
        let case = self.cases.get(id)?;
        let pdf = self.guide(id, language)?;
        let pages = madoka_forms::page_count(&pdf);
        let ticket = Ticket::new(format!("まどか {}", case.ticket), Paper::A4);
        let of = Of { case: id.to_string(), seen: seen(&case) };
        self.place(printer, ticket, &of, &[Piece::Guide(language)], pages, &pdf)
    }

    /// 試し刷り
    pub fn place_test(&mut self, form: Option<Id>, printer: &PrinterUri) -> Result<EntryId, CounterError> {
        let paper = match &form {
            None => Paper::A4,
            Some(form) => {
                let blank = self.test_blanks(form).get(form)?;
                let page = blank.as_ref().and_then(|blank| blank.papers().next());
                page.and_then(|page| Paper::of_page(page.width, page.height)).unwrap_or(Paper::A4)
            }
        };
        let pieces = [Piece::Test { form }];
        let papers = self.papers_of(&Of::default(), &pieces, 1);
        let pdf = self.pressing(&papers, printer)?.press()?;
        self.place(
            printer,
            Ticket::new("まどか 試し刷り", paper),
            &Of::default(),
            &pieces,
            madoka_forms::page_count(&pdf),
            &pdf,
        )
    }

    /// A supervisor tries the form as the draft has it.
    fn test_blanks(&self, form: &Id) -> std::sync::Arc<crate::papers::Blanks> {
        let draft = self.drafting.as_ref().and_then(|draft| draft.blanks_of(form));
        draft.map_or_else(|| std::sync::Arc::clone(&self.city.blanks), std::sync::Arc::new)
    }

    fn papers_of(&self, of: &Of, pieces: &[Piece], pages: usize) -> Papers {
        Papers {
            case: of.case.clone(),
            seen: of.seen.clone(),
            parts: pieces.iter().map(ToString::to_string).collect(),
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            by: self.me.staff.as_str().to_owned(),
        }
    }

    fn place(
        &mut self,
        printer: &PrinterUri,
        ticket: Ticket,
        of: &Of,
        pieces: &[Piece],
        pages: usize,
        pdf: &[u8],
    ) -> Result<EntryId, CounterError> {
        let papers = self.papers_of(of, pieces, pages);
        let id = EntryId(self.clock.new_id());
        let now = self.clock.now();
        self.queue()?.place(id, now, printer.clone(), ticket, papers, pdf)?;
        Ok(id)
    }

    /// What the pages of an entry are made of: the same case gives the same bytes.
    fn pressing(&self, papers: &Papers, printer: &PrinterUri) -> Result<Pressing, CounterError> {
        let pieces: Vec<Piece> = papers.parts.iter().map(|part| part.parse()).collect::<Result<_, _>>()?;
        if let [Piece::Test { form }] = pieces.as_slice() {
            let offsets = self.print_settings().offsets(Some(printer));
            return Ok(Pressing::Test {
                printer: printer_name(printer),
                offset: form.as_ref().map_or_else(|| offsets.all(), |form| offsets.of(form.as_str())),
                practice: self.practice,
                blanks: form.as_ref().map_or_else(std::sync::Arc::default, |form| self.test_blanks(form)),
                form: form.clone(),
            });
        }
        let id: CaseId = papers.case.parse().map_err(|_| CounterError::UnknownCase)?;
        if let [Piece::Guide(language)] = pieces.as_slice() {
            return Ok(Pressing::Guide(Box::new(self.sheet_of(id, *language)?)));
        }
        Ok(Pressing::Forms(Box::new(self.making(id, Some(printer))?), pieces))
    }

    fn queue(&mut self) -> Result<PrintQueue<StoreSpool<'_>>, CounterError> {
        Ok(PrintQueue::open(StoreSpool(self.cases.store_mut()?))?)
    }

    /// What the printer says is printed becomes part of its case, and leaves the queue.
    fn take_printed(&mut self) -> Result<bool, CounterError> {
        let entries = self.queue()?.entries().to_vec();
        let printed: Vec<SpoolEntry> =
            entries.into_iter().filter(|entry| entry.stage == Stage::Printed).collect();
        let any = !printed.is_empty();
        for entry in printed {
            match self.note_printed(&entry) {
                // The case went to another terminal meanwhile, or is closed: the audit log keeps that it was printed.
                Ok(()) | Err(CounterError::Refused(_) | CounterError::UnknownCase) => {}
                Err(error) => return Err(error),
            }
            self.queue()?.forget(entry.id)?;
            self.print_room.progress.remove(&entry.id);
            self.print_room.done.push((entry, self.clock.now()));
            let old = self.print_room.done.len().saturating_sub(MOST_DONE);
            self.print_room.done.drain(..old);
        }
        Ok(any)
    }

    /// Once only, also when the program ended between the printer's word and this.
    fn note_printed(&mut self, entry: &SpoolEntry) -> Result<(), CounterError> {
        if entry.papers.case.is_empty() {
            return Ok(());
        }
        let id: CaseId = entry.papers.case.parse().map_err(|_| CounterError::UnknownCase)?;
        let job = JobId::parse(&entry.id.0.to_string()).map_err(CounterError::Name)?;
        let case = self.cases.get(id)?;
        let known = case
            .papers()
            .any(|event| matches!(&event.kind, EventKind::Printed { job: of, .. } if *of == job));
        if known {
            return Ok(());
        }
        let pieces: Vec<Piece> = entry.papers.parts.iter().filter_map(|part| part.parse().ok()).collect();
        let mut forms: Vec<FormId> =
            pieces.iter().filter_map(|piece| FormId::parse(piece.form()?.as_str()).ok()).collect();
        forms.dedup();
        let kind = match pieces.as_slice() {
            [Piece::Guide(language)] => Some(EventKind::GuideIssued {
                language: LanguageId::parse(language.word()).map_err(CounterError::Name)?,
                on: GuideOn::Paper,
            }),
            _ if forms.is_empty() => None,
            _ => Some(EventKind::Printed {
                job,
                forms,
                said: self.clock.now(),
                // Somebody may have answered while the printer worked: that does not stand on these pages.
                seen: entry.papers.seen.parse().ok(),
            }),
        };
        // Whoever ordered it printed it, also when somebody else sits here by now.
        let now = self.me.clone();
        if let Ok(staff) = StaffId::parse(&entry.papers.by) {
            self.me = Author { staff, ..now.clone() };
        }
        let noted = self.record(id, kind).and_then(|_| self.audit(AuditAct::Printed, Some(id)));
        self.me = now;
        noted
    }

    /// What waits, prints or wants a person's eye.
    pub fn print_queue(&mut self) -> Result<Vec<SpoolEntry>, CounterError> {
        Ok(self.queue()?.entries().to_vec())
    }

    /// Asks for it; what became of it is the printer's word.
    pub fn cancel_print(&mut self, id: EntryId) -> Result<(), CounterError> {
        Ok(self.queue()?.ask_to_cancel(id)?)
    }

    pub fn retry_print(&mut self, id: EntryId) -> Result<(), CounterError> {
        self.print_room.progress.remove(&id);
        Ok(self.queue()?.retry(id)?)
    }

    /// 要確認: a person looked at the tray.
    pub fn settle_print(&mut self, id: EntryId, decision: Decision) -> Result<(), CounterError> {
        self.print_room.progress.remove(&id);
        Ok(self.queue()?.settle(id, decision)?)
    }

    /// 片付ける: what failed or was cancelled, and nobody wants any more.
    pub fn dismiss_print(&mut self, id: EntryId) -> Result<(), CounterError> {
        self.print_room.progress.remove(&id);
        Ok(self.queue()?.forget(id)?)
    }
}

/// Takes every entry of the queue a step further; true while anything is on its way. The counter is borrowed only
/// between the words that pass with the printer.
pub fn advance_printing(lend: &impl Lend) -> Result<bool, CounterError> {
    let gone = || CounterError::NoStore {
        code: "PRINT-14".to_owned(),
        what: "窓口が閉じています".to_owned(),
    };
    let mut queue = PrintQueue::open(LentSpool(lend))?;
    let open: Vec<EntryId> =
        queue.entries().iter().filter(|entry| !entry.stage.is_over()).map(|entry| entry.id).collect();
    let printers: BTreeMap<(String, Vec<String>), PrinterUri> = queue
        .entries()
        .iter()
        .map(|entry| ((entry.papers.case.clone(), entry.papers.parts.clone()), entry.printer.clone()))
        .collect();
    if !open.is_empty() {
        let mut press = |papers: &Papers| {
            let printer = printers
                .get(&(papers.case.clone(), papers.parts.clone()))
                .ok_or_else(|| "書類を作り直せませんでした".to_owned())?;
            let pressing = lend.lend(|counter| counter.pressing(papers, printer));
            let pressing = pressing.unwrap_or_else(|| Err(gone())).map_err(|error| error.to_string())?;
            pressing.press().map_err(|error| error.to_string())
        };
        let advanced = queue.advance_all(&mut press)?;
        lend.lend(|counter| counter.print_room.progress.extend(advanced));
    }
    lend.lend(Counter::take_printed).unwrap_or_else(|| Err(gone()))?;
    Ok(!open.is_empty())
}

/// The cover, then the forms cut into jobs.
fn runs(making: &Making) -> Result<Vec<Vec<Piece>>, CounterError> {
    let made = making.bundle()?.bundle;
    let mut runs: Vec<Vec<Piece>> = Vec::new();
    for run in made.parts.chunk_by(same_job) {
        let mut pieces: Vec<Piece> = run
            .iter()
            .map(|part| match &part.form {
                None => Piece::Cover,
                Some(form) => Piece::Form { form: form.clone(), member: part.member },
            })
            .collect();
        pieces.dedup();
        runs.push(pieces);
    }
    Ok(runs)
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
    // 該当しない, said by the office that owns it, unless an officer here has marked it otherwise.
    for (of, reply) in crate::inquiries::Replies::of(judged.book.pack(), &judged.case).iter() {
        let marked =
            [&settled.done, &settled.later, &settled.declined].into_iter().any(|set| set.contains(of));
        match reply.answer {
            crate::inquiries::AnswerGiven::DoesNotApply if !marked => {
                settled.declined.insert(of.clone());
            }
            crate::inquiries::AnswerGiven::Applies => {
                settled.applies.insert(of.clone());
            }
            _ => {}
        }
    }
    settled
}

/// Two-sided forms are jobs of their own: the next one must not begin on the back of the last.
fn same_job(one: &Part, next: &Part) -> bool {
    let how =
        |part: &Part| (part.paper, part.copies, part.tray.clone(), part.values_only, part.form.is_none());
    how(one) == how(next) && one.duplex == Duplex::No && next.duplex == Duplex::No
}

fn ticket(name: String, first: &Part) -> Ticket {
    Ticket {
        name,
        paper: paper(first),
        sides: match first.duplex {
            Duplex::No => Sides::One,
            Duplex::LongEdge => Sides::LongEdge,
            Duplex::ShortEdge => Sides::ShortEdge,
        },
        tray: first.tray.clone(),
        copies: u32::from(first.copies.max(1)),
    }
}

/// The printer's word for the paper of a form; what it has no word for goes on A4, as the preview shows it.
fn paper(part: &Part) -> Paper {
    Paper::of_page(part.paper.width, part.paper.height).unwrap_or(Paper::A4)
}
