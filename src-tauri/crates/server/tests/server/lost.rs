//! なくした端末: its open cases are freed, another counter goes on, and what it wrote meanwhile is kept for a person.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use madoka_casework::{
    Author, CaseId, Event, EventId, EventKind, LifeEventId, Said, StaffId, State, TerminalId, Ticket,
};
use madoka_facts::{Source, Statement, Value};
use madoka_server::access::Role;
use madoka_server::testing::TestCity;
use madoka_store::{Key, Realm, Store};
use madoka_sync::terminal::{Engine, Line, Listener, Options, enrol};
use madoka_sync::wire::{FreeCases, FreedCases, OpenCases, Presence};
use uuid::Uuid;

struct Nobody;

impl Listener for Nobody {}

/// A counter as the program has it: a real database, and the engine when the cable is in.
pub(crate) struct Desk {
    pub(crate) store: Arc<Mutex<Store>>,
    line: Option<Line>,
    identity: madoka_sync::terminal::Identity,
    engine: Option<Engine>,
    pub(crate) me: Author,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) async fn new(city: &TestCity, name: &str) -> Self {
        city.staff(&format!("s-{name}"), &[Role::Counter], &[]).await;
        let identity = enrol(&city.invitation(name, &[], true).await).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut store =
            Store::create(&folder.path().join("madoka.db"), &Key::new([7; 32]), Realm::Real).unwrap();
        identity.keep(&mut store).unwrap();
        let line = Some(Line::new(&identity).unwrap());
        let me = Author {
            staff: StaffId::parse(&format!("s-{name}")).unwrap(),
            terminal: TerminalId::parse(name).unwrap(),
        };
        Self { store: Arc::new(Mutex::new(store)), line, identity, engine: None, me, _folder: folder }
    }

    /// The cable is in anew, until both sides have the same: what the server has now, too.
    pub(crate) fn meet(&mut self) {
        self.part();
        let options = Options {
            first_wait: Duration::from_millis(50),
            look: Duration::from_millis(100),
            tell: Duration::from_millis(200),
            hold: 1,
            ..Options::default()
        };
        let engine = self.engine.get_or_insert_with(|| {
            let line = self.line.as_ref().unwrap();
            Engine::start(line, &self.identity, self.store.clone(), Nobody, options).unwrap()
        });
        assert!(engine.wait_in_step(Duration::from_secs(20)), "{:?}", engine.state());
    }

    pub(crate) fn part(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop();
        }
    }

    pub(crate) fn open(&self, ticket: &str) -> CaseId {
        let case = CaseId::new(Uuid::now_v7());
        let kind = EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse(ticket).unwrap());
        let opening =
            Event::opening(EventId::new(Uuid::now_v7()), case, self.me.clone(), Timestamp::now(), kind);
        self.store.lock().unwrap().append(&[opening]).unwrap();
        case
    }

    pub(crate) fn write(&self, id: CaseId, kind: EventKind) {
        let mut store = self.store.lock().unwrap();
        let case = store.case(id).unwrap();
        case.admits(&self.me, Timestamp::now(), &kind).unwrap();
        let event = case.next(EventId::new(Uuid::now_v7()), self.me.clone(), Timestamp::now(), kind);
        store.append(&[event]).unwrap();
    }

    pub(crate) fn says(&self, case: CaseId, value: &str) {
        let said = Said::new("applicant.address".parse().unwrap(), address(value)).unwrap();
        self.write(case, EventKind::Stated { said });
    }
}

fn address(value: &str) -> Statement {
    Statement::known(Value::Text(value.to_owned()), Source::Staff)
}

impl Drop for Desk {
    /// A line has threads of its own, which must not be waited for where others are served.
    fn drop(&mut self) {
        let gone = (self.engine.take(), self.line.take());
        std::thread::spawn(move || drop(gone));
    }
}

