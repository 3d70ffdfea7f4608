//! 統計: rows without anybody in them, counted once, and small numbers hidden.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use madoka_casework::{
    Author, Case, CaseId, Event, EventId, EventKind, FoundBy, LifeEventId, Mark, MissedProcedure, OfficeId,
    Outcome, ProcedureId, ProcedureRef, Said, StaffId, Step, TerminalId, Ticket, Words,
};
use madoka_facts::{Source, Statement, Value};
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::storage::{StorageError, Tx, Value as Column};
use madoka_server::testing::{TestCity, TestTerminal};
use madoka_store::{Key, Realm, Store};
use madoka_sync::terminal::statistics::report;
use madoka_sync::terminal::{Client, Identity};
use madoka_sync::wire::statistics::{
    By, CSV, Figures, QUERY, Query, ROWS, Row, RowId, Rows, RowsKept, Statistics,
};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Plainly made up, and nowhere else in the world.
const MARKS: [&str; 4] = ["印印印花子", "インインインハナコ", "架空県みなと野市印印町9-9-9", "09000009999"];

/// A whole visit of somebody marked.
fn case(number: u128, life_event: &str, hour: i64) -> Case {
    let by = Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse("t1").unwrap() };
    let at = |second: i64| Timestamp::from_second(1_795_132_800 + hour * 3600 + second).unwrap();
    let id = |n: u128| EventId::new(Uuid::from_u128(number * 1_000 + n));
    let opened = EventKind::opened(LifeEventId::parse(life_event).unwrap(), Ticket::parse("7").unwrap());
    let case_id = CaseId::new(Uuid::from_u128(0xCA5E_0000 + number));
    let mut case = Case::begin(Event::opening(id(1), case_id, by.clone(), at(0), opened)).unwrap();
    let said = |path: &str, value: Option<&str>, source| {
        let statement = match value {
            Some(value) => Statement::known(Value::Text(value.to_owned()), source),
            None => Statement::unknown(source),
        };
        EventKind::Stated { said: Said::new(path.parse().unwrap(), statement).unwrap() }
    };
    let procedure = ProcedureRef::of_case(ProcedureId::parse("death.head").unwrap());
    let kinds = [
        EventKind::Claimed {},
        EventKind::StepEntered { step: Step::Asking },
        said("deceased.name", Some(MARKS[0]), Source::Ocr),
        said("deceased.name_kana", Some(MARKS[1]), Source::Resident),
        said("deceased.address", Some(MARKS[2]), Source::Chip),
        said("applicant.phone", Some(MARKS[3]), Source::Resident),
        said("deceased.pension", None, Source::Resident),
        EventKind::Marked { procedure, mark: Mark::Done { reason: Some(Words::parse(MARKS[0]).unwrap()) } },
        EventKind::Noted { words: Words::parse(MARKS[2]).unwrap() },
        EventKind::Closed { outcome: Outcome::Completed, reason: Some(Words::parse(MARKS[0]).unwrap()) },
    ];
    for (n, kind) in (2..).zip(kinds) {
        let event = case.next(id(n), by.clone(), at(i64::try_from(n).unwrap() * 30), kind);
        case.apply(&event).unwrap();
    }
    case
}

fn row(case: &Case, office: &str) -> Row {
    Row {
        id: RowId::of(case.id),
        revision: case.events() as u64,
        office: OfficeId::parse(office).unwrap(),
        summary: case.summary().unwrap(),
    }
}

async fn send(terminal: &TestTerminal, rows: Vec<Row>) -> RowsKept {
    let answer = terminal.post(ROWS, &Rows { v: 1, rows }).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn query(by: &[By]) -> Query {
    Query {
        from: "2026-11-01".parse().unwrap(),
        to: "2026-11-30".parse().unwrap(),
        offices: Vec::new(),
        life_events: Vec::new(),
        by: by.to_vec(),
    }
}

/// Everything the database holds, as text and as bytes.
async fn everything(city: &TestCity) -> Vec<u8> {
    let work = |tx: &mut Tx<'_>| -> Result<Vec<u8>, StorageError> {
        let mut all = Vec::new();
        for table in ["statistics_rows", "statistics_unknown", "statistics_named", "audit"] {
            for row in tx.query(&format!("SELECT * FROM {table}"), &[])? {
                for value in row.into_values() {
                    match value {
                        Column::Text(text) => all.extend(text.into_bytes()),
                        Column::Blob(bytes) => all.extend(bytes),
                        Column::Int(number) => all.extend(number.to_string().into_bytes()),
                        Column::Real(_) | Column::Null => {}
                    }
                    all.push(b'\n');
                }
            }
        }
        Ok(all)
    };
    city.server().db().read(work).await.unwrap()
}

