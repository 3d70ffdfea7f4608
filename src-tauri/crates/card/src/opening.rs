//! What opens a card: what is printed on it, or what its holder knows.

use std::fmt;
use std::str::FromStr;

use madoka_text::{MatchCodeB, Pin};
use zeroize::Zeroize;

use crate::read::wipe_stack;

/// How a card is opened, without the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpeningKind {
    /// 照合番号B: printed on the My Number card, no secret, 10 tries.
    MatchCodeB,
    /// The 4-digit PIN: 券面事項入力補助用暗証番号, or 暗証番号1 of a licence. 3 tries.
    Pin,
    /// The number printed on a 在留カード / 特別永住者証明書. Tries are not counted.
    CardNumber,
    /// A licence whose holder set no PIN opens by itself.
    Nothing,
}

impl OpeningKind {
    pub const fn label(self) -> &'static str {
        match self {
            Self::MatchCodeB => "照合番号B",
            Self::Pin => "暗証番号",
            Self::CardNumber => "在留カード等の番号",
            Self::Nothing => "何も入力しないこと",
        }
    }

    /// Where a blocked one is set free.
    pub(crate) const fn unlock(self) -> &'static str {
        match self {
            Self::MatchCodeB | Self::Pin => "解除は市民課（運転免許証は警察）の窓口です。",
            Self::CardNumber | Self::Nothing => "",
        }
    }
}

/// One human entry. It is used up by one read: there is no clone, so no second try of the same entry.
#[derive(Debug)]
pub enum Opening {
    MatchCodeB(Box<MatchCodeB>),
    Pin(Box<Pin>),
    CardNumber(Box<CardNumber>),
    Nothing,
}

impl Opening {
    pub const fn kind(&self) -> OpeningKind {
        match self {
            Self::MatchCodeB(_) => OpeningKind::MatchCodeB,
            Self::Pin(_) => OpeningKind::Pin,
            Self::CardNumber(_) => OpeningKind::CardNumber,
            Self::Nothing => OpeningKind::Nothing,
        }
    }

    /// The 14 digits as typed; spaces and full-width digits are fine.
    pub fn match_code_b(text: &str) -> Result<Self, madoka_text::TextError> {
        boxed(text).map(Self::MatchCodeB)
    }

    /// The 4 digits as typed.
    pub fn pin(text: &str) -> Result<Self, madoka_text::TextError> {
        boxed(text).map(Self::Pin)
    }

    /// The card number as typed: two letters, eight digits, two letters.
    pub fn card_number(text: &str) -> Result<Self, CardNumberForm> {
        boxed(text).map(Self::CardNumber)
    }

    /// Which opening a typed entry is: 14 digits, 4 digits, or a card number.
    pub fn of_entry(text: &str) -> Option<Self> {
        Self::match_code_b(text).or_else(|_| Self::pin(text)).ok().or_else(|| Self::card_number(text).ok())
    }
}

/// Parsed into a place of its own, where it stays; what parsing left on the stack is wiped.
fn boxed<T: FromStr>(text: &str) -> Result<Box<T>, T::Err> {
    #[inline(never)]
    fn parse<T: FromStr>(text: &str) -> Result<Box<T>, T::Err> {
        text.parse().map(Box::new)
    }
    let parsed = parse(text);
    wipe_stack();
    parsed
}

/// 在留カード等の番号: two letters, eight digits, two letters. Wiped when dropped, nothing in `Debug`.
pub struct CardNumber([u8; 12]);

/// What was typed is no card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("在留カード等の番号は、英字2・数字8・英字2の12文字で入力してください（例：AB12345678CD）。")]
pub struct CardNumberForm;

impl CardNumber {
    pub(crate) const fn expose(&self) -> &[u8; 12] {
        &self.0
    }
}

impl FromStr for CardNumber {
    type Err = CardNumberForm;

    fn from_str(text: &str) -> Result<Self, CardNumberForm> {
        let mut number = Self([0; 12]);
        let mut places = number.0.iter_mut().enumerate();
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            // Full-width letters and digits stand 0xFEE0 above ASCII.
            let narrow = match c {
                '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                _ => c,
            };
            let byte = u8::try_from(narrow.to_ascii_uppercase()).map_err(|_| CardNumberForm)?;
            let (at, place) = places.next().ok_or(CardNumberForm)?;
            let right = if (2..10).contains(&at) { byte.is_ascii_digit() } else { byte.is_ascii_uppercase() };
            if !right {
                return Err(CardNumberForm);
            }
            *place = byte;
        }
        if places.next().is_some() { Err(CardNumberForm) } else { Ok(number) }
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(…)")
    }
}

impl Drop for CardNumber {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// 残り回数: what a card says about a key before anything is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    Left(u8),
    /// 63C0, 6983 and 6984 all mean it: sources disagree which one a card answers.
    Blocked,
    /// The card does not count (residence cards).
    Unlimited,
    /// The card gave no number; nothing may be tried then.
    Unknown,
}

impl Tries {
    pub const fn left(self) -> Option<u8> {
        match self {
            Self::Left(left) => Some(left),
            Self::Blocked => Some(0),
            Self::Unlimited | Self::Unknown => None,
        }
    }

    /// Whether one more try can be risked: never the last one.
    pub const fn may_try(self) -> bool {
        matches!(self, Self::Unlimited | Self::Left(2..))
    }
}
