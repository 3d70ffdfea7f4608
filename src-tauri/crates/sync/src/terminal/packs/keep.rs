//! What is kept, which of it is used, and what may go.

use std::collections::BTreeSet;

use jiff::civil::Date;
use madoka_casework::PackId;
use madoka_rules::pack::{Manifest, PackFiles, Refusal, accept_document};
use madoka_rules::{Pack, read_pack};
use madoka_store::Store;
use serde::{Deserialize, Serialize};

use super::belief::Belief;
use crate::terminal::SyncError;
use crate::wire::packs::{Ask, Edition, Hash, Planned, Refused};
use crate::wire::{VERSION, packs};

const PLAN: &str = "packs.plan";
const REFUSED: &str = "packs.refused";

/// An edition to work with.
#[derive(Debug)]
pub struct InUse {
    pub edition: Edition,
    pub pack: Pack,
    /// Its files, the papers among them.
    pub files: PackFiles,
    /// Expired, or not yet valid: it works, and the officer is told.
    pub warning: Option<String>,
}

/// What the server said last, without the lists of parts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) editions: Vec<Planned>,
}

fn read<T: for<'de> Deserialize<'de>>(store: &Store, name: &str) -> Result<Option<T>, SyncError> {
    // What cannot be read is asked for again: it is the server's word, not ours.
    Ok(store.setting(name)?.and_then(|text| serde_json::from_str(&text).ok()))
}

fn write<T: Serialize>(store: &mut Store, name: &str, value: &T) -> Result<(), SyncError> {
    let text = serde_json::to_string(value).map_err(|_| SyncError::Form)?;
    Ok(store.set(name, &text)?)
}

pub(super) fn plan(store: &Store) -> Result<Vec<Planned>, SyncError> {
    Ok(read::<Kept>(store, PLAN)?.unwrap_or_default().editions)
}

pub(super) fn keep_plan(store: &mut Store, editions: &[Planned]) -> Result<(), SyncError> {
    let editions = editions.iter().map(|planned| Planned { manifest: None, ..planned.clone() }).collect();
    write(store, PLAN, &Kept { editions })
}

pub(super) fn keep_refused(store: &mut Store, refused: &[Refused]) -> Result<(), SyncError> {
    write(store, REFUSED, &refused)
}

/// Which edition new cases begin with.
fn active_edition(store: &Store) -> Result<Option<Edition>, SyncError> {
    Ok(store.active_pack()?.as_ref().and_then(manifest_of).as_ref().and_then(edition_of))
}

/// The edition that a kept pack is; `None` for bytes that are no list of parts.
fn edition_of(manifest: &Manifest) -> Option<Edition> {
    let hash = manifest.hash().parse().ok()?;
    Some(Edition { pack: PackId::parse(manifest.id()).ok()?, version: manifest.version(), hash })
}

fn manifest_of(pack: &madoka_store::Pack) -> Option<Manifest> {
    Manifest::from_text(std::str::from_utf8(&pack.bytes).ok()?).ok()
}

/// Every edition that lies complete on this terminal.
pub(super) fn kept(store: &Store) -> Result<Vec<(Edition, Manifest)>, SyncError> {
    let manifests = store.packs()?.into_iter().filter_map(|pack| manifest_of(&pack));
    Ok(manifests.filter_map(|manifest| Some((edition_of(&manifest)?, manifest))).collect())
}

/// What this terminal has, for the server.
pub(super) fn ask(store: &Store, belief: &Belief) -> Result<Ask, SyncError> {
    let mut kept: Vec<Edition> = kept(store)?.into_iter().map(|(edition, _)| edition).collect();
    let too_many = kept.len().saturating_sub(packs::limit::EDITIONS);
    kept.drain(..too_many);
    let (key, approvers) = belief.numbers();
    Ok(Ask {
        v: VERSION,
        active: active_edition(store)?,
        kept,
        refused: read(store, REFUSED)?.unwrap_or_default(),
        key,
        approvers,
    })
}

/// The parts of an edition this terminal lacks, each once.
pub(super) fn lacking(store: &Store, manifest: &Manifest) -> Result<Vec<Hash>, SyncError> {
    let mut lacking = Vec::new();
    let hashes: BTreeSet<&String> = manifest.parts().values().collect();
    for hash in hashes {
        let hash: Hash = hash.parse().map_err(|_| SyncError::Form)?;
        if !store.has_part(hash.as_bytes())? {
            lacking.push(hash);
        }
    }
    Ok(lacking)
}

