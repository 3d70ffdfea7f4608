//! One code of a set: digits only, with what it needs to find its place.
//!
//! `71` kind and version, two digits which part, two digits of how many, nine digits which set, the bytes, four check
//! digits.

use crate::QrError;
use crate::typed::{CHECK_DIGITS, check_digits, digits, is_whole};

/// The first digit of every pre-entry code; the next is the version of this layout.
pub(super) const KIND: char = '7';
const VERSION: char = '1';
/// Where its check digits start from: no number of another kind passes.
const START: u64 = 71;
const HEADER: usize = 15;
/// More codes than anybody shows at a counter.
pub(super) const MOST_PARTS: usize = 16;
/// What a maker puts into one code: version 15 at the most, so that a phone's screen and a cheap printer do.
pub(super) const PART_BYTES: usize = 399;
/// What a reader takes: the largest code there is.
const MOST_DIGITS: usize = 7089;

/// Seven bytes are seventeen digits (2⁵⁶ < 10¹⁷); the last group may be shorter.
const GROUP: usize = 7;
const GROUP_DIGITS: [usize; GROUP + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// A part, read.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// From 1.
    pub(super) number: u8,
    pub(super) total: u8,
    pub(super) set: u32,
    pub(super) bytes: Vec<u8>,
}

impl Part {
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{KIND}{VERSION}{:02}{:02}{:09}", self.number, self.total, self.set);
        write_bytes(&self.bytes, &mut text);
        let check = check_digits(START, &text);
        text + &check
    }

    /// Reads what a scanner typed or a picture held.
    pub(super) fn read(text: &str) -> Result<Self, QrError> {
        // Full-width digits and kana take three bytes; line ends and grouping take some more.
        if text.len() > MOST_DIGITS * 4 {
            return Err(QrError::TextTooLong);
        }
        let digits = digits(text).ok_or(QrError::NotPreEntry)?;
        let mut kind = digits.chars();
        match (kind.next(), kind.next()) {
            (Some(KIND), Some(VERSION)) if digits.len() > HEADER + CHECK_DIGITS => {}
            (Some(KIND), Some(version @ '2'..='9')) if digits.len() > HEADER + CHECK_DIGITS => {
                let version = version.to_digit(10).and_then(|version| u8::try_from(version).ok());
                return Err(QrError::PreEntryVersion(version.unwrap_or(u8::MAX)));
            }
            _ => return Err(QrError::NotPreEntry),
        }
        if !is_whole(START, &digits) {
            return Err(QrError::PartDamaged);
        }
        let part = || -> Option<Self> {
            let body = digits.get(HEADER..digits.len() - CHECK_DIGITS)?;
            Some(Self {
                number: digits.get(2..4)?.parse().ok()?,
                total: digits.get(4..6)?.parse().ok()?,
                set: digits.get(6..HEADER)?.parse().ok()?,
                bytes: read_bytes(body)?,
            })
        };
        part()
            .filter(|part| (1..=part.total).contains(&part.number) && usize::from(part.total) <= MOST_PARTS)
            .ok_or(QrError::PartDamaged)
    }
}

/// Cuts an envelope into parts of the same length, so that their codes look alike.
pub(super) fn cut(envelope: &[u8], set: u32) -> Result<Vec<Part>, QrError> {
    let too_long = || QrError::TooLong { length: envelope.len() };
    let total = envelope.len().div_ceil(PART_BYTES).max(1);
    let length = envelope.len().div_ceil(total).next_multiple_of(GROUP);
    if total > MOST_PARTS {
        return Err(too_long());
    }
    let chunks = envelope.chunks(length);
    let total = u8::try_from(chunks.len()).map_err(|_| too_long())?;
    Ok((1..).zip(chunks).map(|(number, bytes)| Part { number, total, set, bytes: bytes.to_vec() }).collect())
}

fn write_bytes(bytes: &[u8], text: &mut String) {
    for group in bytes.chunks(GROUP) {
        let value = group.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let width = GROUP_DIGITS.get(group.len()).copied().unwrap_or_default();
        let value = value.to_string();
        text.extend(std::iter::repeat_n('0', width.saturating_sub(value.len())));
        text.push_str(&value);
    }
}

/// Nothing where a group is not what [`write_bytes`] writes: then a digit is wrong.
fn read_bytes(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    let mut rest = digits;
    while !rest.is_empty() {
        let (group, after) = rest.split_at_checked(rest.len().min(17))?;
        rest = after;
        let length = GROUP_DIGITS.iter().position(|width| *width == group.len())?;
        let value: u64 = group.parse().ok()?;
        let all = value.to_be_bytes();
        let (unused, used) = all.split_at_checked(all.len() - length)?;
        if unused.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(used);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn どんなバイト列も数字を往復する(bytes in proptest::collection::vec(any::<u8>(), 1..900), set in 0u32..1_000_000_000) {
            let parts = cut(&bytes, set).unwrap();
            let again: Vec<Part> = parts.iter().map(|part| Part::read(&part.to_text()).unwrap()).collect();
            prop_assert_eq!(again.iter().flat_map(|part| part.bytes.clone()).collect::<Vec<u8>>(), bytes);
            prop_assert!(parts.iter().all(|part| part.to_text().len() <= 991));
        }

        #[test]
        fn 途中で切れたものは必ず断る(bytes in proptest::collection::vec(any::<u8>(), 1..60), set in 0u32..1_000_000_000) {
            let text = cut(&bytes, set).unwrap().remove(0).to_text();
            for length in 0..text.len() {
                // One of 9,973 would pass for each length; the whole set has a check of its own.
                if let Ok(part) = Part::read(&text[..length]) {
                    prop_assert!(part.bytes != bytes);
                }
            }
        }

        #[test]
        fn どんな文字でも落ちない(text in "\\PC{0,60}|71[0-9]{0,60}|7[0-9]{19,40}") {
            let _ = Part::read(&text);
        }
    }

    #[test]
    fn ほかの番号や新しい版は_そうと言う() {
        for other in ["", "7", "4901234567894", "https://example.jp", "ねこ", "712345"] {
            assert_eq!(Part::read(other).err(), Some(QrError::NotPreEntry), "{other}");
        }
        assert_eq!(Part::read(&format!("72{}", "0".repeat(30))).err(), Some(QrError::PreEntryVersion(2)));
        assert_eq!(Part::read(&"1".repeat(40_000)).err(), Some(QrError::TextTooLong));
        let part = |number, total| Part { number, total, set: 5, bytes: vec![1, 2, 3] }.to_text();
        for wrong in [part(0, 1), part(2, 1), part(1, 17), part(0, 0)] {
            assert_eq!(Part::read(&wrong).err(), Some(QrError::PartDamaged));
        }
    }
}
