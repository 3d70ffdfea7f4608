//! Words set into a rectangle: shrunk, wrapped by 禁則処理, spread, or running down in columns.

use madoka_text::Glyph;

use super::fonts::{Fonts, Shape};
use super::page::{Page, Placed};
use madoka_template::{Face, Fit, Horizontal, Ink, TextField, Vertical};
use madoka_template::{POINTS, Rect, counted};

/// How far the baseline lies beneath the top of the em box; Japanese fonts agree on 0.88.
pub(crate) const ASCENT: f64 = 0.88;
/// From one baseline to the next, in ems.
const LEADING: f64 = 1.2;
/// Letters are never narrowed more than this.
const NARROWEST: f64 = 0.8;

/// Why a text was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unset {
    /// The glyphs (from 1) that no font has.
    Missing(Vec<usize>),
    TooLong,
}

/// A text that fits, ready to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub(crate) glyphs: Vec<Placed<'a>>,
    pub(crate) size: f64,
    pub(crate) stretch: f64,
}

impl Setting<'_> {
    pub(crate) fn draw(&self, page: &mut Page, ink: Ink) {
        page.glyphs(&self.glyphs, self.size, self.stretch, 0.0, ink);
    }
}

type Run<'a> = Vec<(Glyph<'a>, Shape)>;

fn ems(run: &[(Glyph<'_>, Shape)]) -> f64 {
    run.iter().map(|(_, shape)| shape.advance).sum()
}

/// Width in millimetres of a text in one line.
pub(crate) fn width(fonts: &Fonts, face: Face, text: &str, size: f64) -> f64 {
    fonts.shapes(face, text, false).map_or(0.0, |run| ems(&run) * size / POINTS)
}

/// Sets `text` into `rect`, or says why not.
pub(crate) fn set<'a>(
    fonts: &Fonts,
    face: Face,
    text: &'a str,
    rect: Rect,
    size: f64,
    how: &TextField,
) -> Result<Setting<'a>, Unset> {
    if how.upright {
        return upright(fonts, face, text, rect, size, how);
    }
    let mut paragraphs = Vec::new();
    for line in text.split('\n') {
        paragraphs.push(fonts.shapes(face, line, false).map_err(Unset::Missing)?);
    }
    let inner = rect.inset(how.padding.min(rect.w / 4.0), 0.0);
    // A letter may be as high as its cell and no higher.
    let size = size.min(rect.h * POINTS).max(how.min_size.min(size));
    let single = paragraphs.len() == 1;
    match how.fit {
        Fit::Shrink | Fit::TwoLines if single => {
            let run = paragraphs.first().cloned().unwrap_or_default();
            let least = if how.fit == Fit::TwoLines { size * 0.75 } else { how.min_size };
            one_line(&run, inner, size, least.min(size), how)
                .or_else(|| lines(&paragraphs, inner, size, how, 2))
                .or_else(|| one_line(&run, inner, size, how.min_size.min(size), how))
        }
        Fit::Shrink => lines(&paragraphs, inner, size, how, paragraphs.len()),
        Fit::TwoLines => lines(&paragraphs, inner, size, how, 2),
        Fit::Wrap(most) => lines(&paragraphs, inner, size, how, most.map_or(usize::MAX, usize::from)),
    }
    .ok_or(Unset::TooLong)
}

fn one_line<'a>(run: &Run<'a>, inner: Rect, size: f64, least: f64, how: &TextField) -> Option<Setting<'a>> {
    let wide = ems(run) / POINTS;
    let wanted = if wide > 0.0 { inner.w / wide } else { size };
    let (size, stretch) = if wanted >= size {
        (size, 1.0)
    } else if wanted >= least {
        (wanted, 1.0)
    } else if how.fit == Fit::Shrink && wanted >= least * NARROWEST {
        (least, wanted / least)
    } else {
        return None;
    };
    let glyphs = place(std::slice::from_ref(run), inner, size, stretch, how);
    Some(Setting { glyphs, size, stretch })
}

