//! Kana: hiragana ⇄ katakana, half ⇄ full width, and the フリガナ of a person.
//!
//! By code points, not by transliteration: ー stays ー, small kana stay small, ヽ stays an iteration mark.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::TextError;
use crate::text_serde::serde_as_text;
use crate::width::is_hyphen;

/// Half-width kana in code order from U+FF66, each beside its full-width form.
const HALF_FROM_FF66: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const VOICED_HALF: char = 'ﾞ';
const SEMI_VOICED_HALF: char = 'ﾟ';

/// Hiragana to katakana; everything else stays.
///
/// ```
/// use madoka_text::to_katakana;
/// assert_eq!(to_katakana("ゔぁいおりんー、いすゞ"), "ヴァイオリンー、イスヾ");
/// ```
pub fn to_katakana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => out.push(shifted(c, 0x60)),
            '\u{3099}' => join_voiced(&mut out, VOICED_PAIRS, c),
            '\u{309A}' => join_voiced(&mut out, SEMI_VOICED_PAIRS, c),
            _ => out.push(c),
        }
    }
    out
}

/// Katakana to hiragana; ー and everything else stay. ヷヸヹヺ, which hiragana lack, become わ゙ and so on with a combining
/// mark, so that nothing is lost.
///
/// ```
/// use madoka_text::to_hiragana;
/// assert_eq!(to_hiragana("ヴァイオリニストのフローラー"), "ゔぁいおりにすとのふろーらー");
/// ```
pub fn to_hiragana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ァ'..='ヶ' | 'ヽ' | 'ヾ' => out.push(shifted(c, -0x60)),
            'ヷ' => out.push_str("わ\u{3099}"),
            'ヸ' => out.push_str("ゐ\u{3099}"),
            'ヹ' => out.push_str("ゑ\u{3099}"),
            'ヺ' => out.push_str("を\u{3099}"),
            _ => out.push(c),
        }
    }
    out
}

fn shifted(c: char, by: i32) -> char {
    (c as u32).checked_add_signed(by).and_then(char::from_u32).unwrap_or(c)
}

/// Half-width kana to full width, voicing marks joined with the kana before (ﾊﾞ → バ), also separate ゛ ゜ and
/// combining marks.
///
/// ```
/// assert_eq!(madoka_text::to_full_width_kana("ﾐﾅﾄﾉ ｳﾞｨﾊﾟｰ｡"), "ミナトノ ヴィパー。");
/// ```
pub fn to_full_width_kana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            VOICED_HALF | '゛' | '\u{3099}' => join_voiced(&mut out, VOICED_PAIRS, '゛'),
            SEMI_VOICED_HALF | '゜' | '\u{309A}' => join_voiced(&mut out, SEMI_VOICED_PAIRS, '゜'),
            '｡' => out.push('。'),
            '｢' => out.push('「'),
            '｣' => out.push('」'),
            '､' => out.push('、'),
            '･' => out.push('・'),
            'ｦ'..='ﾝ' => out.extend(HALF_FROM_FF66.chars().nth((c as usize) - 0xFF66)),
            _ => out.push(c),
        }
    }
    out
}

/// Full-width katakana (and its punctuation) to half width, voiced ones in two characters. What half width does not
/// have (ヰ ヱ ヮ ヵ ヶ, hiragana, kanji) stays as it is.
///
/// ```
/// assert_eq!(madoka_text::to_half_width_kana("ミナトノ　ヴァージ・パ"), "ﾐﾅﾄﾉ　ｳﾞｧｰｼﾞ･ﾊﾟ");
/// ```
pub fn to_half_width_kana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let (base, mark) = split_voiced(c);
        match half_kana(base) {
            Some(half) => {
                out.push(half);
                out.extend(mark);
            }
            None => out.push(c),
        }
    }
    out
}

fn half_kana(c: char) -> Option<char> {
    match c {
        '。' => return Some('｡'),
        '「' => return Some('｢'),
        '」' => return Some('｣'),
        '、' => return Some('､'),
        '・' => return Some('･'),
        '゛' => return Some(VOICED_HALF),
        '゜' => return Some(SEMI_VOICED_HALF),
        _ => {}
    }
    let index = HALF_FROM_FF66.chars().position(|full| full == c)?;
    char::from_u32(0xFF66 + u32::try_from(index).ok()?)
}

/// Kana beside the same kana voiced, katakana then hiragana.
const VOICED_PAIRS: &str = "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞ";
const SEMI_VOICED_PAIRS: &str = "ハパヒピフプヘペホポはぱひぴふぷへぺほぽ";

