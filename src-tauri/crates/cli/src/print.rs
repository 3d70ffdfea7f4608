//! `print`: a PDF to a printer, and the truth about what became of it.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use madoka_forms::print::{
    EntryId, MemorySpool, Paper, Papers, PrintQueue, PrinterUri, Progress, Sides, Stage, Ticket,
};
use serde_json::json;

use crate::failure::Failure;
use crate::say::Say;

/// Between two questions to the printer.
const PAUSE: Duration = Duration::from_millis(500);

/// What `print` was asked for.
#[derive(Debug)]
pub(crate) struct Print<'a> {
    pub(crate) file: &'a Path,
    pub(crate) printer: PrinterUri,
    pub(crate) paper: Option<Paper>,
    pub(crate) sides: Sides,
    pub(crate) tray: Option<String>,
    pub(crate) copies: u32,
    /// Seconds until a job that does not end is taken back.
    pub(crate) patience: u64,
}

pub(crate) fn print(asked: &Print<'_>, say: &mut Say) -> Result<(), Failure> {
    let pdf = fs::read(asked.file).map_err(|error| Failure::Read {
        path: asked.file.display().to_string(),
        reason: error.kind().to_string(),
    })?;
    let paper = asked.paper.or_else(|| Paper::of_pdf(&pdf)).unwrap_or(Paper::A4);
    // The name of the file may be somebody's name; the printer's display is for everyone.
    let mut ticket = Ticket::new("madokactl", paper).sides(asked.sides).copies(asked.copies);
    ticket.tray.clone_from(&asked.tray);
    let papers =
        Papers { case: String::new(), parts: Vec::new(), pages: 0, by: String::new(), seen: String::new() };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i128::try_from(since.as_nanos()).map(jiff::Timestamp::from_nanosecond);
    let now = now.ok().and_then(Result::ok).unwrap_or_default();
    let id = EntryId::at(now);
    let mut queue = PrintQueue::open(MemorySpool::default())?;
    queue.place(id, now, asked.printer.clone(), ticket, papers, &pdf)?;
    let mut press = |_: &Papers| Ok(pdf.clone());
    let begun = Instant::now();
    let mut told = Vec::new();
    let mut taking_back = false;
    let mut hindered = None;
    loop {
        let progress = queue.advance(id, &mut press)?;
        tell(&progress, &mut told);
        // While it waits, nothing has reached the printer, and this is why.
        match progress.stage {
            Stage::Waiting => hindered = progress.troubles.first().cloned(),
            Stage::Cancelled => {}
            _ => hindered = None,
        }
        if let (Stage::Cancelled, Some(trouble)) = (&progress.stage, &hindered) {
            return Err(Failure::NotPrinted {
                code: trouble.keyword.clone(),
                what: format!("{}。", trouble.what),
                todo: trouble.todo.clone(),
            });
        }
        if progress.stage.is_over() {
            return end(&progress.stage, taking_back, say);
        }
        let waited = begun.elapsed().as_secs();
        if waited >= asked.patience.saturating_add(30) {
            return Err(Failure::StillPrinting(asked.patience));
        }
        if waited >= asked.patience && !taking_back {
            taking_back = true;
            queue.cancel(id)?;
            continue;
        }
        sleep(PAUSE);
    }
}

/// To stderr, each thing once: what the printer waits for.
fn tell(progress: &Progress, told: &mut Vec<String>) {
    for line in std::iter::once(format!("{}…", progress.stage.label()))
        .filter(|_| !progress.stage.is_over())
        .chain(progress.troubles.iter().map(|trouble| format!("{}。{}", trouble.what, trouble.todo)))
    {
        if !told.contains(&line) {
            Say::note(&line);
            told.push(line);
        }
    }
}

fn end(stage: &Stage, taken_back: bool, say: &mut Say) -> Result<(), Failure> {
    match stage {
        Stage::Printed => {
            say.document(&json!({ "state": "printed" }));
            say.line("印刷しました。");
            Ok(())
        }
        Stage::Failed { failure } => Err(Failure::NotPrinted {
            code: failure.code.clone(),
            what: failure.what.clone(),
            todo: failure.todo.clone(),
        }),
        Stage::Cancelled if taken_back => Err(Failure::TakenBack),
        _ => Err(Failure::Unclear),
    }
}
