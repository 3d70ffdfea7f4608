//! The terminal's half: its identity, its one way out, and the engine that keeps it and the server in step.
//!
//! ```no_run
//! # use std::sync::{Arc, Mutex};
//! # use madoka_sync::terminal::{Engine, Identity, Line, Listener, Local, Options, SyncError};
//! # fn f(store: madoka_store::Store) -> Result<(), Box<dyn std::error::Error>> {
//! let identity = Identity::of(&store)?.ok_or(SyncError::Identity)?;
//! let line = Line::new(&identity)?; // for every use case that asks the server itself
//! let store = Arc::new(Mutex::new(store));
//! let engine = Engine::start(&line, &identity, store.clone(), Silent, Options::default())?;
//! engine.nudge(); // after each event written here
//! println!("{}", engine.state().words());
//! engine.stop();
//! # Ok(()) }
//! # struct Silent;
//! # impl Listener for Silent {}
//! ```

mod administering;
mod backoff;
mod client;
pub mod deeds;
mod engine;
mod error;
mod identity;
mod line;
mod local;
pub mod packs;
pub mod program;
mod state;
pub mod statistics;
mod uses;

pub use client::{Ask, Client, Session};
pub use engine::{Engine, Listener, Options};
pub use error::SyncError;
pub use identity::{Identity, enrol, read_invitation, renew};
pub use line::{Line, once};
pub use local::{Lend, Local, Taken, Waiting};
pub use reqwest::Method;
pub use state::{Link, SyncState};
