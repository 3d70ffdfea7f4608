//! What a glyph looks like, in numbers: which way its edges run, and where.
//!
//! Directions of the grey level's gradient, counted in a grid after the glyph's own moments were used to bring it to one
//! place and size (Liu et al. 2003, "Handwritten digit recognition: benchmarking of state-of-the-art techniques"; used
//! for printed kanji as well). Thickness of strokes and blur change it little; a stroke more or less changes it well.

use crate::picture::Grey;

/// Of the picture that is looked at.
const SIDE: usize = 40;
const CELLS: usize = 8;
const WAYS: usize = 8;
const FINE: usize = CELLS * CELLS * WAYS;
/// Four cells to one, opposite ways together: to find the few worth a closer look.
const ROUGH: usize = CELLS / 2 * (CELLS / 2) * (WAYS / 2);

/// Two vectors of length one, times [`UNIT`]. Thousands are kept: small numbers will do.
pub(super) struct Features {
    fine: [i8; FINE],
}

/// What is left of them when four cells are one and opposite ways are the same.
pub(super) struct Rough([i16; ROUGH]);

const UNIT: f32 = 500.0;

impl Features {
    /// From 0 to 1; drawn and photographed glyphs of one character are above 0.8.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let pairs = self.fine.iter().zip(&other.fine);
        let sum: i32 = pairs.map(|(a, b)| i32::from(i16::from(*a) * i16::from(*b))).sum();
        sum as f32 / (UNIT * UNIT)
    }

    pub(super) fn rough(&self) -> Rough {
        let mut rough = [0f32; ROUGH];
        for (place, part) in self.fine.iter().enumerate() {
            let (way, x, y) = (place % WAYS, place / WAYS % CELLS, place / WAYS / CELLS);
            if let Some(cell) = rough.get_mut((y / 2 * (CELLS / 2) + x / 2) * (WAYS / 2) + way % (WAYS / 2)) {
                // Each is the root of a sum.
                *cell += f32::from(*part).powi(2);
            }
        }
        Rough(unit(&rough))
    }
}

impl Rough {
    /// The same as [`Features::likeness`], roughly and eight times as fast.
    pub(super) fn likeness(&self, other: &Self) -> i32 {
        self.0.iter().zip(&other.0).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }
}

/// Of ink (255) on nothing (0); `None` where there is no ink.
pub(super) fn features(ink: &Grey) -> Option<Features> {
    let square = squared(ink)?;
    let shares = shares();
    let mut sums = [0f32; FINE];
    for (y, rows) in (1..SIDE - 1).zip(square.chunks(SIDE).collect::<Vec<_>>().windows(3)) {
        let [over, level, under] = rows else { continue };
        let near = over.windows(3).zip(level.windows(3)).zip(under.windows(3));
        for (x, ((over, level), under)) in (1..SIDE - 1).zip(near) {
            let ([a, b, c], [d, _, e], [f, g, h]) = (over, level, under) else { continue };
            let (gx, gy) = (c + 2.0 * e + h - a - 2.0 * d - f, f + 2.0 * g + h - a - 2.0 * b - c);
            if gx.abs() + gy.abs() < 24.0 {
                continue;
            }
            let ways = ways(gx, gy);
            // Shared between the four nearest cells, so that a pixel's shift changes little.
            for (cx, share_x) in shares.get(x).into_iter().flatten() {
                for (cy, share_y) in shares.get(y).into_iter().flatten() {
                    let cell = (cy * CELLS + cx) * WAYS;
                    for (way, strength) in ways {
                        if let Some(sum) = sums.get_mut(cell + way) {
                            *sum += strength * share_x * share_y;
                        }
                    }
                }
            }
        }
    }
    Some(Features { fine: unit(&sums).map(|n| n.min(127) as i8) })
}

/// The two of eight ways the gradient lies between, and how much it runs along each.
fn ways(gx: f32, gy: f32) -> [(usize, f32); 2] {
    let (across, down) = (gx.abs(), gy.abs());
    let axis = match (across >= down, gx >= 0.0, gy >= 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 4,
        (false, _, true) => 2,
        (false, _, false) => 6,
    };
    let diagonal = match (gx >= 0.0, gy >= 0.0) {
        (true, true) => 1,
        (false, true) => 3,
        (false, false) => 5,
        (true, false) => 7,
    };
    [(axis, (across - down).abs()), (diagonal, across.min(down) * std::f32::consts::SQRT_2)]
}

