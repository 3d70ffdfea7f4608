//! A page that lies a little askew turned straight: the turn at which rows (or columns, where it lies on its side) of ink
//! are most unlike each other is the one its lines run at.

use crate::ink::sauvola;
use crate::picture::Grey;

/// The shorter side of what is looked at.
const SIDE: usize = 700;
/// The farthest turn looked for, in tenths of a degree.
const FARTHEST: i32 = 70;
/// Rows and columns lean apart by no more, in tenths of a degree.
const MOST_SHEAR: i32 = 40;
/// Less than this is left, in tenths of a degree.
const SMALL: i32 = 2;

/// How far lines run down to the right, and columns to the left, in tenths of a degree: the same where the page lies
/// askew, not the same where a hidden corner was taken to lie elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Slant {
    rows: i32,
    columns: i32,
}

/// The page, turned and sheared by its own slant.
pub(crate) fn straightened(page: &Grey) -> Grey {
    let slant = slant(page);
    if slant.rows.abs() < SMALL && slant.columns.abs() < SMALL {
        return page.clone();
    }
    let slope = |tenths: i32| (tenths as f32 / 10.0).to_radians().tan();
    sheared(page, slope(slant.rows), slope(slant.columns))
}

fn slant(page: &Grey) -> Slant {
    let scale = (page.width.min(page.height) as f32 / SIDE as f32).max(1.0);
    let small = page.scaled((page.width as f32 / scale) as usize, (page.height as f32 / scale) as usize);
    let ink = sauvola(&small, 31, 0.25);
    let dark: Vec<(f32, f32)> = (0..ink.height)
        .flat_map(|y| {
            let row = ink.row(y);
            row.iter().enumerate().filter(|(_, tone)| **tone == 0).map(move |(x, _)| (x as f32, y as f32))
        })
        .collect();
    // A page of hardly any ink has no lines to go by.
    if dark.len() < 400 {
        return Slant { rows: 0, columns: 0 };
    }
    let rows = |tenths: i32| unlike(dark.iter().map(|(x, y)| (*y, *x)), tenths, ink.height, ink.width);
    let columns = |tenths: i32| unlike(dark.iter().map(|(x, y)| (*x, -*y)), tenths, ink.width, ink.height);
    let both = sharpest(|tenths| rows(tenths) + columns(tenths)).unwrap_or(0);
    let (rows, columns) = (sharpest(rows), sharpest(columns));
    match (rows, columns) {
        // What is far from a turn is chance: stripes of a table beside few lines of text.
        (Some(rows), Some(columns)) if (rows - columns).abs() <= MOST_SHEAR => Slant { rows, columns },
        _ => Slant { rows: both, columns: both },
    }
}

/// The turn at which it is clearly sharper than level, in tenths of a degree.
fn sharpest(weight: impl Fn(i32) -> f32) -> Option<i32> {
    let level = weight(0);
    let rough = (-FARTHEST / 5..=FARTHEST / 5).map(|step| step * 5);
    let best = rough.map(|tenths| (weight(tenths), tenths)).max_by(|a, b| a.0.total_cmp(&b.0));
    let (_, near) = best?;
    let fine =
        (near - 4..=near + 4).map(|tenths| (weight(tenths), tenths)).max_by(|a, b| a.0.total_cmp(&b.0));
    fine.map(|(sharp, tenths)| if sharp > level * 1.04 { tenths } else { 0 })
}

/// How unlike neighbouring lines of ink are at this turn: `across` is where a line lies, `along` how far on it.
fn unlike(dark: impl Iterator<Item = (f32, f32)>, tenths: i32, lines: usize, length: usize) -> f32 {
    let slope = (tenths as f32 / 10.0).to_radians().tan();
    let room = (length as f32 * slope.abs()) as usize + 2;
    let mut counts = vec![0f32; lines + 2 * room];
    for (across, along) in dark {
        if let Some(count) = counts.get_mut((across - along * slope + room as f32) as usize) {
            *count += 1.0;
        }
    }
    counts.windows(2).map(|pair| if let [a, b] = pair { (a - b).powi(2) } else { 0.0 }).sum()
}

/// Rows and columns each by their slope, about the middle; what comes in at the corners is as the rim is.
fn sheared(page: &Grey, rows: f32, columns: f32) -> Grey {
    let (cx, cy) = (page.width as f32 / 2.0, page.height as f32 / 2.0);
    // A turn keeps lengths: both ways are as much shorter as they lean.
    let (across, down) = (rows.atan().cos(), columns.atan().cos());
    let mut out = Grey::new(page.width, page.height, 255);
    let width = out.width.max(1);
    for (y, row) in out.pixels.chunks_mut(width).enumerate() {
        let dy = (y as f32 + 0.5 - cy) * down;
        for (x, pixel) in row.iter_mut().enumerate() {
            let dx = (x as f32 + 0.5 - cx) * across;
            *pixel = page.sharp(cx + dx - dy * columns - 0.5, cy + dy + dx * rows - 0.5).round() as u8;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars as lines of text are, running down by so many degrees.
    fn lines(degrees: f32) -> Grey {
        let mut page = Grey::new(900, 700, 240);
        let slope = degrees.to_radians().tan();
        for y in 0..700 {
            for x in 60..840 {
                let down = y as f32 - x as f32 * slope;
                // Words of one line do not stand over those of the next.
                let word = (x * 7 + (down / 40.0).floor() as usize * 131) / 90 % 4;
                if down.rem_euclid(40.0) < 14.0 && word != 0 {
                    page.set(x, y, 30);
                }
            }
        }
        page
    }

    #[test]
    fn 行と柱の傾きが違えば_どちらもまっすぐにする() {
        let mut page = lines(2.0);
        for y in 0..700 {
            for x in [100, 101, 400, 401, 700, 701] {
                page.set(x, y, 20);
            }
        }
        let found = slant(&page);
        assert!((found.rows - 20).abs() <= 3 && found.columns == 0, "{found:?}");
        let after = slant(&straightened(&page));
        assert!(after.rows.abs() <= 3 && after.columns.abs() <= 3, "{after:?}");
    }

    #[test]
    fn 少し傾いた行をまっすぐにする() {
        for degrees in [-5.0, -1.3, 0.0, 2.4, 6.0] {
            let found = slant(&lines(degrees)).rows as f32 / 10.0;
            assert!((found - degrees).abs() < 0.25, "{degrees} ← {found}");
            assert_eq!(slant(&straightened(&lines(degrees))).rows.abs() / 3, 0);
        }
        assert_eq!(slant(&Grey::new(500, 400, 200)), Slant { rows: 0, columns: 0 });
    }
}
