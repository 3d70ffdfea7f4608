//! 電話番号.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::TextError;
use crate::digits::arabic_digit;
use crate::text_serde::serde_as_text;
use crate::width::{half_width, is_hyphen};

/// A telephone number, divided the way its owner or its area code divides it.
///
/// Hyphens that were given are kept when they can be right; otherwise the area code decides.
///
/// ```
/// use madoka_text::{Phone, PhoneKind};
/// let home: Phone = "０４２２５１３４５６".parse()?;
/// assert_eq!(home.parts(), Some(["0422", "51", "3456"]));
/// let mobile: Phone = "(090) 1234 5678".parse()?;
/// assert_eq!((mobile.hyphenated(), mobile.kind()), ("090-1234-5678", PhoneKind::Mobile));
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    /// With hyphens, or `+` and digits for a number abroad.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// 固定電話 (0AB-J).
    Fixed,
    /// 携帯電話 060 070 080 090.
    Mobile,
    /// IP 電話 050.
    Ip,
    /// 着信課金 0120 0800.
    FreePhone,
    /// ナビダイヤルなど 0570 and other services.
    Service,
    /// 国外.
    Abroad,
}

impl Phone {
    pub fn hyphenated(&self) -> &str {
        &self.text
    }

    /// Digits alone (with `+` for a number abroad), for data.
    pub fn digits(&self) -> String {
        self.text.chars().filter(|c| *c != '-').collect()
    }

    /// Area code, exchange and number, for the three boxes of a form; none for a number abroad.
    pub fn parts(&self) -> Option<[&str; 3]> {
        let mut parts = self.text.split('-');
        Some([parts.next()?, parts.next()?, parts.next()?])
    }

    /// The same line, however it is divided.
    pub fn same_line(&self, other: &Self) -> bool {
        self.digits() == other.digits()
    }

    pub fn kind(&self) -> PhoneKind {
        kind_of(&self.digits())
    }
}

fn kind_of(digits: &str) -> PhoneKind {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    match digits.len() {
        _ if starts(&["+"]) => PhoneKind::Abroad,
        11 if starts(&["060", "070", "080", "090"]) && !starts(&["0800"]) => PhoneKind::Mobile,
        11 if starts(&["050"]) => PhoneKind::Ip,
        10 if starts(&["0120"]) => PhoneKind::FreePhone,
        11 if starts(&["0800"]) => PhoneKind::FreePhone,
        10 if starts(&["0570", "0180", "0990"]) => PhoneKind::Service,
        11 => PhoneKind::Service,
        _ => PhoneKind::Fixed,
    }
}

/// Lengths of the first two groups, by the numbering plan; the rest is the third.
fn standard_groups(digits: &str) -> (usize, usize) {
    match kind_of(digits) {
        PhoneKind::FreePhone => (4, 3),
        PhoneKind::Service if digits.len() == 10 => (4, 3),
        PhoneKind::Mobile | PhoneKind::Ip | PhoneKind::Service | PhoneKind::Abroad => (3, 4),
        PhoneKind::Fixed => {
            let area = area_code_length(digits);
            (area, 6_usize.saturating_sub(area))
        }
    }
}

static AREA_CODES: LazyLock<BTreeMap<&'static str, usize>> = LazyLock::new(|| {
    include_str!("../tables/area_codes.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(length, prefixes)| Some((length.parse().ok()?, prefixes)))
        .flat_map(|(length, prefixes)| prefixes.split(' ').map(move |prefix| (prefix, length)))
        .collect()
});

/// Unassigned figures are divided as most codes are: four digits.
fn area_code_length(digits: &str) -> usize {
    (2..=6)
        .rev()
        .filter_map(|length| digits.get(..length))
        .find_map(|prefix| AREA_CODES.get(prefix).copied())
        .unwrap_or(4)
}

impl FromStr for Phone {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let refused = || TextError::PhoneForm;
        let mut groups = vec![String::new()];
        let mut abroad = false;
        for c in text.trim().chars().map(half_width) {
            if groups.len() > 8 {
                return Err(refused());
            }
            match (arabic_digit(c).and_then(|d| char::from_digit(d, 10)), groups.last_mut()) {
                (Some(digit), Some(group)) if group.len() < 15 => group.push(digit),
                (None, Some(group)) if c == '+' && group.is_empty() && !abroad => abroad = true,
                (None, Some(group)) if is_separator(c) => {
                    if !group.is_empty() {
                        groups.push(String::new());
                    }
                }
                _ => return Err(refused()),
            }
        }
        groups.retain(|group| !group.is_empty());
        if abroad {
            match groups.concat().strip_prefix("81") {
                // 「+81 (0)90…」 and 「+81 90…」 are numbers at home.
                Some(home) => groups = vec![format!("0{}", home.strip_prefix('0').unwrap_or(home))],
                None => return from_abroad(&groups.concat()),
            }
        }
        at_home(&groups)
    }
}

fn is_separator(c: char) -> bool {
    is_hyphen(c) || c.is_whitespace() || matches!(c, '(' | ')' | '.' | '/')
}

/// ITU-T E.164: at most 15 digits.
fn from_abroad(digits: &str) -> Result<Phone, TextError> {
    if (7..=15).contains(&digits.len()) && !digits.starts_with('0') {
        Ok(Phone { text: format!("+{digits}") })
    } else {
        Err(TextError::PhoneForm)
    }
}

