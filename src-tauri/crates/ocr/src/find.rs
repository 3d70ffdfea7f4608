//! Where in the picture a document lies: four straight edges with another tone on their two sides.
//!
//! Rules and lines of text inside a document have the same tone on both sides, the rim of a document on a desk has
//! not; this is what tells them apart. A hand over a corner costs a part of two edges only, so edges are looked for as
//! whole lines (Hough 1962, voting only near each pixel's own direction) and not by following the outline.

use std::f32::consts::PI;

use crate::picture::Grey;

/// Corners from the top left, clockwise.
pub(crate) type Corners = [(f32, f32); 4];

const SIDE: usize = 480;
const ANGLES: usize = 180;
const MOST_LINES: usize = 28;
const MOST_DOCUMENTS: usize = 4;
/// How far outside the picture a corner may lie, in parts of the picture's side.
const CUT_OFF: f32 = 0.1;
/// A rim is looked at in so many places, and so many must lie inside the picture.
const PLACES: u8 = 39;
const SEEN_PLACES: u8 = 20;
/// What a side at the picture's edge counts for.
const AT_EDGE: f32 = 0.6;
/// Where one side is cut off, each of the others shows at least so much.
const GOOD_RIM: f32 = 0.85;

#[derive(Clone, Copy)]
struct Line {
    angle: f32,
    rho: f32,
    /// The picture's own edge: a page may go on beyond it.
    edge: bool,
}

impl Line {
    fn meets(&self, other: &Self) -> Option<(f32, f32)> {
        let (s1, c1) = self.angle.sin_cos();
        let (s2, c2) = other.angle.sin_cos();
        let det = c1 * s2 - s1 * c2;
        (det.abs() > 0.2)
            .then(|| ((self.rho * s2 - other.rho * s1) / det, (c1 * other.rho - c2 * self.rho) / det))
    }
}

