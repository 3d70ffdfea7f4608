//! Which forms to print, for whom.

use madoka_facts::Id;
use madoka_rules::{Judgement, Rulebook, Subject, Verdict};

use super::{Settled, writes};

/// One form of the bundle: each stands once, however many procedures want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormOrder {
    pub form: Id,
    /// The procedures that want it, in the pack's order.
    pub procedures: Vec<String>,
    /// Whom they are for; empty where they are for the case as a whole. What a form does with them (one copy each, or
    /// rows) is the form's own affair.
    pub members: Vec<u16>,
}

/// The forms of every procedure that is needed (judged so, or said so by its office), not yet done or declined, and that this counter writes, in office order.
pub fn form_orders(book: &Rulebook, judgement: &Judgement, settled: &Settled) -> Vec<FormOrder> {
    let pack = book.pack();
    let mut orders: Vec<(usize, FormOrder)> = Vec::new();
    for entry in &judgement.entries {
        let Some(procedure) = pack.procedures.get(entry.procedure) else { continue };
        if entry.verdict != Verdict::Needed && !Settled::holds(&settled.applies, procedure, entry) {
            continue;
        }
        let left_out = [&settled.done, &settled.later, &settled.declined];
        if !writes(procedure) || left_out.into_iter().any(|set| Settled::holds(set, procedure, entry)) {
            continue;
        }
        let office = pack.offices.iter().position(|office| office.id == procedure.office);
        let office = office.unwrap_or(usize::MAX);
        for form in &procedure.forms {
            let known = orders.iter().position(|(_, order)| order.form == *form);
            let at = known.unwrap_or_else(|| {
                let order = FormOrder { form: form.clone(), procedures: Vec::new(), members: Vec::new() };
                orders.push((office, order));
                orders.len() - 1
            });
            let Some((_, order)) = orders.get_mut(at) else { continue };
            let id = procedure.id.to_string();
            if !order.procedures.contains(&id) {
                order.procedures.push(id);
            }
            if let Subject::Member(member) = entry.subject
                && !order.members.contains(&member)
            {
                order.members.push(member);
            }
        }
    }
    // Stable: within an office the pack's order stays.
    orders.sort_by_key(|(office, _)| *office);
    orders
        .into_iter()
        .map(|(_, mut order)| {
            order.members.sort_unstable();
            order
        })
        .collect()
}
