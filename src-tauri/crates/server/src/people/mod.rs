//! 職員: who may sign in, and what they may do.

mod routes;
pub(crate) mod session;
mod sign_in;
mod staff;

pub(crate) use self::routes::routes;
pub(crate) use self::session::end_outlived as end_sessions;
pub(crate) use self::sign_in::{forgive, proven};
pub use madoka_sync::wire::roster;

pub use self::staff::{NewStaff, add, all, change, is_known, reset, set_password, unlock};
use crate::storage::Schema;

pub(crate) const SCHEMA: Schema = Schema {
    module: "people",
    versions: &[&[
        "CREATE TABLE people_staff (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL, must_change INTEGER NOT NULL,
            roles TEXT NOT NULL, offices TEXT NOT NULL, disabled INTEGER NOT NULL, last_signed_in INTEGER)",
        "CREATE TABLE people_sessions (
            token BLOB PRIMARY KEY, staff TEXT NOT NULL, terminal TEXT NOT NULL, started INTEGER NOT NULL,
            seen INTEGER NOT NULL, until INTEGER NOT NULL)",
        "CREATE INDEX people_sessions_staff ON people_sessions (staff)",
        // Wrong passwords since the last right one, by person and terminal.
        "CREATE TABLE people_failures (
            staff TEXT NOT NULL, terminal TEXT NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (staff, terminal))",
    ]],
};
