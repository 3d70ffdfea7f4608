//! Printing, on real printers of paper that does not exist: `ippeveprinter`, and CUPS in front of one.

// Both are Debian's.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests end where they cannot go on")]

mod answers;
mod queue;
mod stand;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoka_forms::print::{
    EntryId, Paper, Papers, PrintQueue, PrinterUri, Progress, Sides, Spool, Stage, Ticket,
};
use uuid::Uuid;

/// A page as small as a page can be.
pub(crate) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n";

#[expect(clippy::unnecessary_wraps, reason = "as a press is")]
pub(crate) fn press(_: &Papers) -> Result<Vec<u8>, String> {
    Ok(PDF.to_vec())
}

pub(crate) fn ticket() -> Ticket {
    Ticket::new("まどか 12", Paper::A4).sides(Sides::LongEdge).copies(2)
}

pub(crate) fn papers() -> Papers {
    Papers {
        case: "case-12".to_owned(),
        parts: vec!["form:household_head_change".to_owned()],
        pages: 1,
        by: "s01".to_owned(),
        seen: String::new(),
    }
}

pub(crate) fn place<S: Spool>(queue: &mut PrintQueue<S>, printer: PrinterUri, ticket: Ticket) -> EntryId {
    let id = EntryId(Uuid::from_u128(queue.entries().len() as u128 + 1));
    let at = Timestamp::from_second(1_800_000_000 + i64::try_from(queue.entries().len()).unwrap()).unwrap();
    queue.place(id, at, printer, ticket, papers(), PDF).unwrap();
    id
}

/// Follows an entry until `enough`. The bound is for a test gone wrong only.
pub(crate) fn follow<S: Spool>(
    queue: &mut PrintQueue<S>,
    id: EntryId,
    enough: impl Fn(&Progress) -> bool,
) -> Progress {
    let begun = Instant::now();
    loop {
        let progress = queue.advance(id, &mut press).unwrap();
        if enough(&progress) {
            return progress;
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "{progress:?}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

pub(crate) fn over(progress: &Progress) -> bool {
    progress.stage.is_over()
}

pub(crate) fn failure_code(stage: &Stage) -> &str {
    match stage {
        Stage::Failed { failure } => &failure.code,
        other => other.label(),
    }
}
