//! The type of the sheet: BIZ UDPゴシック, drawn for people who see badly; other faces only for glyphs it lacks.

use ttf_parser::{Face, GlyphId};

use super::GuideError;
use crate::Fonts;
use crate::draw::{Font, GUIDE};

/// The faces of a sheet: what is set regular, what is set bold, and where missing glyphs are looked for.
pub(super) struct Faces<'a>(Vec<(&'a Font, Face<'a>)>);

impl<'a> Faces<'a> {
    /// Those of the wanted that there are. The first two must be.
    pub(super) fn of(fonts: &'a Fonts) -> Result<Self, GuideError> {
        let mut faces = Vec::new();
        for (at, (family, weight)) in GUIDE.into_iter().enumerate() {
            match fonts.font(family, weight) {
                Some(font) => {
                    let face = font.face().ok_or_else(|| GuideError::FaceBroken(family.to_owned()))?;
                    faces.push((font, face));
                }
                None if at < 2 => return Err(GuideError::NoFace),
                None => {}
            }
        }
        Ok(Self(faces))
    }

    pub(super) fn fonts(&self) -> impl Iterator<Item = &'a Font> {
        self.0.iter().map(|(font, _)| *font)
    }

    pub(super) fn glyphs(&self, text: &str, bold: bool) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(letter) = chars.next() {
            let selector = chars.next_if(|next| is_selector(*next));
            glyphs.extend(self.glyph(letter, selector, bold).or_else(|| self.glyph(GETA, None, bold)));
        }
        glyphs
    }

    fn glyph(&self, letter: char, selector: Option<char>, bold: bool) -> Option<Glyph> {
        let order = if bold { [1, 0, 2, 3, 4] } else { [0, 1, 2, 3, 4] };
        order.into_iter().find_map(|at| {
            let (_, face) = self.0.get(at)?;
            let id = match selector {
                Some(selector) => face.glyph_variation_index(letter, selector)?,
                None => face.glyph_index(letter)?,
            };
            let mut text = String::from(letter);
            text.extend(selector);
            Some(Glyph { face: at, id: id.0, advance: advance(face, id), text })
        })
    }

    /// In ems.
    pub(super) fn width(&self, text: &str, bold: bool) -> f32 {
        self.glyphs(text, bold).iter().map(|glyph| glyph.advance).sum()
    }
}

/// One glyph to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) face: usize,
    pub(super) id: u16,
    /// In ems.
    pub(super) advance: f32,
    /// What it says, for searching and copying.
    pub(super) text: String,
}

/// 〓: printed, as printers do, where no face has the glyph. It is seen and asked about; a wrong glyph is not.
const GETA: char = '〓';

fn advance(face: &Face<'_>, id: GlyphId) -> f32 {
    f32::from(face.glyph_hor_advance(id).unwrap_or_default()) / f32::from(face.units_per_em())
}

const fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}
