//! QR codes (二次元コード) on paper and in pictures, and the two things Madoka puts in them.
//!
//! **For:**
//! - drawing: text or bytes as a [`Symbol`], a square of modules that forms draw as vectors;
//! - reading: every code in a [`Picture`], in light and shadow, turned, several at once;
//! - 案件コード: [`CaseCode`], the case number with its check, on every paper that goes to a department;
//! - 事前入力: what a resident answered at home, sealed for the city's counters alone (`PRE-ENTRY.md`).
//!
//! Both are digits only, so that a scanner that types works under any state of the Japanese input.
//!
//! **Not for:** finding or keeping cases (casework, store), placing a code on paper (forms), cameras. No clock, no
//! files, no randomness: the day and the seed of a key are arguments.
//!
//! ```
//! use madoka_qr::{CaseCode, CaseNumber, Realm};
//!
//! let realm = Realm::new("999999", false)?;
//! let code = CaseCode::new(realm, CaseNumber::new(26, 12, 345)?);
//! let symbol = code.symbol()?;
//! assert_eq!(symbol.side(), 21);
//! for run in symbol.runs() {
//!     // a dark rectangle from (run.x, run.y), run.length modules wide and one high
//! }
//! # Ok::<(), madoka_qr::QrError>(())
//! ```

mod case_code;
mod error;
mod page;
mod picture;
mod pre_entry;
mod symbol;
mod typed;

pub use case_code::{CaseCode, CaseNumber, Realm};
pub use error::QrError;
pub use page::{PageSettings, page, page_questions};
pub use picture::Picture;
pub use pre_entry::{
    Collection, KeyId, LeftOut, PreEntry, Progress, PublicKey, SecretKey, TakenIn, WhyLeftOut,
    looks_like_pre_entry, seal,
};
pub use symbol::{Correction, Run, Symbol};