fn lines<'a>(
    paragraphs: &[Run<'a>],
    inner: Rect,
    size: f64,
    how: &TextField,
    most: usize,
) -> Option<Setting<'a>> {
    let mut size = size;
    loop {
        let broken: Option<Vec<Run<'a>>> = paragraphs
            .iter()
            .map(|run| broken(run, inner.w * POINTS / size))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.into_iter().flatten().collect());
        if let Some(broken) = broken
            && broken.len() <= most
            && height(broken.len(), size) <= inner.h + 0.05
        {
            return Some(Setting { glyphs: place(&broken, inner, size, 1.0, how), size, stretch: 1.0 });
        }
        if size <= how.min_size {
            return None;
        }
        size = (size - 0.5).max(how.min_size);
    }
}

/// Height in millimetres of so many lines.
pub(crate) fn height(lines: usize, size: f64) -> f64 {
    let leading = if lines == 2 { 1.08 } else { LEADING };
    (1.0 + leading * counted(lines.saturating_sub(1))) * size / POINTS
}

fn place<'a>(rows: &[Run<'a>], inner: Rect, size: f64, stretch: f64, how: &TextField) -> Vec<Placed<'a>> {
    let em = size / POINTS;
    let tall = height(rows.len(), size);
    // Few lines in a high cell stand a little apart, as people write them.
    let count = rows.len();
    let least = if count > 1 { (tall - em) / counted(count - 1) } else { 0.0 };
    let step = if count > 1 {
        let room = (inner.h - em) / counted(count - 1);
        least.max(room.min(em * 1.35))
    } else {
        0.0
    };
    let tall = em + step * counted(count.saturating_sub(1));
    let top = match how.vertical {
        Vertical::Top => inner.y + 0.3,
        Vertical::Middle => inner.y + (inner.h - tall) / 2.0,
        Vertical::Bottom => inner.bottom() - tall - 0.3,
    };
    let mut out = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let wide = ems(row) * em * stretch;
        let free = (inner.w - wide).max(0.0);
        let mut between = 0.0;
        let mut x = match how.horizontal {
            Horizontal::Left => inner.x,
            Horizontal::Right => inner.x + free,
            Horizontal::Spread if row.len() > 1 => {
                between = free / counted(row.len() - 1);
                inner.x
            }
            Horizontal::Centre | Horizontal::Spread => inner.x + free / 2.0,
        };
        let y = top + step * counted(at) + ASCENT * em;
        for (glyph, shape) in row {
            out.push(Placed { text: glyph.as_str(), shape: *shape, x, y });
            x += shape.advance * em * stretch + between;
        }
    }
    out
}

/// 行頭禁則: what may not begin a line.
fn no_start(glyph: &str) -> bool {
    const MARKS: &str = "、。，．・：；？！ー々ゝゞヽヾ）］｝」』】〕〉》”’ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ),.]}!?:;%％-－‐";
    glyph.chars().next().is_some_and(|c| MARKS.contains(c))
}

/// 行末禁則: what may not end one.
fn no_end(glyph: &str) -> bool {
    glyph.chars().next().is_some_and(|c| "（［｛「『【〔〈《“‘([{〒￥¥".contains(c))
}

fn is_latin(glyph: &str) -> bool {
    glyph.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || ('À'..='ɏ').contains(&c))
}

fn is_space(glyph: &str) -> bool {
    matches!(glyph, " " | "\u{3000}")
}

