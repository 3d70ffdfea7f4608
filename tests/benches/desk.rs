//! 監督者の机 of a large city: 1,000 procedures, 600 questions and 300 forms in one draft, opened and edited.
//!
//! The sample city several times over, under other ids. What is measured is one call as the window makes it, with its answer
//! written as JSON; a person types no faster than a few of them a second.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a measurement says what it saw, and stops where it cannot go on"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::io::{Cursor, Write as _};
use std::time::Instant;

use madoka_counter::supervisor::{EditGiven, EntryRef, FormEdit, TryStart, ValueGiven};
use madoka_counter::visit::Given;
use madoka_counter::{Counter, MachineClock};
use madoka_sample::Files;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Value};

const PROCEDURES: usize = 1_000;
const QUESTIONS: usize = 600;
const FORMS: usize = 300;
const ROUNDS: usize = 30;

fn text<'f>(files: &'f Files, path: &str) -> &'f str {
    std::str::from_utf8(&files[path]).expect("text")
}

/// Another copy of an entry, under another id and name.
fn renamed(table: &toml_edit::Table, key: &str, id: &str) -> toml_edit::Table {
    let mut copy = table.clone();
    unplaced(&mut copy);
    copy.insert(key, Item::Value(Value::from(id)));
    copy
}

/// What a table knew of its place in a file would put its parts among those of another.
fn unplaced(table: &mut toml_edit::Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Some(inner) = item.as_table_mut() {
            unplaced(inner);
        }
        item.as_array_of_tables_mut().into_iter().flat_map(ArrayOfTables::iter_mut).for_each(unplaced);
    }
}

fn tables<'d>(doc: &'d DocumentMut, list: &str) -> Vec<&'d toml_edit::Table> {
    doc.get(list).and_then(Item::as_array_of_tables).into_iter().flat_map(ArrayOfTables::iter).collect()
}

/// Every entry of a list, over all files.
fn entries(files: &Files, list: &str, key: &str) -> Vec<(String, toml_edit::Table)> {
    let mut out = Vec::new();
    for path in files.keys().filter(|path| {
        path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml") && !path.starts_with("forms/")
    }) {
        let Ok(doc) = text(files, path).parse::<DocumentMut>() else { continue };
        for table in tables(&doc, list) {
            if let Some(id) = table.get(key).and_then(Item::as_str) {
                out.push((id.to_owned(), table.clone()));
            }
        }
    }
    out
}

/// The same lists until there are so many; answers how many there are.
fn fill(
    files: &mut Files,
    list: &str,
    key: &str,
    wanted: usize,
    more: impl Fn(&mut Files, &str, &str),
) -> usize {
    let known = entries(files, list, key);
    let mut all = ArrayOfTables::new();
    let mut count = known.len();
    'full: for round in 2.. {
        for (id, table) in &known {
            if count >= wanted {
                break 'full;
            }
            let other = format!("{id}_{round}");
            more(files, id, &other);
            all.push(renamed(table, key, &other));
            count += 1;
        }
    }
    let mut doc = DocumentMut::new();
    doc.insert(list, Item::ArrayOfTables(all));
    files.insert(format!("more_{list}.toml"), doc.to_string().into_bytes());
    count
}

fn large_city() -> (Files, [usize; 3]) {
    let mut files = madoka_sample::city_with_papers();
    let procedures = fill(&mut files, "procedure", "id", PROCEDURES, |_, _, _| {});
    // A question asks for a fact of its own.
    let facts: BTreeMap<String, toml_edit::Table> = entries(&files, "fact", "path").into_iter().collect();
    let mut declared = ArrayOfTables::new();
    let questions = entries(&files, "question", "fact");
    let (mut count, mut asked, mut made) = (questions.len(), ArrayOfTables::new(), BTreeSet::new());
    'full: for round in 2..20 {
        for (fact, question) in &questions {
            if count >= QUESTIONS {
                break 'full;
            }
            let Some(declaration) = facts.get(fact) else { continue };
            let other = format!("{fact}_{round}");
            // One fact may be asked for by two questions.
            if made.insert(other.clone()) {
                declared.push(renamed(declaration, "path", &other));
            }
            asked.push(renamed(question, "fact", &other));
            count += 1;
        }
    }
    for (list, all) in [("fact", declared), ("question", asked)] {
        let mut doc = DocumentMut::new();
        doc.insert(list, Item::ArrayOfTables(all));
        files.insert(format!("more_{list}.toml"), doc.to_string().into_bytes());
    }
    let forms = fill(&mut files, "form", "id", FORMS, |files, id, other| {
        let own: Vec<(String, Vec<u8>)> = files
            .iter()
            .filter_map(|(path, bytes)| {
                let file = path.strip_prefix(&format!("forms/{id}/"))?;
                let text = || {
                    String::from_utf8_lossy(bytes).replacen(&format!("\"{id}\""), &format!("\"{other}\""), 1)
                };
                let bytes = if file == "form.toml" { text().into_bytes() } else { bytes.clone() };
                Some((format!("forms/{other}/{file}"), bytes))
            })
            .collect();
        files.extend(own);
    });
    (files, [procedures, count, forms])
}

