//! How a job should come out of the printer.

use serde::{Deserialize, Serialize};

/// The papers of a Japanese counter, by their self-describing names (PWG 5101.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    A3,
    A4,
    A5,
    A6,
    /// JIS B 列, which is larger than ISO's.
    B4,
    B5,
    /// 官製はがき
    Hagaki,
}

impl Paper {
    const ALL: [Self; 7] = [Self::A3, Self::A4, Self::A5, Self::A6, Self::B4, Self::B5, Self::Hagaki];

    pub const fn keyword(self) -> &'static str {
        match self {
            Self::A3 => "iso_a3_297x420mm",
            Self::A4 => "iso_a4_210x297mm",
            Self::A5 => "iso_a5_148x210mm",
            Self::A6 => "iso_a6_105x148mm",
            Self::B4 => "jis_b4_257x364mm",
            Self::B5 => "jis_b5_182x257mm",
            Self::Hagaki => "jpn_hagaki_100x148mm",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::A3 => "A3",
            Self::A4 => "A4",
            Self::A5 => "A5",
            Self::A6 => "A6",
            Self::B4 => "B4",
            Self::B5 => "B5",
            Self::Hagaki => "はがき",
        }
    }

    /// Short and long side, in millimetres.
    pub const fn millimetres(self) -> (u32, u32) {
        match self {
            Self::A3 => (297, 420),
            Self::A4 => (210, 297),
            Self::A5 => (148, 210),
            Self::A6 => (105, 148),
            Self::B4 => (257, 364),
            Self::B5 => (182, 257),
            Self::Hagaki => (100, 148),
        }
    }

    /// As people write it: `A4`.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.label().eq_ignore_ascii_case(label))
    }

    /// The paper of a PDF's first page. `None` for what is no PDF, or has a size of its own.
    pub fn of_pdf(pdf: &[u8]) -> Option<Self> {
        /// Deeper than any real page tree; a hostile one may go round in circles.
        const DEEP: usize = 30;
        let document = lopdf::Document::load_mem(pdf).ok()?;
        let mut node = document.get_pages().into_values().next()?;
        for _ in 0..DEEP {
            let page = document.get_dictionary(node).ok()?;
            if let Ok(sides) = page.get_deref(b"MediaBox", &document).and_then(lopdf::Object::as_array) {
                let sides: Vec<f32> = sides.iter().filter_map(|side| side.as_float().ok()).collect();
                let [left, bottom, right, top] = sides.try_into().ok()?;
                let millimetres = |points: f32| f64::from(points.abs()) * 25.4 / 72.0;
                return Self::of_page(millimetres(right - left), millimetres(top - bottom));
            }
            node = page.get(b"Parent").and_then(lopdf::Object::as_reference).ok()?;
        }
        None
    }

    /// The paper of a page of this size, upright or lying; 2 mm of rounding are forgiven.
    pub fn of_page(width_mm: f64, height_mm: f64) -> Option<Self> {
        let (short, long) = if width_mm <= height_mm { (width_mm, height_mm) } else { (height_mm, width_mm) };
        Self::ALL.into_iter().find(|paper| {
            let (x, y) = paper.millimetres();
            (f64::from(x) - short).abs() <= 2.0 && (f64::from(y) - long).abs() <= 2.0
        })
    }
}

/// 片面・両面
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sides {
    #[default]
    One,
    /// 長辺とじ
    LongEdge,
    /// 短辺とじ
    ShortEdge,
}

impl Sides {
    pub(super) const fn keyword(self) -> &'static str {
        match self {
            Self::One => "one-sided",
            Self::LongEdge => "two-sided-long-edge",
            Self::ShortEdge => "two-sided-short-edge",
        }
    }
}

/// One job: its name on the printer's display, and how to print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Stands on the printer's display and in its log for everyone to read: a ticket number, never a person's name.
    pub name: String,
    pub paper: Paper,
    #[serde(default)]
    pub sides: Sides,
    /// The printer's own word for the tray (`tray-2`); its usual one where there is none.
    #[serde(default)]
    pub tray: Option<String>,
    pub copies: u32,
}

impl Ticket {
    pub fn new(name: impl Into<String>, paper: Paper) -> Self {
        Self { name: name.into(), paper, sides: Sides::One, tray: None, copies: 1 }
    }

    #[must_use]
    pub fn sides(mut self, sides: Sides) -> Self {
        self.sides = sides;
        self
    }

    #[must_use]
    pub fn tray(mut self, tray: impl Into<String>) -> Self {
        self.tray = Some(tray.into());
        self
    }

    #[must_use]
    pub fn copies(mut self, copies: u32) -> Self {
        self.copies = copies.max(1);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 用紙はページの大きさから分かる() {
        assert_eq!(Paper::of_page(209.97, 297.04), Some(Paper::A4));
        assert_eq!(Paper::of_page(210.0, 148.0), Some(Paper::A5));
        assert_eq!(Paper::of_page(215.9, 279.4), None);
    }
}
