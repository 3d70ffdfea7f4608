//! Events on their way up: each is taken or refused by itself, and named back.

use std::collections::BTreeSet;

use jiff::Timestamp;
use madoka_casework::{CaseId, Event, EventKind, FormatError, StaffId};
use madoka_sync::wire::{Problem, Receipt, RefusedEvent, VERSION};

use super::keep::{self, Appended};
use crate::access::Caller;
use crate::changes::Topic;
use crate::storage::{StorageError, Tx};

/// Why the server does not take an event. The terminal keeps it, shows the sentence, and offers it again later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EventRefusal {
    #[error("{0}")]
    Format(FormatError),
    #[error("ほかの端末の記録は受け取れません。")]
    OtherTerminal,
    #[error("この端末は、この案件に記録できません。")]
    NotItsCase,
    #[error("記録した職員が、サーバーに登録されていません。")]
    UnknownStaff,
    #[error("練習の案件は受け取れません。")]
    Practice,
    #[error("同じ番号で内容の違う記録が、すでにサーバーにあります。")]
    SameIdOtherEvent,
}

impl EventRefusal {
    const fn code(&self) -> &'static str {
        match self {
            Self::Format(FormatError::Newer { .. } | FormatError::UnknownKind { .. }) => "SRV-60",
            Self::Format(_) => "SRV-61",
            Self::OtherTerminal => "SRV-62",
            Self::NotItsCase => "SRV-63",
            Self::UnknownStaff => "SRV-64",
            Self::Practice => "SRV-65",
            Self::SameIdOtherEvent => "SRV-66",
        }
    }

    const fn fix(&self) -> &'static str {
        match self {
            Self::Format(FormatError::Newer { .. } | FormatError::UnknownKind { .. }) => {
                "サーバーのまどかを新しくするよう、管理者に知らせてください。記録は端末に残っています。"
            }
            Self::NotItsCase => "担当の窓口に引き継いでもらってください。記録は端末に残っています。",
            Self::UnknownStaff => "職員を登録するよう、管理者に知らせてください。記録は端末に残っています。",
            Self::Format(_) | Self::OtherTerminal | Self::Practice | Self::SameIdOtherEvent => {
                "管理者に、この番号を知らせてください。記録は端末に残っています。"
            }
        }
    }

    fn problem(&self) -> Problem {
        // The server's program is what cannot read it, so the terminal's own advice would be wrong.
        let message = match self {
            Self::Format(FormatError::Newer { .. } | FormatError::UnknownKind { .. }) => {
                "サーバーのまどかが古く、この記録を読めません。".to_owned()
            }
            other => other.to_string(),
        };
        Problem::new(self.code(), message, self.fix())
    }
}

/// Takes in what one terminal sent. All that is accepted is on the disk when the transaction is.
pub(super) fn take(
    tx: &mut Tx<'_>,
    caller: &Caller,
    events: Vec<Result<Event, FormatError>>,
    now: Timestamp,
) -> Result<Receipt, StorageError> {
    let mut receipt = Receipt { v: VERSION, ..Receipt::default() };
    let mut gate = Gate { caller, staff: BTreeSet::new(), cases: BTreeSet::new() };
    let mut moved: BTreeSet<CaseId> = BTreeSet::new();
    let mut any = false;
    for (line, event) in (0..).zip(events) {
        let taken = match event {
            Ok(event) => gate.take(tx, &event, now)?.map(|appended| (event, appended)),
            Err(error) => Err(EventRefusal::Format(error)),
        };
        match taken {
            Ok((event, appended)) => {
                receipt.accepted.push(event.id);
                any |= appended == Appended::New;
                if appended == Appended::New && keep::moves(&event.kind) {
                    moved.insert(event.case);
                }
            }
            Err(refusal) => receipt.refused.push(RefusedEvent { line, problem: refusal.problem() }),
        }
    }
    // Once a case, however many of its events came.
    for case in moved {
        keep::list(tx, case)?;
    }
    if any {
        tx.announce(Topic::Cases);
    }
    Ok(receipt)
}

/// What was asked of the tables once need not be asked again for the next line.
struct Gate<'a> {
    caller: &'a Caller,
    staff: BTreeSet<StaffId>,
    cases: BTreeSet<CaseId>,
}

impl Gate<'_> {
    fn take(
        &mut self,
        tx: &mut Tx<'_>,
        event: &Event,
        now: Timestamp,
    ) -> Result<Result<Appended, EventRefusal>, StorageError> {
        if let Err(refusal) = self.admits(tx, event)? {
            return Ok(Err(refusal));
        }
        let appended = keep::insert(tx, event, now)?;
        if appended == Appended::New {
            keep::pass_on(tx, event)?;
        }
        Ok(if appended == Appended::Other { Err(EventRefusal::SameIdOtherEvent) } else { Ok(appended) })
    }

    fn admits(&mut self, tx: &mut Tx<'_>, event: &Event) -> Result<Result<(), EventRefusal>, StorageError> {
        if event.by.terminal != self.caller.terminal {
            return Ok(Err(EventRefusal::OtherTerminal));
        }
        if matches!(event.kind, EventKind::Opened { practice: true, .. }) {
            return Ok(Err(EventRefusal::Practice));
        }
        if !self.staff.contains(&event.by.staff) {
            if !crate::people::is_known(tx, &event.by.staff)? {
                return Ok(Err(EventRefusal::UnknownStaff));
            }
            self.staff.insert(event.by.staff.clone());
        }
        // An opening makes the case its own.
        let opens = matches!(event.kind, EventKind::Opened { .. });
        if !opens && !self.cases.contains(&event.case) {
            if !keep::sees(tx, self.caller, event.case)? {
                return Ok(Err(EventRefusal::NotItsCase));
            }
            self.cases.insert(event.case);
        }
        Ok(Ok(()))
    }
}
