//! Names as they are written, long values, empty values, many members.

use madoka_facts::{CaseFacts, FactPath, Facts, Source, Statement, Value, Vocabulary};
use madoka_forms::fill::{Options, Reason, Wanted};

use madoka_forms::print::{Offset, Offsets};

use crate::office::{a_form, a_form_with, facts, fill, fill_with, show, text, words};

#[test]
fn 異体字は一字ずつ字形を選び_欠けも置換えもない() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,160,10]\nvalue='deceased.name'");
    let name = "葛\u{E0100}城　辻\u{E0100}𠮷髙﨑邉\u{E0102}";
    let done = fill(&blank, &format!(r#"{{"facts":{{"deceased.name":"{name}"}}}}"#));
    show("rare.pdf", &done.pdf);
    assert_eq!(done.warnings, []);
    assert_eq!(text(&done.pdf).replace(' ', ""), name.replace('\u{3000}', ""));
}

#[test]
fn どの書体にもない字形は空けて知らせる() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,160,10]\nvalue='deceased.name'\nlabel='氏名'");
    let done = fill(&blank, "{\"facts\":{\"deceased.name\":\"山\u{E01EF}　太郎\"}}");
    assert_eq!(done.warnings[0].reason, Reason::MissingGlyph(vec![1]));
    assert!(done.warnings[0].message().contains("手書き"));
    assert_eq!(text(&done.pdf), "");
}

#[test]
fn 欠けた印のある名前は印字しない() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,160,10]\nvalue='deceased.name'");
    let done = fill(&blank, r#"{"facts":{"deceased.name":"〓田　太郎"}}"#);
    assert_eq!(done.warnings[0].reason, Reason::ReplacedGlyph);
}

#[test]
fn 画像から読んだままの値は印字しない() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,160,10]\nvalue='deceased.name'");
    let words = Vocabulary::built_in();
    let mut facts = Facts::default();
    let path: FactPath = "deceased.name".parse().unwrap();
    facts.state(&words, path, Statement::known(Value::Text("港野 太郎".into()), Source::Ocr)).unwrap();
    let case = CaseFacts { event: None, facts };
    let done = fill_with(&[Wanted::of(&blank)], &case, &Options::default());
    assert_eq!(done.warnings[0].reason, Reason::Unconfirmed);
    assert_eq!(text(&done.pdf), "");
}

