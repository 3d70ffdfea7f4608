//! The queue: what is to be printed, followed to its end across restarts, and nothing printed twice unasked.
//!
//! ```text
//!  印刷待ち ──► 送信中 ──► 印刷中 ──► 印刷済み
//!     ▲           │  │        │  └────► 取消済み / 失敗 ──(retry)──► 印刷待ち
//!     └─ surely ──┘  └────────┴─► 要確認 ──(settle)──► 印刷済み / 印刷待ち / 取消済み
//!        nothing sent    nobody knows
//! ```
//!
//! Each step is on disk before the printer is asked for it. After a crash an entry in 送信中 is looked up at the
//! printer: without a document nothing can have been printed and it waits again; with one it is followed; if the
//! printer does not remember, a person is asked.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::job::{End, JobNumber, JobReport, JobState};
use super::spool::{Digest, EntryId, Failure, Papers, Spool, SpoolEntry, Stage};
use super::{Patience, PrintError, Printer, PrinterUri, Reason, Ticket};

/// How an entry stands after one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    /// What the printer waits for, or why it cannot be reached. Not an end: it goes on when that is mended.
    pub troubles: Vec<Reason>,
    /// Sides that came out so far, where the printer counts them.
    pub impressions: Option<u32>,
}

/// What a person says of an entry nobody else can settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The paper is there.
    Printed,
    /// Nothing (or only a part) came out; print all of it again.
    PrintAgain,
    /// Leave it.
    GiveUp,
}

/// 印刷待ちの列
#[derive(Debug)]
pub struct PrintQueue<S> {
    spool: S,
    entries: Vec<SpoolEntry>,
    patience: Patience,
}

/// Makes the pages of an entry again. The error is for the officer: what could not be made, nothing personal.
pub type Press<'a> = dyn FnMut(&Papers) -> Result<Vec<u8>, String> + 'a;

impl<S: Spool> PrintQueue<S> {
    /// Opens the queue as it was left.
    pub fn open(spool: S) -> Result<Self, PrintError> {
        let entries = spool.load()?;
        Ok(Self { spool, entries, patience: Patience::default() })
    }

    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// In the order they were placed.
    pub fn entries(&self) -> &[SpoolEntry] {
        &self.entries
    }

