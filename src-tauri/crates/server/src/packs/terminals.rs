//! What terminals ask: what should I have, and the parts I lack; and what supervisors see of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use madoka_casework::TerminalId;
use madoka_sync::wire::VERSION;
use madoka_sync::wire::packs::{Ask, Bytes, Hash, PartsAsk, PartsPage, Plan, Planned, TerminalPacks, limit};

use super::plan::{self, plan};
use super::tables::{self, terminal};
use super::{PacksError, editions, keys};
use crate::storage::{StorageError, Tx};
use crate::values;

/// Bounds of what one terminal may say of itself.
fn bounded(ask: &Ask) -> bool {
    ask.kept.len() <= limit::EDITIONS
        && ask.refused.len() <= limit::EDITIONS
        && ask.refused.iter().all(|refused| refused.code.len() <= 20)
}

/// What a terminal should have.
pub(super) fn planned(
    tx: &mut Tx<'_>,
    terminal: &TerminalId,
    ask: &Ask,
    today: Date,
) -> Result<Plan, PacksError> {
    let steps = editions::steps(tx)?;
    let mut planned = Vec::new();
    for version in plan(&steps, Some(terminal), today) {
        let step = steps.iter().find(|step| step.version == version);
        let (edition, manifest) = editions::manifest(tx, version)?;
        let manifest = (!ask.kept.contains(&edition)).then_some(manifest);
        let (activates, canary) = step.map_or((None, false), |step| (step.activates, step.is_canary()));
        planned.push(Planned { edition, activates, canary, manifest });
    }
    let list = keys::signed_list(tx)?.filter(|(number, _)| *number > ask.approvers);
    Ok(Plan {
        v: VERSION,
        editions: planned,
        approvers: list.map(|(_, signed)| signed),
        key_changes: keys::key_changes_after(tx, ask.key)?,
    })
}

/// Whether what the terminal says of itself is news worth a write.
pub(super) fn is_news(tx: &mut Tx<'_>, terminal: &TerminalId, ask: &Ask) -> Result<bool, PacksError> {
    let row = tx.row("SELECT json FROM packs_terminals WHERE terminal = ?1", values![terminal.as_str()])?;
    let before: Option<Ask> = match row {
        Some(row) => serde_json::from_str(&row.get::<String>(0)?).ok(),
        None => None,
    };
    Ok(bounded(ask) && before.as_ref() != Some(ask))
}

pub(super) fn told(
    tx: &mut Tx<'_>,
    terminal: &TerminalId,
    ask: &Ask,
    at: Timestamp,
) -> Result<(), PacksError> {
    let json = serde_json::to_string(ask).map_err(|_| StorageError::Internal("ask"))?;
    tx.execute(
        "INSERT INTO packs_terminals (terminal, at, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (terminal) DO UPDATE SET at = ?2, json = ?3",
        values![terminal.as_str(), at, json],
    )?;
    Ok(())
}

/// The parts asked for, in that order, as many as one answer holds. Only parts of a released edition.
pub(super) fn parts(tx: &mut Tx<'_>, ask: &PartsAsk) -> Result<PartsPage, PacksError> {
    let (edition, _) = editions::manifest(tx, ask.of.version)?;
    if edition != ask.of {
        return Err(PacksError::NoEdition(ask.of.version));
    }
    let mut of_edition: Vec<Hash> =
        editions::parts(tx, edition.version)?.into_iter().map(|(_, hash)| hash).collect();
    of_edition.sort_unstable();
    let mut page = PartsPage { v: VERSION, parts: Vec::new() };
    let mut bytes = 0;
    for hash in ask.parts.iter().take(limit::PARTS) {
        if of_edition.binary_search(hash).is_err() {
            return Err(PacksError::NoFile);
        }
        let part = tables::bytes(tx, hash)?.ok_or(StorageError::Internal("contents"))?;
        if bytes > 0 && bytes + part.len() > limit::PAGE {
            break;
        }
        bytes += part.len();
        page.parts.push(Bytes(part));
    }
    Ok(page)
}

/// Which of the city's terminals works with which edition: those as well that never asked for one.
pub(super) fn list(tx: &mut Tx<'_>, today: Date) -> Result<Vec<TerminalPacks>, PacksError> {
    let steps = editions::steps(tx)?;
    let mut said = BTreeMap::new();
    for row in tx.query("SELECT terminal, at, json FROM packs_terminals", &[])? {
        let ask: Ask = serde_json::from_str(&row.get::<String>(2)?).unwrap_or_default();
        said.insert(terminal(&row, 0)?, (row.get(1)?, ask));
    }
    // A lost terminal gets nothing any more, and one that is awaited has nothing to get it with.
    let enrolled = crate::terminals::all(tx)?.into_iter().filter(|row| row.valid_until.is_some());
    enrolled
        .map(|row| {
            let id = row.terminal;
            let (told, ask) =
                said.remove(&id).map_or_else(Default::default, |(at, ask): (Timestamp, Ask)| (Some(at), ask));
            let wanted = plan(&steps, Some(&id), today)
                .into_iter()
                .find(|version| plan::is_due(&steps, *version, today));
            let active = ask.active.as_ref().map(|edition| edition.version);
            Ok(TerminalPacks {
                terminal: id,
                current: active >= wanted,
                active: ask.active,
                kept: ask.kept,
                refused: ask.refused,
                wanted,
                told,
            })
        })
        .collect()
}
