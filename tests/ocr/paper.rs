//! A sheet to draw documents on: millimetres, grey, fonts of the machine.

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};

/// Grey picture, row by row.
#[derive(Clone)]
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Grey {
    pub fn new(width: usize, height: usize, tone: u8) -> Self {
        Self { width, height, pixels: vec![tone; width * height] }
    }

    pub fn at(&self, x: i32, y: i32) -> u8 {
        let x = x.clamp(0, self.width as i32 - 1) as usize;
        let y = y.clamp(0, self.height as i32 - 1) as usize;
        self.pixels[y * self.width + x]
    }

    /// Bilinear.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (x0, y0) = (x0 as i32, y0 as i32);
        let top = f32::from(self.at(x0, y0)) * (1.0 - fx) + f32::from(self.at(x0 + 1, y0)) * fx;
        let low = f32::from(self.at(x0, y0 + 1)) * (1.0 - fx) + f32::from(self.at(x0 + 1, y0 + 1)) * fx;
        top * (1.0 - fy) + low * fy
    }
}

/// The fonts documents are printed in; those the machine lacks are left out.
pub struct Fonts {
    fonts: Vec<FontVec>,
}

const FILES: [(&str, u32); 7] = [
    ("/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf", 0),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 0),
    ("/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf", 0),
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 0),
    ("/usr/share/fonts/truetype/ipamj/ipamjm.ttf", 0),
    ("/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Bold.ttf", 0),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 0),
];

impl Fonts {
    pub fn of_this_machine() -> Self {
        let fonts = FILES
            .iter()
            .filter_map(|(file, index)| {
                FontVec::try_from_vec_and_index(std::fs::read(file).ok()?, *index).ok()
            })
            .collect::<Vec<_>>();
        assert!(
            !fonts.is_empty(),
            "install fonts-morisawa-bizud-gothic, fonts-morisawa-bizud-mincho, fonts-ipamj-mincho"
        );
        Self { fonts }
    }

    pub fn len(&self) -> usize {
        self.fonts.len()
    }

    /// The font with this number, or another that has every glyph of the text.
    fn with_glyphs(&self, preferred: usize, text: &str) -> &FontVec {
        let has =
            |font: &&FontVec| text.chars().all(|c| c == '\u{3000}' || c == ' ' || font.glyph_id(c).0 != 0);
        let preferred = &self.fonts[preferred % self.fonts.len()];
        Some(preferred).filter(has).or_else(|| self.fonts.iter().find(has)).unwrap_or(preferred)
    }
}

pub struct Paper<'f> {
    pub grey: Grey,
    pub per_mm: f32,
    fonts: &'f Fonts,
}

impl<'f> Paper<'f> {
    pub fn new(fonts: &'f Fonts, width_mm: f32, height_mm: f32, per_mm: f32, tone: u8) -> Self {
        let grey = Grey::new((width_mm * per_mm) as usize, (height_mm * per_mm) as usize, tone);
        Self { grey, per_mm, fonts }
    }

    fn darken(&mut self, x: i32, y: i32, ink: u8, coverage: f32) {
        if x >= 0 && y >= 0 && (x as usize) < self.grey.width && (y as usize) < self.grey.height {
            let pixel = &mut self.grey.pixels[y as usize * self.grey.width + x as usize];
            *pixel = (f32::from(*pixel) * (1.0 - coverage) + f32::from(ink) * coverage) as u8;
        }
    }

    /// Text with its box's top left at (x, y); returns its width in mm.
    pub fn text(&mut self, x: f32, y: f32, size: f32, font: usize, ink: u8, text: &str) -> f32 {
        let chosen = self.fonts.with_glyphs(font, text);
        // ab_glyph's scale is ascent + descent; type sizes mean the em.
        let units = chosen.units_per_em().unwrap_or(1000.0);
        let scale = PxScale::from(size * self.per_mm * chosen.height_unscaled() / units);
        let scaled = chosen.as_scaled(scale);
        let baseline = y * self.per_mm + size * self.per_mm * 0.88;
        let mut pen = x * self.per_mm;
        let mut outlines = Vec::new();
        for c in text.chars() {
            let id = chosen.glyph_id(c);
            let advance = scaled.h_advance(id);
            if let Some(outline) =
                chosen.outline_glyph(id.with_scale_and_position(scale, point(pen, baseline)))
            {
                outlines.push(outline);
            }
            pen += advance;
        }
        for outline in outlines {
            let bounds = outline.px_bounds();
            outline.draw(|dx, dy, coverage| {
                self.darken(
                    bounds.min.x as i32 + dx as i32,
                    bounds.min.y as i32 + dy as i32,
                    ink,
                    coverage.min(1.0),
                );
            });
        }
        pen / self.per_mm - x
    }

    pub fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: u8) {
        for py in (y * self.per_mm) as i32..((y + height) * self.per_mm) as i32 {
            for px in (x * self.per_mm) as i32..((x + width) * self.per_mm) as i32 {
                self.darken(px, py, ink, 1.0);
            }
        }
    }

    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, ink: u8) {
        let line = 0.25;
        self.fill(x, y, width, line, ink);
        self.fill(x, y + height, width, line, ink);
        self.fill(x, y, line, height, ink);
        self.fill(x + width, y, line, height + line, ink);
    }

    /// The waves behind the text of cards.
    pub fn guilloche(&mut self, depth: u8, period: f32) {
        for y in 0..self.grey.height {
            for x in 0..self.grey.width {
                let (fx, fy) = (x as f32 / self.per_mm, y as f32 / self.per_mm);
                let wave = ((fx / period + (fy / 3.1).sin()) * std::f32::consts::TAU).sin()
                    + ((fy / period * 1.3 + (fx / 4.7).sin()) * std::f32::consts::TAU).sin();
                let pixel = &mut self.grey.pixels[y * self.grey.width + x];
                *pixel = pixel.saturating_sub(((wave + 2.0) / 4.0 * f32::from(depth)) as u8);
            }
        }
    }

    /// A made-up face: an oval on a tone.
    pub fn photo(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.fill(x, y, width, height, 190);
        let (cx, cy) = (x + width / 2.0, y + height * 0.45);
        for py in (y * self.per_mm) as i32..((y + height) * self.per_mm) as i32 {
            for px in (x * self.per_mm) as i32..((x + width) * self.per_mm) as i32 {
                let (dx, dy) =
                    ((px as f32 / self.per_mm - cx) / width, (py as f32 / self.per_mm - cy) / height);
                if dx * dx * 12.0 + dy * dy * 9.0 < 1.0 {
                    self.darken(px, py, 150, 1.0);
                } else if dy > 0.25 && dx.abs() < 0.2 + (dy - 0.25) {
                    self.darken(px, py, 60, 1.0);
                }
            }
        }
    }
}
