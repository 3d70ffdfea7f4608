//! 版どうしを比べる: the draft, the edition in use, any that was ever released, and one that came as a ZIP.
//!
//! What this terminal still keeps is read here; what it does not is fetched from the server ([`Fetching`]), part by part, and
//! only those parts that are not here under another edition.

use std::collections::BTreeMap;
use std::sync::Arc;

use madoka_rules::edit::Catalogue;
use madoka_rules::pack::Manifest;
use madoka_rules::{Pack, PackFiles, read_pack};
use madoka_store::Realm;
use madoka_sync::terminal::{SyncError, packs};
use madoka_sync::wire::packs::{Hash, limit};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::CompareView;
use super::archive::unzipped;
use super::shared::hash;
use crate::office::Link;
use crate::{Counter, CounterError};

/// Which version of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum VersionGiven {
    Draft,
    InUse,
    /// Released at some time.
    Edition {
        version: u32,
    },
    /// Taken from a ZIP, to be compared with.
    Archive,
}

/// A version that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct VersionChoice {
    pub given: VersionGiven,
    pub name: String,
}

/// One version as a whole.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) pack: Arc<Pack>,
    pub(super) catalogue: Catalogue,
    pub(super) files: PackFiles,
}

impl Version {
    pub(super) fn of(files: PackFiles) -> Result<Self, CounterError> {
        let pack = Arc::new(read_pack(&files).map_err(CounterError::PackBroken)?);
        Ok(Self { pack, catalogue: Catalogue::of(&files), files })
    }
}

/// 公開した版, as the server lists them: number and title, the newest first.
#[derive(Debug, Default)]
pub struct EditionList(Vec<(u64, String)>);

impl EditionList {
    pub fn ask(link: &Link) -> Result<Self, CounterError> {
        let released = link.line().wait(link.line().client().editions(&link.session()?))?;
        Ok(Self(released.into_iter().map(|one| (one.edition.version, one.title)).collect()))
    }
}

/// An edition that is not here, to be asked for beside the counter.
#[derive(Debug)]
pub struct Fetching {
    version: u64,
    here: PackFiles,
}

/// An edition as it was released.
#[derive(Debug)]
pub struct Fetched(u64, Version);

impl Fetching {
    pub fn ask(self, link: &Link) -> Result<Fetched, CounterError> {
        let (way, client) = (link.line(), link.line().client());
        let planned = way.wait(client.edition(&link.session()?, self.version))?;
        let manifest = planned.manifest.as_deref().and_then(|text| Manifest::from_text(text).ok());
        let manifest = manifest.filter(|one| one.hash() == planned.edition.hash.to_string());
        let manifest = manifest.ok_or(SyncError::Form)?;
        let mut known: BTreeMap<Hash, Vec<u8>> =
            self.here.into_values().map(|bytes| (hash(&bytes), bytes)).collect();
        let mut lacking = Vec::new();
        for part in manifest.parts().values() {
            let part: Hash = part.parse().map_err(|_| SyncError::Form)?;
            if !known.contains_key(&part) && !lacking.contains(&part) {
                lacking.push(part);
            }
        }
        while !lacking.is_empty() {
            let asked: Vec<Hash> = lacking.iter().take(limit::PARTS).copied().collect();
            let page = way.wait(client.edition_parts(&planned.edition, asked))?;
            let came: Vec<Vec<u8>> = page.parts.into_iter().map(|part| part.0).collect();
            if came.is_empty() || came.len() > lacking.len() {
                return Err(SyncError::Form.into());
            }
            for (asked, bytes) in lacking.drain(..came.len()).zip(came) {
                // Something else than was asked for is nothing that was released.
                if hash(&bytes) != asked {
                    return Err(SyncError::Form.into());
                }
                known.insert(asked, bytes);
            }
        }
        let document = manifest.with_parts(|_, hash| known.get(&hash.parse::<Hash>().ok()?).cloned());
        let files = document.map_err(|_| SyncError::Form)?.files().clone();
        Ok(Fetched(self.version, Version::of(files)?))
    }
}

