//! Japanese text, the lowest floor: values that cannot be wrong, made from what people write.
//!
//! **For:**
//! - dates: [`Era`], [`EraDate`], [`parse_date`]; [`BirthDate`] with 不詳 parts;
//! - names: [`PersonName`] and its [`Glyph`]s, [`Kana`]; which shapes belong together ([`candidates`], [`common_form`]);
//! - places: [`Address`], split and compared by a [`Gazetteer`]; [`PostalCode`], [`Phone`];
//! - money: [`BankAccount`], [`YuchoNumber`];
//! - letters: kana ⇄ kana, half ⇄ full width, kanji ⇄ arabic numbers;
//! - what must not leak: [`Personal`], [`Secret`], [`Pin`], [`MatchCodeB`], [`MyNumber`].
//!
//! **Not for:** asking, judging, printing, or anything that reads a clock, a file or a device. Nothing here knows
//! what "today" is; a date is always an argument.
//!
//! Every type is made by a `parse` function that takes any string, never panics, and answers with a [`TextError`]
//! whose sentence an officer can read. No error and no `Debug` output repeats what a person wrote.
//!
//! ```
//! use madoka_text::{BirthDate, PersonName};
//!
//! let born: BirthDate = "昭和12年3月不詳".parse()?;
//! assert_eq!(born.day(), None);
//! assert_eq!(born.latest().to_string(), "1937-03-31");
//!
//! // 葛 with a variation selector is a glyph of its own, and the same character.
//! let card: PersonName = "葛\u{E0100}城　花子".parse()?;
//! let form: PersonName = "葛城　花子".parse()?;
//! assert!(!card.same_glyphs(&form));
//! assert_eq!(card.family(), Some("葛\u{E0100}城"));
//! assert_eq!(format!("{card:?}"), "PersonName(5 glyphs)");
//! # Ok::<(), madoka_text::TextError>(())
//! ```

mod address;
mod bank;
mod birth_date;
mod digits;
mod era;
mod error;
mod kana;
mod name;
mod personal;
mod phone;
mod postal_code;
mod secret;
mod text_serde;
mod variants;
mod width;
mod written_date;

pub use address::{Address, AddressParts, Gazetteer, Municipality, SamePlace};
pub use bank::{AccountHolder, AccountKind, AccountNumber, BankAccount, BankCode, BranchCode, YuchoNumber};
pub use birth_date::BirthDate;
pub use digits::{kanji_to_number, number_to_kanji};
pub use era::{Era, EraCheck, EraDate, parse_date};
pub use error::TextError;
pub use kana::{Kana, to_full_width_kana, to_half_width_kana, to_hiragana, to_katakana};
pub use name::{Glyph, Glyphs, PersonName};
pub use personal::Personal;
pub use phone::{Phone, PhoneKind};
pub use postal_code::PostalCode;
pub use secret::{MatchCodeB, MyNumber, Pin, Secret, SecretDigits};
pub use variants::{Candidate, Relation, candidates, common_form, same_character};
pub use width::{digits_to_kanji, is_hyphen, kanji_to_digits, to_full_width, to_half_width};

/// A day of the Gregorian calendar, as every floor means it. (A re-export, so that one crate chooses the calendar.)
pub use jiff::civil::Date;
