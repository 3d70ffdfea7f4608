//! A case (案件): one visit's work for one life event, from opening to closing.
//!
//! A case is nothing but the set of [`Event`]s that happened to it; what it *is* now, its [`Case`], is their
//! fold. From that one idea come the audit trail, undo, measured minutes and sync. This floor is pure: time and ids are
//! arguments, nothing is read or written here. Keeping events on a disk is `store`'s work, use cases are
//! `counter`'s. How events are written down is in `FORMAT.md`.
//!
//! - [`Case::next`] makes the next event, [`Case::apply`] takes it in or refuses it with the reason.
//! - [`Case::fold`] makes the same case of the same set of events in whatever order they arrived.
//! - One terminal owns a case at a time. What a former owner wrote without knowing that the case had passed on is kept
//!   [aside](Case::late) until a person decides; 回答 and メモ are anyone's.
//! - Deadlines are not kept: judging the [facts](Case::facts) with the pack of the day gives them again.
//! - No event can hold a 個人番号 ([`Words`], [`Said`]).
//!
//! ```
//! use jiff::Timestamp;
//! use madoka_casework::*;
//! use uuid::Uuid;
//!
//! let at = |second| Timestamp::from_second(second).unwrap();
//! let id = |n| EventId::new(Uuid::from_u128(n));
//! let by = Author { staff: StaffId::parse("s01")?, terminal: TerminalId::parse("t1")? };
//! let opened = EventKind::opened(LifeEventId::parse("move_in")?, Ticket::parse("１２")?);
//!
//! let case = CaseId::new(Uuid::from_u128(1));
//! let mut case = Case::begin(Event::opening(id(2), case, by.clone(), at(0), opened))?;
//! assert_eq!(case.state(), State::Waiting);
//!
//! let claimed = case.next(id(3), by.clone(), at(60), EventKind::Claimed {});
//! case.apply(&claimed)?;
//! assert_eq!(case.owner(), Some(&by));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The state machines are drawn in `src/phase.rs`.

mod case;
mod contents;
mod deed;
mod event;
mod handwriting;
mod id;
mod image_hash;
mod order;
mod phase;
mod refusal;
mod summary;
mod ticket;
mod time_spent;
mod wire;
mod words;

pub use case::Case;
pub use contents::{Checked, Inquiry, KnownFacts, Members, Reply};
pub use deed::Deed;
pub use event::{
    Author, Event, EventKind, GuideOn, Mark, Money, Outcome, PackVersion, ProcedureRef, ReplyAnswer, Step,
};
pub use handwriting::{Handwriting, HandwritingError, PenPoint};
pub use id::{
    CaseId, EventId, FieldId, FormId, IdForm, InquiryId, JobId, LanguageId, LifeEventId, OfficeId, PackId,
    ProcedureId, StaffId, TerminalId,
};
pub use image_hash::{ImageHash, ImageHashForm};
pub use phase::State;
pub use refusal::{Aside, FormatError, Refusal};
pub use summary::{FoundBy, MissedProcedure, Summary};
pub use ticket::{Ticket, TicketError};
pub use time_spent::TimeSpent;
pub use wire::{FORMAT, MOST_BYTES};
pub use words::{Said, Words, WordsError};