/// Breaks a paragraph into lines of so many ems. Of two lines the first ends at a space where it can: between the
/// address and the building. `None` where a unit is wider than the line.
fn broken<'a>(run: &Run<'a>, ems_wide: f64) -> Option<Vec<Run<'a>>> {
    if ems(run) <= ems_wide {
        return Some(vec![run.clone()]);
    }
    if let Some(at) = run.iter().rposition(|(glyph, _)| is_space(glyph.as_str()))
        && let (Some(first), Some(second)) = (run.get(..at), run.get(at + 1..))
        && !first.is_empty()
        && ems(first) <= ems_wide
        && ems(second) <= ems_wide
    {
        return Some(vec![first.to_vec(), second.to_vec()]);
    }
    let mut units: Vec<Run<'a>> = Vec::new();
    for (glyph, shape) in run {
        let joined = units.last().and_then(|unit| unit.last()).is_some_and(|(before, _)| {
            no_start(glyph.as_str())
                || no_end(before.as_str())
                || is_latin(glyph.as_str()) && is_latin(before.as_str())
        });
        match units.last_mut() {
            Some(unit) if joined && ems(unit) + shape.advance <= ems_wide => unit.push((*glyph, *shape)),
            _ => units.push(vec![(*glyph, *shape)]),
        }
    }
    let mut out: Vec<Run<'a>> = vec![Vec::new()];
    let mut filled = 0.0;
    for unit in units {
        let wide = ems(&unit);
        if wide > ems_wide {
            return None;
        }
        let space = unit.first().is_some_and(|(glyph, _)| is_space(glyph.as_str()));
        if filled + wide > ems_wide {
            out.push(Vec::new());
            filled = 0.0;
            if space {
                continue;
            }
        }
        filled += wide;
        if let Some(line) = out.last_mut() {
            line.extend(unit);
        }
    }
    Some(out)
}

/// 縦書き: letters under each other, columns from right to left.
fn upright<'a>(
    fonts: &Fonts,
    face: Face,
    text: &'a str,
    rect: Rect,
    size: f64,
    how: &TextField,
) -> Result<Setting<'a>, Unset> {
    let mut paragraphs = Vec::new();
    for line in text.split('\n') {
        paragraphs.push(fonts.shapes(face, line, true).map_err(Unset::Missing)?);
    }
    let inner = rect.inset(0.0, how.padding.min(rect.h / 4.0));
    let most = match how.fit {
        Fit::Shrink => 1,
        Fit::TwoLines => 2,
        Fit::Wrap(most) => most.map_or(usize::MAX, usize::from),
    };
    let mut size = size.min(rect.w * POINTS);
    loop {
        let em = size / POINTS;
        let rows = ((inner.h + 0.01) / em).floor();
        let per_column = if rows >= 1.0 { whole(rows) } else { 1 };
        let columns: Vec<Run<'a>> = paragraphs
            .iter()
            .flat_map(|run| run.chunks(per_column.max(1)).map(<[_]>::to_vec).collect::<Vec<_>>())
            .collect();
        let wide = em * (1.0 + 1.3 * counted(columns.len().saturating_sub(1)));
        if columns.len() <= most.max(paragraphs.len()) && wide <= rect.w + 0.05 {
            let mut x = rect.x + f64::midpoint(rect.w, wide) - em / 2.0;
            let mut glyphs = Vec::new();
            for column in columns {
                let tall = em * counted(column.len());
                let free = (inner.h - tall).max(0.0);
                let (mut y, between) = match how.horizontal {
                    Horizontal::Left => (inner.y, 0.0),
                    Horizontal::Right => (inner.y + free, 0.0),
                    Horizontal::Spread if column.len() > 1 => (inner.y, free / counted(column.len() - 1)),
                    Horizontal::Centre | Horizontal::Spread => (inner.y + free / 2.0, 0.0),
                };
                for (glyph, shape) in column {
                    let left = x - shape.advance * em / 2.0;
                    glyphs.push(Placed { text: glyph.as_str(), shape, x: left, y: y + ASCENT * em });
                    y += em + between;
                }
                x -= em * 1.3;
            }
            return Ok(Setting { glyphs, size, stretch: 1.0 });
        }
        if size <= how.min_size {
            return Err(Unset::TooLong);
        }
        size = (size - 0.5).max(how.min_size);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of letters in a column of a page"
)]
fn whole(number: f64) -> usize {
    number as usize
}
