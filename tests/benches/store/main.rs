//! How long an event takes until it is on the disk, beside SQLite alone with the same settings; and how long a search
//! takes among 200,000 cases. Prints its section of `RESULTS.md`.
//!
//! `MADOKA_BENCH_DIR` names another disk than that of the temporary files; `MADOKA_BENCH_SEARCH_ONLY` leaves the first
//! part out.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoka_casework::{
    Author, Case, CaseId, Event, EventId, EventKind, LifeEventId, Outcome, Said, StaffId, TerminalId, Ticket,
};
use madoka_facts::{Source, Statement, Value};
use madoka_store::{Key, Realm, Store};
use rusqlite::Connection;
use uuid::Uuid;

const EVENTS: usize = 3_000;
/// The budget's number of cases, or as many as `MADOKA_BENCH_CASES` says.
fn cases() -> usize {
    std::env::var("MADOKA_BENCH_CASES").ok().and_then(|many| many.parse().ok()).unwrap_or(200_000)
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::var_os("MADOKA_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder).unwrap();
    if std::env::var_os("MADOKA_BENCH_SEARCH_ONLY").is_none() {
        durable(folder.path());
        folding();
    }
    search(folder.path());
}

fn key() -> Key {
    Key::new([7; 32])
}

fn author() -> Author {
    Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse("t1").unwrap() }
}

fn at(second: usize) -> Timestamp {
    Timestamp::from_second(1_763_600_000 + i64::try_from(second).unwrap()).unwrap()
}

fn text(path: &str, text: String) -> EventKind {
    fact(path, Value::Text(text))
}

fn fact(path: &str, value: Value) -> EventKind {
    EventKind::Stated {
        said: Said::new(path.parse().unwrap(), Statement::known(value, Source::Staff)).unwrap(),
    }
}

fn opening(ticket: usize, second: usize) -> Event {
    let life_event = LifeEventId::parse("move_in").unwrap();
    let ticket = Ticket::parse(&ticket.to_string()).unwrap();
    let id = EventId::new(Uuid::now_v7());
    Event::opening(
        id,
        CaseId::new(Uuid::now_v7()),
        author(),
        at(second),
        EventKind::opened(life_event, ticket),
    )
}

/// One case of a hundred events after the other, each event in a commit of its own; beside it, in turns, the same text
/// in one insert a commit.
fn durable(folder: &Path) {
    let mut store = Store::create(&folder.join("madoka.db"), &key(), Realm::Real).unwrap();
    let mut encrypted = raw(&folder.join("encrypted.db"), true);
    let mut plain = raw(&folder.join("plain.db"), false);
    let mut file = File::create(folder.join("bare")).unwrap();
    let mut times: [Vec<Duration>; 5] = Default::default();
    let mut case: Option<Case> = None;
    for n in 0..EVENTS + 200 {
        let event = match &case {
            Some(case) if case.events() < 100 => {
                let kind = match n % 8 {
                    0 => text("applicant.name", format!("架空　{n}郎")),
                    1 => text("applicant.name_kana", format!("カクウ　{n}ロウ")),
                    _ => text("applicant.address", format!("みなと野市架空町{n}丁目1番地")),
                };
                let kind = if case.owner().is_none() { EventKind::Claimed {} } else { kind };
                case.next(EventId::new(Uuid::now_v7()), author(), at(n), kind)
            }
            _ => opening(n, n),
        };
        let json = event.to_json();
        let ours = timed(|| case = Some(store.append(std::slice::from_ref(&event)).unwrap()));
        let name =
            matches!(&event.kind, EventKind::Stated { said } if said.path().to_string().contains("name"));
        let sealed = timed(|| insert(&mut encrypted, &event, &json));
        let open = timed(|| insert(&mut plain, &event, &json));
        let bare = timed(|| {
            file.seek(SeekFrom::Start((n as u64 % 256) * 4096)).unwrap();
            file.write_all(&[7; 4096]).unwrap();
            file.sync_data().unwrap();
        });
        // The first ones warm up.
        if n >= 200 {
            times[usize::from(name)].push(ours);
            for (of, time) in [(2, sealed), (3, open), (4, bare)] {
                times[of].push(time);
            }
        }
    }
    println!("### 出来事ひとつがディスクに載るまで\n");
    println!("`synchronous=FULL`、WAL、鍵の付け方も同じ。{EVENTS} 件を 1 件ずつ交互に（経過時間）。\n");
    println!("| 1 件あたり（µs） | 件 | p50 | p99 | 最大 |");
    println!("|---|---|---|---|---|");
    let labels = [
        "まどか：`append`（畳んで確かめ、連鎖・一覧・送信待ちまで）",
        "まどか：そのうち氏名・フリガナ（検索の索引も）",
        "SQLCipher に同じ文を 1 件 insert・commit",
        "SQLite（暗号なし）に同じ文を 1 件 insert・commit",
        "4 KiB を書いて fdatasync だけ",
    ];
    for (label, mut all) in labels.into_iter().zip(times) {
        all.sort();
        println!(
            "| {label} | {} | {} | {} | {} |",
            all.len(),
            micros(at_share(&all, 50)),
            micros(at_share(&all, 99)),
            micros(at_share(&all, 100))
        );
    }
}

