//! 事前入力: from codes to facts, and everything that may go wrong on the way from home to the counter.

#![expect(clippy::needless_pass_by_value, clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use jiff::civil::{Date, date};
use madoka_facts::{Answer, FactPath, Household, Source, Value};
use madoka_qr::{Collection, PreEntry, Progress, QrError, SecretKey, WhyLeftOut, looks_like_pre_entry, seal};
use madoka_rules::{Pack, PackFiles, read_pack};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const TODAY: Date = date(2026, 11, 21);

fn pack() -> Pack {
    let mut files = PackFiles::new();
    files.insert(
        "pack.toml".into(),
        br#"
        id = "minatono"
        name = "p"
        version = 12
        valid_from = 2026-10-01
        city = { name = "\u307f\u306a\u3068\u91ce\u5e02", prefecture = "x", code = "999999" }
        "#
        .to_vec(),
    );
    files.insert(
        "death.toml".into(),
        r#"
        event = [{ id = "death", name = "おくやみ" }]
        office = [{ id = "shimin", name = "市民課", kind = "city" }]
        screen = [{ id = "basic", title = "基本", order = 1 }]
        fact = [
          { path = "deceased.head", type = "bool", label = "世帯主" },
          { path = "deceased.pension", type = "choices", label = "年金", choices = [{ id = "basic", ja = "国民" }, { id = "none", ja = "なし", alone = true }] },
          { path = "household.school", type = "choice", label = "学校", choices = [{ id = "none", ja = "なし" }, { id = "junior", ja = "中" }] },
        ]
        question = [
          { fact = "deceased.head", events = ["death"], screen = "basic", order = 1, ask = "世帯主でしたか。" },
          { fact = "deceased.pension", events = ["death"], screen = "basic", order = 2, ask = "年金は。" },
          { fact = "household.school", events = ["death"], screen = "basic", order = 3, ask = "学校は。" },
        ]
        procedure = [
          { id = "death.head", events = ["death"], name = "届", office = "shimin", kind = "notify", level = 4, when = "deceased.head" },
          { id = "death.pension", events = ["death"], name = "届", office = "shimin", kind = "notify", level = 4, when = "deceased.pension has any [basic]" },
          { id = "death.school", events = ["death"], name = "届", office = "shimin", kind = "notify", level = 4, scope = "household", when = "member.school = junior" },
        ]
        "#
        .as_bytes()
        .to_vec(),
    );
    read_pack(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn document(facts: Json) -> Json {
    json!({
        "pack": "minatono", "pack_version": 12, "made": "2026-11-20", "until": "2026-12-20", "lang": "easy",
        "event": "death", "facts": facts, "unknown": ["deceased.pension"],
    })
}

fn codes(document: &Json) -> Vec<String> {
    seal(&document.to_string(), key().public(), &[2; 32]).unwrap()
}

fn open(codes: &[String], keys: &[SecretKey], today: Date) -> Result<PreEntry, QrError> {
    let mut collection = Collection::default();
    for code in codes {
        collection.add(code)?;
    }
    collection.open(keys, today)
}

/// Long enough for several codes, and nothing that compresses well.
fn long() -> Json {
    let mut state = 7_u32;
    let mut text = || -> String {
        (0..300)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4E00 + (state >> 8) % 20_000).unwrap()
            })
            .collect()
    };
    document(json!({ "deceased.name": text(), "deceased.address": text(), "visitor.address": text() }))
}

#[test]
fn 家での答えが出どころと外字ごと窓口の事実になる() {
    let name = "葛\u{E0100}城　髙﨑𠮷";
    let entry = document(json!({
        "deceased.name": name, "deceased.birth_date": "1941-02-XX", "deceased.head": true,
        "household": [{ "name": "花子", "school": "junior" }, {}],
    }));
    let taken = open(&codes(&entry), &[key()], TODAY).unwrap().take_in(&pack()).unwrap();
    assert_eq!((taken.event.as_str(), taken.left_out.len(), taken.other_version), ("death", 0, None));
    let path = |text: &str| text.parse::<FactPath>().unwrap();
    assert_eq!(taken.facts.answer(&path("deceased.name")), Answer::Known(&Value::Text(name.to_owned())));
    assert_eq!(taken.facts.answer(&path("deceased.pension")), Answer::Unknown);
    assert_eq!((taken.facts.household(), taken.facts.members()), (Household::Complete, 2));
    assert!(matches!(taken.facts.answer(&path("household[0].school")), Answer::Known(Value::Choice(_))));
    assert!(taken.statements().iter().all(|(_, statement)| statement.source == Source::Qr));
    assert_eq!(taken.statements().len(), 6);
}

