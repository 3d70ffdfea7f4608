//! What is on a page, in millimetres from its top left corner, before it becomes a PDF.

use super::faces::Glyph;

/// A shade from 0 (black) to 1 (white). The sheet is printed on black-and-white printers.
pub(super) type Shade = f32;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// Glyphs one after the other from `x`, on the baseline `y`.
    Text {
        x: f32,
        y: f32,
        points: f32,
        shade: Shade,
        glyphs: Vec<Glyph>,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        shade: Shade,
    },
    /// An empty box.
    Frame {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        line: f32,
        shade: Shade,
    },
    /// A line through points.
    Stroke {
        points: Vec<(f32, f32)>,
        line: f32,
        shade: Shade,
    },
    /// Rectangles filled as one.
    Cells {
        cells: Vec<(f32, f32, f32, f32)>,
    },
    /// Letters slanted across the page.
    Watermark {
        glyphs: Vec<Glyph>,
    },
}

impl Mark {
    pub(super) fn top(&self) -> f32 {
        match self {
            Self::Text { y, points, .. } => y - points * POINT,
            Self::Fill { y, .. } | Self::Frame { y, .. } => *y,
            Self::Stroke { points, .. } => points.iter().map(|(_, y)| *y).fold(f32::INFINITY, f32::min),
            Self::Cells { cells } => cells.iter().map(|(_, y, ..)| *y).fold(f32::INFINITY, f32::min),
            Self::Watermark { .. } => 0.0,
        }
    }

    /// The mark moved down.
    pub(super) fn down(mut self, by: f32) -> Self {
        match &mut self {
            Self::Text { y, .. } | Self::Fill { y, .. } | Self::Frame { y, .. } => *y += by,
            Self::Stroke { points, .. } => points.iter_mut().for_each(|(_, y)| *y += by),
            Self::Cells { cells } => cells.iter_mut().for_each(|(_, y, _, _)| *y += by),
            Self::Watermark { .. } => {}
        }
        self
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Page {
    pub(super) marks: Vec<Mark>,
}

pub(super) const WIDTH: f32 = 210.0;
pub(super) const HEIGHT: f32 = 297.0;

/// One point in millimetres.
pub(super) const POINT: f32 = 25.4 / 72.0;
