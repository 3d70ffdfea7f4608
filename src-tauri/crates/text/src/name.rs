//! Names of people as sequences of glyphs.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::TextError;
use crate::text_serde::serde_as_text;
use crate::variants::{self, Candidate};

/// 氏名: every glyph as the card, the register or the resident gave it.
///
/// The text is kept exactly, variation selectors and spaces included; only white space around it is dropped. There is
/// no `Display`: whoever shows a name writes [`as_str`](Self::as_str).
///
/// Whether two names are written with the same glyphs ([`same_glyphs`](Self::same_glyphs)) and whether they are the same
/// characters ([`same_characters`](Self::same_characters)) are different questions, and neither says that two persons
/// are one. `==` compares the whole text, spaces included.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName {
    text: String,
}

/// Names of residents from abroad reach 100 letters; beyond this it is not a name but a slip or an attack.
const MOST_GLYPHS: usize = 200;

impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn into_string(self) -> String {
        self.text
    }

    /// The glyphs in order, spaces included.
    pub fn glyphs(&self) -> Glyphs<'_> {
        Glyphs { rest: &self.text }
    }

    /// 姓: what stands before the first space; `None` when there is no space.
    pub fn family(&self) -> Option<&str> {
        self.family_and_given().map(|(family, _)| family)
    }

    /// 名: all that stands after the first space, middle names included; `None` when there is no space.
    pub fn given(&self) -> Option<&str> {
        self.family_and_given().map(|(_, given)| given)
    }

    /// Registers and cards write 姓 first, in Latin letters too (`SMITH JOHN WILLIAM`).
    pub fn family_and_given(&self) -> Option<(&str, &str)> {
        let (family, given) = self.text.split_once(is_name_space)?;
        Some((family, given.trim_start_matches(is_name_space)))
    }

    /// The parts between spaces: one, two, or more for names with middle names.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.text.split(is_name_space).filter(|part| !part.is_empty())
    }

    /// Written with the very same glyphs, whatever the spaces between the parts.
    pub fn same_glyphs(&self, other: &Self) -> bool {
        self.parts().eq(other.parts())
    }

    /// The same characters, whatever shape each is written in ([`Glyph::same_character`]). Spaces do not count: a form
    /// may have lost the one between 姓 and 名.
    pub fn same_characters(&self, other: &Self) -> bool {
        let mut others = other.glyphs().filter(|glyph| !glyph.is_space());
        let mut mine = self.glyphs().filter(|glyph| !glyph.is_space());
        mine.all(|a| others.next().is_some_and(|b| a.same_character(b))) && others.next().is_none()
    }

    /// In common forms, for searching and for systems that hold no others. Never for paper.
    pub fn common_form(&self) -> String {
        self.glyphs().map(Glyph::common_form).collect()
    }

    /// Where marks stand that say "a glyph is missing here" (see [`Glyph::is_replacement`]). Such a name must not be
    /// printed as if it were whole.
    pub fn missing_glyphs(&self) -> impl Iterator<Item = usize> {
        self.glyphs().enumerate().filter(|(_, glyph)| glyph.is_replacement()).map(|(index, _)| index)
    }
}

fn is_name_space(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}')
}

impl FromStr for PersonName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let name = Self { text: text.to_owned() };
        if text.is_empty() {
            return Err(TextError::NameEmpty);
        }
        for (index, glyph) in name.glyphs().enumerate() {
            let position = index + 1;
            if position > MOST_GLYPHS || glyph.as_str().len() > MOST_GLYPHS {
                return Err(TextError::NameTooLong { limit: MOST_GLYPHS });
            }
            if glyph.base().is_control() || is_invisible(glyph.base()) {
                return Err(TextError::NameNotText { position });
            }
            if is_selector(glyph.base()) || glyph.is_space() && glyph.selector().is_some() {
                return Err(TextError::LoneSelector { position });
            }
        }
        Ok(name)
    }
}

/// Length only.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({} glyphs)", self.glyphs().count())
    }
}

serde_as_text!(PersonName, |name| Cow::Borrowed(name.as_str()));

/// 字形: one written shape: a character with the variation selector and combining marks that belong to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glyph<'a>(&'a str);

impl<'a> Glyph<'a> {
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// The character without selector and marks.
    pub fn base(self) -> char {
        // A glyph is never empty: the iterator below makes it from a character.
        self.0.chars().next().unwrap_or('\u{FFFD}')
    }

    pub fn selector(self) -> Option<char> {
        self.0.chars().skip(1).find(|c| is_selector(*c))
    }

    /// The character without its selector, in the form Unicode calls canonical (U+FA19 → 神, e + ´ → é).
    pub fn character(self) -> Cow<'a, str> {
        if self.selector().is_none() && is_nfc(self.0) {
            Cow::Borrowed(self.0)
        } else {
            Cow::Owned(self.0.chars().filter(|c| !is_selector(*c)).nfc().collect())
        }
    }

    /// The common form of the character: 髙 → 高, 邊󠄀 → 辺.
    pub fn common_form(self) -> String {
        self.character().chars().map(variants::common_form).collect()
    }

    /// The glyphs to ask about when this one was read by a machine or written by hand, see
    /// [`candidates`](crate::candidates).
    pub fn candidates(self) -> Vec<Candidate> {
        variants::candidates(self.base())
    }

    /// The very same code, selector included.
    pub fn same_glyph(self, other: Glyph<'_>) -> bool {
        self.0 == other.0
    }

    /// Shapes of one character: 葛 with and without selector, 神 and U+FA19, 髙 and 高. Not 斎 and 斉.
    pub fn same_character(self, other: Glyph<'_>) -> bool {
        let (a, b) = (self.character(), other.character());
        a == b || {
            let (mut a, mut b) = (a.chars(), b.chars());
            match (a.next(), a.next(), b.next(), b.next()) {
                (Some(a), None, Some(b), None) => variants::same_character(a, b),
                _ => false,
            }
        }
    }

    pub fn is_space(self) -> bool {
        is_name_space(self.base())
    }

    /// 〓 ● □ ■ ◆ U+FFFD, and private-use codes: put where a system had no glyph. A private-use code is a 外字 whose
    /// shape only its maker knows.
    pub fn is_replacement(self) -> bool {
        matches!(
            self.base(),
            '〓' | '●' | '○' | '◯' | '□' | '■' | '◆' | '\u{FFFD}' | '\u{FFFC}' | '?' | '？' | '*' | '＊'
                | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'
        )
    }
}

/// A glyph says which character it is, as it says nothing of a person alone; no more than one is ever shown.
impl fmt::Debug for Glyph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Glyph(…)")
    }
}

/// The glyphs of a text; made by [`PersonName::glyphs`] or [`Glyphs::of`].
#[derive(Clone)]
pub struct Glyphs<'a> {
    rest: &'a str,
}

impl<'a> Glyphs<'a> {
    pub const fn of(text: &'a str) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        let end = self
            .rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| !belongs_to_glyph_before(*c))
            .map_or(self.rest.len(), |(index, _)| index);
        let (glyph, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!glyph.is_empty()).then_some(Glyph(glyph))
    }
}

impl fmt::Debug for Glyphs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Glyphs(…)")
    }
}

/// Standardised (U+FE00…) and ideographic (U+E0100…) variation selectors.
pub(crate) const fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Selectors, Latin diacritics and the kana voicing marks.
const fn belongs_to_glyph_before(c: char) -> bool {
    is_selector(c) || matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{3099}' | '\u{309A}')
}

/// Format characters that change how text runs without being seen, such as bidi overrides.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}
