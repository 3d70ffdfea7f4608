//! Words of a scanned paper form, read with tesseract.

use madoka_forms::detect::{Picture, ReadText, Shape, Word};
use tesseract::{PageSegMode, Tesseract};

/// Small print in a cell wants more pixels than a scan of 200 dpi has. A whole page is read as it is, for time's sake.
const LARGER: usize = 2;
const WHOLE_PAGE: usize = 1_000_000;

/// Two engines: words across, and columns read downwards. Each is loaded when first needed.
#[derive(Default)]
pub struct PaperReader {
    across: Engine,
    down: Engine,
}

#[derive(Default)]
enum Engine {
    #[default]
    New,
    Ready(Box<Tesseract>),
    /// Its language is not installed.
    Missing,
}

impl Engine {
    fn read(&mut self, language: &str, mode: PageSegMode, picture: &Picture) -> Option<Vec<Word>> {
        let engine = match std::mem::replace(self, Self::Missing) {
            Self::New => Tesseract::new(None, Some(language)).ok()?,
            Self::Ready(engine) => *engine,
            Self::Missing => return None,
        };
        let times = if picture.width * picture.height > WHOLE_PAGE { 1 } else { LARGER };
        let (width, height) = (picture.width * times, picture.height * times);
        let frame = enlarged(picture, times);
        let (columns, rows) = (i32::try_from(width).ok()?, i32::try_from(height).ok()?);
        // An error loses the engine (its methods take it); the next read makes a new one.
        *self = Self::New;
        let mut engine = engine.set_frame(&frame, columns, rows, 1, columns).ok()?;
        engine.set_page_seg_mode(mode);
        let mut engine = engine.set_source_resolution(if times == 1 { 200 } else { 400 }).recognize().ok()?;
        let table = engine.get_tsv_text(0).ok()?;
        *self = Self::Ready(Box::new(engine));
        Some(words(&table, times))
    }
}

impl std::fmt::Debug for PaperReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PaperReader(…)")
    }
}

impl ReadText for PaperReader {
    fn read(&mut self, picture: &Picture, shape: Shape) -> Vec<Word> {
        if picture.width < 8 || picture.height < 8 {
            return Vec::new();
        }
        let found = match shape {
            Shape::Column => self.down.read("jpn_vert", PageSegMode::PsmSingleBlockVertText, picture),
            Shape::Block => self.across.read("jpn", PageSegMode::PsmSingleBlock, picture),
            Shape::Scattered => self.across.read("jpn", PageSegMode::PsmSparseText, picture),
        };
        found.unwrap_or_default()
    }
}

fn enlarged(picture: &Picture, times: usize) -> Vec<u8> {
    picture
        .grey
        .chunks_exact(picture.width.max(1))
        .flat_map(|row| {
            let wide: Vec<u8> = row.iter().flat_map(|grey| std::iter::repeat_n(*grey, times)).collect();
            std::iter::repeat_n(wide, times).flatten()
        })
        .collect()
}

/// Lines of the table are `level page block paragraph line word left top width height confidence text`; words are level 5.
fn words(table: &str, times: usize) -> Vec<Word> {
    #[expect(clippy::cast_precision_loss, reason = "one or two")]
    let smaller = 1.0 / times as f64;
    let mut lines: Vec<(String, Vec<Word>)> = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        if columns.first() != Some(&"5") {
            continue;
        }
        let number = |index: usize| columns.get(index)?.parse::<f64>().ok();
        let word = || {
            // Specks read as letters are unsure.
            (number(10)? >= 15.0).then_some(())?;
            Some(Word {
                text: (*columns.get(11)?).to_owned(),
                x: number(6)? * smaller,
                y: number(7)? * smaller,
                w: number(8)? * smaller,
                h: number(9)? * smaller,
            })
        };
        let Some(word) = word() else { continue };
        let place = columns.get(2..5).unwrap_or_default().join(" ");
        match lines.last_mut() {
            Some((known, words)) if *known == place => words.push(word),
            _ => lines.push((place, vec![word])),
        }
    }
    lines.into_iter().flat_map(|(_, words)| in_order(words)).collect()
}

/// x, y, width, height.
type Box4 = (f64, f64, f64, f64);

fn span_of(boxes: &[Box4], side: fn(&Box4) -> f64, best: fn(f64, f64) -> f64) -> f64 {
    boxes.iter().map(side).reduce(best).unwrap_or(0.0)
}

/// The words of a line are in the right order, their boxes not always (letters set wide apart): first word, first box.
fn in_order(mut words: Vec<Word>) -> Vec<Word> {
    let mut boxes: Vec<Box4> = words.iter().map(|word| (word.x, word.y, word.w, word.h)).collect();
    let wide = span_of(&boxes, |at| at.0 + at.2, f64::max) - span_of(&boxes, |at| at.0, f64::min);
    let tall = span_of(&boxes, |at| at.1 + at.3, f64::max) - span_of(&boxes, |at| at.1, f64::min);
    if tall > wide {
        boxes.sort_by(|a, b| a.1.total_cmp(&b.1));
    } else {
        boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    // And all of one line stand on one line.
    let (left, right) = (span_of(&boxes, |at| at.0, f64::min), span_of(&boxes, |at| at.0 + at.2, f64::max));
    let (top, bottom) = (span_of(&boxes, |at| at.1, f64::min), span_of(&boxes, |at| at.1 + at.3, f64::max));
    for (word, (x, y, w, h)) in words.iter_mut().zip(boxes) {
        (word.x, word.y, word.w, word.h) =
            if tall > wide { (left, y, right - left, h) } else { (x, top, w, bottom - top) };
    }
    words
}
