//! まどかの新しい版: the package that terminals put in, kept here and handed out, since nothing comes from outside.
//!
//! An administrator brings the file, an approver releases it with the key that releases packs, and the city's key signs
//! beside. Whoever takes the server can hold a version back; they cannot make one, for what installs it on a terminal
//! proves both signatures itself. Some terminals may get it before the others.

pub mod cli;
mod error;
mod keep;
mod routes;

pub use error::ProgramError;
pub(crate) use keep::{SCHEMA, sign_again};
pub(crate) use routes::routes;
