//! 端末の様子: when each terminal was last here and how it was, for whoever looks after them.

use jiff::Timestamp;
use madoka_casework::TerminalId;
use madoka_sync::wire::{Hello, Presence};

use crate::storage::{StorageError, Tx};
use crate::values;

/// Longer versions are not shown.
const PROGRAM: usize = 40;

/// Writes down what a terminal says of itself.
pub(super) fn note(
    tx: &mut Tx<'_>,
    terminal: &TerminalId,
    hello: &Hello,
    now: Timestamp,
) -> Result<(), StorageError> {
    let program: String = hello.program.chars().filter(|c| !c.is_control()).take(PROGRAM).collect();
    let skew = hello.now.as_second().saturating_sub(now.as_second());
    tx.execute(
        "INSERT INTO case_presence (terminal, seen, program, skew, waiting, held_back, disk_low)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (terminal) DO UPDATE SET seen = ?2, program = ?3, skew = ?4, waiting = ?5, held_back = ?6,
            disk_low = ?7",
        values![
            terminal.as_str(),
            now,
            program,
            skew,
            hello.waiting,
            hello.held_back,
            hello.disk_low
        ],
    )?;
    Ok(())
}

/// All terminals that were ever here, by name.
pub(crate) fn list(tx: &mut Tx<'_>) -> Result<Vec<Presence>, StorageError> {
    let rows = tx.query(
        "SELECT terminal, seen, program, skew, waiting, held_back, disk_low FROM case_presence ORDER BY terminal",
        &[],
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Presence {
                terminal: row.get::<String>(0)?.parse().map_err(|_| StorageError::Column(0))?,
                seen: row.get(1)?,
                program: row.get(2)?,
                skew_seconds: row.get(3)?,
                waiting: row.get(4)?,
                held_back: row.get(5)?,
                disk_low: row.get(6)?,
            })
        })
        .collect()
}

/// A terminal that is no longer the city's is not waited for.
pub(crate) fn forget(tx: &mut Tx<'_>, terminal: &TerminalId) -> Result<(), StorageError> {
    tx.execute("DELETE FROM case_presence WHERE terminal = ?1", values![terminal.as_str()])?;
    Ok(())
}
