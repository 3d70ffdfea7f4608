//! 試し刷り: a sheet by which an officer measures how far a printer sets beside where it should.

use crate::draw::{Document, Fonts, Page, set};
use crate::error::FillError;
use crate::fill::{Blank, watermark};
use crate::preview::draw_fields;
use crate::print::Offset;
use madoka_template::{Face, Fit, Horizontal, Ink, TextField, Vertical};
use madoka_template::{Paper, Rect};

/// What a test sheet is for.
#[derive(Debug, Clone, Copy)]
pub struct TestSheet<'a> {
    /// As people call it.
    pub printer: &'a str,
    pub offset: Offset,
    /// Over the stock of this form: the frames of its fields, where values would come out.
    pub form: Option<&'a Blank>,
    pub practice: bool,
}

impl TestSheet<'_> {
    pub fn to_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, FillError> {
        let mut document = Document::default();
        match self.form {
            None => document.pages.push(self.rulers(fonts)),
            Some(blank) => {
                for (at, paper) in blank.papers().enumerate() {
                    let mut page = Page::new(paper);
                    page.offset = (self.offset.right, self.offset.down);
                    draw_fields(&mut page, blank, at, fonts);
                    document.pages.push(page);
                }
            }
        }
        if self.practice {
            for page in &mut document.pages {
                watermark(page, fonts)?;
            }
        }
        document.to_pdf(fonts, "印字位置の試し刷り")
    }

    fn rulers(&self, fonts: &Fonts) -> Page {
        let mut page = Page::new(Paper::A4);
        let put = |page: &mut Page, at: Rect, text: &str, size: f64| {
            let how = TextField {
                fit: Fit::Wrap(None),
                horizontal: Horizontal::Left,
                vertical: Vertical::Top,
                padding: 0.0,
                ..TextField::default()
            };
            if let Ok(setting) = set(fonts, Face::Gothic, text, at, size, &how) {
                setting.draw(page, Ink::Black);
            }
        };
        scale(&mut page, Paper::A4.width, |along, across| (along, ACROSS + across), fonts);
        scale(&mut page, Paper::A4.height, |along, across| (ACROSS + across, along), fonts);
        put(&mut page, Rect::new(70.0, 75.0, 110.0, 9.0), "印字位置の試し刷り", 18.0);
        put(&mut page, Rect::new(70.0, 87.0, 110.0, 6.0), &format!("プリンター: {}", self.printer), 10.5);
        let now = format!("いまの補正: 右へ {:+.1} mm、下へ {:+.1} mm", self.offset.right, self.offset.down);
        put(&mut page, Rect::new(70.0, 94.0, 110.0, 6.0), &now, 10.5);
        let steps = "1. 紙の左の端から、横の目盛りの「50」までを定規で測ります。49.2 mm なら、右へ 0.8 と入れます。\n\
                     2. 紙の上の端から、縦の目盛りの「100」までを測ります。100.5 mm なら、下へ -0.5 と入れます。\n\
                     3. もう一度試し刷りをします。補正をかけて印字した四つの十字が、それぞれに書いた位置（紙の端から）に\
                     来ていれば、合っています。目盛りは補正をかけずに印字しています。";
        put(&mut page, Rect::new(70.0, 108.0, 110.0, 60.0), steps, 10.5);
        page.offset = (self.offset.right, self.offset.down);
        for (x, y) in [(45.0, 60.0), (185.0, 60.0), (45.0, 250.0), (185.0, 250.0)] {
            page.line((x - 6.0, y), (x + 6.0, y), 0.2, Ink::Black);
            page.line((x, y - 6.0), (x, y + 6.0), 0.2, Ink::Black);
            page.ellipse(Rect::new(x - 3.0, y - 3.0, 6.0, 6.0), 0.2, Ink::Black);
            let says = format!("左から {x:.0} mm\n上から {y:.0} mm");
            put(&mut page, Rect::new(x - 11.0, y + 7.5, 26.0, 8.0), &says, 7.0);
        }
        page
    }
}

/// How far the rulers lie from the edges: further than any printer leaves white.
const ACROSS: f64 = 15.0;
/// Where they begin, clear of each other.
const FROM: u16 = 25;
/// What most printers cannot reach at the far end.
const WHITE: f64 = 6.0;

/// Millimetres from the edge of the paper; each fifth and tenth line longer.
fn scale(page: &mut Page, length: f64, at: impl Fn(f64, f64) -> (f64, f64), fonts: &Fonts) {
    let mut mm = FROM;
    while f64::from(mm) <= length - WHITE {
        let along = f64::from(mm);
        let (long, pen) = match mm {
            _ if mm.is_multiple_of(10) => (7.0, 0.25),
            _ if mm.is_multiple_of(5) => (5.0, 0.15),
            _ => (3.0, 0.1),
        };
        page.line(at(along, 0.0), at(along, long), pen, Ink::Black);
        if mm.is_multiple_of(10) {
            let (x, y) = at(along, 9.0);
            let how = TextField { horizontal: Horizontal::Centre, padding: 0.0, ..TextField::default() };
            if let Ok(setting) =
                set(fonts, Face::Gothic, &mm.to_string(), Rect::new(x - 4.0, y - 1.5, 8.0, 3.0), 7.0, &how)
            {
                setting.draw(page, Ink::Black);
            }
        }
        mm += 1;
    }
    page.line(at(f64::from(FROM), 0.0), at(length - WHITE, 0.0), 0.25, Ink::Black);
}
