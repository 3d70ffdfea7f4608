//! Pages as pictures: for `form preview`, tests and thumbnails of our own output. (The window shows PDFs by pdf.js.)

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::draw::{Document, Fonts, Page, set};
use crate::error::FillError;
use crate::fill::Blank;
use crate::geometry::{POINTS, Rect};
use crate::template::{Face, Field, Horizontal, Ink, Kind, Part, TextField, Vertical};

/// A page as a picture.
#[derive(Debug, Clone)]
pub struct PagePicture {
    pub width: u32,
    pub height: u32,
    /// Red, green, blue, opacity.
    pub pixels: Vec<u8>,
}

impl PagePicture {
    /// As a PNG file.
    pub fn to_png(&self) -> Option<Vec<u8>> {
        let picture = image::RgbaImage::from_raw(self.width, self.height, self.pixels.clone())?;
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).ok()?;
        Some(bytes.into_inner())
    }
}

/// The largest side of a picture in pixels.
const MOST_PIXELS: f64 = 12_000.0;

/// A page (from 0) of a PDF, so many dots an inch.
pub fn page_picture(pdf: &[u8], page: usize, dpi: f64) -> Option<PagePicture> {
    let pdf = Pdf::new(std::sync::Arc::new(pdf.to_vec())).ok()?;
    let page = pdf.pages().get(page)?;
    let (width, height) = page.render_dimensions();
    let scale = (dpi / 72.0).min(MOST_PIXELS / f64::from(width.max(height)).max(1.0));
    #[expect(clippy::cast_possible_truncation, reason = "a scale of a few units")]
    let scale = scale as f32;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, ..PixmapSettings::default() };
    let cache = RenderCache::new();
    let map = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(map.width()), u32::from(map.height()));
    let mut pixels = map.data_as_u8_slice().to_vec();
    // What nobody painted is paper. (Premultiplied: white shows through by what is missing of the opacity.)
    for pixel in pixels.chunks_exact_mut(4) {
        let through = 255 - pixel.last().copied().unwrap_or(255);
        for channel in pixel.iter_mut() {
            *channel = channel.saturating_add(through);
        }
    }
    Some(PagePicture { width, height, pixels })
}

/// The form's paper with every field drawn over it and named.
pub fn preview(blank: &Blank, fonts: &Fonts) -> Result<Vec<u8>, FillError> {
    let mut document = Document::default();
    for (at, (background, number, paper)) in blank.pages.iter().enumerate() {
        let mut page = Page::new(*paper);
        document.under.push((background.clone(), *number));
        page.under = Some(document.under.len() - 1);
        for field in blank.form.fields.iter().filter(|field| usize::from(field.page) == at + 1) {
            draw_field(&mut page, field, (0.0, 0.0), fonts);
            if let Kind::Rows(rows) = &field.kind {
                for moved in &rows.places {
                    for column in &rows.columns {
                        draw_field(&mut page, column, *moved, fonts);
                    }
                }
            }
        }
        document.pages.push(page);
    }
    document.to_pdf(fonts, &blank.form.name)
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
                Some(crate::template::EraPlace::Written(at, _)) => out.push(*at),
                Some(crate::template::EraPlace::Marked(eras, _)) => {
                    out.extend(eras.iter().flat_map(|(_, places)| places));
                }
                _ => {}
            }
        }
        _ => out.push(field.at),
    }
    out
}
