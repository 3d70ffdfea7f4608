use encoding_rs::SHIFT_JIS;
use madoka_facts::{FactPath, PersonRef, Source, Value, Vocabulary};
use madoka_register::{Before, Changed, Changes, Encoding, Resident, What, facts_of};
use proptest::prelude::*;

use super::{HEAD, mapping, read, residents};

const MASAO: &str = "1001,500,,浜名　正雄,ハマナ　マサオ,S16.2.3,1,9990101,架空県みなと野市汐見台４－５,0999-12-3456,1,0,1,1,1,1,20261112";

/// みなと野市's words, as far as this test needs them.
fn words() -> Vocabulary {
    let mut words = Vocabulary::built_in();
    let choice = |id: &str, alone| madoka_facts::Choice { id: id.parse().unwrap(), label: id.into(), alone };
    let certificates = vec![choice("physical", false), choice("mental", false), choice("none", true)];
    for (path, kind) in [
        ("deceased.care_certified", madoka_facts::FactKind::Bool),
        ("deceased.resident_tax", madoka_facts::FactKind::Bool),
        ("case.death_date", madoka_facts::FactKind::Date),
        ("deceased.insurance", madoka_facts::FactKind::Choice(vec![choice("koki", false)])),
        ("deceased.disability_certificates", madoka_facts::FactKind::Choices(certificates)),
    ] {
        let declaration =
            madoka_facts::Declaration { kind, label: path.into(), derived: false, sensitive: false };
        words.declare(path.parse().unwrap(), declaration);
    }
    words
}

fn facts(resident: &Resident, person: &str, tax: bool) -> Vec<(String, Value)> {
    let person: PersonRef = person.parse().unwrap();
    facts_of(&mapping(), resident, &person, &words(), |_| tax)
        .into_iter()
        .map(|(path, statement)| {
            assert_eq!(statement.source, Source::Register);
            (path.to_string(), statement.value.unwrap())
        })
        .collect()
}

fn value_of<'a>(facts: &'a [(String, Value)], path: &str) -> Option<&'a Value> {
    facts.iter().find(|(known, _)| known == path).map(|(_, value)| value)
}

#[test]
fn 一行が亡くなった方の事実になる() {
    let masao = &residents(&[MASAO])[0];
    let known = facts(masao, "deceased", true);
    let date = |text| Value::parse_date(text).unwrap();
    assert_eq!(value_of(&known, "deceased.birth_date"), Some(&date("1941-02-03")));
    assert_eq!(value_of(&known, "case.death_date"), Some(&date("2026-11-12")));
    assert_eq!(value_of(&known, "deceased.insurance"), Some(&Value::Choice("koki".parse().unwrap())));
    assert_eq!(value_of(&known, "deceased.postal_code"), Some(&Value::Text("999-0101".into())));
    let both = Value::Choices(["physical", "mental"].map(|id| id.parse().unwrap()).into());
    assert_eq!(value_of(&known, "deceased.disability_certificates"), Some(&both));
    assert_eq!(value_of(&known, "deceased.resident_tax"), Some(&Value::Bool(true)));
    // 税は見せてよい人にだけ。来庁者としてなら、死亡日は何も言わない。
    assert_eq!(value_of(&facts(masao, "deceased", false), "deceased.resident_tax"), None);
    assert!(facts(masao, "visitor", true).iter().all(|(path, _)| path.starts_with("visitor.")));
}

#[test]
fn 手帳の列がどれも空ならどれもないと言い空の列はわからないままにする() {
    let none = &residents(&["1,,,架空　一,,,,,,,,,,,,,"])[0];
    let known = facts(none, "deceased", true);
    assert_eq!(
        value_of(&known, "deceased.disability_certificates"),
        Some(&Value::Choices(["none".parse().unwrap()].into()))
    );
    assert_eq!(value_of(&known, "deceased.care_certified"), None);
    assert_eq!(value_of(&known, "deceased.insurance"), None);
}

