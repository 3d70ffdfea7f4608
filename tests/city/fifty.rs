//! 五十の案件（ふだんは六件）: the sample city's families come to a corner one after the other, half of them booked. Departments answer at
//! machines of their own; the figures are those of the server.

use madoka_tests::machine::project;
use serde_json::{Value, json};

use crate::corner::{city, corner, day, departments};

/// So many families in every run of the tests; `MADOKA_FAMILIES=50` for the figures of fifty.
const FAMILIES: usize = 6;
/// Every department of the sample city that a bereaved family may need.
pub(crate) const DEPARTMENTS: [&str; 22] = [
    "hoken",
    "kaigo",
    "korei",
    "shogai",
    "kodomo",
    "hoiku",
    "boshi",
    "seikatsu",
    "shiminzei",
    "shisanzei",
    "nozei",
    "gakko",
    "kankyo",
    "haiki",
    "kyodo",
    "kiki",
    "suido",
    "jutaku",
    "norin",
    "nogyo",
    "kotsu",
    "senkan",
];
/// Seconds an officer takes for one answer, one look at a procedure, one paper, the guide sheet: as walked with a
/// stop-watch in practice.
const ANSWER: i64 = 18;
const LOOK: i64 = 12;
const PAPER: i64 = 25;
const GUIDE: i64 = 150;

/// The facts of the city's own scenarios, as its authors thought of families.
fn families() -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(project().join("assets/sample-city/scenarios/okuyami.toml")).unwrap();
    let file: toml::Value = toml::from_str(&text).unwrap();
    let count =
        std::env::var("MADOKA_FAMILIES").ok().and_then(|count| count.parse().ok()).unwrap_or(FAMILIES);
    let scenarios = file["scenario"].as_array().unwrap();
    let family = |one: &toml::Value| {
        let json = serde_json::to_value(one).unwrap();
        let mut facts = flat("", &json["facts"]);
        if let Some(household) = json.get("household") {
            facts.insert("household".to_owned(), household.clone());
        }
        let unknown = json.get("unknown").cloned().unwrap_or_else(|| json!([]));
        let mut document = json!({ "event": "death", "facts": dated(facts), "unknown": unknown });
        if let Some(same) = json.get("same") {
            document["same"] = same.clone();
        }
        (one["title"].as_str().unwrap().to_owned(), document)
    };
    scenarios.iter().map(family).cycle().take(count).collect()
}

fn flat(prefix: &str, value: &Value) -> serde_json::Map<String, Value> {
    let mut out = serde_json::Map::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) if inner.len() == 1 && inner.contains_key("$__toml_private_datetime") => {
                out.insert(path, inner["$__toml_private_datetime"].clone());
            }
            Value::Object(_) => out.extend(flat(&path, value)),
            other => {
                out.insert(path, other.clone());
            }
        }
    }
    out
}

/// TOML's dates as the words they are.
fn dated(facts: serde_json::Map<String, Value>) -> Value {
    fn plain(value: Value) -> Value {
        match value {
            Value::Object(mut inner) if inner.contains_key("$__toml_private_datetime") => {
                inner.remove("$__toml_private_datetime").unwrap()
            }
            Value::Object(inner) => {
                Value::Object(inner.into_iter().map(|(key, value)| (key, plain(value))).collect())
            }
            Value::Array(all) => Value::Array(all.into_iter().map(plain).collect()),
            other => other,
        }
    }
    plain(Value::Object(facts))
}

/// Of what a department is asked: which it lets the corner take. Decided by its kind of procedure, not by chance.
#[expect(clippy::match_same_arms, reason = "each line is one kind of department")]
fn reply(office: &str, number: usize) -> Value {
    let (answer, here) = match (office, number % 10) {
        (_, 9) => ("does_not_apply", false),
        ("保険年金課" | "介護保険課", 0..=7) => ("applies", true),
        ("市民税課" | "資産税課" | "納税課", 0..=4) => ("applies", true),
        (_, 8) => ("ask_there", false),
        (_, 0..=3) => ("applies", true),
        _ => ("applies", false),
    };
    json!({ "answer": answer, "here": here, "words": "", "money": null, "yen": null, "bring": "", "call": "", "procedure": null })
}