fn zipped(files: &Files) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(path.as_str(), zip::write::SimpleFileOptions::default()).expect("a file begins");
        archive.write_all(bytes).expect("a file is written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Milliseconds: median and slowest.
fn timed<T: serde::Serialize>(rounds: usize, mut work: impl FnMut(usize) -> T) -> (f64, f64, usize) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for round in 0..rounds {
        let since = Instant::now();
        let answer = black_box(work(round));
        bytes = serde_json::to_vec(&answer).expect("JSON").len();
        times.push(since.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1], bytes)
}

fn main() {
    let (files, [procedures, questions, forms]) = large_city();
    let archive = zipped(&files);
    let folder = tempfile::tempdir().expect("a folder");
    let mut counter = Counter::practice(folder.path(), MachineClock).expect("a counter");
    counter.supervise().expect("the desk");
    let since = Instant::now();
    counter.draft_take_zip(&archive, "").unwrap_or_else(|error| panic!("{error}"));
    let taken = since.elapsed().as_secs_f64();

    println!(
        "手続{procedures}、質問{questions}、様式{forms}の下書き（みなと野市を、別のIDで足したもの）。一つの命令と、その答えをJSONにするまで、{ROUNDS}回。\n"
    );
    println!("| すること | 中央値 | いちばん遅い回 | 答えの大きさ |");
    println!("|---|---|---|---|");
    let say = |what: &str, (median, slowest, bytes): (f64, f64, usize)| {
        println!("| {what} | {median:.1} ms | {slowest:.1} ms | {} KB |", bytes / 1024);
    };
    let procedure = EntryRef { section: "procedure".to_owned(), id: "death.grave_2".to_owned(), nth: 0 };
    say("机の一覧（手続・質問・指摘のすべて）", timed(ROUNDS, |_| counter.supervise().expect("the desk")));
    say("選べるものの一覧", timed(ROUNDS, |_| counter.draft_choosable().expect("choices")));
    say("手続を一つ開く", timed(ROUNDS, |_| counter.draft_entry(&procedure).expect("an entry")));
    say(
        "手続の文を一つ直す（パック全体を読み直す）",
        timed(ROUNDS, |round| {
            let edit = EditGiven::Write {
                field: "name".to_owned(),
                language: Some("ja".to_owned()),
                value: ValueGiven::Text(format!("市営墓地の使用者承継{round}")),
            };
            counter.draft_edit(&procedure, &edit, "").expect("an edit")
        }),
    );
    let saved = TryStart::Scenario { id: "kaigo_02".to_owned() };
    say("すぐ試すを始める（場面テストから）", timed(ROUNDS, |_| counter.draft_try(&saved).expect("a try")));
    say("試している人の判定（直すたびに）", timed(ROUNDS, |_| counter.draft_tried().expect("a try")));
    counter.draft_try(&TryStart::Fresh { event: "death".to_owned(), on: None }).expect("a try");
    say(
        "試しの質問に答える",
        timed(ROUNDS, |round| {
            let day = Given::Text(format!("2026-10-{:02}", round % 28 + 1));
            counter.draft_answer("case.death_date", &day).expect("an answer")
        }),
    );
    // It runs beside whoever goes on editing, 0.7 s after the last change.
    say(
        "直したあとの注意（点検）",
        timed(5, |_| {
            let found = counter.draft_to_check().expect("a check").run();
            counter.draft_checked(found).expect("checked")
        }),
    );
    say("元に戻す", timed(ROUNDS / 2, |_| counter.draft_undo().expect("undone")));
    say("様式の一覧（初めて）", timed(1, |_| counter.draft_forms().expect("forms")));
    say("様式の一覧", timed(ROUNDS, |_| counter.draft_forms().expect("forms")));
    say("様式を開く（初めて）", timed(1, |_| counter.draft_form("resident_change").expect("a form")));
    say("様式を開く", timed(ROUNDS, |_| counter.draft_form("resident_change").expect("a form")));
    say("入れる事実の一覧", timed(ROUNDS, |_| counter.draft_form_facts().expect("facts")));
    let first = counter.draft_form("resident_change").expect("a form").fields[0].path.clone();
    say(
        "様式の欄を動かす",
        timed(ROUNDS, |_| {
            let shift = FormEdit::Shift { fields: vec![first.clone()], right: 0.5, down: 0.0 };
            counter.draft_form_edit("resident_change", &[shift], "").expect("moved")
        }),
    );
    say("網羅の地図", timed(3, |_| counter.draft_coverage().expect("a map")));
    println!(
        "\nZIPからの取り込み（{}ファイル、{:.1} MB）は{taken:.1} 秒でした。",
        files.len(),
        archive.len() as f64 / 1e6
    );
}
