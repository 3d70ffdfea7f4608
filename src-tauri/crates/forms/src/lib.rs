//! Paper forms (様式): templates, filling, bundles, guide sheets, printing and finding fields.
//!
//! **For:** a city's own papers, filled from the facts of a case. `form.toml` (FORMAT.md beside this crate) says what is
//! printed where ([`read_form`], [`check_form`]); [`fill`] lays values over the untouched page and gathers the forms of a
//! case into one bundle; [`guide`] makes the sheet the resident keeps; [`print`] speaks with printers; [`detect`] proposes
//! fields for a paper that has none yet; [`edit`] changes them, [`sample`] tries values of every length.
//!
//! **Not for:** deciding which forms are wanted (`madoka-rules`, `counter`). No clock and no chance: the same case gives
//! the same bytes.
//!
//! ```
//! use madoka_forms::read_form;
//!
//! let form = read_form("dog", r#"
//!     id = "dog"
//!     name = "犬の登録事項変更届"
//!     background = "form.pdf"
//!     [[field]]
//!     id = "owner"
//!     at = [52.0, 61.5, 70.0, 9.0]
//!     value = "applicant.name"
//! "#).expect("nothing is wrong with it");
//! assert_eq!(form.fields.len(), 1);
//!
//! // What is wrong is said all at once, with file, line, field and what was expected.
//! let problems = read_form("dog", "id = 'dog'\nname = '届'\nbackground = 'form.doc'").unwrap_err();
//! assert!(problems[0].to_string().starts_with("dog/form.toml:3: 誤り F012: background は"));
//! ```

pub mod detect;
pub mod edit;
pub mod guide;
pub mod print;
pub mod sample;
pub mod under;

mod draw;
mod error;
pub mod fill;
mod geometry;
mod picture;
mod preview;
mod ruler;
mod template;

pub use draw::Fonts;
pub use error::FillError;
pub use geometry::{POINTS, Paper, Rect};
pub use picture::{PagePicture, Pages, Size, page_count, page_picture};
pub use preview::preview;
pub use ruler::TestSheet;
pub use template::*;
