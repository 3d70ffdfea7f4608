//! Fictional documents under a counter's camera, with what stands on them. One seed, one picture, on every machine
//! with the same fonts. None of the people exists; 個人番号 is never drawn.

pub mod camera;
pub mod dice;
pub mod documents;
pub mod paper;
pub mod people;

pub use camera::Level;
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

pub fn sample(kind: &str, level: Level, seed: u64, fonts: &Fonts) -> Sample {
    let mut dice =
        Dice::new(kind.bytes().fold(seed, |mix, byte| mix.wrapping_mul(257).wrapping_add(u64::from(byte))));
    let document = draw(kind, fonts, &mut dice);
    let jpeg = camera::take(&document.grey, level, &mut dice);
    Sample { kind: document.kind, level, jpeg, truth: document.truth }
}