/// The documents in the picture, the largest first; none where nothing has a rim (a full-page scan).
pub(crate) fn documents(picture: &Grey) -> Vec<Corners> {
    let longest = picture.width.max(picture.height);
    let scale = (longest as f32 / SIDE as f32).max(1.0);
    let small =
        picture.scaled((picture.width as f32 / scale) as usize, (picture.height as f32 / scale) as usize);
    let small = softened(&small);
    let lines = lines(&small);
    let mut found = quads(&small, &lines);
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut chosen: Vec<Corners> = Vec::new();
    for (corners, _) in found {
        let apart = chosen.iter().all(|other| !overlap(other, &corners));
        if apart && chosen.len() < MOST_DOCUMENTS {
            chosen.push(corners);
        }
    }
    chosen.sort_by(|a, b| area(b).total_cmp(&area(a)));
    let back = |corners: Corners| corners.map(|(x, y)| ((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5));
    chosen.into_iter().map(back).collect()
}

fn softened(grey: &Grey) -> Grey {
    let mut out = grey.clone();
    for y in 0..grey.height {
        for x in 0..grey.width {
            let mut sum = 0u32;
            for dy in -1..=1 {
                for dx in -1..=1 {
                    sum += u32::from(grey.at(x as i32 + dx, y as i32 + dy));
                }
            }
            out.set(x, y, (sum / 9) as u8);
        }
    }
    out
}

fn lines(grey: &Grey) -> Vec<Line> {
    let reach = (grey.width + grey.height) as i32;
    let rhos = reach as usize; // two pixels a cell, from -reach to reach
    let mut votes = vec![0f32; ANGLES * rhos];
    let tables: Vec<(f32, f32)> = (0..ANGLES).map(|a| (a as f32 * PI / ANGLES as f32).sin_cos()).collect();
    for y in 1..grey.height as i32 - 1 {
        for x in 1..grey.width as i32 - 1 {
            let t = |dx, dy| i32::from(grey.at(x + dx, y + dy));
            let gx = t(1, -1) + 2 * t(1, 0) + t(1, 1) - t(-1, -1) - 2 * t(-1, 0) - t(-1, 1);
            let gy = t(-1, 1) + 2 * t(0, 1) + t(1, 1) - t(-1, -1) - 2 * t(0, -1) - t(1, -1);
            let strength = ((gx * gx + gy * gy) as f32).sqrt();
            if strength < 36.0 {
                continue;
            }
            let angle = (gy as f32).atan2(gx as f32).rem_euclid(PI);
            let middle = (angle / PI * ANGLES as f32).round() as i32;
            for d in -3..=3 {
                let a = (middle + d).rem_euclid(ANGLES as i32) as usize;
                let Some((sin, cos)) = tables.get(a) else { continue };
                let rho = x as f32 * cos + y as f32 * sin;
                let cell = f32::midpoint(rho, reach as f32) as usize;
                if let Some(vote) = votes.get_mut(a * rhos + cell) {
                    *vote += strength.min(160.0) / 160.0 + 0.3;
                }
            }
        }
    }
    let mut found: Vec<(f32, usize, usize)> = votes
        .iter()
        .enumerate()
        .filter(|(_, vote)| **vote > SIDE as f32 * 0.05)
        .map(|(index, vote)| (*vote, index / rhos, index % rhos))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (_, angle, rho) in found {
        let near = |&(a, r): &(usize, usize)| {
            let turn = a.abs_diff(angle);
            // Past half a turn the sign of rho flips.
            if turn > ANGLES / 2 {
                ANGLES - turn < 7 && (r + rho).abs_diff(rhos) < 5
            } else {
                turn < 7 && r.abs_diff(rho) < 5
            }
        };
        if !kept.iter().any(near) {
            kept.push((angle, rho));
        }
        if kept.len() >= MOST_LINES {
            break;
        }
    }
    kept.into_iter()
        .map(|(angle, rho)| Line {
            angle: angle as f32 * PI / ANGLES as f32,
            rho: rho as f32 * 2.0 - reach as f32 + 1.0,
            edge: false,
        })
        .chain(edges(grey))
        .collect()
}

fn edges(grey: &Grey) -> [Line; 4] {
    let line = |angle: f32, rho: f32| Line { angle, rho, edge: true };
    let (right, bottom) = (grey.width as f32 - 1.0, grey.height as f32 - 1.0);
    [line(0.0, 0.0), line(0.0, right), line(PI / 2.0, 0.0), line(PI / 2.0, bottom)]
}

fn quads(grey: &Grey, lines: &[Line]) -> Vec<(Corners, f32)> {
    let turn = |a: &Line, b: &Line| {
        let d = (a.angle - b.angle).abs();
        d.min(PI - d)
    };
    let mut pairs = Vec::new();
    for (i, a) in lines.iter().enumerate() {
        for b in lines.iter().skip(i + 1) {
            if turn(a, b) < 0.45 && !(a.edge && b.edge) {
                pairs.push((a, b));
            }
        }
    }
    let (width, height) = (grey.width as f32, grey.height as f32);
    let mut found = Vec::new();
    for (i, (a, b)) in pairs.iter().enumerate() {
        for (c, d) in pairs.iter().skip(i + 1) {
            if turn(a, c) < 1.1 || turn(b, d) < 1.1 {
                continue;
            }
            // Cut off on one side it is still a page; on two it is a desk.
            let cut = [a.edge || b.edge, c.edge || d.edge];
            if cut == [true, true] {
                continue;
            }
            let corners = [a.meets(c), a.meets(d), b.meets(d), b.meets(c)];
            let [Some(p), Some(q), Some(r), Some(s)] = corners else { continue };
            let corners = ordered([p, q, r, s]);
            // A corner of a page held by hand may lie outside the picture.
            let inside = corners.iter().all(|(x, y)| {
                (-CUT_OFF * width..(1.0 + CUT_OFF) * width).contains(x)
                    && (-CUT_OFF * height..(1.0 + CUT_OFF) * height).contains(y)
            });
            let size = area(&corners) / (width * height);
            if !inside || !(0.04..0.995).contains(&size) || !convex(&corners) {
                continue;
            }
            let side = |i: usize, j: usize| {
                corners.get(i).zip(corners.get(j)).map_or(0.0, |(a, b)| (a.0 - b.0).hypot(a.1 - b.1))
            };
            let (w, h) = (f32::midpoint(side(0, 1), side(3, 2)), f32::midpoint(side(0, 3), side(1, 2)));
            let aspect = w.max(h) / w.min(h).max(1.0);
            if aspect > 2.4
                || (side(0, 1) / side(3, 2).max(1.0)).ln().abs() > 0.5
                || (side(0, 3) / side(1, 2).max(1.0)).ln().abs() > 0.5
            {
                continue;
            }
            let support = support(grey, &corners, cut.contains(&true));
            if support > 0.55 {
                found.push((corners, support * support * size.powf(0.3)));
            }
        }
    }
    found
}

/// How much of the rim has another tone outside than inside, the same way round everywhere.
fn support(grey: &Grey, corners: &Corners, cut: bool) -> f32 {
    let centre = corners.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.0 / 4.0, sum.1 + c.1 / 4.0));
    let (width, height) = (grey.width as f32, grey.height as f32);
    let mut best = 0f32;
    for sign in [1.0f32, -1.0] {
        let mut total = 0.0;
        let mut worst = 1f32;
        let (mut unseen, mut rims) = (false, 1f32);
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy).max(1.0);
            let mut normal = (-dy / length, dx / length);
            if (centre.0 - from.0) * normal.0 + (centre.1 - from.1) * normal.1 < 0.0 {
                normal = (-normal.0, -normal.1);
            }
            let (mut hits, mut seen) = (0u8, 0u8);
            for step in 1..=PLACES {
                let t = f32::from(step) / f32::from(PLACES + 1);
                let (x, y) = (from.0 + dx * t, from.1 + dy * t);
                let (out_x, out_y) = (x - normal.0 * 5.0, y - normal.1 * 5.0);
                if !(0.0..width).contains(&out_x) || !(0.0..height).contains(&out_y) {
                    continue;
                }
                seen += 1;
                let tone = |d: f32| f32::from(grey.at((x + normal.0 * d) as i32, (y + normal.1 * d) as i32));
                let inner = f32::midpoint(tone(3.5), tone(5.0));
                let outer = f32::midpoint(tone(-3.5), tone(-5.0));
                if sign * (inner - outer) > 9.0 {
                    hits += 1;
                }
            }
            let share = if seen < SEEN_PLACES { None } else { Some(f32::from(hits) / f32::from(seen)) };
            // The picture's edge shows no rim: it counts for less than a good one, and once only.
            let share = match share {
                None if cut && !unseen => {
                    unseen = true;
                    AT_EDGE
                }
                share => {
                    rims = rims.min(share.unwrap_or(0.0));
                    share.unwrap_or(0.0)
                }
            };
            total += share / 4.0;
            worst = worst.min(share);
        }
        if if cut { unseen && rims > GOOD_RIM } else { worst > 0.3 } {
            best = best.max(total);
        }
    }
    best
}

