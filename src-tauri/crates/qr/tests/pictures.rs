//! Codes drawn here are read back from pictures as cameras and scanners make them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "drawing of small pictures; tests fail loudly"
)]

use madoka_qr::{CaseCode, CaseNumber, Correction, Picture, QrError, Realm, Symbol};
use proptest::prelude::*;

/// A grey sheet on which codes are laid.
struct Sheet {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

impl Sheet {
    fn new(width: u32, height: u32) -> Self {
        Self { pixels: vec![235; (width * height) as usize], width, height }
    }

    /// Lays a code with its middle at (`x`, `y`), turned by `degrees`, one module `module` pixels wide.
    fn lay(&mut self, symbol: &Symbol, x: f64, y: f64, module: f64, degrees: f64) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let half = f64::from(symbol.side()) / 2.0;
        for py in 0..self.height {
            for px in 0..self.width {
                let mut dark = 0_u32;
                for (sx, sy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let (dx, dy) = (f64::from(px) + sx - x, f64::from(py) + sy - y);
                    let (mx, my) =
                        ((dx * cos + dy * sin) / module + half, (dy * cos - dx * sin) / module + half);
                    if mx >= 0.0 && my >= 0.0 && symbol.is_dark(mx as u16, my as u16) {
                        dark += 1;
                    }
                }
                if dark > 0 {
                    self.pixels[(py * self.width + px) as usize] = (235 - dark * 50) as u8;
                }
            }
        }
    }

    /// A shadow from left to right, noise, and a soft lens.
    fn spoil(&mut self, light: f64, noise: u32) {
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        let before = self.pixels.clone();
        for y in 0..self.height {
            for x in 0..self.width {
                let at = |x: u32, y: u32| {
                    u32::from(before[(y.min(self.height - 1) * self.width + x.min(self.width - 1)) as usize])
                };
                let soft = (at(x, y) * 4 + at(x + 1, y) * 2 + at(x, y + 1) * 2 + at(x + 1, y + 1)) / 9;
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let noise = f64::from((seed % u64::from(noise * 2 + 1)) as u32) - f64::from(noise);
                let shade = 1.0 - (1.0 - light) * f64::from(x) / f64::from(self.width);
                self.pixels[(y * self.width + x) as usize] =
                    (f64::from(soft) * shade + noise).clamp(0.0, 255.0) as u8;
            }
        }
    }

    fn codes(&self) -> Result<Vec<String>, QrError> {
        Picture::new(&self.pixels, self.width, self.height)?.codes()
    }
}

fn read_back(text: &str, correction: Correction) -> String {
    let symbol = Symbol::of_text(text, correction).unwrap();
    let side = (u32::from(symbol.side()) + 8) * 3;
    let mut sheet = Sheet::new(side, side);
    sheet.lay(&symbol, f64::from(side) / 2.0, f64::from(side) / 2.0, 3.0, 0.0);
    let mut codes = sheet.codes().unwrap();
    assert_eq!(codes.len(), 1);
    codes.remove(0)
}

#[test]
fn 外字と異体字と長い文も一字も変わらない() {
    for text in [
        "氏名",
        "葛\u{E0100}城 髙﨑",
        "神\u{FA19}福\u{FA1B}𠮷野",
        "PLAIN ascii",
        "0123456789",
        "令和8年、届出。",
    ] {
        assert_eq!(read_back(text, Correction::Medium), text);
    }
    let long = "亡くなった方の住所は架空県みなと野市。".repeat(20);
    assert_eq!(read_back(&long, Correction::Low), long);
}

#[test]
fn 入りきらない長さは切らずに断る() {
    assert!(Symbol::of_text(&"1".repeat(7089), Correction::Low).is_ok());
    for (text, correction) in [("1".repeat(7090), Correction::Low), ("1".repeat(3058), Correction::High)] {
        assert!(matches!(Symbol::of_text(&text, correction), Err(QrError::TooLong { .. })));
    }
    assert_eq!(Symbol::of_bytes(&[0xFF; 2953], Correction::Low).unwrap().side(), 177);
}

#[test]
fn 一枚に並んだ四つのコードが傾いていても全部読める() {
    let realm = Realm::new("999999", false).unwrap();
    for degrees in [0.0, 97.0, 213.0] {
        let mut sheet = Sheet::new(520, 520);
        let mut laid = Vec::new();
        for (serial, (x, y)) in
            [(130.0, 130.0), (390.0, 130.0), (130.0, 390.0), (390.0, 390.0)].into_iter().enumerate()
        {
            let code = CaseCode::new(realm, CaseNumber::new(26, 1, serial as u32).unwrap());
            sheet.lay(&code.symbol().unwrap(), x, y, 4.0, degrees);
            laid.push(code.digits());
        }
        sheet.spoil(0.6, 12);
        let mut found = sheet.codes().unwrap();
        found.sort();
        assert_eq!(found, laid, "{degrees}");
    }
}

#[test]
fn 暗くざらついた写真でも案件コードが読める() {
    let realm = Realm::new("999999", false).unwrap();
    let code = CaseCode::new(realm, CaseNumber::new(26, 12, 345).unwrap());
    for (module, light, noise, degrees) in [(3.0, 0.3, 15, 4.0), (4.0, 0.25, 25, 33.0), (6.5, 0.2, 30, 271.0)]
    {
        let mut sheet = Sheet::new(400, 300);
        sheet.lay(&code.symbol().unwrap(), 190.0, 140.0, module, degrees);
        sheet.spoil(light, noise);
        let found = sheet.codes().unwrap_or_else(|error| panic!("{module} {light} {noise}: {error}"));
        assert_eq!(CaseCode::read(&found[0], realm).unwrap(), code);
    }
}

#[test]
fn 画素の数が合わない画像や白紙は文で断る() {
    assert_eq!(Picture::new(&[0; 9], 3, 4).unwrap_err().code(), "QR-02");
    assert_eq!(Picture::new(&[], 0, 0).unwrap_err().code(), "QR-02");
    assert_eq!(Picture::new(&[], u32::MAX, u32::MAX).unwrap_err().code(), "QR-02");
    assert_eq!(Sheet::new(300, 200).codes().unwrap_err(), QrError::NoCode);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn どんな文字列も描いて読めば同じ(text in "[a-zA-Z0-9 -~]{1,40}|[ぁ-ん一-龠𠮷髙]{1,30}|[0-9]{1,60}") {
        prop_assert_eq!(read_back(&text, Correction::Quartile), text);
    }

    #[test]
    fn でたらめな画素でも落ちない(pixels in proptest::collection::vec(any::<u8>(), 48 * 48)) {
        let _ = Picture::new(&pixels, 48, 48).unwrap().codes();
    }
}
