//! Killed at every write: a program works cases and is killed (SIGKILL) at random moments; nothing it had
//! acknowledged may be missing, doubled or out of order.
//!
//! `MADOKA_KILLS=1000 cargo test --release -p madoka-store --test kill -- --nocapture` kills as often as wanted.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{at, author, key, open, stated};
use madoka_casework::{CaseId, Event, EventId, EventKind, JobId, LifeEventId, Outcome, Step, Ticket, Words};
use madoka_facts::Value;
use madoka_store::{AuditAct, AuditEntry, Realm, Store};
use uuid::Uuid;

const WORKER: &str = "殺される側";

#[test]
fn 殺されても約束した記録は一度だけ順に残る() {
    let kills: u32 = std::env::var("MADOKA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("madoka.db");
    Store::create(&path, &key(), Realm::Real).unwrap().close().unwrap();
    let mut promised: Vec<Uuid> = Vec::new();
    let mut audited = 0;
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut while_writing = 0;
    for kill in 0..kills {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut worker = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", WORKER, "--ignored", "--nocapture"])
            .env("MADOKA_WORK_AT", &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = worker.stdout.take().unwrap();
        // Every fourth dies already while it opens; the others at any moment of their work.
        let patience = if kill % 4 == 0 { random % 12_000 } else { 8_000 + random % 150_000 };
        std::thread::sleep(Duration::from_micros(patience));
        worker.kill().unwrap();
        worker.wait().unwrap();
        let before = promised.len();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match line.split_once(' ') {
                Some(("event", id)) if id.len() == 36 => promised.push(id.parse().unwrap()),
                Some(("audit", _)) => audited += 1,
                _ => {}
            }
        }
        while_writing += u32::from(promised.len() > before);
        let store = open(&path).unwrap();
        let (events, entries) = store.verify().unwrap();
        let kept: Vec<Uuid> =
            store.outbox(usize::MAX).unwrap().iter().map(|event| event.id.as_uuid()).collect();
        assert_eq!(events, kept.len() as u64);
        assert_eq!(kept.iter().collect::<BTreeSet<_>>().len(), kept.len(), "once");
        let known: BTreeSet<&Uuid> = promised.iter().collect();
        let in_order: Vec<Uuid> = kept.iter().filter(|id| known.contains(id)).copied().collect();
        assert_eq!(in_order, promised, "all that was promised, in order, after {kill} kills");
        // What was written and not yet promised: at most one append (of up to two events) a kill.
        assert!(kept.len() - promised.len() <= 2 * (kill as usize + 1) && entries >= audited);
    }
    let store = open(&path).unwrap();
    store.check().unwrap();
    for case in store.opened_between(at(-1), at(1_000_000_000)).unwrap() {
        let events = store.events(case.id).unwrap();
        assert_eq!(madoka_casework::Case::fold(&events).unwrap(), store.case(case.id).unwrap());
    }
    println!(
        "{kills} kills, {while_writing} of them after the first promise, {} events promised, {} kept",
        promised.len(),
        store.events_written()
    );
    assert!(!promised.is_empty());
}

/// The program that is killed. It does nothing unless it is told where.
#[test]
#[ignore = "started by the test above"]
fn 殺される側() {
    let Ok(path) = std::env::var("MADOKA_WORK_AT") else { return };
    let mut store = open(Path::new(&path)).unwrap();
    let mut out = std::io::stdout();
    for round in 0.. {
        let case = CaseId::new(Uuid::now_v7());
        let opened = EventKind::opened(LifeEventId::parse("death").unwrap(), Ticket::parse("1").unwrap());
        let opening = Event::opening(EventId::new(Uuid::now_v7()), case, author("t1"), at(round), opened);
        let mut now = store.append(std::slice::from_ref(&opening)).unwrap();
        promise(&mut out, &opening);
        let kinds = [
            EventKind::Claimed {},
            EventKind::StepEntered { step: Step::Reading },
            stated("applicant.name", Value::Text(format!("架空　{round}郎"))),
            stated("applicant.name_kana", Value::Text("カクウ　タロウ".into())),
            EventKind::Noted { words: Words::parse(&"長い覚え書き".repeat(500)).unwrap() },
            EventKind::Printed {
                job: JobId::parse("job-1").unwrap(),
                forms: vec!["juminhyo".parse().unwrap()],
                said: at(round),
                seen: None,
            },
            EventKind::Closed { outcome: Outcome::Completed, reason: None },
        ];
        for pair in kinds.chunks(2) {
            // Two at once: both or neither.
            let mut case = now.clone();
            let mut events = Vec::new();
            for kind in pair {
                let event = case.next(EventId::new(Uuid::now_v7()), author("t1"), at(round), kind.clone());
                case.apply(&event).unwrap();
                events.push(event);
            }
            now = store.append(&events).unwrap();
            for event in &events {
                promise(&mut out, event);
            }
            store.spool_put("job-1", "2026", b"entry").unwrap();
        }
        let entry =
            AuditEntry { at: at(round), by: author("t1"), act: AuditAct::Seen, case: Some(case), what: None };
        store.audit(&[entry]).unwrap();
        writeln!(out, "audit {round}").unwrap();
    }
}

fn promise(out: &mut impl Write, event: &Event) {
    writeln!(out, "event {}", event.id).unwrap();
    out.flush().unwrap();
}
