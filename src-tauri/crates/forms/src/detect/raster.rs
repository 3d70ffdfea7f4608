//! A scanned page as rules: set straight, made black and white, its long runs of ink taken for lines.

use hayro_interpret::kurbo::{Affine, Point};

use super::page::{Area, Direction, Rule, joined};
use super::{DetectError, MAX_BYTES};

/// Resolution we work at: 8 pixels a millimetre, about 200 dpi.
pub(super) const PER_MM: f64 = 8.0;
const MAX_SIDE_MM: f64 = 450.0;
const MAX_SIDE_PIXELS: u32 = 12_000;
/// Shorter than this, a stroke belongs to a letter.
const SHORTEST: f64 = 2.7;
/// A line this long needs nothing that meets it.
const ALONE: f64 = 14.0;

/// A grey picture of (part of) a page; 0 is ink.
#[derive(Debug, Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub grey: Vec<u8>,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are at most 12,000 pixels; negative numbers become 0"
)]
mod cast {
    pub(super) fn real(count: usize) -> f64 {
        count as f64
    }
    pub(super) fn count(real: f64) -> usize {
        real as usize
    }
    pub(super) fn byte(real: f64) -> u8 {
        real as u8
    }
    pub(super) fn whole(real: f64) -> i64 {
        real as i64
    }
}
use cast::{byte, count, real, whole};

