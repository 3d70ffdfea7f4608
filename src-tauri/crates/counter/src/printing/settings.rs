//! Which printer this terminal prints on, and how that printer is set right.

use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::Id;
use madoka_forms::print::{Offsets, PrinterUri};
use serde::{Deserialize, Serialize};

/// `[printing]` of `settings.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PrintSettings {
    /// いつものプリンター
    pub(crate) printer: Option<PrinterUri>,
    /// Printers without a queue of the print service, by address.
    pub(crate) added: Vec<PrinterUri>,
    /// No 確認票 before the forms.
    pub(crate) no_cover: bool,
    /// Forms whose pre-printed stock lies in the printer: values alone are printed.
    pub(crate) stock: BTreeSet<Id>,
    pub(crate) offsets: BTreeMap<PrinterUri, Offsets>,
}

impl PrintSettings {
    pub(crate) fn offsets(&self, printer: Option<&PrinterUri>) -> Offsets {
        printer.and_then(|printer| self.offsets.get(printer)).cloned().unwrap_or_default()
    }
}

/// What a queue or printer is called in `form.toml`: the last part of its address.
pub(crate) fn printer_name(uri: &PrinterUri) -> String {
    uri.as_str().rsplit('/').find(|part| !part.is_empty()).unwrap_or_default().to_owned()
}
