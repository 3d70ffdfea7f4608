//! A page of marks, in millimetres from its top left corner.

use printpdf::{Codepoint, DictItem, FontId, Op, PdfFontHandle, Pt, TextItem, TextMatrix};

use super::fonts::Shape;
use madoka_template::Ink;
use madoka_template::{POINTS, Paper, Rect};

/// A glyph with the place of its origin (mm) and how it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) text: &'a str,
    pub(crate) shape: Shape,
    pub(crate) x: f64,
    /// The baseline.
    pub(crate) y: f64,
}

/// One page while it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) paper: Paper,
    pub(crate) ops: Vec<Op>,
    /// Index of the background page beneath, see [`super::Document`].
    pub(crate) under: Option<usize>,
    pub(crate) fonts: std::collections::BTreeSet<u16>,
    /// Everything is moved right and down by so much: the printer's offset.
    pub(crate) offset: (f64, f64),
}

pub(crate) fn font_id(face: u16) -> FontId {
    FontId(format!("MF{face}"))
}

const fn colour(ink: Ink) -> [f32; 3] {
    match ink {
        Ink::Black => [0.0, 0.0, 0.0],
        Ink::Blue => [0.05, 0.15, 0.6],
        Ink::Gray => [0.45, 0.45, 0.45],
        Ink::Red => [0.8, 0.05, 0.05],
        Ink::Pale => [0.86, 0.86, 0.86],
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "PDF numbers are single precision: a thousandth of a point on any paper"
)]
fn real(number: f64) -> DictItem {
    DictItem::Real(((number * 1000.0).round() / 1000.0) as f32)
}

#[expect(clippy::cast_possible_truncation, reason = "as above")]
fn short(number: f64) -> f32 {
    ((number * 1000.0).round() / 1000.0) as f32
}

impl Page {
    pub(crate) fn new(paper: Paper) -> Self {
        Self {
            paper,
            ops: Vec::new(),
            under: None,
            fonts: std::collections::BTreeSet::new(),
            offset: (0.0, 0.0),
        }
    }

    fn point(&self, x: f64, y: f64) -> [f64; 2] {
        [(x + self.offset.0) * POINTS, (self.paper.height - y - self.offset.1) * POINTS]
    }

    fn raw(&mut self, key: &str, numbers: &[f64]) {
        self.ops.push(Op::Unknown { key: key.into(), value: numbers.iter().map(|n| real(*n)).collect() });
    }

    fn paint(&mut self, ink: Ink, stroke: bool) {
        let [red, green, blue] = colour(ink).map(f64::from);
        self.raw(if stroke { "RG" } else { "rg" }, &[red, green, blue]);
    }

    fn path(&mut self, ink: Ink, width: Option<f64>, paint: &str, draw: impl FnOnce(&mut Self)) {
        self.ops.push(Op::SaveGraphicsState);
        self.paint(ink, width.is_some());
        if let Some(width) = width {
            self.raw("w", &[width * POINTS]);
            self.ops.push(Op::Unknown { key: "J".into(), value: vec![DictItem::Int(1)] });
            self.ops.push(Op::Unknown { key: "j".into(), value: vec![DictItem::Int(1)] });
        }
        draw(self);
        self.raw(paint, &[]);
        self.ops.push(Op::RestoreGraphicsState);
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, ink: Ink) {
        self.strokes(&[from, to], width, ink);
    }

    pub(crate) fn strokes(&mut self, points: &[(f64, f64)], width: f64, ink: Ink) {
        self.path(ink, Some(width), "S", |page| {
            for (at, (x, y)) in points.iter().enumerate() {
                let point = page.point(*x, *y);
                page.raw(if at == 0 { "m" } else { "l" }, &point);
            }
        });
    }

    fn rectangle(&mut self, rect: Rect) {
        let [x, y] = self.point(rect.x, rect.bottom());
        self.raw("re", &[x, y, rect.w * POINTS, rect.h * POINTS]);
    }

    pub(crate) fn frame(&mut self, rect: Rect, width: f64, ink: Ink) {
        self.path(ink, Some(width), "S", |page| page.rectangle(rect));
    }