impl Counter {
    /// What can be compared: also what the server lists, where it could be asked.
    pub fn draft_versions(&mut self, released: &EditionList) -> Result<Vec<VersionChoice>, CounterError> {
        let store = self.cases.store()?;
        let real = store.realm() == Realm::Real;
        let mut editions: BTreeMap<u64, String> = BTreeMap::new();
        if real {
            editions.extend(store.packs()?.into_iter().map(|pack| (pack.version, String::new())));
            editions.extend(released.0.iter().map(|(version, title)| (*version, format!("（{title}）"))));
        }
        let draft = self.draft_open()?;
        let in_use = format!("使用中の第{}版", draft.version);
        let mut out = vec![
            VersionChoice { given: VersionGiven::Draft, name: "下書き".to_owned() },
            VersionChoice { given: VersionGiven::InUse, name: in_use },
        ];
        for (version, title) in editions.into_iter().rev().filter(|(version, _)| *version != draft.version) {
            let Ok(number) = u32::try_from(version) else { continue };
            out.push(VersionChoice {
                given: VersionGiven::Edition { version: number },
                name: format!("第{version}版{title}"),
            });
        }
        if let Some(held) = &draft.held {
            let name = format!("ZIPの版（{}・第{}版）", held.pack.name, held.pack.version);
            out.push(VersionChoice { given: VersionGiven::Archive, name });
        }
        Ok(out)
    }

    /// A ZIP to compare with; the draft stays what it is.
    pub fn draft_hold_zip(&mut self, archive: &[u8]) -> Result<VersionChoice, CounterError> {
        let files = unzipped(archive)?;
        let held = Version::of(files).map_err(|error| match error {
            CounterError::PackBroken(problems) => {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                CounterError::Archive(format!("手続パックに誤りが{}件あります。{first}", problems.len()))
            }
            other => other,
        })?;
        let name = format!("ZIPの版（{}・第{}版）", held.pack.name, held.pack.version);
        self.draft_open()?.held = Some(held);
        Ok(VersionChoice { given: VersionGiven::Archive, name })
    }

    /// Which of these are not here, and must be fetched before they can be compared.
    pub fn draft_versions_lacking(&mut self, wanted: &[VersionGiven]) -> Result<Vec<Fetching>, CounterError> {
        let numbers: Vec<u64> = wanted
            .iter()
            .filter_map(|given| match given {
                VersionGiven::Edition { version } => Some(u64::from(*version)),
                _ => None,
            })
            .collect();
        let kept: Vec<u64> = self.cases.store()?.packs()?.into_iter().map(|pack| pack.version).collect();
        let draft = self.draft_open()?;
        // Whole editions are large: what was compared before goes.
        draft.fetched.retain(|version, _| numbers.contains(version));
        let lacks = |version: &u64| !kept.contains(version) && !draft.fetched.contains_key(version);
        let fetching = |version| Fetching { version, here: PackFiles::clone(&draft.origin) };
        Ok(numbers.iter().copied().filter(lacks).map(fetching).collect())
    }

    pub fn draft_fetched(&mut self, Fetched(number, version): Fetched) -> Result<(), CounterError> {
        self.draft_open()?.fetched.insert(number, version);
        Ok(())
    }

    /// From an older version to a newer one.
    pub fn draft_compare_versions(
        &mut self,
        from: VersionGiven,
        to: VersionGiven,
    ) -> Result<CompareView, CounterError> {
        let today = self.today();
        let (kept_from, kept_to) = (self.kept_version(from)?, self.kept_version(to)?);
        let draft = self.draft_open()?;
        let both = draft.side(from, kept_from.as_ref()).zip(draft.side(to, kept_to.as_ref()));
        let (old, new) = both.ok_or(CounterError::NoDraft)?;
        Ok(super::publish::compared(&old, &new, today))
    }

    /// An edition this terminal keeps for cases that began with it.
    fn kept_version(&self, given: VersionGiven) -> Result<Option<Version>, CounterError> {
        let VersionGiven::Edition { version } = given else { return Ok(None) };
        let version = u64::from(version);
        if self.drafting.as_ref().is_some_and(|draft| draft.fetched.contains_key(&version)) {
            return Ok(None);
        }
        let missing = || CounterError::EditionMissing { version };
        let store = self.cases.store()?;
        let known = store.packs()?.into_iter().find(|pack| pack.version == version).ok_or_else(missing)?;
        let id = madoka_casework::PackId::parse(&known.id).map_err(CounterError::Name)?;
        let found = packs::edition(store, &id, version, self.today())?.ok_or_else(missing)?;
        Version::of(found.files).map(Some)
    }
}
