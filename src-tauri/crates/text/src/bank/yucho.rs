//! ゆうちょ銀行: 記号・番号 of the passbook to 店番・預金種目・口座番号 that other banks need.

use std::fmt;
use std::str::FromStr;

use super::{AccountKind, AccountNumber, BranchCode, digits_in};
use crate::TextError;

/// 記号 (five digits) and 番号 (two to eight digits) as the passbook prints them.
///
/// Rule published by ゆうちょ銀行 (記号番号から振込用の店名・預金種目・口座番号への変換): 記号 1○○x0 is 通常貯金, 店番 ○○8, number
/// without its last digit, which is always 1; 記号 0○○x0 is 振替口座, 店番 ○○9, 当座, number as it stands.
///
/// ```
/// use madoka_text::YuchoNumber;
/// let book = YuchoNumber::new("12340", "12345671")?;
/// assert_eq!(book.branch()?.as_str(), "238");
/// assert_eq!(book.number()?.as_str(), "1234567");
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct YuchoNumber {
    symbol: String,
    number: String,
}

impl YuchoNumber {
    pub fn new(symbol: &str, number: &str) -> Result<Self, TextError> {
        let symbol = digits_in(symbol, 5)
            .filter(|s| s.len() == 5 && s.ends_with('0'))
            .ok_or(TextError::YuchoSymbol)?;
        let number = digits_in(number, 8).filter(|n| n.len() >= 2).ok_or(TextError::YuchoNumber)?;
        match symbol.chars().next() {
            Some('1') if number.ends_with('1') => Ok(Self { symbol, number }),
            // A 振替口座 has at most six digits.
            Some('0') if number.len() <= 6 => Ok(Self { symbol, number }),
            Some('0' | '1') => Err(TextError::YuchoNumber),
            _ => Err(TextError::YuchoSymbol),
        }
    }

    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// 番号 as printed on the passbook.
    pub fn passbook_number(&self) -> &str {
        &self.number
    }

    fn is_savings_book(&self) -> bool {
        self.symbol.starts_with('1')
    }

    /// 店番 for transfers from other banks.
    pub fn branch(&self) -> Result<BranchCode, TextError> {
        let place = self.symbol.get(1..3).unwrap_or_default();
        format!("{place}{}", if self.is_savings_book() { '8' } else { '9' }).parse()
    }

    /// 預金種目 for transfers. A 通常貯蓄貯金 is not told by its 記号; the passbook says so.
    pub fn kind(&self) -> AccountKind {
        if self.is_savings_book() { AccountKind::Ordinary } else { AccountKind::Current }
    }

    /// 口座番号 for transfers, seven digits.
    pub fn number(&self) -> Result<AccountNumber, TextError> {
        let number = if self.is_savings_book() {
            self.number.strip_suffix('1').unwrap_or(&self.number)
        } else {
            &self.number
        };
        number.parse()
    }
}

impl FromStr for YuchoNumber {
    type Err = TextError;

    /// 「12340-12345671」; the re-issue digit some passbooks print in between (12340-2-12345671) is not part of either.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let parts: Vec<&str> = text
            .split(|c: char| crate::width::is_hyphen(c) || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .collect();
        match parts.as_slice() {
            [symbol, number] => Self::new(symbol, number),
            [symbol, reissued, number] if reissued.chars().count() == 1 => Self::new(symbol, number),
            _ => Err(TextError::YuchoSymbol),
        }
    }
}

/// Nothing of the numbers.
impl fmt::Debug for YuchoNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YuchoNumber(…)")
    }
}
