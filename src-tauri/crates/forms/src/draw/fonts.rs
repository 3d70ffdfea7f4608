//! 書体: which fonts the machine has, and which of them draws a glyph.
//!
//! No font has every shape that names are written in: BIZ UD has what forms need, IPAmj明朝 the 文字情報基盤 set, Noto CJK
//! the rest, and their variation sequences differ (IPAmj has no 葛+E0100, Noto has). So the font is chosen for each
//! glyph, and a glyph that none has is said to be missing: never a box, never another shape.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use madoka_text::{Glyph, Glyphs};
use rust_fontconfig::{FcFontCache, FcFontPath, FcPattern, FontBytes};
use ttf_parser::GlyphId;

use madoka_template::Face;

/// Families in the order they are tried, with weight.
const MINCHO: [(&str, u16); 5] = [
    ("BIZ UDMincho", 400),
    ("IPAmjMincho", 400),
    ("Noto Serif CJK JP", 400),
    ("Noto Sans CJK JP", 400),
    ("BIZ UDGothic", 400),
];
const GOTHIC: [(&str, u16); 5] = [
    ("BIZ UDGothic", 400),
    ("Noto Sans CJK JP", 400),
    ("IPAmjMincho", 400),
    ("BIZ UDMincho", 400),
    ("Noto Serif CJK JP", 400),
];
const BOLD: [(&str, u16); 3] = [("BIZ UDGothic", 700), ("Noto Sans CJK JP", 700), ("IPAmjMincho", 400)];
/// 案内書: drawn for people who see badly, and in bold second; what these lack is looked for in the rest.
pub(crate) const GUIDE: [(&str, u16); 5] = [
    ("BIZ UDPGothic", 400),
    ("BIZ UDPGothic", 700),
    ("BIZ UDGothic", 400),
    ("IPAmjMincho", 400),
    ("Noto Sans CJK JP", 400),
];

/// Other names of the same families, as Windows and older systems give them.
const ALIASES: [(&str, &str); 5] = [
    ("BIZ UDMincho", "BIZ UD明朝 Medium"),
    ("BIZ UDMincho", "BIZ UDMincho Medium"),
    ("BIZ UDGothic", "BIZ UDゴシック"),
    ("IPAmjMincho", "IPAmj明朝"),
    ("Noto Sans CJK JP", "Noto Sans JP"),
];

/// A glyph as it will be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    /// Index into [`Fonts::faces`].
    pub(crate) face: u16,
    pub(crate) gid: u16,
    /// In ems.
    pub(crate) advance: f64,
}

/// One font of the machine. Its file is mapped, not read: one alone has 46 MB, and all together more than everything else a
/// terminal needs. What nobody looks at takes no memory, and the rest is shared with the machine's other programs.
pub(crate) struct Font {
    bytes: Arc<FontBytes>,
    index: u32,
    parsed: OnceLock<Option<printpdf::ParsedFont>>,
}

impl Font {
    fn open(source: &fontdb::Source, index: u32) -> Option<Self> {
        let bytes = match source {
            fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => {
                let path = FcFontPath { path: path.to_str()?.to_owned(), font_index: 0, bytes_hash: 0 };
                let files = FcFontCache::default();
                files.get_font_bytes(&files.insert_fast_pattern(FcPattern::default(), path))?
            }
            fontdb::Source::Binary(bytes) => Arc::new(FontBytes::Owned(bytes.as_ref().as_ref().into())),
        };
        Some(Self { bytes, index, parsed: OnceLock::new() })
    }

    /// As glyphs are looked for in it.
    pub(crate) fn face(&self) -> Option<ttf_parser::Face<'_>> {
        ttf_parser::Face::parse(&self.bytes, self.index).ok()
    }

    /// As printpdf wants it.
    pub(crate) fn parsed(&self) -> Option<&printpdf::ParsedFont> {
        let parse = || {
            let index = usize::try_from(self.index).ok()?;
            let bytes = Arc::clone(&self.bytes);
            let face = printpdf::AzulParsedFont::from_bytes_shared(bytes, index, &mut Vec::new());
            face.map(printpdf::ParsedFont::from_azul)
        };
        self.parsed.get_or_init(parse).as_ref()
    }
}

struct Loaded {
    family: &'static str,
    weight: u16,
    font: Font,
}

type Shapes = HashMap<(Face, bool, Box<str>), Option<Shape>>;

/// The machine's fonts. Cheap to clone; what was read once is shared.
#[derive(Clone)]
pub struct Fonts(Arc<Inner>);

struct Inner {
    faces: Vec<Loaded>,
    shapes: Mutex<Shapes>,
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.faces.iter().map(|face| (face.family, face.weight))).finish()
    }
}

impl Fonts {
    /// The fonts of this machine; looked for once a process.
    pub fn system() -> Self {
        static SYSTEM: OnceLock<Fonts> = OnceLock::new();
        SYSTEM
            .get_or_init(|| {
                let mut database = fontdb::Database::new();
                database.load_system_fonts();
                Self::of(&database)
            })
            .clone()
    }

    /// The fonts of a database, e.g. one made of a folder.
    pub fn of(database: &fontdb::Database) -> Self {
        let mut wanted: Vec<(&'static str, u16)> = Vec::new();
        for pair in MINCHO.iter().chain(&GOTHIC).chain(&BOLD).chain(&GUIDE) {
            if !wanted.contains(pair) {
                wanted.push(*pair);
            }
        }
        let faces = wanted.into_iter().filter_map(|(family, weight)| {
            let font = find(database, family, weight)?;
            Some(Loaded { family, weight, font })
        });
        Self(Arc::new(Inner { faces: faces.collect(), shapes: Mutex::default() }))
    }

    /// Which of the wanted families there are.
    pub fn families(&self) -> impl Iterator<Item = &'static str> {
        self.0.faces.iter().map(|face| face.family)
    }

