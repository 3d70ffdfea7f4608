//! From the server onto the terminal's disk.

use jiff::civil::Date;
use madoka_rules::pack::{Manifest, Refusal};

use super::belief::Belief;
use super::keep;
use crate::terminal::local::with;
use crate::terminal::{Client, Lend, SyncError};
use crate::wire::VERSION;
use crate::wire::packs::{ASK, Edition, Hash, PARTS, PartsAsk, PartsPage, Plan, Planned, Refused, limit};

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Editions kept now that were not before.
    pub kept: Vec<Edition>,
    /// What new cases begin with from now on, if that changed.
    pub switched: Option<Edition>,
    /// What was refused, and why: for the officer and the supervisors.
    pub refused: Vec<(Edition, Refusal)>,
    /// Keys that were not believed.
    pub keys: Vec<Refusal>,
    /// Bytes of parts that were fetched.
    pub fetched: usize,
}

/// Asks what this terminal should have, brings it, and lets new cases begin with it when its day has come.
///
/// May be broken off anywhere: what was fetched is kept by its hash and not fetched again.
pub async fn bring(client: &Client, store: &impl Lend, today: Date) -> Result<Brought, SyncError> {
    let mut brought = Brought::default();
    let mut belief = with(store, |store| Belief::read(store)?.ok_or(SyncError::Identity))?;
    let plan = hear(client, store, &belief).await?;
    (belief, brought.keys) = with(store, |store| {
        keep::keep_plan(store, &plan.editions)?;
        belief.clone().follow(store, &plan.key_changes, plan.approvers.as_deref())
    })?;
    for planned in &plan.editions {
        let Some(text) = &planned.manifest else { continue };
        match one(client, store, &belief, planned, text, today, &mut brought.fetched).await? {
            Ok(()) => brought.kept.push(planned.edition.clone()),
            Err(refusal) => brought.refused.push((planned.edition.clone(), refusal)),
        }
    }
    let refused: Vec<Refused> = brought
        .refused
        .iter()
        .map(|(edition, why)| Refused { edition: edition.clone(), code: why.code().to_owned() })
        .collect();
    brought.switched = with(store, |store| {
        keep::keep_refused(store, &refused)?;
        keep::switch(store, today)
    })?;
    if brought != Brought::default() {
        // The supervisors see which terminal works with which edition.
        let belief = with(store, |store| Belief::read(store)?.ok_or(SyncError::Identity))?;
        hear(client, store, &belief).await?;
    }
    Ok(brought)
}

async fn hear(client: &Client, store: &impl Lend, belief: &Belief) -> Result<Plan, SyncError> {
    let ask = with(store, |store| keep::ask(store, belief))?;
    let plan: Plan = client.post(ASK, &ask).await?;
    if plan.editions.len() > limit::EDITIONS { Err(SyncError::Form) } else { Ok(plan) }
}

async fn one(
    client: &Client,
    store: &impl Lend,
    belief: &Belief,
    planned: &Planned,
    text: &str,
    today: Date,
    fetched: &mut usize,
) -> Result<Result<(), Refusal>, SyncError> {
    let manifest = match checked(store, belief, planned, text)? {
        Ok(manifest) => manifest,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut lacking = with(store, |store| keep::lacking(store, &manifest))?;
    while !lacking.is_empty() {
        let parts: Vec<Hash> = lacking.iter().take(limit::PARTS).copied().collect();
        let ask = PartsAsk { v: VERSION, of: planned.edition.clone(), parts };
        let page: PartsPage = client.post(PARTS, &ask).await?;
        let parts: Vec<Vec<u8>> = page.parts.into_iter().map(|part| part.0).collect();
        if parts.is_empty() || parts.len() > lacking.len() {
            return Err(SyncError::Form);
        }
        *fetched += parts.iter().map(Vec::len).sum::<usize>();
        with(store, |store| Ok(store.keep_parts(&parts)?))?;
        for asked in lacking.drain(..parts.len()) {
            if !with(store, |store| Ok(store.has_part(asked.as_bytes())?))? {
                // Something else came than was asked for.
                let path = manifest.parts().iter().find(|(_, hash)| **hash == asked.to_string());
                let path = path.map_or_else(String::new, |(path, _)| path.clone());
                return Ok(Err(Refusal::PartAltered(path)));
            }
        }
    }
    with(store, |store| keep::complete(store, belief, manifest.clone(), today))
}

/// Refuses what need not be fetched.
fn checked(
    store: &impl Lend,
    belief: &Belief,
    planned: &Planned,
    text: &str,
) -> Result<Result<Manifest, Refusal>, SyncError> {
    let trust = belief.trust().ok_or(SyncError::Identity)?;
    let installed = with(store, |store| keep::installed(store))?;
    let manifest = match Manifest::from_text(text) {
        Ok(manifest) => manifest,
        Err(error) => return Ok(Err(error.into())),
    };
    let edition = &planned.edition;
    let same = (manifest.id(), manifest.version()) == (edition.pack.as_str(), edition.version)
        && manifest.hash() == edition.hash.to_string();
    if !same || manifest.parts().len() > limit::PARTS {
        return Ok(Err(Refusal::Altered));
    }
    Ok(manifest.check(&trust, installed.as_ref()).map(|()| manifest))
}