    pub fn entry(&self, id: EntryId) -> Option<&SpoolEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Places something to be printed. `seen` are the bytes the officer saw; they are not kept.
    pub fn place(
        &mut self,
        id: EntryId,
        placed: Timestamp,
        printer: PrinterUri,
        ticket: Ticket,
        papers: Papers,
        seen: &[u8],
    ) -> Result<(), PrintError> {
        // The same order given twice (a double click, a resent command) is one order.
        if self.entry(id).is_some() {
            return Ok(());
        }
        let digest = Digest::of(seen);
        let entry = SpoolEntry {
            id,
            placed,
            printer,
            ticket,
            papers,
            digest,
            tries: 0,
            cancelling: false,
            stage: Stage::Waiting,
        };
        self.spool.put(&entry)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Takes every unfinished entry one step further, in order. Entries behind one whose printer cannot be reached
    /// wait with it.
    pub fn advance_all(&mut self, press: &mut Press<'_>) -> Result<Vec<(EntryId, Progress)>, PrintError> {
        let mut stuck: Vec<PrinterUri> = Vec::new();
        let mut all = Vec::new();
        let open: Vec<(EntryId, PrinterUri)> = self
            .entries
            .iter()
            .filter(|entry| !entry.stage.is_over())
            .map(|entry| (entry.id, entry.printer.clone()))
            .collect();
        for (id, printer) in open {
            if stuck.contains(&printer) {
                continue;
            }
            let progress = self.advance(id, press)?;
            if progress.stage == Stage::Waiting {
                stuck.push(printer);
            }
            all.push((id, progress));
        }
        Ok(all)
    }

    /// One step with one entry: hands it over, or asks how it is. Bounded by [`Patience`]; call it again in a second.
    /// An error is about the spool or an unknown entry; what the printer does is in the [`Progress`].
    pub fn advance(&mut self, id: EntryId, press: &mut Press<'_>) -> Result<Progress, PrintError> {
        let entry = self.entry(id).ok_or(PrintError::UnknownEntry)?.clone();
        let printer = Printer::new(entry.printer.clone()).with_patience(self.patience);
        match entry.stage {
            Stage::Waiting => self.hand_over(entry, &printer, press),
            Stage::Sending { job: Some(job), .. } | Stage::Printing { job } => {
                self.follow(entry, &printer, job)
            }
            // The program ended between asking for a job and learning its number. A job without a document prints
            // nothing, but some printers serve nobody else until it is gone: find it, and take it back.
            Stage::Sending { job: None, one_step: false } => match printer.find(&entry.job_name()) {
                Ok(Some(job)) => self.set(entry, Stage::Sending { job: Some(job), one_step: false }),
                Ok(None) => self.set(entry, Stage::Waiting),
                Err(error) => Ok(held_up(entry.stage, &error)),
            },
            Stage::Sending { job: None, one_step: true } => match printer.find(&entry.job_name()) {
                Ok(Some(job)) => self.set(entry, Stage::Printing { job }),
                Ok(None) => self.set(entry, Stage::Unclear),
                Err(error) => Ok(held_up(entry.stage, &error)),
            },
            stage => Ok(Progress { stage, troubles: Vec::new(), impressions: None }),
        }
    }

    fn hand_over(
        &mut self,
        mut entry: SpoolEntry,
        printer: &Printer,
        press: &mut Press<'_>,
    ) -> Result<Progress, PrintError> {
        if entry.cancelling {
            return self.set(entry, Stage::Cancelled);
        }
        let can = match printer.capabilities().and_then(|can| can.check(&entry.ticket).map(|()| can)) {
            Ok(can) => can,
            Err(error) if error.may_pass() => return Ok(held_up(Stage::Waiting, &error)),
            Err(error) => return self.fail(entry, &error),
        };
        let pdf = match press(&entry.papers) {
            Ok(pdf) => pdf,
            Err(why) => return self.fail(entry, &PrintError::Typeset(why)),
        };
        let now = Digest::of(&pdf);
        if now != entry.digest {
            let changed = PrintError::Changed { seen: entry.digest, now };
            return self.fail(entry, &changed);
        }
        if !pdf.starts_with(b"%PDF-") {
            return self.fail(entry, &PrintError::NotPdf);
        }
        entry.tries = entry.tries.saturating_add(1);
        let ticket = Ticket { name: entry.job_name(), ..entry.ticket.clone() };
        self.set_only(&mut entry, Stage::Sending { job: None, one_step: !can.two_steps })?;
        if can.two_steps {
            let job = match printer.create(&ticket, &can) {
                Ok(job) => job,
                // No document was given: waiting on cannot print it twice.
                Err(error) if error.may_pass() => {
                    self.set_only(&mut entry, Stage::Waiting)?;
                    return Ok(held_up(Stage::Waiting, &error));
                }
                Err(error) => return self.fail(entry, &error),
            };
            self.set_only(&mut entry, Stage::Sending { job: Some(job), one_step: false })?;
            return match printer.send(job, pdf) {
                Ok(()) => self.set(entry, Stage::Printing { job }),
                // The job itself tells on the next step how much of it arrived.
                Err(error) if error.may_pass() => Ok(held_up(entry.stage, &error)),
                Err(error) => {
                    let _ = printer.cancel(job);
                    self.fail(entry, &error)
                }
            };
        }
        match printer.print(&ticket, &can, pdf) {
            Ok(job) => self.set(entry, Stage::Printing { job }),
            // It may have taken all of it before the line broke: the next step looks for the job by its name.
            Err(error) if error.may_pass() => Ok(held_up(entry.stage, &error)),
            Err(error) => self.fail(entry, &error),
        }
    }

    fn follow(
        &mut self,
        entry: SpoolEntry,
        printer: &Printer,
        job: JobNumber,
    ) -> Result<Progress, PrintError> {
        let report = match printer.job(job) {
            Ok(Some(report)) => report,
            // The printer forgot it, or was replaced. It may have printed it before.
            Ok(None) => return self.set(entry, Stage::Unclear),
            Err(error) => return Ok(held_up(entry.stage, &error)),
        };
        match report.end() {
            Some(End::Printed) => return self.set(entry, Stage::Printed),
            Some(End::Doubtful) => return self.set(entry, Stage::Unclear),
            Some(End::Cancelled) if entry.cancelling => return self.set(entry, Stage::Cancelled),
            Some(End::Cancelled | End::Aborted) => return self.ended_badly(entry, &report),
            None => {}
        }
        if entry.cancelling {
            // Asked again with every step: the first time may have been lost.
            if let Err(error) = printer.cancel(job) {
                return Ok(held_up(entry.stage, &error));
            }
        }
        let sending = matches!(entry.stage, Stage::Sending { .. });
        if sending && report.incoming {
            return self.take_back(entry, printer, job, &report);
        }
        let mut troubles = report.reasons;
        if let Ok(condition) = printer.condition() {
            troubles.extend(condition.reasons);
        }
        troubles.sort_by_key(|reason| std::cmp::Reverse(reason.severity));
        let mut seen = std::collections::BTreeSet::new();
        troubles.retain(|reason| seen.insert(reason.what.clone()));
        let progress = self.set(entry, Stage::Printing { job })?;
        Ok(Progress { troubles, impressions: report.impressions, ..progress })
    }

    /// The document did not arrive whole. Where nothing of it can have been printed it waits again.
    fn take_back(
        &mut self,
        entry: SpoolEntry,
        printer: &Printer,
        job: JobNumber,
        report: &JobReport,
    ) -> Result<Progress, PrintError> {
        if let Err(error) = printer.cancel(job) {
            return Ok(held_up(entry.stage, &error));
        }
        let untouched = matches!(report.state, JobState::Pending | JobState::Held)
            && report.impressions.unwrap_or(0) == 0;
        // Its number stays until the printer says that the job is gone: it might have begun after all.
        match printer.job(job) {
            Ok(Some(after)) if after.end() == Some(End::Printed) => self.set(entry, Stage::Printed),
            Ok(Some(after)) if untouched && after.end().is_some() && after.impressions.unwrap_or(0) == 0 => {
                self.set(entry, Stage::Waiting)
            }
            Ok(Some(after)) if after.end().is_some() => self.set(entry, Stage::Unclear),
            Ok(Some(_)) => Ok(Progress { stage: entry.stage, troubles: Vec::new(), impressions: None }),
            Ok(None) => self.set(entry, if untouched { Stage::Waiting } else { Stage::Unclear }),
            Err(error) => Ok(held_up(entry.stage, &error)),
        }
    }

    fn ended_badly(&mut self, entry: SpoolEntry, report: &JobReport) -> Result<Progress, PrintError> {
        let cancelled = report.end() == Some(End::Cancelled);
        let (code, what, todo) = if cancelled {
            (
                "PRINT-21",
                "プリンターの側で取り消されました",
                "プリンターの画面を見てください。必要なら、もう一度印刷してください。",
            )
        } else {
            (
                "PRINT-20",
                "プリンターが印刷を途中でやめました",
                "プリンターの画面を見てください。直したら、もう一度印刷してください。",
            )
        };
        let mut failure =
            Failure { code: code.to_owned(), what: format!("{what}。"), todo: todo.to_owned() };
        if let Some(reason) = report.reasons.first() {
            failure.what = format!("{}（{}）。", what, reason.what);
            failure.todo.clone_from(&reason.todo);
        }
        match report.impressions {
            Some(sides) if sides > 0 => {
                let _ = write!(failure.what, "{sides}面まで出ています。");
            }
            _ => {}
        }
        self.set(entry, Stage::Failed { failure })
    }

    /// Drops an entry that waits, or asks its printer to drop it; the printer's answer comes with the next steps.
    pub fn cancel(&mut self, id: EntryId) -> Result<(), PrintError> {
        let mut entry = self.entry(id).ok_or(PrintError::UnknownEntry)?.clone();
        let stage = match entry.stage {
            Stage::Waiting => Stage::Cancelled,
            Stage::Sending { .. } | Stage::Printing { .. } => entry.stage.clone(),
            ref over => return Err(PrintError::WrongStage { stage: over.label() }),
        };
        entry.cancelling = true;
        self.set_only(&mut entry, stage)
    }

    /// As [`Self::cancel`], for a queue that somebody else is taking further at this moment: only the wish is written
    /// down, and the next step with the entry heeds it.
    pub fn ask_to_cancel(&mut self, id: EntryId) -> Result<(), PrintError> {
        let mut entry = self.entry(id).ok_or(PrintError::UnknownEntry)?.clone();
        if entry.stage.is_over() {
            return Err(PrintError::WrongStage { stage: entry.stage.label() });
        }
        entry.cancelling = true;
        let stage = entry.stage.clone();
        self.set_only(&mut entry, stage)
    }

    /// Prints again what failed or was cancelled. Somebody asked for it: pages may come out a second time.
    pub fn retry(&mut self, id: EntryId) -> Result<(), PrintError> {
        let mut entry = self.entry(id).ok_or(PrintError::UnknownEntry)?.clone();
        match entry.stage {
            Stage::Failed { .. } | Stage::Cancelled => {}
            ref other => return Err(PrintError::WrongStage { stage: other.label() }),
        }
        entry.cancelling = false;
        self.set_only(&mut entry, Stage::Waiting)
    }

    /// Settles an entry in 要確認.
    pub fn settle(&mut self, id: EntryId, decision: Decision) -> Result<(), PrintError> {
        let mut entry = self.entry(id).ok_or(PrintError::UnknownEntry)?.clone();
        if entry.stage != Stage::Unclear {
            return Err(PrintError::WrongStage { stage: entry.stage.label() });
        }
        entry.cancelling = false;
        let stage = match decision {
            Decision::Printed => Stage::Printed,
            Decision::PrintAgain => Stage::Waiting,
            Decision::GiveUp => Stage::Cancelled,
        };
        self.set_only(&mut entry, stage)
    }

    /// Removes an entry that is over, once what became of it is written into its case.
    ///
    /// Also for one that failed or was cancelled and that nobody wants any more.
    pub fn forget(&mut self, id: EntryId) -> Result<(), PrintError> {
        let entry = self.entry(id).ok_or(PrintError::UnknownEntry)?;
        if !entry.stage.is_over() || entry.stage == Stage::Unclear {
            return Err(PrintError::WrongStage { stage: entry.stage.label() });
        }
        self.spool.remove(id)?;
        self.entries.retain(|entry| entry.id != id);
        Ok(())
    }

    fn fail(&mut self, entry: SpoolEntry, error: &PrintError) -> Result<Progress, PrintError> {
        self.set(entry, Stage::Failed { failure: error.into() })
    }

    fn set(&mut self, mut entry: SpoolEntry, stage: Stage) -> Result<Progress, PrintError> {
        self.set_only(&mut entry, stage)?;
        Ok(Progress { stage: entry.stage, troubles: Vec::new(), impressions: None })
    }

    /// On disk first, then in memory.
    fn set_only(&mut self, entry: &mut SpoolEntry, stage: Stage) -> Result<(), PrintError> {
        if let Some(known) = self.entry(entry.id)
            && *known == *entry
            && known.stage == stage
        {
            return Ok(());
        }
        entry.stage = stage;
        self.spool.put(entry)?;
        if let Some(known) = self.entries.iter_mut().find(|known| known.id == entry.id) {
            known.clone_from(entry);
        }
        Ok(())
    }
}

fn held_up(stage: Stage, error: &PrintError) -> Progress {
    let reason = Reason {
        keyword: error.code().to_owned(),
        severity: super::Severity::Error,
        what: error.to_string(),
        todo: error.todo().to_owned(),
    };
    Progress { stage, troubles: vec![reason], impressions: None }
}