/// Keeps an edition whose parts are all here, if `rules` accepts it.
pub(super) fn complete(
    store: &mut Store,
    belief: &Belief,
    manifest: Manifest,
    today: Date,
) -> Result<Result<(), Refusal>, SyncError> {
    let trust = belief.trust().ok_or(SyncError::Identity)?;
    let installed = installed(store)?;
    let text = manifest.to_text();
    let document = match put_together(store, manifest)? {
        Ok(document) => document,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let accepted = match accept_document(document, &trust, installed.as_ref(), today) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (id, version) = (accepted.document.id, accepted.document.version);
    match store.keep_pack(&madoka_store::Pack { id, version, bytes: text.into_bytes() }) {
        Ok(()) => Ok(Ok(())),
        Err(madoka_store::StoreError::SameIdOtherEvent) => Ok(Err(Refusal::SameVersion(version))),
        Err(error) => Err(error.into()),
    }
}

/// What a newer edition is compared with.
pub(super) fn installed(store: &Store) -> Result<Option<madoka_rules::pack::Installed>, SyncError> {
    Ok(store.active_pack()?.as_ref().and_then(manifest_of).map(|manifest| manifest.installed()))
}

fn put_together(
    store: &Store,
    manifest: Manifest,
) -> Result<Result<madoka_rules::pack::Document, Refusal>, SyncError> {
    let mut failed = None;
    let document = manifest.with_parts(|_, hash| {
        let hash: Hash = hash.parse().ok()?;
        match store.part(hash.as_bytes()) {
            Ok(part) => part,
            Err(error) => {
                failed = Some(error);
                None
            }
        }
    });
    failed.map_or(Ok(document), |error| Err(error.into()))
}

/// Lets new cases begin with the newest edition the server planned whose day has come and that is here. Answers which,
/// if it is another one than before; never goes back to an older one.
pub fn switch(store: &mut Store, today: Date) -> Result<Option<Edition>, SyncError> {
    let before = active_edition(store)?;
    let here = kept(store)?;
    let newest = plan(store)?
        .into_iter()
        .filter(|planned| planned.activates.is_none_or(|day| day <= today))
        .map(|planned| planned.edition)
        .filter(|edition| here.iter().any(|(kept, _)| kept == edition))
        .max_by_key(|edition| edition.version);
    let Some(next) = newest else { return Ok(None) };
    if before.as_ref().is_some_and(|before| next.version <= before.version) {
        return Ok(None);
    }
    store.activate_pack(next.pack.as_str(), next.version)?;
    Ok(Some(next))
}

/// What new cases begin with. It was verified when it was kept, and goes on working when its approver has left since.
pub fn active(store: &Store, today: Date) -> Result<Option<InUse>, SyncError> {
    let Some(active) = active_edition(store)? else { return Ok(None) };
    edition(store, &active.pack, active.version, today)
}

/// The edition a case began with.
pub fn edition(store: &Store, id: &PackId, version: u64, today: Date) -> Result<Option<InUse>, SyncError> {
    let Some(manifest) = store.pack(id.as_str(), version)?.as_ref().and_then(manifest_of) else {
        return Ok(None);
    };
    let Some(edition) = edition_of(&manifest) else { return Ok(None) };
    let warning = manifest.warning(today);
    let Ok(document) = put_together(store, manifest)? else { return Ok(None) };
    let files = document.files().clone();
    Ok(read_pack(&files).ok().map(|pack| InUse { edition, pack, files, warning }))
}

/// Which versions must stay whatever [`tidy`] is told: what is used, and what is to come.
pub fn needed(store: &Store) -> Result<BTreeSet<u64>, SyncError> {
    let planned = plan(store)?.into_iter().map(|planned| planned.edition.version);
    Ok(planned.chain(active_edition(store)?.map(|edition| edition.version)).collect())
}

/// Takes away what no open case began with (`open` names those) and no plan speaks of.
pub fn tidy(store: &mut Store, open: &BTreeSet<u64>) -> Result<usize, SyncError> {
    let here = kept(store)?;
    let refused: Vec<Refused> = read(store, REFUSED)?.unwrap_or_default();
    let is_settled = |edition: &Edition| {
        here.iter().any(|(kept, _)| kept == edition) || refused.iter().any(|one| one.edition == *edition)
    };
    // What is on its way lies here in parts that no list names yet.
    if plan(store)?.iter().any(|planned| !is_settled(&planned.edition)) {
        return Ok(0);
    }
    let needed = needed(store)?;
    let stays = |edition: &Edition| open.contains(&edition.version) || needed.contains(&edition.version);
    let (stay, go): (Vec<_>, Vec<_>) = here.into_iter().partition(|(edition, _)| stays(edition));
    let parts: Vec<[u8; 32]> = stay
        .iter()
        .flat_map(|(_, manifest)| manifest.parts().values())
        .filter_map(|hash| Some(*hash.parse::<Hash>().ok()?.as_bytes()))
        .collect();
    let go: Vec<(PackId, u64)> = go.into_iter().map(|(edition, _)| (edition.pack, edition.version)).collect();
    store.drop_packs(&go, &parts)?;
    Ok(go.len())
}