fn raw(path: &Path, encrypted: bool) -> Connection {
    let connection = Connection::open(path).unwrap();
    if encrypted {
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key().to_hex().as_str())).unwrap();
    }
    connection
        .execute_batch(
            "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
             CREATE TABLE events (pos INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;",
        )
        .unwrap();
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    connection
}

fn insert(connection: &mut Connection, event: &Event, json: &str) {
    let transaction = connection.transaction().unwrap();
    transaction
        .prepare_cached("INSERT INTO events (id, json) VALUES (?, ?)")
        .unwrap()
        .execute(rusqlite::params![event.id.as_uuid().as_bytes(), json])
        .unwrap();
    transaction.commit().unwrap();
}

fn folding() {
    println!("\n### 案件を畳む\n");
    println!("| 出来事 | 集まりから畳む（ms、5 回の中央値） |");
    println!("|---|---|");
    for many in [100, 1_000, 10_000] {
        let first = opening(1, 0);
        let mut case = Case::begin(first.clone()).unwrap();
        let mut events = vec![first];
        for n in 1..many {
            let kind = if n == 1 {
                EventKind::Claimed {}
            } else {
                text("applicant.address", format!("架空町{n}"))
            };
            let event = case.next(EventId::new(Uuid::now_v7()), author(), at(n), kind);
            case.apply(&event).unwrap();
            events.push(event);
        }
        let mut times: Vec<Duration> = (0..5)
            .map(|_| {
                let arrived: Vec<Event> = events.iter().rev().cloned().collect();
                timed(|| assert_eq!(Case::fold(arrived).unwrap().events(), many))
            })
            .collect();
        times.sort();
        println!("| {many} | {:.1} |", times[2].as_secs_f64() * 1e3);
    }
}

