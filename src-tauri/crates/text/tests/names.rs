//! 氏名: every glyph kept, from the chip to the paper.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly; the lint sees only `#[test]` functions, not their helpers"
)]

use madoka_text::{Glyph, Glyphs, PersonName, TextError};
use proptest::prelude::*;

fn name(text: &str) -> PersonName {
    text.parse().unwrap()
}

#[test]
fn 異体字セレクタと補助面の字を一文字として数える() {
    let given = name("𠮷田　葛󠄀子");
    assert_eq!(given.glyphs().count(), 5);
    let glyphs: Vec<_> = given.glyphs().map(|g| g.as_str().to_owned()).collect();
    assert_eq!(glyphs, ["𠮷", "田", "　", "葛\u{E0100}", "子"]);
    assert_eq!(given.as_str(), "𠮷田　葛\u{E0100}子");
}

#[test]
fn 字形が同じか文字が同じかは別の問い() {
    let (ivs, plain) = (name("葛\u{E0100}城　花子"), name("葛城 花子"));
    assert!(!ivs.same_glyphs(&plain));
    assert!(ivs.same_characters(&plain));
    assert!(name("葛城　花子").same_glyphs(&name("葛城 花子")));
    for (a, b) in [
        ("高木", "髙木"),
        ("渡辺", "渡邉"),
        ("神社", "\u{FA19}社"),
        ("吉田", "𠮷田"),
        ("葛󠄀", "葛󠄂"),
        ("É", "E\u{301}"),
    ] {
        assert!(name(a).same_characters(&name(b)) && !name(a).same_glyphs(&name(b)), "{a} {b}");
        assert_eq!(name(a).common_form(), name(b).common_form());
    }
    for (a, b) in [("斎藤", "斉藤"), ("高木", "高"), ("高", "高木"), ("土田", "士田"), ("港", "みなと")]
    {
        assert!(!name(a).same_characters(&name(b)), "{a} {b}");
    }
}

#[test]
fn 異体字のある文字は候補を挙げて尋ねられる() {
    let read = name("渡辺");
    let which: Vec<String> =
        read.glyphs().map(|glyph| glyph.candidates().iter().map(|c| c.character).collect()).collect();
    assert_eq!(which, ["", "邊邉"]);
}

#[test]
fn 空白で姓と名に分かれそのまま残る() {
    assert_eq!(name("港野　太郎").family_and_given(), Some(("港野", "太郎")));
    assert_eq!(name("港野 太郎").family_and_given(), Some(("港野", "太郎")));
    assert_eq!(name("港野太郎").family_and_given(), None);
    assert_eq!(name(" 港野　太郎\n").as_str(), "港野　太郎");
    let foreign = name("MINATO JOHN WILLIAM ALEXANDER");
    assert_eq!(foreign.family(), Some("MINATO"));
    assert_eq!(foreign.given(), Some("JOHN WILLIAM ALEXANDER"));
    assert_eq!(foreign.parts().count(), 4);
}

#[test]
fn 長い氏名も扱い長すぎるものは断る() {
    let long = format!("ミナト　{}", "ハ".repeat(120));
    assert_eq!(name(&long).glyphs().count(), 124);
    assert_eq!("港".repeat(201).parse::<PersonName>(), Err(TextError::NameTooLong { limit: 200 }));
    assert!("e\u{0301}".repeat(100).parse::<PersonName>().is_ok());
}

#[test]
fn 欠けた文字の印に気づく() {
    for text in ["港〓　太郎", "港●　太郎", "港\u{FFFD}　太郎", "港□　太郎", "港\u{E000}　太郎"]
    {
        assert_eq!(name(text).missing_glyphs().collect::<Vec<_>>(), [1], "{text:?}");
    }
    assert_eq!(name("港野　太郎").missing_glyphs().count(), 0);
}

#[test]
fn 文字でないものは断る() {
    assert_eq!("".parse::<PersonName>(), Err(TextError::NameEmpty));
    assert_eq!("　 ".parse::<PersonName>(), Err(TextError::NameEmpty));
    assert_eq!("港\n野".parse::<PersonName>(), Err(TextError::NameNotText { position: 2 }));
    assert_eq!("港\u{202E}野".parse::<PersonName>(), Err(TextError::NameNotText { position: 2 }));
    assert_eq!("\u{E0100}港".parse::<PersonName>(), Err(TextError::LoneSelector { position: 1 }));
    assert_eq!("港　\u{E0100}野".parse::<PersonName>(), Err(TextError::LoneSelector { position: 2 }));
}

#[test]
fn 氏名はデバッグ出力にもエラーにも出ない() {
    assert_eq!(format!("{:?}", name("港野　太郎")), "PersonName(5 glyphs)");
    let error = "港\u{1}野".parse::<PersonName>().unwrap_err();
    assert!(!format!("{error} {error:?}").contains('港'));
}

fn any_name() -> impl Strategy<Value = String> {
    let glyph = prop_oneof![
        8 => prop::char::range('一', '龠').prop_map(String::from),
        2 => prop::char::range('\u{20000}', '\u{2A6DF}').prop_map(String::from),
        2 => (prop::char::range('一', '龠'), prop::char::range('\u{E0100}', '\u{E01EF}')).prop_map(|(c, v)| format!("{c}{v}")),
        1 => Just("ば".to_owned()),
        1 => Just("É".to_owned()),
    ];
    (prop::collection::vec(glyph.clone(), 1..60), prop::collection::vec(glyph, 1..60))
        .prop_map(|(family, given)| format!("{}　{}", family.concat(), given.concat()))
}

proptest! {
    #[test]
    fn どの字形も失わずに往復する(text in any_name()) {
        let read = name(&text);
        prop_assert_eq!(read.as_str(), &text);
        prop_assert_eq!(read.glyphs().map(Glyph::as_str).collect::<String>(), text.clone());
        let json = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), read.clone());
        let (family, given) = read.family_and_given().unwrap();
        prop_assert_eq!(format!("{family}　{given}"), text);
        prop_assert!(read.same_glyphs(&read) && read.same_characters(&read));
    }

    #[test]
    fn どんな文字列でも落ちない(text in "\\PC{0,40}|[\u{E0100}\u{FE00}\u{3099} 　港a]{0,20}", cut in 0_usize..40) {
        let _ = text.parse::<PersonName>();
        let _ = text.chars().take(cut).collect::<String>().parse::<PersonName>();
        prop_assert_eq!(Glyphs::of(&text).map(Glyph::as_str).collect::<String>(), text);
    }
}
