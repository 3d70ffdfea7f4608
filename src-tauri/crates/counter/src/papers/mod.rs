//! What is put on paper for one case: which of the city's forms, for whom, in which order; and the sheet the resident
//! takes home.
//!
//! Both come from the same judgement the 手続 screen shows, so the paper never says anything else than the screen did.
//! `madokactl fill|guide` and the window use the same functions.

mod bundle;
mod guide;
mod making;
mod orders;
mod preview;
mod printed;
mod screen;
mod signed;

use std::collections::BTreeSet;

use madoka_rules::pack::Procedure;
use madoka_rules::{Entry, Subject};

pub use bundle::{Blanks, CaseBundle, Chosen, Desk, PapersError, Which, case_bundle};
pub use guide::guide_sheet;
pub use making::Making;
pub use orders::{FormOrder, form_orders};
pub use preview::Preview;
pub use printed::Withdrawn;
pub use screen::{
    FactToFix, FieldPlace, LookAt, LookKind, MoreForm, PaperForm, PaperPage, PapersView, Pressed, SignPlace,
    Signable,
};
pub use signed::StaleSignature;

/// The lowest level at which this counter fills in a procedure's form (DESIGN §2: 3 write).
const WRITES: u8 = 3;
/// From here on it also takes it (4 receive, 5 issue); 6 is consulting, which only the office itself can.
const RECEIVES: u8 = 4;
const CONSULTS: u8 = 6;

/// One procedure for one person, as cases keep it: the procedure's id, and whom it is for.
pub type ProcedureFor = (String, Subject);

/// What an officer has settled with the resident about the procedures that came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// 済み: taken at this counter today.
    pub done: BTreeSet<ProcedureFor>,
    /// 後日: left for another day.
    pub later: BTreeSet<ProcedureFor>,
    /// 希望しない: optional, and not wanted.
    pub declined: BTreeSet<ProcedureFor>,
    /// 該当する, said by the office that owns it: needed, whatever the family could say.
    pub applies: BTreeSet<ProcedureFor>,
}

impl Settled {
    fn holds(set: &BTreeSet<ProcedureFor>, procedure: &Procedure, entry: &Entry) -> bool {
        set.contains(&(procedure.id.to_string(), entry.subject))
    }
}

/// This counter fills in its forms.
pub(crate) fn writes(procedure: &Procedure) -> bool {
    (WRITES..CONSULTS).contains(&procedure.level)
}

/// This counter takes it.
pub(crate) fn receives(procedure: &Procedure) -> bool {
    (RECEIVES..CONSULTS).contains(&procedure.level)
}
