//! The type of the sheet: BIZ UDPゴシック, drawn for people who see badly; other faces only for glyphs it lacks.

use std::fmt;
use std::sync::Arc;

use ttf_parser::{Face, GlyphId};

use super::GuideError;

/// Family and weight, the first two required: what a text is set in, and where missing glyphs are looked for.
const WANTED: [(&str, u16); 5] = [
    ("BIZ UDPGothic", 400),
    ("BIZ UDPGothic", 700),
    ("BIZ UDGothic", 400),
    ("IPAmjMincho", 400),
    ("Noto Sans CJK JP", 400),
];

/// The faces of a sheet, read once and shared.
#[derive(Clone)]
pub struct Faces(Arc<Vec<Loaded>>);

#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) bytes: Vec<u8>,
    pub(super) index: u32,
}

impl fmt::Debug for Faces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faces({})", self.0.len())
    }
}

impl Faces {
    /// Reads the faces from where this machine keeps its fonts.
    pub fn of_this_machine() -> Result<Self, GuideError> {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        let mut loaded = Vec::new();
        for (at, (family, weight)) in WANTED.into_iter().enumerate() {
            let found = fonts.faces().find(|face| {
                face.weight.0 == weight
                    && face.style == fontdb::Style::Normal
                    && face.families.iter().any(|(name, _)| name == family)
            });
            match found.and_then(|face| fonts.with_face_data(face.id, |bytes, index| (bytes.to_vec(), index)))
            {
                Some((bytes, index)) => {
                    Face::parse(&bytes, index).map_err(|_| GuideError::FaceBroken(family.to_owned()))?;
                    loaded.push(Loaded { bytes, index });
                }
                None if at < 2 => return Err(GuideError::NoFace),
                None => {}
            }
        }
        Ok(Self(Arc::new(loaded)))
    }

    pub(super) fn all(&self) -> &[Loaded] {
        &self.0
    }
}

/// The faces opened for measuring.
pub(super) struct Measure<'a> {
    faces: Vec<Face<'a>>,
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

impl<'a> Measure<'a> {
    pub(super) fn new(faces: &'a Faces) -> Result<Self, GuideError> {
        let open = |loaded: &'a Loaded| {
            Face::parse(&loaded.bytes, loaded.index)
                .map_err(|error| GuideError::FaceBroken(error.to_string()))
        };
        Ok(Self { faces: faces.all().iter().map(open).collect::<Result<_, _>>()? })
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
            let face = self.faces.get(at)?;
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

fn advance(face: &Face<'_>, id: GlyphId) -> f32 {
    f32::from(face.glyph_hor_advance(id).unwrap_or_default()) / f32::from(face.units_per_em())
}

const fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}
