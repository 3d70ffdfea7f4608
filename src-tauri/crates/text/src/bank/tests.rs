use super::*;
use proptest::prelude::*;

#[test]
fn 口座番号は左を零で埋め桁が多ければ断る() {
    assert_eq!("123".parse::<AccountNumber>().unwrap().as_str(), "0000123");
    assert_eq!("１２３－４５６７".parse::<AccountNumber>().unwrap().as_str(), "1234567");
    for text in ["", "12345678", "12a", "一二三"] {
        assert_eq!(text.parse::<AccountNumber>(), Err(TextError::AccountNumberForm), "{text}");
    }
    assert!("123".parse::<BankCode>().is_err());
    assert!("1234".parse::<BranchCode>().is_err());
    assert!("９９００".parse::<BankCode>().unwrap().is_yucho());
}

#[test]
fn 名義は全銀の文字になる() {
    for (given, held) in [
        ("ミナトノ　シュウジ", "ﾐﾅﾄﾉ ｼﾕｳｼﾞ"),
        ("みなとの  ゆうこ", "ﾐﾅﾄﾉ ﾕｳｺ"),
        ("ジョーンズ メアリー", "ｼﾞﾖ-ﾝｽﾞ ﾒｱﾘ-"),
        ("ｶｦﾘ", "ｶｵﾘ"),
        ("ヴィッキー", "ｳﾞｲﾂｷ-"),
        ("カ）ミナトノ", "ｶ)ﾐﾅﾄﾉ"),
        ("Minato・Ｊ．２", "MINATO.J.2"),
        ("パウロ", "ﾊﾟｳﾛ"),
    ] {
        assert_eq!(given.parse::<AccountHolder>().unwrap().as_str(), held);
    }
    assert_eq!("港野".parse::<AccountHolder>(), Err(TextError::HolderCharacter { position: 1 }));
    assert_eq!("ミ＠".parse::<AccountHolder>(), Err(TextError::HolderCharacter { position: 2 }));
    assert_eq!("ガ".repeat(16).parse::<AccountHolder>(), Err(TextError::NameTooLong { limit: 30 }));
    assert!("ガ".repeat(15).parse::<AccountHolder>().is_ok());
}

#[test]
fn 種目はいろいろな呼び名で読める() {
    for (text, kind) in [
        ("普通預金", AccountKind::Ordinary),
        ("総合", AccountKind::Ordinary),
        ("当座", AccountKind::Current),
        ("4", AccountKind::Savings),
        ("通常貯金", AccountKind::Ordinary),
    ] {
        assert_eq!(text.parse(), Ok(kind));
    }
    assert!("定期".parse::<AccountKind>().is_err());
    assert_eq!(serde_json::to_string(&AccountKind::Ordinary).unwrap(), "\"普通\"");
}

#[test]
fn ゆうちょの記号番号から店番と口座番号がわかる() {
    let book: YuchoNumber = "１０１２０－９８７６１".parse().unwrap();
    assert_eq!(
        (book.branch().unwrap().as_str(), book.kind(), book.number().unwrap().as_str()),
        ("018", AccountKind::Ordinary, "0009876")
    );
    let transfer: YuchoNumber = "00950-1-12345".parse().unwrap();
    assert_eq!(
        (transfer.branch().unwrap().as_str(), transfer.kind(), transfer.number().unwrap().as_str()),
        ("099", AccountKind::Current, "0012345")
    );
}

#[test]
fn ありえない記号番号は断る() {
    assert_eq!(YuchoNumber::new("12345", "12345671"), Err(TextError::YuchoSymbol));
    assert_eq!(YuchoNumber::new("22340", "12345671"), Err(TextError::YuchoSymbol));
    assert_eq!(YuchoNumber::new("12340", "12345678"), Err(TextError::YuchoNumber));
    assert_eq!(YuchoNumber::new("12340", "123456711"), Err(TextError::YuchoNumber));
    assert_eq!(YuchoNumber::new("00340", "1234567"), Err(TextError::YuchoNumber));
    assert!("12340".parse::<YuchoNumber>().is_err());
}

#[test]
fn 口座はデバッグ出力に出ず文字列で往復する() {
    let account = BankAccount {
        bank: "9900".parse().unwrap(),
        branch: "238".parse().unwrap(),
        kind: AccountKind::Ordinary,
        number: "1234567".parse().unwrap(),
        holder: "ﾐﾅﾄﾉ ﾊﾅｺ".parse().unwrap(),
    };
    let debug = format!("{account:?}");
    assert!(!debug.contains("1234567") && !debug.contains("238") && !debug.contains('ﾐ'), "{debug}");
    let json = serde_json::to_string(&account).unwrap();
    assert_eq!(
        json,
        r#"{"bank":"9900","branch":"238","kind":"普通","number":"1234567","holder":"ﾐﾅﾄﾉ ﾊﾅｺ"}"#
    );
    assert_eq!(serde_json::from_str::<BankAccount>(&json).unwrap(), account);
    assert!(serde_json::from_str::<BankAccount>(&json.replace("9900", "99")).is_err());
}

proptest! {
    #[test]
    fn どんな文字列でも落ちず往復する(text in "\\PC{0,20}|[0-9０-９-]{0,14}|[ァ-ヺー 　a-z・]{0,20}") {
        let _ = text.parse::<BankCode>();
        let _ = text.parse::<AccountKind>();
        if let Ok(book) = text.parse::<YuchoNumber>() {
            prop_assert!(book.branch().is_ok() && book.number().is_ok());
        }
        if let Ok(number) = text.parse::<AccountNumber>() {
            prop_assert_eq!(number.as_str().parse::<AccountNumber>(), Ok(number));
        }
        if let Ok(holder) = text.parse::<AccountHolder>() {
            prop_assert_eq!(holder.as_str().parse::<AccountHolder>(), Ok(holder));
        }
    }
}