#[test]
fn 何枚に分かれても順番も重なりも問わない_別の組は混ざらない() {
    let codes = codes(&long());
    assert!(codes.len() >= 3, "{}", codes.len());
    let mut collection = Collection::default();
    for code in codes.iter().rev() {
        collection.add(code).unwrap();
        collection.add(&format!("{code}\r\n")).unwrap();
    }
    assert!(matches!(collection.progress(), Some(Progress::Complete { .. })));
    assert_eq!(collection.open(&[key()], TODAY).unwrap().event(), "death");

    let other = seal(&long().to_string(), key().public(), &[3; 32]).unwrap();
    let total = u8::try_from(codes.len()).unwrap();
    assert_eq!(collection.add(&other[0]), Err(QrError::OtherSet { total }));
    assert!(collection.open(&[key()], TODAY).is_ok());
}

#[test]
fn 足りない枚を名指しする() {
    let codes = codes(&long());
    let mut collection = Collection::default();
    let progress = collection.add(&codes[1]).unwrap();
    let total = u8::try_from(codes.len()).unwrap();
    let missing: Vec<u8> = (1..=total).filter(|number| *number != 2).collect();
    assert_eq!(progress, Progress::Missing { parts: missing.clone(), total });
    let error = collection.open(&[key()], TODAY).unwrap_err();
    assert_eq!(error, QrError::PartsMissing { missing, total });
    assert!(error.to_string().contains("1枚目、3枚目"), "{error}");
    assert!(Collection::default().open(&[key()], TODAY).is_err());
}

#[test]
fn 期限の日までは使え_次の日からは断る() {
    let codes = codes(&document(json!({})));
    assert!(open(&codes, &[key()], date(2026, 12, 20)).is_ok());
    let until = date(2026, 12, 20);
    assert_eq!(open(&codes, &[key()], date(2026, 12, 21)).err(), Some(QrError::Expired { until }));
}

#[test]
fn 古い鍵も残っていれば読め_ほかの市には読めない() {
    let codes = codes(&document(json!({})));
    let newer = || SecretKey::from_seed(&[9; 32]);
    assert!(open(&codes, &[newer(), key()], TODAY).is_ok());
    assert_eq!(
        open(&codes, &[newer()], TODAY).err(),
        Some(QrError::UnknownKey { key: key().id().to_string() })
    );
    assert_eq!(open(&codes, &[], TODAY).unwrap_err().code(), "QR-27");
}

#[test]
fn 合わない答えだけを残して_あとは取り込む() {
    let entry = document(json!({
        "deceased.head": "yes", "deceased.shoe_size": 26, "case.visit_date": "2026-11-21", "deceased.sex": "male",
        "visitor.phone": "1234 5678 9018", "household": [{ "school": "high" }, 5, { "school": "none" }],
    }));
    let taken = open(&codes(&entry), &[key()], TODAY).unwrap().take_in(&pack()).unwrap();
    let mut left: Vec<(&str, String)> =
        taken.left_out.iter().map(|left| (left.path.as_str(), left.why.to_string())).collect();
    left.sort();
    let paths: Vec<&str> = left.iter().map(|(path, _)| *path).collect();
    assert_eq!(
        paths,
        [
            "case.visit_date",
            "deceased.head",
            "deceased.shoe_size",
            "household[0].school",
            "household[1]",
            "visitor.phone"
        ]
    );
    assert!(taken.left_out.iter().any(|left| left.why == WhyLeftOut::MyNumber));
    assert!(!format!("{left:?}").contains("5678"));
    assert_eq!(taken.statements().len(), 3, "{:?}", taken.facts.answers());
}

