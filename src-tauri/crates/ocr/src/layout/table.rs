//! The household's table of a 転出証明書: labels side by side, a row for each member.

use super::words::Found;
use super::{Page, Place, area_of};
use crate::engine::Letter;
use crate::kinds::{FieldKind, Kind, Reads};
use crate::picture::Area;

pub(super) struct Table {
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) members: Vec<(String, FieldKind, Place)>,
}

impl Page<'_> {
    /// The household's table: labels side by side in one row, members below.
    pub(super) fn table(&self, kind: &Kind, found: &[Found<'_>]) -> Option<Table> {
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
                self.one_a_column(&mut row, kind);
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
            // The outer columns go as far as the paper.
            let left = left_wall.or(before).unwrap_or(0);
            let right = right_wall.or(after).unwrap_or(self.width);
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
                    let doubtful = chosen.iter().any(|row| self.goes_on(row, found));
                    if let Some(place) = self.place(chosen, area) {
                        let place = Place { doubtful, ..place };
                        members.push((format!("household[{n}].{}", member.id), member.clone(), place));
                    }
                }
            }
        }
        (!members.is_empty()).then_some(Table { top, bottom, members })
    }

    /// 「フリガナ」 beside 「氏名」 in one cell is no column of its own.
    fn one_a_column(&self, heads: &mut Vec<&Found<'_>>, kind: &Kind) {
        let beside = |head: &Found<'_>, other: &Found<'_>| {
            let (left, right) = if head.area.left < other.area.left { (head, other) } else { (other, head) };
            !self.sheet.upright.iter().any(|rule| {
                let y = head.area.middle().1;
                let over = rule.from - head.area.height() <= y && y <= rule.to + head.area.height();
                over && left.area.right - 4 <= rule.at && rule.at <= right.area.left + 4
            })
        };
        let shared: Vec<Option<&str>> = heads
            .iter()
            .filter(|head| {
                let with = kind.members.iter().find(|member| head.field == Some(member.id.as_str()));
                with.and_then(|member| member.with.as_deref()).is_some_and(|with| {
                    heads.iter().any(|other| other.field == Some(with) && beside(head, other))
                })
            })
            .map(|head| head.field)
            .collect();
        heads.retain(|head| !shared.contains(&head.field));
    }

    /// Whether the line a row was taken from goes on right beside it: no printed word, no rule and no space between.
    fn goes_on(&self, row: &[Letter], found: &[Found<'_>]) -> bool {
        let mut row: Vec<&Letter> = row.iter().collect();
        row.sort_by_key(|letter| letter.area.left);
        let (Some(first), Some(last)) = (row.first(), row.last()) else { return false };
        let joined = |left: &Letter, right: &Letter| {
            let size = left.area.height().min(right.area.height());
            let y = left.area.middle().1;
            let ruled = self.sheet.upright.iter().any(|rule| {
                let between = left.area.right - size / 2..right.area.left + size / 2;
                rule.from - size <= y && y <= rule.to + size && between.contains(&rule.at)
            });
            let text = left.c.is_alphanumeric() && right.c.is_alphanumeric();
            text && !ruled && (right.area.left - left.area.right) * 10 < size * 7
        };
        self.lines.iter().enumerate().any(|(number, line)| {
            let at = |letter: &Letter| line.iter().position(|other| other.area == letter.area);
            let free = |index: &usize| !Self::is_word(found, number, *index);
            let before = at(first).and_then(|index| index.checked_sub(1)).filter(free);
            let after = at(last).map(|index| index + 1).filter(free);
            before.and_then(|index| line.get(index)).is_some_and(|letter| joined(letter, first))
                || after.and_then(|index| line.get(index)).is_some_and(|letter| joined(last, letter))
        })
    }
}
