//! 版どうしを比べる: the draft, the edition in use, those this terminal still keeps, and one that came as a ZIP.

use std::sync::Arc;

use madoka_rules::edit::Catalogue;
use madoka_rules::{Pack, PackFiles, read_pack};
use madoka_store::Realm;
use madoka_sync::terminal::packs;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::CompareView;
use super::archive::unzipped;
use crate::{Counter, CounterError};

/// Which version of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum VersionGiven {
    Draft,
    InUse,
    /// Kept at this terminal, for cases that began with it.
    Kept {
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

impl Counter {
    /// What can be compared.
    pub fn draft_versions(&mut self) -> Result<Vec<VersionChoice>, CounterError> {
        let store = self.cases.store()?;
        let kept: Vec<u64> = if store.realm() == Realm::Real {
            store.packs()?.into_iter().map(|pack| pack.version).collect()
        } else {
            Vec::new()
        };
        let draft = self.draft_open()?;
        let mut out = vec![
            VersionChoice { given: VersionGiven::Draft, name: "下書き".to_owned() },
            VersionChoice {
                given: VersionGiven::InUse, name: format!("公開中の第{}版", draft.version)
            },
        ];
        for version in kept.into_iter().filter(|version| *version != draft.version) {
            let Ok(number) = u32::try_from(version) else { continue };
            out.push(VersionChoice {
                given: VersionGiven::Kept { version: number },
                name: format!("この端末に残る第{version}版"),
            });
        }
        if let Some(held) = &draft.held {
            let name = format!("ZIPの版（{}・第{}版）", held.pack.name, held.pack.version);
            out.push(VersionChoice { given: VersionGiven::Archive, name });
        }
        Ok(out)
    }

    /// A ZIP to compare with; the draft stays what it is.
    pub fn draft_hold_zip(&mut self, archive: &[u8]) -> Result<Vec<VersionChoice>, CounterError> {
        let files = unzipped(archive)?;
        let held = Version::of(files).map_err(|error| match error {
            CounterError::PackBroken(problems) => {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                CounterError::Archive(format!("手続パックに誤りが{}件あります。{first}", problems.len()))
            }
            other => other,
        })?;
        self.draft_open()?.held = Some(held);
        self.draft_versions()
    }

    /// From an older version to a newer one.
    pub fn draft_compare_versions(
        &mut self,
        from: VersionGiven,
        to: VersionGiven,
    ) -> Result<CompareView, CounterError> {
        let today = self.today();
        let kept = |given: VersionGiven| match given {
            VersionGiven::Kept { version } => self.kept_version(version).map(Some),
            _ => Ok(None),
        };
        let (kept_from, kept_to) = (kept(from)?, kept(to)?);
        let draft = self.draft_open()?;
        let both = draft.side(from, kept_from.as_ref()).zip(draft.side(to, kept_to.as_ref()));
        let (old, new) = both.ok_or(CounterError::NoDraft)?;
        Ok(super::publish::compared(&old, &new, today))
    }

    fn kept_version(&self, version: u32) -> Result<Version, CounterError> {
        let version = u64::from(version);
        let missing = || CounterError::EditionMissing { version };
        let store = self.cases.store()?;
        let known = store.packs()?.into_iter().find(|pack| pack.version == version).ok_or_else(missing)?;
        let id = madoka_casework::PackId::parse(&known.id).map_err(CounterError::Name)?;
        let found = packs::edition(store, &id, version, self.today())?.ok_or_else(missing)?;
        Version::of(found.files)
    }
}
