//! A second reader, for single glyphs: compares what stands on paper with glyphs drawn from the machine's fonts.
//!
//! tesseract's Japanese model knows 2,693 signs and none of 髙 﨑 邉 濵 德 惠 彌 榮 渚 匝 瑳; whatever it cannot write it
//! reads as something else. Here nothing is learned: every character of JIS X 0208 and every shape of the variant tables
//! is drawn, and the nearest drawings say what a glyph may be. Fonts that documents are printed in need not be there,
//! only fonts of the same kind.

mod cut;
mod faces;
mod features;

use std::sync::{Arc, OnceLock};
use std::thread;

use crate::picture::Grey;

pub(crate) use cut::{Cell, cells};

/// How near a drawing is to what stands on paper.
#[derive(Clone, Copy)]
pub(crate) struct Guess {
    pub(crate) character: char,
    /// Below 0.7 it is something else.
    pub(crate) likeness: f32,
}

/// The drawings, made once a process.
pub(crate) struct Glyphs {
    drawn: Vec<faces::Drawn>,
    /// Size and look of each drawing, close together: every glyph on paper is compared with all of them.
    rough: Vec<(faces::Size, features::Rough)>,
}

impl std::fmt::Debug for Glyphs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Glyphs({})", self.drawn.len())
    }
}

static DRAWN: OnceLock<Arc<Glyphs>> = OnceLock::new();

impl Glyphs {
    /// Begins to draw, while the picture is being decoded.
    pub(crate) fn prepare() {
        if DRAWN.get().is_none() {
            // Where no thread can be had, the first who asks draws.
            let _ = thread::Builder::new().name("glyphs".to_owned()).spawn(|| drop(Self::drawn()));
        }
    }

    /// Waits for the drawings.
    pub(crate) fn drawn() -> Arc<Self> {
        Arc::clone(DRAWN.get_or_init(|| {
            let mut drawn = faces::draw();
            drawn.sort_by_key(|drawn| drawn.character);
            let rough = drawn.iter().map(|drawn| (drawn.size, drawn.features.rough())).collect();
            Arc::new(Self { drawn, rough })
        }))
    }

    /// The nearest characters, the nearest first, at most `most`.
    fn nearest(&self, seen: &Seen, most: usize) -> Vec<Guess> {
        const LOOKED_AT: usize = 160;
        /// So much smaller or larger it is something else, whatever it looks like.
        const FITS: f32 = 0.3;
        let Seen { features: seen, wide, high } = seen;
        let own = seen.rough();
        let mut rough: Vec<(i32, &faces::Drawn)> = self
            .drawn
            .iter()
            .zip(&self.rough)
            .filter(|(_, (size, _))| misfit(*size, *wide, *high) < FITS)
            .map(|(drawn, (_, rough))| (own.likeness(rough), drawn))
            .collect();
        if rough.len() > LOOKED_AT {
            rough.select_nth_unstable_by(LOOKED_AT, |a, b| b.0.cmp(&a.0));
            rough.truncate(LOOKED_AT);
        }
        let mut guesses: Vec<Guess> = Vec::new();
        for (_, drawn) in rough {
            let likeness = seen.likeness(&drawn.features) - misfit(drawn.size, *wide, *high);
            match guesses.iter_mut().find(|guess| guess.character == drawn.character) {
                Some(guess) => guess.likeness = guess.likeness.max(likeness),
                None => guesses.push(Guess { character: drawn.character, likeness }),
            }
        }
        guesses.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        guesses.truncate(most);
        guesses
    }

    /// How near this one character is; `None` where no font has it.
    fn likeness(&self, seen: &Seen, character: char) -> Option<f32> {
        let start = self.drawn.partition_point(|drawn| drawn.character < character);
        let same = self.drawn.get(start..)?.iter().take_while(|drawn| drawn.character == character);
        same.map(|drawn| seen.features.likeness(&drawn.features) - misfit(drawn.size, seen.wide, seen.high))
            .max_by(f32::total_cmp)
    }
}

/// A glyph on paper, in numbers.
struct Seen {
    features: features::Features,
    /// Of its ink, in ems: a small ッ is not a ツ.
    wide: f32,
    high: f32,
}

impl Seen {
    fn of(ink: &Grey, em: f32) -> Option<Self> {
        let (wide, high) = size_of(ink, em);
        Some(Self { features: features::features(ink)?, wide, high })
    }
}

/// Width and height of the ink in ems.
fn size_of(ink: &Grey, em: f32) -> (f32, f32) {
    let dark = |tone: &u8| *tone > 110;
    let (mut left, mut right, mut top, mut bottom) = (ink.width, 0, ink.height, 0);
    for y in 0..ink.height {
        let row = ink.row(y);
        let Some(first) = row.iter().position(dark) else { continue };
        left = left.min(first);
        right = right.max(row.iter().rposition(dark).map_or(0, |x| x + 1));
        top = top.min(y);
        bottom = y + 1;
    }
    let (left, top) = (left.min(right), top.min(bottom));
    ((right - left) as f32 / em, (bottom - top) as f32 / em)
}

/// What another size costs: nothing up to a twelfth of the em.
fn misfit(drawn: faces::Size, wide: f32, high: f32) -> f32 {
    let off = |drawn: u8, seen: f32| ((f32::from(drawn) / 100.0 - seen).abs() - 0.08).max(0.0);
    0.8 * (off(drawn.wide, wide) + off(drawn.high, high))
}
