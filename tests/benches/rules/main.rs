//! 手続判定: 300 procedures judged, beside the engines one would pick instead, and how it grows.
//!
//! `cargo xtask bench` builds the other engines (`benches/peers/rules-peers`) and runs this. All engines judge the same
//! decisions of the sample city about the same people and are shown to agree before anything is measured. What is
//! printed is the section of `RESULTS.md`; `README.md` beside it says how to read it.

mod city;
mod decisions;
mod measure;
mod peer;
mod people;

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use jiff::civil::{Date, date};
use madoka_facts::Facts;
use madoka_rules::{Pack, Rulebook, Severity, Verdict, analyse, read_pack};
use madoka_tests::machine::project;
use serde_json::Value as Json;

use decisions::Decisions;
use measure::{ROUNDS, Samples, WARM_UP, micros, sample, since, used};
use peer::Peer;
use people::{Chance, Person, household, person};

/// DESIGN §12.
const PROCEDURES: usize = 300;
const PEOPLE: usize = 16;
const ON: Date = date(2026, 11, 20);

fn main() {
    let city = city::read();
    let mut flat = city::flat(&city, ON);
    let decisions = Decisions::of(&mut flat, PROCEDURES);
    assert_eq!(decisions.procedures.len(), PROCEDURES, "the sample city has as many that need no household");
    let mut chance = Chance(1);
    let people: Vec<Person> = (0..PEOPLE).map(|_| person(&flat, &decisions, ON, &mut chance)).collect();
    let expected = expected(&decisions, &people);
    let flat = Arc::new(flat);
    let event = flat.events[0].id.clone();
    let book = Rulebook::new(&flat, event.as_str(), ON).expect("a rulebook");
    agree(&book, &people, &expected);
    beside_others(&book, &decisions, &people, &expected);
    growth(&flat, event.as_str(), &people);
    households(&city);
    scenarios(&city);
    packs(&city);
}

/// What each procedure must be for each person.
fn expected(decisions: &Decisions, people: &[Person]) -> Vec<Vec<bool>> {
    let of = |person: &Person| {
        decisions.procedures.iter().map(|flat| decisions.holds(flat, &person.record)).collect()
    };
    people.iter().map(of).collect()
}

/// Our verdicts are the expected ones.
fn agree(book: &Rulebook, people: &[Person], expected: &[Vec<bool>]) {
    for (person, expected) in people.iter().zip(expected) {
        let judgement = book.judge(&person.facts);
        assert_eq!(judgement.entries.len(), expected.len());
        for (at, (entry, needed)) in judgement.entries.iter().zip(expected).enumerate() {
            let wanted = if *needed { Verdict::Needed } else { Verdict::NotNeeded };
            assert_eq!(entry.verdict, wanted, "{at} {}", book.pack().procedures[entry.procedure].id);
        }
        let verdicts = book.verdicts(&person.facts);
        let entries = judgement.entries.iter().map(|entry| (entry.procedure, entry.subject, entry.verdict));
        assert!(entries.eq(verdicts), "verdicts alone are the same");
    }
}

/// Another engine's results are the expected ones.
fn same(peer: &Peer, expected: &[Vec<bool>]) {
    assert_eq!(peer.results.len(), expected.len(), "{}", peer.name);
    for (result, expected) in peer.results.iter().zip(expected) {
        for (at, needed) in expected.iter().enumerate() {
            assert_eq!(result[format!("p{at}")], Json::Bool(*needed), "{} decides p{at} alike", peer.name);
        }
    }
}

