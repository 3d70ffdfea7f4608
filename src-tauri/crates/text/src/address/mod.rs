//! Addresses: the text as it was given, its parts, and whether two texts name one place.
//!
//! An [`Address`] is never changed: what the chip says is what the paper says. Splitting and normalising are readings
//! of it, made when asked for, against a [`Gazetteer`] of municipalities.

mod building;
mod gazetteer;
mod parts;
mod plain;
mod tail;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use gazetteer::{Gazetteer, Municipality};
pub use parts::{AddressParts, SamePlace};

use crate::TextError;
use crate::text_serde::serde_as_text;

/// 住所 as given, every character kept; only white space around it is dropped.
///
/// ```
/// use madoka_text::{Address, Gazetteer, SamePlace};
/// let city = Gazetteer::nation().with([("架空県", "みなと野市")]);
/// let chip: Address = "架空県みなと野市港町一丁目２番３－１０１号".parse()?;
/// let form: Address = "みなと野市港町1-2-3-101".parse()?;
/// let parts = city.split(&chip);
/// assert_eq!((parts.municipality(), parts.town()), (Some("みなと野市"), "港町"));
/// assert_eq!((parts.chome(), parts.block().as_str(), parts.room()), (Some("1"), "2-3", Some("101")));
/// assert_eq!(city.normalise(&chip), "架空県みなと野市港町1-2-3 101");
/// assert_eq!(city.same_place(&chip, &form), SamePlace::Same);
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    text: String,
}

/// Registers hold up to about 100 characters and a building; beyond this it is not an address.
const MOST_CHARACTERS: usize = 300;

impl Address {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn into_string(self) -> String {
        self.text
    }
}

impl FromStr for Address {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::AddressEmpty);
        }
        for (index, c) in text.chars().enumerate() {
            if index >= MOST_CHARACTERS {
                return Err(TextError::AddressTooLong { limit: MOST_CHARACTERS });
            }
            // Pasted addresses run over two lines; that is a space to an address, and kept.
            if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
                return Err(TextError::AddressNotText { position: index + 1 });
            }
        }
        Ok(Self { text: text.to_owned() })
    }
}

/// Length only.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({} characters)", self.text.chars().count())
    }
}

serde_as_text!(Address, |address| Cow::Borrowed(address.as_str()));
