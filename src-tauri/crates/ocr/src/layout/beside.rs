//! A value beside its label: right of it, below it, before a closing word, behind another value, or alone.

use super::words::{Found, find_word};
use super::{Page, Place, area_of};
use crate::engine::{Letter, UNREAD};
use crate::ink::Rule;
use crate::kinds::{FieldKind, Reads};
use crate::picture::Area;

impl Page<'_> {
    pub(super) fn after_label(
        &self,
        field: &FieldKind,
        found: &[Found<'_>],
        table_top: i32,
    ) -> Option<Place> {
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
        if let (Some(top), Some(bottom)) = (top, bottom)
            && let Some(place) = self.under_in_cell(label, field, (top, bottom), found)
        {
            return Some(place);
        }
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
        // Brackets and specks beside a label are no value: 「【氏名】」 has it below.
        rows.retain(|row| row.iter().any(|letter| letter.c.is_alphanumeric() || letter.c == UNREAD));
        if rows.is_empty() {
            return None;
        }
        let size = rows.iter().flatten().map(|letter| letter.area.height()).max().unwrap_or(size).max(size);
        let broken = if field.reads == Reads::Date { broken_date(&rows) } else { None };
        if let Some(broken) = broken {
            let place = self.place(broken, area)?;
            return Some(Place { doubtful: true, ..place });
        }
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

    /// A small label over its value, both in one ruled cell: what stands right of the label is only the value's end.
    fn under_in_cell(
        &self,
        label: &Found<'_>,
        field: &FieldKind,
        (top, bottom): (i32, i32),
        found: &[Found<'_>],
    ) -> Option<Place> {
        let (x, y) = label.area.middle();
        let walls =
            self.sheet.upright.iter().filter(|rule| rule.from <= y && y <= rule.to).map(|rule| rule.at);
        let left = walls.clone().filter(|at| *at < x).max().unwrap_or(label.area.left - label.area.height());
        let right = walls.filter(|at| *at > label.area.right).min().unwrap_or(self.width);
        let under = Area::new(left + 1, label.area.bottom.max(top), label.area.right, bottom);
        // Letters beside it, and it has its value there.
        let beside = Area { left: label.area.right + 1, right, ..label.area };
        if self.letters_in(under, found).is_empty() || !self.letters_in(beside, found).is_empty() {
            return None;
        }
        let area = Area { right: right - 1, ..under };
        let mut rows = self.letters_in(area, found);
        if field.rows == 1 {
            rows.sort_by_key(|row| area_of(row).map_or(0, |area| -area.height() * 4 - area.width() / 8));
        }
        rows.truncate(field.rows.max(1));
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
        // A line of text that begins left of the label, or goes on beyond its reach, is not cut.
        let level = self.lines.iter().filter_map(|line| area_of(line)).filter(|line| {
            let y = line.middle().1;
            (area.top..area.bottom).contains(&y) && label.area.left < line.right && line.left < area.right
        });
        let area = level.fold(area, |area, line| {
            let walled = |x: i32| {
                let y = line.middle().1;
                let wall =
                    |rule: &Rule| rule.from <= y && y <= rule.to && area.right - 4 <= rule.at && rule.at <= x;
                self.sheet.upright.iter().any(wall)
            };
            let right =
                if line.left < label.area.right && !walled(line.right) { line.right } else { area.right };
            Area { left: area.left.min(line.left), right: area.right.max(right), ..area }
        });
        let mut rows = self.letters_in(area, found);
        rows.truncate(field.rows);
        // Rows of one value begin at one place, without a row between them.
        let areas: Vec<Area> = rows.iter().filter_map(|row| area_of(row)).collect();
        let together = areas.windows(2).take_while(|pair| match pair {
            [a, b] => (a.left - b.left).abs() < a.height() * 3 && b.top - a.bottom < a.height() * 3 / 2,
            _ => false,
        });
        rows.truncate(together.count() + 1);
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
    pub(super) fn before_word(&self, field: &FieldKind, found: &[Found<'_>]) -> Option<Place> {
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
    pub(super) fn behind(&self, before: &Place, found: &[Found<'_>]) -> Option<Place> {
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
    pub(super) fn alone(&self, field: &FieldKind, found: &[Found<'_>], below: i32) -> Option<Place> {
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
        if field.reads == Reads::CardNumber {
            let number = self.lines.iter().find_map(|line| {
                line.windows(12).find(|letters| {
                    let place = |at: usize, c: char| {
                        if (2..10).contains(&at) { c.is_ascii_digit() } else { c.is_ascii_uppercase() }
                    };
                    letters.iter().enumerate().all(|(at, letter)| place(at, letter.c))
                })
            })?;
            let limit = area_of(number)?;
            let place = self.place(vec![number.to_vec()], limit.grown(limit.height() / 3, 0))?;
            return Some(Place { doubtful: true, ..place });
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
        if matches!(field.reads, Reads::Grade | Reads::FareClass | Reads::Sex) {
            return self.by_form(field.reads, found);
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
}

impl Page<'_> {
    /// 「2級」「第1種」「女」, the only one of its form on the page, where the label was not read. Never without a look.
    fn by_form(&self, reads: Reads, found: &[Found<'_>]) -> Option<Place> {
        let fits = |letters: &[Letter]| {
            let text: String = letters.iter().map(|letter| letter.c).collect();
            let chars: Vec<char> = text.chars().map(narrow).collect();
            match (reads, chars.as_slice()) {
                (Reads::Grade, [figure, '級']) => matches!(figure, '1'..='7'),
                (Reads::FareClass, ['第', figure, '種']) => matches!(figure, '1' | '2' | '一' | '二'),
                (Reads::Sex, [one]) => matches!(one, '男' | '女'),
                _ => false,
            }
        };
        let mut rest = self.lines.iter().enumerate().filter_map(|(number, line)| {
            let free = line.iter().enumerate().filter(|(index, _)| !Self::is_word(found, number, *index));
            let letters: Vec<Letter> = free.map(|(_, letter)| *letter).collect();
            fits(&letters).then_some(letters)
        });
        let letters = rest.next()?;
        if rest.next().is_some() {
            return None;
        }
        let limit = area_of(&letters)?;
        let place = self.place(vec![letters], limit.grown(limit.height() / 3, 0))?;
        Some(Place { doubtful: true, ..place })
    }
}

/// A date that goes on in the next row: 「2026年（令和8年）7月」 and 「31日」.
fn broken_date(rows: &[Vec<Letter>]) -> Option<Vec<Vec<Letter>>> {
    let has = |row: &[Letter], c: char| row.iter().any(|letter| letter.c == c);
    rows.windows(2).find_map(|pair| match pair {
        [first, second]
            if has(first, '年') && !has(first, '日') && has(second, '日') && !has(second, '年') =>
        {
            Some(vec![first.clone(), second.clone()])
        }
        _ => None,
    })
}

/// A figure in half width.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// What follows the last 「第」; nothing where there is none.
fn numbered(row: Vec<Letter>) -> Vec<Letter> {
    let Some(at) = row.iter().rposition(|letter| letter.c == '第') else { return Vec::new() };
    row.into_iter().skip(at + 1).collect()
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
