//! Which letters belong to which field: found by the printed labels around them, not by millimetres.
//!
//! Issuers move things by some millimetres, print in other fonts and break lines elsewhere; the words 「氏名」 and
//! 「まで有効」 stay. A value is what stands right of its label up to the next label or ruled line, else below it, or
//! what stands before its closing word.

use crate::engine::Letter;
use crate::ink::Sheet;
use crate::kinds::{FieldKind, Kind, Reads};
use crate::picture::Area;

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
}

/// A printed word found on the page.
#[derive(Clone, Copy)]
struct Found<'k> {
    field: Option<&'k str>,
    area: Area,
    line: usize,
    from: usize,
    to: usize,
}

/// Letters that tesseract takes for each other in labels.
fn same_letter(read: char, printed: char) -> bool {
    const ALIKE: [&str; 18] = [
        "氏民氐",
        "名各",
        "住往佳",
        "所斫",
        "号弓",
        "番審",
        "日曰目旧",
        "フヲワ",
        "リり",
        "ナ十",
        "ガカ",
        "・･.",
        "（(",
        "）)",
        "新斬親",
        "籍籠藉",
        "主王",
        "続統",
    ];
    read == printed || ALIKE.iter().any(|set| set.contains(read) && set.contains(printed))
}

/// Where `word` stands in `letters` from the place onwards, and how many letters are wrong, lost or added there.
fn find_word(letters: &[Letter], word: &[char], start: usize) -> Option<(usize, usize, usize)> {
    let n = word.len();
    let allowed = match n {
        0..=2 => 0,
        3..=7 => 1,
        8..=11 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, usize, usize)> = None;
    let widths = if n >= 5 { vec![n, n + 1, n - 1] } else { vec![n] };
    for width in widths {
        for (index, window) in letters.windows(width.max(1)).enumerate().skip(start) {
            let wrong = if width == n {
                window.iter().zip(word).filter(|(letter, c)| !same_letter(letter.c, **c)).count()
            } else {
                distance(window, word)
            };
            // A word of three may lose one letter only where it opens the line.
            let bar = if n == 3 && index > 0 { 0 } else { allowed };
            if wrong <= bar && best.is_none_or(|(_, _, least)| wrong < least) {
                best = Some((index, index + width, wrong));
            }
        }
    }
    best
}