impl Picture {
    fn at(&self, x: i64, y: i64) -> u8 {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < self.width => self.grey.get(y * self.width + x).copied().unwrap_or(255),
            _ => 255,
        }
    }

    /// Between the pixels, straight (bilinear).
    fn between(&self, x: f64, y: f64) -> u8 {
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (x0, y0) = (whole(x0), whole(y0));
        let grey = |dx, dy| f64::from(self.at(x0 + dx, y0 + dy));
        let top = grey(0, 0) * (1.0 - fx) + grey(1, 0) * fx;
        let bottom = grey(0, 1) * (1.0 - fx) + grey(1, 1) * fx;
        byte(top * (1.0 - fy) + bottom * fy)
    }

    /// The page (in millimetres) with a picture laid on it by `place` (pixels to millimetres).
    pub(super) fn placed(grey: &[u8], size: (u32, u32), place: Affine, page: (f64, f64)) -> Option<Self> {
        let source = Self { width: size.0 as usize, height: size.1 as usize, grey: grey.to_vec() };
        if page.0 > MAX_SIDE_MM
            || page.1 > MAX_SIDE_MM
            || place.determinant().abs() < 1e-9
            || source.width.checked_mul(source.height) != Some(source.grey.len())
        {
            return None;
        }
        let back = place.inverse();
        let (width, height) = (count(page.0 * PER_MM), count(page.1 * PER_MM));
        // Where the scan is finer than we work, each of our pixels is the mean of several of its own.
        let finer = (1.0 / (place.determinant().abs().sqrt() * PER_MM)).round().clamp(1.0, 4.0);
        let steps = count(finer);
        let mut grey = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for sy in 0..steps {
                    for sx in 0..steps {
                        let px = (real(x) + (real(sx) + 0.5) / finer) / PER_MM;
                        let py = (real(y) + (real(sy) + 0.5) / finer) / PER_MM;
                        let at = back * Point::new(px, py);
                        sum += f64::from(source.between(at.x - 0.5, at.y - 0.5));
                    }
                }
                grey.push(byte(sum / (finer * finer)));
            }
        }
        Some(Self { width, height, grey })
    }

    /// From a PNG or JPEG. The paper's size comes from the resolution the file tells, or is the paper its shape is most like.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, (f64, f64)), DetectError> {
        if bytes.len() > MAX_BYTES {
            return Err(DetectError::TooLarge);
        }
        let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| DetectError::NotReadable)?;
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(MAX_SIDE_PIXELS);
        limits.max_image_height = Some(MAX_SIDE_PIXELS);
        limits.max_alloc = Some(400 << 20);
        reader.limits(limits);
        let grey = reader
            .decode()
            .map_err(|error| match error {
                image::ImageError::Limits(_) => DetectError::TooLarge,
                _ => DetectError::NotReadable,
            })?
            .to_luma8();
        let (width, height) = grey.dimensions();
        if width < 200 || height < 200 {
            return Err(DetectError::PageSize);
        }
        let page = paper(f64::from(width), f64::from(height));
        let place = Affine::scale_non_uniform(page.0 / f64::from(width), page.1 / f64::from(height));
        Self::placed(grey.as_raw(), (width, height), place, page)
            .map(|picture| (picture, page))
            .ok_or(DetectError::PageSize)
    }

    pub(super) fn crop(&self, area: &Area) -> Self {
        let x0 = count(area.x * PER_MM).min(self.width);
        let y0 = count(area.y * PER_MM).min(self.height);
        let x1 = count(area.right() * PER_MM).min(self.width);
        let y1 = count(area.bottom() * PER_MM).min(self.height);
        let grey = (y0..y1)
            .filter_map(|y| self.grey.get(y * self.width + x0..y * self.width + x1))
            .flatten()
            .copied()
            .collect();
        Self { width: x1 - x0, height: y1 - y0, grey }
    }

    /// Paints a rectangle white.
    pub(super) fn wipe(&mut self, area: &Area) {
        let (x0, x1) = (count(area.x * PER_MM), count(area.right() * PER_MM).min(self.width));
        for y in count(area.y * PER_MM)..count(area.bottom() * PER_MM).min(self.height) {
            if let Some(row) = self.grey.get_mut(y * self.width + x0.min(x1)..y * self.width + x1) {
                row.fill(255);
            }
        }
    }

    /// Turned by `angle` (radians) around its middle.
    fn turned(&self, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        let (cx, cy) = (real(self.width) / 2.0, real(self.height) / 2.0);
        let mut grey = Vec::with_capacity(self.grey.len());
        for y in 0..self.height {
            let dy = real(y) - cy;
            for x in 0..self.width {
                let dx = real(x) - cx;
                grey.push(self.between(cx + dx * cos - dy * sin, cy + dx * sin + dy * cos));
            }
        }
        Self { grey, ..*self }
    }

    /// Set straight; and by how much (radians) it was turned.
    pub(super) fn straightened(self) -> (Self, f64) {
        let angle = self.skew();
        if angle.abs() < 0.0004 { (self, 0.0) } else { (self.turned(angle), angle) }
    }

    /// The angle whose rows are the most unlike each other: the lines lie along them.
    fn skew(&self) -> f64 {
        let mut edges: Vec<(f64, f64)> = Vec::new();
        for y in 1..self.height {
            for x in (0..self.width).step_by(3) {
                let (x, y) = (i64::try_from(x).unwrap_or(0), i64::try_from(y).unwrap_or(0));
                if i32::from(self.at(x, y - 1)) - i32::from(self.at(x, y)) > 60 {
                    #[expect(clippy::cast_precision_loss, reason = "pixels of a page")]
                    edges.push((x as f64 - real(self.width) / 2.0, y as f64));
                }
            }
        }
        let every = edges.len() / 40_000 + 1;
        let edges: Vec<_> = edges.into_iter().step_by(every).collect();
        let mut rows = vec![0_u32; self.height * 2 + 2];
        let mut sharpness = |angle: f64| {
            rows.fill(0);
            let tangent = angle.tan();
            for (x, y) in &edges {
                let row = (y - x * tangent) * 2.0;
                if row >= 0.0
                    && let Some(seen) = rows.get_mut(count(row))
                {
                    *seen += 1;
                }
            }
            rows.iter().map(|seen| u64::from(*seen).pow(2)).sum::<u64>()
        };
        let mut best = (sharpness(0.0), 0.0_f64);
        for (step, reach) in [(0.002, 26), (0.0004, 6), (0.0001, 5)] {
            let middle = best.1;
            for index in -reach..=reach {
                let angle = middle + f64::from(index) * step;
                let value = sharpness(angle);
                if value > best.0 {
                    best = (value, angle);
                }
            }
        }
        best.1
    }

    /// Ink by the light around it: shaded cells and shadows of the scanner stay paper.
    fn ink(&self) -> Vec<bool> {
        const REACH: usize = 20;
        let (width, height) = (self.width, self.height);
        let stride = width + 1;
        let mut sums = vec![0_u64; stride * (height + 1)];
        for (y, row) in self.grey.chunks_exact(width.max(1)).enumerate() {
            let mut line = 0_u64;
            for (x, grey) in row.iter().enumerate() {
                line += u64::from(*grey);
                let above = sums.get(y * stride + x + 1).copied().unwrap_or(0);
                if let Some(sum) = sums.get_mut((y + 1) * stride + x + 1) {
                    *sum = above + line;
                }
            }
        }
        let sum = |x: usize, y: usize| sums.get(y * stride + x).copied().unwrap_or(0);
        let mut ink = vec![false; self.grey.len()];
        for y in 0..height {
            let (y0, y1) = (y.saturating_sub(REACH), (y + REACH + 1).min(height));
            for x in 0..width {
                let (x0, x1) = (x.saturating_sub(REACH), (x + REACH + 1).min(width));
                let total = (sum(x1, y1) + sum(x0, y0)).saturating_sub(sum(x1, y0) + sum(x0, y1));
                let area = ((x1 - x0) * (y1 - y0)) as u64;
                let mean = total / area.max(1);
                let index = y * width + x;
                let grey = u64::from(self.grey.get(index).copied().unwrap_or(255));
                if let Some(is) = ink.get_mut(index) {
                    *is = grey * 100 < mean * 82 && grey < 205;
                }
            }
        }
        ink
    }

    /// The ruled lines.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let ink = self.ink();
        let level = Ink { dark: &ink, across: self.width, down: self.height, step: 1, stride: self.width };
        let upright = Ink { dark: &ink, across: self.height, down: self.width, step: self.width, stride: 1 };
        let mut rules = level.lines(Direction::Across);
        rules.extend(upright.lines(Direction::Down));
        let mut rules = joined(rules, 0.5, 0.6);
        // A short stroke is a line only if lines meet it at both ends, as the sides of a small box do. Twice: what met a
        // stroke that fell away falls too.
        for _ in 0..3 {
            let all = rules.clone();
            rules.retain(|rule| {
                rule.length() >= ALONE
                    || [rule.from, rule.to].iter().all(|end| {
                        all.iter().any(|other| {
                            other.direction != rule.direction
                                && (other.at - end).abs() < 0.7
                                && other.from - 0.7 < rule.at
                                && rule.at < other.to + 0.7
                        })
                    })
            });
        }
        rules
    }

    /// Share of the area that is ink.
    pub(super) fn inked(&self) -> f64 {
        let dark = self.grey.iter().filter(|grey| **grey < 140).count();
        real(dark) / real(self.grey.len().max(1))
    }
}

