//! 消去: of a case whose time is over, everything that was said goes. What stays is that there was one: the places, ids
//! and digests of its events, so that no cursor moves and what comes again is not taken for new.

use jiff::Timestamp;
use madoka_casework::CaseId;
use uuid::Uuid;

use crate::audit::{self, Act, Entry};
use crate::changes::Topic;
use crate::inquiries;
use crate::storage::{StorageError, Tx};
use crate::values;

/// Erases cases that were closed or taken back before a moment, the oldest first, so many at most. Says how many.
pub(crate) fn erase_ended(
    tx: &mut Tx<'_>,
    before: Timestamp,
    most: u32,
    now: Timestamp,
) -> Result<u64, StorageError> {
    let rows = tx.query(
        "SELECT case_id FROM case_rows WHERE state IN ('closed', 'taken_back') AND since < ?1
         ORDER BY since LIMIT ?2",
        values![before, most],
    )?;
    let mut erased = 0;
    for row in rows {
        erase(tx, row.get(0)?, now)?;
        erased += 1;
    }
    forget_pages(tx, erased);
    Ok(erased)
}

fn erase(tx: &mut Tx<'_>, case: Uuid, now: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "DELETE FROM case_feed WHERE event IN (SELECT pos FROM case_events WHERE case_id = ?1)",
        values![case],
    )?;
    tx.execute("UPDATE case_events SET json = NULL WHERE case_id = ?1", values![case])?;
    tx.execute("DELETE FROM case_grants WHERE case_id = ?1", values![case])?;
    tx.execute("DELETE FROM case_rows WHERE case_id = ?1", values![case])?;
    inquiries::erase(tx, case)?;
    audit::write(tx, &Entry::by_server(now, Act::Erased).case(CaseId::new(case)))
}

/// Erases what came for a case after it was erased (a terminal that was away for years), when it has been here as long.
pub(crate) fn erase_late(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StorageError> {
    let erased = tx.execute(
        "UPDATE case_events SET json = NULL WHERE json IS NOT NULL AND received < ?1
         AND case_id NOT IN (SELECT case_id FROM case_rows)",
        values![before],
    )?;
    forget_pages(tx, erased);
    Ok(erased)
}

/// Pages that are kept packed for many terminals still have what was erased; they are good for one number of changes.
fn forget_pages(tx: &mut Tx<'_>, erased: u64) {
    if erased > 0 {
        tx.announce(Topic::Cases);
    }
}
