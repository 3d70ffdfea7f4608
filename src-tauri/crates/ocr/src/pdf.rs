//! The pages of a PDF.
//!
//! They are drawn as they would be printed, so that it does not matter what a scanner put into them: a JPEG, CCITT, JBIG2
//! or JPEG 2000 picture, strips of one, or text. A file too broken for that may still hold a scan whole, as one JPEG
//! (`/DCTDecode`, ISO 32000-1, 7.4.8): it is cut out by its own marks.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use madoka_forms::{Pages, Size, page_count};
use zeroize::Zeroizing;

use crate::OcrError;
use crate::picture::{Grey, decoded};

/// An A4 page at 300 dpi.
const WIDTH: u32 = 2_480;
/// A page that takes longer was made to take long.
const LONGEST: Duration = Duration::from_mins(1);
/// How soon it is noticed that nobody waits any more.
const PATIENCE: Duration = Duration::from_millis(40);

type Wanted<'w> = &'w dyn Fn() -> Result<(), OcrError>;

/// An open PDF.
pub(crate) struct Pdf {
    pages: Arc<Pages>,
    count: usize,
    /// The page drawn last, not asked for yet; where nothing could be drawn, the scan in the file.
    ready: Option<(usize, Grey)>,
}

impl Pdf {
    /// `wanted` is asked while it is looked into.
    pub(crate) fn open(bytes: &[u8], wanted: Wanted<'_>) -> Result<Self, OcrError> {
        let copy = bytes.to_vec();
        let count = aside(move || page_count(&copy), wanted)?.unwrap_or(0);
        let mut pdf = Self { pages: Arc::new(Pages::open(bytes.to_vec())), count, ready: None };
        let first = if count == 0 { None } else { pdf.drawn(0, wanted)? };
        pdf.ready = Some(if let Some(page) = first {
            (0, page)
        } else {
            pdf.count = 1;
            (0, decoded(&scan(bytes)?)?)
        });
        Ok(pdf)
    }

    pub(crate) const fn pages(&self) -> usize {
        self.count
    }

    /// A page, from 0.
    pub(crate) fn page(&mut self, number: usize, wanted: Wanted<'_>) -> Result<Grey, OcrError> {
        match self.ready.take() {
            Some((ready, page)) if ready == number => Ok(page),
            _ => self.drawn(number, wanted)?.ok_or(OcrError::Pdf),
        }
    }

    /// Drawn; `None` where it cannot be.
    fn drawn(&self, number: usize, wanted: Wanted<'_>) -> Result<Option<Grey>, OcrError> {
        let pages = Arc::clone(&self.pages);
        let page = aside(move || pages.picture(number, Size::Width(WIDTH)), wanted)?.flatten();
        let Some(page) = page else { return Ok(None) };
        let (width, height) = (page.width as usize, page.height as usize);
        let colours = Zeroizing::new(page.pixels);
        // As `image` weighs colours (ITU-R BT.709).
        let grey = colours.as_chunks::<4>().0.iter().map(|[red, green, blue, _]| {
            ((u32::from(*red) * 2126 + u32::from(*green) * 7152 + u32::from(*blue) * 722) / 10_000) as u8
        });
        let pixels = Zeroizing::new(grey.collect::<Vec<u8>>());
        Ok((pixels.len() == width * height).then_some(Grey { width, height, pixels }))
    }
}

/// Works in a thread of its own: whatever a hostile file does to it, this one goes on. `None` where it came to nothing.
fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    wanted: Wanted<'_>,
) -> Result<Option<T>, OcrError> {
    let (send, done) = mpsc::sync_channel(1);
    let working = std::thread::Builder::new().name("pdf".to_owned()).spawn(move || send.send(work()));
    if working.is_err() {
        return Ok(None);
    }
    let start = Instant::now();
    loop {
        match done.recv_timeout(PATIENCE) {
            Ok(result) => return Ok(Some(result)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if start.elapsed() > LONGEST => return Ok(None),
            Err(RecvTimeoutError::Timeout) => wanted()?,
        }
    }
}

/// The largest JPEG in the file.
pub(crate) fn scan(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, OcrError> {
    let mut best: Option<&[u8]> = None;
    let mut rest = bytes;
    while let Some(at) = position(rest, b"stream") {
        let body = rest.get(at + 6..).unwrap_or_default();
        let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
        let end = position(body, b"endstream").unwrap_or(body.len());
        let (content, after) = body.split_at_checked(end).unwrap_or((body, &[]));
        if content.starts_with(&[0xFF, 0xD8, 0xFF]) && best.is_none_or(|other| content.len() > other.len()) {
            best = Some(content);
        }
        rest = after.get(b"endstream".len()..).unwrap_or_default();
    }
    best.map(|jpeg| Zeroizing::new(jpeg.to_vec())).ok_or(OcrError::Pdf)
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 壊れたpdfからもいちばん大きいjpegを取り出す() {
        let file = b"%PDF-1.4\n1 0 obj<<>>stream\n\xFF\xD8\xFFsmall\nendstream endobj 2 0 obj<<>>stream\r\n\xFF\xD8\xFFlarger one\nendstream";
        assert_eq!(scan(file).unwrap().as_slice(), b"\xFF\xD8\xFFlarger one\n");
        for end in 0..file.len() {
            let _ = scan(&file[..end]);
        }
        assert!(matches!(scan(b"%PDF-1.4 text only"), Err(OcrError::Pdf)));
    }
}