fn beside_others(book: &Rulebook, decisions: &Decisions, people: &[Person], expected: &[Vec<bool>]) {
    let (mut peers, missing) = peers(decisions, people);
    for peer in &peers {
        same(peer, expected);
    }
    let (mut full, mut half, mut verdicts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..WARM_UP + ROUNDS {
        full.push(sample(PEOPLE, |at| book.judge(&people[at].facts)));
        half.push(sample(PEOPLE, |at| book.judge(&people[at].half)));
        verdicts.push(sample(PEOPLE, |at| book.verdicts(&people[at].facts)));
        for peer in &mut peers {
            let nanoseconds = peer.sample();
            peer.nanoseconds.push(nanoseconds);
        }
    }
    let (full, half, verdicts) = (Samples::new(full), Samples::new(half), Samples::new(verdicts));

    let needed = expected.iter().flatten().filter(|needed| **needed).count();
    let undecided = people
        .iter()
        .flat_map(|person| book.judge(&person.half).entries)
        .filter(|entry| !entry.open.is_empty());
    println!("### {PROCEDURES} 手続の判定（同じ判断、同じ {PEOPLE} 人、ほかのエンジンと並べて）\n");
    println!(
        "事実 {}、共有の条件 {}、必要になる手続は 1 人平均 {}。どのエンジンも {} 件の判定がすべて同じことを確かめてから測りました。\n",
        decisions.facts.len(),
        decisions.shared.len(),
        needed / PEOPLE,
        PROCEDURES * PEOPLE,
    );
    println!(
        "| 1 人あたり（µs） | 中央値 | 中央の半分 | 最小–最大 | まどかのすべての何倍 | まどかの判定だけの何倍 |"
    );
    println!("|---|---|---|---|---|---|");
    let row = |name: &str, samples: &Samples| {
        let times = |ours: &Samples| {
            let times = samples.median() / ours.median();
            if times < 10.0 { format!("{times:.2}") } else { format!("{times:.0}") }
        };
        println!("| {name} | {} | {} | {} |", samples.cells(), times(&full), times(&verdicts));
    };
    row("まどか：すべて（判定、理由、期限、持ち物、次の質問）", &full);
    let undecided = undecided.count() / PEOPLE;
    let name = format!("まどか：すべて、聞き取りの途中（半分だけ回答、平均 {undecided} 手続が未判定）");
    row(&name, &half);
    row("まどか：判定だけ", &verdicts);
    for peer in &mut peers {
        row(&peer.name, &Samples::new(std::mem::take(&mut peer.nanoseconds)));
    }
    for (name, why) in missing {
        println!("| {name} | 測れませんでした：{why} | | | | |");
    }
    println!(
        "\n{ROUNDS} 回ずつ交互に測りました（CPU 時間）。予算（DESIGN §12）：1,000 µs 未満、目標 100 µs。"
    );
}

/// The other engines, and those that cannot be started with the reason.
fn peers(decisions: &Decisions, people: &[Person]) -> (Vec<Peer>, Vec<(String, String)>) {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let write = |name: &str, json: &Json| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, json.to_string()).expect("there is room");
        path
    };
    let records: Json = people.iter().map(|person| Json::Object(person.record.clone())).collect();
    let records = write("records.json", &records);
    let graph = write("graph.json", &decisions.zen_graph());
    let rules = write("rules.json", &decisions.json_rules());
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from);
    let zen = |trace: &[&str]| {
        let mut command = Command::new(target.join("release/rules-peers"));
        command.arg(&graph).arg(&records).args(trace);
        command
    };
    let mut json_rules = Command::new("node");
    json_rules
        .arg(project().join("tests/benches/peers/rules-peers/json-rules/main.js"))
        .args([&rules, &records])
        .env("NODE_ENV", "production");
    let commands = [
        ("zen-engine 2.1：判定だけ（コンパイルずみのグラフ）", zen(&[])),
        ("zen-engine 2.1：記録（trace）つき", zen(&["--trace"])),
        ("json-rules-engine 7：判定だけ（Node.js）", json_rules),
    ];
    let (mut running, mut missing) = (Vec::new(), Vec::new());
    for (name, mut command) in commands {
        match Peer::start(name, &mut command) {
            Ok(peer) => running.push(peer),
            Err(why) => missing.push((name.to_owned(), why)),
        }
    }
    (running, missing)
}

