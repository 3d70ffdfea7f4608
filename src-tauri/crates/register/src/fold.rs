//! One way of writing before anything is looked for. Never for showing.

use madoka_text::{
    Glyphs, Relation, candidates, is_hyphen, kanji_to_number, to_full_width_kana, to_half_width, to_katakana,
};

/// A name in common forms without spaces: 髙橋　花子 → 高橋花子, ＳＡＮＴＯＳ → santos.
pub(crate) fn name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for glyph in Glyphs::of(text).filter(|glyph| !glyph.is_space()) {
        if glyph.is_replacement() {
            out.push(MISSING);
        } else {
            out.push_str(&glyph.common_form());
        }
    }
    to_katakana(&to_half_width(&to_full_width_kana(&out))).to_lowercase()
}

/// Where a system had no glyph (〓): it may be any character.
pub(crate) const MISSING: char = '〓';

/// Kana as registers of any age may have it: without spaces, strokes and small letters (シヨウコ), ヂ as ジ.
pub(crate) fn kana(text: &str) -> String {
    to_katakana(&to_full_width_kana(&to_half_width(text)))
        .chars()
        .filter_map(|c| match c {
            'ァ' => Some('ア'),
            'ィ' => Some('イ'),
            'ゥ' => Some('ウ'),
            'ェ' => Some('エ'),
            'ォ' | 'ヲ' => Some('オ'),
            'ッ' => Some('ツ'),
            'ャ' => Some('ヤ'),
            'ュ' => Some('ユ'),
            'ョ' => Some('ヨ'),
            'ヮ' => Some('ワ'),
            'ヂ' => Some('ジ'),
            'ヅ' => Some('ズ'),
            'ヴ' => Some('ブ'),
            'ー' | '・' | '-' => None,
            c if c.is_whitespace() => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a word has kana only, so that it is how a name is read.
pub(crate) fn is_kana(text: &str) -> bool {
    let folded = kana(text);
    !folded.is_empty() && folded.chars().all(|c| matches!(c, 'ァ'..='ヺ'))
}

/// An address: 港町一丁目２番３号 → 港町1-2-3, 葛󠄀原１２番地の３ → 葛原12-3.
pub(crate) fn address(text: &str) -> String {
    let plain = to_half_width(&to_full_width_kana(text));
    let letters: Vec<char> =
        Glyphs::of(&plain).flat_map(|glyph| glyph.common_form().chars().collect::<Vec<_>>()).collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = letters.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some((number, used)) = kanji_number(rest) {
            out.push_str(&number);
            rest = rest.get(used..).unwrap_or_default();
            continue;
        }
        let numbered = out.ends_with(|c: char| c.is_ascii_digit());
        rest = match first {
            c if c.is_whitespace() => after,
            '丁' if numbered && after.first() == Some(&'目') => stroke(&mut out, after.get(1..)),
            '番' if numbered && after.first() == Some(&'地') => stroke(&mut out, after.get(1..)),
            '番' | '号' | 'の' | 'ノ' | '之' if numbered => stroke(&mut out, Some(after)),
            '-' if out.ends_with('-') => after,
            c if is_hyphen(*c) && (numbered || out.ends_with('-')) => stroke(&mut out, Some(after)),
            c => {
                out.extend(place_letter(*c).to_lowercase());
                after
            }
        };
        // 「番地の3」, 「2-のー3」: one stroke is enough.
        while out.ends_with('-')
            && rest.first().is_some_and(|c| matches!(c, 'の' | 'ノ' | '之') || is_hyphen(*c))
        {
            rest = rest.get(1..).unwrap_or_default();
        }
        if out.ends_with('-')
            && !rest.first().is_some_and(char::is_ascii_digit)
            && kanji_number(rest).is_none()
        {
            out.pop();
            // What follows a block is a building: keep the two apart, so that 「1号棟」 stays found by 「1」 and 「棟」.
        }
    }
    out
}

fn stroke<'a>(out: &mut String, rest: Option<&'a [char]>) -> &'a [char] {
    if !out.ends_with('-') {
        out.push('-');
    }
    rest.unwrap_or_default()
}

/// What place names interchange without being another place.
fn place_letter(c: char) -> char {
    match c {
        'ヶ' | 'が' | 'ガ' | 'ヵ' => 'ケ',
        'ッ' | 'つ' | 'っ' => 'ツ',
        '之' | 'の' => 'ノ',
        c => to_katakana(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c),
    }
}

/// Kanji digits that count something (三丁目, 十二番): the number and how many letters it takes.
fn kanji_number(rest: &[char]) -> Option<(String, usize)> {
    let digits = rest.iter().take_while(|c| "〇一二三四五六七八九十百千".contains(**c)).count();
    let counts = matches!(rest.get(digits..)?, ['丁', '目', ..] | ['番' | '号' | '条', ..]);
    if digits == 0 || digits > 8 || !counts {
        return None;
    }
    let text: String = rest.get(..digits)?.iter().collect();
    Some((kanji_to_number(&text)?.to_string(), digits))
}

/// Characters that a name in common forms may be confused with: 斎 and 斉.
pub(crate) fn mixed_up(c: char) -> Vec<char> {
    candidates(c)
        .into_iter()
        .filter(|candidate| candidate.relation == Relation::MixedUp)
        .map(|candidate| madoka_text::common_form(candidate.character))
        .filter(|other| *other != c)
        .collect()
}
