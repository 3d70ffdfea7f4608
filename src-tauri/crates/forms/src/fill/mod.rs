//! Filling (印字): a form and the facts of a case become pages, with a warning for everything that must be looked at.
//!
//! A value is printed whole and in its own glyphs, or not at all: what is too long, unconfirmed or not in any font
//! leaves its place for handwriting and says so.

mod blank;
mod bundle;
mod cover;
mod fields;
mod marks;
mod sheets;
mod spot;
mod stamp;
mod values;
mod warning;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use madoka_facts::{Id, Vocabulary};
use madoka_text::Gazetteer;

pub use blank::Blank;
pub use bundle::{Bundle, PageKey, Part, Wanted, bundle};
pub use spot::{Spot, SpotState};
pub use stamp::Stamp;
pub use warning::{Reason, Warning};

pub(crate) use sheets::watermark;

use crate::print::Offsets;
use madoka_template::{Form, Known};

/// What the counter says of the case besides its facts.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    pub known: Known<'a>,
    /// Labels of the city's choices.
    pub words: &'a Vocabulary,
    /// Offices in the order in which a bundle goes through them, with their names.
    pub offices: &'a [(Id, String)],
    pub city: &'a str,
    pub prefecture: &'a str,
    pub officer: Option<&'a str>,
    /// The case's number as people read it; stands beneath its QR code.
    pub case_number: Option<&'a str>,
    /// What the QR code holds; the number itself when not said.
    pub case_code: Option<&'a str>,
    pub gazetteer: &'a Gazetteer,
    /// Pictures by the name a `picture` field gives (PNG or JPEG).
    pub pictures: &'a BTreeMap<String, Vec<u8>>,
    /// Signatures written on a screen; drawn only where a form allows it.
    pub stamps: &'a [Stamp],
}

impl fmt::Debug for Filling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filling(…)")
    }
}

/// How to print.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Values alone, for stock on which the form is printed already.
    pub values_only: bool,
    /// Forms of which such stock lies ready; those are printed as values alone.
    pub stock: BTreeSet<Id>,
    /// The printer, for its offsets in `form.toml`.
    pub printer: Option<String>,
    /// The terminal's own offsets for the printer.
    pub offsets: Offsets,
    /// 練習: every page says so.
    pub practice: bool,
    pub cover: Cover,
}

impl Options {
    /// Whether a form comes out as values alone.
    pub(crate) fn prints_values_only(&self, form: &Form) -> bool {
        self.values_only || form.preprinted.always || self.stock.contains(&form.id)
    }
}

/// 確認票: a first sheet for staff, with what to check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cover {
    #[default]
    No,
    First,
    /// Nothing else: the forms it lists come out elsewhere.
    Alone,
}