/// Joins a voicing mark with the kana at the end of `out`, or leaves `mark` standing where it fits nothing.
fn join_voiced(out: &mut String, pairs: &str, mark: char) {
    let joined = out.chars().next_back().and_then(|last| {
        let index = pairs.chars().position(|c| c == last)?;
        if index % 2 == 0 { pairs.chars().nth(index + 1) } else { None }
    });
    if let Some(joined) = joined {
        out.pop();
        out.push(joined);
    } else {
        out.push(mark);
    }
}

/// A voiced katakana as its plain kana and its half-width mark.
fn split_voiced(c: char) -> (char, Option<char>) {
    for (pairs, mark) in [(VOICED_PAIRS, VOICED_HALF), (SEMI_VOICED_PAIRS, SEMI_VOICED_HALF)] {
        let plain = pairs.chars().position(|voiced| voiced == c).filter(|index| index % 2 == 1);
        // Only katakana have half-width forms; ヷヸヹヺヾ would lose their base.
        if let Some(base) = plain.and_then(|index| pairs.chars().nth(index - 1))
            && half_kana(base).is_some()
        {
            return (base, Some(mark));
        }
    }
    (c, None)
}

/// フリガナ: full-width katakana, ー, ・ and single ideographic spaces between parts. Nothing else is possible.
///
/// Parsing takes hiragana, half width and the strokes people type for ー; it refuses kanji and letters. Small kana, ヴ,
/// ヶ and iteration marks are kept as given; [`Kana::expanded`] reads the iteration marks out.
///
/// ```
/// use madoka_text::Kana;
/// let kana: Kana = "みなとの ﾊﾅｺ".parse()?;
/// assert_eq!(kana.as_str(), "ミナトノ　ハナコ");
/// assert_eq!(kana.hiragana(), "みなとの　はなこ");
/// assert!("港野 花子".parse::<Kana>().is_err());
/// # Ok::<(), madoka_text::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kana(String);

const MOST_KANA: usize = 300;

impl Kana {
    /// Full-width katakana.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn hiragana(&self) -> String {
        to_hiragana(&self.0)
    }

    pub fn half_width(&self) -> String {
        to_half_width_kana(&self.0).replace('\u{3000}', " ")
    }

    /// 姓 and 名, where a space divides them.
    pub fn family_and_given(&self) -> Option<(&str, &str)> {
        self.0.split_once('\u{3000}')
    }

    /// With ヽ and ヾ read out: イスヾ → イスズ, ミスヽム → ミススム.
    #[must_use]
    pub fn expanded(&self) -> Self {
        let mut out = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            match (c, out.chars().next_back()) {
                ('ヽ', Some(before)) => out.push(plain_kana(before)),
                // After a kana that has no voiced form the mark cannot be read out, and stays.
                ('ヾ', Some(before)) => out.push(voiced_kana(plain_kana(before)).unwrap_or(c)),
                _ => out.push(c),
            }
        }
        Self(out)
    }
}

fn plain_kana(c: char) -> char {
    let index = VOICED_PAIRS.chars().position(|voiced| voiced == c).filter(|index| index % 2 == 1);
    index.and_then(|index| VOICED_PAIRS.chars().nth(index - 1)).unwrap_or(c)
}

fn voiced_kana(c: char) -> Option<char> {
    let index = VOICED_PAIRS.chars().position(|plain| plain == c).filter(|index| index % 2 == 0)?;
    VOICED_PAIRS.chars().nth(index + 1)
}

impl FromStr for Kana {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let wide = to_full_width_kana(&to_katakana(text.trim()));
        let mut out = String::with_capacity(wide.len());
        for (index, c) in wide.chars().enumerate() {
            let before = out.chars().next_back();
            let kana = match c {
                'ァ'..='ヺ' => c,
                'ヽ' | 'ヾ' if before.is_some_and(|c| c != '\u{3000}') => c,
                // Keyboards and OCR give many strokes for the long vowel; after a kana nothing else can be meant.
                c if (is_hyphen(c) || c == '一') && before.is_some_and(is_vowel_before) => 'ー',
                '・' | '･' | '．' | '.' if before.is_some_and(is_vowel_before) => '・',
                c if c.is_whitespace() && before != Some('\u{3000}') => '\u{3000}',
                c if c.is_whitespace() => continue,
                _ => return Err(TextError::NotKana { position: index + 1 }),
            };
            if index >= MOST_KANA {
                return Err(TextError::NameTooLong { limit: MOST_KANA });
            }
            out.push(kana);
        }
        if out.is_empty() { Err(TextError::NameEmpty) } else { Ok(Self(out)) }
    }
}

const fn is_vowel_before(c: char) -> bool {
    matches!(c, 'ァ'..='ー')
}

/// Length only.
impl fmt::Debug for Kana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kana({} characters)", self.0.chars().count())
    }
}

serde_as_text!(Kana, |kana| Cow::Borrowed(kana.as_str()));

#[cfg(test)]
mod tests;
