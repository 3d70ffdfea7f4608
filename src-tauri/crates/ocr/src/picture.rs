//! Pictures: bytes from outside to grey pixels, bounded in size, wiped after use.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use zeroize::Zeroizing;

use crate::OcrError;
use crate::streaks::healed;

/// A side longer than this is refused before a pixel is decoded.
const LONGEST_SIDE: u32 = 16_000;
/// An A3 sheet at 300 dpi has 17 million.
const MOST_PIXELS: u64 = 60_000_000;
/// Unpacked it takes no more memory: an A3 sheet at 600 dpi in grey, or at 400 dpi in colours, 16 bits each.
const MOST_UNPACKED: u64 = 192 << 20;
pub(crate) const MOST_BYTES: usize = 80 << 20;
pub(crate) const SHORTEST_SIDE: u32 = 160;
/// What is worked on: text of 2 mm on an A4 sheet has 22 pixels here; more costs time and reads no better.
const WORKING_SIDE: usize = 3_200;

/// Grey pixels, row by row, wiped when dropped.
#[derive(Clone)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Grey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grey({}×{})", self.width, self.height)
    }
}

/// In pixels; right and bottom are outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Area {
    pub(crate) const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { left, top, right, bottom }
    }

    pub(crate) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> i32 {
        self.bottom - self.top
    }

    pub(crate) const fn middle(self) -> (i32, i32) {
        (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom))
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(crate) const fn grown(self, x: i32, y: i32) -> Self {
        Self { left: self.left - x, top: self.top - y, right: self.right + x, bottom: self.bottom + y }
    }

    /// How much of the lower of the two is beside the other, 0 to 1.
    pub(crate) fn beside(self, other: Self) -> f32 {
        let shared = self.bottom.min(other.bottom) - self.top.max(other.top);
        shared.max(0) as f32 / self.height().min(other.height()).max(1) as f32
    }
}

/// What the four pixels around a place between the middle two weigh.
fn cubic(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        f32::midpoint(-t3, 2.0f32.mul_add(t2, -t)),
        f32::midpoint(3.0 * t3, 5.0f32.mul_add(-t2, 2.0)),
        f32::midpoint(-3.0 * t3, 4.0f32.mul_add(t2, t)),
        f32::midpoint(t3, -t2),
    ]
}

impl Grey {
    pub(crate) fn new(width: usize, height: usize, tone: u8) -> Self {
        Self { width, height, pixels: Zeroizing::new(vec![tone; width * height]) }
    }

    /// The nearest pixel.
    pub(crate) fn at(&self, x: i32, y: i32) -> u8 {
        let x = (x.max(0) as usize).min(self.width.saturating_sub(1));
        let y = (y.max(0) as usize).min(self.height.saturating_sub(1));
        self.pixels.get(y * self.width + x).copied().unwrap_or(255)
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, tone: u8) {
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = tone;
        }
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// Bilinear.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as i32, top as i32);
        let mix = |y| f32::from(self.at(left, y)) * (1.0 - fx) + f32::from(self.at(left + 1, y)) * fx;
        mix(top) * (1.0 - fy) + mix(top + 1) * fy
    }

    /// Bicubic (Catmull and Rom 1974): small type stays as sharp as it was when a page is laid flat and then turned.
    pub(crate) fn sharp(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (cubic(x - left), cubic(y - top));
        let (left, top) = (left as i32, top as i32);
        let inner = left >= 1 && (left as usize) + 2 < self.width;
        let mut sum = 0.0;
        for (dy, weight) in (-1..).zip(down) {
            let y = ((top + dy).max(0) as usize).min(self.height.saturating_sub(1));
            let from = y * self.width + (left - 1).max(0) as usize;
            let row: f32 = match self.pixels.get(from..from + 4) {
                Some(four) if inner => four.iter().zip(across).map(|(tone, w)| w * f32::from(*tone)).sum(),
                _ => (-1..).zip(across).map(|(dx, w)| w * f32::from(self.at(left + dx, y as i32))).sum(),
            };
            sum += weight * row;
        }
        sum.clamp(0.0, 255.0)
    }

    /// A part, beyond the edge the nearest pixels.
    pub(crate) fn crop(&self, area: Area) -> Self {
        let (width, height) = (area.width().max(1), area.height().max(1));
        let mut part = Self::new(width as usize, height as usize, 255);
        for (y, row) in (area.top..).zip(part.pixels.chunks_mut(width as usize)) {
            for (x, pixel) in (area.left..).zip(row) {
                *pixel = self.at(x, y);
            }
        }
        part
    }

    /// Scaled: averaging when it gets smaller, bilinear when it grows.
    pub(crate) fn scaled(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let (sx, sy) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        let (nx, ny) = ((sx.ceil() as i32).clamp(1, 8), (sy.ceil() as i32).clamp(1, 8));
        let mut out = Self::new(width, height, 255);
        for (y, row) in out.pixels.chunks_mut(width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let mut sum = 0.0;
                for j in 0..ny {
                    for i in 0..nx {
                        let px = (x as f32 + (i as f32 + 0.5) / nx as f32) * sx - 0.5;
                        let py = (y as f32 + (j as f32 + 0.5) / ny as f32) * sy - 0.5;
                        sum += self.sample(px, py);
                    }
                }
                *pixel = (sum / (nx * ny) as f32).round() as u8;
            }
        }
        out
    }

    /// A quarter turn clockwise, so many times.
    pub(crate) fn turned(&self, quarters: u8) -> Self {
        let (w, h) = (self.width as i32, self.height as i32);
        let (width, height) = if quarters % 2 == 1 { (h, w) } else { (w, h) };
        let mut out = Self::new(width as usize, height as usize, 255);
        for (y, row) in (0..).zip(out.pixels.chunks_mut(width.max(1) as usize)) {
            for (x, pixel) in (0..).zip(row) {
                *pixel = match quarters % 4 {
                    0 => self.at(x, y),
                    1 => self.at(y, h - 1 - x),
                    2 => self.at(w - 1 - x, h - 1 - y),
                    _ => self.at(w - 1 - y, x),
                };
            }
        }
        out
    }

    /// As a PNG for the screen: the officer compares it with what was read.
    pub(crate) fn png(&self) -> Zeroizing<Vec<u8>> {
        use image::ImageEncoder as _;
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        // Writing into memory fails only for pictures without pixels; an empty crop is shown as none.
        let _ = encoder.write_image(
            &self.pixels,
            self.width as u32,
            self.height as u32,
            image::ExtendedColorType::L8,
        );
        Zeroizing::new(bytes)
    }
}

