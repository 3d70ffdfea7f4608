//! Whether a task is done, as the case's own record tells.

use madoka_casework::{Author, Case, EventKind, State, TimeSpent};
use madoka_facts::{Answer, FactPath, Source};
use madoka_rules::Verdict;

use super::TaskKind;
use crate::Judged;
use crate::records::word;

pub(super) fn is_done(task: &TaskKind, judged: &Judged) -> bool {
    let Judged { case, facts, judgement, book } = judged;
    let happened = |is: &dyn Fn(&EventKind) -> bool| {
        case.deeds().iter().any(|deed| deed.undone.is_none() && is(&deed.event.kind))
    };
    let answer = |fact: &str| fact.parse::<FactPath>().map(|path| facts.answer(&path));
    let of = |procedure: &str, at: usize| {
        book.pack().procedures.get(at).is_some_and(|known| known.id.as_str() == procedure)
    };
    match task {
        TaskKind::Open { event } => case.life_event.as_str() == event,
        TaskKind::ReadCard { person } => case.stated().any(|(path, statement, _)| {
            statement.source == Source::Chip && path.to_string().starts_with(&format!("{person}."))
        }),
        TaskKind::Know { fact } => matches!(answer(fact), Ok(Answer::Known(_))),
        TaskKind::Unknown { fact } => matches!(answer(fact), Ok(Answer::Unknown)),
        TaskKind::Changed { fact } => {
            // Also what was taken back was said once.
            let said = case.deeds().iter().filter(|deed| match &deed.event.kind {
                EventKind::Stated { said } => said.path().to_string() == *fact,
                _ => false,
            });
            said.count() > 1
        }
        TaskKind::Members { count } => facts.members() >= *count,
        TaskKind::Settled => judgement.next.is_none(),
        TaskKind::Listed { procedure } => judgement.entries.iter().any(|entry| {
            matches!(entry.verdict, Verdict::Needed | Verdict::ToConfirm) && of(procedure, entry.procedure)
        }),
        TaskKind::Mark { procedure, mark } => case.checklist().iter().any(|(reference, checked)| {
            reference.procedure.as_str() == procedure && checked.mark.is_some_and(|given| word(given) == mark)
        }),
        TaskKind::Note => happened(&|kind| matches!(kind, EventKind::Noted { .. })),
        TaskKind::Notice => happened(&|kind| matches!(kind, EventKind::InquirySent { .. })),
        TaskKind::Printed => happened(&|kind| matches!(kind, EventKind::Printed { .. })),
        TaskKind::Guide { language: wanted } => happened(&|kind| match kind {
            EventKind::GuideIssued { language, .. } => {
                wanted.as_ref().is_none_or(|wanted| language.as_str() == wanted)
            }
            _ => false,
        }),
        TaskKind::Paused => happened(&|kind| matches!(kind, EventKind::Paused {})),
        TaskKind::HandedOver => happened(&|kind| matches!(kind, EventKind::HandedOver { .. })),
        TaskKind::Closed => happened(&|kind| matches!(kind, EventKind::Closed { .. })),
    }
}

/// Closed, taken back, or in other hands.
pub(super) fn has_ended(case: &Case, me: &Author) -> bool {
    match case.state() {
        State::Closed | State::TakenBack => true,
        State::InHand => case.owner().is_some_and(|owner| owner.terminal != me.terminal),
        State::Waiting => false,
    }
}

pub(super) fn minutes(case: &Case) -> u32 {
    u32::try_from(TimeSpent::minutes(case.time_spent().work())).unwrap_or(u32::MAX)
}

/// Answers that an officer typed or chose.
pub(super) fn asked(case: &Case) -> u32 {
    let said = case
        .stated()
        .filter(|(_, statement, _)| matches!(statement.source, Source::Staff | Source::Resident));
    u32::try_from(said.count()).unwrap_or(u32::MAX)
}

pub(super) fn unknown(case: &Case) -> u32 {
    let unknown = case.stated().filter(|(_, statement, _)| statement.value.is_none());
    u32::try_from(unknown.count()).unwrap_or(u32::MAX)
}
