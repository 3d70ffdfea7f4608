//! Any PDF as a background: refused in words, or laid beneath a page, soon and within memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use madoka_forms::under::{Background, Copied};

fuzz_target!(|input: &[u8]| {
    let Ok(background) = Background::read(input) else { return };
    let mut document = lopdf::Document::with_version("1.5");
    let mut copied = Copied::default();
    for page in 0..background.pages().min(3) {
        if let Ok((width, height)) = background.size_mm(page) {
            assert!(width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0);
        }
        let _ = background.place(page, &mut document, &mut copied);
    }
});