/// The same procedures again and again under new ids.
fn growth(flat: &Pack, event: &str, people: &[Person]) {
    println!("\n### 手続が増えたとき（判定、理由、期限、持ち物、次の質問）\n");
    println!("| 手続 | 中央値（µs） | 中央の半分 | 最小–最大 | 1 手続あたり（ns） | 準備（ms、1 回だけ） |");
    println!("|---|---|---|---|---|---|");
    for procedures in [100, 300, 1_000, 3_000, 10_000] {
        let pack = Arc::new(city::grown(flat, procedures));
        let rulebook = || Rulebook::new(&pack, event, ON).expect("a rulebook");
        let book = rulebook();
        assert_eq!(book.len(), procedures);
        let samples = Samples::take(PEOPLE, |at| book.judge(&people[at].facts));
        let made = Samples::take(1, |_| rulebook());
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let each = samples.median() / procedures as f64;
        println!("| {procedures} | {} | {each:.0} | {:.2} |", samples.cells(), made.median() / 1e6);
    }
}

/// One family, larger and larger.
fn households(city: &Arc<Pack>) {
    let book = Rulebook::new(city, "move_in", ON).expect("a rulebook");
    println!("\n### 世帯が大きいとき（転入、{} 手続。世帯員ごとの手続は一人ずつ判定）\n", book.len());
    println!("| 世帯員 | 判定の数 | 中央値（µs） | 中央の半分 | 最小–最大 | 判定 1 つあたり（ns） |");
    println!("|---|---|---|---|---|---|");
    let mut chance = Chance(2);
    for members in [1, 4, 12, 50, 200] {
        let families: Vec<Facts> =
            (0..4).map(|_| household(city, "move_in", members, ON, &mut chance)).collect();
        let verdicts: usize = families.iter().map(|facts| book.judge(facts).entries.len()).sum();
        let samples = Samples::take(families.len(), |at| book.judge(&families[at]));
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let verdicts = verdicts as f64 / families.len() as f64;
        println!("| {members} | {verdicts:.0} | {} | {:.0} |", samples.cells(), samples.median() / verdicts);
    }
}

/// The saved people of the sample city, each in their own event.
fn scenarios(city: &Arc<Pack>) {
    let cases: Vec<(Rulebook, &Facts)> = city
        .scenarios
        .iter()
        .map(|saved| (Rulebook::new(city, saved.event.as_str(), saved.on).expect("a rulebook"), &saved.facts))
        .collect();
    let all = Samples::take(cases.len(), |at| cases[at].0.judge(cases[at].1));
    let each = cases.iter().map(|(book, facts)| best_of_three(|| book.judge(facts)));
    let slowest = each.fold(0.0, f64::max);
    println!("\n### 場面テストの {} 人（実際に近い案件）\n", cases.len());
    println!("| 中央値（1 件、µs） | 中央の半分 | 最小–最大 | いちばん遅い人（µs） |");
    println!("|---|---|---|---|");
    println!("| {} | {} |", all.cells(), micros(slowest));
}

/// The fastest of three, so that one interruption of one person does not count.
fn best_of_three<T>(call: impl Fn() -> T) -> f64 {
    const CALLS: u32 = 20;
    let one = |_| {
        let started = used();
        for _ in 0..CALLS {
            black_box(call());
        }
        since(started).as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    (0..3).map(one).fold(f64::INFINITY, f64::min)
}

/// What a supervisor waits for.
fn packs(city: &Arc<Pack>) {
    let files = madoka_sample::city();
    let findings = analyse(city, city.valid.from);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let read = Samples::take(1, |_| read_pack(&files).is_ok());
    let checked = Samples::take(1, |_| analyse(city, city.valid.from));
    println!(
        "\n### 手続パック（みなと野市、{} 手続、{} 場面）\n",
        city.procedures.len(),
        city.scenarios.len()
    );
    println!("| 仕事（ms） | 中央値 | 最小–最大 |");
    println!("|---|---|---|");
    println!("| 読む（TOML から、参照の検査まで） | {} |", read.millis());
    println!(
        "| 調べる（`pack check`、誤り {errors} 件、注意 {} 件） | {} |",
        findings.len() - errors,
        checked.millis()
    );
}
