//! Identity cards over PC/SC: the facts on the chip, exactly, quickly, and without ever locking a card.
//!
//! **For:**
//! - readers: [`readers`] asked once, [`Watcher`] for what the screen shows while they come and go;
//! - cards: [`look`] says what is placed, what opens it and how many tries remain, and costs no try; [`read`] gives
//!   facts with their source `chip`, the pictures of the face, the expiry, and whether the issuer signed it;
//! - practice: [`practice::residents`] and their [`VirtualCard`]s take the same way through the same code.
//!
//! **Not for:** deciding what to do with a fact (counter), reading what a picture says (ocr), signing with the card (not
//! offered), comparing a licence's chip with a reading of its face (patented).
//!
//! **The rules of this floor.** One human entry is one VERIFY: an [`Opening`] is used up by the read and cannot be cloned.
//! The tries are asked before, and at one left nothing is tried. No secret, no number and nothing of a person stands in
//! an error, a log line or `Debug`; what was read is wiped when it is dropped. A card is held only while bytes flow and
//! left without power.
//!
//! ```
//! use madoka_card::{Cancel, Opening, Place, Request, practice};
//! use madoka_text::PersonName;
//!
//! // A made-up resident puts a card down; the officer types the digits printed on it.
//! let resident = practice::resident("kuzuha").unwrap();
//! let place = Place::practice(resident.my_number_card());
//! let look = madoka_card::look(&place, &Cancel::default())?;
//! let opening = Opening::match_code_b(&resident.holder.match_code_b())?;
//! let read = madoka_card::read(&place, Request::new(opening).of(&look), &Cancel::default())?;
//! assert_eq!(read.facts().len(), 4);
//! assert_eq!(read.tries_left, Some(10));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apdu;
mod card_kind;
mod card_read;
mod error;
mod genuine;
mod kinds;
mod opening;
mod pcsc_link;
mod picture;
mod place;
pub mod practice;
mod read;
mod readers;
pub mod tlv;
mod transport;
mod virtual_card;
mod watch;

pub use card_kind::CardKind;
pub use card_read::{
    ApduCount, CardFact, CardRead, FaceImage, FacePart, MediaType, MissingGlyph, MissingWhy, Note,
};
pub use error::CardError;
pub use genuine::{Authorities, AuthorityForm, AuthorityKey};
pub use kinds::{CardFile, parse_file};
pub use opening::{CardNumber, CardNumberForm, Opening, OpeningKind, Tries};
pub use place::{Place, Placed, find_card, look, read};
pub use read::{CardLook, CardMark, Faces, OpeningLook, Request, look_through, read_through};
pub use readers::{ReaderNow, Readers, readers, readers_now};
pub use transport::{Cancel, Transport, TransportError};
pub use virtual_card::{Addendum, Holder, Oddity, VirtualCard, practice_authorities};
pub use watch::{ReaderState, Watcher};