#[test]
fn 長すぎる値は切らずに空けて知らせる() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,30,5]\nvalue='deceased.address'");
    let long = "架空県みなと野市港町一丁目２番３号".repeat(4);
    let done = fill(&blank, &format!(r#"{{"facts":{{"deceased.address":"{long}"}}}}"#));
    assert_eq!(done.warnings[0].reason, Reason::TooLong);
    assert_eq!(text(&done.pdf), "");
}

#[test]
fn 値がないところは_指定どおり空けるか_言葉か_斜線() {
    let blank = a_form(
        "[[field]]\nid='a'\nat=[20,20,60,8]\nvalue='deceased.phone'\nrequired=true\n\
         [[field]]\nid='b'\nat=[20,40,60,8]\nvalue='deceased.common_name'\nempty='なし'\n\
         [[field]]\nid='c'\nat=[20,60,60,8]\nvalue='deceased.former_name'\nempty='slash'",
    );
    let done = fill(&blank, r#"{"facts":{}}"#);
    assert_eq!(done.warnings.len(), 1);
    assert_eq!(done.warnings[0].reason, Reason::MissingValue);
    assert_eq!(text(&done.pdf), "なし");
}

#[test]
fn 十二人の世帯は続きの紙に続く() {
    let blank = a_form(
        "[[field]]\nid='rows'\nkind='rows'\nrows=5\npitch=10\n\
         [[field.column]]\nid='no'\nat=[20,50,8,10]\nvalue='row.number'\n\
         [[field.column]]\nid='name'\nat=[30,50,60,10]\nvalue='member.name'\n\
         [[field]]\nid='sheet'\nat=[20,20,60,8]\ntext='{form.sheet}／{form.sheets}枚'",
    );
    let members: Vec<String> = (1..=12).map(|n| format!(r#"{{"name":"港野　{n}子"}}"#)).collect();
    let done = fill(&blank, &format!(r#"{{"facts":{{"household":[{}]}}}}"#, members.join(",")));
    show("rows.pdf", &done.pdf);
    assert_eq!(done.pages(), 3);
    assert_eq!(done.warnings, []);
    let said = text(&done.pdf);
    for n in 1..=12 {
        assert!(said.contains(&format!("{n}子")), "{said}");
    }
    assert!(said.contains("3／3枚"), "{said}");
}

#[test]
fn 同じ入力は同じバイト_時計もくじもない() {
    let blank = a_form("[[field]]\nid='n'\nat=[20,20,160,10]\nvalue='deceased.name'");
    let json = r#"{"facts":{"deceased.name":"港野　太郎"}}"#;
    let one = fill(&blank, json).pdf;
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(one, fill(&blank, json).pdf);
}

#[test]
fn 枡_和暦_選択_姓名_ふりがな_縦書き() {
    let blank = a_form(
        "[[field]]\nid='post'\nkind='comb'\nat=[20,20,49,8]\ncells=7\nvalue='deceased.postal_code'\nas='digits'\n\
         [[field]]\nid='born'\nkind='date'\nvalue='deceased.birth_date'\n\
         eras={showa=[20,40,8,5],heisei=[30,40,8,5]}\nyear=[40,40,10,5]\nmonth=[55,40,10,5]\nday=[70,40,10,5]\n\
         [[field]]\nid='sex'\nkind='choice'\nvalue='deceased.sex'\noptions={male=[20,60,5,5],female=[30,60,5,5]}\n\
         [[field]]\nid='family'\nat=[20,80,40,8]\nvalue='deceased.name'\nas='family'\n\
         [[field]]\nid='name'\nat=[20,100,60,10]\nvalue='deceased.name'\nsize=14\n\
         [[field]]\nid='kana'\nkind='furigana'\nat=[20,95,60,5]\nvalue='deceased.name_kana'\nover='name'\n\
         [[field]]\nid='down'\nat=[180,20,10,120]\nvalue='deceased.address'\nvertical=true\nas='kanji_digits'\n\
         [[field]]\nid='town'\nat=[20,120,90,8]\nvalue='deceased.address'\nas='rest'\n\
         [[field]]\nid='tel'\nat=[20,130,90,8]\nvalue='deceased.phone'\nas='part2'",
    );
    let done = fill(
        &blank,
        r#"{"facts":{"deceased.postal_code":"9990001","deceased.birth_date":"1941-02-03","deceased.sex":"female",
        "deceased.name":"港野　太郎左衛門","deceased.name_kana":"ミナトノ　タロウザエモン",
        "deceased.address":"架空県みなと野市港町1-2-3（ーメゾン「港」、101号室）","deceased.phone":"090-0000-1234"}}"#,
    );
    show("kinds.pdf", &done.pdf);
    assert_eq!(done.warnings, []);
    let said = text(&done.pdf);
    for wanted in ["16", "港町1-2-3", "0000"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let cells: Vec<_> = words(&done.pdf).into_iter().filter(|word| word.2 < 30.0 && word.1 < 75.0).collect();
    let digits: String = cells.iter().map(|word| word.0.as_str()).collect();
    assert_eq!(digits, "9990001");
}

#[test]
fn 値だけの印字は背景がなく_ずらせる() {
    let blank = a_form_with(
        "",
        "[[field]]\nid='n'\nat=[20,20,60,10]\nvalue='deceased.name'\n[preprinted]\noffset=[1.0,2.0]\noffsets={'p1'=[0.5,0.0]}",
    );
    let case = facts(r#"{"facts":{"deceased.name":"港野"}}"#);
    let wanted = [Wanted::of(&blank)];
    let usual = words(&fill_with(&wanted, &case, &Options::default()).pdf);
    let mut offsets = Offsets::default();
    offsets.set("trial", Offset::new(0.0, 0.5).unwrap());
    let options = Options { values_only: true, printer: Some("p1".into()), offsets, ..Options::default() };
    let moved = fill_with(&wanted, &case, &options);
    assert!(!moved.pdf.windows(6).any(|window| window == b"MUnder"));
    let moved = words(&moved.pdf);
    assert!((moved[0].1 - usual[0].1 - 1.5).abs() < 0.01 && (moved[0].2 - usual[0].2 - 2.5).abs() < 0.01);
}
