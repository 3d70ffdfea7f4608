//! What is left when all has healed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{Case, CaseId, Event, EventKind, GuideOn};
use madoka_server::clock::SystemClock;
use madoka_server::config::Config;
use madoka_server::server::Server;
use madoka_server::storage::{StorageError, Tx};
use madoka_server::values;
use madoka_store::{Realm, Store};
use serde_json::Value;
use uuid::Uuid;

use super::Run;
use super::folders::{Search, files};
use super::hall::{CURIOUS, Hall};
use super::memory::{Sample, held};
use super::processes::Terminal;
use super::reading;
use super::tally::Tally;

/// Growth beyond this from one half of a long run to the other is a leak: so many hundredths …
const GROWTH: u64 = 20;
/// … and so many KiB, which a page cache or an arena may take at any time.
const ROOM: u64 = 16 * 1024;

/// Everything one terminal has.
struct Has {
    /// Event → its text.
    events: BTreeMap<Uuid, String>,
    /// Case → as it shows it.
    cases: BTreeMap<CaseId, String>,
    late: u32,
}

fn has(terminal: &Terminal) -> Has {
    let store = Store::look_in(&terminal.folder, Realm::Real).unwrap();
    let far = SignedDuration::from_hours(24 * 365 * 50);
    let all = store.opened_between(Timestamp::now() - far, Timestamp::now() + far).unwrap();
    let (mut events, mut cases, mut late) = (BTreeMap::new(), BTreeMap::new(), 0);
    for summary in &all {
        late += summary.late;
        let of: Vec<Event> = store.events(summary.id).unwrap();
        let case = store.case(summary.id).unwrap();
        // What it shows is what its events make.
        assert_eq!(
            Case::fold(of.clone()).unwrap(),
            case,
            "{}: a case shows something else than its events",
            terminal.name
        );
        cases.insert(summary.id, serde_json::to_string(&case).unwrap());
        events.extend(of.into_iter().map(|event| (event.id.as_uuid(), event.to_json())));
    }
    // Both chains, every page.
    store.check().unwrap();
    assert_eq!(store.outbox_len().unwrap(), 0, "{} still has something to say", terminal.name);
    Has { events, cases, late }
}

struct AtServer {
    events: BTreeMap<Uuid, String>,
    seen_by_the_curious: u64,
    audit: u64,
}

fn at_server(hall: &Hall) -> AtServer {
    let data = hall.city.data();
    let server = Server::open(&data, Config::read(&data).unwrap(), Arc::new(SystemClock)).unwrap();
    let read = |tx: &mut Tx<'_>| -> Result<AtServer, StorageError> {
        let mut events = BTreeMap::new();
        for row in tx.query("SELECT id, json FROM case_events", &[])? {
            let json: Vec<u8> = row.get(1)?;
            events.insert(row.get::<Uuid>(0)?, String::from_utf8(json).unwrap());
        }
        let seen =
            tx.row("SELECT COUNT(*) FROM audit WHERE staff = ?1 AND act = 'seen'", values![CURIOUS])?;
        let audit = tx.row("SELECT COUNT(*) FROM audit", &[])?;
        Ok(AtServer { events, seen_by_the_curious: seen.unwrap().get(0)?, audit: audit.unwrap().get(0)? })
    };
    server.db().read_and_wait(read).unwrap()
}

