//! 口座: where a refund or a benefit is paid to.

mod holder;
mod yucho;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use holder::AccountHolder;
pub use yucho::YuchoNumber;

use crate::TextError;
use crate::digits::arabic_digit;
use crate::text_serde::serde_as_text;
use crate::width::is_hyphen;

/// Digits of a text that may hold hyphens and spaces; `None` where anything else stands or there are more than `most`.
fn digits_in(text: &str, most: usize) -> Option<String> {
    let mut digits = String::with_capacity(most);
    for c in text.trim().chars().filter(|c| !is_hyphen(*c) && !c.is_whitespace()) {
        digits.push(arabic_digit(c).and_then(|d| char::from_digit(d, 10)).filter(|_| digits.len() < most)?);
    }
    (!digits.is_empty()).then_some(digits)
}

/// A type that holds a fixed number of digits.
macro_rules! digits_type {
    ($(#[$doc:meta])* $name:ident, $length:literal, $least:literal, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let digits = digits_in(text, $length).filter(|digits| digits.len() >= $least).ok_or(TextError::$error)?;
                Ok(Self(format!("{digits:0>width$}", width = $length)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        serde_as_text!($name, |digits| Cow::Borrowed(digits.as_str()));
    };
}

digits_type!(
    /// 金融機関コード, four digits.
    BankCode, 4, 4, BankCodeForm
);

digits_type!(
    /// 支店コード（店番）, three digits.
    BranchCode, 3, 3, BranchCodeForm
);

digits_type!(
    /// 口座番号, seven digits; shorter numbers are padded with zeros on the left, as the 全銀 format holds them.
    AccountNumber, 7, 1, AccountNumberForm
);

impl BankCode {
    /// ゆうちょ銀行 (9900).
    pub fn is_yucho(&self) -> bool {
        self.0 == "9900"
    }
}

/// 預金種目, with the digit of the 全銀 format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// 普通 (1), and 総合 which is paid into as 普通.
    Ordinary,
    /// 当座 (2).
    Current,
    /// 貯蓄 (4).
    Savings,
}

impl AccountKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "普通",
            Self::Current => "当座",
            Self::Savings => "貯蓄",
        }
    }
}

impl FromStr for AccountKind {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let name = text.trim();
        Ok(match name.strip_suffix("預金").or_else(|| name.strip_suffix("貯金")).unwrap_or(name) {
            "普通" | "普" | "総合" | "総" | "通常" | "1" | "１" => Self::Ordinary,
            "当座" | "当" | "振替" | "2" | "２" => Self::Current,
            "貯蓄" | "貯" | "通常貯蓄" | "4" | "４" => Self::Savings,
            _ => return Err(TextError::AccountKindForm),
        })
    }
}

serde_as_text!(AccountKind, |kind| Cow::Borrowed(kind.name()));

/// One account, complete: what a payment needs.
///
/// ```
/// use madoka_text::BankAccount;
/// let account = BankAccount {
///     bank: "0001".parse()?,
///     branch: "123".parse()?,
///     kind: "普通".parse()?,
///     number: "12345".parse()?,
///     holder: "ミナトノ　シュウジ".parse()?,
/// };
/// assert_eq!(account.number.as_str(), "0012345");
/// assert_eq!(account.holder.as_str(), "ﾐﾅﾄﾉ ｼﾕｳｼﾞ");
/// assert!(!format!("{account:?}").contains("12345"));
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct BankAccount {
    pub bank: BankCode,
    pub branch: BranchCode,
    pub kind: AccountKind,
    pub number: AccountNumber,
    pub holder: AccountHolder,
}

#[cfg(test)]
mod tests;
