//! 確認票: the first sheet of a bundle, for staff: what is in it, what to check, what is left to the pen.

use super::sheets::{case_code, watermark};
use super::{Filling, Options, Warning};
use crate::draw::{Fonts, Page, set, width};
use crate::error::FillError;
use madoka_template::{Face, Fit, Form, Horizontal, Ink, TextField, Vertical};
use madoka_template::{Paper, Rect, counted};

/// One form of the bundle.
pub(super) struct Line<'a> {
    pub(super) form: &'a Form,
    pub(super) member: Option<u16>,
    /// All that is printed of it.
    pub(super) sheets: usize,
    /// Captions of the places to sign, where the form gives them.
    pub(super) signatures: Vec<Option<String>>,
    pub(super) warnings: Vec<&'a Warning>,
}

const LEFT: f64 = 15.0;
const RIGHT: f64 = 195.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 282.0;

struct Sheet<'a> {
    page: Page,
    fonts: &'a Fonts,
}

impl Sheet<'_> {
    fn put(&mut self, at: Rect, text: &str, face: Face, size: f64, horizontal: Horizontal) {
        let how = TextField {
            fit: Fit::Wrap(Some(4)),
            horizontal,
            vertical: Vertical::Middle,
            padding: 0.5,
            min_size: 5.0,
            upright: false,
        };
        if let Ok(setting) = set(self.fonts, face, text, at, size, &how) {
            setting.draw(&mut self.page, Ink::Black);
        }
    }
}

