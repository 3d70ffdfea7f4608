//! A page that lies a little askew turned straight: the turn at which rows (or columns, where it lies on its side) of ink
//! are most unlike each other is the one its lines run at.

use crate::ink::sauvola;
use crate::picture::Grey;

/// The shorter side of what is looked at.
const SIDE: usize = 700;
/// The farthest turn looked for, in tenths of a degree.
const FARTHEST: i32 = 70;
/// Less than this is left, in tenths of a degree.
const SMALL: i32 = 2;

/// The page, turned by its own slant.
pub(crate) fn straightened(page: &Grey) -> Grey {
    match slant(page) {
        tenths if tenths.abs() < SMALL => page.clone(),
        tenths => turned(page, (tenths as f32 / 10.0).to_radians()),
    }
}

/// Tenths of a degree its lines run down to the right.
fn slant(page: &Grey) -> i32 {
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
        return 0;
    }
    let weight = |tenths: i32| sharpness(&dark, tenths, &ink);
    let level = weight(0);
    let rough = (-FARTHEST / 5..=FARTHEST / 5).map(|step| step * 5);
    let best = rough.map(|tenths| (weight(tenths), tenths)).max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, near)) = best else { return 0 };
    let fine =
        (near - 4..=near + 4).map(|tenths| (weight(tenths), tenths)).max_by(|a, b| a.0.total_cmp(&b.0));
    match fine {
        Some((sharp, tenths)) if sharp > level * 1.04 => tenths,
        _ => 0,
    }
}

/// How unlike neighbouring rows and columns of ink are at this turn.
fn sharpness(dark: &[(f32, f32)], tenths: i32, ink: &Grey) -> f32 {
    let slope = (tenths as f32 / 10.0).to_radians().tan();
    let room = (ink.width.max(ink.height) as f32 * slope.abs()) as usize + 2;
    let mut rows = vec![0f32; ink.height + 2 * room];
    let mut columns = vec![0f32; ink.width + 2 * room];
    for (x, y) in dark {
        if let Some(row) = rows.get_mut((y - x * slope + room as f32) as usize) {
            *row += 1.0;
        }
        if let Some(column) = columns.get_mut((x + y * slope + room as f32) as usize) {
            *column += 1.0;
        }
    }
    let unlike = |counts: &[f32]| -> f32 {
        counts.windows(2).map(|pair| if let [a, b] = pair { (a - b).powi(2) } else { 0.0 }).sum()
    };
    unlike(&rows) + unlike(&columns)
}

/// Turned about its middle; what comes in at the corners is as the rim is.
fn turned(page: &Grey, angle: f32) -> Grey {
    let (sin, cos) = angle.sin_cos();
    let (cx, cy) = (page.width as f32 / 2.0, page.height as f32 / 2.0);
    let mut out = Grey::new(page.width, page.height, 255);
    let width = out.width.max(1);
    for (y, row) in out.pixels.chunks_mut(width).enumerate() {
        let dy = y as f32 + 0.5 - cy;
        for (x, pixel) in row.iter_mut().enumerate() {
            let dx = x as f32 + 0.5 - cx;
            *pixel =
                page.sample(cx + dx * cos - dy * sin - 0.5, cy + dx * sin + dy * cos - 0.5).round() as u8;
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
    fn 少し傾いた行をまっすぐにする() {
        for degrees in [-5.0, -1.3, 0.0, 2.4, 6.0] {
            let found = slant(&lines(degrees)) as f32 / 10.0;
            assert!((found - degrees).abs() < 0.25, "{degrees} ← {found}");
            assert_eq!(slant(&straightened(&lines(degrees))).abs() / 3, 0);
        }
        assert_eq!(slant(&Grey::new(500, 400, 200)), 0);
    }
}
