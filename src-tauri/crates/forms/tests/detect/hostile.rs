//! Bytes from outside: refused or read, never a panic, never for ever.

#![allow(non_snake_case, reason = "Japanese names with PDF in them")]

use madoka_forms::detect::{DetectError, detect, form_toml};
use proptest::prelude::*;

use crate::drawn::{bomb, inflated, paper};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn どんなバイト列でも止まらない(bytes in proptest::collection::vec(any::<u8>(), 0..2000), head in 0_usize..4) {
        let head: &[u8] = [&b""[..], b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"][head];
        let all: Vec<u8> = head.iter().chain(&bytes).copied().collect();
        let _ = detect(&all, None);
    }

    #[test]
    fn 壊れたPDFでも止まらない(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut pdf = paper(&crate::drawn::Style::default());
        for (at, byte) in edits {
            let at = at.index(pdf.len());
            pdf[at] = byte;
        }
        if let Ok(found) = detect(&pdf, None) {
            let _ = form_toml(&found, "x", "x.pdf");
            for proposal in &found.proposals {
                prop_assert!(proposal.area.x.is_finite() && proposal.area.w >= 0.0);
                prop_assert!((0.0..=1.0).contains(&proposal.confidence));
            }
        }
    }
}

#[test]
fn 途中で切れたPDFは読むか断る() {
    let pdf = paper(&crate::drawn::Style::default());
    for end in (0..pdf.len()).step_by(31) {
        let _ = detect(&pdf[..end], None);
    }
}

#[test]
fn 自分を何度も描くPDFは断る() {
    assert_eq!(detect(&bomb(), None).err(), Some(DetectError::TooLarge));
}

#[test]
fn 膨らむPDFは断る() {
    assert_eq!(detect(&inflated(), None).err(), Some(DetectError::TooLarge));
}
