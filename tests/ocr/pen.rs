//! What writes on a sheet and keeps account of what stands there.

use super::dice::Dice;
use super::documents::Document;
use super::paper::{Fonts, Paper};

pub(super) struct Pen<'f> {
    pub(super) paper: Paper<'f>,
    pub(super) truth: Vec<(String, String)>,
    pub(super) label_font: usize,
    pub(super) value_font: usize,
    pub(super) scale: f32,
    shift: (f32, f32),
    wide_labels: bool,
    pub(super) ink: u8,
}

impl<'f> Pen<'f> {
    pub(super) fn new(fonts: &'f Fonts, width: f32, height: f32, per_mm: f32, dice: &mut Dice) -> Self {
        let value_font = dice.whole(0, fonts.len() as u32 - 1) as usize;
        let paper = Paper::new(fonts, width, height, per_mm, dice.whole(225, 250) as u8);
        Self {
            paper,
            truth: Vec::new(),
            label_font: if dice.chance(0.6) { value_font } else { dice.whole(0, 3) as usize },
            value_font,
            scale: dice.between(0.95, 1.06),
            shift: (dice.between(-0.012, 0.012) * width, dice.between(-0.012, 0.012) * height),
            wide_labels: dice.chance(0.5),
            ink: dice.whole(15, 55) as u8,
        }
    }

    /// How far this sheet's print is off its place.
    pub(super) fn shift(&self) -> (f32, f32) {
        self.shift
    }

    pub(super) fn write(&mut self, x: f32, y: f32, size: f32, font: usize, text: &str) -> f32 {
        self.paper.text(x + self.shift.0, y + self.shift.1, size * self.scale, font, self.ink, text)
    }

    pub(super) fn label(&mut self, x: f32, y: f32, size: f32, text: &str) -> f32 {
        let two = text.chars().count() == 2;
        let text: String = if self.wide_labels && two {
            text.chars().flat_map(|c| [c, '　']).take(3).collect()
        } else {
            text.to_owned()
        };
        self.write(x, y, size, self.label_font, &text)
    }

    pub(super) fn value(&mut self, x: f32, y: f32, size: f32, id: &str, printed: &str, value: &str) -> f32 {
        self.truth.push((id.to_owned(), value.to_owned()));
        self.write(x, y, size, self.value_font, printed)
    }

    /// Broken after so many mm.
    pub(super) fn long(&mut self, x: f32, y: f32, size: f32, width: f32, id: &str, text: &str) {
        self.truth.push((id.to_owned(), text.to_owned()));
        let per_line = (width / (size * self.scale)) as usize;
        let chars: Vec<char> = text.chars().collect();
        for (row, line) in chars.chunks(per_line.max(4)).enumerate() {
            let line: String = line.iter().collect();
            self.write(x, y + row as f32 * size * 1.25, size, self.value_font, &line);
        }
    }

    pub(super) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let ink = self.ink + 60;
        self.paper.frame(x + self.shift.0, y + self.shift.1, width, height, ink);
    }

    /// Broken where the room ends.
    #[expect(clippy::too_many_arguments, reason = "where, how large and what")]
    pub(super) fn printed(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        width: f32,
        id: &str,
        text: &str,
        value: &str,
    ) {
        self.truth.push((id.to_owned(), value.to_owned()));
        let (mut line, mut used, mut row) = (String::new(), 0.0, 0.0);
        for c in text.chars() {
            let wide = size * self.scale * if c.is_ascii() { 0.58 } else { 1.0 };
            if used + wide > width && !line.is_empty() {
                self.write(x, y + row * size * 1.25, size, self.value_font, &line);
                (line, used, row) = (String::new(), 0.0, row + 1.0);
            }
            line.push(c);
            used += wide;
        }
        self.write(x, y + row * size * 1.25, size, self.value_font, &line);
    }

    /// A rule across.
    pub(super) fn rule(&mut self, x: f32, y: f32, width: f32) {
        let ink = self.ink + 60;
        self.paper.fill(x + self.shift.0, y + self.shift.1, width, 0.25, ink);
    }

    pub(super) fn done(self, kind: &'static str) -> Document {
        Document { kind, grey: self.paper.grey, truth: self.truth }
    }
}
