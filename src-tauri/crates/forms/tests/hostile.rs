//! What comes from outside: broken, cut and hostile papers and pictures are refused in words, quickly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use madoka_forms::fill::Blank;
use madoka_forms::{FillError, read_form};

fn picture_form() -> madoka_forms::Form {
    let text = "id='x'\nname='写し'\nbackground=['a.png']\npaper='A4'";
    read_form("x", text).unwrap()
}

#[test]
fn 壊れた画像や巨大な画像は断る() {
    let blank = |bytes: Vec<u8>| Blank::new(picture_form(), move |_| Some(bytes.clone())).map(|_| ());
    let wrong = Err(FillError::NotPicture { form: "写し".into(), file: "a.png".into() });
    assert_eq!(blank(Vec::new()), wrong);
    assert_eq!(blank(b"\x89PNG\r\n\x1a\n garbage".to_vec()), wrong);
    // A header of 60,000 × 60,000 dots: refused before memory is asked for.
    let mut huge = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
    huge.extend([0; 64]);
    assert_eq!(blank(huge), wrong);
    let missing = Blank::new(picture_form(), |_| None).map(|_| ());
    assert_eq!(missing.unwrap_err().code(), "FORM-01");
}

#[test]
fn 背景のpdfが壊れていても大きさが違っても言葉で断る() {
    let form = || read_form("x", "id='x'\nname='届'\nbackground='a.pdf'\npaper='A5'").unwrap();
    let blank = |bytes: Vec<u8>| Blank::new(form(), move |_| Some(bytes.clone())).map(|_| ());
    assert_eq!(blank(b"not a pdf".to_vec()).unwrap_err().code(), "FORM-02");
    let paper = std::fs::read(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../forms/household_head_change/form.pdf"),
    )
    .unwrap();
    assert_eq!(blank(paper.clone()).unwrap_err().code(), "FORM-07");
    for end in (0..paper.len()).step_by(paper.len() / 60 + 1) {
        let _ = blank(paper[..end].to_vec());
    }
}
