use madoka_register::{Mapping, MappingError};
use proptest::prelude::*;

fn refused(text: &str) -> MappingError {
    Mapping::parse(text).unwrap_err()
}

fn columns(columns: &str) -> String {
    format!(
        r#"column = [{{ heading = "番号", as = "number" }}, {{ heading = "氏名", as = "text", fact = "name" }}, {columns}]"#
    )
}

#[test]
fn 対応表の誤りはどの列かを言って断る() {
    assert_eq!(refused("column = []"), MappingError::NoNumber);
    assert_eq!(refused(r#"column = [{ heading = "番号", as = "number" }]"#), MappingError::NoName);
    assert!(matches!(refused("\n\ncolumn = 3"), MappingError::Form { line: 3, .. }));
    let my = |heading: &str| columns(&format!(r#"{{ heading = "{heading}", as = "text", fact = "note" }}"#));
    for heading in ["個人番号", "マイナンバー", "個人 番号（12桁）", "ﾏｲﾅﾝﾊﾞｰ", "my_number"]
    {
        assert!(matches!(refused(&my(heading)), MappingError::MyNumber(_)), "{heading}");
    }
    assert!(Mapping::parse(&my("個人番号カードの有無")).is_ok());
    assert!(matches!(
        refused(&columns(r#"{ heading = "番", as = "text", fact = "my_number" }"#)),
        MappingError::MyNumber(_)
    ));
    assert!(matches!(
        refused(&columns(r#"{ heading = "氏名", as = "text", fact = "x" }"#)),
        MappingError::Twice(_)
    ));
    assert!(matches!(refused(&columns(r#"{ heading = "国保", as = "yes_no" }"#)), MappingError::NoFact(_)));
    assert!(matches!(refused(&columns(r#"{ heading = "国保", as = "codes" }"#)), MappingError::NoFact(_)));
    assert!(matches!(refused(&columns(r#"{ heading = "国保", as = "number" }"#)), MappingError::Twice(_)));
    assert!(matches!(
        refused(&columns(r#"{ heading = "国保", as = "yes_no", fact = "国保" }"#)),
        MappingError::FactForm { .. }
    ));
    assert!(matches!(
        refused(&columns(r#"{ heading = "税", as = "yes_no", fact = "tax", kind = "tax" }"#)),
        MappingError::UnknownKind(_)
    ));
    assert!(matches!(
        refused(&columns(r#"{ heading = "国保", as = "codes", codes = [{ is = ["1"] }, { is = ["1"] }] }"#)),
        MappingError::CodeTwice { .. }
    ));
    // 区分の違う列に同じ事実を分けると、見せてよい人が決まらない。
    assert!(matches!(
        refused(&columns(
            r#"{ heading = "a", as = "yes_no", fact = "x" }, { heading = "b", as = "yes_no", fact = "x", for = ["deceased"] }"#
        )),
        MappingError::Mixed(_)
    ));
}

proptest! {
    #[test]
    fn どんな対応表でも落ちない(text in "\\PC{0,200}") {
        let _ = Mapping::parse(&text);
    }

    #[test]
    fn どこで切れた対応表も読むか断る(cut in 0..super::MAPPING.len()) {
        if let Some(text) = super::MAPPING.get(..cut) {
            let _ = Mapping::parse(text);
        }
    }
}
