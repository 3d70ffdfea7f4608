//! The sample city's pack, as it is and flattened to one life event.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_rules::pack::ValidBy;
use madoka_rules::{Pack, read_pack};

pub(crate) fn read() -> Arc<Pack> {
    Arc::new(read_pack(&madoka_sample::city()).unwrap_or_else(|problems| panic!("{problems:?}")))
}

/// All procedures and questions in one life event, each fact asked once.
///
/// No event alone has 300 procedures; one after another they would be measured with the cost of several records.
pub(crate) fn flat(pack: &Pack, on: Date) -> Pack {
    let mut flat = pack.clone();
    flat.events.truncate(1);
    let event = flat.events[0].id.clone();
    let mut asked = BTreeSet::new();
    flat.questions
        .retain(|question| question.effective.period.contains(on) && asked.insert(question.fact.clone()));
    for question in &mut flat.questions {
        question.events = vec![event.clone()];
    }
    flat.procedures.retain(|procedure| {
        procedure.effective.basis == ValidBy::Visit && procedure.effective.period.contains(on)
    });
    for procedure in &mut flat.procedures {
        procedure.events = vec![event.clone()];
    }
    flat
}

/// As many procedures as wanted: the same ones again under new ids.
pub(crate) fn grown(pack: &Pack, procedures: usize) -> Pack {
    let mut grown = pack.clone();
    let copies = pack.procedures.iter().cycle().take(procedures).enumerate().map(|(at, procedure)| {
        let mut copy = procedure.clone();
        copy.id = madoka_rules::pack::ProcedureId::new(&format!("copy.p{at}")).expect("an id");
        copy
    });
    grown.procedures = copies.collect();
    grown
}
