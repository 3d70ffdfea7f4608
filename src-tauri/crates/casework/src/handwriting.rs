//! 筆跡: a signature as the pen wrote it, as lines and not as dots, so that it prints as sharp as the paper beneath.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ImageHash;

/// Why strokes are no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandwritingError {
    #[error("署名が書かれていません。もう一度書いてもらってください。")]
    Nothing,
    #[error("署名が長すぎます。書き直してもらってください。")]
    TooMuch,
    #[error("署名が枠からはみ出しています。書き直してもらってください。")]
    Outside,
    #[error("署名の時刻が前後しています。書き直してもらってください。")]
    Backwards,
}

/// Where the pen was: hundredths of a millimetre from the top left corner of the pad, milliseconds since the first touch.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenPoint(pub u16, pub u16, pub u32);

/// The strokes of one signature, and the pad they were written on. Personal: it shows itself nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Sheet", into = "Sheet")]
pub struct Handwriting(Sheet);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    width: u16,
    height: u16,
    strokes: Vec<Vec<PenPoint>>,
}

impl Handwriting {
    pub const MOST_STROKES: usize = 200;
    /// Two minutes of a pen that tells its place fifty times a second.
    pub const MOST_POINTS: usize = 6_000;

    /// `width` and `height`: the pad, in hundredths of a millimetre.
    pub fn parse(width: u16, height: u16, strokes: Vec<Vec<PenPoint>>) -> Result<Self, HandwritingError> {
        if strokes.len() > Self::MOST_STROKES
            || strokes.iter().map(Vec::len).sum::<usize>() > Self::MOST_POINTS
        {
            return Err(HandwritingError::TooMuch);
        }
        let mut points = strokes.iter().flatten();
        // A single dot is a slip of the finger.
        if points.clone().count() < 2 || strokes.iter().any(Vec::is_empty) {
            return Err(HandwritingError::Nothing);
        }
        if points.any(|PenPoint(x, y, _)| *x > width || *y > height) {
            return Err(HandwritingError::Outside);
        }
        let times = || strokes.iter().flatten().map(|PenPoint(_, _, time)| time);
        if times().zip(times().skip(1)).any(|(before, after)| before > after) {
            return Err(HandwritingError::Backwards);
        }
        Ok(Self(Sheet { width, height, strokes }))
    }

    pub const fn width(&self) -> u16 {
        self.0.width
    }

    pub const fn height(&self) -> u16 {
        self.0.height
    }

    pub fn strokes(&self) -> &[Vec<PenPoint>] {
        &self.0.strokes
    }

    /// SHA-256 of pad and points, for evidence that a stamped signature is this one.
    pub fn hash(&self) -> ImageHash {
        let mut hash = Sha256::new();
        hash.update(self.0.width.to_be_bytes());
        hash.update(self.0.height.to_be_bytes());
        for stroke in &self.0.strokes {
            hash.update(u64::try_from(stroke.len()).unwrap_or(u64::MAX).to_be_bytes());
            for PenPoint(x, y, time) in stroke {
                hash.update(x.to_be_bytes());
                hash.update(y.to_be_bytes());
                hash.update(time.to_be_bytes());
            }
        }
        ImageHash::new(hash.finalize().into())
    }
}

impl TryFrom<Sheet> for Handwriting {
    type Error = HandwritingError;

    fn try_from(written: Sheet) -> Result<Self, HandwritingError> {
        Self::parse(written.width, written.height, written.strokes)
    }
}

impl From<Handwriting> for Sheet {
    fn from(hand: Handwriting) -> Self {
        hand.0
    }
}

impl fmt::Debug for Handwriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handwriting(…)")
    }
}

impl fmt::Debug for PenPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PenPoint(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 枠の中に書かれた線だけが署名になる() {
        let line = |points: &[(u16, u16, u32)]| points.iter().map(|(x, y, t)| PenPoint(*x, *y, *t)).collect();
        let parse = |strokes| Handwriting::parse(9_000, 3_000, strokes);
        assert!(parse(vec![line(&[(0, 0, 0), (9_000, 3_000, 40)])]).is_ok());
        assert_eq!(parse(vec![]), Err(HandwritingError::Nothing));
        assert_eq!(parse(vec![line(&[(10, 10, 0)])]), Err(HandwritingError::Nothing));
        assert_eq!(parse(vec![line(&[(0, 0, 0), (9_001, 0, 1)])]), Err(HandwritingError::Outside));
        assert_eq!(parse(vec![line(&[(0, 0, 9), (1, 1, 3)])]), Err(HandwritingError::Backwards));
        let long = (0..7_000).map(|at| PenPoint(0, 0, at)).collect();
        assert_eq!(parse(vec![long]), Err(HandwritingError::TooMuch));
    }

    #[test]
    fn 書き出して読み戻しても同じで_壊れたものは読まない() {
        let hand = Handwriting::parse(100, 100, vec![vec![PenPoint(1, 2, 0), PenPoint(3, 4, 20)]]).unwrap();
        let text = serde_json::to_string(&hand).unwrap();
        assert_eq!(text, r#"{"width":100,"height":100,"strokes":[[[1,2,0],[3,4,20]]]}"#);
        assert_eq!(serde_json::from_str::<Handwriting>(&text).unwrap(), hand);
        assert!(serde_json::from_str::<Handwriting>(r#"{"width":1,"height":1,"strokes":[]}"#).is_err());
        let other = Handwriting::parse(100, 100, vec![vec![PenPoint(1, 2, 0), PenPoint(3, 4, 21)]]).unwrap();
        assert_ne!(other.hash(), hand.hash());
        assert_eq!(format!("{hand:?}"), "Handwriting(…)");
    }
}
