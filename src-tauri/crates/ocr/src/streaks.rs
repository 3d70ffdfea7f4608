//! Streaks of a feeder's scanner: a speck on its glass draws a thin line through the whole picture, from edge to edge.
//!
//! Taken for a ruled line it parts every text it crosses from its first letters. No rule of a form reaches both edges of
//! the picture at one place; a streak does, along the way the paper runs. It is painted over with what stands beside it.

use crate::picture::Grey;

/// How far beside a column its surroundings are looked at.
const BESIDE: i32 = 4;
/// The widest streak, in columns.
const WIDEST: usize = 7;
/// So much darker or lighter than beside it.
const LEAST: i32 = 5;
/// So many rows of a hundred must show it. Where it crosses ink nothing shows.
const MOST_ROWS: usize = 66;
/// The picture is looked at in so many rows.
const ROWS: usize = 420;

/// The picture without its streaks.
pub(crate) fn healed(picture: Grey) -> Grey {
    let upright = heal(picture);
    // A few columns, laid as rows, tell whether it is worth turning.
    let lying = streaks(&columns(&upright));
    if lying.is_empty() { upright } else { heal(upright.turned(1)).turned(3) }
}

fn columns(picture: &Grey) -> Grey {
    let step = (picture.width / ROWS).max(1);
    let mut out = Grey::new(picture.height, picture.width / step, 255);
    for y in 0..picture.height {
        for (n, tone) in picture.row(y).iter().step_by(step).enumerate() {
            if n < out.height {
                out.set(y, n, *tone);
            }
        }
    }
    out
}

fn heal(mut picture: Grey) -> Grey {
    for (from, to) in streaks(&picture) {
        let (left, right) = (from.saturating_sub(2), (to + 2).min(picture.width.saturating_sub(1)));
        let wide = (right - left).max(1);
        for y in 0..picture.height {
            let row = picture.row(y);
            let tone = |x: usize| i32::from(row.get(x).copied().unwrap_or(255));
            let (a, b) = (tone(left), tone(right));
            for x in left + 1..right {
                let step = (x - left) as i32;
                picture.set(x, y, (a + (b - a) * step / wide as i32).clamp(0, 255) as u8);
            }
        }
    }
    picture
}

/// First and last column of each.
fn streaks(picture: &Grey) -> Vec<(usize, usize)> {
    let (width, height) = (picture.width, picture.height);
    let step = (height / ROWS).max(1);
    // Darker and lighter rows of each column, and whether its ends show it too.
    let mut counts = vec![[0usize; 2]; width];
    let mut ends = vec![[0usize; 2]; width];
    let (mut rows, mut end_rows) = (0, 0);
    for y in (0..height).step_by(step) {
        let row = picture.row(y);
        rows += 1;
        let end = y * 25 < height || (height - y) * 25 < height;
        end_rows += usize::from(end);
        let tone = |x: i32| i32::from(row.get(x.max(0) as usize).or(row.last()).copied().unwrap_or(255));
        for (x, (count, ends)) in (0i32..).zip(counts.iter_mut().zip(&mut ends)) {
            let (left, here, right) = (tone(x - BESIDE), tone(x), tone(x + BESIDE));
            // An edge is no line.
            if (left - right).abs() > 14 {
                continue;
            }
            let differs = here - i32::midpoint(left, right);
            if differs.abs() >= LEAST {
                let way = usize::from(differs > 0);
                if let (Some(count), Some(ends)) = (count.get_mut(way), ends.get_mut(way)) {
                    *count += 1;
                    *ends += usize::from(end);
                }
            }
        }
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for way in 0..2 {
        let shows = |x: usize| {
            let of =
                |counts: &[[usize; 2]]| counts.get(x).and_then(|count| count.get(way)).copied().unwrap_or(0);
            of(&counts) * 100 >= rows * MOST_ROWS && of(&ends) * 100 >= end_rows * 90
        };
        let mut from = None;
        for x in 0..=width {
            match (x < width && shows(x), from) {
                (true, None) => from = Some(x),
                (false, Some(start)) => {
                    if x - start <= WIDEST {
                        found.push((start, x - 1));
                    }
                    from = None;
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paper with rows of bars, a frame and perhaps a streak.
    fn page(streak: Option<usize>) -> Grey {
        let mut page = Grey::new(600, 800, 240);
        for y in 0..800 {
            for x in 0..600 {
                let text = y % 40 < 16
                    && (40..760).contains(&y)
                    && (60..540).contains(&x)
                    && (x / 11 + y / 40) % 3 != 0;
                let frame =
                    (20..780).contains(&y) && (20..580).contains(&x) && (!(22..578).contains(&x) || x == 300);
                let tone = if text || frame { 40 } else { 240 - ((x * 7 + y * 13) % 5) as u8 };
                let dark = u8::from(streak.is_some_and(|at| x == at || x == at + 1)) * 30;
                page.set(x, y, tone.saturating_sub(dark));
            }
        }
        page
    }

    #[test]
    fn 端から端までの筋だけを消し_罫線は残す() {
        assert!(streaks(&page(None)).is_empty());
        let found = streaks(&page(Some(200)));
        assert_eq!(found.len(), 1, "{found:?}");
        let healed = healed(page(Some(200)));
        assert!(streaks(&healed).is_empty());
        assert!((230..250).contains(&healed.at(200, 30)) && healed.at(300, 400) < 60);
        let lying = page(Some(200)).turned(1);
        assert!(streaks(&super::healed(lying).turned(3)).is_empty());
        assert!(streaks(&Grey::new(200, 200, 230)).is_empty());
    }
}
