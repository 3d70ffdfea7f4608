//! Names in the one form that is searched: no matter which shape of a glyph, which width, which kana.

use madoka_text::{Glyph, Glyphs, to_full_width_kana, to_half_width, to_katakana};

/// 髙﨑 さとし → 高崎サトシ. Small kana count as large ones: older registers wrote no others.
pub(crate) fn folded(text: &str) -> String {
    let common: String = Glyphs::of(text).map(Glyph::common_form).collect();
    to_katakana(&to_full_width_kana(&to_half_width(&common)))
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '　' | ',' | '.'))
        .map(large)
        .flat_map(char::to_uppercase)
        .collect()
}

const fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        other => other,
    }
}

/// Every pair of neighbours as one number, and the last character alone. A pair's first character is the high part, so
/// that one character can be looked up as a range.
pub(crate) fn grams(folded: &str) -> Vec<i64> {
    let mut grams: Vec<i64> = folded
        .split('\n')
        .flat_map(|name| {
            let ends: Vec<char> = name.chars().collect();
            (0..ends.len())
                .filter_map(|at| Some(gram(*ends.get(at)?, ends.get(at + 1).copied())))
                .collect::<Vec<_>>()
        })
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The pairs a name must hold to contain `word`.
pub(crate) fn pairs(word: &str) -> Vec<i64> {
    let all: Vec<char> = word.chars().collect();
    all.windows(2).filter_map(|pair| Some(gram(*pair.first()?, pair.get(1).copied()))).collect()
}

pub(crate) fn gram(first: char, second: Option<char>) -> i64 {
    (i64::from(u32::from(first)) << 21) | second.map_or(0, |c| i64::from(u32::from(c)))
}