#[test]
fn 支援措置の方の住所は事実にもならない() {
    let row = MASAO.replacen("1001,500,,", "1001,500,1,", 1);
    let known = facts(&residents(&[&row])[0], "deceased", true);
    for path in ["deceased.address", "deceased.postal_code", "deceased.phone"] {
        assert_eq!(value_of(&known, path), None, "{path}");
    }
    assert!(value_of(&known, "deceased.name").is_some());
}

#[test]
fn シフト_jis_も同じに読む() {
    let csv = format!("{HEAD}\r\n{MASAO}\r\n");
    let (bytes, _, lost) = SHIFT_JIS.encode(&csv);
    assert!(!lost);
    let (from_sjis, summary) = read(&bytes, &mapping()).unwrap();
    assert_eq!(summary.encoding, Encoding::ShiftJis);
    assert_eq!(from_sjis, residents(&[MASAO]));
    let with_mark = format!("\u{FEFF}{csv}");
    assert_eq!(read(with_mark.as_bytes(), &mapping()).unwrap().0, from_sjis);
    // ソ and 表 have \ as their second byte.
    let (bytes, _, _) = SHIFT_JIS.encode("宛名番号,氏名\n7,ソ表　能\n");
    let two = madoka_register::Mapping::parse(
        r#"column = [{ heading = "宛名番号", as = "number" }, { heading = "氏名", as = "text", fact = "name" }]"#,
    )
    .unwrap();
    assert_eq!(read(&bytes, &two).unwrap().0[0].shown(&two, "name"), "ソ表　能");
}

fn troubles(csv: &str) -> Vec<(u64, Option<String>, What)> {
    let report = read(csv.as_bytes(), &mapping()).unwrap_err();
    assert!(report.to_string().lines().count() <= 60);
    report.troubles.into_iter().map(|trouble| (trouble.line, trouble.column, trouble.what)).collect()
}

#[test]
fn 誤りは行と列を言い値は言わない() {
    let csv = format!(
        "{HEAD}\n{MASAO}\n\n1002,,,ひみつ　太郎,,昭和99年9月9日,7,12,,abc,たぶん,5,,,,,\n1001,,,架空　二,,,,,,,,,,,,,\n1004,短い\n"
    );
    let report = read(csv.as_bytes(), &mapping()).unwrap_err();
    let said = report.to_string();
    assert!(
        !said.contains("ひみつ")
            && !said.contains("昭和99")
            && !said.contains("abc")
            && !said.contains("たぶん"),
        "{said}"
    );
    let found: Vec<_> = report
        .troubles
        .iter()
        .map(|trouble| (trouble.line, trouble.column.as_deref().unwrap_or(""), trouble.what.clone()))
        .collect();
    assert_eq!(
        found,
        [
            (4, "生年月日", What::Date),
            (4, "性別", What::Sex),
            (4, "郵便番号", What::PostalCode),
            (4, "電話", What::Phone),
            (4, "介護", What::YesNo),
            (4, "国保", What::Code),
            (5, "宛名番号", What::NumberTwice { first: 2 }),
            (6, "", What::Cells { found: 2, expected: 17 }),
        ]
    );
    assert!(said.starts_with("4行目「生年月日」: 日付として読めません。"), "{said}");
}

#[test]
fn 見出しが足りない重なる空だと始めから断る() {
    assert_eq!(troubles("")[0].2, What::NoRows);
    assert_eq!(troubles(&format!("{HEAD}\n"))[0].2, What::NoRows);
    let missing = troubles("宛名番号,氏名\n1,架空\n");
    assert_eq!(missing.len(), 15);
    assert!(missing.iter().all(|trouble| trouble.0 == 1 && trouble.2 == What::NoHeading));
    assert_eq!(troubles(&format!("{HEAD},氏名\n"))[0].2, What::HeadingTwice);
    let report = read(b"\xFF\xFE\x00\x80\xA0", &mapping()).unwrap_err();
    assert_eq!(report.troubles[0].what, What::Encoding);
    // 二つの資格を同時に持つことはない。
    let both = MASAO.replacen(",0,1,1,1,1,2026", ",1,1,1,1,1,2026", 1);
    assert_eq!(troubles(&format!("{HEAD}\n{both}\n"))[0].2, What::Conflict);
}

