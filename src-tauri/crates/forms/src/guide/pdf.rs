//! The pages as a PDF. No clock and no chance inside: the same pages are the same bytes.

use lopdf::{Object, StringFormat};
use printpdf::{
    Codepoint, Color, FontId, Greyscale, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Polygon, PolygonRing, Pt, TextItem, TextMatrix, WindingOrder,
};
use sha2::{Digest as _, Sha256};

use super::GuideError;
use super::canvas::{HEIGHT, Mark, POINT, Page, Shade, WIDTH};
use super::faces::{Faces, Glyph};

/// The face's name in the PDF.
fn font_id(face: usize) -> FontId {
    FontId(format!("F{face}"))
}

pub(super) fn write(pages: &[Page], faces: &Faces<'_>, title: &str) -> Result<Vec<u8>, GuideError> {
    let mut document = PdfDocument::new(title);
    for (at, font) in faces.fonts().enumerate() {
        if uses(pages, at) {
            let parsed = font.parsed().ok_or_else(|| GuideError::FaceBroken(format!("{at}")))?;
            document.resources.fonts.map.insert(font_id(at), printpdf::PdfFont::new(parsed.clone()));
        }
    }
    let pages = pages
        .iter()
        .map(|page| PdfPage::new(Mm(WIDTH), Mm(HEIGHT), page.marks.iter().flat_map(ops).collect()));
    document.with_pages(pages.collect());
    let mut warnings = Vec::new();
    let mut written = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    written.compress();
    // The library draws lots for the file's identity; ours is what is in it.
    let mut content = Vec::new();
    for object in written.objects.values() {
        if let Object::Stream(stream) = object {
            content.extend_from_slice(&Sha256::digest(&stream.content));
        }
    }
    let identity = Sha256::digest(&content).get(..16).unwrap_or_default().to_vec();
    let identity = Object::String(identity, StringFormat::Hexadecimal);
    written.trailer.set("ID", Object::Array(vec![identity.clone(), identity]));
    let mut bytes = Vec::new();
    written.save_to(&mut bytes).map_err(|_| GuideError::NotWritten)?;
    Ok(bytes)
}

fn uses(pages: &[Page], face: usize) -> bool {
    pages.iter().flat_map(|page| &page.marks).any(|mark| match mark {
        Mark::Text { glyphs, .. } | Mark::Watermark { glyphs } => {
            glyphs.iter().any(|glyph| glyph.face == face)
        }
        _ => false,
    })
}

fn point(x: f32, y: f32) -> LinePoint {
    LinePoint { p: Point { x: Pt(x / POINT), y: Pt((HEIGHT - y) / POINT) }, bezier: false }
}

fn grey(shade: Shade) -> Color {
    Color::Greyscale(Greyscale::new(shade, None))
}

fn ring((x, y, width, height): (f32, f32, f32, f32)) -> PolygonRing {
    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    PolygonRing { points: corners.into_iter().map(|(x, y)| point(x, y)).collect() }
}

fn filled(cells: impl IntoIterator<Item = (f32, f32, f32, f32)>, shade: Shade) -> Vec<Op> {
    let polygon = Polygon {
        rings: cells.into_iter().map(ring).collect(),
        mode: PaintMode::Fill,
        winding_order: WindingOrder::NonZero,
    };
    vec![Op::SetFillColor { col: grey(shade) }, Op::DrawPolygon { polygon }]
}

fn drawn(points: impl IntoIterator<Item = (f32, f32)>, closed: bool, line: f32, shade: Shade) -> Vec<Op> {
    let points = points.into_iter().map(|(x, y)| point(x, y)).collect();
    vec![
        Op::SetOutlineColor { col: grey(shade) },
        Op::SetOutlineThickness { pt: Pt(line / POINT) },
        Op::DrawLine { line: printpdf::Line { points, is_closed: closed } },
    ]
}

fn ops(mark: &Mark) -> Vec<Op> {
    match mark {
        Mark::Text { x, y, points, shade, glyphs } => {
            let mut ops = vec![Op::StartTextSection, Op::SetFillColor { col: grey(*shade) }];
            let mut at = *x;
            for run in glyphs.chunk_by(|one, other| one.face == other.face) {
                let matrix = TextMatrix::Raw([1.0, 0.0, 0.0, 1.0, at / POINT, (HEIGHT - y) / POINT]);
                ops.extend(run_of(run, *points, matrix));
                at += run.iter().map(|glyph| glyph.advance).sum::<f32>() * points * POINT;
            }
            ops.push(Op::EndTextSection);
            ops
        }
        Mark::Fill { x, y, width, height, shade } => filled([(*x, *y, *width, *height)], *shade),
        Mark::Cells { cells } => filled(cells.iter().copied(), 0.0),
        Mark::Frame { x, y, width, height, line, shade } => {
            drawn([(*x, *y), (x + width, *y), (x + width, y + height), (*x, y + height)], true, *line, *shade)
        }
        Mark::Stroke { points, line, shade } => drawn(points.iter().copied(), false, *line, *shade),
        Mark::Watermark { glyphs } => {
            // Up across the page, light enough to read through.
            let points = 110.0;
            let half = glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * points / 2.0;
            let (cos, sin) = (0.707_f32, 0.707_f32);
            let (middle_x, middle_y) = (WIDTH / 2.0 / POINT, HEIGHT / 2.0 / POINT);
            let matrix = TextMatrix::Raw([cos, sin, -sin, cos, middle_x - half * cos, middle_y - half * sin]);
            let mut ops = vec![Op::StartTextSection, Op::SetFillColor { col: grey(0.9) }];
            ops.extend(run_of(glyphs, points, matrix));
            ops.push(Op::EndTextSection);
            ops
        }
    }
}

fn run_of(run: &[Glyph], points: f32, matrix: TextMatrix) -> Vec<Op> {
    let Some(first) = run.first() else { return Vec::new() };
    let glyphs = run.iter().map(|glyph| Codepoint::with_cid(glyph.id, 0.0, glyph.text.clone())).collect();
    vec![
        Op::SetFont { font: PdfFontHandle::External(font_id(first.face)), size: Pt(points) },
        Op::SetTextMatrix { matrix },
        Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] },
    ]
}
