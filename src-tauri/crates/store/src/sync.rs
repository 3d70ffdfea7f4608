//! What sync wants kept in one piece: pages of others' events with the cursor behind them, and a server that begins anew.

use std::collections::{BTreeMap, BTreeSet};

use madoka_casework::{Case, CaseId, Event, EventId, EventKind, Refusal, TerminalId};
use rusqlite::Transaction;

use crate::store::{already, events_of, insert_event, read_case, snapshot_if_grown};
use crate::{Realm, Store, StoreError, search};

impl Store {
    /// Keeps a page of what others did together with the cursor behind it: both are on the disk when this answers, or
    /// neither. Answers the cases that changed, and the events whose id stands here with other words; the own stay.
    ///
    /// Events of a case whose opening has not come yet are kept, and count once it has.
    pub fn take_in_page(
        &mut self,
        events: &[Event],
        cursor: (&str, &str),
    ) -> Result<(Vec<CaseId>, Vec<EventId>), StoreError> {
        let mut of_case: BTreeMap<CaseId, Vec<(&Event, String)>> = BTreeMap::new();
        let (mut odd, mut seen) = (Vec::new(), BTreeSet::new());
        let mut at_hand: BTreeMap<CaseId, Option<Case>> = BTreeMap::new();
        let (cases_at_hand, realm) = (&self.at_hand, self.realm);
        let transaction = self.connection.transaction()?;
        for event in events {
            if let EventKind::Opened { practice, .. } = event.kind
                && practice != (realm == Realm::Practice)
            {
                return Err(if practice { StoreError::IsPractice } else { StoreError::IsReal });
            }
            let json = event.to_json();
            match already(&transaction, event.id, &json) {
                Ok(there) => {
                    if !there && seen.insert(event.id) {
                        of_case.entry(event.case).or_default().push((event, json));
                    }
                }
                Err(StoreError::SameIdOtherEvent) => odd.push(event.id),
                Err(error) => return Err(error),
            }
        }
        let (mut pos, mut chain) = (self.noted.events, self.chain);
        for (id, fresh) in &of_case {
            let before = match cases_at_hand.get(id) {
                Some(case) => Some(case.clone()),
                None => read_case(&transaction, *id)?,
            };
            for (event, json) in fresh {
                (pos, chain) = insert_event(&transaction, event, json, pos, chain)?;
            }
            let begins = before.is_none();
            let case = folded(&transaction, *id, before, fresh)?;
            if let Some(case) = &case {
                // What came before its opening was not looked at yet.
                let earlier = if begins { events_of(&transaction, *id)? } else { Vec::new() };
                search::index(
                    &transaction,
                    case,
                    earlier.iter().chain(fresh.iter().map(|(event, _)| *event)),
                )?;
                snapshot_if_grown(&transaction, case, fresh.len(), pos)?;
            }
            at_hand.insert(*id, case);
        }
        transaction
            .prepare_cached("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)")?
            .execute([cursor.0, cursor.1])?;
        transaction.commit()?;
        self.note_events(pos, chain);
        let cases = at_hand.keys().copied().collect();
        for (id, case) in at_hand {
            match case {
                Some(case) if self.at_hand.contains_key(&id) => self.hold(case),
                _ => self.let_go(id),
            }
        }
        Ok((cases, odd))
    }

    /// The server is another one than before: `own` events are to be sent again, and all is to be read again from the
    /// start. All of it is on the disk when this answers, or none.
    pub fn begin_epoch(
        &mut self,
        epoch: (&str, &str),
        cursor: &str,
        own: &TerminalId,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT OR IGNORE INTO outbox (pos)
             SELECT pos FROM events WHERE json IS NOT NULL AND json_extract(json, '$.by.terminal') = ?",
            [own.as_str()],
        )?;
        transaction.execute("DELETE FROM cursors WHERE name = ?", [cursor])?;
        transaction
            .execute("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)", [epoch.0, epoch.1])?;
        transaction.commit()?;
        Ok(())
    }
}

/// The case with what is fresh. Most of what comes is the next event of a case at hand; anything else is folded anew.
fn folded(
    transaction: &Transaction<'_>,
    id: CaseId,
    before: Option<Case>,
    fresh: &[(&Event, String)],
) -> Result<Option<Case>, StoreError> {
    let next = match before {
        Some(mut case) => fresh.iter().all(|(event, _)| case.apply(event).is_ok()).then_some(case),
        None => None,
    };
    if next.is_some() {
        return Ok(next);
    }
    match Case::fold(events_of(transaction, id)?) {
        Ok(case) => Ok(Some(case)),
        Err(Refusal::NotOpened) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
