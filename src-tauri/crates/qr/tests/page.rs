//! The page's questions: what a pack says, in the form the page reads.

#![expect(clippy::panic, reason = "tests fail loudly")]

use jiff::civil::date;
use madoka_qr::{PageSettings, QrError, SecretKey, page, page_questions};
use madoka_rules::{Pack, PackFiles, read_pack};
use serde_json::json;

const TEMPLATE: &str =
    r#"<body><script type="application/json" id="pack">{}</script><script>…</script></body>"#;

fn pack() -> Pack {
    let mut files = PackFiles::new();
    files.insert(
        "pack.toml".into(),
        r#"
        id = "small"
        name = "</script><script>alert(1)</script>"
        version = 3
        valid_from = 2026-10-01
        city = { name = "みなと野市</script>", prefecture = "架空県", code = "999999" }
        "#
        .as_bytes()
        .to_vec(),
    );
    files.insert(
        "all.toml".into(),
        r#"
        event = [{ id = "death", name = { ja = "おくやみ", en = "Bereavement" }, date = "case.death_date", persons = ["deceased", "visitor", "household"] }]
        office = [{ id = "shimin", name = "市民課", kind = "city" }]
        screen = [{ id = "basic", title = "基本", order = 1 }]
        anchor = [{ id = "death", name = "亡くなった日", fact = "case.death_date" }]
        fact = [
          { path = "case.death_date", type = "date", label = "亡くなった日" },
          { path = "deceased.head", type = "bool", label = "世帯主" },
          { path = "deceased.insurance", type = "choice", label = "保険", choices = [{ id = "kokuho", ja = "国保", en = "National" }, { id = "company", ja = "会社" }] },
          { path = "deceased.card", type = "bool", label = "資格確認書" },
          { path = "deceased.old", type = "bool", label = "65歳以上", derived = "age(deceased.birth_date, on case.death_date, day_before_birthday) >= 65" },
          { path = "household.school", type = "choice", label = "学校", choices = [{ id = "none", ja = "なし" }, { id = "junior", ja = "中学" }] },
        ]
        question = [
          { fact = "case.death_date", events = ["death"], screen = "basic", order = 1, ask = "いつ。" },
          { fact = "deceased.birth_date", events = ["death"], screen = "basic", order = 2, ask = "生年月日は。" },
          { fact = "deceased.head", events = ["death"], screen = "basic", order = 3, ask = "世帯主でしたか。", effective = { from = 2026-10-01 } },
          { fact = "deceased.insurance", events = ["death"], screen = "basic", order = 4, ask = "保険は。", unknown = false },
          { fact = "deceased.card", events = ["death"], screen = "basic", order = 5, ask = "ありますか。", ask_if = "deceased.insurance = kokuho", when_skipped = false, delicate = true },
          { fact = "household", events = ["death"], screen = "basic", order = 6, ask = "残る方は。" },
          { fact = "household.school", events = ["death"], screen = "basic", order = 7, ask = "学校は。" },
          { fact = "deceased.head", events = ["death"], screen = "basic", order = 8, ask = "去年の聞き方。", effective = { to = 2026-09-30 } },
        ]
        procedure = [
          { id = "death.head", events = ["death"], name = "届", office = "shimin", kind = "notify", level = 4, when = "deceased.head and @two", deadline = { text = "14日以内", kind = "legal", amount = 14, unit = "day", anchor = "death", first_day = "excluded" } },
          { id = "death.card", events = ["death"], name = "届", office = "shimin", kind = "return", level = 4, when = "deceased.card or deceased.old" },
          { id = "death.school", events = ["death"], name = "届", office = "shimin", kind = "notify", level = 4, scope = "household", when = "not member.school in [none]" },
        ]
        [condition.two]
        name = "2人以上"
        when = "count household (member.school != junior) >= 2"
        "#
        .as_bytes()
        .to_vec(),
    );
    read_pack(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn settings() -> PageSettings {
    PageSettings { key: SecretKey::from_seed(&[1; 32]).public().clone(), on: date(2026, 11, 21), days: 30 }
}

#[test]
fn 質問と条件は手続パックのとおりに書かれる() {
    let written = page_questions(&pack(), &settings());
    assert_eq!(
        (&written["format"], &written["pack"], &written["version"]),
        (&json!(1), &json!("small"), &json!(3))
    );
    assert_eq!(written["events"][0]["name"], json!({ "ja": "おくやみ", "en": "Bereavement" }));
    let about =
        ["visitor.name", "visitor.name_kana", "visitor.postal_code", "visitor.address", "visitor.phone"];
    let about: Vec<&str> =
        about.into_iter().chain(["deceased.name", "deceased.name_kana", "deceased.address"]).collect();
    assert_eq!(written["events"][0]["about"], json!(about));

    let asked: Vec<&str> =
        written["questions"].as_array().unwrap().iter().map(|q| q["ask"]["ja"].as_str().unwrap()).collect();
    assert_eq!(asked.len(), 7, "last year's wording is not on the page: {asked:?}");
    let card = &written["questions"][4];
    assert_eq!(card["if"], json!(["is", "deceased.insurance", ["kokuho"]]));
    assert_eq!((&card["skipped"], &card["delicate"]), (&json!(false), &json!(true)));
    assert_eq!(written["questions"][3]["unknown"], json!(false));

    let whens: Vec<&serde_json::Value> =
        written["procedures"].as_array().unwrap().iter().map(|one| &one["when"]).collect();
    assert_eq!(*whens[0], json!(["and", ["is", "deceased.head", [true]], ["@", "two"]]));
    assert_eq!(*whens[2], json!(["not", ["is", "household.school", ["none"]]]));
    assert_eq!(written["procedures"][0]["details"], json!(["case.death_date"]));
    assert_eq!(written["procedures"][2]["each"], json!(true));
    assert_eq!(
        written["conditions"]["two"],
        json!(["count", ["not", ["is", "household.school", ["junior"]]], ">=", 2])
    );
    assert_eq!(
        written["facts"]["deceased.old"]["derived"],
        json!(["age", "deceased.birth_date", "case.death_date", "day_before_birthday", ">=", 65])
    );
    assert_eq!(
        written["facts"]["deceased.insurance"]["choices"][0],
        json!({ "id": "kokuho", "label": { "ja": "国保", "en": "National" } })
    );
    assert_eq!(written["facts"]["deceased.birth_date"], json!({ "kind": "date" }));
}

#[test]
fn 手続パックの文字はページの外へ出られない() {
    let made = page(TEMPLATE, &pack(), &settings()).unwrap();
    assert_eq!(made.matches("</script>").count(), 2);
    let start = made.find('{').unwrap();
    let end = made.find("</script>").unwrap();
    let read: serde_json::Value = serde_json::from_str(&made[start..end]).unwrap();
    assert_eq!(read, page_questions(&pack(), &settings()));
    assert_eq!(read["city"], json!("みなと野市</script>"));
}

#[test]
fn ひな形でないものや使えない日数は断る() {
    let page = |template: &str, days| page(template, &pack(), &PageSettings { days, ..settings() });
    assert_eq!(page("<html></html>", 30), Err(QrError::Template));
    assert_eq!(page(&TEMPLATE.repeat(2), 30), Err(QrError::Template));
    assert_eq!(page(TEMPLATE, 0), Err(QrError::DaysValid));
    assert_eq!(page(TEMPLATE, 401), Err(QrError::DaysValid));
}
