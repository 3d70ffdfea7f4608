//! 端末の監査の報告: who looked at, printed or took out what at this terminal, so that 「だれがこの案件を見たか」 is answered for
//! the whole city in one place. The terminal's own chain stays as it is; the server chains what it hears into its own.

use madoka_store::{AuditEntry, Store};

use super::local::with;
use super::{Client, Lend, SyncError};
use crate::wire::VERSION;
use crate::wire::people::{DEEDS, Deed, Deeds, limit};

const SENT: &str = "audit.sent";

/// Tells of what was done here since the last time; how many. May be broken off anywhere: what is told twice counts once.
pub async fn report(client: &Client, store: &impl Lend) -> Result<usize, SyncError> {
    let mut told = 0;
    loop {
        let deeds = with(store, |store| to_tell(store))?;
        let Some(last) = deeds.last().map(|deed| deed.n) else { return Ok(told) };
        told += deeds.len();
        let () = client.post(DEEDS, &Deeds { v: VERSION, deeds }).await?;
        with(store, |store| Ok(store.set_cursor(SENT, &last.to_string())?))?;
    }
}

fn to_tell(store: &Store) -> Result<Vec<Deed>, SyncError> {
    let sent = store.cursor(SENT)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let deed = |(n, entry): (u64, AuditEntry)| Deed {
        n,
        at: entry.at,
        staff: entry.by.staff,
        act: entry.act.word().to_owned(),
        case: entry.case,
        what: entry.what,
    };
    Ok(store.audit_entries(sent, limit::DEEDS)?.into_iter().map(deed).collect())
}
