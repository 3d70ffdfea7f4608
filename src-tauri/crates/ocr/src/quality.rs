//! Whether a picture is good enough, before anyone's time is wasted.

use crate::engine::{Letter, UNREAD};
use crate::ink::Sheet;
use crate::kinds::Kind;
use crate::picture::Grey;
use crate::reading::Problem;

/// What is wrong with a picture that was read.
pub(crate) fn problems(
    page: &Grey,
    sheet: &Sheet,
    lines: &[Vec<Letter>],
    kind: Option<&Kind>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let letters = lines.iter().flatten().filter(|letter| letter.c != UNREAD).count();
    if letters < 4 {
        found.push(Problem::NoDocument);
    } else if kind.is_none() {
        found.push(Problem::UnknownKind);
    }
    found.extend(faults(page, sheet));
    found
}

/// What is wrong with a picture to the eye, before anything is read.
pub(crate) fn faults(page: &Grey, sheet: &Sheet) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut heights: Vec<i32> = sheet.lines.iter().map(|line| line.height()).collect();
    heights.sort_unstable();
    let middle = heights.get(heights.len() / 2).copied().unwrap_or(0);
    if middle > 0 && middle < SMALLEST {
        found.push(Problem::TooSmall);
    }
    if middle >= SMALLEST && steepness(page, sheet) < 0.16 {
        found.push(Problem::Blurred);
    }
    if glares(page) {
        found.push(Problem::Glare);
    }
    let bright =
        page.pixels.iter().map(|tone| u64::from(*tone)).sum::<u64>() / page.pixels.len().max(1) as u64;
    if bright < 55 {
        found.push(Problem::Dark);
    }
    found
}

/// Lines lower than this many pixels are read badly.
const SMALLEST: i32 = 15;

/// A burnt spot on paper that is not white all over.
fn glares(page: &Grey) -> bool {
    let white = page.pixels.iter().filter(|tone| **tone >= 253).count();
    let paper = page.pixels.iter().filter(|tone| **tone >= 235).count();
    white * 100 > page.pixels.len() && paper * 3 < page.pixels.len()
}

/// How much of the way from paper to ink the steepest edges of text go in one pixel: 1 is sharp.
fn steepness(page: &Grey, sheet: &Sheet) -> f32 {
    let mut shares: Vec<f32> = Vec::new();
    for line in sheet.lines.iter().take(40) {
        let (mut low, mut high, mut steepest) = (255i32, 0i32, 0i32);
        for y in line.top..line.bottom {
            for x in line.left..line.right - 1 {
                let (a, b) = (i32::from(page.at(x, y)), i32::from(page.at(x + 1, y)));
                low = low.min(a);
                high = high.max(a);
                steepest = steepest.max((a - b).abs());
            }
        }
        if high - low > 30 {
            shares.push(steepest as f32 / (high - low) as f32);
        }
    }
    shares.sort_by(f32::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or(1.0)
}