pub(super) fn cover(
    lines: &[Line<'_>],
    filling: &Filling<'_>,
    fonts: &Fonts,
    options: &Options,
) -> Result<Vec<Page>, FillError> {
    let mut sheets: Vec<Sheet<'_>> = Vec::new();
    let mut y = BOTTOM;
    for (at, line) in lines.iter().enumerate() {
        let notes = notes(line);
        let size = 8.0;
        // Two columns of the list: what it is, and what to look at.
        let wide = width(fonts, Face::Gothic, &notes.join("　"), size);
        let extra = (wide / 84.0).ceil().max(1.0);
        let name = match line.member {
            Some(member) => format!("{}（世帯員{}）", line.form.name, member + 1),
            None => line.form.name.clone(),
        };
        let rows = (width(fonts, Face::Gothic, &name, 9.0) / 64.0).ceil();
        let tall = 7.0_f64.max(extra * 3.6 + 2.0).max(counted(notes.len()) * 3.6 + 2.0).max(rows * 4.2 + 2.0);
        if y + tall > BOTTOM {
            let (sheet, start) = head(filling, fonts, sheets.is_empty(), lines.len());
            sheets.push(sheet);
            y = start;
        }
        let Some(sheet) = sheets.last_mut() else { continue };
        let row = Rect::new(LEFT, y, RIGHT - LEFT, tall);
        sheet.page.frame(Rect::new(LEFT + 1.7, y + tall / 2.0 - 1.7, 3.4, 3.4), 0.3, Ink::Black);
        sheet.put(
            Rect::new(LEFT + 6.0, y, 8.0, tall),
            &(at + 1).to_string(),
            Face::Gothic,
            9.0,
            Horizontal::Right,
        );
        sheet.put(Rect::new(LEFT + 15.0, y, 66.0, tall), &name, Face::Gothic, 9.0, Horizontal::Left);
        let count = format!("{}枚", line.sheets);
        sheet.put(Rect::new(LEFT + 81.0, y, 12.0, tall), &count, Face::Gothic, 9.0, Horizontal::Right);
        sheet.put(
            Rect::new(LEFT + 95.0, y, 85.0, tall),
            &notes.join("\n"),
            Face::Gothic,
            size,
            Horizontal::Left,
        );
        sheet.page.line((row.x, row.bottom()), (row.right(), row.bottom()), 0.12, Ink::Gray);
        y += tall;
    }
    let count = sheets.len();
    sheets
        .into_iter()
        .enumerate()
        .map(|(at, mut sheet)| {
            let number = format!("確認票 {} / {count}　（職員用。来庁者には渡しません）", at + 1);
            sheet.put(
                Rect::new(LEFT, 285.0, RIGHT - LEFT, 5.0),
                &number,
                Face::Gothic,
                8.0,
                Horizontal::Centre,
            );
            if options.practice {
                watermark(&mut sheet.page, fonts)?;
            }
            Ok(sheet.page)
        })
        .collect()
}

/// What to look at on the form, briefly.
fn notes(line: &Line<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(note) = &line.form.cover_note {
        out.push(note.clone());
    }
    if !line.signatures.is_empty() {
        let count = line.signatures.len();
        let named: Vec<&str> = line.signatures.iter().flatten().map(String::as_str).collect();
        out.push(match (count, named.as_slice()) {
            (1, []) => "署名欄".to_owned(),
            (count, []) => format!("署名欄{count}か所"),
            (_, named) => format!("署名: {}", named.join("、")),
        });
    }
    if !line.warnings.is_empty() {
        let mut places: Vec<String> = Vec::new();
        for warning in &line.warnings {
            let place = match warning.row {
                Some(row) => format!("{}（{row}）", warning.called),
                None => warning.called.clone(),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let more = places.len().saturating_sub(6);
        places.truncate(6);
        let more = if more > 0 { format!(" ほか{more}か所") } else { String::new() };
        out.push(format!("手書き・要確認: {}{more}", places.join("、")));
    }
    out
}

fn head<'a>(filling: &Filling<'_>, fonts: &'a Fonts, first: bool, forms: usize) -> (Sheet<'a>, f64) {
    let mut sheet = Sheet { page: Page::new(Paper::A4), fonts };
    if !first {
        sheet.page.line((LEFT, 18.0), (RIGHT, 18.0), 0.4, Ink::Black);
        sheet.put(
            Rect::new(LEFT, 10.0, 120.0, 8.0),
            "書類一式 確認票（続き）",
            Face::GothicBold,
            12.0,
            Horizontal::Left,
        );
        return (sheet, 19.0);
    }
    sheet.put(
        Rect::new(LEFT, 12.0, 140.0, 11.0),
        "書類一式 確認票",
        Face::GothicBold,
        20.0,
        Horizontal::Left,
    );
    let visit = madoka_text::BirthDate::new(filling.known.visit)
        .map_or_else(|_| String::new(), madoka_text::BirthDate::in_words);
    let officer = filling.officer.map_or_else(String::new, |name| format!("　担当 {name}"));
    let about = format!("{}　来庁日 {visit}{officer}", filling.city);
    sheet.put(Rect::new(LEFT, 25.0, 140.0, 6.0), &about, Face::Gothic, 10.0, Horizontal::Left);
    let number = filling.case_number.map_or_else(String::new, |number| format!("案件 {number}　"));
    let total = format!("{number}様式 {forms} 件");
    sheet.put(Rect::new(LEFT, 32.0, 140.0, 6.0), &total, Face::Gothic, 10.0, Horizontal::Left);
    case_code(&mut sheet.page, Some(Rect::new(RIGHT - 26.0, 12.0, 26.0, 26.0)), filling, fonts);
    let top = TOP - 8.0;
    sheet.page.fill(&[Rect::new(LEFT, top, RIGHT - LEFT, 7.0)], Ink::Pale);
    for (x, w, text) in
        [(LEFT + 15.0, 60.0, "様式"), (LEFT + 81.0, 12.0, "枚数"), (LEFT + 95.0, 85.0, "確かめること")]
    {
        sheet.put(Rect::new(x, top, w, 7.0), text, Face::GothicBold, 9.0, Horizontal::Left);
    }
    sheet.page.line((LEFT, top + 7.0), (RIGHT, top + 7.0), 0.4, Ink::Black);
    (sheet, top + 7.0)
}
