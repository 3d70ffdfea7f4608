//! 案件コード: what stands on paper so that a department, or this counter tomorrow, finds the case again.

use std::fmt;

use crate::typed::{CHECK_DIGITS, check_digits, digits, is_whole};
use crate::{Correction, QrError, Symbol};

/// Whose papers are meant: a city, and whether it is practising. Another realm's papers are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Realm {
    city: u32,
    practice: bool,
}

impl Realm {
    /// `city` is the 全国地方公共団体コード as the pack writes it, six digits.
    pub fn new(city: &str, practice: bool) -> Result<Self, QrError> {
        let six = city.len() == 6 && city.bytes().all(|byte| byte.is_ascii_digit());
        let number = if six { city.parse().ok() } else { None };
        number
            .map(|city| Self { city, practice })
            .ok_or_else(|| QrError::CityCode(city.chars().filter(|c| !c.is_control()).take(20).collect()))
    }

    pub const fn is_practice(self) -> bool {
        self.practice
    }

    const fn other_mode(self) -> Self {
        Self { city: self.city, practice: !self.practice }
    }

    /// What the check digits start from: it takes part in them without being printed.
    fn start(self) -> u64 {
        u64::from(self.city) * 2 + u64::from(self.practice)
    }
}

/// 案件番号: the number of a case within its city, eleven digits: year, terminal, running number.
///
/// Every terminal counts for itself, so that numbers are given with the cable out and never twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber(u64);

impl CaseNumber {
    const DIGITS: usize = 11;

    /// `year` by its last two digits.
    pub fn new(year: u8, terminal: u16, serial: u32) -> Result<Self, QrError> {
        if year > 99 || terminal > 999 || serial > 999_999 {
            return Err(QrError::CaseNumber);
        }
        Ok(Self((u64::from(year) * 1000 + u64::from(terminal)) * 1_000_000 + u64::from(serial)))
    }

    /// From the plain number, as a database keeps it.
    pub const fn from_value(value: u64) -> Option<Self> {
        if value < 100_000_000_000 { Some(Self(value)) } else { None }
    }

    pub const fn value(self) -> u64 {
        self.0
    }

    fn digits(self) -> String {
        format!("{:011}", self.0)
    }
}

/// `26-012-000345`
impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:03}-{:06}", self.0 / 1_000_000_000, self.0 / 1_000_000 % 1000, self.0 % 1_000_000)
    }
}

/// A case number with its four check digits: 15 digits, which no other number at a counter has (個人番号 12,
/// 住民票コード 11, 免許証番号 12, 照合番号B 14, a product's code 13).
///
/// ```
/// use madoka_qr::{CaseCode, CaseNumber, Realm};
///
/// let minatono = Realm::new("999999", false)?;
/// let code = CaseCode::new(minatono, CaseNumber::new(26, 12, 345)?);
/// assert_eq!(code.to_string(), "26-012-000345-9529");
///
/// // A scanner types it while the Japanese input is on; an officer types it with one digit wrong.
/// assert_eq!(CaseCode::read("２６０１２０００３４５９５２９\r", minatono)?, code);
/// assert!(CaseCode::read("26-012-000346-9529", minatono).is_err());
/// # Ok::<(), madoka_qr::QrError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaseCode {
    realm: Realm,
    number: CaseNumber,
}

impl CaseCode {
    /// How many digits a code has.
    pub const DIGITS: usize = CaseNumber::DIGITS + CHECK_DIGITS;

    pub const fn new(realm: Realm, number: CaseNumber) -> Self {
        Self { realm, number }
    }

