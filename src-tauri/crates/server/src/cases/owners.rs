//! A terminal lost with open cases: which they are, and freeing them so that another counter goes on.
//!
//! Freeing is two ordinary events of the administrator (引き取る, 担当を外す), so that every terminal, also the lost one should
//! it come back, sees the same; what it wrote meanwhile is kept as late and a person decides.

use jiff::Timestamp;
use madoka_casework::{Author, Case, CaseId, Event, EventId, EventKind, TerminalId, Words};
use madoka_sync::wire::{FreedCases, OpenCase, OpenCases};
use uuid::Uuid;

use super::keep;
use crate::access::Caller;
use crate::audit::{self, Act, Entry};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};

/// What a terminal has in hand, by what everyone knows.
pub(crate) fn open(tx: &mut Tx<'_>, terminal: TerminalId) -> Result<OpenCases, StorageError> {
    let mut cases = Vec::new();
    for id in keep::in_hand(tx, &terminal)? {
        let Some(case) = keep::case(tx, id)? else { continue };
        cases.push(OpenCase {
            case: id,
            number: case.number(),
            ticket: case.ticket.as_str().to_owned(),
            life_event: case.life_event.as_str().to_owned(),
            staff: case.owner().map(|owner| owner.staff.as_str().to_owned()).unwrap_or_default(),
            since: case.since(),
        });
    }
    Ok(OpenCases { terminal, cases })
}

/// Frees what is in this terminal's hands: the named ones, or all.
pub(crate) fn free(
    tx: &mut Tx<'_>,
    caller: &Caller,
    terminal: &TerminalId,
    only: &[CaseId],
    reason: &Words,
    now: Timestamp,
) -> Result<FreedCases, Problem> {
    let by = caller.author()?;
    let mut answer = FreedCases::default();
    let in_hand = keep::in_hand(tx, terminal)?;
    let wanted: Vec<CaseId> = if only.is_empty() { in_hand.into_iter().collect() } else { only.to_vec() };
    for id in wanted {
        let case = keep::case(tx, id)?;
        match case {
            Some(case) if case.owner().is_some_and(|owner| owner.terminal == *terminal) => {
                free_one(tx, case, &by, reason, now)?;
                audit::write(tx, &Entry::by(caller, now, Act::CaseFreed).case(id).what(terminal.as_str()))?;
                answer.freed.push(id);
            }
            // Handed on, closed, or never here: what was seen in the list is no longer so.
            _ => answer.left.push(id),
        }
    }
    Ok(answer)
}

fn free_one(
    tx: &mut Tx<'_>,
    mut case: Case,
    by: &Author,
    reason: &Words,
    now: Timestamp,
) -> Result<(), StorageError> {
    let own = case.owner().is_some_and(|owner| owner.terminal == by.terminal);
    let taken = (!own).then(|| EventKind::TakenOver { reason: reason.clone() });
    let released = EventKind::Released { reason: Some(reason.clone()) };
    for kind in taken.into_iter().chain([released]) {
        let event: Event = case.next(EventId::new(Uuid::now_v7()), by.clone(), now, kind);
        case.apply(&event).map_err(|_| StorageError::Internal("free"))?;
        keep::append(tx, &event, now)?;
    }
    Ok(())
}
