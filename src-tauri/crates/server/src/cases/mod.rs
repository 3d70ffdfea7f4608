//! 案件: what happened to the city's cases, from every terminal and to every terminal that may have it.
//!
//! - Events come up in order and are named back one by one ([`upload`]); the same event twice is one event.
//! - They go down in one order, behind a cursor, over a held question ([`page`]).
//! - Who gets what: a counter's terminal (窓口) every case of the city; a department's terminal (関係課) the cases it opened
//!   or was handed, and else only what its inquiries show (`inquiries`).
//! - The server folds, and never judges: what comes late or twice is kept, and a person at the counter resolves it. It
//!   refuses only what is not the sender's to say.
//! - A terminal lost with open cases: an administrator frees them ([`owners`]).
//!
//! **Not for:** rules, papers, or changing what a terminal wrote: the text of an event stays as it came.

mod erase;
mod keep;
pub(crate) mod owners;
mod page;
pub(crate) mod presence;
mod routes;
mod upload;

pub(crate) use erase::{erase_ended, erase_late};
pub use keep::{Appended, append, case, events_of, sees};
pub(crate) use keep::{number_of, numbered};
pub(crate) use routes::routes;

use crate::storage::Schema;

pub(crate) const SCHEMA: Schema = Schema {
    module: "case",
    versions: &[&[
        // Never renumbered and never deleted: an erased event keeps its place, its id and its digest.
        "CREATE TABLE case_events (
            pos INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, case_id BLOB NOT NULL, terminal TEXT NOT NULL,
            json BLOB, digest BLOB NOT NULL, received INTEGER NOT NULL)",
        "CREATE INDEX case_events_of ON case_events (case_id, pos)",
        // What a fold says, for lists; made anew whenever a case changes hands or state.
        "CREATE TABLE case_rows (
            case_id BLOB PRIMARY KEY, number INTEGER, ticket TEXT NOT NULL, life_event TEXT NOT NULL,
            state TEXT NOT NULL, opened INTEGER NOT NULL, since INTEGER NOT NULL,
            owner_staff TEXT, owner_terminal TEXT, late INTEGER NOT NULL)",
        "CREATE INDEX case_rows_owner ON case_rows (owner_terminal)",
        // Cases a department's terminal may have whole, and the order it gets their events in: `n` is the place in
        // `case_events` that made the event visible to it.
        "CREATE TABLE case_grants (terminal TEXT NOT NULL, case_id BLOB NOT NULL, PRIMARY KEY (terminal, case_id))",
        "CREATE INDEX case_grants_of ON case_grants (case_id)",
        "CREATE TABLE case_feed (
            terminal TEXT NOT NULL, n INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (terminal, n, event))",
        // 端末の様子, as each terminal last told it.
        "CREATE TABLE case_presence (
            terminal TEXT PRIMARY KEY, seen INTEGER NOT NULL, program TEXT NOT NULL, skew INTEGER NOT NULL,
            waiting INTEGER NOT NULL, held_back INTEGER NOT NULL, disk_low INTEGER NOT NULL)",
    ], &[
        // 案件番号 as it stands on the paper, for whoever asks who saw a case.
        "CREATE INDEX case_rows_number ON case_rows (number)",
    ]],
};