pub(super) fn look(hall: &Hall, tally: &mut Tally, stolen: Option<&Value>) {
    let server = at_server(hall);
    hall.city.verify();
    let counters: Vec<&Terminal> = hall
        .terminals
        .iter()
        .enumerate()
        .filter(|(at, one)| Some(*at) != hall.thief && !one.is_department())
        .map(|(_, one)| one)
        .collect();
    let all: Vec<Has> = counters.iter().map(|one| has(one)).collect();
    the_same(&counters, &all, &server);
    departments_have_nothing(hall);
    let union = &server.events;
    kept_promises(hall, union, tally);
    thief_learns_nothing(hall, tally, stolen);
    audit_tells(tally, &server);
    papers(hall, union, tally);
    nothing_leaks(hall, union, tally);
    nothing_panicked(hall);
    tally.find("案件", all[0].cases.len());
    tally.find("記録（サーバーと窓口の端末のすべてに同じ）", union.len());
    tally.find("監査の記録（つながりを確かめた）", server.audit);
    let of_edition = |version: u64| {
        let of = |text: &&String| match Event::from_json(text).unwrap().kind {
            EventKind::Opened { pack, .. } => pack.is_some_and(|pack| pack.version == version),
            _ => false,
        };
        union.values().filter(of).count()
    };
    tally.find(
        "3月31日までの版で始めた案件／4月1日からの版で",
        format!("{}／{}", of_edition(1), of_edition(2)),
    );
    tally.find("遅れた記録（人が決める）", all[0].late);
    tally.find("紙にした頁", tally.pages);
    let unexpected: Vec<&String> = tally.refused.keys().filter(|what| is_a_fault(what)).collect();
    assert!(unexpected.is_empty(), "refused as it never may be: {unexpected:?}");
}

/// Codes that no fault of the day explains.
fn is_a_fault(what: &str) -> bool {
    let code = what.split(' ').next().unwrap_or_default();
    matches!(
        code,
        "STORE-02"
            | "STORE-03"
            | "STORE-05"
            | "STORE-06"
            | "STORE-07"
            | "STORE-08"
            | "STORE-09"
            | "STORE-18"
            | "STORE-19"
            | "STORE-99"
            | "PACK-40"
            | "CASE-03"
            | "CASE-06"
            | "STAFF-06"
            | "SYNC-02"
            | "SYNC-06"
            | "SYNC-08"
            | "SYNC-09"
    )
}

/// Every counter has what the server has, and shows each case as all others do.
fn the_same(counters: &[&Terminal], all: &[Has], server: &AtServer) {
    for (terminal, has) in counters.iter().zip(all) {
        let lacks = server.events.keys().filter(|id| !has.events.contains_key(id)).count();
        let alone = has.events.keys().filter(|id| !server.events.contains_key(id)).count();
        assert_eq!((lacks, alone), (0, 0), "{}: lacks so many events, has so many alone", terminal.name);
        let other = has.events.iter().filter(|(id, text)| server.events[id] != **text).count();
        assert_eq!(other, 0, "{}: so many events say something else than at the server", terminal.name);
        let folded = has.cases.iter().filter(|(id, case)| all[0].cases.get(id) != Some(case)).count();
        assert_eq!(
            (folded, has.cases.len()),
            (0, all[0].cases.len()),
            "{} shows cases in another way",
            terminal.name
        );
    }
}

/// 関係課: asked and answering, they have no case.
fn departments_have_nothing(hall: &Hall) {
    for terminal in hall.terminals.iter().filter(|one| one.is_department()) {
        let store = Store::look_in(&terminal.folder, Realm::Real).unwrap();
        assert_eq!(store.events_written(), 0, "{} has events of cases", terminal.name);
    }
}

/// What an officer was told is kept is kept; what a department answered is in the case.
fn kept_promises(hall: &Hall, union: &BTreeMap<Uuid, String>, tally: &mut Tally) {
    let heard = hall.heard.lock().unwrap();
    let thief = hall.thief.map(|at| hall.terminals[at].name.clone());
    let (mut kept, mut gone) = (0, 0);
    for (id, who) in &heard.promised {
        if union.contains_key(&id.parse::<Uuid>().unwrap()) {
            kept += 1;
        } else {
            assert_eq!(Some(who), thief.as_ref(), "promised by {who} and lost: {id}");
            gone += 1;
        }
    }
    assert!(kept > 0);
    tally.find(
        "職員に「残した」と言った記録のうち、残っているもの",
        format!("{kept}／{}", heard.promised.len() - gone),
    );
    tally.find("盗まれた端末から、まだ送られていなかった記録", gone);
    let replies: BTreeSet<String> = union
        .values()
        .filter_map(|text| match Event::from_json(text).unwrap().kind {
            EventKind::ReplyGiven { inquiry, .. } => Some(inquiry.to_string()),
            _ => None,
        })
        .collect();
    let lost = heard.replied.iter().filter(|inquiry| !replies.contains(*inquiry)).count();
    assert_eq!(lost, 0, "answers of departments were lost");
    tally.find("関係課の回答（すべて案件にある）", heard.replied.len());
}

