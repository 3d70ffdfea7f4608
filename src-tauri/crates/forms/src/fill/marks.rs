//! Circles, checks and lines by which an answer is chosen on paper.

use crate::draw::Page;
use madoka_template::Rect;
use madoka_template::{Ink, Mark};

const PEN: f64 = 0.4;

/// Marks a printed word or box. (Striking out is done to the others, by the caller.)
pub(super) fn mark(page: &mut Page, at: Rect, mark: Mark, ink: Ink) {
    match mark {
        Mark::Circle => {
            // Around the word, a little outside of it; a thinner pen around small print, which must stay readable.
            let out = Rect::new(at.x - 0.5, at.y - 0.4, at.w + 1.0, at.h + 0.8);
            page.ellipse(out, PEN.min(at.w.min(at.h) * 0.08).max(0.22), ink);
        }
        Mark::Check => {
            let side = at.w.min(at.h).min(6.0);
            let (cx, cy) = at.centre();
            let point = |x: f64, y: f64| (cx + (x - 0.5) * side, cy + (y - 0.5) * side);
            page.strokes(&[point(0.12, 0.52), point(0.4, 0.84), point(0.95, 0.08)], PEN + 0.1, ink);
        }
        Mark::Strike => {
            let middle = at.y + at.h / 2.0;
            page.line((at.x, middle - 0.4), (at.right(), middle - 0.4), 0.3, ink);
            page.line((at.x, middle + 0.4), (at.right(), middle + 0.4), 0.3, ink);
        }
        Mark::Fill => page.fill(&[at.inset(at.w * 0.15, at.h * 0.15)], ink),
    }
}

/// 斜線: a line through a field that stays empty.
pub(super) fn slash(page: &mut Page, at: Rect, ink: Ink) {
    page.line((at.x + 1.0, at.bottom() - 1.0), (at.right() - 1.0, at.y + 1.0), 0.3, ink);
}