    pub(crate) fn fill(&mut self, rects: &[Rect], ink: Ink) {
        self.path(ink, None, "f", |page| rects.iter().for_each(|rect| page.rectangle(*rect)));
    }

    /// An ellipse that touches the rectangle's sides.
    pub(crate) fn ellipse(&mut self, rect: Rect, width: f64, ink: Ink) {
        // How far a Bézier's control points stand from its ends to make a quarter of a circle.
        const ROUND: f64 = 0.552_285;
        let (cx, cy) = rect.centre();
        let (rx, ry) = (rect.w / 2.0, rect.h / 2.0);
        let corner = |x: f64, y: f64| (cx + x * rx, cy + y * ry);
        let quarters = [
            [(1.0, ROUND), (ROUND, 1.0), (0.0, 1.0)],
            [(-ROUND, 1.0), (-1.0, ROUND), (-1.0, 0.0)],
            [(-1.0, -ROUND), (-ROUND, -1.0), (0.0, -1.0)],
            [(ROUND, -1.0), (1.0, -ROUND), (1.0, 0.0)],
        ];
        self.path(ink, Some(width), "s", |page| {
            let (x, y) = corner(1.0, 0.0);
            let start = page.point(x, y);
            page.raw("m", &start);
            for quarter in quarters {
                let mut numbers = Vec::with_capacity(6);
                for (x, y) in quarter {
                    let (x, y) = corner(x, y);
                    numbers.extend(page.point(x, y));
                }
                page.raw("c", &numbers);
            }
        });
    }

    /// Glyphs in points of `size`, `stretch` wide (1.0: as designed), turned by `degrees` around each origin.
    pub(crate) fn glyphs(&mut self, glyphs: &[Placed<'_>], size: f64, stretch: f64, degrees: f64, ink: Ink) {
        if glyphs.is_empty() {
            return;
        }
        self.ops.push(Op::SaveGraphicsState);
        self.paint(ink, false);
        self.ops.push(Op::StartTextSection);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let mut current = None;
        for glyph in glyphs {
            if current != Some(glyph.shape.face) {
                current = Some(glyph.shape.face);
                self.fonts.insert(glyph.shape.face);
                let font = PdfFontHandle::External(font_id(glyph.shape.face));
                self.ops.push(Op::SetFont { font, size: Pt(short(size)) });
            }
            let [x, y] = self.point(glyph.x, glyph.y);
            let matrix = [stretch * cos, stretch * sin, -sin, cos, x, y].map(short);
            self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw(matrix) });
            let code = Codepoint::with_cid(glyph.shape.gid, 0.0, glyph.text.to_owned());
            self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(vec![code])] });
        }
        self.ops.push(Op::EndTextSection);
        self.ops.push(Op::RestoreGraphicsState);
    }

    /// Glyphs in outline only, for a watermark over everything.
    pub(crate) fn outlined(&mut self, glyphs: &[Placed<'_>], size: f64, degrees: f64) {
        self.ops.push(Op::SaveGraphicsState);
        self.paint(Ink::Gray, true);
        self.raw("w", &[0.8]);
        self.ops.push(Op::Unknown { key: "Tr".into(), value: vec![DictItem::Int(1)] });
        self.glyphs(glyphs, size, 1.0, degrees, Ink::Gray);
        self.ops.push(Op::RestoreGraphicsState);
    }

    /// A QR code with its quiet zone inside the square.
    pub(crate) fn qr(&mut self, square: Rect, symbol: &madoka_qr::Symbol) {
        let modules = f64::from(symbol.side() + 2 * madoka_qr::Symbol::QUIET);
        let module = square.w.min(square.h) / modules;
        let quiet = f64::from(madoka_qr::Symbol::QUIET);
        let rects: Vec<Rect> = symbol
            .runs()
            .into_iter()
            .map(|run| {
                Rect::new(
                    square.x + (f64::from(run.x) + quiet) * module,
                    square.y + (f64::from(run.y) + quiet) * module,
                    f64::from(run.length) * module,
                    module,
                )
            })
            .collect();
        self.fill(&rects, Ink::Black);
    }
}
