//! The picture of a card's face becomes PNG or nothing, in bounded time and memory, whatever the chip holds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use madoka_card::{FaceImage, FacePart};

fuzz_target!(|input: &[u8]| {
    if let Some(png) = FaceImage::of(FacePart::Photo, input).png() {
        assert!(png.starts_with(b"\x89PNG") && png.len() < 32 << 20);
    }
});
