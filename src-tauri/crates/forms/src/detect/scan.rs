//! A scanned page: lines from the picture, words from a reader the caller brings (OCR lives on a higher floor).

use super::grid;
use super::page::{Area, Letter, Page};
use super::proposal::{DatePart, Kind, Proposal};
use super::raster::{PER_MM, Picture};

/// How the words lie in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A few lines that belong together.
    Block,
    /// One column read downwards.
    Column,
    /// Words here and there on a page.
    Scattered,
}

/// A word that was read, with its place in the picture (pixels).
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

/// Reads words in a grey picture of 8 pixels a millimetre (203 dpi).
pub trait ReadText {
    fn read(&mut self, picture: &Picture, shape: Shape) -> Vec<Word>;
}

const MAX_CELLS_READ: usize = 400;

/// Lines and words of a picture, set straight; and by how much it was turned for that.
pub(super) fn read(picture: Picture, mut page: Page, reader: &mut Option<&mut dyn ReadText>) -> (Page, f64) {
    let (picture, angle) = picture.straightened();
    page.rules = picture.rules();
    page.scanned = true;
    if page.letters.is_empty()
        && let Some(reader) = reader
    {
        page.letters = words(&picture, &page, *reader);
    }
    (page, angle)
}

fn words(picture: &Picture, page: &Page, reader: &mut dyn ReadText) -> Vec<Letter> {
    let cells: Vec<Area> = grid::cells(&page.rules, 0.75).into_iter().map(|cell| cell.area).collect();
    let mut letters = Vec::new();
    let mut outside = picture.clone();
    // Smallest first; what was read is wiped, so that the cell around reads only its own words.
    let mut order: Vec<&Area> = cells.iter().filter(|cell| cell.w < page.width * 0.95).collect();
    order.sort_by(|a, b| a.size().total_cmp(&b.size()));
    for cell in order.into_iter().take(MAX_CELLS_READ) {
        let inner = cell.inset(0.55);
        if cell.w > 3.2 && cell.h > 3.2 {
            let crop = outside.crop(&inner);
            if crop.inked() > 0.004 {
                let shape =
                    if inner.h > inner.w * 1.8 && inner.w < 14.0 { Shape::Column } else { Shape::Block };
                for word in in_order(reader.read(&crop, shape), shape == Shape::Column) {
                    push(&mut letters, &word, inner.x, inner.y, shape == Shape::Column);
                }
            }
        }
        outside.wipe(&cell.inset(-0.6));
    }
    for rule in &page.rules {
        let line = match rule.direction {
            super::page::Direction::Across => {
                Area::of_corners(rule.from, rule.at - 0.4, rule.to, rule.at + 0.4)
            }
            super::page::Direction::Down => {
                Area::of_corners(rule.at - 0.4, rule.from, rule.at + 0.4, rule.to)
            }
        };
        outside.wipe(&line);
    }
    for word in in_order(reader.read(&outside, Shape::Scattered), false) {
        push(&mut letters, &word, 0.0, 0.0, false);
    }
    letters
}

/// Words as read, each after the one before: readers give spread letters boxes that overlap, and letters are put in order by
/// their places later.
fn in_order(mut words: Vec<Word>, down: bool) -> Vec<Word> {
    for index in 1..words.len() {
        let Some([before, own]) = words.get_mut(index - 1..=index) else { continue };
        let (one, other) =
            (Area::new(before.x, before.y, before.w, before.h), Area::new(own.x, own.y, own.w, own.h));
        if down && one.overlap_x(&other) > one.w.min(other.w) * 0.5 && own.y >= before.y {
            before.h = before.h.min((own.y - before.y).max(1.0));
        } else if !down && one.overlap_y(&other) > one.h.min(other.h) * 0.5 && own.x >= before.x {
            before.w = before.w.min((own.x - before.x).max(1.0));
        }
    }
    words
}

/// A word's letters share its box.
fn push(letters: &mut Vec<Letter>, word: &Word, x: f64, y: f64, down: bool) {
    let text: Vec<char> = word.text.chars().filter(|letter| !letter.is_whitespace()).take(200).collect();
    if text.is_empty() || ![word.x, word.y, word.w, word.h].iter().all(|side| side.is_finite()) {
        return;
    }
    let whole = Area::new(x + word.x / PER_MM, y + word.y / PER_MM, word.w / PER_MM, word.h / PER_MM);
    #[expect(clippy::cast_precision_loss, reason = "at most 200 letters")]
    let count = text.len() as f64;
    for (index, letter) in text.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 200 letters")]
        let at = index as f64 / count;
        let area = if down && whole.h > whole.w * 1.3 {
            Area { y: whole.y + whole.h * at, h: whole.h / count, ..whole }
        } else {
            Area { x: whole.x + whole.w * at, w: whole.w / count, ..whole }
        };
        letters.push(Letter { letter, area });
    }
}

/// Back to where the field lies on the scan as it is.
pub(super) fn turn_back(proposal: &mut Proposal, angle: f64, width: f64, height: f64) {
    if angle == 0.0 {
        return;
    }
    let (sin, cos) = angle.sin_cos();
    let turn = |area: &mut Area| {
        let (dx, dy) = (area.centre_x() - width / 2.0, area.centre_y() - height / 2.0);
        area.x = width / 2.0 + dx * cos - dy * sin - area.w / 2.0;
        area.y = height / 2.0 + dx * sin + dy * cos - area.h / 2.0;
    };
    turn(&mut proposal.area);
    let part = |part: &mut DatePart| {
        turn(&mut part.area);
        part.boxes.iter_mut().for_each(turn);
    };
    match &mut proposal.kind {
        Kind::Comb { boxes } => boxes.iter_mut().for_each(turn),
        Kind::Choice { answers, .. } => answers.iter_mut().for_each(|answer| turn(&mut answer.area)),
        Kind::Date { eras, year, month, day, .. } => {
            for era in eras {
                turn(&mut era.area);
            }
            [year, month, day].into_iter().for_each(part);
        }
        Kind::Rows { columns, .. } => {
            for column in columns {
                turn_back(column, angle, width, height);
            }
        }
        Kind::Text | Kind::Furigana | Kind::Number | Kind::Signature { .. } => {}
    }
}
