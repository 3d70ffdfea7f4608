//! Ink from paper: local binarisation, ruled lines, and lines of text.

use crate::picture::{Area, Grey};

/// Black where a pixel is darker than its surroundings (Sauvola, Pietikäinen 2000), in `window` pixels.
pub(crate) fn sauvola(grey: &Grey, window: usize, k: f32) -> Grey {
    let (w, h) = (grey.width, grey.height);
    let stride = w + 1;
    let mut sums = vec![0u32; stride * (h + 1)];
    let mut squares = vec![0u64; stride * (h + 1)];
    for y in 0..h {
        let (mut sum, mut square) = (0u32, 0u64);
        for (x, tone) in grey.row(y).iter().enumerate() {
            sum = sum.wrapping_add(u32::from(*tone));
            square += u64::from(*tone) * u64::from(*tone);
            let (above, here) = (y * stride + x + 1, (y + 1) * stride + x + 1);
            let over = sums.get(above).copied().unwrap_or(0);
            let over_square = squares.get(above).copied().unwrap_or(0);
            if let (Some(s), Some(q)) = (sums.get_mut(here), squares.get_mut(here)) {
                *s = over.wrapping_add(sum);
                *q = over_square + square;
            }
        }
    }
    let half = window / 2;
    let mut out = Grey::new(w, h, 255);
    for (y, row) in out.pixels.chunks_mut(w.max(1)).enumerate() {
        let (top, bottom) = (y.saturating_sub(half), (y + half + 1).min(h));
        for (x, pixel) in row.iter_mut().enumerate() {
            let (left, right) = (x.saturating_sub(half), (x + half + 1).min(w));
            let corner = |y: usize, x: usize| {
                let at = y * stride + x;
                (sums.get(at).copied().unwrap_or(0), squares.get(at).copied().unwrap_or(0))
            };
            let (a, b, c, d) =
                (corner(bottom, right), corner(top, right), corner(bottom, left), corner(top, left));
            let n = ((bottom - top) * (right - left)).max(1) as f32;
            let sum = a.0.wrapping_sub(b.0).wrapping_sub(c.0).wrapping_add(d.0) as f32;
            let square = (a.1 + d.1).saturating_sub(b.1 + c.1) as f32;
            let mean = sum / n;
            let deviation = (square / n - mean * mean).max(0.0).sqrt();
            let threshold = mean * (1.0 + k * (deviation / 128.0 - 1.0));
            let tone = f32::from(grey.pixels.get(y * w + x).copied().unwrap_or(255));
            *pixel = if tone < threshold { 0 } else { 255 };
        }
    }
    out
}

/// Grey, but paper white and ink black: a soft stretch between the tones of paper and ink of this crop.
pub(crate) fn stretched(grey: &Grey) -> Grey {
    let mut counts = [0usize; 256];
    for tone in grey.pixels.iter() {
        if let Some(count) = counts.get_mut(usize::from(*tone)) {
            *count += 1;
        }
    }
    let total = grey.pixels.len().max(1);
    let percentile = |share: f32| {
        let mut seen = 0;
        for (tone, count) in counts.iter().enumerate() {
            seen += count;
            if seen as f32 >= share * total as f32 {
                return tone as f32;
            }
        }
        255.0
    };
    let (ink, paper) = (percentile(0.02), percentile(0.75));
    let (low, high) = (ink + (paper - ink) * 0.1, ink + (paper - ink) * 0.85);
    let mut out = grey.clone();
    for tone in out.pixels.iter_mut() {
        *tone = ((f32::from(*tone) - low) / (high - low).max(8.0) * 255.0).clamp(0.0, 255.0) as u8;
    }
    out
}

/// A ruled line of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Across the line: y of a horizontal one, x of an upright one.
    pub(crate) at: i32,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Lines of text, without order.
    pub(crate) lines: Vec<Area>,
    pub(crate) across: Vec<Rule>,
    pub(crate) upright: Vec<Rule>,
}

