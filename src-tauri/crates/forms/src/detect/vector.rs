//! A PDF page as rules and letters: what its content draws, through form XObjects, rotation and CropBox.
//!
//! `hayro-interpret` walks the content (it knows fonts, CMaps and transformations); we only listen to what is drawn.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::content::ops::{self, TypedInstruction};
use hayro_interpret::hayro_syntax::object::{Dict, Name};
use hayro_interpret::hayro_syntax::page::{Page as PdfPage, Resources};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, RenderContent, SoftMask, TransformExt, interpret_page,
};

use super::page::{Area, Direction, Letter, Page, Rule, joined};
use super::raster::Picture;
use super::{DetectError, MAX_BYTES};

const MM: f64 = 25.4 / 72.0;
/// A filled rectangle thinner than this is a line.
const THIN: f64 = 1.0;
/// What one page may cost: drawing steps and letters, form XObjects counted as often as they are drawn.
const MAX_WORK: usize = 2_000_000;
const MAX_DEPTH: usize = 16;
const MAX_PAGES: usize = 40;
const MAX_RULES: usize = 60_000;
const MAX_LETTERS: usize = 60_000;
const MAX_PIXELS: u64 = 60_000_000;

/// One page of a PDF: drawn, or one picture that covers it.
pub(super) enum Source {
    Drawn(Page),
    Scan { picture: Picture, page: Page },
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Source>, DetectError> {
    if bytes.len() > MAX_BYTES {
        return Err(DetectError::TooLarge);
    }
    super::inflation::check(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        hayro_interpret::hayro_syntax::LoadPdfError::Decryption(_) => DetectError::Locked,
        hayro_interpret::hayro_syntax::LoadPdfError::Invalid => DetectError::NotReadable,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(DetectError::NotReadable);
    }
    if pages.len() > MAX_PAGES {
        return Err(DetectError::TooLarge);
    }
    let mut budget = MAX_WORK;
    let cache = InterpreterCache::new();
    pages.iter().map(|page| read_page(page, &pdf, &cache, &mut budget)).collect()
}

fn read_page<'a>(
    page: &'a PdfPage<'a>,
    pdf: &'a Pdf,
    cache: &InterpreterCache<'a>,
    budget: &mut usize,
) -> Result<Source, DetectError> {
    if let Some(content) = page.page_stream() {
        cost(content, page.resources(), MAX_DEPTH, budget)?;
    }
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width) * MM, f64::from(height) * MM);
    if !(20.0..=2000.0).contains(&width) || !(20.0..=2000.0).contains(&height) {
        return Err(DetectError::PageSize);
    }
    let to_mm = Affine::scale(MM) * page.initial_transform(true).to_kurbo();
    let settings =
        InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
    let mut context = Context::new(to_mm, Rect::new(0.0, 0.0, width, height), cache, pdf.xref(), settings);
    let mut listener =
        Listener { page: Page { width, height, ..Page::default() }, rules: Vec::new(), picture: None };
    interpret_page(page, &mut context, &mut listener);
    Ok(listener.finish())
}

/// Takes what drawing this content costs from the budget, before anything is drawn: content cannot be stopped half way, and a
/// form XObject that draws another ten times, ten deep, must not hold the counter up.
fn cost(
    content: &[u8],
    resources: &Resources<'_>,
    depth: usize,
    budget: &mut usize,
) -> Result<(), DetectError> {
    *budget = budget.checked_sub(content.len() / 8).ok_or(DetectError::TooLarge)?;
    let mut steps = TypedIter::new(content);
    while let Some(step) = steps.next() {
        *budget = budget.checked_sub(1).ok_or(DetectError::TooLarge)?;
        let TypedInstruction::XObject(ops::XObject(name)) = step else { continue };
        let Some(stream) = resources.get_x_object(name) else { continue };
        let dict = stream.dict();
        if dict.get::<Name<'_>>(b"Subtype").is_none_or(|kind| kind.as_ref() != b"Form") {
            continue;
        }
        let depth = depth.checked_sub(1).ok_or(DetectError::TooLarge)?;
        let Ok(inner) = stream.decoded_data() else { continue };
        match dict.get::<Dict<'_>>(b"Resources") {
            Some(own) => cost(&inner, &Resources::new(own), depth, budget)?,
            None => cost(&inner, resources, depth, budget)?,
        }
    }
    Ok(())
}

