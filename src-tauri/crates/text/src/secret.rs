//! Values nobody may keep: PINs, match codes, passwords, 個人番号. Wiped from memory when dropped.

use std::fmt;
use std::str::FromStr;

use zeroize::{Zeroize, Zeroizing};

use crate::TextError;
use crate::digits::arabic_digit;

/// A secret text such as a password. It is wiped when dropped, cannot be cloned, shown, compared or written out;
/// only [`Secret::expose`] gives it away.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller must not have left copies behind.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Exactly `N` decimal digits that are secret. Wiped when dropped; no clone, no serde, nothing in `Debug`.
///
/// ```
/// use madoka_text::{MatchCodeB, Pin};
/// let pin: Pin = "１２３４".parse()?;
/// assert_eq!(pin.expose(), b"1234");
/// assert_eq!(format!("{pin:?}"), "SecretDigits(4 digits)");
/// assert!("12345".parse::<Pin>().is_err());
/// assert!("1234 5678 9012 34".parse::<MatchCodeB>().is_ok());
/// # Ok::<(), madoka_text::TextError>(())
/// ```
pub struct SecretDigits<const N: usize>([u8; N]);

/// 4-digit PIN (暗証番号) of a My Number card.
pub type Pin = SecretDigits<4>;

/// 照合番号B: birth date YYMMDD, expiry year, security code; printed on the card's face.
pub type MatchCodeB = SecretDigits<14>;

impl<const N: usize> SecretDigits<N> {
    /// The digits in ASCII, as cards take them.
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// Whether both are the same, in time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

impl<const N: usize> FromStr for SecretDigits<N> {
    type Err = TextError;

    /// Full-width digits count as digits; spaces and hyphens between them are how the face of the card groups them.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let refused = || TextError::SecretDigits { digits: N };
        let mut digits = Self([0; N]);
        let mut places = digits.0.iter_mut();
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let digit = arabic_digit(c).and_then(|d| u8::try_from(d).ok()).ok_or_else(refused)?;
            *places.next().ok_or_else(refused)? = b'0' + digit;
        }
        if places.next().is_some() { Err(refused()) } else { Ok(digits) }
    }
}

impl<const N: usize> fmt::Debug for SecretDigits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretDigits({N} digits)")
    }
}

impl<const N: usize> Drop for SecretDigits<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// 個人番号: 12 digits whose last is the check digit. Held as briefly as the law asks: read, printed, wiped.
#[derive(Debug)]
pub struct MyNumber(SecretDigits<12>);

impl MyNumber {
    pub const fn expose(&self) -> &[u8; 12] {
        self.0.expose()
    }
}

impl FromStr for MyNumber {
    type Err = TextError;

    /// Check digit: 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号カード
    /// 並びに情報提供ネットワークシステムによる特定個人情報の提供等に関する省令5条 (weights 2…7 from the right, then again from 2).
    fn from_str(text: &str) -> Result<Self, TextError> {
        let digits: SecretDigits<12> = text.parse()?;
        let (body, check) = digits.expose().split_at(11);
        let sum: u32 =
            body.iter().rev().zip((2..=7).cycle()).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
        let expected = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        if check.first().is_some_and(|d| u32::from(d - b'0') == expected) {
            Ok(Self(digits))
        } else {
            Err(TextError::MyNumberCheck)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn 暗証番号は桁数が合うものだけで中身は出ない() {
        for text in ["", "123", "12345", "12a4", "一二三四"] {
            assert!(text.parse::<Pin>().is_err(), "{text}");
        }
        let (a, b): (Pin, Pin) = ("0123".parse().unwrap(), "0124".parse().unwrap());
        assert!(a.matches(&"０１２３".parse().unwrap()) && !a.matches(&b));
        assert!(!format!("{a:?} {:?}", Secret::new("ひみつ".to_owned())).contains('ひ'));
        assert!(!TextError::SecretDigits { digits: 4 }.to_string().contains("0123"));
    }

    #[test]
    fn 個人番号は検査数字を確かめる() {
        // The made-up number used in public explanations, 1234 5678 9018: exactly one last digit may follow.
        let right: Vec<u32> =
            (0..10).filter(|check| format!("12345678901{check}").parse::<MyNumber>().is_ok()).collect();
        assert_eq!(right, [8]);
        assert!("123456789019".parse::<MyNumber>().is_err());
        assert!(format!("{:?}", "123456789018".parse::<MyNumber>().unwrap()).contains("12 digits"));
    }

    proptest! {
        #[test]
        fn どんな文字列でも落ちない(text in "\\PC{0,20}|[0-9０-９ -]{0,20}") {
            let _ = text.parse::<Pin>();
            let _ = text.parse::<MatchCodeB>();
            let _ = text.parse::<MyNumber>();
        }
    }
}
