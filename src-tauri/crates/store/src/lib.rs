//! The terminal's encrypted database: cases, packs, settings, staff, print spool and audit.
//!
//! **For:** keeping what must not be lost. [`Store::append`] answers when the events are on the disk (SQLCipher, WAL,
//! `synchronous=FULL`); a failed append leaves everything as it was and may be tried again with the same events. Cases are
//! found again by day, id, name, kana, birth date, case number and 受付番号. What others need travels by the outbox.
//!
//! **Not for:** deciding what may happen to a case (`casework`), or who may do it (`counter`, server).
//!
//! Practice (練習) and real cases live in files of their own kind; neither opens as the other. A file that is missing,
//! damaged or not the newest is never replaced by an empty one: [`Store::open`] says what is wrong, and
//! [`restore`] and [`salvage`] are the ways forward. The key lies in the OS keyring, or in a file ([`Key`]).
//!
//! ```
//! use jiff::Timestamp;
//! use madoka_casework::*;
//! use madoka_store::{Key, Realm, Store};
//! use uuid::Uuid;
//!
//! let folder = tempfile::tempdir()?;
//! let mut store = Store::create(&folder.path().join("madoka.db"), &Key::random()?, Realm::Real)?;
//!
//! let by = Author { staff: StaffId::parse("s01")?, terminal: TerminalId::parse("t1")? };
//! let opened = EventKind::opened(LifeEventId::parse("move_in")?, Ticket::parse("12")?);
//! let id = CaseId::new(Uuid::from_u128(1));
//! let opening = Event::opening(EventId::new(Uuid::from_u128(2)), id, by, Timestamp::UNIX_EPOCH, opened);
//! let case = store.append(&[opening])?;
//! assert_eq!(store.case(id)?, case);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod care;
mod error;
mod fold;
mod keep;
mod key;
mod keyring;
mod mark;
mod packs;
mod schema;
mod search;
mod store;
mod sync;

pub use audit::{AuditAct, AuditEntry};
pub use care::{Checked, HOMELESS, LITTLE_ROOM, Salvaged, restore, salvage};
pub use error::StoreError;
pub use keep::SignedIn;
pub use key::Key;
pub use keyring::KeyPlace;
pub use packs::Pack;
pub use schema::SCHEMA;
pub use search::{CaseSummary, Found};
pub use store::{Realm, Store};
