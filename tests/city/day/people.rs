//! Who comes: families of the sample city's own scenarios, with made-up names. Every word of theirs is told to the test,
//! which later looks for it where it may not be.

use std::collections::BTreeSet;

use madoka_server::testing::Dice;
use madoka_tests::machine::project;
use serde_json::{Map, Value, json};

/// What comes to the counter.
pub(super) struct Family {
    pub(super) event: String,
    /// As `CaseFacts` reads it.
    pub(super) facts: Value,
    /// Text facts typed by the officer: who is called what.
    pub(super) typed: Vec<(String, String)>,
    /// Every word of them that is nobody else's.
    pub(super) words: BTreeSet<String>,
}

const SURNAMES: [(&str, &str); 8] = [
    ("潮見沢", "シオミザワ"),
    ("髙﨑野", "タカサキノ"),
    ("渡邉󠄀根", "ワタナベネ"),
    ("𠮷浜田", "ヨシハマダ"),
    ("灘ノ上", "ナダノウエ"),
    ("凪原木", "ナギハラギ"),
    ("汐入坂", "シオイリザカ"),
    ("葛󠄀城戸", "カツラギド"),
];
const GIVEN: [(&str, &str); 8] = [
    ("航太郎", "コウタロウ"),
    ("美波乃", "ミナミノ"),
    ("澪子代", "ミオコヨ"),
    ("岬一朗", "ミサキイチロウ"),
    ("渚帆香", "ナギホカ"),
    ("湊之介", "ミナトノスケ"),
    ("汐里奈", "シオリナ"),
    ("帆波斗", "ホナミト"),
];
/// A name of 40 glyphs, as the register has them.
const LONG: (&str, &str) = (
    "ビンドラ　アレハンドロマキシミリアノフェルナンデスデラクルスイサンミゲルジョゼト",
    "ビンドラ　アレハンドロマキシミリアノフェルナンデスデラクルスイサンミゲルジョゼト",
);

/// Every scenario of the city, as a document of facts.
pub(super) fn scenarios() -> Vec<(String, Value)> {
    let folder = project().join("assets/sample-city/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let file: toml::Value = toml::from_str(&text).unwrap();
        all.extend(file["scenario"].as_array().unwrap().iter().map(document));
    }
    all
}

fn document(one: &toml::Value) -> (String, Value) {
    let json = plain(serde_json::to_value(one).unwrap());
    let mut facts = flat("", json.get("facts").unwrap_or(&Value::Null));
    if let Some(household) = json.get("household") {
        facts.insert("household".to_owned(), household.clone());
    }
    let event = json["event"].as_str().unwrap().to_owned();
    let mut document = json!({ "event": event, "facts": facts });
    for key in ["unknown", "same"] {
        if let Some(value) = json.get(key) {
            document[key] = value.clone();
        }
    }
    (event, document)
}

/// TOML's dates as the words they are.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut inner) => match inner.remove("$__toml_private_datetime") {
            Some(day) => day,
            None => Value::Object(inner.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        },
        Value::Array(all) => Value::Array(all.into_iter().map(plain).collect()),
        other => other,
    }
}

fn flat(prefix: &str, value: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(_) => out.extend(flat(&path, value)),
            other => {
                out.insert(path, other.clone());
            }
        }
    }
    out
}

/// 「潮見沢　航太郎」 and its reading.
pub(super) fn name(dice: &mut Dice) -> (String, String) {
    if dice.one_in(16) {
        return (LONG.0.to_owned(), LONG.1.to_owned());
    }
    let (surname, given) = (SURNAMES[dice.below(SURNAMES.len())], GIVEN[dice.below(GIVEN.len())]);
    (format!("{}　{}", surname.0, given.0), format!("{}　{}", surname.1, given.1))
}

pub(super) fn address(dice: &mut Dice) -> String {
    format!("架空県みなと野市潮騒が丘{}番地の{}", 1000 + dice.below(9000), 1 + dice.below(99))
}

pub(super) fn phone(dice: &mut Dice) -> String {
    format!("0999-{:02}-{:04}", 20 + dice.below(70), dice.below(10_000))
}

/// The next family, of a scenario at random: bereaved ones often, a household of twelve now and then.
pub(super) fn next(dice: &mut Dice, scenarios: &[(String, Value)]) -> Family {
    let twelve =
        |document: &Value| document["facts"]["household"].as_array().is_some_and(|all| all.len() == 12);
    let wanted: Vec<&(String, Value)> = match dice.below(10) {
        0..4 => scenarios.iter().filter(|(event, _)| event == "death").collect(),
        4 => scenarios.iter().filter(|(_, document)| twelve(document)).collect(),
        _ => scenarios.iter().collect(),
    };
    let (event, document) = wanted[dice.below(wanted.len())].clone();
    let mut facts = document;
    let mut words = BTreeSet::new();
    let mut typed = Vec::new();
    let persons: &[&str] = if event == "death" { &["deceased", "visitor"] } else { &["applicant"] };
    for person in persons {
        let (name, kana) = name(dice);
        let (address, phone) = (address(dice), phone(dice));
        typed.push((format!("{person}.name"), name));
        typed.push((format!("{person}.name_kana"), kana));
        typed.push((format!("{person}.address"), address));
        typed.push((format!("{person}.phone"), phone));
        // 不詳, as old registers have it.
        if dice.one_in(6) {
            typed.push((format!("{person}.birth_date"), "昭和16年2月不詳".to_owned()));
        }
    }
    let household = facts.pointer_mut("/facts/household").and_then(Value::as_array_mut);
    for member in household.into_iter().flatten() {
        let (name, kana) = self::name(dice);
        words.insert(name.clone());
        member["name"] = json!(name);
        member["name_kana"] = json!(kana);
    }
    words
        .extend(typed.iter().filter(|(fact, _)| !fact.ends_with("birth_date")).map(|(_, text)| text.clone()));
    Family { event, facts, typed, words }
}