fn at_home(groups: &[String]) -> Result<Phone, TextError> {
    let digits = groups.concat();
    let second_zero = digits.starts_with("00");
    if !digits.starts_with('0') || second_zero || !matches!(digits.len(), 10 | 11) {
        return Err(TextError::PhoneForm);
    }
    // Eleven digits are for the 0x0 codes only; ten never begin with one of them.
    let eleven = digits.get(2..3) == Some("0") && !matches!(digits.get(1..2), Some("1" | "2" | "3" | "4"));
    if eleven != (digits.len() == 11) {
        return Err(TextError::PhoneForm);
    }
    if let [area, exchange, number] = groups
        && can_be_right(area, exchange, number)
    {
        return Ok(Phone { text: groups.join("-") });
    }
    let (area, exchange) = standard_groups(&digits);
    let (area, rest) = digits.split_at_checked(area).ok_or(TextError::PhoneForm)?;
    let (exchange, number) = rest.split_at_checked(exchange).ok_or(TextError::PhoneForm)?;
    Ok(Phone { text: format!("{area}-{exchange}-{number}") })
}

/// Given hyphens are kept when they divide as some real code divides; owners know better than tables whether it is
/// 0466 or 046.
fn can_be_right(area: &str, exchange: &str, number: &str) -> bool {
    let (shape, standard) =
        ((area.len(), exchange.len()), standard_groups(&[area, exchange, number].concat()));
    shape == standard
        || (kind_of(&[area, exchange, number].concat()) == PhoneKind::Fixed
            && number.len() == 4
            && (2..=5).contains(&area.len())
            && !exchange.is_empty())
}

/// The kind only.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({:?})", self.kind())
    }
}

serde_as_text!(Phone, |phone| Cow::Borrowed(phone.hyphenated()));

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn phone(text: &str) -> Phone {
        text.parse().unwrap()
    }

    #[test]
    fn 市外局番に合わせて区切る() {
        for (digits, divided) in [
            ("0312345678", "03-1234-5678"),
            ("0612345678", "06-1234-5678"),
            ("0471234567", "04-7123-4567"),
            ("0451234567", "045-123-4567"),
            ("0422513456", "0422-51-3456"),
            ("0992345678", "099-234-5678"),
            ("0126723456", "01267-2-3456"),
            ("0499223456", "04992-2-3456"),
            ("09012345678", "090-1234-5678"),
            ("06012345678", "060-1234-5678"),
            ("05012345678", "050-1234-5678"),
            ("0120123456", "0120-123-456"),
            ("08001234567", "0800-123-4567"),
            ("0570123456", "0570-123-456"),
        ] {
            assert_eq!(phone(digits).hyphenated(), divided);
        }
    }

    #[test]
    fn 書かれた区切りは筋が通れば残す() {
        assert_eq!(phone("０４５（１２３）４５６７").hyphenated(), "045-123-4567");
        assert_eq!(phone("03ー1234ー5678").hyphenated(), "03-1234-5678");
        assert_eq!(phone("0466-12-3456").hyphenated(), "0466-12-3456");
        assert_eq!(phone("046-612-3456").hyphenated(), "046-612-3456");
        assert_eq!(phone("090-123-45678").hyphenated(), "090-1234-5678");
        assert_eq!(phone("0120-12-3456").hyphenated(), "0120-123-456");
        assert!(phone("046-612-3456").same_line(&phone("0466123456")));
    }

    #[test]
    fn 国外の番号と国番号付きの番号() {
        assert_eq!(phone("+81 90-1234-5678").hyphenated(), "090-1234-5678");
        assert_eq!(phone("+81(0)3-1234-5678").hyphenated(), "03-1234-5678");
        assert_eq!(phone("+1 (212) 555-0100").hyphenated(), "+12125550100");
        assert_eq!(phone("+1 (212) 555-0100").parts(), None);
        assert_eq!(phone("+12125550100").kind(), PhoneKind::Abroad);
    }

    #[test]
    fn 電話番号でないものは断る() {
        for text in [
            "",
            "-",
            "110",
            "1234567890",
            "012345678",
            "090123456",
            "0901234567",
            "031234567890",
            "0045123456",
            "03-1234-567a",
            "+",
            "+0123456789",
            "内線12",
            "0312345678 内12",
        ] {
            assert_eq!(text.parse::<Phone>(), Err(TextError::PhoneForm), "{text}");
        }
        assert_eq!(format!("{:?}", phone("0312345678")), "Phone(Fixed)");
    }

    #[test]
    fn 市外局番の表は読めていて二桁から五桁まで() {
        assert!(AREA_CODES.len() > 1_000);
        assert!(
            AREA_CODES.iter().all(|(prefix, length)| (2..=5).contains(length) && prefix.starts_with('0'))
        );
    }

    proptest! {
        #[test]
        fn 落ちず往復する(text in "\\PC{0,20}|[+(]?[0-9０-９]{1,6}[-ー)]?[0-9]{2,6}[-ー]?[0-9]{0,5}") {
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.hyphenated().parse::<Phone>(), Ok(phone.clone()));
                prop_assert!(phone.digits().parse::<Phone>().unwrap().same_line(&phone));
                prop_assert_eq!(serde_json::from_str::<Phone>(&serde_json::to_string(&phone).unwrap()).unwrap(), phone);
            }
        }

        #[test]
        fn 十桁の番号はどれも三つに分かれる(digits in "0[1-9][1-9][0-9]{7}") {
            let phone = digits.parse::<Phone>().unwrap();
            let [area, exchange, number] = phone.parts().unwrap();
            prop_assert!(!area.is_empty() && !exchange.is_empty() && number.len() >= 3);
        }
    }
}
