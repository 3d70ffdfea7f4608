//! 郵便番号.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::TextError;
use crate::digits::arabic_digit;
use crate::text_serde::serde_as_text;
use crate::width::is_hyphen;

/// A postal code of seven digits.
///
/// ```
/// use madoka_text::PostalCode;
/// let code: PostalCode = "〒１００－０００１".parse()?;
/// assert_eq!(code.hyphenated(), "100-0001");
/// assert_eq!(code.parts(), ("100", "0001"));
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostalCode {
    digits: String,
}

impl PostalCode {
    /// `1000001`, for data.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// `100-0001`, for people.
    pub fn hyphenated(&self) -> String {
        let (area, town) = self.parts();
        format!("{area}-{town}")
    }

    /// The three and the four digits, for the two boxes of a form.
    pub fn parts(&self) -> (&str, &str) {
        self.digits.split_at_checked(3).unwrap_or((&self.digits, ""))
    }
}

impl FromStr for PostalCode {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let text = text.strip_prefix('〒').or_else(|| text.strip_prefix('〶')).unwrap_or(text).trim_start();
        let mut digits = String::with_capacity(7);
        for c in text.chars() {
            match arabic_digit(c).and_then(|d| char::from_digit(d, 10)) {
                Some(digit) if digits.len() < 7 => digits.push(digit),
                None if (is_hyphen(c) || c.is_whitespace()) && digits.len() == 3 => {}
                _ => return Err(TextError::PostalCodeForm),
            }
        }
        if digits.len() == 7 { Ok(Self { digits }) } else { Err(TextError::PostalCodeForm) }
    }
}

/// Nothing of the code.
impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalCode(…)")
    }
}

serde_as_text!(PostalCode, |code| Cow::Owned(code.hyphenated()));

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn いろいろな書き方の郵便番号を読む() {
        for text in [
            "9990123",
            "999-0123",
            "〒999-0123",
            "〒 999 0123",
            "９９９－０１２３",
            "999ー0123",
            "999−0123",
            " 999‐0123\n",
        ] {
            assert_eq!(text.parse::<PostalCode>().unwrap().hyphenated(), "999-0123", "{text}");
        }
        for text in
            ["", "〒", "999", "999-012", "999-01234", "99-90123", "999-0-123", "999-01a3", "九九九〇一二三"]
        {
            assert_eq!(text.parse::<PostalCode>(), Err(TextError::PostalCodeForm), "{text}");
        }
        assert_eq!(format!("{:?}", "9990123".parse::<PostalCode>().unwrap()), "PostalCode(…)");
    }

    proptest! {
        #[test]
        fn 落ちず往復する(text in "\\PC{0,12}|〒?[0-9０-９]{3}[-－ー]?[0-9]{4}") {
            if let Ok(code) = text.parse::<PostalCode>() {
                prop_assert_eq!(code.hyphenated().parse::<PostalCode>(), Ok(code.clone()));
                prop_assert_eq!(code.digits().parse::<PostalCode>(), Ok(code.clone()));
                prop_assert_eq!(serde_json::from_str::<PostalCode>(&serde_json::to_string(&code).unwrap()).unwrap(), code);
            }
        }
    }
}
