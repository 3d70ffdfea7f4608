//! The city's paper beneath the values: a page of any PDF ([`under`](crate::under)), or a scan.

use std::io::Cursor;
use std::sync::Arc;

use lopdf::{Document, ObjectId, Stream, dictionary};
use sha2::{Digest as _, Sha256};

use crate::error::FillError;
use crate::under::{self, Copied, UnderError};
use madoka_template::{POINTS, Paper};

/// A background that was read once and may lie under many pages.
#[derive(Clone)]
pub(crate) struct Background(Arc<Kind>, [u8; 32]);

enum Kind {
    Pdf(Box<under::Background>),
    Picture { object: Stream, paper: Paper },
}

impl std::fmt::Debug for Background {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Background({} pages)", self.pages())
    }
}

impl Background {
    pub(crate) fn pdf(form: &str, file: &str, bytes: &[u8]) -> Result<Self, FillError> {
        let (form, file) = (form.to_owned(), file.to_owned());
        let pdf = under::Background::read(bytes).map_err(|error| match error {
            UnderError::Locked => FillError::Locked { form, file },
            UnderError::TooLarge => FillError::TooLarge { form, file },
            UnderError::Broken | UnderError::NoPage(_) => FillError::NotPdf { form, file },
        })?;
        Ok(Self(Arc::new(Kind::Pdf(Box::new(pdf))), Sha256::digest(bytes).into()))
    }

    /// A scan, stretched over the paper.
    pub(crate) fn picture(form: &str, file: &str, bytes: &[u8], paper: Paper) -> Result<Self, FillError> {
        let wrong = || FillError::NotPicture { form: form.into(), file: file.into() };
        let kind = Kind::Picture { object: picture(bytes).ok_or_else(wrong)?, paper };
        Ok(Self(Arc::new(kind), Sha256::digest(bytes).into()))
    }

    /// Of the file it was read from.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.1
    }

    pub(crate) fn pages(&self) -> usize {
        match &*self.0 {
            Kind::Pdf(pdf) => pdf.pages(),
            Kind::Picture { .. } => 1,
        }
    }

    /// The size of a page, from 0.
    pub(crate) fn paper(&self, page: usize) -> Option<Paper> {
        match &*self.0 {
            Kind::Pdf(pdf) => {
                let (width, height) = pdf.size_mm(page).ok()?;
                Some(Paper { width, height })
            }
            Kind::Picture { paper, .. } => (page == 0).then_some(*paper),
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Puts a page into `into` and answers the object to draw, with what stands before `Do`.
    pub(crate) fn place(
        &self,
        page: usize,
        into: &mut Document,
        copied: &mut Copied,
    ) -> Result<(ObjectId, String), FillError> {
        match &*self.0 {
            Kind::Pdf(pdf) => {
                let broken = |_| FillError::Broken("背景のページの中身が読めません");
                Ok((pdf.place(page, into, copied).map_err(broken)?, String::new()))
            }
            Kind::Picture { object, paper } => {
                let id = into.add_object(object.clone());
                let (w, h) = (paper.width * POINTS, paper.height * POINTS);
                Ok((id, format!("{w:.3} 0 0 {h:.3} 0 0 cm ")))
            }
        }
    }
}

/// A picture as an image object: JPEG as it is, everything else as plain pixels.
pub(crate) fn picture(bytes: &[u8]) -> Option<Stream> {
    let mut reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(15_000);
    limits.max_image_height = Some(15_000);
    limits.max_alloc = Some(512 << 20);
    reader.limits(limits);
    let jpeg = reader.format() == Some(image::ImageFormat::Jpeg);
    let decoded = reader.decode().ok()?;
    let (width, height) = (decoded.width(), decoded.height());
    let grey = !decoded.color().has_color();
    let mut dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(width),
        "Height" => i64::from(height),
        "BitsPerComponent" => 8,
        "ColorSpace" => if grey { "DeviceGray" } else { "DeviceRGB" },
    };
    if jpeg && matches!(decoded.color(), image::ColorType::L8 | image::ColorType::Rgb8) {
        // Decoded above: it is whole. The bytes themselves go to the printer, not a second compression of them.
        // A JPEG of four inks decodes to RGB too; its own bytes would not be that.
        if jpeg_components(bytes) == Some(if grey { 1 } else { 3 }) {
            dictionary.set("Filter", "DCTDecode");
            return Some(Stream::new(dictionary, bytes.to_vec()).with_compression(false));
        }
    }
    // What is transparent is paper.
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
    };
    let pixels: Vec<u8> = if grey {
        decoded.to_luma_alpha8().pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect()
    } else {
        let rgba = decoded.to_rgba8();
        rgba.pixels()
            .flat_map(|pixel| {
                let [red, green, blue, alpha] = pixel.0;
                [on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)]
            })
            .collect()
    };
    let mut stream = Stream::new(dictionary, pixels);
    stream.compress().ok()?;
    Some(stream)
}

/// How many inks a JPEG has, from its frame header.
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    while let Some([0xFF, marker]) = bytes.get(at..at + 2) {
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
            return bytes.get(at + 9).copied();
        }
        at += 2 + length.max(2);
    }
    None
}
