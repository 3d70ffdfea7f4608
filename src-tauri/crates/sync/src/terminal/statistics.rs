//! 実績の報告: each case closed at this terminal goes up as one row without anybody in it.
//!
//! Which cases are still to be told of is a place in the terminal's own events, so no clock has a say; a row sent twice
//! counts once.

use madoka_casework::{Case, EventKind, OfficeId, TerminalId};
use madoka_store::Store;

use super::local::with;
use super::{Client, Lend, SyncError};
use crate::wire::VERSION;
use crate::wire::statistics::{ROWS, Row, RowId, Rows, RowsKept};

const SENT: &str = "statistics.sent";
/// Cases of one body.
const MOST: usize = 200;

/// Tells of the cases closed here since the last time; how many. May be broken off anywhere.
pub async fn report(
    client: &Client,
    store: &impl Lend,
    terminal: &TerminalId,
    office: &OfficeId,
) -> Result<usize, SyncError> {
    let mut told = 0;
    loop {
        let (rows, upto) = with(store, |store| to_tell(store, terminal, office))?;
        let Some(upto) = upto else { return Ok(told) };
        if !rows.is_empty() {
            let kept: RowsKept = client.post(ROWS, &Rows { v: VERSION, rows: rows.clone() }).await?;
            if !rows.iter().all(|row| kept.kept.contains(&row.id)) {
                return Err(SyncError::Form);
            }
            told += rows.len();
        }
        with(store, |store| Ok(store.set_cursor(SENT, &upto.to_string())?))?;
    }
}

fn to_tell(
    store: &Store,
    terminal: &TerminalId,
    office: &OfficeId,
) -> Result<(Vec<Row>, Option<u64>), SyncError> {
    let sent = store.cursor(SENT)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let (mut rows, mut upto) = (Vec::new(), None);
    for (id, pos) in store.closed_after(sent, MOST)? {
        upto = Some(pos);
        let case = store.case(id)?;
        if !was_closed_at(&case, terminal) {
            continue;
        }
        let Some(summary) = case.summary() else { continue };
        let revision = u64::try_from(case.events()).unwrap_or(u64::MAX);
        rows.push(Row { id: RowId::of(id), revision, office: office.clone(), summary });
    }
    Ok((rows, upto))
}

/// Cases of the whole city come to every terminal; only where one was closed is it told of.
fn was_closed_at(case: &Case, terminal: &TerminalId) -> bool {
    let closing = case.deeds().iter().rev().find(|deed| matches!(deed.event.kind, EventKind::Closed { .. }));
    closing.is_some_and(|deed| deed.event.by.terminal == *terminal)
}
