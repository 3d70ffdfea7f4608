//! Widths: the same letter typed wide or narrow.

use crate::digits::{KANJI_DIGITS, arabic_digit, kanji_digit};

/// Full-width ASCII (Ａ－１) and the ideographic space to ASCII. Kana are left to [`crate::to_half_width_kana`].
///
/// ```
/// assert_eq!(madoka_text::to_half_width("Ａ棟　１０１号"), "A棟 101号");
/// ```
pub fn to_half_width(text: &str) -> String {
    text.chars().map(half_width).collect()
}

/// ASCII and the space to full width, as most paper forms want.
///
/// ```
/// assert_eq!(madoka_text::to_full_width("A棟 101号"), "Ａ棟　１０１号");
/// ```
pub fn to_full_width(text: &str) -> String {
    text.chars().map(full_width).collect()
}

pub(crate) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '￥' => '\\',
        _ => c,
    }
}

pub(crate) fn full_width(c: char) -> char {
    match c {
        '\\' => '￥',
        '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        ' ' => '\u{3000}',
        _ => c,
    }
}

/// Every stroke people and systems type for a hyphen: ASCII, typographic dashes, minus, long vowel marks, box lines.
/// Whether a ー is a hyphen or a long vowel depends on its neighbours; the callers know.
pub const fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '‐'
            | '‑'
            | '‒'
            | '–'
            | '—'
            | '―'
            | '−'
            | '－'
            | 'ー'
            | 'ｰ'
            | '─'
            | '━'
            | '˗'
            | '⁃'
            | '﹘'
            | '﹣'
    )
}

/// Digits one by one into kanji: `103` → 一〇三.
pub fn digits_to_kanji(text: &str) -> String {
    text.chars()
        .map(|c| arabic_digit(c).and_then(|d| KANJI_DIGITS.get(d as usize).copied()).unwrap_or(c))
        .collect()
}

/// Kanji digits one by one into ASCII: 一〇三 → `103`. For numbers with 十 and 百 see [`crate::kanji_to_number`].
pub fn kanji_to_digits(text: &str) -> String {
    text.chars().map(|c| kanji_digit(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn 英数字と空白は全角と半角を往復する(text in "[ -\\[\\]-~あ-んア-ン一-龠]{0,20}") {
            prop_assert_eq!(to_half_width(&to_full_width(&text)), text);
        }

        #[test]
        fn 二度かけても同じ(text in "\\PC{0,20}") {
            let (half, full) = (to_half_width(&text), to_full_width(&text));
            prop_assert_eq!(to_half_width(&half), half);
            prop_assert_eq!(to_full_width(&full), full);
        }

        #[test]
        fn 数字は漢数字と往復する(text in "[0-9]{0,12}") {
            prop_assert_eq!(kanji_to_digits(&digits_to_kanji(&text)), text);
        }
    }
}