/// For each pixel of a side the two cells it lies between, and how much of each.
fn shares() -> [[(usize, f32); 2]; SIDE] {
    std::array::from_fn(|pixel| {
        let place = (pixel as f32 + 0.5) / (SIDE / CELLS) as f32 - 0.5;
        let low = place.floor();
        let cell = |cell: f32| cell.clamp(0.0, CELLS as f32 - 1.0) as usize;
        [(cell(low), 1.0 - (place - low)), (cell(low + 1.0), place - low)]
    })
}

/// Roots even out heavy and light strokes; then to length one.
fn unit<const N: usize>(sums: &[f32; N]) -> [i16; N] {
    let roots = sums.map(f32::sqrt);
    let length = roots.iter().map(|root| root * root).sum::<f32>().sqrt().max(1e-6);
    roots.map(|root| (root / length * UNIT).round() as i16)
}

/// The glyph brought to the middle and to one size by its moments; a thin glyph (一) stays thinner than a square one.
fn squared(ink: &Grey) -> Option<Vec<f32>> {
    let (mut mass, mut mx, mut my) = (0f32, 0f32, 0f32);
    for y in 0..ink.height {
        for (x, tone) in ink.row(y).iter().enumerate() {
            let tone = f32::from(*tone);
            mass += tone;
            mx += tone * x as f32;
            my += tone * y as f32;
        }
    }
    if mass < 255.0 * 4.0 {
        return None;
    }
    let (cx, cy) = (mx / mass, my / mass);
    let (mut xx, mut yy) = (0f32, 0f32);
    for y in 0..ink.height {
        for (x, tone) in ink.row(y).iter().enumerate() {
            let tone = f32::from(*tone);
            xx += tone * (x as f32 - cx).powi(2);
            yy += tone * (y as f32 - cy).powi(2);
        }
    }
    let (wide, high) = ((xx / mass).sqrt().max(0.5) * 4.2, (yy / mass).sqrt().max(0.5) * 4.2);
    let thin = (wide.min(high) / wide.max(high) * std::f32::consts::FRAC_PI_2).sin().sqrt();
    let (fills_x, fills_y) = if wide > high { (1.0, thin) } else { (thin, 1.0) };
    let (step_x, step_y) = (wide / (SIDE as f32 * fills_x), high / (SIDE as f32 * fills_y));
    let middle = SIDE as f32 / 2.0 - 0.5;
    let mut square = vec![0f32; SIDE * SIDE];
    for (y, row) in square.chunks_mut(SIDE).enumerate() {
        let sy = cy + (y as f32 - middle) * step_y;
        if sy <= -1.0 || sy >= ink.height as f32 {
            continue;
        }
        let (top, share_y) = (sy.floor(), sy - sy.floor());
        let line = |y: f32| if y < 0.0 || y as usize >= ink.height { &[] } else { ink.row(y as usize) };
        let (over, under) = (line(top), line(top + 1.0));
        for (x, pixel) in row.iter_mut().enumerate() {
            let sx = cx + (x as f32 - middle) * step_x;
            if sx <= -1.0 || sx >= ink.width as f32 {
                continue;
            }
            let (left, share_x) = (sx.floor(), sx - sx.floor());
            let tone = |row: &[u8], x: f32| {
                if x < 0.0 { 0.0 } else { row.get(x as usize).copied().map_or(0.0, f32::from) }
            };
            let mix = |row: &[u8]| tone(row, left) * (1.0 - share_x) + tone(row, left + 1.0) * share_x;
            *pixel = mix(over) * (1.0 - share_y) + mix(under) * share_y;
        }
    }
    Some(softened(&square))
}

/// A little blur makes a sharp drawing and a photo alike.
fn softened(square: &[f32]) -> Vec<f32> {
    let mut rows = square.to_vec();
    let mix = |a: f32, b: f32, c: f32| (a + 2.0 * b + c) / 4.0;
    for (out, row) in rows.chunks_mut(SIDE).zip(square.chunks(SIDE)) {
        for (pixel, near) in out.iter_mut().skip(1).zip(row.windows(3)) {
            if let [a, b, c] = near {
                *pixel = mix(*a, *b, *c);
            }
        }
    }
    let mut out = rows.clone();
    for y in 1..SIDE - 1 {
        for x in 0..SIDE {
            let at = |y: usize| rows.get(y * SIDE + x).copied().unwrap_or(0.0);
            if let Some(pixel) = out.get_mut(y * SIDE + x) {
                *pixel = mix(at(y - 1), at(y), at(y + 1));
            }
        }
    }
    out
}
