//! The register as the 読取 screen shows it.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::visit::Visit;

/// One resident of a list, to be told apart from others.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentRow {
    /// 宛名番号
    pub number: String,
    pub name: String,
    pub name_kana: String,
    pub birth_date: String,
    /// Empty under 支援措置.
    pub address: String,
    /// 支援措置
    pub protected: bool,
    /// Alike only by characters that names mix up (斎・斉).
    pub doubtful: bool,
    /// Who of the case this is, by name and birth date.
    pub in_case: Option<String>,
}

impl std::fmt::Debug for ResidentRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResidentRow(…)")
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct RegisterFound {
    pub rows: Vec<ResidentRow>,
    /// There are more; more words narrow it.
    pub more: bool,
    /// 「11月20日」: the register is as old as this.
    pub imported: String,
}

/// A resident whose row is in the case now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct RegisterTaken {
    pub visit: Visit,
    pub resident: ResidentRow,
    /// As whom: `applicant`, `household[0]`.
    pub person: String,
    /// How many facts are new.
    pub new_facts: u32,
    /// Everyone else of the household.
    pub household: Vec<ResidentRow>,
    /// 区分 there is something of that this officer may not see.
    pub withheld: Vec<String>,
    pub imported: String,
}

/// What one key led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "led_to", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FetchedShown {
    Taken { taken: Box<RegisterTaken> },
    Choose { found: RegisterFound },
    Nobody,
}
