//! Labels that tesseract misread (本籍, 続柄), found by the glyph reader.

use crate::engine::{Letter, UNREAD};
use crate::glyphs::{Glyphs, cells};
use crate::ink::Sheet;
use crate::picture::{Area, Grey};
use crate::second::{begins_with, is_word};

/// A line parted where a space is as wide as between a value and the next label.
pub(crate) fn parts(line: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    line.chunk_by(|a, b| {
        let size = a.area.height().max(b.area.height());
        (b.area.left - a.area.right) * 10 < size * 4
    })
}

/// The part of a line with a wanted label in it as the glyph reader sees it: the part is the label, or begins with it.
/// What the label leaves of the ink stays to be read.
pub(crate) fn named(
    glyphs: &Glyphs,
    page: &Grey,
    sheet: &Sheet,
    part: &[Letter],
    limit: i32,
    wanted: &[&String],
) -> Option<Vec<Letter>> {
    const LONGEST: i32 = 9;
    let area = part.iter().map(|letter| letter.area).reduce(Area::with)?;
    let plain = part.iter().any(|letter| letter.c.is_ascii_digit());
    let alone = !plain && area.width() <= area.height() * LONGEST;
    let like_one = wanted
        .iter()
        .any(|word| part.iter().take(word.chars().count() + 1).any(|letter| word.contains(letter.c)));
    if !alone && !like_one {
        return None;
    }
    // tesseract's boxes reach beyond the ink, or end before it; the sheet's do not.
    let level =
        |other: &&Area| other.beside(area) > 0.7 && other.left < area.right && area.left < other.right;
    let ink = sheet.lines.iter().find(level).copied().unwrap_or(area);
    let left = if (ink.left - area.left).abs() < area.height() { ink.left } else { area.left };
    let right = ink.right.min(limit);
    let area = Area { left, right: right.min(left + area.height() * (LONGEST + 1)), ..ink };
    let cells = cells(glyphs, page, area);
    if alone && let Some(word) = wanted.iter().find_map(|word| is_word(glyphs, &cells, word)) {
        return Some(word);
    }
    let mut word = wanted.iter().find_map(|word| begins_with(glyphs, &cells, word))?;
    let end = word.last()?.area.right;
    let rest: Vec<Letter> = part.iter().filter(|letter| letter.area.middle().0 > end).copied().collect();
    if rest.is_empty() {
        word.push(Letter { c: UNREAD, area: Area { left: end + 1, right, ..area } });
    }
    word.extend(rest);
    Some(word)
}