#[test]
fn ほかの市のパックは断り_古い版は分かるところだけ取り込む() {
    let mut entry = document(json!({ "deceased.head": false }));
    entry["pack"] = "other".into();
    assert_eq!(open(&codes(&entry), &[key()], TODAY).unwrap().take_in(&pack()).unwrap_err().code(), "QR-31");
    let mut entry = document(json!({ "deceased.head": false }));
    entry["pack_version"] = 11.into();
    assert_eq!(
        open(&codes(&entry), &[key()], TODAY).unwrap().take_in(&pack()).unwrap().other_version,
        Some(11)
    );
    entry["event"] = "festival".into();
    assert_eq!(open(&codes(&entry), &[key()], TODAY).unwrap().take_in(&pack()).unwrap_err().code(), "QR-32");
}

#[test]
fn 一桁でも書き換えた暗号は開かない() {
    let codes = codes(&document(json!({ "deceased.head": true })));
    let mut refused = 0;
    for at in 0..codes[0].len() {
        let mut digits = codes[0].clone().into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + 1) % 10;
        assert!(Collection::default().add(std::str::from_utf8(&digits).unwrap()).is_err(), "{at}");
        refused += 1;
    }
    assert!(refused > 200);
}

#[test]
fn 長すぎる文書は断る() {
    let huge = document(json!({ "deceased.name": "あ".repeat(30_000) }));
    assert!(matches!(seal(&huge.to_string(), key().public(), &[2; 32]), Err(QrError::TooLong { .. })));
}

#[test]
fn 中身が壊れた文書は文で断り_値は文に出ない() {
    for broken in [
        "",
        "{",
        "[]",
        r#"{"pack":"minatono","facts":{"deceased.name":"秘密の名"}"#,
        r#"{"until":"みなと花子"}"#,
    ] {
        let codes = seal(broken, key().public(), &[2; 32]).unwrap();
        let error = open(&codes, &[key()], TODAY).unwrap_err();
        assert_eq!(error.code(), "QR-29");
        assert!(!format!("{error}{error:?}").contains("秘密") && !format!("{error}").contains("花子"));
    }
}

#[test]
fn 一つの読取り欄で案件コードと見分けられる() {
    let codes = codes(&document(json!({})));
    assert!(looks_like_pre_entry(&codes[0]) && looks_like_pre_entry(&format!("{}\r", &codes[0][..40])));
    for other in ["260120003459529", "７１２３", "123456789018", "https://example.jp/71"] {
        assert!(!looks_like_pre_entry(other), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn 敵の作った文書でも落ちず_分からないものは入らない(
        paths in proptest::collection::vec("(deceased|visitor|case|household\\[[0-9]{1,5}\\]|person)\\.[a-z_.]{0,12}|\\PC{0,8}", 0..8),
        text in "\\PC{0,20}",
        number in any::<i64>(),
    ) {
        let mut entry = document(json!({}));
        for (index, path) in paths.iter().enumerate() {
            let value = match index % 4 { 0 => json!(text), 1 => json!(number), 2 => json!([text]), _ => json!({ "a": [number] }) };
            entry["facts"][path] = value;
        }
        entry["unknown"] = json!(paths);
        entry["same"] = json!({ text.clone(): text });
        entry["until"] = "9999-12-31".into();
        let entry = open(&codes(&entry), &[key()], TODAY).unwrap();
        let pack = pack();
        let taken = entry.take_in(&pack).unwrap();
        for (path, _) in taken.statements() {
            prop_assert!(pack.vocabulary.require(&path).is_ok());
        }
    }

    #[test]
    fn どの文書も紙を往復する(name in "[一-龠ぁ-ん𠮷\u{E0100}]{1,60}", note in "\\PC{0,400}", seed in any::<[u8; 32]>()) {
        let entry = document(json!({ "deceased.name": name, "visitor.address": note }));
        let codes = seal(&entry.to_string(), key().public(), &seed).unwrap();
        let opened = open(&codes, &[key()], TODAY).unwrap();
        let facts = opened.facts_json();
        prop_assert_eq!(&facts.expose()["facts"], &entry["facts"]);
    }
}