/// The ink, walked along lines of one direction.
struct Ink<'a> {
    dark: &'a [bool],
    across: usize,
    down: usize,
    step: usize,
    stride: usize,
}

struct Run {
    row: usize,
    from: usize,
    to: usize,
}

impl Ink<'_> {
    fn is(&self, row: usize, along: usize) -> bool {
        self.dark.get(row * self.stride + along * self.step).copied().unwrap_or(false)
    }

    fn density(&self, row: usize, from: usize, to: usize) -> f64 {
        let dark = (from..to).filter(|along| self.is(row, *along)).count();
        real(dark) / real((to - from).max(1))
    }

    /// Runs of ink with gaps up to `gap`, at least `shortest` long and `filled` full.
    fn runs(&self, gap: usize, shortest: usize, filled: f64) -> Vec<Run> {
        let mut runs = Vec::new();
        for row in 0..self.down {
            let mut open: Option<(usize, usize, usize)> = None;
            let mut close = |open: &mut Option<(usize, usize, usize)>| {
                if let Some((from, to, dark)) = open.take()
                    && to - from >= shortest
                    && real(dark) >= real(to - from) * filled
                {
                    runs.push(Run { row, from, to });
                }
            };
            for along in 0..self.across {
                if self.is(row, along) {
                    match &mut open {
                        Some((_, to, dark)) if along <= *to + gap => (*to, *dark) = (along + 1, *dark + 1),
                        _ => {
                            close(&mut open);
                            open = Some((along, along + 1, 1));
                        }
                    }
                }
            }
            close(&mut open);
        }
        runs
    }

    fn lines(&self, direction: Direction) -> Vec<Rule> {
        let solid = self.runs(1, count(SHORTEST * PER_MM), 0.93);
        // Dashes and dots: wider gaps, but then nothing beside it, or a row of letters would be a line.
        let dashed: Vec<Run> = self
            .runs(7, count(3.4 * PER_MM), 0.35)
            .into_iter()
            .filter(|run| {
                [4_usize, 5].iter().all(|away| {
                    run.row >= *away
                        && self.density(run.row - away, run.from, run.to) < 0.12
                        && self.density(run.row + away, run.from, run.to) < 0.12
                })
            })
            .collect();
        // Rows of one line lie on each other.
        let mut groups: Vec<(usize, usize, usize, usize, f64, f64)> = Vec::new();
        let mut runs: Vec<Run> = solid.into_iter().chain(dashed).collect();
        runs.sort_by_key(|run| (run.row, run.from));
        for run in runs {
            let meets = groups.iter_mut().rev().take(400).find(|(_, last, from, to, _, _)| {
                run.row >= *last && run.row - *last <= 2 && run.from <= *to + 2 && *from <= run.to + 2
            });
            let length = real(run.to - run.from);
            match meets {
                Some((_, last, from, to, weight, sum)) => {
                    *last = run.row;
                    *from = (*from).min(run.from);
                    *to = (*to).max(run.to);
                    *weight += length;
                    *sum += length * (real(run.row) + 0.5);
                }
                None => {
                    groups.push((run.row, run.row, run.from, run.to, length, length * (real(run.row) + 0.5)));
                }
            }
        }
        groups
            .into_iter()
            .filter(|(first, last, from, to, _, _)| {
                let thick = last - first + 1;
                thick <= count(1.6 * PER_MM) && to - from >= 3 * thick
            })
            .map(|(_, _, from, to, weight, sum)| Rule {
                direction,
                at: sum / weight / PER_MM,
                from: real(from) / PER_MM,
                to: real(to) / PER_MM,
            })
            .collect()
    }
}

/// The paper a picture of this shape most likely shows.
fn paper(width: f64, height: f64) -> (f64, f64) {
    const PAPERS: [(f64, f64); 6] =
        [(210.0, 297.0), (182.0, 257.0), (100.0, 148.0), (148.0, 210.0), (257.0, 364.0), (297.0, 420.0)];
    let (short, long) = (width.min(height), width.max(height));
    let turn = |(a, b): (f64, f64)| if width > height { (b, a) } else { (a, b) };
    // 200 and 300 dpi are what scanners do; a size that fits one of them is that paper.
    for dpi in [200.0, 300.0, 150.0, 400.0, 600.0] {
        for (a, b) in PAPERS {
            let near = |pixels: f64, side: f64| (pixels * 25.4 / dpi - side).abs() < 1.5;
            if near(short, a) && near(long, b) {
                return turn((a, b));
            }
        }
    }
    // By shape alone: A4, unless it is no A size at all.
    turn(if (long / short - std::f64::consts::SQRT_2).abs() < 0.06 {
        (210.0, 297.0)
    } else {
        (210.0, 210.0 * long / short)
    })
}
