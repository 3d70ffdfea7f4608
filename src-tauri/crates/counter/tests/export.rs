//! 書き出し, as the system that takes it in sees it.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use madoka_counter::CounterError;
use madoka_counter::export::{Charset, Column, Format, Lost, Record, Unmappable, export};
use madoka_facts::{Facts, Source, Statement, Value, Vocabulary};

fn record(name: &str, address: &str) -> Record {
    let words = Vocabulary::built_in();
    let mut facts = Facts::default();
    for (path, value) in [
        ("applicant.name", Value::Text(name.into())),
        ("applicant.birth_date", Value::parse_date("1941-02-03").unwrap()),
        ("applicant.address", Value::Text(address.into())),
    ] {
        facts.state(&words, path.parse().unwrap(), Statement::known(value, Source::Chip)).unwrap();
    }
    Record {
        number: "K7Q2".into(),
        ticket: "12".into(),
        event: "death".into(),
        opened: "2026-11-20T09:32".into(),
        closed: String::new(),
        facts,
        procedures: vec![("death.funeral".into(), "done".into())],
    }
}

fn columns(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[test]
fn 列は受け取る側の順に並び_区切りや改行のある値も壊れない() {
    let columns =
        columns(&["applicant.address", "number", "applicant.birth_date", "procedure:death.funeral"]);
    let records = [record("港 花子", "みなと野市港町1-2,\"潮\"荘\n101")];
    let csv = export(&records, &columns, Format::Csv, Charset::Utf8, Unmappable::Refuse).unwrap();
    let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        ["applicant.address", "number", "applicant.birth_date", "procedure:death.funeral"]
    );
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!(
        row.iter().collect::<Vec<_>>(),
        ["みなと野市港町1-2,\"潮\"荘\n101", "K7Q2", "1941-02-03", "done"]
    );
}

#[test]
fn jsonは1件1行でも書ける() {
    let columns = columns(&["number", "applicant.name"]);
    let records = [record("港 花子", "-"), record("港 太郎", "-")];
    let lines = export(&records, &columns, Format::Lines, Charset::Utf8, Unmappable::Refuse).unwrap();
    let lines: Vec<serde_json::Value> = String::from_utf8(lines.bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[1]["applicant.name"], "港 太郎");
    assert_eq!(lines.len(), 2);
    let whole = export(&records, &columns, Format::Json, Charset::Utf8, Unmappable::Refuse).unwrap();
    assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(&whole.bytes).unwrap(), lines);
}

#[test]
fn シフトjisにない字は_置き換えずに場所を知らせる() {
    let columns = columns(&["number", "applicant.name"]);
    // 髙 is in CP932; 𠮷 and the variation sequence of 葛 are not.
    let records = [record("髙橋 𠮷男", "-"), record("葛\u{E0100}城 花子", "-")];
    let lost = vec![
        Lost { case: "K7Q2".into(), column: "applicant.name".into(), glyph: "U+20BB7".into() },
        Lost { case: "K7Q2".into(), column: "applicant.name".into(), glyph: "U+845B U+E0100".into() },
    ];
    match export(&records, &columns, Format::Csv, Charset::ShiftJis, Unmappable::Refuse) {
        Err(CounterError::ExportGlyphs(found)) => assert_eq!(found, lost),
        other => panic!("{other:?}"),
    }
    let written = export(&records, &columns, Format::Csv, Charset::ShiftJis, Unmappable::Geta).unwrap();
    assert_eq!(written.lost, lost);
    let (text, _, broken) = encoding_rs::SHIFT_JIS.decode(&written.bytes);
    assert!(!broken);
    assert_eq!(text, "number,applicant.name\r\nK7Q2,髙橋 〓男\r\nK7Q2,〓城 花子\r\n");
}

#[test]
fn 知らない列は名前を言って断る() {
    assert!(
        matches!("applicant".parse::<Column>(), Err(CounterError::ExportColumn(name)) if name == "applicant")
    );
    assert!("procedure:".parse::<Column>().is_err());
}
