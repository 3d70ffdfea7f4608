//! What comes from outside: broken, cut and hostile templates and pictures are refused in words, quickly.

#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "a test that cannot go on should stop where it is"
)]

use madoka_forms::fill::Blank;
use madoka_forms::{FillError, read_form};
use proptest::prelude::*;

const GOOD: &str = include_str!("../../../../forms/household_head_change/form.toml");

#[test]
fn 誤りは全部を一度に_どこの何がなぜかを言う() {
    let text = r#"
id = "trial"
name = "ためし"
background = "../../etc/passwd"
colour = "red"

[[field]]
id = "a"
at = [10, 10, -5, 3]
value = "applicant.nmae"
sise = 9

[[field]]
id = "a"
at = [10, 20, 30, 5]
value = "member.name"
as = "famly"
when = "applicant.age >"
"#;
    let problems = read_form("trial", text).unwrap_err();
    let said: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    for wanted in [
        "trial/form.toml:4: 誤り F012",
        "「colour」という項目はありません",
        "記入欄 a: at の幅と高さは0より大きく",
        "「size」のことではありませんか",
        "member.… は rows の列か",
        "「family」のことではありませんか",
        "when の条件が読めません",
    ] {
        assert!(said.contains(wanted), "{wanted}\n---\n{said}");
    }
}

#[test]
fn 途中で切れた様式でも止まらない() {
    for end in (0..GOOD.len()).step_by(7).filter(|end| GOOD.is_char_boundary(*end)) {
        let _ = read_form("household_head_change", &GOOD[..end]);
    }
}

#[test]
fn 大きすぎる様式や深い入れ子は断る() {
    assert!(read_form("x", &"a".repeat(3 << 20)).is_err());
    assert!(read_form("x", &format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000))).is_err());
}

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn でたらめな様式で止まらない(text in "\\PC{0,200}") {
        let _ = read_form("x", &text);
    }

    #[test]
    fn 一字変えた様式で止まらない(at in 0..GOOD.len(), byte in any::<u8>()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = read_form("household_head_change", &String::from_utf8_lossy(&bytes));
    }
}
