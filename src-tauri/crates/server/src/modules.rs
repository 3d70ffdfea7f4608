//! What the server consists of: each module's tables and routes, handed in here and nowhere else.

use crate::route::Route;
use crate::storage::Schema;
use crate::{
    audit, bookings, cases, inquiries, packs, people, program, register, server, statistics, terminals,
};

pub(crate) fn schemas() -> Vec<Schema> {
    vec![
        server::SCHEMA,
        audit::SCHEMA,
        people::SCHEMA,
        terminals::SCHEMA,
        cases::SCHEMA,
        bookings::SCHEMA,
        inquiries::SCHEMA,
        register::SCHEMA,
        packs::SCHEMA,
        program::SCHEMA,
        statistics::SCHEMA,
    ]
}

/// Every route of the server.
pub fn routes() -> Vec<Route> {
    let modules = [
        people::routes(),
        terminals::routes(),
        audit::routes(),
        cases::routes(),
        bookings::routes(),
        inquiries::routes(),
        register::routes(),
        packs::routes(),
        program::routes(),
        statistics::routes(),
    ];
    modules.into_iter().flatten().collect()
}
