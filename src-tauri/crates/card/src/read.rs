//! Looking at a card without any secret, and reading it with one.

use std::fmt;

use madoka_text::Date;
use zeroize::{Zeroize, Zeroizing};

use crate::apdu::Chip;
use crate::genuine::Authorities;
use crate::kinds;
use crate::transport::{Cancel, Transport};
use crate::{CardError, CardKind, CardRead, Opening, OpeningKind, Tries};

/// What can be said of a card before anyone enters anything. Looking costs no try.
pub struct CardLook {
    pub kind: CardKind,
    /// What opens it, the way to offer first in front, with the tries that remain.
    pub openings: Vec<OpeningLook>,
    pub expires: Option<Date>,
    /// 全国地方公共団体コード (5 digits) of the municipality that issued it.
    pub municipality: Option<String>,
    /// マイナ免許証 is on it too (it holds neither name nor address).
    pub also_licence: bool,
    /// For the read that follows: it must be this very card.
    pub mark: Option<CardMark>,
}

impl CardLook {
    pub(crate) const fn new(kind: CardKind) -> Self {
        Self {
            kind,
            openings: Vec::new(),
            expires: None,
            municipality: None,
            also_licence: false,
            mark: None,
        }
    }

    /// The way to offer: the first that more than one try remains for.
    pub fn best_opening(&self) -> Option<OpeningKind> {
        self.openings.iter().find(|opening| opening.tries.may_try()).map(|opening| opening.kind)
    }
}

/// The kind and the tries.
impl fmt::Debug for CardLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardLook({:?}, {:?})", self.kind, self.openings)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningLook {
    pub kind: OpeningKind,
    pub tries: Tries,
}

/// Which card it was, so that a read can refuse another one. Says nothing to anybody else.
#[derive(Clone, PartialEq, Eq)]
pub struct CardMark(Zeroizing<Vec<u8>>);

impl CardMark {
    pub(crate) fn new(serial: &[u8]) -> Self {
        Self(Zeroizing::new(serial.to_vec()))
    }
}

impl fmt::Debug for CardMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardMark(…)")
    }
}

/// What to read, and with what.
#[derive(Debug)]
pub struct Request {
    pub(crate) opening: Opening,
    pub(crate) kind: Option<CardKind>,
    pub(crate) mark: Option<CardMark>,
    pub(crate) faces: Faces,
    pub(crate) my_number: bool,
    pub(crate) authorities: Authorities,
}

/// Whether to read the pictures of the face (about 7,000 bytes more, a second or two).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Faces {
    No,
    /// Only where the text holds marks instead of glyphs.
    #[default]
    WhenGlyphsMissing,
    Yes,
}

impl Request {
    /// The facts, and pictures only where the text lacks glyphs.
    pub fn new(opening: Opening) -> Self {
        Self {
            opening,
            kind: None,
            mark: None,
            faces: Faces::default(),
            my_number: false,
            authorities: Authorities::default(),
        }
    }

    /// The card that was looked at, and no other.
    #[must_use]
    pub fn of(mut self, look: &CardLook) -> Self {
        self.kind = Some(look.kind);
        self.mark.clone_from(&look.mark);
        self
    }

    #[must_use]
    pub const fn faces(mut self, faces: Faces) -> Self {
        self.faces = faces;
        self
    }

    /// 個人番号 too: only where a form of the case needs it, and only by PIN.
    #[must_use]
    pub const fn with_my_number(mut self) -> Self {
        self.my_number = true;
        self
    }

    /// The issuer's keys the city has configured.
    #[must_use]
    pub fn checked_by(mut self, authorities: Authorities) -> Self {
        self.authorities = authorities;
        self
    }
}

/// [`look`](crate::look) through any transport.
pub fn look_through(transport: &mut dyn Transport, cancel: &Cancel) -> Result<CardLook, CardError> {
    let mut chip = Chip::new(transport, cancel);
    kinds::look(&mut chip)
}

/// [`read`](crate::read) through any transport. The request, and the secret in it, is used up.
pub fn read_through(
    transport: &mut dyn Transport,
    request: Request,
    cancel: &Cancel,
) -> Result<CardRead, CardError> {
    let mut chip = Chip::new(transport, cancel);
    let read = kinds::read(&mut chip, &request);
    drop(request);
    drop(chip);
    wipe_stack();
    read
}

/// Overwrites what calls that have returned may have left on this thread's stack. (Rust moves values by copying them and
/// does not wipe the place they came from.)
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "a large array on the stack is the purpose")]
pub(crate) fn wipe_stack() {
    let mut below = [0_u8; 48 * 1024];
    below.zeroize();
    std::hint::black_box(&below);
}
