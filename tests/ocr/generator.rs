//! Fictional documents under a counter's camera, with what stands on them. One seed, one picture, on every machine
//! with the same fonts. None of the people exists; 個人番号 is never drawn.

pub mod camera;
pub mod dice;
pub mod documents;
pub mod other_hand;
pub mod paper;
pub mod pen;
pub mod people;
pub mod third_hand;

pub use camera::{Level, Stance};
pub use dice::Dice;
pub use documents::{Document, KINDS, draw};
pub use paper::Fonts;

/// A picture and its truth.
pub struct Sample {
    pub kind: &'static str,
    pub level: Level,
    pub jpeg: Vec<u8>,
    pub truth: Vec<(String, String)>,
}

/// Who printed it and how the picture was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// `documents.rs`, under a camera on a stand.
    First,
    /// `other_hand.rs`: under a camera, on a scanner or held by hand, by chance.
    Other,
    /// `third_hand.rs`, in the same three ways: only looked at when all was done.
    Third,
}

pub fn sample(kind: &str, level: Level, seed: u64, fonts: &Fonts) -> Sample {
    sample_by(Hand::First, kind, level, seed, fonts)
}

pub fn sample_by(hand: Hand, kind: &str, level: Level, seed: u64, fonts: &Fonts) -> Sample {
    let mut dice =
        Dice::new(kind.bytes().fold(seed, |mix, byte| mix.wrapping_mul(257).wrapping_add(u64::from(byte))));
    if hand != Hand::First {
        let drawn = if hand == Hand::Other { other_hand::draw } else { third_hand::draw };
        let document = drawn(kind, fonts, &mut dice);
        let jpeg = match dice.whole(0, 9) {
            0..=3 => camera::take(&document.grey, level, &mut dice),
            4..=6 => camera::held(&document.grey, level, Stance::Hand, &mut dice),
            _ => camera::scan(&document.grey, level, &mut dice),
        };
        return Sample { kind: document.kind, level, jpeg, truth: document.truth };
    }
    let document = draw(kind, fonts, &mut dice);
    let jpeg = camera::take(&document.grey, level, &mut dice);
    Sample { kind: document.kind, level, jpeg, truth: document.truth }
}