struct Listener {
    page: Page,
    rules: Vec<Rule>,
    picture: Option<Picture>,
}

impl Listener {
    fn finish(mut self) -> Source {
        self.page.rules = joined(std::mem::take(&mut self.rules), 0.25, 1.0);
        match self.picture {
            Some(picture) if self.page.rules.len() < 12 => Source::Scan { picture, page: self.page },
            _ => Source::Drawn(self.page),
        }
    }

    fn rule(&mut self, from: Point, to: Point) {
        if self.rules.len() >= MAX_RULES {
            return;
        }
        let (dx, dy) = ((to.x - from.x).abs(), (to.y - from.y).abs());
        let rule = if dy <= 0.15 && dx > 0.2 {
            Rule {
                direction: Direction::Across,
                at: f64::midpoint(from.y, to.y),
                from: from.x.min(to.x).max(0.0),
                to: from.x.max(to.x).min(self.page.width),
            }
        } else if dx <= 0.15 && dy > 0.2 {
            Rule {
                direction: Direction::Down,
                at: f64::midpoint(from.x, to.x),
                from: from.y.min(to.y).max(0.0),
                to: from.y.max(to.y).min(self.page.height),
            }
        } else {
            return;
        };
        let edge = if rule.direction == Direction::Across { self.page.height } else { self.page.width };
        if rule.to > rule.from && (0.0..=edge).contains(&rule.at) {
            self.rules.push(rule);
        }
    }

    fn stroke(&mut self, path: &BezPath) {
        let (mut start, mut at) = (Point::ZERO, Point::ZERO);
        let mut curved: Option<Rect> = None;
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => (start, at) = (to, to),
                PathEl::LineTo(to) => {
                    self.rule(at, to);
                    at = to;
                }
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => {
                    let piece = Rect::from_points(at, to);
                    curved = Some(curved.map_or(piece, |all| all.union(piece)));
                    at = to;
                }
                PathEl::ClosePath => {
                    self.rule(at, start);
                    at = start;
                }
            }
        }
        if let Some(ring) = curved
            && ring.width() > 2.0
            && ring.height() > 2.0
        {
            self.page.rings.push(area(ring));
        }
    }

    /// A filled shape that is a line: thin and upright or level.
    fn fill(&mut self, path: &BezPath) {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => pieces.push(vec![to]),
                PathEl::LineTo(to) => {
                    if let Some(piece) = pieces.last_mut() {
                        piece.push(to);
                    }
                }
                // A curve is no line; an empty piece is skipped below.
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => {
                    if let Some(piece) = pieces.last_mut() {
                        piece.clear();
                    }
                }
                PathEl::ClosePath => {}
            }
        }
        let boxes: Vec<Rect> = pieces.iter().filter_map(|piece| rectangle(piece)).collect();
        // A frame drawn as two rectangles, one within the other, filled between.
        let frame = boxes.len() == 2 && pieces.len() == 2;
        for rect in boxes {
            let (w, h) = (rect.width(), rect.height());
            if h <= THIN && w > h {
                let y = rect.center().y;
                self.rule(Point::new(rect.x0, y), Point::new(rect.x1, y));
            } else if w <= THIN && h > w {
                let x = rect.center().x;
                self.rule(Point::new(x, rect.y0), Point::new(x, rect.y1));
            } else if frame {
                self.outline(rect);
            }
        }
    }

    fn outline(&mut self, rect: Rect) {
        let corners = [
            Point::new(rect.x0, rect.y0),
            Point::new(rect.x1, rect.y0),
            Point::new(rect.x1, rect.y1),
            Point::new(rect.x0, rect.y1),
        ];
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            self.rule(*from, *to);
        }
    }
}

fn area(rect: Rect) -> Area {
    Area::of_corners(rect.x0, rect.y0, rect.x1, rect.y1)
}

/// The rectangle these corners draw, if they draw one that stands straight.
fn rectangle(points: &[Point]) -> Option<Rect> {
    let first = points.first()?;
    if !(4..=5).contains(&points.len()) {
        return None;
    }
    let rect = points.iter().fold(Rect::from_points(*first, *first), |rect, point| rect.union_pt(*point));
    let on_corner = |point: &Point| {
        ((point.x - rect.x0).abs() < 0.1 || (point.x - rect.x1).abs() < 0.1)
            && ((point.y - rect.y0).abs() < 0.1 || (point.y - rect.y1).abs() < 0.1)
    };
    points.iter().all(on_corner).then_some(rect)
}

