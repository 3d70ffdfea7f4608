//! 端末・職員・監査: what an administrator looks after, and what an auditor looks up. The server keeps all of it and decides
//! who may; here its answers become rows for the screen.

mod audit;
mod people;
mod terminals;

pub use audit::{AuditGiven, AuditShown, AuditView};
pub use people::{FirstPasswordView, PersonGiven, PersonRow, PersonView, RoleChoice, RosterTaken, staff_csv};
pub use terminals::{CaseHeld, InvitationView, TerminalGiven, TerminalLine, TerminalsView};

use crate::Counter;
use crate::supervisor::PickChoice;

impl Counter {
    /// 窓口・課 of the city, by name: where terminals and staff belong.
    pub fn offices(&self) -> Vec<PickChoice> {
        let pack = self.city.pack.as_deref();
        let offices = pack.into_iter().flat_map(|pack| &pack.offices);
        offices.map(|one| PickChoice::new(&one.id, &one.name.ja)).collect()
    }
}
