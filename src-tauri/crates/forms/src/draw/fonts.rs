//! 書体: which fonts the machine has, and which of them draws a glyph.
//!
//! No font has every shape that names are written in: BIZ UD has what forms need, IPAmj明朝 the 文字情報基盤 set, Noto CJK
//! the rest, and their variation sequences differ (IPAmj has no 葛+E0100, Noto has). So the font is chosen for each
//! glyph, and a glyph that none has is said to be missing: never a box, never another shape.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use madoka_text::{Glyph, Glyphs};
use rust_fontconfig::FontBytes;
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

/// One font of the machine. Its file is mapped while a glyph is looked for: one alone has 46 MB, which every terminal
/// program of the machine would have for itself.
struct Loaded {
    family: &'static str,
    weight: u16,
    id: fontdb::ID,
    parsed: OnceLock<Option<printpdf::ParsedFont>>,
}

type Shapes = HashMap<(Face, bool, Box<str>), Option<Shape>>;

/// The machine's fonts. Cheap to clone; what was read once is shared.
#[derive(Clone)]
pub struct Fonts(Arc<Inner>);

struct Inner {
    database: fontdb::Database,
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
                Self::of(database)
            })
            .clone()
    }

    /// The fonts of a database, e.g. one made of a folder.
    pub fn of(database: fontdb::Database) -> Self {
        let mut wanted: Vec<(&'static str, u16)> = Vec::new();
        for pair in MINCHO.iter().chain(&GOTHIC).chain(&BOLD) {
            if !wanted.contains(pair) {
                wanted.push(*pair);
            }
        }
        let faces = wanted
            .into_iter()
            .filter_map(|(family, weight)| {
                let names = |name: &str| {
                    name == family || ALIASES.iter().any(|(of, alias)| *of == family && *alias == name)
                };
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
                let id = found.first()?.id;
                Some(Loaded { family, weight, id, parsed: OnceLock::new() })
            })
            .collect();
        Self(Arc::new(Inner { database, faces, shapes: Mutex::default() }))
    }

    /// Which of the wanted families there are.
    pub fn families(&self) -> impl Iterator<Item = &'static str> {
        self.0.faces.iter().map(|face| face.family)
    }

    /// Whether anything can be written at all, and names with rare glyphs too.
    pub fn is_enough(&self) -> bool {
        let has = |wanted: &str| self.families().any(|family| family == wanted);
        has("IPAmjMincho") && (has("BIZ UDMincho") || has("BIZ UDGothic") || has("Noto Sans CJK JP"))
    }

    /// The font as printpdf wants it; parsed once.
    pub(crate) fn parsed(&self, face: u16) -> Option<&printpdf::ParsedFont> {
        let loaded = self.0.faces.get(usize::from(face))?;
        let parse = || {
            let index = |index| usize::try_from(index).ok();
            self.0.database.with_face_data(loaded.id, |bytes, at| {
                let bytes = Arc::new(FontBytes::Owned(bytes.into()));
                let face = printpdf::AzulParsedFont::from_bytes_shared(bytes, index(at)?, &mut Vec::new());
                face.map(printpdf::ParsedFont::from_azul)
            })?
        };
        loaded.parsed.get_or_init(parse).as_ref()
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
        let loaded = self.0.faces.get(at)?;
        let found = self.0.database.with_face_data(loaded.id, |bytes, index| {
            let face = ttf_parser::Face::parse(bytes, index).ok()?;
            glyph_in(&face, glyph, upright)
        });
        let (gid, advance) = found??;
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
