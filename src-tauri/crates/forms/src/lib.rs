//! Paper forms (様式): templates, filling, bundles, guide sheets, printing and finding fields.
//!
//! **For:** a city's own papers, filled from the facts of a case. `form.toml` says what is printed where (`madoka-template`,
//! which this crate speaks for as well); [`fill`] lays values over the untouched page and gathers the forms of a
//! case into one bundle; [`guide`] makes the sheet the resident keeps; [`print`] speaks with printers; [`detect`] proposes
//! fields for a paper that has none yet; [`edit`] changes them, [`sample`] tries values of every length.
//!
//! **Not for:** deciding which forms are wanted (`madoka-rules`, `counter`). No clock and no chance: the same case gives
//! the same bytes.

pub mod detect;
pub mod edit;
pub mod guide;
pub mod print;
pub mod sample;
pub mod under;

mod draw;
mod error;
pub mod fill;
mod picture;
mod preview;
mod ruler;

pub use draw::Fonts;
pub use error::FillError;
pub use madoka_template::*;
pub use picture::{PagePicture, Pages, Size, page_count, page_picture};
pub use preview::preview;
pub use ruler::TestSheet;
