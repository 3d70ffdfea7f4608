use super::*;
use proptest::prelude::*;

#[test]
fn 長音と小書きと踊り字はそのまま移る() {
    assert_eq!(to_hiragana("フローラー"), "ふろーらー");
    assert_eq!(to_hiragana("ッャュョヮヵヶ"), "っゃゅょゎゕゖ");
    assert_eq!(to_katakana("みすゞ、さゝき"), "ミスヾ、サヽキ");
    assert_eq!(to_hiragana("ヴ"), "ゔ");
    assert_eq!(to_katakana(&to_hiragana("ヷヸヹヺ")), "ヷヸヹヺ");
}

#[test]
fn 半角の濁点は前の字と合わさる() {
    assert_eq!(to_full_width_kana("ｶﾞｷﾞﾊﾟﾋﾟｳﾞﾜﾞｱﾞ"), "ガギパピヴヷア゛");
    assert_eq!(to_full_width_kana("ハ゛ハ゜か\u{3099}"), "バパが");
    assert_eq!(to_half_width_kana("ガギパピヴ"), "ｶﾞｷﾞﾊﾟﾋﾟｳﾞ");
    assert_eq!(to_half_width_kana("ヰヱヵヶひ漢"), "ヰヱヵヶひ漢");
}

#[test]
fn フリガナは仮名だけを受ける() {
    for (given, kept) in [
        ("みなとの　たろう", "ミナトノ　タロウ"),
        ("ﾐﾅﾄﾉ ﾀﾛｳ", "ミナトノ　タロウ"),
        (" ミナトノ   タロウ ", "ミナトノ　タロウ"),
        ("ジョ-ンズ", "ジョーンズ"),
        ("ジョ一ンズ", "ジョーンズ"),
        ("ジョ−ンズ・メアリ‐", "ジョーンズ・メアリー"),
        ("ヴィクトリア", "ヴィクトリア"),
        ("いすゞ", "イスヾ"),
        ("タケ ヶ", "タケ　ヶ"),
        ("ヷン", "ヷン"),
    ] {
        assert_eq!(given.parse::<Kana>().map(|k| k.0), Ok(kept.to_owned()), "{given}");
    }
    for text in [
        "",
        "　",
        "港野",
        "ミナト野",
        "MINATO",
        "ミナト1",
        "ーミナト",
        "ヽミ",
        "・ミ",
        "ミナ\nト!",
        "ミナ\u{1}",
    ] {
        assert!(text.parse::<Kana>().is_err(), "{text}");
    }
    assert_eq!("ミナト野".parse::<Kana>(), Err(TextError::NotKana { position: 4 }));
}

#[test]
fn 踊り字は読み下せる() {
    let read = |text: &str| text.parse::<Kana>().unwrap().expanded().0;
    assert_eq!(read("イスヾ"), "イスズ");
    assert_eq!(read("サヽキ"), "ササキ");
    assert_eq!(read("バヽ"), "バハ");
    assert_eq!(read("ミスヾ"), "ミスズ");
    // レ has no voiced form: nothing can be read out.
    assert_eq!(read("レヾ"), "レヾ");
    assert_eq!(read("ラーヾ"), "ラーヾ");
}

#[test]
fn フリガナはデバッグ出力に出ない() {
    assert_eq!(format!("{:?}", "ミナト".parse::<Kana>().unwrap()), "Kana(3 characters)");
}

proptest! {
    #[test]
    fn ひらがなはカタカナと往復する(text in "[ぁ-ゖゝゞー、。a-z一-龠]{0,30}") {
        prop_assert_eq!(to_hiragana(&to_katakana(&text)), text);
    }

    #[test]
    fn カタカナはひらがなと往復する(text in "[ァ-ヺヽヾー・]{0,30}") {
        prop_assert_eq!(to_katakana(&to_hiragana(&text)), text);
    }

    #[test]
    fn 全角カナは半角と往復する(text in "[ァ-ヺヽヾー・。、「」]{0,30}") {
        prop_assert_eq!(to_full_width_kana(&to_half_width_kana(&text)), text);
    }

    #[test]
    fn 変換は二度かけても同じ(text in "\\PC{0,30}|[ｦ-ﾟ゛゜\u{3099}\u{309A}ハはﾊ]{0,20}") {
        for change in [to_katakana, to_hiragana, to_full_width_kana, to_half_width_kana] {
            let once = change(&text);
            prop_assert_eq!(change(&once), once);
        }
    }

    #[test]
    fn フリガナは落ちず往復する(text in "\\PC{0,30}|[ァ-ヺヽヾーｦ-ﾟあ-ん 　・-]{0,20}") {
        if let Ok(kana) = text.parse::<Kana>() {
            prop_assert_eq!(kana.as_str().parse::<Kana>(), Ok(kana.clone()));
            prop_assert_eq!(kana.hiragana().parse::<Kana>(), Ok(kana.clone()));
            prop_assert_eq!(kana.half_width().parse::<Kana>(), Ok(kana.clone()));
            prop_assert_eq!(kana.expanded().expanded(), kana.expanded());
            let json = serde_json::to_string(&kana).unwrap();
            prop_assert_eq!(serde_json::from_str::<Kana>(&json).unwrap(), kana);
        }
    }
}