    /// One of the wanted.
    pub(crate) fn font(&self, family: &str, weight: u16) -> Option<&Font> {
        let mut faces = self.0.faces.iter();
        faces.find(|face| face.family == family && face.weight == weight).map(|face| &face.font)
    }

    /// The font as printpdf wants it; parsed once.
    pub(crate) fn parsed(&self, face: u16) -> Option<&printpdf::ParsedFont> {
        self.0.faces.get(usize::from(face))?.font.parsed()
    }

    fn order(&self, face: Face) -> impl Iterator<Item = usize> + '_ {
        let wanted: &'static [(&str, u16)] = match face {
            Face::Mincho => &MINCHO,
            Face::Gothic => &GOTHIC,
            Face::GothicBold => &BOLD,
        };
        wanted.iter().filter_map(|(family, weight)| {
            self.0.faces.iter().position(|face| face.family == *family && face.weight == *weight)
        })
    }

    /// The glyph in the first font that has exactly it; `upright`: its shape for vertical writing.
    pub(crate) fn shape(&self, face: Face, glyph: Glyph<'_>, upright: bool) -> Option<Shape> {
        let key = (face, upright, Box::from(glyph.as_str()));
        let mut shapes = self.0.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shapes.get(&key) {
            return *known;
        }
        let found = self.order(face).find_map(|at| self.shape_in(at, glyph, upright));
        // Names are many, fonts are few: a terminal that runs for months must not grow.
        if shapes.len() > 20_000 {
            shapes.clear();
        }
        shapes.insert(key, found);
        found
    }

    fn shape_in(&self, at: usize, glyph: Glyph<'_>, upright: bool) -> Option<Shape> {
        let face = self.0.faces.get(at)?.font.face()?;
        let (gid, advance) = glyph_in(&face, glyph, upright)?;
        Some(Shape { face: u16::try_from(at).ok()?, gid, advance })
    }

    /// The glyphs of a text; those no font has are `Err` with their place (from 1).
    pub(crate) fn shapes<'a>(
        &self,
        face: Face,
        text: &'a str,
        upright: bool,
    ) -> Result<Vec<(Glyph<'a>, Shape)>, Vec<usize>> {
        let mut missing = Vec::new();
        let mut out = Vec::new();
        for (at, glyph) in Glyphs::of(text).enumerate() {
            match self.shape(face, glyph, upright) {
                Some(shape) => out.push((glyph, shape)),
                None => missing.push(at + 1),
            }
        }
        if missing.is_empty() { Ok(out) } else { Err(missing) }
    }
}

fn find(database: &fontdb::Database, family: &str, weight: u16) -> Option<Font> {
    let names =
        |name: &str| name == family || ALIASES.iter().any(|(of, alias)| *of == family && *alias == name);
    let mut found: Vec<&fontdb::FaceInfo> = database
        .faces()
        .filter(|face| face.families.iter().any(|(name, _)| names(name)))
        .filter(|face| face.style == fontdb::Style::Normal)
        .filter(|face| face.weight.0.abs_diff(weight) <= 100)
        .collect();
    // A font installed twice must not make the bytes depend on the order of a directory.
    found.sort_by_key(|face| match &face.source {
        fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => {
            path.to_string_lossy().into_owned()
        }
        fontdb::Source::Binary(_) => String::new(),
    });
    let face = found.first()?;
    Font::open(&face.source, face.index)
}

/// The glyph's number and how far it advances, where the font has exactly it.
fn glyph_in(face: &ttf_parser::Face<'_>, glyph: Glyph<'_>, upright: bool) -> Option<(u16, f64)> {
    let marks = glyph.as_str().chars().count();
    let mut gid = match glyph.selector() {
        Some(selector) if marks == 2 => face.glyph_variation_index(glyph.base(), selector)?,
        // A mark on top is drawn only where a font has the two as one.
        _ => {
            let composed = glyph.character();
            let mut chars = composed.chars();
            let (Some(one), None) = (chars.next(), chars.next()) else { return None };
            // U+FA19 and its like are glyphs of their own: not the composed form, where one character was written.
            face.glyph_index(if marks == 1 { glyph.base() } else { one })?
        }
    };
    if gid.0 == 0 {
        return None;
    }
    if upright {
        gid = vertical_form(face, gid);
    }
    let units = f64::from(face.units_per_em()).max(1.0);
    Some((gid.0, f64::from(face.glyph_hor_advance(gid)?) / units))
}

/// GSUB `vert`: ー 「」 （） 、。 as they stand in a column.
fn vertical_form(face: &ttf_parser::Face<'_>, gid: GlyphId) -> GlyphId {
    use ttf_parser::gsub::{SingleSubstitution, SubstitutionSubtable};
    let Some(gsub) = face.tables().gsub else { return gid };
    let vert = ttf_parser::Tag::from_bytes(b"vert");
    let mut indices: Vec<u16> = gsub
        .features
        .into_iter()
        .filter(|feature| feature.tag == vert)
        .flat_map(|f| f.lookup_indices)
        .collect();
    indices.sort_unstable();
    indices.dedup();
    for lookup in indices.into_iter().filter_map(|index| gsub.lookups.get(index)) {
        for subtable in lookup.subtables.into_iter::<SubstitutionSubtable<'_>>() {
            let SubstitutionSubtable::Single(single) = subtable else { continue };
            let Some(at) = single.coverage().get(gid) else { continue };
            return match single {
                SingleSubstitution::Format1 { delta, .. } => GlyphId(gid.0.wrapping_add_signed(delta)),
                SingleSubstitution::Format2 { substitutes, .. } => substitutes.get(at).unwrap_or(gid),
            };
        }
    }
    gid
}