fn holds(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

on_both_stores! {
    async fn 同じ案件は一度だけ数え_後の完了が前の完了に替わる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let supervisor = terminal.officer(&city, "hanako", &[Role::Supervisor], &[]).await;
        let rows: Vec<Row> = (0..8).map(|n| row(&case(n, "death", 1), "shimin")).collect();
        for _ in 0..3 {
            assert_eq!(send(&terminal, rows.clone()).await.kept.len(), 8);
        }
        let found: Statistics = supervisor.post(QUERY, &query(&[])).await.json();
        let total = found.total.unwrap();
        assert_eq!((total.cases, total.one_stop, total.done, total.from_pictures), (8, 8, 8, 8));
        assert_eq!(total.unknown["deceased.pension"], 8);
        assert_eq!(total.seconds["asking"], 8 * 240);

        // Reopened and closed again elsewhere: the later word counts, whichever comes first.
        let mut later = rows[0].clone();
        later.revision += 2;
        later.summary.one_stop = false;
        later.summary.unknown = BTreeSet::new();
        send(&terminal, vec![later]).await;
        send(&terminal, vec![rows[0].clone()]).await;
        let found: Statistics = supervisor.post(QUERY, &query(&[])).await.json();
        let total = found.total.unwrap();
        assert_eq!((total.cases, total.one_stop, total.unknown["deceased.pension"]), (8, 7, 7));
    }

    async fn 窓口と時間と出来事で分け_小さい数は見せない(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let supervisor = terminal.officer(&city, "hanako", &[Role::Supervisor], &[]).await;
        let mut rows = Vec::new();
        for (office, life_event, count) in
            [("shimin", "death", 20), ("shimin", "birth", 9), ("higashi", "death", 7), ("higashi", "birth", 1)]
        {
            for _ in 0..count {
                let number = rows.len() as u128;
                rows.push(row(&case(number, life_event, i64::try_from(number % 3).unwrap()), office));
            }
        }
        send(&terminal, rows).await;
        let found: Statistics = supervisor.post(QUERY, &query(&[By::Office])).await.json();
        let shown: Vec<(&str, Option<u64>)> = found
            .cells
            .iter()
            .map(|cell| (cell.of[0].as_str(), cell.figures.as_ref().map(|figures| figures.cases)))
            .collect();
        assert_eq!(shown, [("higashi", Some(8)), ("shimin", Some(29))]);
        assert_eq!(found.total.unwrap().cases, 37);

        // The one birth in the east could be computed from its line and its column; so four cells are hidden.
        let found: Statistics = supervisor.post(QUERY, &query(&[By::Office, By::LifeEvent])).await.json();
        assert_eq!((found.cells.len(), found.least), (4, 5));
        assert!(found.cells.iter().all(|cell| cell.figures.is_none()), "{found:?}");

        let found: Statistics = supervisor.post(QUERY, &query(&[By::Hour])).await.json();
        let hours: Vec<&str> = found.cells.iter().map(|cell| cell.of[0].as_str()).collect();
        assert_eq!(hours, ["9", "10", "11"]);
        let narrowed =
            Query { life_events: vec![LifeEventId::parse("birth").unwrap()], ..query(&[By::Weekday, By::Month]) };
        let found: Statistics = supervisor.post(QUERY, &narrowed).await.json();
        assert_eq!(found.cells[0].of, ["5", "2026-11"]);
        assert_eq!(found.cells[0].figures.as_ref().unwrap().cases, 10);

        let csv = supervisor.post(CSV, &query(&[By::Office, By::LifeEvent])).await;
        let text = csv.text();
        assert!(text.starts_with("\u{FEFF}窓口,ライフイベント,利用件数,"), "{text}");
        assert_eq!(text.matches("5未満など").count(), 4);
        let csv = supervisor.post(CSV, &query(&[By::Office])).await.text();
        assert!(csv.contains("higashi,8,") && csv.contains("合計,37,"), "{csv}");
    }

    async fn 端末が数えても同じ和になり_案内漏れはどの規則かが分かる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let supervisor = terminal.officer(&city, "hanako", &[Role::Supervisor], &[]).await;
        let mut rows: Vec<Row> = (0..9).map(|n| row(&case(n, "death", 1), "shimin")).collect();
        for (n, row) in rows.iter_mut().enumerate() {
            let summary = &mut row.summary;
            summary.prepared = 60 * n as u64;
            summary.corrected_fields.insert("deceased.name".to_owned());
            let dog = || ProcedureId::parse("death.dog").unwrap();
            summary.corrected_procedures.insert(dog());
            let found = if n < 6 { FoundBy::Later } else { FoundBy::Department };
            let because = BTreeSet::from(["case.dog".to_owned()]);
            summary.missed.push(MissedProcedure { procedure: dog(), found, because });
            if n == 0 {
                let procedure = ProcedureId::parse("death.grave").unwrap();
                summary.missed.push(MissedProcedure { procedure, found, because: BTreeSet::new() });
            }
        }
        let mut counted = Figures::default();
        for row in &rows {
            counted.count(&row.summary);
        }
        // The steps nobody took are told as 0 seconds by the server.
        send(&terminal, rows.clone()).await;
        send(&terminal, rows).await;
        let mut total = supervisor.post(QUERY, &query(&[By::Hour])).await.json::<Statistics>().total.unwrap();
        total.seconds.retain(|_, seconds| *seconds > 0);
        assert_eq!(total, counted.shown(5));
        let dog = &total.missed["death.dog"];
        assert_eq!((dog.cases, dog.later, dog.because["case.dog"]), (9, 6, 9));
        assert_eq!(total.missed["death.grave"].cases, 0, "of one case only that there was one of few");
    }

    async fn 人を指すものはどこにも残らない(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let supervisor = terminal.officer(&city, "hanako", &[Role::Supervisor], &[]).await;
        let cases: Vec<Case> = (0..12).map(|n| case(n, "death", 2)).collect();
        send(&terminal, cases.iter().map(|case| row(case, "shimin")).collect()).await;
        supervisor.post(QUERY, &query(&[By::Day])).await;
        let csv = supervisor.post(CSV, &query(&[By::Day])).await;
        let all = [everything(&city).await, csv.bytes].concat();
        assert!(holds(&all, b"deceased.pension"), "the rows are there");
        for mark in MARKS {
            for part in [mark, mark.get(..6).unwrap()] {
                assert!(!holds(&all, part.as_bytes()), "{part}");
            }
        }
        for case in &cases {
            assert!(!holds(&all, case.id.to_string().as_bytes()));
            assert!(!holds(&all, case.id.as_uuid().as_bytes()));
        }
    }
}

