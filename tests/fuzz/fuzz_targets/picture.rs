//! A picture is read or refused, in bounded time and memory; where a document is found, its corners are near the picture.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_ocr::look;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(found) = look(input) else { return Corpus::Keep };
    for corners in &found.documents {
        for (x, y) in corners {
            assert!((-0.1..1.1).contains(x) && (-0.1..1.1).contains(y));
        }
    }
    Corpus::Keep
});
