//! Whom a terminal believes: the city's key it was enrolled with, and the approvers that key names.

use madoka_rules::pack::{Approvers, CityKey, KeyChange, PublicKey, Refusal, Trust};
use madoka_store::Store;
use serde::{Deserialize, Serialize};

use crate::terminal::SyncError;
use crate::wire::packs;

const BELIEF: &str = "packs.belief";

/// As it is kept between two runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::terminal) struct Belief {
    city: String,
    key: packs::CityKey,
    /// The signed list; none before the first.
    approvers: Option<String>,
}

/// Begins to believe a city's key: once, when the terminal is enrolled. An enrolment in another city begins anew; one in
/// the same city never goes back to an older key.
pub fn begin(store: &mut Store, city_code: &str, key: &packs::CityKey) -> Result<(), SyncError> {
    PublicKey::from_base64(&key.key).ok_or(SyncError::Identity)?;
    let before = Belief::read(store)?.filter(|belief| belief.city == city_code);
    if before.as_ref().is_some_and(|belief| belief.key.number > key.number) {
        return Ok(());
    }
    let approvers = before.filter(|belief| belief.key == *key).and_then(|belief| belief.approvers);
    Belief { city: city_code.to_owned(), key: key.clone(), approvers }.write(store)
}

impl Belief {
    pub(in crate::terminal) fn read(store: &Store) -> Result<Option<Self>, SyncError> {
        let text = store.setting(BELIEF)?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| SyncError::Identity)).transpose()
    }

    fn write(&self, store: &mut Store) -> Result<(), SyncError> {
        let text = serde_json::to_string(self).map_err(|_| SyncError::Identity)?;
        Ok(store.set(BELIEF, &text)?)
    }

    fn city_key(&self) -> Option<CityKey> {
        let key = PublicKey::from_base64(&self.key.key)?;
        Some(CityKey { city_code: self.city.clone(), key, number: self.key.number })
    }

    pub(in crate::terminal) fn trust(&self) -> Option<Trust> {
        let approvers = self.list().map(|list| list.keys).unwrap_or_default();
        Some(Trust { city: self.city_key()?, approvers })
    }

    fn list(&self) -> Option<Approvers> {
        Approvers::from_text(self.approvers.as_deref()?)
    }

    /// The numbers of the key and of the list, for the server to know what is news here.
    pub(super) fn numbers(&self) -> (u64, u64) {
        (self.key.number, self.list().map_or(0, |list| list.number))
    }

    /// Follows what the present key signed; the rest is left and said.
    pub(super) fn follow(
        mut self,
        store: &mut Store,
        changes: &[String],
        approvers: Option<&str>,
    ) -> Result<(Self, Vec<Refusal>), SyncError> {
        let mut refusals = Vec::new();
        let mut city = self.city_key().ok_or(SyncError::Identity)?;
        for change in changes {
            let followed = KeyChange::from_text(change)
                .ok_or(Refusal::ForgedKeyChange)
                .and_then(|change| city.follow(&change));
            match followed {
                Ok(next) => city = next,
                Err(Refusal::OldKeyChange) => {}
                Err(refusal) => refusals.push(refusal),
            }
        }
        self.key = packs::CityKey { key: city.key.to_base64(), number: city.number };
        if let Some(text) = approvers {
            let in_use = self.list().map(|list| list.number);
            let believed = Approvers::from_text(text)
                .ok_or(Refusal::ForgedApprovers)
                .and_then(|list| city.believes(&list, in_use));
            match believed {
                Ok(()) => self.approvers = Some(text.to_owned()),
                Err(refusal) => refusals.push(refusal),
            }
        }
        self.write(store)?;
        Ok((self, refusals))
    }
}
