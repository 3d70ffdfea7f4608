//! One line of type cut into its glyphs.
//!
//! Between kanji there is little room and inside them there is some (川, 明, 渋), so a line is cut wherever there is room
//! and the pieces are put together in the way that looks most like drawn glyphs (Viterbi over the pieces).

use super::{Glyphs, Guess, Seen};
use crate::ink::stretched;
use crate::picture::{Area, Grey};

/// Type is brought to this size before it is compared.
const EM: f32 = 40.0;
/// The widest a glyph is, in ems.
const WIDEST: f32 = 1.16;

/// A glyph on paper and what it may be.
pub(crate) struct Cell {
    /// On the page.
    pub(crate) area: Area,
    seen: Seen,
    /// The nearest first.
    pub(crate) guesses: Vec<Guess>,
}

impl Cell {
    /// How near this one character is; `None` where no font has it.
    pub(crate) fn likeness(&self, glyphs: &Glyphs, character: char) -> Option<f32> {
        match self.guesses.iter().find(|guess| guess.character == character) {
            Some(guess) => Some(guess.likeness),
            None => glyphs.likeness(&self.seen, character),
        }
    }

    pub(crate) fn best(&self) -> f32 {
        self.guesses.first().map_or(0.0, |guess| guess.likeness)
    }
}

/// The glyphs of one row; none where no drawn glyphs fit what stands there.
pub(crate) fn cells(glyphs: &Glyphs, page: &Grey, row: Area) -> Vec<Cell> {
    if row.height() < 8 || row.width() < 6 {
        return Vec::new();
    }
    // No more above and below than blur needs: the rim of a form is near and would join everything.
    let outer = row.grown(row.height() / 8 + 1, row.height() / 24 + 1);
    let crop = page.crop(outer);
    // Kanji fill nine tenths of their em.
    let em = height_of_type(&crop) as f32 / 0.93;
    let mut best: (f32, Vec<Cell>) = (0.0, Vec::new());
    // A rest of a rule above, or kana only, make the type look larger or smaller than it is.
    for size in [1.0, 0.87, 1.15, 0.76] {
        let cells = cells_of_size(glyphs, &crop, em * size, outer, row);
        let weight = |cell: &Cell| cell.area.width() as f32;
        let all: f32 = cells.iter().map(weight).sum();
        let fit = cells.iter().map(|cell| cell.best() * weight(cell)).sum::<f32>() / all.max(1.0);
        if fit > best.0 {
            best = (fit, cells);
        }
        if best.0 > 0.88 {
            break;
        }
    }
    best.1
}

fn cells_of_size(glyphs: &Glyphs, crop: &Grey, em_on_page: f32, outer: Area, row: Area) -> Vec<Cell> {
    const MOST_PIECES: usize = 160;
    let scale = EM / em_on_page;
    let (width, height) = ((crop.width as f32 * scale) as usize, (crop.height as f32 * scale) as usize);
    let mut ink = stretched(&crop.scaled(width.clamp(8, 6_000), height.clamp(8, 400)));
    for tone in ink.pixels.iter_mut() {
        *tone = 255 - *tone;
    }
    let pieces = pieces(&ink);
    if pieces.is_empty() || pieces.len() > MOST_PIECES {
        return Vec::new();
    }
    let back = |x: usize| outer.left + (x as f32 / scale) as i32;
    best_way(glyphs, &ink, &pieces)
        .into_iter()
        .map(|(from, to, seen, guesses)| Cell {
            area: Area { left: back(from), right: back(to), ..row },
            seen,
            guesses,
        })
        .collect()
}

/// From the highest to the lowest row that has as much ink as type has: a speck or a rest of a ruled line has not.
fn height_of_type(crop: &Grey) -> usize {
    let flat = stretched(crop);
    let dark: Vec<usize> =
        (0..flat.height).map(|y| flat.row(y).iter().filter(|tone| **tone < 110).count()).collect();
    let most = dark.iter().copied().max().unwrap_or(0);
    let bar = (most / 8).max(2);
    let top = dark.iter().position(|count| *count >= bar).unwrap_or(0);
    let bottom = dark.iter().rposition(|count| *count >= bar).map_or(flat.height, |y| y + 1);
    bottom.saturating_sub(top).max(flat.height / 2)
}

/// Runs of columns with ink, wide ones parted where there is least.
fn pieces(ink: &Grey) -> Vec<(usize, usize)> {
    let counts: Vec<u32> = (0..ink.width)
        .map(|x| (0..ink.height).map(|y| u32::from(ink.row(y).get(x).copied().unwrap_or(0))).sum())
        .collect();
    let bar = 255 * 3 / 4;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for (x, count) in counts.iter().chain([&0]).enumerate() {
        match (start, *count > bar) {
            (None, true) => start = Some(x),
            (Some(from), false) => {
                runs.push((from, x));
                start = None;
            }
            _ => {}
        }
    }
    runs.into_iter().filter(|(from, to)| to - from > 1).flat_map(|run| parted(run, &counts)).collect()
}

fn parted(run: (usize, usize), counts: &[u32]) -> Vec<(usize, usize)> {
    let (from, to) = run;
    let width = (to - from) as f32;
    if width <= EM * 1.06 {
        return vec![run];
    }
    let many = (width / EM).round().max(2.0);
    // The first cut is looked for around one em from the left.
    let near = from as f32 + width / many;
    let (low, high) = ((near - EM * 0.25) as usize, (near + EM * 0.25) as usize);
    let cut = (low.max(from + 3)..high.min(to.saturating_sub(3)))
        .min_by_key(|x| counts.get(*x).copied().unwrap_or(u32::MAX));
    match cut {
        Some(at) => {
            let mut parts = vec![(from, at)];
            parts.extend(parted((at, to), counts));
            parts
        }
        None => vec![run],
    }
}

type Put = (usize, usize, Seen, Vec<Guess>);

fn best_way(glyphs: &Glyphs, ink: &Grey, pieces: &[(usize, usize)]) -> Vec<Put> {
    struct Step {
        cost: f32,
        from: usize,
        put: Option<Put>,
    }
    let mut steps: Vec<Step> = vec![Step { cost: 0.0, from: 0, put: None }];
    for end in 1..=pieces.len() {
        let mut best: Option<Step> = None;
        for start in (0..end).rev() {
            let (Some((from, _)), Some((_, to))) = (pieces.get(start), pieces.get(end - 1)) else { break };
            let wide = (to - from) as f32 / EM;
            if wide > WIDEST && end - start > 1 {
                break;
            }
            let part = ink.crop(Area::new(*from as i32, 0, *to as i32, ink.height as i32));
            let seen = Seen::of(&part, EM);
            let guesses = seen.as_ref().map_or_else(Vec::new, |seen| glyphs.nearest(seen, 8));
            let likeness = guesses.first().map_or(0.0, |guess| guess.likeness);
            // By its width, so that many narrow pieces do not weigh more than one wide glyph; and a little for each cut.
            let cost = (1.0 - likeness) * wide.max(0.35) + 0.06;
            let total = steps.get(start).map_or(f32::MAX, |step| step.cost) + cost;
            if best.as_ref().is_none_or(|other| total < other.cost) {
                best = Some(Step {
                    cost: total,
                    from: start,
                    put: seen.map(|seen| (*from, *to, seen, guesses)),
                });
            }
        }
        let Some(best) = best else { return Vec::new() };
        steps.push(best);
    }
    let mut way = Vec::new();
    let mut at = pieces.len();
    while at > 0 {
        let Some(step) = steps.get_mut(at) else { break };
        at = step.from;
        way.extend(step.put.take());
    }
    way.reverse();
    way
}
