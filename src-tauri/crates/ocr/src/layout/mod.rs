//! Which letters belong to which field: found by the printed labels around them, not by millimetres.
//!
//! Issuers move things by some millimetres, print in other fonts and break lines elsewhere; the words 「氏名」 and
//! 「まで有効」 stay. A value is what stands right of its label up to the next label or ruled line, else below it, or
//! what stands before its closing word.

mod beside;
mod table;
mod words;

use crate::engine::Letter;
use crate::ink::Sheet;
use crate::kinds::{FieldKind, Kind, Reads};
use crate::picture::Area;
use words::Found;

pub(crate) use words::{holds, likeness, together};

/// The letters of a page, line by line.
pub(crate) struct Page<'p> {
    pub(crate) lines: Vec<Vec<Letter>>,
    pub(crate) sheet: &'p Sheet,
    pub(crate) width: i32,
}

/// Where a field's value stands: one area a row, and the letters first read there.
#[derive(Clone, Default)]
pub(crate) struct Place {
    pub(crate) rows: Vec<Area>,
    pub(crate) letters: Vec<Letter>,
    /// Letters go on beyond its edge, or look like others: nobody should rely on it without a look.
    pub(crate) doubtful: bool,
}

fn area_of(letters: &[Letter]) -> Option<Area> {
    letters.iter().map(|letter| letter.area).reduce(Area::with)
}

impl Page<'_> {
    /// Where each field of the kind stands; ids of members carry their number.
    pub(crate) fn places(&self, kind: &Kind) -> Vec<(String, FieldKind, Place)> {
        let found = self.words(kind);
        let mut places: Vec<(String, FieldKind, Place)> = Vec::new();
        let table = self.table(kind, &found);
        let table_top = table.as_ref().map_or(i32::MAX, |table| table.top);
        let table_bottom = table.as_ref().map_or(i32::MAX, |table| table.bottom);
        // A date before its closing word is that field's and no other's, whatever label stands near.
        let claimed: Vec<(&str, Found<'_>)> = kind
            .fields
            .iter()
            .filter(|field| field.reads == Reads::Date && !field.before.is_empty())
            .filter_map(|field| Some((field.id.as_str(), self.claim(&self.before_word(field, &found)?)?)))
            .collect();
        for field in &kind.fields {
            let others = claimed.iter().filter(|(id, _)| *id != field.id).map(|(_, claim)| *claim);
            let found: Vec<Found<'_>> = found.iter().copied().chain(others).collect();
            let place = self
                .after_label(field, &found, table_top)
                .or_else(|| self.before_word(field, &found))
                .or_else(|| {
                    let id = field.follows.as_deref()?;
                    let (_, _, before) = places.iter().find(|(other, _, _)| other == id)?;
                    self.behind(before, &found)
                })
                .or_else(|| if field.alone { self.alone(field, &found, table_bottom) } else { None });
            if let Some(place) = place {
                places.push((field.id.clone(), field.clone(), place));
            }
        }
        if let Some(table) = table {
            places.extend(table.members);
        }
        places
    }

    /// Fields of the kind whose label was found on the page.
    pub(crate) fn named<'k>(&self, kind: &'k Kind) -> Vec<&'k str> {
        self.words(kind).into_iter().filter_map(|word| word.field).collect()
    }

    /// A value whose letters are no other field's, as a printed word is not.
    fn claim(&self, place: &Place) -> Option<Found<'static>> {
        let first = place.letters.first()?;
        let (line, from) = self.lines.iter().enumerate().find_map(|(number, line)| {
            Some((number, line.iter().position(|letter| letter.area == first.area)?))
        })?;
        let to = from + place.letters.len();
        let area = area_of(self.lines.get(line)?.get(from..to)?)?;
        Some(Found { field: None, area, line, from, to })
    }

    /// Letters that are no printed word, within an area by their middles.
    fn letters_in(&self, area: Area, found: &[Found<'_>]) -> Vec<Vec<Letter>> {
        let mut rows: Vec<Vec<Letter>> = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            let letters: Vec<Letter> = line
                .iter()
                .enumerate()
                .filter(|(index, letter)| {
                    let (x, y) = letter.area.middle();
                    (area.left..area.right).contains(&x)
                        && (area.top..area.bottom).contains(&y)
                        && !Self::is_word(found, number, *index)
                })
                .map(|(_, letter)| *letter)
                .collect();
            if !letters.is_empty() {
                rows.push(letters);
            }
        }
        self.in_reading_order(rows)
    }

    /// Pieces of one line side by side become one row; rows from the top.
    #[expect(clippy::unused_self, reason = "reads as the page's")]
    fn in_reading_order(&self, mut pieces: Vec<Vec<Letter>>) -> Vec<Vec<Letter>> {
        pieces.sort_by_key(|piece| area_of(piece).map_or(0, |area| area.left));
        let mut rows: Vec<Vec<Letter>> = Vec::new();
        for piece in pieces {
            let Some(area) = area_of(&piece) else { continue };
            let level = |row: &&mut Vec<Letter>| area_of(row).is_some_and(|other| other.beside(area) > 0.6);
            if let Some(row) = rows.iter_mut().find(level) {
                row.extend(piece);
            } else {
                rows.push(piece);
            }
        }
        rows.sort_by_key(|row| area_of(row).map_or(0, |area| area.middle().1));
        rows
    }

    fn place(&self, rows: Vec<Vec<Letter>>, limit: Area) -> Option<Place> {
        let mut place = Place::default();
        for row in rows {
            let mut area = area_of(&row)?;
            // What the first reading lost at the ends is still ink on the page; and ink is where it is, while
            // tesseract's boxes reach beyond it.
            let mut level: Option<(i32, i32)> = None;
            for line in &self.sheet.lines {
                if line.beside(area) > 0.7 && line.left < area.right && area.left < line.right {
                    let inside =
                        Area { left: line.left.max(limit.left), right: line.right.min(limit.right), ..*line };
                    if inside.width() > 0 && inside.height() < area.height() * 2 {
                        area = Area {
                            left: area.left.min(inside.left),
                            right: area.right.max(inside.right),
                            ..area
                        };
                        let (top, bottom) = level.unwrap_or((line.top, line.bottom));
                        level = Some((top.min(line.top), bottom.max(line.bottom)));
                    }
                }
            }
            if let Some((top, bottom)) = level {
                area = Area { top, bottom, ..area };
            }
            place.rows.push(area);
            place.letters.extend(row);
        }
        (!place.rows.is_empty()).then_some(place)
    }

    /// The cell around a point: ruled lines above and below, left and right, where there are some near.
    fn cell(&self, x: i32, y: i32, reach: i32) -> (Option<i32>, Option<i32>) {
        let over = self.sheet.across.iter().filter(|rule| rule.from - 4 <= x && x <= rule.to + 4);
        let top = over.clone().map(|rule| rule.at).filter(|at| *at < y && y - at < reach).max();
        let bottom = over.map(|rule| rule.at).filter(|at| *at > y && at - y < reach).min();
        (top, bottom)
    }
}
