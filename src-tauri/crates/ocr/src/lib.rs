//! Pictures of identity documents to facts: right or flagged, never quietly wrong.
//!
//! **For:** a photo or a scan of a 運転免許証, マイナンバーカード, 在留カード, 障害者手帳, 転出証明書, 資格確認書 … gives
//! fields, each with its value, how sure that is, what else it may be, where it stands and its crop. What may be used
//! without a look has `confirm == false`; names never have.
//!
//! **Not for:** cards with a chip that can be read (`madoka-card` is exact), handwriting, and deciding anything. A
//! picture is held in memory only and wiped after use; nothing of it is logged, shown by `Debug` or put in an error.
//!
//! How: find the document's rim and lay it flat ([`Reader`]), read every line once, tell the kind by its printed words,
//! find fields by their labels, read each again in two other ways; what differs is flagged. Names, addresses and free
//! text are looked at glyph by glyph too, beside glyphs drawn from the machine's fonts: tesseract's model has none of
//! 﨑 邉 濵 德 惠. Kinds are data (`kinds/*.toml`): a new one is a file.
//!
//! ```no_run
//! use madoka_ocr::{Options, Reader};
//!
//! let reader = Reader::new()?; // once: engines stay warm
//! let picture = std::fs::read("licence.jpg").unwrap();
//! let reading = reader.read(&picture, &Options::default())?;
//! for field in &reading.fields {
//!     println!("{} {}", field.id, if field.confirm { "確かめる" } else { "そのまま使える" });
//! }
//! # Ok::<(), madoka_ocr::OcrError>(())
//! ```
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "pixels: every picture is at most 16,000 a side, and x, y, u, v are what they are called"
)]

mod edits;
mod engine;
mod error;
mod field;
mod find;
mod folder;
mod glyphs;
mod ink;
mod kinds;
mod known;
mod labels;
mod layout;
mod masks;
mod pages;
mod pdf;
mod picture;
mod quality;
mod reader;
mod reading;
mod second;
mod straight;
mod streaks;
mod surnames;
mod tiff;
mod values;
mod weigh;

pub use error::OcrError;
pub use folder::{Scan, ScannerFolder};
pub use kinds::Kind;
pub use known::{Hint, Known, Resident, Seen};
pub use reader::{Look, Options, Reader, Spot, look};
pub use reading::{FieldReading, GlyphToConfirm, Problem, Reading};
