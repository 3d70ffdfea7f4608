//! Drawing on paper: fonts by glyph, words in rectangles, marks, and the city's page beneath.
//!
//! No clock and no chance inside: the same pages are the same bytes.

mod background;
mod fonts;
mod page;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lopdf::{Object, StringFormat, dictionary};
use printpdf::{PdfDocument, PdfPage, PdfSaveOptions};
use sha2::{Digest as _, Sha256};

pub use fonts::Fonts;
pub(crate) use fonts::{Font, GUIDE};

pub(crate) use background::{Background, picture};
pub(crate) use page::{Page, Placed, font_id};
pub(crate) use text::{Setting, Unset, set, width};

use crate::error::FillError;
use crate::under::Copied;
use madoka_template::POINTS;

/// A page beneath: which background, which of its pages.
pub(crate) type Under = (Background, usize);

/// A picture on a page: its object and where (x, y from the bottom, width, height in points).
pub(crate) type Placement = (lopdf::Stream, [f64; 4]);

/// Pages on their way to a PDF.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) pages: Vec<Page>,
    pub(crate) under: Vec<Under>,
    /// Pictures by page.
    pub(crate) pictures: BTreeMap<usize, Vec<Placement>>,
}

impl Document {
    pub(crate) fn to_pdf(&self, fonts: &Fonts, title: &str) -> Result<Vec<u8>, FillError> {
        let mut document = PdfDocument::new(title);
        let used: BTreeSet<u16> = self.pages.iter().flat_map(|page| page.fonts.iter().copied()).collect();
        for face in used {
            let parsed = fonts.parsed(face).ok_or(FillError::NoFonts)?.clone();
            document.resources.fonts.map.insert(font_id(face), printpdf::PdfFont::new(parsed));
        }
        let pages = self.pages.iter().map(|page| {
            let (width, height) = (millimetres(page.paper.width), millimetres(page.paper.height));
            PdfPage::new(width, height, page.ops.clone())
        });
        document.with_pages(pages.collect());
        let options = PdfSaveOptions { secure: false, ..PdfSaveOptions::default() };
        let mut written = document.to_lopdf_document(&options, &mut Vec::new());
        self.put_under(&mut written)?;
        written.prune_objects();
        written.compress();
        finish(&mut written, title)
    }

    /// A digest over all that a page shows.
    pub(crate) fn page_digest(&self, page: usize) -> [u8; 32] {
        let mut hash = Writer(Sha256::new());
        if let Some(drawn) = self.pages.get(page) {
            // Writing into a hash cannot fail.
            let _ = write!(hash, "{:?}{:?}{:?}", drawn.paper, drawn.offset, drawn.ops);
            if let Some((background, number)) = drawn.under.and_then(|under| self.under.get(under)) {
                hash.0.update(background.digest());
                let _ = write!(hash, "{number}");
            }
            for (stream, place) in self.pictures.get(&page).into_iter().flatten() {
                hash.0.update(&stream.content);
                let _ = write!(hash, "{place:?}");
            }
        }
        hash.0.finalize().into()
    }

    fn put_under(&self, written: &mut lopdf::Document) -> Result<(), FillError> {
        let ids: Vec<lopdf::ObjectId> = written.get_pages().into_values().collect();
        // What was copied from each background, and each page of it once.
        let mut copied: Vec<(Background, Copied)> = Vec::new();
        let mut placed: BTreeMap<(usize, usize), (lopdf::ObjectId, String)> = BTreeMap::new();
        for (at, (id, page)) in ids.into_iter().zip(&self.pages).enumerate() {
            let mut before = String::new();
            let mut names = lopdf::Dictionary::new();
            if let Some((background, number)) = page.under.and_then(|under| self.under.get(under)) {
                let known = copied.iter().position(|(other, _)| other.is_same(background));
                let known = known.unwrap_or_else(|| {
                    copied.push((background.clone(), Copied::default()));
                    copied.len() - 1
                });
                let (object, matrix) = if let Some(found) = placed.get(&(known, *number)) {
                    found.clone()
                } else {
                    let Some((_, copied)) = copied.get_mut(known) else { continue };
                    let found = background.place(*number, written, copied)?;
                    placed.insert((known, *number), found.clone());
                    found
                };
                names.set("MUnder", Object::Reference(object));
                before = format!("q {matrix}/MUnder Do Q\n");
            }
            for (index, (stream, [x, y, w, h])) in self.pictures.get(&at).into_iter().flatten().enumerate() {
                let name = format!("MPic{index}");
                names.set(name.clone(), Object::Reference(written.add_object(stream.clone())));
                // Writing into a string cannot fail.
                let _ = writeln!(before, "q {w:.3} 0 0 {h:.3} {x:.3} {y:.3} cm /{name} Do Q");
            }
            if !before.is_empty() {
                put_before(written, id, before, names)?;
            }
        }
        Ok(())
    }
}

struct Writer(Sha256);

impl std::fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "printpdf counts in single precision")]
fn millimetres(length: f64) -> printpdf::Mm {
    // To a thousandth of a point, so that A4 of a background stays the same A4.
    let points = (length * POINTS * 1000.0).round() / 1000.0;
    printpdf::Mm((points / POINTS) as f32)
}

fn put_before(
    written: &mut lopdf::Document,
    page: lopdf::ObjectId,
    before: String,
    names: lopdf::Dictionary,
) -> Result<(), FillError> {
    let broken = || FillError::Broken("ページを組み立てられません");
    let dictionary = written.get_dictionary(page).map_err(|_| broken())?;
    let resources = match dictionary.get(b"Resources") {
        Ok(Object::Reference(id)) => written.get_dictionary(*id).map_err(|_| broken())?.clone(),
        Ok(Object::Dictionary(inner)) => inner.clone(),
        _ => lopdf::Dictionary::new(),
    };
    let contents = dictionary.get(b"Contents").cloned();
    let mut resources = resources;
    resources.set("XObject", names);
    let first = written.add_object(lopdf::Stream::new(lopdf::Dictionary::new(), before.into_bytes()));
    let mut parts = vec![Object::Reference(first)];
    match contents {
        Ok(Object::Array(more)) => parts.extend(more),
        Ok(one @ Object::Reference(_)) => parts.push(one),
        _ => {}
    }
    let dictionary = written.get_dictionary_mut(page).map_err(|_| broken())?;
    dictionary.set("Resources", resources);
    dictionary.set("Contents", parts);
    Ok(())
}

/// The library writes the clock and draws lots for the file's identity; ours is what is in it.
fn finish(written: &mut lopdf::Document, title: &str) -> Result<Vec<u8>, FillError> {
    let mut words = vec![0xFE, 0xFF];
    words.extend(title.encode_utf16().flat_map(u16::to_be_bytes));
    let information = written.add_object(dictionary! {
        "Title" => Object::String(words, StringFormat::Hexadecimal),
        "Producer" => Object::string_literal("Madoka"),
    });
    if let Ok(old) = written.trailer.get(b"Info").and_then(Object::as_reference) {
        written.objects.remove(&old);
    }
    written.trailer.set("Info", information);
    written.trailer.remove(b"ID");
    let save = |written: &mut lopdf::Document| {
        let mut bytes = Vec::new();
        written.save_to(&mut bytes).map(|()| bytes).map_err(|_| FillError::Broken("書き出せません"))
    };
    let hash = Sha256::digest(save(written)?);
    let identity: Vec<u8> = hash.iter().take(16).copied().collect();
    let identity = Object::String(identity, StringFormat::Hexadecimal);
    written.trailer.set("ID", vec![identity.clone(), identity]);
    save(written)
}
