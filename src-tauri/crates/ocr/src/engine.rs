//! tesseract, kept warm: engines wait in a pool, one line of text at a time.

use std::ffi::{CStr, CString};
use std::sync::Mutex;

use tesseract::plumbing::TessBaseApi;

use crate::OcrError;
use crate::ink::{sauvola, stretched};
use crate::picture::{Area, Grey};

/// Crops are made this high: measured best of 48, 64 and 80.
const HEIGHT: f32 = 64.0;
/// Of the line's height, above and below.
const MARGIN: f32 = 0.18;

/// How a line is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Black and white by the surroundings.
    Local,
    /// Grey, stretched.
    Soft,
}

/// Stands for ink nothing could be made of.
pub(crate) const UNREAD: char = '\u{FFFD}';

/// One letter as read. tesseract's own confidence is not kept: under a whitelist it was 0 for a right digit.
#[derive(Clone, Copy)]
pub(crate) struct Letter {
    pub(crate) c: char,
    pub(crate) area: Area,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// Which letters a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Japanese,
    /// Latin letters and figures: the Japanese model takes M for IN and X for K.
    Latin,
}

pub(crate) struct Engines {
    japanese: Mutex<Vec<TessBaseApi>>,
    /// Started when first asked for; most documents have no Latin letters.
    latin: Mutex<Vec<TessBaseApi>>,
}

impl std::fmt::Debug for Engines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engines")
    }
}

impl Engines {
    pub(crate) fn new(warm: usize) -> Result<Self, OcrError> {
        let engines = (0..warm.max(1)).map(|_| start(c"jpn")).collect::<Result<_, _>>()?;
        Ok(Self { japanese: Mutex::new(engines), latin: Mutex::default() })
    }

    const fn pool(&self, script: Script) -> &Mutex<Vec<TessBaseApi>> {
        match script {
            Script::Japanese => &self.japanese,
            Script::Latin => &self.latin,
        }
    }

    fn take(&self, script: Script) -> Result<TessBaseApi, OcrError> {
        let waiting = self.pool(script).lock().map_err(|_| OcrError::Reading)?.pop();
        match (waiting, script) {
            (Some(engine), _) => Ok(engine),
            (None, Script::Japanese) => start(c"jpn"),
            // Where the English model is missing, the Japanese one reads Latin letters too, only worse.
            (None, Script::Latin) => start(c"eng").or_else(|_| start(c"jpn")),
        }
    }

    /// Reads one line. `only` are the letters it may hold; empty for any.
    pub(crate) fn line(
        &self,
        page: &Grey,
        area: Area,
        way: Way,
        script: Script,
        only: &str,
    ) -> Result<Vec<Letter>, OcrError> {
        let mut engine = self.take(script)?;
        let read = read_line(&mut engine, page, area, way, only);
        // An engine that failed may hold half a picture; it is not used again.
        if read.is_ok()
            && let Ok(mut waiting) = self.pool(script).lock()
        {
            waiting.push(engine);
        }
        read
    }
}

fn start(language: &CStr) -> Result<TessBaseApi, OcrError> {
    let mut engine = TessBaseApi::create();
    engine.init_2(None, Some(language)).map_err(|_| OcrError::Engine)?;
    for (name, value) in [
        (c"hocr_char_boxes", c"1"),
        (c"debug_file", c"/dev/null"),
        (c"tessedit_do_invert", c"0"),
        (c"user_defined_dpi", c"300"),
    ] {
        // A setting an older tesseract lacks is no reason to read nothing.
        let _ = engine.set_variable(name, value);
    }
    Ok(engine)
}

fn read_line(
    engine: &mut TessBaseApi,
    page: &Grey,
    area: Area,
    way: Way,
    only: &str,
) -> Result<Vec<Letter>, OcrError> {
    let margin = (area.height() as f32 * MARGIN).ceil() as i32;
    let outer = area.grown(margin, margin);
    let crop = page.crop(outer);
    let scale = HEIGHT / crop.height.max(1) as f32;
    let width = ((crop.width as f32 * scale) as usize).clamp(16, 6_000);
    let scaled = crop.scaled(width, HEIGHT as usize);
    let ready = match way {
        Way::Local => sauvola(&scaled, 95, 0.2),
        Way::Soft => stretched(&scaled),
    };
    let single = area.width() * 10 < area.height() * 13;
    set(engine, c"tessedit_pageseg_mode", if single { c"8" } else { c"7" })?;
    let only = CString::new(only).map_err(|_| OcrError::Reading)?;
    set(engine, c"tessedit_char_whitelist", &only)?;
    let (w, h) = (ready.width as i32, ready.height as i32);
    engine.set_image(&ready.pixels, w, h, 1, w).map_err(|_| OcrError::Reading)?;
    engine.recognize().map_err(|_| OcrError::Reading)?;
    let text = engine.get_hocr_text(0).map_err(|_| OcrError::Reading)?;
    let hocr: &CStr = text.as_ref();
    let hocr = hocr.to_str().unwrap_or_default();
    let back = |v: i32| (v as f32 / scale) as i32;
    let mut read: Vec<Letter> = letters(hocr).collect();
    // tesseract's boxes are rough and run into the next letter.
    let widest = ready.height as i32 * 9 / 10;
    for index in 0..read.len() {
        let next = read.get(index + 1).map(|next| next.area.left);
        if let Some(letter) = read.get_mut(index) {
            let most = next.unwrap_or(i32::MAX).min(letter.area.left + widest);
            letter.area.right = letter.area.right.min(most).max(letter.area.left + 1);
        }
    }
    Ok(read
        .into_iter()
        .map(|letter| Letter {
            area: Area::new(
                outer.left + back(letter.area.left),
                outer.top + back(letter.area.top),
                outer.left + back(letter.area.right),
                outer.top + back(letter.area.bottom),
            ),
            ..letter
        })
        .collect())
}

fn set(engine: &mut TessBaseApi, name: &CStr, value: &CStr) -> Result<(), OcrError> {
    engine.set_variable(name, value).map_err(|_| OcrError::Reading)
}

/// `<span class='ocrx_cinfo' title='x_bboxes 1 2 3 4; x_conf 98.5'>字</span>`, one after the other.
fn letters(hocr: &str) -> impl Iterator<Item = Letter> + '_ {
    hocr.split("class='ocrx_cinfo'").skip(1).filter_map(|span| {
        let title = span.split_once("x_bboxes ")?.1;
        let mut numbers = title.split([' ', ';', '\'']).filter_map(|word| word.parse::<f32>().ok());
        let (left, top, right, bottom) = (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
        let text = span.split_once('>')?.1.split('<').next()?;
        let c = match text {
            "&amp;" => '&',
            "&lt;" => '<',
            "&gt;" => '>',
            "&quot;" => '"',
            "&#39;" => '\'',
            _ => text.chars().next()?,
        };
        let area = Area::new(left as i32, top as i32, right as i32, bottom as i32);
        (!c.is_whitespace()).then_some(Letter { c, area })
    })
}