/// The one picture in these bytes, upright as its EXIF says.
pub(crate) fn decoded(bytes: &[u8]) -> Result<Grey, OcrError> {
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| OcrError::NotAPicture)?;
    match reader.format() {
        None => return Err(OcrError::NotAPicture),
        Some(ImageFormat::Jpeg) if !is_whole_jpeg(bytes) => return Err(OcrError::Broken),
        Some(_) => {}
    }
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        // A GIF, or a JPEG of a kind nobody writes.
        image::ImageError::Unsupported(_) => OcrError::NotAPicture,
        _ => OcrError::Broken,
    })?;
    let (width, height) = decoder.dimensions();
    if width > LONGEST_SIDE || height > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(OcrError::TooLarge { limit: "16,000ドット・6,000万画素" });
    }
    if decoder.total_bytes() > MOST_UNPACKED {
        return Err(OcrError::TooLarge { limit: "展開して192MB" });
    }
    if width.min(height) < SHORTEST_SIDE {
        return Err(OcrError::TooSmall);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MOST_UNPACKED);
    decoder.set_limits(limits).map_err(|_| OcrError::TooLarge { limit: "展開して192MB" })?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| OcrError::Broken)?;
    picture.apply_orientation(orientation);
    let opaque = on_white(picture);
    let (width, height) = (opaque.width() as usize, opaque.height() as usize);
    let grey = Grey { width, height, pixels: Zeroizing::new(opaque.into_raw()) };
    Ok(healed(bounded(grey)))
}

/// Whether a JPEG goes on to its end: a decoder fills what is missing with grey, and nobody notices what was lost
/// (ITU-T T.81, B.1.1).
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some(mark) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xFF)) else {
            return false;
        };
        at += mark + 1;
        match bytes.get(at) {
            Some(0xD9) => return true,
            // Padding, a byte of picture, a restart, a mark without a length.
            Some(0xFF) => {}
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 1,
            Some(_) => {
                let Some([high, low]) = bytes.get(at + 1..at + 3) else { return false };
                at += 1 + usize::from(u16::from_be_bytes([*high, *low]));
            }
            None => return false,
        }
    }
}

pub(crate) fn bounded(grey: Grey) -> Grey {
    let longest = grey.width.max(grey.height);
    if longest <= WORKING_SIDE {
        return grey;
    }
    grey.scaled(grey.width * WORKING_SIDE / longest, grey.height * WORKING_SIDE / longest)
}

/// Transparent pixels are paper, not ink.
fn on_white(picture: DynamicImage) -> image::GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let mut with_alpha = picture.into_luma_alpha8();
    let grey = image::GrayImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let image::LumaA([tone, alpha]) = *with_alpha.get_pixel(x, y);
        let (tone, alpha) = (u32::from(tone), u32::from(alpha));
        image::Luma([((tone * alpha + 255 * (255 - alpha)) / 255) as u8])
    });
    zeroize::Zeroize::zeroize(&mut *with_alpha);
    grey
}