/// What stands on a flat page.
pub(crate) fn sheet(page: &Grey) -> Sheet {
    let window = (page.width.max(page.height) / 30).max(25) | 1;
    let mut ink = sauvola(page, window, 0.2);
    let longest = (page.width.max(page.height) / 16) as i32;
    let across_runs = remove_rules(&mut ink, longest, false);
    let upright_runs = remove_rules(&mut ink, longest, true);
    let (across, upright) = (merged(across_runs.clone()), merged(upright_runs.clone()));
    let parts = components(&ink, None);
    let size = text_size(&parts);
    if size < 5.0 {
        return Sheet { lines: Vec::new(), across, upright };
    }
    // Specks and stains go before anything is joined.
    let keep: Vec<bool> = parts.iter().map(|part| is_text_part(part, size)).collect();
    let mut clean = Grey::new(ink.width, ink.height, 255);
    paint(&ink, &parts, &keep, &mut clean);
    let mut joined = smear(&clean, (size * 0.95) as usize, &upright);
    cut(&mut joined, &across_runs, false);
    cut(&mut joined, &upright_runs, true);
    let blobs = components(&joined, None);
    let pieces = blobs.iter().flat_map(|blob| split_rows(&clean, blob.area, size)).collect();
    let lines = stacked(pieces, size)
        .into_iter()
        .filter(|area| {
            let (w, h) = (area.width() as f32, area.height() as f32);
            h > size * 0.45 && h < size * 3.2 && w > size * 0.35
        })
        .collect();
    let lines = in_rows(lines, &upright).into_iter().flat_map(|line| at_walls(line, &upright)).collect();
    Sheet { lines, across, upright }
}

#[derive(Debug, Clone)]
struct Part {
    area: Area,
    ink: usize,
    first: usize,
}

fn is_text_part(part: &Part, size: f32) -> bool {
    let (w, h) = (part.area.width() as f32, part.area.height() as f32);
    let tiny = w.max(h) < size * 0.16;
    let vast = h > size * 2.9 || w > size * 6.0;
    !tiny && !vast
}

/// The size of most letters: the upper quartile of what is roughly square.
fn text_size(parts: &[Part]) -> f32 {
    let mut heights: Vec<i32> = parts
        .iter()
        .filter(|part| {
            let (w, h) = (part.area.width(), part.area.height());
            (7..140).contains(&h) && w * 5 > h * 2 && w < h * 2 && part.ink * 12 > (w * h) as usize
        })
        .map(|part| part.area.height())
        .collect();
    if heights.len() < 4 {
        return 0.0;
    }
    heights.sort_unstable();
    heights.get(heights.len() * 6 / 10).copied().unwrap_or(0) as f32
}

fn paint(ink: &Grey, parts: &[Part], keep: &[bool], out: &mut Grey) {
    let mut seen = vec![false; ink.pixels.len()];
    let mut stack = Vec::new();
    for (part, keep) in parts.iter().zip(keep) {
        if !keep {
            continue;
        }
        stack.push(part.first);
        while let Some(at) = stack.pop() {
            if seen.get(at).copied().unwrap_or(true) || ink.pixels.get(at).copied() != Some(0) {
                continue;
            }
            if let (Some(flag), Some(pixel)) = (seen.get_mut(at), out.pixels.get_mut(at)) {
                *flag = true;
                *pixel = 0;
            }
            neighbours(at, ink.width, ink.height, &mut stack);
        }
    }
}

fn neighbours(at: usize, width: usize, height: usize, stack: &mut Vec<usize>) {
    let (x, y) = (at % width, at / width);
    for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
        for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
            if (nx, ny) != (x, y) {
                stack.push(ny * width + nx);
            }
        }
    }
}

fn components(ink: &Grey, most: Option<usize>) -> Vec<Part> {
    let mut seen = vec![false; ink.pixels.len()];
    let mut stack = Vec::new();
    let mut parts = Vec::new();
    for start in 0..ink.pixels.len() {
        if ink.pixels.get(start).copied() != Some(0) || seen.get(start).copied().unwrap_or(true) {
            continue;
        }
        let (x, y) = ((start % ink.width) as i32, (start / ink.width) as i32);
        let mut part = Part { area: Area::new(x, y, x + 1, y + 1), ink: 0, first: start };
        stack.push(start);
        while let Some(at) = stack.pop() {
            if seen.get(at).copied().unwrap_or(true) || ink.pixels.get(at).copied() != Some(0) {
                continue;
            }
            if let Some(flag) = seen.get_mut(at) {
                *flag = true;
            }
            let (x, y) = ((at % ink.width) as i32, (at / ink.width) as i32);
            part.area = part.area.with(Area::new(x, y, x + 1, y + 1));
            part.ink += 1;
            neighbours(at, ink.width, ink.height, &mut stack);
        }
        if part.ink > 3 {
            parts.push(part);
        }
        if most.is_some_and(|most| parts.len() >= most) {
            break;
        }
    }
    parts
}

