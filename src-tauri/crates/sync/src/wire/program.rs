//! まどかの新しい版 on its way to the terminals.
//!
//! A terminal says which version runs ([`Ask`]) and hears of a newer one that the city released ([`Offer`]), then fetches
//! it piece by piece ([`PartAsk`]). Nothing here is believed for having come from the server: [`Offer::proven`] decides,
//! in the program that fetches it and again in the one that puts it in.

use madoka_rules::pack::{Approvers, CityKey, KeyChange, Program, Refusal, Trust};
use serde::{Deserialize, Serialize};

pub const ASK: &str = "/v1/program";
pub const PART: &str = "/v1/program/part";

/// Bounds that both sides keep.
pub mod limit {
    /// One piece.
    pub const PART: usize = 1024 * 1024;
    /// A whole package.
    pub const ALL: u64 = 256 * 1024 * 1024;
    /// An offer, as text.
    pub const OFFER: usize = 256 * 1024;
}

/// Is there a newer one?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub v: u32,
    pub running: String,
}

/// What the city released, with all that proves it from any key the city ever had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub v: u32,
    /// [`Program::to_text`]
    pub program: String,
    /// [`Approvers::to_text`]
    pub approvers: String,
    /// [`KeyChange::to_text`], in order.
    pub key_changes: Vec<String>,
}

/// Asks for a piece of the package of a version, counted from nought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartAsk {
    pub v: u32,
    pub version: String,
    pub part: u32,
}

impl Offer {
    /// The package this offer speaks of, if whoever knows this key of the city may believe it; and the city's key now.
    pub fn proven(&self, city: &CityKey) -> Result<(Program, CityKey), Refusal> {
        let mut city = city.clone();
        for change in &self.key_changes {
            let change = KeyChange::from_text(change).ok_or(Refusal::ForgedKeyChange)?;
            match city.follow(&change) {
                Ok(next) => city = next,
                // Followed before.
                Err(Refusal::OldKeyChange) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let approvers = Approvers::from_text(&self.approvers).ok_or(Refusal::ForgedApprovers)?;
        city.believes(&approvers, None)?;
        let program = Program::from_text(&self.program).ok_or(Refusal::Altered)?;
        program.check(&Trust { city: city.clone(), approvers: approvers.keys })?;
        Ok((program, city))
    }
}

/// 市の鍵, as `madokad city-key --json` writes it: what a machine is told once, by hand, to believe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityKeyFile {
    pub city: String,
    pub city_key: super::packs::CityKey,
}

impl CityKeyFile {
    pub fn key(&self) -> Option<CityKey> {
        let key = madoka_rules::pack::PublicKey::from_base64(&self.city_key.key)?;
        Some(CityKey { city_code: self.city.clone(), key, number: self.city_key.number })
    }

    pub fn of(key: &CityKey) -> Self {
        let city_key = super::packs::CityKey { key: key.key.to_base64(), number: key.number };
        Self { city: key.city_code.clone(), city_key }
    }
}
