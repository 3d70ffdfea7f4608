//! One way of writing before anything is looked for: widths, spaces, strokes.

use crate::kana::to_full_width_kana;
use crate::name::is_selector;
use crate::variants::common_form;
use crate::width::{half_width, is_hyphen};

/// ASCII half width, kana full width, single spaces, `-` for every stroke that is not a long vowel. Doing it twice
/// changes nothing.
pub(super) fn plain(text: &str) -> Vec<char> {
    let chars: Vec<char> = to_full_width_kana(text).chars().map(half_width).collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    for (index, &c) in chars.iter().enumerate() {
        let before = out.last().copied();
        let after = chars.get(index + 1).copied();
        match c {
            // 「1、2」 is rare and means a space at best; 「，」 between town and building is common.
            c if c.is_whitespace() || matches!(c, ',' | '、' | '，') => {
                if before.is_some_and(|before| before != ' ') {
                    out.push(' ');
                }
            }
            c if is_hyphen(c) => out.push(stroke(c, before, after)),
            // 「1一2」: a machine read the hyphen as the kanji.
            '一' if before.is_some_and(|b| b.is_ascii_digit())
                && after.is_some_and(|a| a.is_ascii_digit()) =>
            {
                out.push('-');
            }
            c => out.push(c),
        }
    }
    if out.last() == Some(&' ') {
        out.pop();
    }
    out
}

/// ー after a kana is a long vowel; so is any stroke between two kana (「コ-ポ」). Everything else divides numbers.
fn stroke(c: char, before: Option<char>, after: Option<char>) -> char {
    let after_kana = before.is_some_and(|before| is_kana(before) || before == 'ー');
    if after_kana && (c == 'ー' || after.is_some_and(is_kana)) { 'ー' } else { '-' }
}

pub(super) const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ')
}

pub(super) const fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ー')
}

/// What place names interchange without being another place: variant shapes, ケ/ヶ/が, の/ノ/之, ツ/ッ.
pub(super) fn folded(c: char) -> char {
    match c {
        'ヶ' | 'ケ' | 'が' | 'ガ' | 'ヵ' => 'ケ',
        'の' | 'ノ' | '之' | '乃' => 'ノ',
        'ッ' | 'ツ' | 'つ' | 'っ' => 'ツ',
        // 塩竈市, which its own people write 塩釜市.
        '竈' | '竃' => '釜',
        c => common_form(c),
    }
}

/// How many characters at the start of a folded text are the (folded) name; selectors in the text are passed over.
pub(super) fn starts_with_name(text: &[char], name: &[char]) -> Option<usize> {
    let mut used = 0;
    for expected in name {
        if text.get(used)? != expected {
            return None;
        }
        used += 1 + text.iter().skip(used + 1).take_while(|c| is_selector(**c)).count();
    }
    Some(used)
}

pub(super) fn starts_with(text: &[char], word: &str) -> bool {
    let mut text = text.iter();
    word.chars().all(|c| text.next() == Some(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain_text(text: &str) -> String {
        plain(text).into_iter().collect()
    }

    #[test]
    fn 長音とハイフンを前後の文字で見分ける() {
        for (given, plainly) in [
            ("１−２—３ー４", "1-2-3-4"),
            ("ﾊｲﾂ･ﾐﾅﾄ", "ハイツ・ミナト"),
            ("コーポ‐１０１", "コーポ-101"),
            ("コ-ポ１０１", "コーポ101"),
            ("1一2", "1-2"),
            (" 港町　 1 ，ハイツ ", "港町 1 ハイツ"),
        ] {
            assert_eq!(plain_text(given), plainly);
        }
    }

    proptest! {
        #[test]
        fn 二度かけても同じ(text in "\\PC{0,30}|[ーｰ\\-−一1２カｶﾞ゛ 　,ハは]{0,20}") {
            let once = plain_text(&text);
            prop_assert_eq!(plain_text(&once), once);
        }
    }
}
