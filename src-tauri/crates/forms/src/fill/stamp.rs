//! 署名 written on a screen, drawn as lines onto the form that allows it, with the time it was written.

use madoka_facts::{Id, PersonRef};

use crate::draw::{Fonts, Page, set};
use madoka_template::Rect;
use madoka_template::{Face, Horizontal, Ink, TextField, Vertical};

/// One signature of the case. Personal: it shows itself nowhere.
#[derive(Clone, PartialEq)]
pub struct Stamp {
    pub who: PersonRef,
    /// The forms it was given for; on no other is it ever drawn.
    pub forms: Vec<Id>,
    /// Strokes in millimetres, as they were written.
    pub strokes: Vec<Vec<(f64, f64)>>,
    /// 「2026年11月20日 9:05」
    pub when: String,
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stamp(…)")
    }
}

/// A fine ballpoint.
const PEN: f64 = 0.35;
/// What stands beneath the signature, in points.
const SMALL: f64 = 4.5;
const LINE: f64 = 2.2;

impl Stamp {
    /// Draws it into `at`, never larger than it was written, its time beneath. False where there is nothing to draw.
    pub(super) fn draw(&self, page: &mut Page, at: Rect, fonts: &Fonts) -> bool {
        let points = || self.strokes.iter().flatten();
        let least = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, right) = (least(|point| point.0), most(|point| point.0));
        let (top, bottom) = (least(|point| point.1), most(|point| point.1));
        if !(left.is_finite() && top.is_finite()) {
            return false;
        }
        let (wide, high) = ((right - left).max(1.0), (bottom - top).max(1.0));
        let room = Rect::new(at.x + 0.8, at.y + 0.4, at.w - 1.6, (at.h - LINE - 0.4).max(1.0));
        let scale = 1.0_f64.min(room.w / wide).min(room.h / high);
        let from = (room.x + 1.0_f64.min(room.w - wide * scale), room.y + (room.h - high * scale) / 2.0);
        for stroke in &self.strokes {
            let mut line: Vec<(f64, f64)> = stroke
                .iter()
                .map(|(x, y)| (from.0 + (x - left) * scale, from.1 + (y - top) * scale))
                .collect();
            // A dot: a line of no length, which the pen's round end makes visible.
            if let [only] = line.as_slice() {
                line.push(*only);
            }
            page.strokes(&line, PEN, Ink::Black);
        }
        let how = TextField {
            horizontal: Horizontal::Right,
            vertical: Vertical::Bottom,
            padding: 0.3,
            min_size: 3.5,
            ..TextField::default()
        };
        let words = format!("画面で署名 {}", self.when);
        let beneath = Rect::new(at.x, at.bottom() - LINE, at.w, LINE);
        if let Ok(setting) = set(fonts, Face::Gothic, &words, beneath, SMALL, &how) {
            setting.draw(page, Ink::Gray);
        }
        true
    }
}