/// With the law's check digit, of made-up numbers.
fn my_number(body: u64) -> String {
    (0..10)
        .map(|check| format!("{body:011}{check}"))
        .find(|n| n.parse::<madoka_text::MyNumber>().is_ok())
        .unwrap()
}

#[test]
fn 個人番号は見出しでも中身でも断る() {
    let named = troubles(&format!("{HEAD},個人番号\n{MASAO},\n"));
    assert_eq!(named[0], (1, Some("個人番号".into()), What::MyNumber));
    // 見出しを変えてあっても、どの行も検査数字に合えば個人番号と見る。
    let rows: Vec<String> = (0..20)
        .map(|n| format!("{n},,,架空　太郎,,,,,,,,,,,,,,{}\n", my_number(20_000_000_000 + n)))
        .collect();
    let rows = rows.concat();
    let hidden = troubles(&format!("{HEAD},備考\n{rows}"));
    assert_eq!(hidden, [(1, Some("備考".into()), What::MyNumber)]);
    // 12桁でも検査数字に合わない番号は、ほかの番号である。
    let rows: Vec<String> = (0..20u64)
        .map(|n| format!("{n},,,架空　太郎,,,,,,,,,,,,,,{:012}\n", 300_000_000_000 + n * 7))
        .collect();
    let rows = rows.concat();
    assert!(read(format!("{HEAD},備考\n{rows}").as_bytes(), &mapping()).is_ok());
}

#[test]
fn 前の抽出との違いを数え監査のために誰かを挙げる() {
    let before = residents(&[MASAO, "2,,,架空　一,,,,,,,,,,,,,", "3,,,架空　三,,,,,,,,,,,,,"]);
    let after = residents(&[
        &MASAO.replace("４－５", "４－６"),
        "3,,,架空　三,,,,,,,,,,,,,",
        "4,,,架空　四,,,,,,,,,,,,,",
    ]);
    let mut old = Before::default();
    for resident in &before {
        old.note(resident);
    }
    let mut changes = Changes::default();
    for resident in &after {
        old.compare(resident, &mut changes);
    }
    old.finish(&mut changes);
    assert_eq!((changes.added, changes.altered, changes.gone, changes.same), (1, 1, 1, 1));
    let which: Vec<_> = changes.which.iter().map(|(number, how)| (number.as_str(), *how)).collect();
    assert_eq!(which, [("1001", Changed::Altered), ("4", Changed::Added), ("2", Changed::Gone)]);
}

#[test]
fn 取っておいた一行は同じに戻る() {
    for resident in residents(&[MASAO, "2,,,𠮷﨑　葛\u{E0100}葉,,昭和15年月日不詳,,,,,,,,,,,"]) {
        let kept = serde_json::to_string(&resident).unwrap();
        assert_eq!(serde_json::from_str::<Resident>(&kept).unwrap(), resident);
        assert_eq!(format!("{resident:?}"), "Resident(…)");
    }
}

#[test]
fn 事実の道は役割ごとに付く() {
    let masao = &residents(&[MASAO])[0];
    let member = facts_of(&mapping(), masao, &PersonRef::Member(2), &words(), |_| true);
    assert!(member.iter().all(|(path, _)| matches!(path, FactPath::Member(2, _))));
}

proptest! {
    #[test]
    fn どんなバイト列でも落ちずに読むか断る(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &mapping());
    }

    #[test]
    fn どんな欄でも落ちない(cells in proptest::collection::vec("\\PC{0,12}|[0-9]{0,14}|[昭平令SHR]?[0-9]{1,4}[年.][0-9]{1,2}", 17)) {
        let row: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let _ = read(format!("{HEAD}\n{}\n", row.join(",")).as_bytes(), &mapping());
    }

    #[test]
    fn どこで切れたファイルも読むか断る(cut in 0usize..400) {
        let csv = format!("{HEAD}\n{MASAO}\n{MASAO}\n");
        let _ = read(csv.as_bytes().get(..cut).unwrap_or(csv.as_bytes()), &mapping());
    }
}
