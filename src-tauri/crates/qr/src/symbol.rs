//! Text or bytes as a QR code: a square of dark and light modules.

use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode, Version};

use crate::QrError;

/// How much of the code may be lost to a fold, a stamp or a stain and still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Correction {
    /// About 7 %.
    Low,
    /// About 15 %: on screens and clean paper.
    #[default]
    Medium,
    /// About 25 %: on paper that is stamped and folded.
    Quartile,
    /// About 30 %.
    High,
}

/// A run of dark modules in one row. One module is one unit; the origin is the top left module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub x: u16,
    pub y: u16,
    pub length: u16,
}

/// A QR code (model 2) as modules, for whoever draws it: forms as vectors, a screen as a grid.
///
/// Around the square a quiet zone of [`Symbol::QUIET`] light modules must stay empty, or readers do not find it.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    side: u16,
    dark: Vec<bool>,
}

impl Symbol {
    /// Light modules to leave on each side (ISO/IEC 18004).
    pub const QUIET: u16 = 4;

    /// The smallest code that holds a text.
    ///
    /// Digits go in numeric mode (the densest), other ASCII as plain bytes, everything else as bytes announced as UTF-8
    /// (ECI 26). The announcement is left out where it says nothing: scanners that type repeat it as `\000026`.
    pub fn of_text(text: &str, correction: Correction) -> Result<Self, QrError> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::smallest(text.len(), correction, |bits| bits.push_numeric_data(text.as_bytes()))
        } else if text.is_ascii() {
            Self::of_bytes(text.as_bytes(), correction)
        } else {
            // The library's own choice of modes takes UTF-8 for Shift_JIS kanji and other readers then show 豌丞錐 for 氏名.
            Self::smallest(text.len(), correction, |bits| {
                bits.push_eci_designator(26)?;
                bits.push_byte_data(text.as_bytes())
            })
        }
    }

    /// The smallest code that holds these bytes, as bytes.
    pub fn of_bytes(bytes: &[u8], correction: Correction) -> Result<Self, QrError> {
        Self::smallest(bytes.len(), correction, |bits| bits.push_byte_data(bytes))
    }

    fn smallest(
        length: usize,
        correction: Correction,
        write: impl Fn(&mut Bits) -> qrcode::QrResult<()>,
    ) -> Result<Self, QrError> {
        let level = match correction {
            Correction::Low => EcLevel::L,
            Correction::Medium => EcLevel::M,
            Correction::Quartile => EcLevel::Q,
            Correction::High => EcLevel::H,
        };
        let too_long = || QrError::TooLong { length };
        // Beyond what the largest code holds in its densest mode nothing needs to be tried.
        if length > 7089 {
            return Err(too_long());
        }
        let bits = (1..=40).find_map(|version| {
            let mut bits = Bits::new(Version::Normal(version));
            write(&mut bits).and_then(|()| bits.push_terminator(level)).ok().map(|()| bits)
        });
        let code = QrCode::with_bits(bits.ok_or_else(too_long)?, level).map_err(|_| too_long())?;
        let side = u16::try_from(code.width()).map_err(|_| too_long())?;
        Ok(Self {
            side,
            dark: code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect(),
        })
    }

    /// Modules on each side, without the quiet zone: 21 to 177.
    pub const fn side(&self) -> u16 {
        self.side
    }

    /// Whether the module is dark; outside the square everything is light.
    pub fn is_dark(&self, x: u16, y: u16) -> bool {
        x < self.side
            && y < self.side
            && self.dark.get(usize::from(y) * usize::from(self.side) + usize::from(x)).copied() == Some(true)
    }

    /// The dark modules, row by row in runs. Draw them as *one* path and fill it once: rectangles filled one by one show
    /// hairlines between the rows in some viewers.
    pub fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for y in 0..self.side {
            for x in (0..self.side).filter(|x| self.is_dark(*x, y)) {
                match runs.last_mut() {
                    Some(run) if run.y == y && run.x + run.length == x => run.length += 1,
                    _ => runs.push(Run { x, y, length: 1 }),
                }
            }
        }
        runs
    }
}

/// What a code holds may be personal; its size is not.
impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbol({0}×{0})", self.side)
    }
}