    /// Reads what a scanner or a person typed, or what a picture held: any width, かな input, spaces, hyphens.
    pub fn read(text: &str, realm: Realm) -> Result<Self, QrError> {
        let wrong_length = |found| QrError::CaseCodeLength { expected: Self::DIGITS, found };
        if text.len() > 200 {
            return Err(QrError::TextTooLong);
        }
        let typed = digits(text).ok_or(QrError::CaseCodeCheck)?;
        let number = typed.get(..CaseNumber::DIGITS).filter(|_| typed.len() == Self::DIGITS);
        let number = number.ok_or_else(|| wrong_length(typed.len()))?;
        if is_whole(realm.start(), &typed) {
            let value = number.parse().ok().and_then(CaseNumber::from_value).ok_or(QrError::CaseNumber)?;
            Ok(Self { realm, number: value })
        } else if is_whole(realm.other_mode().start(), &typed) {
            Err(QrError::CaseCodePractice)
        } else {
            Err(QrError::CaseCodeCheck)
        }
    }

    pub const fn number(&self) -> CaseNumber {
        self.number
    }

    /// The 15 digits as the QR code holds them.
    pub fn digits(&self) -> String {
        let number = self.number.digits();
        let check = check_digits(self.realm.start(), &number);
        number + &check
    }

    /// The code to draw: 21 modules a side, readable under a stamp. Print it at 12 mm or more, quiet zone not counted,
    /// with `Display`'s line beneath.
    pub fn symbol(&self) -> Result<Symbol, QrError> {
        Symbol::of_text(&self.digits(), Correction::Quartile)
    }
}

/// What stands beneath the code for people: `26-012-000345-9529`.
impl fmt::Display for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, check_digits(self.realm.start(), &self.number.digits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn realm() -> Realm {
        Realm::new("999999", false).unwrap()
    }

    #[test]
    fn ほかの市と練習の書類は断る() {
        let number = CaseNumber::new(26, 12, 345).unwrap();
        let code = |city, practice| CaseCode::new(Realm::new(city, practice).unwrap(), number).digits();
        assert_eq!(CaseCode::read(&code("999999", false), realm()).unwrap().number(), number);
        assert_eq!(CaseCode::read(&code("032018", false), realm()), Err(QrError::CaseCodeCheck));
        assert_eq!(CaseCode::read(&code("999999", true), realm()), Err(QrError::CaseCodePractice));
    }

    #[test]
    fn 窓口にあるほかの番号は案件コードにならず_文にも出ない() {
        for other in [
            "123456789018",
            "90000110011",
            "12345678901234",
            "4901234567894",
            "",
            "ねこ",
            "12345678901234567",
        ] {
            let error = CaseCode::read(other, realm()).unwrap_err();
            assert!(matches!(error.code(), "QR-13" | "QR-14"), "{error}");
            assert!(other.is_empty() || !format!("{error}{error:?}").contains(other), "{error}");
        }
        assert_eq!(CaseCode::read(&"1".repeat(300), realm()), Err(QrError::TextTooLong));
        assert!(Realm::new("99999", false).is_err() && Realm::new("９９９９９９", false).is_err());
    }

    #[test]
    fn 二次元コードは一番小さい() {
        let code = CaseCode::new(realm(), CaseNumber::new(99, 999, 999_999).unwrap());
        assert_eq!(code.symbol().unwrap().side(), 21);
    }

    proptest! {
        #[test]
        fn 番号は紙を往復する(year in 0u8..100, terminal in 0u16..1000, serial in 0u32..1_000_000) {
            let number = CaseNumber::new(year, terminal, serial).unwrap();
            let code = CaseCode::new(realm(), number);
            prop_assert_eq!(CaseCode::read(&code.to_string(), realm()).unwrap(), code);
            prop_assert_eq!(CaseCode::read(&code.digits(), realm()).unwrap().number(), number);
            prop_assert_eq!(CaseNumber::from_value(number.value()), Some(number));
        }

        #[test]
        fn どんな文字でも落ちない(text in "\\PC{0,30}|[0-9０-９ぬ-んｱ-ﾝ-]{0,20}") {
            let _ = CaseCode::read(&text, realm());
        }
    }
}
