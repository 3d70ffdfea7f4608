//! QR codes in pictures: a camera's, a scanner's, a photograph of a phone.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, Reader};

use crate::QrError;

/// A grey picture, row by row from the top left, one byte a pixel: 0 black, 255 white. The caller keeps the pixels.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
}

/// Beyond this it is not a photograph of a counter. (A 600 dpi scan of A4 has 35 million.)
const MOST_PIXELS: u64 = 40_000_000;
/// Above this a picture is first looked at in half its size: quicker, and noise averages out.
const LARGE: u64 = 3_000_000;
/// More codes than any sheet has.
const MOST_CODES: usize = 16;
/// A code holds at most this many bytes (version 40, digits).
const MOST_BYTES: usize = 7089;

impl<'a> Picture<'a> {
    pub fn new(pixels: &'a [u8], width: u32, height: u32) -> Result<Self, QrError> {
        let count = u64::from(width) * u64::from(height);
        let fits =
            width > 0 && height > 0 && count <= MOST_PIXELS && usize::try_from(count) == Ok(pixels.len());
        if fits { Ok(Self { pixels, width, height }) } else { Err(QrError::PictureSize { width, height }) }
    }

    /// The text of every QR code found, each once, in no particular order. Texts are as hostile as any outside text.
    ///
    /// A picture of 40 million pixels is the largest taken; the work grows with the pixels, not with what is on them.
    pub fn codes(&self) -> Result<Vec<String>, QrError> {
        let mut found = BTreeSet::new();
        let large = u64::from(self.width) * u64::from(self.height) > LARGE;
        if large {
            let (pixels, width, height) = self.halved();
            look(&Picture { pixels: &pixels, width, height }, &mut found);
        }
        // Small codes on a large sheet need every pixel.
        if !large || found.is_empty() {
            look(self, &mut found);
        }
        if found.is_empty() { Err(QrError::NoCode) } else { Ok(found.into_iter().collect()) }
    }

    fn halved(&self) -> (Vec<u8>, u32, u32) {
        let row = self.width as usize;
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for pair in self.pixels.chunks_exact(row * 2) {
            let (upper, lower) = pair.split_at(row);
            for (upper, lower) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                let sum: u16 = upper.iter().chain(lower).map(|pixel| u16::from(*pixel)).sum();
                pixels.push(u8::try_from(sum / 4).unwrap_or(u8::MAX));
            }
        }
        (pixels, width, height)
    }
}

/// Pictures show people and papers.
impl std::fmt::Debug for Picture<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}×{})", self.width, self.height)
    }
}

fn look(picture: &Picture<'_>, found: &mut BTreeSet<String>) {
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut take = |results: Vec<RXingResult>| {
        let texts = results.iter().map(|code| code.getText().to_owned());
        found.extend(texts.filter(|text| text.len() <= MOST_BYTES).take(MOST_CODES));
    };
    // Light and shadow: a threshold for each neighbourhood.
    take(guarded(|| {
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source(picture)?));
        QrReader.decode_multiple_with_hints(&mut bitmap, &hints).ok()
    }));
    // Low contrast and blur: one threshold for all.
    take(guarded(|| {
        let mut bitmap = BinaryBitmap::new(GlobalHistogramBinarizer::new(source(picture)?));
        QrReader.decode_multiple_with_hints(&mut bitmap, &hints).ok()
    }));
    if found.is_empty() {
        // Another finder: it takes other paths, and reads some that the first misses.
        let last = guarded(|| {
            let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source(picture)?));
            Some(vec![QRCodeReader.decode_with_hints(&mut bitmap, &hints).ok()?])
        });
        found.extend(
            last.iter().map(|code| code.getText().to_owned()).filter(|text| text.len() <= MOST_BYTES),
        );
    }
}

fn source<'a>(picture: &Picture<'a>) -> Option<Luma8Source<'a>> {
    Luma8Source::new_with_slice(picture.pixels, picture.width, picture.height).ok()
}

/// The reader is others' code over hostile pixels; should it ever stop with a panic, that picture has no code.
fn guarded(read: impl FnOnce() -> Option<Vec<RXingResult>>) -> Vec<RXingResult> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten().unwrap_or_default()
}
