//! A case (案件): one visit's work for one life event, from opening to closing.
//!
//! A case is nothing but the list of [`Event`]s that happened to it; what it *is* now, its [`Case`], is their
//! fold. From that one idea come the audit trail, undo and (later) sync. This floor is pure: time and ids are
//! arguments, nothing is read or written here. Keeping events on a disk is `store`'s work, use cases are
//! `counter`'s.
//!
//! ```
//! use jiff::Timestamp;
//! use madoka_casework::{Case, Event, EventKind, LifeEventId, State, Ticket};
//!
//! let at = |second| Timestamp::from_second(second).unwrap();
//! let opened = EventKind::Opened { life_event: LifeEventId::new("move_in"), ticket: Ticket::parse("１２")? };
//! let mut events = vec![Event { at: at(0), kind: opened }];
//! assert_eq!(Case::fold(&events)?.state, State::Waiting);
//!
//! events.push(Event { at: at(60), kind: EventKind::TakenBack });
//! assert_eq!(Case::fold(&events)?.state, State::TakenBack);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Waiting: Opened 受付
//!     Waiting --> TakenBack: TakenBack 取消
//!     TakenBack --> Waiting: Restored 取消を戻す
//! ```

mod case;
mod event;
mod ticket;

pub use case::{Case, Refusal, State};
pub use event::{CaseId, Event, EventKind, LifeEventId};
pub use ticket::{Ticket, TicketError};