const FAMILY: [(&str, &str); 24] = [
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("髙橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡邊", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("山口", "ヤマグチ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("林", "ハヤシ"),
    ("齋藤", "サイトウ"),
    ("清水", "シミズ"),
    ("山﨑", "ヤマザキ"),
    ("阿部", "アベ"),
    ("葛󠄀城", "カツラギ"),
    ("架空", "カクウ"),
];
const GIVEN: [(&str, &str); 24] = [
    ("太郎", "タロウ"),
    ("花子", "ハナコ"),
    ("健一", "ケンイチ"),
    ("美咲", "ミサキ"),
    ("翔", "ショウ"),
    ("陽菜", "ヒナ"),
    ("大輔", "ダイスケ"),
    ("由美子", "ユミコ"),
    ("誠", "マコト"),
    ("恵", "メグミ"),
    ("隆", "タカシ"),
    ("洋子", "ヨウコ"),
    ("浩", "ヒロシ"),
    ("幸子", "サチコ"),
    ("直樹", "ナオキ"),
    ("久美子", "クミコ"),
    ("勝", "マサル"),
    ("和子", "カズコ"),
    ("一郎", "イチロウ"),
    ("真由美", "マユミ"),
    ("修", "オサム"),
    ("智子", "トモコ"),
    ("正雄", "マサオ"),
    ("文", "フミ"),
];

/// Common names are common: most people have one of the first few.
fn pick(random: &mut u64, many: usize) -> usize {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    let one = usize::try_from(*random % 10_007).unwrap();
    (one * one / 10_007) * many / 10_007
}

fn search(folder: &Path) {
    let cases = cases();
    let path = folder.join("many.db");
    let mut store = Store::create(&path, &key(), Realm::Real).unwrap();
    let mut random = 0x9E37_79B9_7F4A_7C15;
    let started = Instant::now();
    for n in 0..cases {
        let first = opening(n % 900, n * 300);
        let mut case = Case::begin(first.clone()).unwrap();
        let mut events = vec![first];
        let (family, given) = (FAMILY[pick(&mut random, 24)], GIVEN[pick(&mut random, 24)]);
        let born = format!("{}-{:02}-{:02}", 1930 + n % 90, 1 + n % 12, 1 + n % 28);
        let kinds = [
            EventKind::Numbered { number: 26_001_000_000 + n as u64 },
            EventKind::Claimed {},
            text("applicant.name", format!("{}　{}", family.0, given.0)),
            text("applicant.name_kana", format!("{}　{}", family.1, given.1)),
            fact("applicant.birth_date", Value::parse_date(&born).unwrap()),
            EventKind::Closed { outcome: Outcome::Completed, reason: None },
        ];
        for kind in kinds {
            let event = case.next(EventId::new(Uuid::now_v7()), author(), at(n * 300), kind);
            case.apply(&event).unwrap();
            events.push(event);
        }
        store.append(&events).unwrap();
    }
    let written = started.elapsed();
    let last = opening(1, cases * 300);
    let case = store.append(std::slice::from_ref(&last)).unwrap();
    let claim = case.next(EventId::new(Uuid::now_v7()), author(), at(0), EventKind::Claimed {});
    let case = store.append(&[claim]).unwrap();
    let rare = text("applicant.name", "龗神　鵺".to_owned());
    store.append(&[case.next(EventId::new(Uuid::now_v7()), author(), at(0), rare)]).unwrap();
    store.close().unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let started = Instant::now();
    let store = Store::open(&path, &key(), Realm::Real).unwrap();
    let opened = started.elapsed();
    println!("\n### 検索（{cases} 案件、氏名・フリガナ・生年月日つき、20 件まで）\n");
    println!(
        "ファイル {} MB、書込み {:.0} 秒（1 案件 7 件を 1 commit）、閉じたものを開くまで {:.0} ms。\n",
        size / 1_000_000,
        written.as_secs_f64(),
        opened.as_secs_f64() * 1e3
    );
    println!("| 探す言葉 | 見つかった | 初めて（ms） | 中央値（ms） | 最大（ms、20 回） |");
    println!("|---|---|---|---|---|");
    for words in [
        "佐藤",
        "さとう",
        "高橋 花子",
        "渡辺",
        "山崎 智子",
        "ナベ",
        "子",
        "葛城 文",
        "龗",
        "龗神",
        "田中 1955-03-04",
        "昭和30年4月5日",
        "26001123456",
        "123",
        "佐藤 さとう たろう 1930-01-01",
        "いない　ひと",
        "サトウ　ミズ",
    ] {
        let cold = timed(|| assert!(store.search(words, 20).is_ok()));
        let mut found = 0;
        let mut times: Vec<Duration> =
            (0..20).map(|_| timed(|| found = store.search(words, 20).unwrap().cases.len())).collect();
        times.sort();
        let millis = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
        println!("| {words} | {found} | {} | {} | {} |", millis(cold), millis(times[10]), millis(times[19]));
    }
    let day = timed(|| assert!(store.opened_between(at(0), at(86_400)).unwrap().len() > 200));
    println!("| （一日の一覧、288 案件） | 288 | {:.1} | | |", day.as_secs_f64() * 1e3);
}

fn timed(call: impl FnOnce()) -> Duration {
    let started = Instant::now();
    call();
    started.elapsed()
}

fn at_share(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn micros(time: Duration) -> String {
    format!("{:.0}", time.as_secs_f64() * 1e6)
}
