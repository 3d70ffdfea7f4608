//! What the page asks is enough: whoever answers it truthfully leaves nothing for the counter to ask.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::{CaseFacts, FactPath, Facts};
use madoka_qr::{PageSettings, page_questions};
use madoka_rules::{Rulebooks, Verdict};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::city::{PACK, npm, settings};

#[test]
fn 場面テストの人が家で全部答えれば_窓口で聞くことは残らない() {
    let desk = TempDir::new().expect("a folder can be made");
    let (people, asked) = (desk.path().join("people.json"), desk.path().join("asked.json"));
    let scenarios: Vec<Json> = PACK
        .scenarios
        .iter()
        .map(|scenario| {
            let facts = CaseFacts { event: None, facts: scenario.facts.clone() }.to_json();
            json!({ "id": scenario.id.as_str(), "event": scenario.event.as_str(), "on": scenario.on.to_string(), "person": facts })
        })
        .collect();
    let days: BTreeSet<Date> = PACK.scenarios.iter().map(|scenario| scenario.on).collect();
    let packs: serde_json::Map<String, Json> = days
        .into_iter()
        .map(|on| (on.to_string(), page_questions(&PACK, &PageSettings { on, ..settings() })))
        .collect();
    fs::write(&people, json!({ "packs": packs, "scenarios": scenarios }).to_string())
        .expect("the file is written");

    // The page's own code, in Node.js.
    let mut npm = npm("test:preentry");
    npm.args(["--", "tests/scenarios.test.ts"]).env("MADOKA_PEOPLE", &people).env("MADOKA_ASKED", &asked);
    let run = npm.output().expect("npm is installed");
    assert!(
        run.status.success(),
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    let asked: Json =
        serde_json::from_str(&fs::read_to_string(asked).expect("vitest wrote it")).expect("JSON");

    let pack = Arc::new(PACK.clone());
    let mut books = Rulebooks::new(&pack);
    let (mut questions, mut people) = (0, 0);
    let mut codes: BTreeMap<usize, u32> = BTreeMap::new();
    for scenario in &PACK.scenarios {
        let paths: Vec<FactPath> = asked[scenario.id.as_str()]
            .as_array()
            .unwrap_or_else(|| panic!("{} was not tried", scenario.id))
            .iter()
            .map(|path| path.as_str().expect("a path").parse().expect("a path of facts"))
            .collect();
        questions += paths.len();
        people += 1;
        let home = answered(&scenario.facts, &paths);
        *codes.entry(codes_for(scenario.event.as_str(), &home)).or_insert(0) += 1;
        let book = books.get(scenario.event.as_str(), scenario.on).expect("the event exists");
        let (all, ours) = (book.judge(&scenario.facts), book.judge(&home));
        for (entry, same) in ours.entries.iter().zip(&all.entries) {
            let id = &PACK.procedures[entry.procedure].id;
            // A scenario may leave open what its author did not care about.
            let open = entry.verdict == Verdict::Undecided && same.verdict != Verdict::Undecided;
            assert!(!open, "{}: {id} is still open: {:?}", scenario.id, entry.open);
            assert_eq!(entry.verdict, same.verdict, "{}: {id}", scenario.id);
        }
    }
    println!("{people} people, {questions} questions; people by number of codes: {codes:?}");
    assert!(codes.keys().all(|codes| *codes <= 3), "nobody shows more than three codes: {codes:?}");
}

/// How many codes the answers fill, with a long name and address beside them.
fn codes_for(event: &str, home: &Facts) -> usize {
    let mut document = CaseFacts { event: Some(event.to_owned()), facts: home.clone() }.to_json();
    let rest = json!({
        "pack": PACK.id.as_str(), "pack_version": PACK.version, "made": "2026-11-21", "until": "2026-12-21", "lang": "ja",
    });
    for (key, value) in rest.as_object().expect("an object") {
        document[key] = value.clone();
    }
    document["facts"]["visitor.name"] = "葛󠄀城　髙﨑太郎左衛門".into();
    document["facts"]["visitor.address"] =
        "架空県みなと野市大字長浜字東浜三千二百十一番地の四　みなと野ハイツ一〇二号室".into();
    document["facts"]["visitor.phone"] = "090-0000-1234".into();
    madoka_qr::seal(&document.to_string(), &settings().key, &[3; 32]).expect("it fits").len()
}

/// What the page would know of a person: only what it asked.
fn answered(person: &Facts, paths: &[FactPath]) -> Facts {
    let words = &PACK.vocabulary;
    let mut home = Facts::default();
    if paths.contains(&FactPath::Household) {
        home.set_household(person.household());
        for _ in 0..person.members() {
            home.add_member().expect("as many as the person has");
        }
    }
    for path in paths.iter().filter(|path| **path != FactPath::Household) {
        if let Some(said) = person.best(path).cloned() {
            home.state(words, path.clone(), said).expect("the person's own answer");
        }
    }
    home
}