/// Finds straight runs of ink longer than any stroke, and takes them out.
fn remove_rules(ink: &mut Grey, longest: i32, upright: bool) -> Vec<Rule> {
    const THICKEST: i32 = 9;
    let (outer, inner) =
        if upright { (ink.width as i32, ink.height as i32) } else { (ink.height as i32, ink.width as i32) };
    let black = |ink: &Grey, o: i32, i: i32| {
        let (x, y) = if upright { (o, i) } else { (i, o) };
        x >= 0 && y >= 0 && x < ink.width as i32 && y < ink.height as i32 && ink.at(x, y) == 0
    };
    let mut runs: Vec<Rule> = Vec::new();
    for o in 0..outer {
        let mut start = None;
        let mut gap = 0;
        for i in 0..=inner {
            // A slanting line steps sideways: its neighbour counts too.
            let on = i < inner && (black(ink, o, i) || black(ink, o + 1, i));
            match (on, start) {
                (true, None) => {
                    start = Some(i);
                    gap = 0;
                }
                (true, Some(_)) => gap = 0,
                (false, Some(from)) => {
                    gap += 1;
                    if gap > 2 || i == inner {
                        if i - gap - from >= longest {
                            runs.push(Rule { at: o, from, to: i - gap });
                        }
                        start = None;
                    }
                }
                (false, None) => {}
            }
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for run in &runs {
        // A photo is made of long runs too, but of thick ones.
        let thick = |i: i32| {
            let mut low = run.at;
            while low > run.at - 14 && black(ink, low - 1, i) {
                low -= 1;
            }
            let mut high = run.at;
            while high < run.at + 14 && black(ink, high + 1, i) {
                high += 1;
            }
            high - low
        };
        let step = ((run.to - run.from) / 12).max(1);
        let samples: Vec<i32> = (0..12).map(|n| thick(run.from + n * step)).collect();
        if samples.iter().filter(|t| **t > THICKEST).count() > 7 {
            continue;
        }
        rules.push(*run);
    }
    for rule in &rules {
        for i in rule.from..rule.to {
            let (mut low, mut high) = (rule.at, rule.at + 1);
            while low > rule.at - 8 && black(ink, low - 1, i) {
                low -= 1;
            }
            while high < rule.at + 9 && black(ink, high + 1, i) {
                high += 1;
            }
            // Where a stroke crosses it goes on: leave it.
            if high - low > THICKEST {
                continue;
            }
            for o in low..=high {
                let (x, y) = if upright { (o, i) } else { (i, o) };
                if x >= 0 && y >= 0 {
                    ink.set(x as usize, y as usize, 255);
                }
            }
        }
    }
    rules
}

/// Parts what was joined across a ruled line.
fn cut(joined: &mut Grey, rules: &[Rule], upright: bool) {
    for rule in rules {
        for i in rule.from.max(0)..rule.to.max(0) {
            for o in (rule.at - 1).max(0)..rule.at + 2 {
                let (x, y) = if upright { (o, i) } else { (i, o) };
                joined.set(x as usize, y as usize, 255);
            }
        }
    }
}

fn merged(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by_key(|rule| (rule.at, rule.from));
    let mut out: Vec<Rule> = Vec::new();
    for rule in rules {
        let same = out.iter_mut().rev().take(60).find(|other| {
            (other.at - rule.at).abs() <= 4 && other.from <= rule.to + 12 && rule.from <= other.to + 12
        });
        if let Some(other) = same {
            other.from = other.from.min(rule.from);
            other.to = other.to.max(rule.to);
        } else {
            out.push(rule);
        }
    }
    out
}

/// Closes gaps up to `gap` pixels along rows, but not through upright rules.
fn smear(ink: &Grey, gap: usize, upright: &[Rule]) -> Grey {
    let mut out = ink.clone();
    let mut walls: Vec<Vec<i32>> = vec![Vec::new(); ink.height];
    for rule in upright {
        for wall in walls.iter_mut().take(rule.to.max(0) as usize).skip(rule.from.max(0) as usize) {
            wall.push(rule.at);
        }
    }
    for y in 0..ink.height {
        let mut last: Option<usize> = None;
        let walls = walls.get(y).map(Vec::as_slice).unwrap_or_default();
        for x in 0..ink.width {
            if ink.pixels.get(y * ink.width + x).copied() != Some(0) {
                continue;
            }
            if let Some(before) = last
                && x - before <= gap
                && !walls.iter().any(|wall| (before as i32) < *wall + 3 && *wall - 3 < x as i32)
            {
                for between in before + 1..x {
                    out.set(between, y, 0);
                }
            }
            last = Some(x);
        }
    }
    out
}

/// A line that runs through upright rules, in its cells.
fn at_walls(line: Area, upright: &[Rule]) -> Vec<Area> {
    let y = line.middle().1;
    let mut walls: Vec<i32> = upright
        .iter()
        .filter(|rule| rule.from < y && y < rule.to && line.left + 6 < rule.at && rule.at < line.right - 6)
        .map(|rule| rule.at)
        .collect();
    walls.sort_unstable();
    let mut parts = Vec::new();
    let mut left = line.left;
    for wall in walls {
        parts.push(Area { left, right: wall - 4, ..line });
        left = wall + 5;
    }
    parts.push(Area { left, ..line });
    parts.retain(|part| part.width() * 2 > part.height());
    parts
}

/// Two lines set so tight that they touch: parted where no ink, or the least, runs between them.
fn split_rows(ink: &Grey, area: Area, size: f32) -> Vec<Area> {
    if (area.height() as f32) < size * 1.55 {
        return vec![area];
    }
    let counts: Vec<usize> = (area.top..area.bottom)
        .map(|y| (area.left..area.right).filter(|x| ink.at(*x, y) == 0).count())
        .collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let (from, to) = (counts.len() * 3 / 10, counts.len() * 7 / 10);
    let least = (from..to).min_by_key(|y| counts.get(*y).copied().unwrap_or(usize::MAX));
    match least {
        Some(at) if counts.get(at).copied().unwrap_or(usize::MAX) * 12 < most => {
            let y = area.top + at as i32;
            let mut parts = split_rows(ink, Area { bottom: y, ..area }, size);
            parts.extend(split_rows(ink, Area { top: y + 1, ..area }, size));
            parts
        }
        _ => vec![area],
    }
}

/// A letter that stands alone may be of parts that touch nowhere (号, 二): what lies over each other within the height
/// of one letter is one.
fn stacked(mut pieces: Vec<Area>, size: f32) -> Vec<Area> {
    pieces.sort_by_key(|piece| piece.top);
    let mut out: Vec<Area> = Vec::new();
    for piece in pieces {
        let under = |other: &Area| {
            let across = piece.right.min(other.right) - piece.left.max(other.left);
            let both = other.with(piece);
            let narrow = (both.width() as f32) < size * 1.5;
            narrow
                && across * 10 > piece.width().min(other.width()) * 6
                && (both.height() as f32) < size * 1.4
                && piece.top - other.bottom < (size * 0.35) as i32
        };
        if let Some(other) = out.iter_mut().find(|other| under(other)) {
            *other = other.with(piece);
        } else {
            out.push(piece);
        }
    }
    out
}

/// Joins what is one line with a wider space in it.
fn in_rows(mut lines: Vec<Area>, upright: &[Rule]) -> Vec<Area> {
    lines.sort_by_key(|line| line.left);
    let mut rows: Vec<Area> = Vec::new();
    for line in lines {
        let joins = |row: &Area| {
            let size = row.height().min(line.height()) as f32;
            let gap = line.left - row.right;
            let alike = (row.height() as f32 / line.height().max(1) as f32).ln().abs() < 0.5;
            let level = (row.middle().1 - line.middle().1).abs() as f32 <= size * 0.35;
            let wall = upright.iter().any(|rule| {
                rule.at >= row.right - 2
                    && rule.at <= line.left + 2
                    && rule.from < line.middle().1
                    && rule.to > line.middle().1
            });
            (gap as f32) < size * 1.9 && row.beside(line) > 0.6 && alike && level && !wall
        };
        if let Some(row) = rows.iter_mut().rev().find(|row| joins(row)) {
            *row = row.with(line);
        } else {
            rows.push(line);
        }
    }
    rows
}
