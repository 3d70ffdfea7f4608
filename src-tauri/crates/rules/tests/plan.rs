//! What to fill in first and what to ask last.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::sync::Arc;

use jiff::civil::date;
use madoka_facts::{CaseFacts, Source};
use madoka_rules::{PackFiles, Rulebook, read_pack};

fn book() -> Rulebook {
    let all = r#"
event = [{ id = "death", name = "おくやみ" }]
office = [{ id = "o", name = "市民課", kind = "city" }]
screen = [{ id = "one", title = "一", order = 1 }, { id = "two", title = "二", order = 2 }]
anchor = [{ id = "funeral", name = "葬祭の日", fact = "case.funeral_date" }]
form = [{ id = "f", name = "届書", facts = ["applicant.name", "case.funeral_date"] }]
fact = [
  { path = "deceased.resident", type = "bool", label = "住民" },
  { path = "deceased.insured", type = "bool", label = "国保" },
  { path = "deceased.cards", type = "bool", label = "証がある" },
  { path = "case.funeral_date", type = "date", label = "葬祭の日" },
]
question = [
  { fact = "deceased.insured", events = ["death"], screen = "two", order = 1, ask = "？", source = "register" },
  { fact = "deceased.cards", events = ["death"], screen = "one", order = 2, ask = "？", ask_if = "deceased.resident", when_skipped = false },
  { fact = "deceased.resident", events = ["death"], screen = "one", order = 3, ask = "？", source = "register" },
  { fact = "case.funeral_date", events = ["death"], screen = "two", order = 2, ask = "？" },
  { fact = "applicant.name", events = ["death"], screen = "one", order = 1, ask = "？", source = "card" },
]
[[procedure]]
id = "a"
events = ["death"]
name = "葬祭費"
office = "o"
kind = "claim"
level = 4
when = "deceased.insured and deceased.cards"
forms = ["f"]
deadline = { text = "2年以内", kind = "claim", amount = 2, unit = "year", anchor = "funeral", first_day = "excluded" }
"#;
    let pack = "id = \"p\"\nname = \"p\"\nversion = 1\nvalid_from = 2026-04-01\ncity = { name = \"c\", prefecture = \"k\", code = \"999999\" }\n";
    let files: PackFiles = [("pack.toml", pack), ("all.toml", all)]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
    Rulebook::new(&Arc::new(read_pack(&files).unwrap()), "death", date(2026, 11, 2)).unwrap()
}

fn names(paths: &[madoka_facts::FactPath]) -> Vec<String> {
    paths.iter().map(ToString::to_string).collect()
}

#[test]
fn 門の質問が先_台帳で分かることは聞く前に埋める() {
    let book = book();
    let judge = |json: &str| {
        let facts = CaseFacts::from_json(json, &book.pack().vocabulary, Source::Staff).unwrap().facts;
        (book.judge(&facts), facts)
    };
    let (nothing, _) = judge("{}");
    // The question behind the gate waits although it comes first on its screen.
    assert_eq!(names(&nothing.next.clone().unwrap().questions), ["deceased.resident"]);
    assert_eq!(names(&book.prefill(&nothing)), ["deceased.insured", "deceased.resident"]);
    let (resident, _) = judge(r#"{"facts":{"deceased.resident":true}}"#);
    assert_eq!(names(&resident.next.unwrap().questions), ["deceased.cards"]);
    // A わからない at the gate does not swallow the question behind it.
    let (unsure, _) = judge(r#"{"unknown":["deceased.resident"]}"#);
    assert_eq!(names(&unsure.next.unwrap().questions), ["deceased.cards"]);
    let (gone, _) = judge(r#"{"facts":{"deceased.resident":false}}"#);
    assert_eq!(gone.next, None);
    assert_eq!(names(&gone.entries[0].because), ["deceased.resident"], "聞かなかった理由までさかのぼる");
    let (clash, _) =
        judge(r#"{"facts":{"deceased.resident":false,"deceased.cards":true,"deceased.insured":true}}"#);
    assert_eq!(names(&clash.clashes), ["deceased.cards"]);
    assert_eq!(clash.entries[0].verdict, madoka_rules::Verdict::ToConfirm);
}

#[test]
fn 様式と期限に要ることは_手続が決まってから聞く() {
    let book = book();
    let json = r#"{"facts":{"deceased.resident":true,"deceased.cards":true,"deceased.insured":true}}"#;
    let facts = CaseFacts::from_json(json, &book.pack().vocabulary, Source::Staff).unwrap().facts;
    let judgement = book.judge(&facts);
    assert_eq!(judgement.next, None);
    assert_eq!(names(&book.details(&judgement, &facts)), ["applicant.name", "case.funeral_date"]);
    assert_eq!(judgement.entries[0].due.unwrap().day, None, "日付が分かるまで期限の日は言わない");
}
