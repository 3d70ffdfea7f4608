use madoka_forms::Rect;
use madoka_forms::edit::{Change, Edge, Given, Sketch, compare, declare};
use madoka_forms::read_form;

use crate::text;

fn one(field: &str) -> Vec<String> {
    vec![field.to_owned()]
}

#[test]
fn 欄を動かしても_ほかの行は一字も変わらない() {
    let before = text("dog");
    let mut sketch = Sketch::read(&before).unwrap();
    let said =
        sketch.change(&Change::Shift { fields: one("applicant_name"), right: 1.5, down: -0.5 }).unwrap();
    assert_eq!(said, "欄「届出人 氏名」を右へ1.5 mm、上へ0.5 mm動かしました。");
    let after = sketch.text();
    let changed: Vec<(&str, &str)> =
        before.lines().zip(after.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(changed, [("at = [78, 43.79, 57, 10.5]", "at = [79.5, 43.29, 57, 10.5]")]);
    assert_eq!(
        compare(&before, &after),
        ["様式「犬の登録事項変更届」の欄「届出人 氏名」：右へ1.5 mm、上へ0.5 mm"]
    );
}

#[test]
fn 分かれた日付は_全部の枠がいっしょに動き_一つずつも直せる() {
    let mut sketch = Sketch::read(&text("dog")).unwrap();
    let before = sketch.field("case_visit_date").unwrap();
    assert_eq!(before.places.len(), 3);
    sketch.change(&Change::Shift { fields: one("case_visit_date"), right: 2.0, down: 0.0 }).unwrap();
    let after = sketch.field("case_visit_date").unwrap();
    for (was, now) in before.places.iter().zip(&after.places) {
        assert!((now.at.x - was.at.x - 2.0).abs() < 0.001 && now.place == was.place);
    }
    let at = Rect::new(100.0, 20.0, 9.0, 7.0);
    sketch.change(&Change::Place { field: "case_visit_date".into(), place: "month".into(), at }).unwrap();
    let month = sketch.field("case_visit_date").unwrap().places.into_iter().find(|one| one.place == "month");
    assert_eq!(month.unwrap().at, at);
}

#[test]
fn 新しい欄は事実が決まるまで何も書かず_決めると確かめたことになる() {
    let mut sketch = Sketch::read(&text("dog")).unwrap();
    let at = Rect::new(20.0, 150.0, 40.0, 8.0);
    sketch.change(&Change::Add { page: 1, at, label: String::new() }).unwrap();
    let field = sketch.field("field").unwrap();
    assert!(field.is_loose() && field.at == at);
    assert!(read_form("dog", &sketch.text()).is_ok());
    let value = Some(Given::List(vec!["applicant.phone".into()]));
    sketch.change(&Change::Write { field: "field".into(), key: "value".into(), value }).unwrap();
    let field = sketch.field("field").unwrap();
    assert_eq!((field.values, field.text), (vec!["applicant.phone".to_owned()], None));
    // Without a fact it is a field all the same, waiting for one.
    sketch.change(&Change::Write { field: "field".into(), key: "value".into(), value: None }).unwrap();
    assert!(sketch.field("field").unwrap().is_loose());
    assert!(read_form("dog", &sketch.text()).is_ok());
}

#[test]
fn 種類を変えると_その種類にない項目はなくなり_要る項目ができる() {
    let mut sketch = Sketch::read(&text("dog")).unwrap();
    let field = "applicant_name";
    for (kind, key) in [("comb", "cells"), ("date", ""), ("choice", ""), ("number", ""), ("rows", "pitch")] {
        let answers = vec!["male".to_owned(), "female".to_owned()];
        sketch.change(&Change::Kind { field: field.into(), kind: kind.into(), answers }).unwrap();
        let now = sketch.field(field).unwrap();
        assert_eq!(now.kind, kind);
        assert!(key.is_empty() || now.words.contains_key(key), "{kind}: {:?}", now.words);
        if let Err(problems) = read_form("dog", &sketch.text()) {
            panic!("{kind}: {problems:?}");
        }
    }
    assert!(sketch.field("applicant_name/name").is_some());
    assert!(
        sketch
            .change(&Change::Kind { field: field.into(), kind: "stamp".into(), answers: Vec::new() })
            .is_err()
    );
}

#[test]
fn そろえるのは最初に選んだ欄に合わせて() {
    let mut sketch = Sketch::read(&text("dog")).unwrap();
    let fields: Vec<String> = ["applicant_name", "deceased_name", "new_name"].map(str::to_owned).to_vec();
    sketch.change(&Change::Align { fields: fields.clone(), edge: Edge::Left }).unwrap();
    sketch.change(&Change::Align { fields: fields.clone(), edge: Edge::Width }).unwrap();
    for field in &fields {
        let at = sketch.field(field).unwrap().at;
        assert!((at.x - 78.0).abs() < 0.001 && (at.w - 57.0).abs() < 0.001, "{field}: {at:?}");
    }
}

#[test]
fn できない直しは何も変えない() {
    let before = text("dog");
    let mut sketch = Sketch::read(&before).unwrap();
    let fields = vec!["applicant_name".to_owned(), "gone".to_owned()];
    assert!(sketch.change(&Change::Shift { fields, right: 5.0, down: 0.0 }).is_err());
    assert!(
        sketch
            .change(&Change::Write { field: "applicant_name".into(), key: "id".into(), value: None })
            .is_err()
    );
    assert_eq!(sketch.text(), before);
}

#[test]
fn 様式の一覧に加え_名前を直し_なくす() {
    let list = "# 紙の様式\n[[form]]\nid = \"dog\"\nname = \"犬の届\"\n";
    let added = declare(list, "water", Some("水道の届")).unwrap();
    assert_eq!(added, format!("{list}\n[[form]]\nid = \"water\"\nname = \"水道の届\"\n"));
    assert_eq!(declare(&added, "water", None).unwrap(), list);
    assert!(declare(&added, "dog", Some("犬の新しい届")).unwrap().contains("犬の新しい届"));
    assert_eq!(declare("", "dog", Some("犬")).unwrap().trim(), "[[form]]\nid = \"dog\"\nname = \"犬\"");
}
