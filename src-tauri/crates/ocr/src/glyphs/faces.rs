//! Glyphs drawn with the fonts of this machine, to compare with.

use std::thread;

use ab_glyph::{Font as _, FontVec, PxScale, point};

use super::features::{Features, features};
use crate::picture::Grey;

/// Type sizes are drawn this many pixels high.
const EM: f32 = 40.0;

/// Families documents are printed in or in something near. Three: a fourth made hardly a name in a hundred better.
const FAMILIES: [&[&str]; 3] = [
    &["BIZ UDGothic", "BIZ UDゴシック", "MS Gothic", "Yu Gothic", "Noto Sans CJK JP"],
    &["IPAmjMincho", "IPAmj明朝", "MS Mincho", "Yu Mincho", "BIZ UDMincho"],
    &["Noto Serif CJK JP", "Noto Serif JP", "BIZ UD明朝 Medium"],
];

/// A font's drawing of a character.
pub(super) struct Drawn {
    pub(super) character: char,
    pub(super) features: Features,
    pub(super) size: Size,
}

/// How wide and high the ink is, in hundredths of the em.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) wide: u8,
    pub(super) high: u8,
}

/// Every character in every font, in a thread a font.
pub(super) fn draw() -> Vec<Drawn> {
    let mut database = fontdb::Database::new();
    database.load_system_fonts();
    let (frequent, rare) = characters();
    let fonts = FAMILIES.iter().filter_map(|names| names.iter().find_map(|name| font(&database, name)));
    let fonts: Vec<FontVec> = fonts.collect();
    let one = &|index: usize, font: &FontVec| -> Vec<Drawn> {
        // What is rare need not be there in every kind of type.
        let rare = if index < 2 { rare.as_slice() } else { &[] };
        frequent.iter().chain(rare).filter_map(|c| glyph(font, *c)).collect()
    };
    thread::scope(|scope| {
        let working: Vec<_> =
            fonts.iter().enumerate().map(|(index, font)| scope.spawn(move || one(index, font))).collect();
        working.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

fn font(database: &fontdb::Database, name: &str) -> Option<FontVec> {
    let id = database
        .query(&fontdb::Query { families: &[fontdb::Family::Name(name)], ..fontdb::Query::default() })?;
    database.with_face_data(id, |bytes, index| FontVec::try_from_vec_and_index(bytes.to_vec(), index).ok())?
}

/// JIS X 0208 with the extensions names need (髙, 﨑), and the shapes the variant tables add (濵, 𠮷): first what is
/// frequent (第1水準, kana, the variants of both), then the rest (第2水準).
fn characters() -> (Vec<char>, Vec<char>) {
    let (mut frequent, mut rare): (Vec<char>, Vec<char>) = (('0'..='9').collect(), Vec::new());
    for lead in (0x81..=0x9Fu8).chain(0xE0..=0xFC) {
        for trail in 0x40..=0xFCu8 {
            let pair = [lead, trail];
            let (text, _, wrong) = encoding_rs::SHIFT_JIS.decode(&pair);
            let Some(c) = text.chars().next().filter(|_| !wrong && text.chars().count() == 1) else {
                continue;
            };
            if !is_letter(c) {
                continue;
            }
            // 第2水準 begins at 弌 (0x989F); the extensions at 0xED are few and frequent in names.
            let second = (0x98..0xED).contains(&lead) && (lead, trail) >= (0x98, 0x9F);
            if second { rare.push(c) } else { frequent.push(c) }
        }
    }
    let variants: Vec<char> = frequent
        .iter()
        .flat_map(|c| madoka_text::candidates(*c))
        .map(|candidate| candidate.character)
        .collect();
    frequent.extend(variants);
    frequent.sort_unstable();
    frequent.dedup();
    rare.retain(|c| frequent.binary_search(c).is_err());
    rare.sort_unstable();
    rare.dedup();
    (frequent, rare)
}

/// Kanji, kana and figures. Latin letters are tesseract's.
const fn is_letter(c: char) -> bool {
    matches!(c, '0'..='9' | '々' | '〆' | 'ぁ'..='ん' | 'ァ'..='ヶ' | 'ー' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

fn glyph(font: &FontVec, character: char) -> Option<Drawn> {
    let id = font.glyph_id(character);
    if id.0 == 0 {
        return None;
    }
    let units = font.units_per_em()?;
    let scale = PxScale::from(EM * font.height_unscaled() / units);
    let outline = font.outline_glyph(id.with_scale_and_position(scale, point(0.0, 0.0)))?;
    let bounds = outline.px_bounds();
    let (width, height) = (bounds.width() as usize + 2, bounds.height() as usize + 2);
    // A broken font may claim any size.
    if width.max(height) > EM as usize * 4 {
        return None;
    }
    let mut ink = Grey::new(width, height, 0);
    outline.draw(|x, y, coverage| ink.set(x as usize + 1, y as usize + 1, (coverage.min(1.0) * 255.0) as u8));
    let share = |length: f32| (length / EM * 100.0).clamp(0.0, 250.0) as u8;
    let size = Size { wide: share(bounds.width()), high: share(bounds.height()) };
    Some(Drawn { character, features: features(&ink)?, size })
}
