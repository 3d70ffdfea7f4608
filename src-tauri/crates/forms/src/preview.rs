//! A form's paper with its fields drawn over it: what a supervisor looks at while making one.

use crate::draw::{Document, Fonts, Page, set};
use crate::error::FillError;
use crate::fill::Blank;
use madoka_template::{Face, Field, Horizontal, Ink, Kind, Part, TextField, Vertical};
use madoka_template::{POINTS, Rect};

/// The form's paper with every field drawn over it and named.
pub fn preview(blank: &Blank, fonts: &Fonts) -> Result<Vec<u8>, FillError> {
    let mut document = Document::default();
    for (at, (background, number, paper)) in blank.pages.iter().enumerate() {
        let mut page = Page::new(*paper);
        document.under.push((background.clone(), *number));
        page.under = Some(document.under.len() - 1);
        draw_fields(&mut page, blank, at, fonts);
        document.pages.push(page);
    }
    document.to_pdf(fonts, &blank.form.name)
}

/// Every field of a page (from 0), framed and named.
pub(crate) fn draw_fields(page: &mut Page, blank: &Blank, at: usize, fonts: &Fonts) {
    for field in blank.form.fields.iter().filter(|field| usize::from(field.page) == at + 1) {
        draw_field(page, field, (0.0, 0.0), fonts);
        if let Kind::Rows(rows) = &field.kind {
            for moved in &rows.places {
                for column in &rows.columns {
                    draw_field(page, column, *moved, fonts);
                }
            }
        }
    }
}

fn draw_field(page: &mut Page, field: &Field, moved: (f64, f64), fonts: &Fonts) {
    let ink = match field.kind {
        Kind::Signature { .. } => Ink::Gray,
        Kind::Choice { .. } | Kind::Mark(_) => Ink::Red,
        _ => Ink::Blue,
    };
    if matches!(field.kind, Kind::Rows(_)) {
        return;
    }
    for place in places(field) {
        page.frame(place.moved(moved.0, moved.1), 0.2, ink);
    }
    let at = field.at.moved(moved.0, moved.1);
    let how = TextField {
        vertical: Vertical::Top,
        horizontal: Horizontal::Left,
        padding: 0.3,
        min_size: 3.0,
        ..TextField::default()
    };
    let size = 5.0_f64.min(at.h * POINTS);
    if let Ok(setting) = set(fonts, Face::Gothic, field.id.as_str(), at, size, &how) {
        setting.draw(page, ink);
    }
}

/// Every rectangle of a field.
fn places(field: &Field) -> Vec<Rect> {
    let mut out = Vec::new();
    let part = |part: &Option<Part>, out: &mut Vec<Rect>| match part {
        Some(Part::Whole(at)) => out.push(*at),
        Some(Part::Boxes(boxes)) => out.extend(boxes),
        None => {}
    };
    match &field.kind {
        Kind::Comb(comb) | Kind::Number { comb: Some(comb), .. } => out.extend(&comb.boxes),
        Kind::Choice { options, .. } => out.extend(options.iter().flat_map(|(_, places)| places)),
        Kind::Date(date) if date.is_split() || date.era.is_some() => {
            part(&date.year, &mut out);
            part(&date.month, &mut out);
            part(&date.day, &mut out);
            match &date.era {
                Some(madoka_template::EraPlace::Written(at, _)) => out.push(*at),
                Some(madoka_template::EraPlace::Marked(eras, _)) => {
                    out.extend(eras.iter().flat_map(|(_, places)| places));
                }
                _ => {}
            }
        }
        _ => out.push(field.at),
    }
    out
}
