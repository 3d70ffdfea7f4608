//! 端末・職員・監査: what an administrator looks after, and what an auditor looks up. The server keeps all of it and decides
//! who may; here its answers become rows for the screen.

mod audit;
mod people;
mod terminals;

pub use audit::{AuditGiven, AuditShown, AuditView};
pub use people::{FirstPasswordView, PersonGiven, PersonRow, PersonView, RoleChoice, RosterTaken, staff_csv};
pub use terminals::{CaseHeld, InvitationView, TerminalGiven, TerminalLine, TerminalsView};