/// A whole terminal: cases closed in its own database, told of by its own program.
#[tokio::test]
async fn 端末は完了した案件を一度だけ_切れても続きから報告する() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let auditor = terminal.officer(&city, "kansa", &[Role::Auditor], &[]).await;
    let identity =
        Identity::new(&terminal.url(""), terminal.enrolled.clone(), Zeroizing::new(terminal.key.clone()));
    let client = Client::new(&identity).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("madoka.db");
    let mut store = Store::create(&path, &Key::new([7; 32]), Realm::Real).unwrap();
    let keep = |store: &mut Store, case: &Case| {
        let events: Vec<Event> = case.deeds().iter().map(|deed| deed.event.clone()).collect();
        store.append(&events).unwrap();
    };
    for number in 0..7 {
        keep(&mut store, &case(number, "death", 1));
    }
    let store = Arc::new(Mutex::new(store));
    let (here, office) = (TerminalId::parse("t1").unwrap(), OfficeId::parse("shimin").unwrap());
    let elsewhere = TerminalId::parse("t2").unwrap();
    assert_eq!(report(&client, &store, &elsewhere, &office).await.unwrap(), 0, "closed at another terminal");
    store.lock().unwrap().set_cursor("statistics.sent", "0").unwrap();
    assert_eq!(report(&client, &store, &here, &office).await.unwrap(), 7);
    assert_eq!(report(&client, &store, &here, &office).await.unwrap(), 0);
    keep(&mut store.lock().unwrap(), &case(50, "birth", 1));
    assert_eq!(report(&client, &store, &here, &office).await.unwrap(), 1);
    // The answer to the last body was lost: all is told again, and counts once.
    store.lock().unwrap().set_cursor("statistics.sent", "0").unwrap();
    assert_eq!(report(&client, &store, &here, &office).await.unwrap(), 8);
    let found: Statistics = auditor.post(QUERY, &query(&[])).await.json();
    assert_eq!(found.total.unwrap().cases, 8);
}

#[tokio::test]
async fn 端末は登録された窓口の実績だけを送れ_形の違うものは一行も入らない() {
    let city = TestCity::start().await;
    let office = city.office_terminal("nenkin1", &["nenkin"]).await;
    let auditor = office.officer(&city, "kansa", &[Role::Auditor], &[]).await;
    let counter = office.officer(&city, "mado", &[Role::Counter], &[]).await;
    send(&office, (0..6).map(|n| row(&case(n, "death", 1), "shimin")).collect()).await;
    let found: Statistics = auditor.post(QUERY, &query(&[By::Office])).await.json();
    assert_eq!(found.cells[0].of, ["nenkin"], "whatever it says");
    assert_eq!(counter.post(QUERY, &query(&[])).await.code(), "SRV-25");

    let good = row(&case(50, "death", 1), "nenkin");
    let mut bad = row(&case(51, "death", 1), "nenkin");
    bad.summary.unknown.insert("印印印花子".to_owned());
    let answer = office.post(ROWS, &Rows { v: 1, rows: vec![good, bad] }).await;
    assert_eq!(answer.code(), "STAT-01", "{}", answer.text());
    let found: Statistics = auditor.post(QUERY, &query(&[By::Office])).await.json();
    assert_eq!(found.total.unwrap().cases, 6);
    for (wrong, code) in [
        (Query { from: "2026-12-01".parse().unwrap(), ..query(&[]) }, "STAT-03"),
        (Query { from: "1990-01-01".parse().unwrap(), ..query(&[]) }, "STAT-03"),
        (query(&[By::Day, By::Day]), "STAT-04"),
        (query(&[By::Day, By::Hour, By::Office, By::LifeEvent]), "STAT-04"),
    ] {
        assert_eq!(auditor.post(QUERY, &wrong).await.code(), code);
    }
}