/// Since it was revoked the stolen terminal was given nothing, and knows that it may not.
fn thief_learns_nothing(hall: &Hall, tally: &mut Tally, stolen: Option<&Value>) {
    let Some(at) = hall.thief else { return };
    let store = Store::look_in(&hall.terminals[at].folder, Realm::Real).unwrap();
    let heard = hall.heard.lock().unwrap();
    let far = SignedDuration::from_hours(24 * 365 * 50);
    for summary in store.opened_between(Timestamp::now() - far, Timestamp::now() + far).unwrap() {
        for event in store.events(summary.id).unwrap() {
            assert!(
                !heard.after_theft.contains(&event.id.to_string()),
                "the stolen terminal was given something"
            );
        }
    }
    let refused = stolen.and_then(|stands| stands["refused"].as_str()).unwrap_or_default().to_owned();
    assert!(!refused.is_empty(), "the stolen terminal does not know it: {stolen:?}");
    tally.find(
        "盗難のあとに残された記録のうち、盗まれた端末に届いたもの",
        format!("0／{}（{refused}）", heard.after_theft.len()),
    );
}

/// 好奇心のある職員: each look is in the server's audit.
fn audit_tells(tally: &mut Tally, server: &AtServer) {
    let said = tally.of("read_without_a_reason");
    assert!(
        server.seen_by_the_curious >= said,
        "{} of {said} looks are in the audit",
        server.seen_by_the_curious
    );
    tally.find("用もなく見た案件／監査に残る閲覧", format!("{said}／{}", server.seen_by_the_curious));
}

/// What stands as printed came out.
fn papers(hall: &Hall, union: &BTreeMap<Uuid, String>, tally: &mut Tally) {
    let mut jobs = BTreeSet::new();
    let mut guides = 0;
    for text in union.values() {
        match Event::from_json(text).unwrap().kind {
            EventKind::Printed { job, .. } => drop(jobs.insert(job.to_string())),
            EventKind::GuideIssued { on: GuideOn::Paper, .. } => guides += 1,
            _ => {}
        }
    }
    let sheets = hall.printer.sheets().len();
    assert!(
        sheets >= jobs.len() + guides,
        "{sheets} came out, {} and {guides} are said to be printed",
        jobs.len()
    );
    tally.find("印刷済みの記録／プリンターから出た書類", format!("{}／{sheets}", jobs.len() + guides));
}

/// No word of a resident outside the encryption, no secret of a card anywhere at all.
fn nothing_leaks(hall: &Hall, union: &BTreeMap<Uuid, String>, tally: &mut Tally) {
    let mut words: Vec<String> = hall.heard.lock().unwrap().words.iter().cloned().collect();
    words.extend(reading::words());
    let secrets = Search::of(reading::secrets());
    for text in union.values() {
        assert!(secrets.find(text.as_bytes()).is_none(), "an event holds a secret of a card");
    }
    words.extend(reading::secrets());
    let search = Search::of(words);
    let (mut looked, mut bytes) = (0_u64, 0_u64);
    let folders = hall.terminals.iter().map(|one| one.folder.clone());
    let server = hall.city.data().parent().unwrap().to_owned();
    for folder in folders.chain([server]) {
        for file in files(&folder) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                name != "core" && !name.starts_with("core."),
                "{} is a picture of memory",
                file.display()
            );
            let content = fs::read(&file).unwrap();
            assert!(!content.starts_with(b"SQLite format 3"), "{} is not encrypted", file.display());
            if let Some(word) = search.find(&content) {
                let kept = std::env::temp_dir().join("madoka-day-leak");
                let _ = fs::copy(&file, &kept);
                panic!(
                    "{} holds a resident's word ({word}); a copy lies in {}",
                    file.display(),
                    kept.display()
                );
            }
            looked += 1;
            bytes += content.len() as u64;
        }
    }
    tally.find(
        "漏れ",
        format!("0（{}語を{looked}のファイル、{}MBの中に探した）", search.len() / 3, bytes / 1_000_000),
    );
}