#[test]
#[expect(clippy::too_many_lines, reason = "one visit, told from its beginning to its end")]
fn 家族が次々に来て_ワンストップ率と分をサーバーの統計が言う() {
    let (town, mut supervisor) = city();
    let mut desks = [corner(&town, "okuyami-1", "o01"), corner(&town, "okuyami-2", "o02")];
    let mut theirs = departments(&town, "kakari-1", &DEPARTMENTS);
    let (mut replied, mut papers_made) = (0, 0);
    let families = families();
    let cases = families.len();
    for (number, (title, facts)) in families.into_iter().enumerate() {
        let desk = &mut desks[number % 2];
        let booked = number % 2 == 0;
        // Each begins at a time of its own on the same day.
        let hour = 9 + i64::try_from(number % 7).unwrap();
        desk.does(json!({ "do": "wind", "seconds": 0 }));
        let case = if booked {
            let booking = json!({
                "do": "book", "start": format!("{}T{hour:02}:00:00", day(1 + i64::try_from(number / 14).unwrap())),
                "name": format!("架空 {number}"), "answers": { "facts": {} },
            });
            let start = if hour == 12 {
                booking["start"].as_str().unwrap().replace("T12", "T13")
            } else {
                booking["start"].as_str().unwrap().to_owned()
            };
            let mut booking = booking;
            booking["start"] = json!(start);
            let row = desk.does(booking);
            desk.does(json!({ "do": "open_booking", "booking": row["id"], "arrived": false }))
        } else {
            desk.does(json!({ "do": "open", "life_event": "death" }))
        };
        let case = case.as_str().unwrap().to_owned();
        if !booked {
            desk.does(json!({ "do": "pass", "seconds": 60 * (4 + i64::try_from(number % 9).unwrap()) }));
        }
        let visit = desk.does(json!({ "do": "facts", "case": case, "facts": facts }));
        let answers = visit["interview"]["answered"].as_array().map_or(24, Vec::len);
        let work = ANSWER * i64::try_from(answers).unwrap();
        let asks = desk.asks(&json!({ "do": "ask_departments", "case": case }));
        if asks.get("refused").is_none() {
            desk.in_step();
            theirs.until("asked", |one| one.does(json!({ "do": "queue" }))["open"].as_u64().unwrap() > 0);
            let queue = theirs.does(json!({ "do": "queue" }));
            for line in
                queue["cases"].as_array().unwrap().iter().flat_map(|one| one["lines"].as_array().unwrap())
            {
                replied += 1;
                let office = line["office"].as_str().unwrap();
                theirs.does(
                    json!({ "do": "reply", "inquiry": line["inquiry"], "reply": reply(office, replied) }),
                );
            }
            desk.until("answered", |one| {
                let visit = one.does(json!({ "do": "visit", "case": case }));
                visit["inquiries"]["answered"] == visit["inquiries"]["asked"]
            });
        }
        if booked {
            // Prepared before: half of the answers were given on the telephone.
            desk.does(json!({ "do": "pass", "seconds": work / 2 }));
            desk.does(json!({ "do": "release", "case": case }));
            desk.does(json!({ "do": "arrive", "case": case }));
            desk.does(json!({ "do": "pass", "seconds": 180 }));
        }
        desk.does(json!({ "do": "begin", "case": case, "step": "asking" }));
        let left = if booked { work / 2 } else { work };
        for _ in 0..4 {
            desk.does(json!({ "do": "pass", "seconds": left / 4 }));
            desk.does(json!({ "do": "begin", "case": case, "step": "asking" }));
        }
        desk.does(json!({ "do": "begin", "case": case, "step": "filling" }));
        let bundle = desk.data.path().join("bundle.pdf");
        let made = desk.does(json!({ "do": "papers", "case": case, "path": bundle }));
        let papers = i64::try_from(made["forms"].as_array().unwrap().len()).unwrap();
        desk.does(json!({ "do": "pass", "seconds": (PAPER * papers).min(800) }));
        papers_made += papers;
        desk.does(json!({ "do": "begin", "case": case, "step": "choosing" }));
        let visit = desk.does(json!({ "do": "visit", "case": case }));
        for row in visit["procedures"]["rows"].as_array().unwrap() {
            if row["verdict"] != "needed"
                || row["only_told"] == true
                || row["place"] == "outside"
                || !row["mark"].is_null()
            {
                continue;
            }
            let mark = if row["place"] == "here" {
                json!({ "mark": "done", "reason": null })
            } else {
                json!({ "mark": "other_office", "office": row["office_id"], "reason": null })
            };
            desk.does(json!({ "do": "pass", "seconds": LOOK }));
            desk.does(json!({ "do": "mark", "case": case, "procedure": row["id"], "subject": row["subject"], "mark": mark }));
        }
        desk.does(json!({ "do": "begin", "case": case, "step": "guiding" }));
        desk.does(json!({ "do": "pass", "seconds": GUIDE }));
        desk.does(json!({ "do": "close", "case": case }));
        if number % 10 == 9 {
            eprintln!("{} 件（{title}）", number + 1);
        }
    }
    for desk in &mut desks {
        desk.does(json!({ "do": "wind", "seconds": 0 }));
        desk.in_step();
        desk.does(json!({ "do": "report" }));
    }
    let ask = json!({ "from": day(-1), "to": day(5), "office": null, "life_event": null });
    let csv = std::env::temp_dir().join(format!("madoka-fifty-{}.csv", std::process::id()));
    let view = supervisor.does(json!({ "do": "statistics", "ask": ask, "csv": csv }));
    let total = &view["total"];
    eprintln!(
        "| 件数 | 所要 分/件 | 待ち 分/件 | 来庁前の準備 分/件 | ワンストップ率 | 済 | 他課 | 後日 | 照会 |"
    );
    eprintln!(
        "| {} | {} | {} | {} | {}% | {} | {} | {} | {} |",
        total["cases"],
        total["work"],
        total["waiting"],
        total["prepared"],
        total["one_stop"],
        total["done"],
        total["other_office"],
        total["later"],
        total["inquiries"]
    );
    eprintln!("読取・聞き取り・手続・書類・案内（分/件）: {}", total["steps"]);
    for office in view["answers"].as_array().unwrap() {
        eprintln!(
            "| {} | 回答 {} | 半分 {} 分 | ワンストップ {}% |",
            office["office"], office["answered"], office["median"], office["one_stop"]
        );
    }
    for one in view["unknown"].as_array().unwrap() {
        eprintln!("わからない {} {}件", one["name"], one["cases"]);
    }
    eprintln!("一式に入った様式 {papers_made}枚");
    assert_eq!(total["cases"], cases);
    let answered: u64 =
        view["answers"].as_array().unwrap().iter().map(|one| one["answered"].as_u64().unwrap()).sum();
    assert_eq!(answered, replied as u64, "every first answer counts once");
    assert!(total["one_stop"].as_f64().unwrap() > 0.0 && total["one_stop"].as_f64().unwrap() < 100.0);
    let sheet = std::fs::read_to_string(&csv).unwrap();
    assert!(!sheet.contains("架空 "), "no name in the figures");
    let _ = std::fs::remove_file(csv);
}
