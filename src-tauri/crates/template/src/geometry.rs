//! Places on paper: millimetres from the top left corner of the page as a person sees it.

/// Points of 1/72 inch in a millimetre.
pub const POINTS: f64 = 72.0 / 25.4;

/// 矩形: where a field is, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    #[must_use]
    pub const fn moved(mut self, right: f64, down: f64) -> Self {
        self.x += right;
        self.y += down;
        self
    }

    /// Smaller (or, with negative numbers, larger) on each side.
    #[must_use]
    pub fn inset(self, sides: f64, ends: f64) -> Self {
        Self {
            x: self.x + sides,
            y: self.y + ends,
            w: (self.w - 2.0 * sides).max(0.0),
            h: (self.h - 2.0 * ends).max(0.0),
        }
    }

    /// Divided into so many columns of one width.
    pub fn columns(&self, count: usize) -> Vec<Self> {
        let width = self.w / counted(count.max(1));
        (0..count).map(|at| Self { x: self.x + width * counted(at), w: width, ..*self }).collect()
    }

    /// Divided into so many rows of one height.
    pub fn rows(&self, count: usize) -> Vec<Self> {
        let height = self.h / counted(count.max(1));
        (0..count).map(|at| Self { y: self.y + height * counted(at), h: height, ..*self }).collect()
    }
}

/// 用紙: width and height in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    pub width: f64,
    pub height: f64,
}

impl Paper {
    pub const A4: Self = Self { width: 210.0, height: 297.0 };

    /// `A4`, `A4 landscape`, `B5`, `postcard`. B sizes are JIS, as Japanese offices use.
    pub fn named(name: &str) -> Option<Self> {
        let (size, landscape) = match name.strip_suffix(" landscape") {
            Some(size) => (size, true),
            None => (name, false),
        };
        let (width, height) = match size {
            "A3" => (297.0, 420.0),
            "A4" => (210.0, 297.0),
            "A5" => (148.0, 210.0),
            "B4" => (257.0, 364.0),
            "B5" => (182.0, 257.0),
            "postcard" => (100.0, 148.0),
            _ => return None,
        };
        Some(if landscape { Self { width: height, height: width } } else { Self { width, height } })
    }
}

/// A count of letters, lines or boxes as a length is computed with it.
#[expect(clippy::cast_precision_loss, reason = "counts on a sheet of paper are far below 2^52")]
pub const fn counted(count: usize) -> f64 {
    count as f64
}
