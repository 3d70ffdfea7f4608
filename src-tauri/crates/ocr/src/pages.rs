//! The pages of a file: one picture, each sheet of a TIFF, each page of a PDF.

use crate::OcrError;
use crate::pdf::Pdf;
use crate::picture::{Grey, MOST_BYTES, SHORTEST_SIDE, bounded, decoded};
use crate::streaks::healed;
use crate::tiff::Tiff;

/// The most pages of one file that are read: a household's papers, not an archive.
pub(crate) const MOST_PAGES: usize = 20;

pub(crate) enum Pages<'b> {
    One(&'b [u8]),
    Tiff(Tiff),
    Pdf(Pdf),
}

impl<'b> Pages<'b> {
    /// `wanted` is asked while a PDF is looked into.
    pub(crate) fn open(bytes: &'b [u8], wanted: &dyn Fn() -> Result<(), OcrError>) -> Result<Self, OcrError> {
        if bytes.len() > MOST_BYTES {
            return Err(OcrError::TooLarge { limit: "80MB" });
        }
        if bytes.starts_with(b"%PDF") {
            return Ok(Self::Pdf(Pdf::open(bytes, wanted)?));
        }
        Ok(match Tiff::open(bytes, MOST_PAGES + 1) {
            Some(tiff) if tiff.sheets() > 1 => Self::Tiff(tiff),
            _ => Self::One(bytes),
        })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Tiff(tiff) => tiff.sheets(),
            Self::Pdf(pdf) => pdf.pages(),
        }
    }

    /// The page of this number, from 0.
    pub(crate) fn page(
        &mut self,
        number: usize,
        wanted: &dyn Fn() -> Result<(), OcrError>,
    ) -> Result<Grey, OcrError> {
        match self {
            Self::One(bytes) => decoded(bytes),
            Self::Tiff(tiff) => decoded(tiff.sheet(number).ok_or(OcrError::Broken)?),
            Self::Pdf(pdf) => {
                let page = pdf.page(number, wanted)?;
                if page.width.min(page.height) < SHORTEST_SIDE as usize {
                    return Err(OcrError::TooSmall);
                }
                Ok(healed(bounded(page)))
            }
        }
    }
}

/// The first page.
pub(crate) fn first(bytes: &[u8]) -> Result<Grey, OcrError> {
    let go_on = || Ok(());
    Pages::open(bytes, &go_on)?.page(0, &go_on)
}
