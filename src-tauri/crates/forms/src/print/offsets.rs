//! 印字位置の調整: how far each printer sets values beside where a form says.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// Nobody's printer is further off than this; a slip of the keyboard is.
pub const MAX_OFFSET_MM: f64 = 20.0;

/// To the right and down, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Offset {
    pub right: f64,
    pub down: f64,
}

impl Offset {
    /// `None` beyond [`MAX_OFFSET_MM`], and for what is no number.
    pub fn new(right: f64, down: f64) -> Option<Self> {
        let fits = |mm: f64| mm.abs() <= MAX_OFFSET_MM;
        (fits(right) && fits(down)).then_some(Self { right, down })
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            #[serde(default)]
            right: f64,
            #[serde(default)]
            down: f64,
        }
        let written = Written::deserialize(deserializer)?;
        Self::new(written.right, written.down).ok_or_else(|| {
            serde::de::Error::custom(format!("印字位置のずれは{MAX_OFFSET_MM}mmまでで書いてください"))
        })
    }
}

/// Per printer and, on pre-printed stock, per form. The terminal's settings keep it under the printer's name:
///
/// ```toml
/// [all]                       # every form on this printer
/// right = 0.5
/// [forms.household_change]    # this one instead
/// right = 1.0
/// down = -0.5
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offsets {
    all: Offset,
    forms: BTreeMap<String, Offset>,
}

impl Offsets {
    pub fn of(&self, form: &str) -> Offset {
        self.forms.get(form).copied().unwrap_or(self.all)
    }

    /// What is set for every form, and for those that have their own.
    pub fn all(&self) -> Offset {
        self.all
    }

    pub fn own(&self) -> impl Iterator<Item = (&str, Offset)> {
        self.forms.iter().map(|(form, offset)| (form.as_str(), *offset))
    }

    /// The form goes with all others again.
    pub fn forget(&mut self, form: &str) {
        self.forms.remove(form);
    }

    pub fn set_all(&mut self, offset: Offset) {
        self.all = offset;
    }

    pub fn set(&mut self, form: impl Into<String>, offset: Offset) {
        self.forms.insert(form.into(), offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 様式ごとのずれが先で_行き過ぎたずれは断る() {
        let offsets: Offsets =
            serde_json::from_str(r#"{"all":{"right":0.5},"forms":{"household_change":{"down":-1.0}}}"#)
                .unwrap();
        assert_eq!(offsets.of("other"), Offset { right: 0.5, down: 0.0 });
        assert_eq!(offsets.of("household_change"), Offset { right: 0.0, down: -1.0 });
        assert!(serde_json::from_str::<Offsets>(r#"{"all":{"right":50}}"#).is_err());
        assert!(Offset::new(f64::NAN, 0.0).is_none());
    }
}