/// Whether a person sees it on white paper.
fn visible(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
            let light = (u32::from(red) * 3 + u32::from(green) * 6 + u32::from(blue)) / 10;
            alpha > 40 && light < 235
        }
        Paint::Pattern(_) => false,
    }
}

/// Light grounds of labels are no lines.
fn dark(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [red, green, blue, _] = color.to_rgba().to_rgba8();
            (u32::from(red) * 3 + u32::from(green) * 6 + u32::from(blue)) / 10 < 190
        }
        Paint::Pattern(_) => false,
    }
}

impl<'a> Device<'a> for Listener {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if !visible(&props.paint) || path.elements().len() > 20_000 {
            return;
        }
        let path = props.transform * path;
        match mode {
            DrawMode::Fill(_) if dark(&props.paint) => self.fill(&path),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.stroke(&path),
            DrawMode::Fill(_) | DrawMode::Invisible => {}
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        // The invisible words of a scan that was read before are words all the same.
        if !matches!(mode, DrawMode::Invisible) && !visible(&props.paint) {
            return;
        }
        for glyph in run.glyphs() {
            if self.page.letters.len() >= MAX_LETTERS {
                return;
            }
            let width = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width().unwrap_or(1000.0),
                Glyph::Type3(glyph) => glyph.advance_width().unwrap_or(1000.0),
            };
            let letters = match glyph.as_unicode() {
                Some(BfString::Char(letter)) => vec![letter],
                Some(BfString::String(text)) => text.chars().take(8).collect(),
                None => vec![char::REPLACEMENT_CHARACTER],
            };
            let place = props.transform * glyph.transform();
            let body =
                place.transform_rect_bbox(Rect::new(0.0, -120.0, f64::from(width).clamp(1.0, 4000.0), 880.0));
            if !body.is_finite() || body.width() > 200.0 || body.height() > 200.0 {
                continue;
            }
            let whole = area(body);
            #[expect(clippy::cast_precision_loss, reason = "at most eight letters")]
            let share = whole.w / letters.len().max(1) as f64;
            for (index, letter) in letters.into_iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "at most eight letters")]
                let x = whole.x + share * index as f64;
                if letter.is_whitespace()
                    || letter.is_control()
                    || ('\u{FE00}'..='\u{FE0F}').contains(&letter)
                {
                    continue;
                }
                self.page.letters.push(Letter { letter, area: Area { x, w: share, ..whole } });
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let placed = props.transform.transform_rect_bbox(Rect::new(
            0.0,
            0.0,
            f64::from(image.width()),
            f64::from(image.height()),
        ));
        let covers = area(placed).overlap(&Area::new(0.0, 0.0, self.page.width, self.page.height));
        let pixels = u64::from(image.width()) * u64::from(image.height());
        if self.picture.is_some() || pixels > MAX_PIXELS || covers < self.page.width * self.page.height * 0.5
        {
            return;
        }
        let (width, height) = (self.page.width, self.page.height);
        let transform = props.transform;
        match &image {
            Image::Raster(raster) => raster.with_rgba(
                |data, _| {
                    let (w, h) = (data.width(), data.height());
                    let luma = match data {
                        ImageData::Luma(luma) => luma.data,
                        ImageData::Rgb(rgb) => rgb.data.chunks_exact(3).map(light).collect(),
                    };
                    self.picture = Picture::placed(&luma, (w, h), transform, (width, height));
                },
                None,
            ),
            // A one-bit scan is often a stencil: set where ink is.
            Image::Stencil(stencil) => stencil.with_stencil(
                |luma, _| {
                    let ink: Vec<u8> = luma.data.iter().map(|value| 255 - value).collect();
                    self.picture =
                        Picture::placed(&ink, (luma.width, luma.height), transform, (width, height));
                },
                None,
            ),
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn light(pixel: &[u8]) -> u8 {
    let [red, green, blue] = pixel else { return 255 };
    u8::try_from((u32::from(*red) * 3 + u32::from(*green) * 6 + u32::from(*blue)) / 10).unwrap_or(255)
}