fn ordered(mut corners: Corners) -> Corners {
    let centre = corners.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.0 / 4.0, sum.1 + c.1 / 4.0));
    corners.sort_by(|a, b| {
        let angle = |c: &(f32, f32)| (c.1 - centre.1).atan2(c.0 - centre.0);
        angle(a).total_cmp(&angle(b))
    });
    // Clockwise from the corner nearest to the picture's own.
    let first = (0..4)
        .min_by(|i, j| {
            let sum = |i: &usize| corners.get(*i).map_or(0.0, |c| c.0 + c.1);
            sum(i).total_cmp(&sum(j))
        })
        .unwrap_or(0);
    corners.rotate_left(first);
    corners
}

fn area(corners: &Corners) -> f32 {
    corners.iter().zip(corners.iter().cycle().skip(1)).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f32>().abs()
        / 2.0
}

fn convex(corners: &Corners) -> bool {
    let turns = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .zip(corners.iter().cycle().skip(2))
        .map(|((a, b), c)| (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0));
    turns.fold((true, true), |(plus, minus), turn| (plus && turn > 0.0, minus && turn < 0.0))
        != (false, false)
}

fn overlap(a: &Corners, b: &Corners) -> bool {
    let range = |corners: &Corners, pick: fn(&(f32, f32)) -> f32| {
        corners.iter().map(pick).fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (ax, bx) = (range(a, |c| c.0), range(b, |c| c.0));
    let (ay, by) = (range(a, |c| c.1), range(b, |c| c.1));
    let w = ax.1.min(bx.1) - ax.0.max(bx.0);
    let h = ay.1.min(by.1) - ay.0.max(by.0);
    w > 0.0 && h > 0.0 && w * h > 0.15 * area(a).min(area(b))
}

/// The document laid flat, as wide as its longer edges are in the picture.
pub(crate) fn flatten(picture: &Grey, corners: &Corners) -> Grey {
    let [a, b, c, d] = *corners;
    let length = |p: (f32, f32), q: (f32, f32)| (p.0 - q.0).hypot(p.1 - q.1);
    let width = length(a, b).max(length(d, c)).clamp(64.0, 3200.0);
    let height = length(a, d).max(length(b, c)).clamp(64.0, 3200.0);
    let (a, b, c, d) = (a, b, c, d);
    // The square to the quadrilateral (Heckbert 1989, p. 19).
    let (dx1, dx2, sx) = (b.0 - c.0, d.0 - c.0, a.0 - b.0 + c.0 - d.0);
    let (dy1, dy2, sy) = (b.1 - c.1, d.1 - c.1, a.1 - b.1 + c.1 - d.1);
    let det = dx1 * dy2 - dx2 * dy1;
    let (g, h) = if det.abs() < 1e-3 {
        (0.0, 0.0)
    } else {
        ((sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det)
    };
    let (m, n) = (b.0 - a.0 + g * b.0, d.0 - a.0 + h * d.0);
    let (p, q) = (b.1 - a.1 + g * b.1, d.1 - a.1 + h * d.1);
    let mut flat = Grey::new(width as usize, height as usize, 255);
    let across = flat.width;
    for (y, row) in flat.pixels.chunks_mut(across).enumerate() {
        let v = (y as f32 + 0.5) / height;
        for (x, pixel) in row.iter_mut().enumerate() {
            let u = (x as f32 + 0.5) / width;
            let w = g * u + h * v + 1.0;
            *pixel =
                picture.sharp((m * u + n * v + a.0) / w - 0.5, (p * u + q * v + a.1) / w - 0.5).round() as u8;
        }
    }
    flat
}
