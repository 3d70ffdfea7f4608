//! `madokad`, the small server inside LGWAN.
//!
//! **For:** one city's terminals: what each did comes here and goes to whom it concerns; packs go out; departments answer;
//! staff sign in. **Not for:** residents, browsers, or anything outside LGWAN: it never calls out.
//!
//! A module brings its tables and its routes to `modules.rs`. Each [`Route`](route::Route) says who may use it
//! ([`Access`](access::Access)); handlers get the [`Caller`](access::Caller) and the [`Server`](server::Server), and keep
//! what they know in its [`Db`](storage::Db).

pub mod access;
pub mod audit;
pub mod authority;
pub mod backup;
mod begin;
pub mod body;
pub mod bookings;
pub mod cases;
pub mod changes;
pub mod city_key;
mod city_pack;
pub mod cli;
pub mod clock;
pub mod config;
mod guard;
pub mod housekeeping;
pub mod inquiries;
pub mod listen;
pub mod metrics;
pub mod modules;
mod office_time;
pub mod packs;
pub mod password;
pub mod people;
pub mod problem;
pub mod program;
pub mod register;
pub mod room;
pub mod route;
mod seal;
pub mod secret_file;
pub mod server;
pub mod statistics;
pub mod storage;
pub mod terminals;
#[cfg(feature = "testing")]
pub mod testing;
