//! What terminals and the server say to each other, and the client that says it.
//!
//! - [`wire`]: every message, its bounds and its version; the server uses only this. `WIRE.md` beside this crate
//!   describes it for people.
//! - [`sheet`]: what of a case a department is shown; made by the server, and by practice alike.
//! - [`slots`]: on which days and at which times a corner can be booked. Pure; the server and practice mode share it.
//! - [`terminal`] (feature `terminal`): the one way out of a terminal. TLS 1.3 with the terminal's own certificate to the
//!   city's own server, and nothing else; and the engine that brings what was done here there and what was done there
//!   here, in order, exactly once, from wherever it stopped.
//!
//! **Not for:** deciding what may happen to a case (`casework`), keeping it (`store`), or who may see it (the server).

pub mod sheet;
pub mod slots;
#[cfg(feature = "terminal")]
pub mod terminal;
pub mod wire;
