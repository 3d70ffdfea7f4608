//! From lines to cells: the smallest areas that lines enclose, however cells span.

use super::page::{Area, Direction, Rule};

/// More distinct lines than this on one page is a pattern, not a form.
const MAX_LINES: usize = 420;

/// A closed area.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub area: Area,
}

/// Values within `near` of each other are one; what is far from the first of a group starts the next.
fn gathered(mut values: Vec<f64>, near: f64) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut groups: Vec<(f64, f64, f64)> = Vec::new();
    for value in values {
        match groups.last_mut() {
            Some((first, sum, count)) if value - *first <= near => {
                *sum += value;
                *count += 1.0;
            }
            _ => groups.push((value, value, 1.0)),
        }
    }
    groups.into_iter().map(|(_, sum, count)| sum / count).collect()
}

fn nearest(values: &[f64], value: f64) -> Option<usize> {
    let after = values.partition_point(|known| *known < value);
    [after.checked_sub(1), Some(after)]
        .into_iter()
        .flatten()
        .filter_map(|index| Some((index, (values.get(index)? - value).abs())))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}

/// A grid of all lines' places, with a wall where a line really runs.
struct Walls {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// Left of the small cell (column, row).
    left: Vec<bool>,
    /// Above it.
    above: Vec<bool>,
}

impl Walls {
    fn index(&self, column: usize, row: usize) -> usize {
        row * self.xs.len() + column
    }

    fn build(rules: &[Rule], near: f64) -> Self {
        let places = |direction| {
            let all = rules.iter().filter(|rule| rule.direction == direction).map(|rule| rule.at).collect();
            gathered(all, near)
        };
        let (xs, ys) = (places(Direction::Down), places(Direction::Across));
        let size = xs.len() * ys.len();
        let mut walls = Self { xs, ys, left: vec![false; size], above: vec![false; size] };
        for rule in rules {
            let (own, along) = match rule.direction {
                Direction::Down => (&walls.xs, &walls.ys),
                Direction::Across => (&walls.ys, &walls.xs),
            };
            let Some(line) = nearest(own, rule.at) else { continue };
            // A stretch between two crossings is a wall where most of it is drawn.
            let covered: Vec<usize> = along
                .windows(2)
                .enumerate()
                .filter_map(|(index, pair)| {
                    let (from, to) = (*pair.first()?, *pair.get(1)?);
                    let drawn = rule.to.min(to) - rule.from.max(from);
                    (drawn >= (to - from) * 0.6).then_some(index)
                })
                .collect();
            for piece in covered {
                let (index, wall) = match rule.direction {
                    Direction::Down => (walls.index(line, piece), &mut walls.left),
                    Direction::Across => (walls.index(piece, line), &mut walls.above),
                };
                if let Some(wall) = wall.get_mut(index) {
                    *wall = true;
                }
            }
        }
        walls
    }

    fn has(walls: &[bool], index: usize) -> bool {
        walls.get(index).copied().unwrap_or(false)
    }

    /// Small cells that no wall parts, as groups; the group that reaches the edge of the grid through a gap is no cell.
    fn rooms(&self) -> Vec<Vec<(usize, usize)>> {
        let (columns, rows) = (self.xs.len().saturating_sub(1), self.ys.len().saturating_sub(1));
        let mut seen = vec![false; self.left.len()];
        let mut rooms = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let start = self.index(column, row);
                if Self::has(&seen, start) {
                    continue;
                }
                let mut room = Vec::new();
                let mut open = vec![(column, row)];
                let mut closed = true;
                if let Some(seen) = seen.get_mut(start) {
                    *seen = true;
                }
                while let Some((x, y)) = open.pop() {
                    room.push((x, y));
                    let ways = [
                        (!Self::has(&self.left, self.index(x, y)), x.checked_sub(1), Some(y)),
                        (!Self::has(&self.left, self.index(x + 1, y)), Some(x + 1), Some(y)),
                        (!Self::has(&self.above, self.index(x, y)), Some(x), y.checked_sub(1)),
                        (!Self::has(&self.above, self.index(x, y + 1)), Some(x), Some(y + 1)),
                    ];
                    for (free, x, y) in ways {
                        if !free {
                            continue;
                        }
                        match (x, y) {
                            (Some(x), Some(y)) if x < columns && y < rows => {
                                let index = self.index(x, y);
                                if let Some(seen) = seen.get_mut(index)
                                    && !*seen
                                {
                                    *seen = true;
                                    open.push((x, y));
                                }
                            }
                            _ => closed = false,
                        }
                    }
                }
                if closed {
                    rooms.push(room);
                }
            }
        }
        rooms
    }

    fn area(&self, x0: usize, y0: usize, x1: usize, y1: usize) -> Option<Area> {
        Some(Area::of_corners(*self.xs.get(x0)?, *self.ys.get(y0)?, *self.xs.get(x1)?, *self.ys.get(y1)?))
    }
}

/// The cells of a page, in reading order.
pub(super) fn cells(rules: &[Rule], near: f64) -> Vec<Cell> {
    let walls = Walls::build(rules, near);
    if walls.xs.len() > MAX_LINES || walls.ys.len() > MAX_LINES {
        return Vec::new();
    }
    let mut cells: Vec<Cell> = Vec::new();
    for room in walls.rooms() {
        let x0 = room.iter().map(|(x, _)| *x).min().unwrap_or(0);
        let x1 = room.iter().map(|(x, _)| *x).max().unwrap_or(0) + 1;
        let y0 = room.iter().map(|(_, y)| *y).min().unwrap_or(0);
        let y1 = room.iter().map(|(_, y)| *y).max().unwrap_or(0) + 1;
        let Some(mut area) = walls.area(x0, y0, x1, y1) else { continue };
        // A room around corners (L, U): its widest whole band of rows is what can be written in.
        let own: f64 =
            room.iter().filter_map(|(x, y)| walls.area(*x, *y, x + 1, y + 1)).map(|a| a.size()).sum();
        if own < area.size() * 0.6 {
            area = band(&walls, &room).unwrap_or(area);
        }
        if area.w >= 1.8 && area.h >= 1.8 {
            cells.push(Cell { area });
        }
    }
    cells.sort_by(|a, b| a.area.y.total_cmp(&b.area.y).then(a.area.x.total_cmp(&b.area.x)));
    cells
}

/// The largest rectangle of whole rows in a room that is no rectangle.
fn band(walls: &Walls, room: &[(usize, usize)]) -> Option<Area> {
    let mut rows: std::collections::BTreeMap<usize, (usize, usize)> = std::collections::BTreeMap::new();
    for (x, y) in room {
        let row = rows.entry(*y).or_insert((*x, *x));
        *row = (row.0.min(*x), row.1.max(*x));
    }
    let mut best: Option<Area> = None;
    let list: Vec<(usize, (usize, usize))> = rows.into_iter().collect();
    for (index, (first, span)) in list.iter().enumerate() {
        let (mut from, mut to) = *span;
        for (row, (left, right)) in list.iter().skip(index).take(40) {
            from = from.max(*left);
            to = to.min(*right);
            if from > to {
                break;
            }
            let area = walls.area(from, *first, to + 1, row + 1)?;
            if best.is_none_or(|best| area.size() > best.size()) {
                best = Some(area);
            }
        }
    }
    best
}
