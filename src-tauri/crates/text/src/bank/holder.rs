//! 口座名義カナ in the characters banks exchange.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::TextError;
use crate::kana::{to_full_width_kana, to_half_width_kana, to_katakana};
use crate::text_serde::serde_as_text;
use crate::width::{half_width, is_hyphen};

/// 口座名義 in the 全銀 character set: half-width large kana, capital letters, digits and `( ) ｢ ｣ / - . , \` and space.
///
/// Parsing converts what people write: hiragana and full width, small kana (ｼｭ → ｼﾕ), ー to `-`, ヲ to ｵ, letters to
/// capitals, ・ to `.`; kanji are refused, for nobody may guess their reading.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountHolder(String);

/// 受取人名 of the 総合振込 record has 30 places; a voicing mark takes one.
const MOST: usize = 30;

impl AccountHolder {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountHolder {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let kana = to_full_width_kana(&to_katakana(text.trim()));
        let mut large = String::with_capacity(kana.len());
        for (index, c) in kana.chars().enumerate() {
            match zengin(c) {
                Some(' ') if large.ends_with(' ') => {}
                Some(c) => large.push(c),
                None => return Err(TextError::HolderCharacter { position: index + 1 }),
            }
        }
        let half = to_half_width_kana(&large);
        match half.chars().count() {
            0 => Err(TextError::NameEmpty),
            1..=MOST => Ok(Self(half)),
            _ => Err(TextError::NameTooLong { limit: MOST }),
        }
    }
}

/// The full-width (kana) or ASCII character whose half-width form stands in the 全銀 set.
fn zengin(c: char) -> Option<char> {
    Some(match half_width(c) {
        'ァ' => 'ア',
        'ィ' | 'ヰ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' | 'ヱ' => 'エ',
        'ォ' | 'ヲ' => 'オ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        c @ ('ア'..='ン' | 'ヴ' | '゛' | '゜' | '「' | '」') => c,
        '・' => '.',
        c if is_hyphen(c) => '-',
        c if c.is_whitespace() => ' ',
        c @ ('0'..='9' | 'A'..='Z' | '(' | ')' | '/' | '.' | ',' | '\\') => c,
        c @ 'a'..='z' => c.to_ascii_uppercase(),
        _ => return None,
    })
}

/// Length only.
impl fmt::Debug for AccountHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountHolder({} characters)", self.0.chars().count())
    }
}

serde_as_text!(AccountHolder, |holder| Cow::Borrowed(holder.as_str()));