pub(crate) async fn there<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn なくした端末の案件を外し_別の窓口が続け_戻ってきた記録は人が決める() {
    let city = TestCity::start().await;
    let (mut lost, mut other) = (Desk::new(&city, "t1").await, Desk::new(&city, "t2").await);
    let desk = city.terminal("kanri").await;
    let administrator = desk.officer(&city, "a01", &[Role::Administrator], &[]).await;
    let (case, second) = (lost.open("7"), lost.open("8"));
    lost.write(case, EventKind::Claimed {});
    lost.write(second, EventKind::Claimed {});
    lost.says(case, "みなと野市1番地");
    let (mut lost, mut other) = there(move || {
        lost.meet();
        other.meet();
        // The cable is out, and the officer works on before the terminal is gone.
        lost.part();
        lost.says(case, "みなと野市2番地");
        (lost, other)
    })
    .await;

    let open: OpenCases = administrator.get("/v1/terminals/t1/cases").await.json();
    let mut tickets: Vec<&str> = open.cases.iter().map(|case| case.ticket.as_str()).collect();
    tickets.sort_unstable();
    assert_eq!((tickets, open.cases[0].staff.as_str()), (vec!["7", "8"], "s-t1"));
    let nobody = FreeCases { cases: vec![], reason: " ".to_owned() };
    assert_eq!(administrator.post("/v1/terminals/t1/free", &nobody).await.code(), "SRV-68", "a reason");
    let asked = FreeCases { cases: vec![case], reason: "端末の故障".to_owned() };
    let freed: FreedCases = administrator.post("/v1/terminals/t1/free", &asked).await.json();
    assert_eq!((freed.freed, freed.left), (vec![case], vec![]));
    let again: FreedCases = administrator.post("/v1/terminals/t1/free", &asked).await.json();
    assert_eq!((again.freed, again.left), (vec![], vec![case]), "twice does nothing");
    let rest: OpenCases = administrator.get("/v1/terminals/t1/cases").await.json();
    assert_eq!(rest.cases.iter().map(|case| case.case).collect::<Vec<_>>(), [second]);

    let (mut lost, other) = there(move || {
        other.meet();
        assert_eq!(other.store.lock().unwrap().case(case).unwrap().state(), State::Waiting);
        other.write(case, EventKind::Claimed {});
        other.says(case, "みなと野市3番地");
        other.meet();
        // The lost one is found after all.
        lost.meet();
        other.meet();
        (lost, other)
    })
    .await;
    let states = there(move || {
        let late = |desk: &Desk| -> Vec<EventId> {
            desk.store.lock().unwrap().case(case).unwrap().late().map(|event| event.id).collect()
        };
        let seen = (late(&lost), late(&other));
        let stated = |desk: &Desk| {
            let case = desk.store.lock().unwrap().case(case).unwrap();
            let found = case.stated().filter(|(path, ..)| path.to_string() == "applicant.address");
            found.last().map(|(_, statement, _)| statement.clone())
        };
        let before = stated(&other);
        // A person at the counter decides.
        other.write(case, EventKind::LateResolved { adopt: seen.1.clone(), dismiss: vec![] });
        let mut other = other;
        other.meet();
        lost.meet();
        (seen, before, stated(&other), stated(&lost), late(&lost).len())
    })
    .await;
    let ((by_lost, by_other), before, after, at_lost, left) = states;
    assert_eq!((by_lost.len(), &by_lost), (1, &by_other), "kept, and the same everywhere");
    assert_eq!(before, Some(address("みなと野市3番地")), "not merged by guess");
    assert_eq!(after, at_lost);
    assert_eq!(left, 0);

    // Revoked, it is nobody's to wait for.
    let presence: Vec<Presence> = administrator.get("/v1/presence").await.json();
    assert!(presence.iter().any(|one| one.terminal.as_str() == "t1"));
    let revoked = administrator.post("/v1/terminals/t1/revoke", &serde_json::json!({})).await;
    assert_eq!(revoked.status, 204, "{}", revoked.text());
    let presence: Vec<Presence> = administrator.get("/v1/presence").await.json();
    assert!(presence.iter().all(|one| one.terminal.as_str() != "t1"));
}
