//! Printing (印刷): a finished PDF onto the city's paper, by IPP, with the truth about what became of it.
//!
//! **For:** knowing what a printer can do ([`Printer::capabilities`]), sending a job exactly as it should come out
//! ([`Ticket`]), following it to its end, and a queue that outlives the program ([`PrintQueue`] over a [`Spool`]).
//! A job counts as printed when the printer (or the print service in front of it) says so, never because it was
//! accepted; and nothing is printed a second time without somebody having said so.
//!
//! **Not for:** making the PDF (the rest of this crate), choosing what to print (`counter`), or keeping the queue on
//! disk (`store` implements [`Spool`]; [`MemorySpool`] is for practice and tests).
//!
//! Two things are deliberate and easy to undo by accident:
//! - Requests never follow a proxy from the environment or a redirect, and never reach an address outside the city's
//!   own network: what is printed is about people (see [`PrinterUri`]).
//! - A job is made in two steps (Create-Job, then Send-Document; RFC 8011 §4.2.4, §4.3.1), so that its number is on
//!   disk before the first page can leave the printer.
//!
//! ```
//! use madoka_forms::print::{Paper, PrinterUri, Sides, Ticket};
//!
//! let printer: PrinterUri = "ipp://192.168.10.31/ipp/print".parse()?;
//! let ticket = Ticket::new("まどか 12", Paper::A4).sides(Sides::LongEdge).copies(2);
//! assert_eq!(ticket.paper.keyword(), "iso_a4_210x297mm");
//! // What is printed about residents does not leave the city's network.
//! assert!("ipp://203.0.113.9/ipp/print".parse::<PrinterUri>().is_err());
//! # let _ = (printer, ticket);
//! # Ok::<(), madoka_forms::print::PrintError>(())
//! ```

mod address;
mod attributes;
mod capabilities;
mod error;
mod job;
mod offsets;
mod printer;
mod queue;
mod reasons;
mod services;
mod spool;
mod ticket;
mod transport;

pub use address::PrinterUri;
pub use capabilities::{Capabilities, Condition, PrinterState};
pub use error::PrintError;
pub use job::{End, JobNumber, JobReport, JobState};
pub use offsets::{MAX_OFFSET_MM, Offset, Offsets};
pub use printer::{Patience, Printer};
pub use queue::{Decision, Press, PrintQueue, Progress};
pub use reasons::{Reason, Severity};
pub use services::{PRINT_SERVICE, Queue, queues};
pub use spool::{Digest, EntryId, Failure, MemorySpool, Papers, Spool, SpoolEntry, SpoolError, Stage};
pub use ticket::{Paper, Sides, Ticket};