/// Levenshtein.
fn distance(letters: &[Letter], word: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, letter) in letters.iter().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        for (cell, c) in row.iter_mut().skip(1).zip(word) {
            let change = before + usize::from(!same_letter(letter.c, *c));
            before = *cell;
            left = change.min(before + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn area_of(letters: &[Letter]) -> Option<Area> {
    letters.iter().map(|letter| letter.area).reduce(Area::with)
}

/// Whether the word stands in the line as it is printed.
pub(crate) fn holds(line: &[Letter], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    find_word(line, &word, 0).is_some_and(|(_, _, wrong)| wrong == 0)
}

/// How much speaks for the kind: titles count most.
pub(crate) fn likeness(kind: &Kind, lines: &[Vec<Letter>]) -> f32 {
    let holds = |word: &str| {
        let word: Vec<char> = word.chars().collect();
        lines.iter().any(|line| find_word(line, &word, 0).is_some())
    };
    let mut score = 0.0;
    if kind.titles.iter().any(|title| holds(title)) {
        let longest = kind.titles.iter().filter(|t| holds(t)).map(|t| t.chars().count()).max().unwrap_or(0);
        score += 5.0 + longest as f32 * 0.2;
    }
    score += 1.6 * kind.marks.iter().filter(|mark| holds(mark)).count() as f32;
    score -= 5.0 * kind.unlike.iter().filter(|word| holds(word)).count() as f32;
    let labels = kind.fields.iter().chain(&kind.members);
    let found = labels.clone().filter(|field| field.labels.iter().any(|label| holds(label))).count();
    score + 2.0 * found as f32 / labels.filter(|field| !field.labels.is_empty()).count().max(1) as f32
}

impl Page<'_> {
    /// Where each field of the kind stands; ids of members carry their number.
    pub(crate) fn places(&self, kind: &Kind) -> Vec<(String, FieldKind, Place)> {
        let found = self.words(kind);
        let mut places: Vec<(String, FieldKind, Place)> = Vec::new();
        let table = self.table(kind, &found);
        let table_top = table.as_ref().map_or(i32::MAX, |table| table.top);
        let table_bottom = table.as_ref().map_or(i32::MAX, |table| table.bottom);
        for field in &kind.fields {
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

    /// Labels and other printed words, long ones first, no letter in two of them.
    fn words<'k>(&self, kind: &'k Kind) -> Vec<Found<'k>> {
        let mut wanted: Vec<(Vec<char>, Option<&'k str>)> = Vec::new();
        for field in kind.fields.iter().chain(&kind.members) {
            wanted
                .extend(field.labels.iter().map(|label| (label.chars().collect(), Some(field.id.as_str()))));
        }
        wanted.extend(kind.stops.iter().map(|stop| (stop.chars().collect(), None)));
        // The best fits first: a short word that fits exactly before a long one that nearly does.
        let mut fits: Vec<(i32, bool, Found<'k>)> = Vec::new();
        for (word, field) in &wanted {
            for (number, line) in self.lines.iter().enumerate() {
                let mut start = 0;
                while let Some((from, to, wrong)) = find_word(line, word, start) {
                    start = from + 1;
                    // One letter alone says nothing inside other text.
                    let lost = word.len() == 1 && line.len() > 1;
                    // Inside a value the same word is no label: 「在留資格に基づく…」 is what 就労制限の有無 says.
                    let inside = wrong > 0 && field.is_some() && !opens(line, from);
                    if lost || inside {
                        continue;
                    }
                    if let Some(area) = line.get(from..to).and_then(area_of) {
                        let fit = word.len() as i32 - 3 * wrong as i32;
                        fits.push((fit, wrong == 0, Found { field: *field, area, line: number, from, to }));
                    }
                }
            }
        }
        fits.sort_by_key(|(fit, _, word)| (-fit, word.field.is_none(), word.area.left));
        let mut found: Vec<Found<'k>> = Vec::new();
        for (_, exact, word) in fits {
            let taken =
                |other: &Found<'_>| other.line == word.line && other.from < word.to && word.from < other.to;
            // The same word farther right is part of a value.
            let again = |other: &Found<'_>| {
                other.field.is_some()
                    && other.field == word.field
                    && kind.members.is_empty()
                    && word.area.left > other.area.right + other.area.height()
            };
            // 「旧住所」 half read is near 「新住所」 too, which was found whole elsewhere.
            let guess = !exact && word.field.is_some() && found.iter().any(|other| other.field == word.field);
            if !guess && !found.iter().any(|other| taken(other) || again(other)) {
                found.push(word);
            }
        }
        found
    }

    fn is_word(found: &[Found<'_>], line: usize, index: usize) -> bool {
        found.iter().any(|word| word.line == line && (word.from..word.to).contains(&index))
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

    fn after_label(&self, field: &FieldKind, found: &[Found<'_>], table_top: i32) -> Option<Place> {
        let own = found.iter().filter(|word| {
            word.field == Some(field.id.as_str())
                && word.area.middle().1 < table_top.saturating_sub(word.area.height() / 2)
        });
        // The first that has something beside it.
        own.clone()
            .find_map(|label| self.right_of(label, field, found))
            .or_else(|| own.clone().find_map(|label| self.below(label, field, found)))
    }

    fn right_of(&self, label: &Found<'_>, field: &FieldKind, found: &[Found<'_>]) -> Option<Place> {
        let size = label.area.height().max(8);
        let (_, y) = label.area.middle();
        let (top, bottom) = self.cell(label.area.middle().0, y, size * 8);
        let celled = top.is_some() && bottom.is_some();
        let (mut above, mut below) = if let (Some(top), Some(bottom)) = (top, bottom) {
            (top, bottom)
        } else {
            (label.area.top - size * 6 / 10, label.area.bottom + size * 6 / 10)
        };
        // Labels over and under this one in the same frame have rows of their own.
        for word in found {
            let other = word.area;
            let over = other.left < label.area.right && label.area.left < other.right + size * 2;
            if !over || other.beside(label.area) > 0.3 || word.field == Some(field.id.as_str()) {
                continue;
            }
            if other.middle().1 < y {
                above = above.max(i32::midpoint(other.bottom, label.area.top));
            } else {
                below = below.min(i32::midpoint(label.area.bottom, other.top));
            }
        }
        let band = (above.min(label.area.top), below.max(label.area.bottom));
        // Up to the next printed word on this level, or an upright rule that is not the label's own wall.
        let mut right = self.width;
        for word in found {
            let other = word.area;
            let level = other.beside(label.area) > 0.45;
            if level && other.left >= label.area.right {
                right = right.min(other.left - 1);
            }
        }
        let mut walls: Vec<i32> = self
            .sheet
            .upright
            .iter()
            .filter(|rule| rule.from <= y && y <= rule.to && rule.at > label.area.right - 2)
            .map(|rule| rule.at)
            .collect();
        walls.sort_unstable();
        let first = self.letters_in(Area::new(label.area.right, band.0, right, band.1), found);
        let start = first.iter().flatten().map(|letter| letter.area.left).min()?;
        if let Some(wall) = walls.into_iter().find(|wall| *wall > start) {
            right = right.min(wall);
        }
        let mut area = Area::new(label.area.right + 1, band.0, right, band.1);
        let mut rows = self.letters_in(area, found);
        if rows.is_empty() {
            return None;
        }
        let size = rows.iter().flatten().map(|letter| letter.area.height()).max().unwrap_or(size).max(size);
        if field.rows == 1 && !celled && rows.len() > 1 {
            // The row nearest to the label's level.
            rows.sort_by_key(|row| area_of(row).map_or(0, |area| (area.middle().1 - y).abs()));
            rows.truncate(1);
        }
        if field.rows == 1 && celled && rows.len() > 1 {
            // The largest print in the cell is the value.
            rows.sort_by_key(|row| area_of(row).map_or(0, |area| -area.height() * 4 - area.width() / 8));
            rows.truncate(1);
        }
        if field.rows > 1 && !celled {
            self.add_rows_below(&mut rows, &mut area, label, field, found);
        }
        rows.truncate(field.rows.max(1));
        // A photo's noise far to the right is not part of the value.
        for row in &mut rows {
            row.sort_by_key(|letter| letter.area.left);
            let mut end = row.len();
            for (index, pair) in row.windows(2).enumerate() {
                if let [a, b] = pair
                    && b.area.left - a.area.right > size * 7 / 2
                {
                    end = index + 1;
                    break;
                }
            }
            row.truncate(end);
        }
        let last = rows.iter().flatten().map(|letter| letter.area.right).max()?;
        area.right = area.right.min(last + size);
        self.place(rows, area)
    }

    /// Rows below go on until a label, a rule or a wider gap.
    fn add_rows_below(
        &self,
        rows: &mut Vec<Vec<Letter>>,
        area: &mut Area,
        label: &Found<'_>,
        field: &FieldKind,
        found: &[Found<'_>],
    ) {
        let size = rows
            .iter()
            .flatten()
            .map(|letter| letter.area.height())
            .max()
            .unwrap_or(0)
            .max(label.area.height());
        let start = rows.first().and_then(|row| area_of(row)).map_or(0, |area| area.left);
        while rows.len() < field.rows {
            let Some(last) = rows.last().and_then(|row| area_of(row)) else { break };
            let below = Area::new(
                label.area.right - size / 2,
                last.bottom - size / 4,
                area.right,
                last.bottom + size * 13 / 10,
            );
            let labelled = found.iter().any(|word| {
                word.field != Some(field.id.as_str())
                    && word.area.left < label.area.right
                    && (below.top + size / 4..below.bottom).contains(&word.area.middle().1)
            });
            let ruled = self.sheet.across.iter().any(|rule| {
                (last.bottom - 2..below.bottom).contains(&rule.at)
                    && rule.from < last.right
                    && last.left < rule.to
            });
            if labelled || ruled {
                break;
            }
            let next = self
                .letters_in(below, found)
                .into_iter()
                .find(|row| area_of(row).is_some_and(|area| area.middle().1 > last.bottom));
            let Some((next, next_area)) = next.and_then(|next| area_of(&next).map(|area| (next, area)))
            else {
                break;
            };
            if (next_area.left - start).abs() > size * 3 {
                break;
            }
            *area = area.with(next_area);
            rows.push(next);
        }
    }

    fn below(&self, label: &Found<'_>, field: &FieldKind, found: &[Found<'_>]) -> Option<Place> {
        let size = label.area.height().max(8);
        let area = Area::new(
            label.area.left - size,
            label.area.bottom,
            label.area.right + size * 8,
            label.area.bottom + size * (2 + field.rows as i32),
        );
        let mut rows = self.letters_in(area, found);
        rows.truncate(field.rows);
        // What stands beside another label is that one's value.
        let others = |row: &Vec<Letter>| {
            area_of(row).is_some_and(|area| {
                found.iter().any(|word| {
                    word.field.is_some_and(|other| other != field.id)
                        && word.area.beside(area) > 0.5
                        && word.area.right <= area.left + size
                })
            })
        };
        if rows.iter().any(others) {
            return None;
        }
        self.place(rows, area)
    }

    /// A value that ends with a printed word: 「2028年7月8日まで有効」.
    fn before_word(&self, field: &FieldKind, found: &[Found<'_>]) -> Option<Place> {
        for word in &field.before {
            let word: Vec<char> = word.chars().collect();
            for (number, line) in self.lines.iter().enumerate() {
                let mut start = 0;
                while let Some((from, _, _)) = find_word(line, &word, start) {
                    start = from + 1;
                    let before: Vec<Letter> = line
                        .iter()
                        .enumerate()
                        .take(from)
                        .filter(|(index, _)| !Self::is_word(found, number, *index))
                        .map(|(_, letter)| *letter)
                        .collect();
                    let mut before = self.near_end(before, line.get(from).map(|letter| letter.area));
                    if field.reads == Reads::HandbookNumber {
                        before = numbered(self.row_left_of(line.get(from).map(|letter| letter.area), found));
                    } else if before.len() < 2 {
                        // The word may stand in a piece of its own, right of the value's.
                        before =
                            line.get(from).map(|letter| self.left_of(letter.area, found)).unwrap_or_default();
                    }
                    if !ends_well(field.reads, &before) {
                        continue;
                    }
                    let limit = area_of(&before)?;
                    return self.place(vec![before], limit.grown(limit.height() / 3, 0));
                }
            }
        }
        None
    }

    #[expect(clippy::unused_self, reason = "reads as the page's")]
    fn near_end(&self, letters: Vec<Letter>, end: Option<Area>) -> Vec<Letter> {
        let Some(mut next) = end else { return letters };
        let mut kept: Vec<Letter> = Vec::new();
        for letter in letters.into_iter().rev() {
            if next.left - letter.area.right > next.height().max(letter.area.height()) * 2 {
                break;
            }
            next = letter.area;
            kept.push(letter);
        }
        kept.reverse();
        kept
    }

    fn left_of(&self, area: Area, found: &[Found<'_>]) -> Vec<Letter> {
        let size = area.height().max(8);
        let band = Area::new(0, area.top - size / 3, area.left, area.bottom + size / 3);
        let row = self.letters_in(band, found).into_iter().next().unwrap_or_default();
        self.near_end(row, Some(area))
    }

    /// The whole row on the left, whatever its spaces.
    fn row_left_of(&self, area: Option<Area>, found: &[Found<'_>]) -> Vec<Letter> {
        let Some(area) = area else { return Vec::new() };
        let third = area.height() / 3;
        let band = Area::new(0, area.top - third, area.left, area.bottom + third);
        let mut row = self.letters_in(band, found).into_iter().next().unwrap_or_default();
        row.sort_by_key(|letter| letter.area.left);
        row
    }

    /// What stands behind another field on its line.
    fn behind(&self, before: &Place, found: &[Found<'_>]) -> Option<Place> {
        let area = before.rows.first()?;
        let letters = &before.letters;
        // The other field's place may have swallowed it: what comes after 「日」.
        if let Some(at) = letters.iter().rposition(|letter| letter.c == '日')
            && let Some(rest) = letters.get(at + 1..).filter(|rest| rest.len() >= 3)
        {
            let limit = area_of(rest)?;
            return self.place(vec![rest.to_vec()], limit);
        }
        let band = Area::new(
            area.right,
            area.top - area.height() / 4,
            area.right + area.height() * 12,
            area.bottom + area.height() / 4,
        );
        let row = self.letters_in(band, found).into_iter().next()?;
        let limit = area_of(&row)?;
        self.place(vec![row], limit)
    }

    /// A line that is nothing but the value.
    fn alone(&self, field: &FieldKind, found: &[Found<'_>], below: i32) -> Option<Place> {
        let fits = |line: &&Vec<Letter>| match field.reads {
            Reads::Digits(Some(n)) => line.len() == n && line.iter().all(|letter| letter.c.is_ascii_digit()),
            Reads::Date => {
                let text: String = line.iter().map(|letter| letter.c).collect();
                let low = below == i32::MAX || area_of(line).is_some_and(|area| area.top > below);
                low && text.contains('年') && text.contains('月') && text.ends_with('日')
            }
            _ => false,
        };
        if field.reads == Reads::HandbookNumber {
            let number = self.lines.iter().find_map(|line| {
                let digits: Vec<Letter> = numbered(line.clone())
                    .into_iter()
                    .take_while(|letter| letter.c.is_ascii_digit())
                    .collect();
                (digits.len() >= 4).then_some(digits)
            })?;
            let limit = area_of(&number)?;
            return self.place(vec![number], limit.grown(limit.height() / 3, 0));
        }
        if field.reads == Reads::LicenceNumber {
            let number = self.lines.iter().find_map(|line| {
                let digits: Vec<Letter> =
                    line.iter().filter(|letter| letter.c.is_ascii_digit()).copied().collect();
                let others = line
                    .iter()
                    .filter(|letter| !letter.c.is_ascii_digit() && !matches!(letter.c, '第' | '号'))
                    .count();
                (digits.len() == 12 && others <= 2).then_some(digits)
            })?;
            let limit = area_of(&number)?;
            return self.place(vec![number], limit.grown(limit.height() / 3, 0));
        }
        let (_, line) = self
            .lines
            .iter()
            .enumerate()
            .filter(|(number, line)| {
                !line.iter().enumerate().any(|(index, _)| Self::is_word(found, *number, index))
            })
            .find(|(_, line)| fits(line))?;
        let limit = area_of(line)?;
        self.place(vec![line.clone()], limit.grown(limit.height() / 3, 0))
    }

    /// The household's table: labels side by side in one row, members below.
    fn table(&self, kind: &Kind, found: &[Found<'_>]) -> Option<Table> {
        let is_column =
            |word: &Found<'_>| word.field.is_some_and(|id| kind.members.iter().any(|member| member.id == id));
        let columns: Vec<&Found<'_>> = found.iter().filter(|word| is_column(word)).collect();
        // The row that holds most of them.
        let heads = columns
            .iter()
            .map(|head| {
                let mut row: Vec<&Found<'_>> =
                    columns.iter().copied().filter(|other| other.area.beside(head.area) > 0.4).collect();
                row.sort_by_key(|word| word.area.left);
                row.dedup_by_key(|word| word.field);
                row
            })
            .max_by_key(Vec::len)
            .filter(|row| row.len() >= 3)?;
        let top = heads.iter().map(|head| head.area.top).min()?;
        let start = heads.iter().map(|head| head.area.bottom).max()?;
        let size = heads.iter().map(|head| head.area.height()).max()?.max(8);
        let column = |index: usize| {
            let head = heads.get(index)?;
            let (middle, y) = head.area.middle();
            let walls = self
                .sheet
                .upright
                .iter()
                .filter(|rule| rule.from - size <= y && y <= rule.to + size)
                .map(|rule| rule.at);
            // Where a wall was not seen, the next one is a column too far: it does not stand between the two heads.
            let middle_of = |index: Option<usize>| {
                index.and_then(|index| heads.get(index)).map(|head| head.area.middle().0)
            };
            let from = middle_of(index.checked_sub(1)).unwrap_or(i32::MIN);
            let to = middle_of(Some(index + 1)).unwrap_or(i32::MAX);
            let left_wall = walls.clone().filter(|at| from < *at && *at < middle).max();
            let right_wall = walls.filter(|at| middle < *at && *at < to).min();
            let before = index
                .checked_sub(1)
                .and_then(|before| heads.get(before))
                .map(|other| i32::midpoint(other.area.right, head.area.left));
            let after = heads.get(index + 1).map(|other| i32::midpoint(head.area.right, other.area.left));
            let left = left_wall.or(before).unwrap_or(head.area.left - size * 2);
            let right = right_wall.or(after).unwrap_or(head.area.right + size * 3);
            Some((left, right))
        };
        // A birth date marks each member.
        let dates = heads.iter().position(|head| head.field == Some("birth_date"))?;
        let (left, right) = column(dates)?;
        let below = self.letters_in(Area::new(left, start, right, i32::MAX), found);
        let anchors: Vec<Area> = below
            .iter()
            .filter(|row| {
                let marks = row.iter().filter(|letter| matches!(letter.c, '年' | '月' | '日')).count();
                let digits = row.iter().filter(|letter| letter.c.is_ascii_digit()).count();
                marks >= 2 || marks >= 1 && digits >= 3
            })
            .filter_map(|row| area_of(row))
            .collect();
        let mut members = Vec::new();
        let mut bottom = start;
        for (n, anchor) in anchors.iter().enumerate() {
            let y = anchor.middle().1;
            let before =
                n.checked_sub(1).and_then(|before| anchors.get(before)).map(|other| other.middle().1);
            let after = anchors.get(n + 1).map(|other| other.middle().1);
            let pitch = after
                .map(|other| other - y)
                .or(before.map(|other| y - other))
                .unwrap_or(size * 4)
                .min(size * 8);
            let (rule_top, rule_bottom) = self.cell(anchor.middle().0, y, pitch);
            let row_top = rule_top.unwrap_or((y - pitch / 2).max(start));
            let row_bottom = rule_bottom.unwrap_or(y + pitch / 2);
            bottom = bottom.max(row_bottom);
            for (index, head) in heads.iter().enumerate() {
                let Some((left, right)) = column(index) else { continue };
                let area = Area::new(left, row_top, right, row_bottom);
                let rows = self.letters_in(area, found);
                for member in kind.members.iter().filter(|member| {
                    head.field == Some(member.id.as_str())
                        || member.with.is_some()
                            && member.with.as_deref() == head.field
                            && !heads.iter().any(|head| head.field == Some(member.id.as_str()))
                }) {
                    let kana = |row: &Vec<Letter>| {
                        let kana = row.iter().filter(|letter| matches!(letter.c, 'ァ'..='ー')).count();
                        kana * 10 >= row.len() * 6
                    };
                    let chosen: Vec<Vec<Letter>> = match member.reads {
                        Reads::Kana => rows.iter().filter(|row| kana(row)).take(1).cloned().collect(),
                        Reads::Name => rows.iter().filter(|row| !kana(row)).take(1).cloned().collect(),
                        _ => rows.iter().take(member.rows).cloned().collect(),
                    };
                    if let Some(place) = self.place(chosen, area) {
                        members.push((format!("household[{n}].{}", member.id), member.clone(), place));
                    }
                }
            }
        }
        (!members.is_empty()).then_some(Table { top, bottom, members })
    }
}

struct Table {
    top: i32,
    bottom: i32,
    members: Vec<(String, FieldKind, Place)>,
}

/// What follows the last 「第」; nothing where there is none.
fn numbered(row: Vec<Letter>) -> Vec<Letter> {
    let Some(at) = row.iter().rposition(|letter| letter.c == '第') else { return Vec::new() };
    row.into_iter().skip(at + 1).collect()
}

/// Whether a word begins at this letter: nothing or a space is before it.
fn opens(line: &[Letter], from: usize) -> bool {
    let Some(before) = from.checked_sub(1).and_then(|index| line.get(index)) else { return true };
    line.get(from).is_some_and(|letter| {
        let size = letter.area.height().max(before.area.height());
        (letter.area.left - before.area.right) * 10 > size * 4 || !before.c.is_alphanumeric()
    })
}

/// Whether what stands before a closing word can be the value.
fn ends_well(reads: Reads, letters: &[Letter]) -> bool {
    let tail: Vec<char> = letters.iter().rev().take(3).map(|letter| letter.c).collect();
    match reads {
        Reads::Date => {
            tail.iter().any(|c| matches!(c, '日' | '曰' | '目'))
                && letters.iter().any(|letter| letter.c == '年' || letter.c == '月')
        }
        Reads::City => tail.first().is_some_and(|c| matches!(c, '市' | '町' | '村' | '区')),
        Reads::HandbookNumber => {
            !letters.is_empty() && letters.iter().all(|letter| letter.c.is_ascii_digit())
        }
        Reads::Digits(_) | Reads::LicenceNumber => tail.first().is_some_and(char::is_ascii_digit),
        _ => !letters.is_empty(),
    }
}