fn nothing_panicked(hall: &Hall) {
    let folders = hall.terminals.iter().map(|one| one.folder.clone());
    for folder in folders.chain([hall.city.data().parent().unwrap().to_owned()]) {
        for file in ["stderr.log", "trace.log", "serve.log"] {
            let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
            assert!(!text.contains("panicked"), "{}: {text}", folder.display());
        }
    }
}

/// 記憶: flat, in a run long enough to tell. Answers who grew.
pub(super) fn memory(run: Run, samples: &[Sample], hall: &Hall, tally: &mut Tally) -> Vec<String> {
    let steady = hall.terminals.iter().enumerate().filter(|(at, _)| at % 4 == 1 || !run.is_long());
    let steady: Vec<&str> = steady.map(|(_, one)| one.name.as_str()).collect();
    let mut grew = Vec::new();
    let mut flat = |what: &str,
                    who: &[&str],
                    [early, late]: [(f64, f64); 2],
                    of: fn(&Sample) -> Option<u64>| {
        let held = |who: &str, (from, to): (f64, f64)| held(samples, who, of, from, to);
        let pairs = who.iter().filter_map(|who| Some((*who, held(who, early)?, held(who, late)?)));
        let pairs: Vec<(&str, u64, u64)> = pairs.collect();
        let beyond = pairs.iter().filter(|(_, before, after)| *after > before + before * GROWTH / 100 + ROOM);
        grew.extend(beyond.map(|(who, before, after)| format!("{what} of {who}: {before} → {after} KiB")));
        let Some((who, ..)) = pairs.iter().max_by_key(|(_, before, after)| after * 1000 / before.max(&1))
        else {
            return;
        };
        let tenths = (0..10).map(|tenth| f64::from(tenth) / 10.0);
        let course = tenths.map(|from| held(who, (from, from + 0.1)).map_or(0, |kib| kib / 1024));
        let course: Vec<String> = course.map(|mib| mib.to_string()).collect();
        let most = samples.iter().filter(|one| one.who == *who).filter_map(of).max().unwrap_or(0) / 1024;
        tally.find(what, format!("{} MiB（{who}、最大 {most}）", course.join(" ")));
    };
    // From half of the run on the server stays, and open cases stay on the old edition beside the new one.
    let (of_server, of_terminals) = ([(0.7, 0.8), (0.9, 1.0)], [(0.55, 0.7), (0.85, 1.0)]);
    flat("サーバーの記憶（PSS、十分の一ごと）", &["server"], of_server, |one| {
        Some(one.given)
    });
    flat("最も増えた端末の使っている記憶（十分の一ごと）", &steady, of_terminals, |one| one.in_use);
    flat("最も増えた端末の記憶（PSS、十分の一ごと）", &steady, of_terminals, |one| {
        Some(one.given)
    });
    let most = samples.iter().filter(|one| one.who != "server").map(|one| one.given).max().unwrap_or(0);
    tally.find("端末の最大の記憶（PSS）", format!("{} MiB", most / 1024));
    if !run.is_long() {
        grew.clear();
    }
    grew
}
