//! Pictures of the face, made into what every screen shows: PNG.
//!
//! A card's pictures are bytes from outside. Whoever made the card decides how large they claim to be, so the claim is
//! read and bounded before anything is decoded, and a decoder that gives up in its own way takes nothing with it.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};
use zeroize::Zeroizing;

use crate::MediaType;

/// A card file is at most some 32 kB; no face picture is larger.
const MOST_BYTES: usize = 64 * 1024;
/// The largest known is the front of a residence card, 1,000 dots a side at most.
const LONGEST_SIDE: u32 = 1_600;
/// Of one decoder: pixels in four channels, and as much again to work with.
const MOST_MEMORY: u64 = 64 << 20;

/// The picture as PNG; nothing where it is none, is broken, or claims to be larger than any card's.
pub(crate) fn png(bytes: &[u8], media_type: MediaType) -> Option<Zeroizing<Vec<u8>>> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| match media_type {
        MediaType::Png => by_image(bytes, ImageFormat::Png),
        MediaType::Tiff => by_image(bytes, ImageFormat::Tiff),
        MediaType::Jpeg => by_image(bytes, ImageFormat::Jpeg),
        MediaType::Jp2 | MediaType::Jpeg2000 => jpeg_2000(bytes),
        MediaType::Unknown => None,
    }));
    encoded(&decoded.ok().flatten()?)
}

/// Pixels, wiped when dropped: one byte each when grey, three when in colour.
struct Pixels {
    width: u32,
    height: u32,
    colour: bool,
    bytes: Zeroizing<Vec<u8>>,
}

fn fits(width: u32, height: u32) -> bool {
    (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height)
}

fn by_image(bytes: &[u8], format: ImageFormat) -> Option<Pixels> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if !fits(width, height) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).ok()?;
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let colour = picture.color().has_color();
    let bytes = if colour { picture.into_rgb8().into_raw() } else { picture.into_luma8().into_raw() };
    Some(Pixels { width, height, colour, bytes: Zeroizing::new(bytes) })
}

fn jpeg_2000(bytes: &[u8]) -> Option<Pixels> {
    // A picture that does not say how it ends is shown as far as it goes: half a face is better to compare than none.
    let picture = Image::new(bytes, &DecodeSettings::default()).ok()?;
    let (width, height) = (picture.width(), picture.height());
    if !fits(width, height) || picture.has_alpha() {
        return None;
    }
    let colour = match picture.color_space() {
        ColorSpace::Gray => false,
        ColorSpace::RGB => true,
        ColorSpace::CMYK | ColorSpace::Unknown { .. } | ColorSpace::Icc { .. } => return None,
    };
    let mut context = DecoderContext::default();
    let decoded = picture.decode(&mut context).ok()?;
    let bytes = Zeroizing::new(decoded.data_u8());
    let channels = if colour { 3 } else { 1 };
    let wanted = usize::try_from(u64::from(width) * u64::from(height) * channels).ok()?;
    (bytes.len() == wanted).then_some(Pixels { width, height, colour, bytes })
}

fn encoded(pixels: &Pixels) -> Option<Zeroizing<Vec<u8>>> {
    let mut png = Zeroizing::new(Vec::new());
    let colour = if pixels.colour { ExtendedColorType::Rgb8 } else { ExtendedColorType::L8 };
    image::codecs::png::PngEncoder::new(&mut *png)
        .write_image(&pixels.bytes, pixels.width, pixels.height, colour)
        .ok()?;
    Some(png)
}
