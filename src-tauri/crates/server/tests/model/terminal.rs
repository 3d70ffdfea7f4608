//! A terminal in a process of its own, with a real database and the real engine. It works cases at random, is told by lines
//! on its standard input, and says on its standard output what it has promised its officer.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{
    Author, Case, CaseId, Event, EventId, EventKind, LifeEventId, Outcome, Said, StaffId, State, TerminalId,
    Ticket, Words,
};
use madoka_facts::{Source, Statement, Value};
use madoka_server::testing::Dice;
use madoka_store::{Key, Realm, Store};
use madoka_sync::terminal::{Ask, Engine, Identity, Line, Listener, Options};
use madoka_sync::wire::{Receipt, lines, path};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) const FILE: &str = "madoka.db";

pub(crate) fn key() -> Key {
    Key::new([7; 32])
}

struct Nobody;

impl Listener for Nobody {}

/// What the parent says with, in the environment.
pub(crate) const AT: &str = "MADOKA_MODEL_TERMINAL";
pub(crate) const SEED: &str = "MADOKA_MODEL_TERMINAL_SEED";
/// Seconds its clock is off.
pub(crate) const SKEW: &str = "MADOKA_MODEL_TERMINAL_SKEW";

struct Desk {
    store: Arc<Mutex<Store>>,
    line: Line,
    engine: Engine,
    me: Author,
    others: Vec<TerminalId>,
    skew: SignedDuration,
    dice: Dice,
}

pub(crate) fn work(folder: &Path) {
    let store = Store::open(&folder.join(FILE), &key(), Realm::Real).unwrap();
    let identity = Identity::of(&store).unwrap().unwrap();
    let number = |name: &str| std::env::var(name).unwrap().parse::<i64>().unwrap();
    let skew = SignedDuration::from_secs(number(SKEW));
    let store = Arc::new(Mutex::new(store));
    let line = Line::new(&identity).unwrap();
    let options = Options {
        first_wait: Duration::from_millis(50),
        longest_wait: Duration::from_millis(400),
        look: Duration::from_millis(200),
        tell: Duration::from_secs(1),
        offer_again: Duration::from_secs(2),
        hold: 2,
        clock: Arc::new(move || Timestamp::now() + skew),
    };
    let engine = Engine::start(&line, &identity, store.clone(), Nobody, options).unwrap();
    let staff = StaffId::parse(&format!("s-{}", identity.terminal)).unwrap();
    let me = Author { staff, terminal: identity.terminal.clone() };
    let others = ["t1", "t2", "t3", "k1"].map(|id| TerminalId::parse(id).unwrap());
    let others = others.into_iter().filter(|id| *id != me.terminal).collect();
    let dice = Dice::new(number(SEED).unsigned_abs());
    let mut desk = Desk { store, line, engine, me, others, skew, dice };
    let told = listen();
    let mut resting = false;
    loop {
        let patience =
            if resting { Duration::from_mins(1) } else { Duration::from_millis(desk.dice.below(40) as u64) };
        match told.recv_timeout(patience).as_deref() {
            Ok("rest") => {
                resting = true;
                // A full disk is asked about once a minute, unless a person says that it has been mended.
                desk.engine.try_now();
            }
            Ok("report") => desk.report(),
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) if resting => {}
            Err(RecvTimeoutError::Timeout) => desk.act(),
        }
    }
}

fn listen() -> Receiver<String> {
    let (say, told) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if say.send(line).is_err() {
                return;
            }
        }
    });
    told
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may be gone; then nobody needs to hear.
    let _ = writeln!(out, "\n@{line}").and_then(|()| out.flush());
}

impl Desk {
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.skew
    }

    fn act(&mut self) {
        match self.dice.below(12) {
            0 => self.open(),
            1 => self.repeat(),
            _ => self.go_on(),
        }
    }

    fn open(&mut self) {
        let case = CaseId::new(Uuid::now_v7());
        let kind = EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse("12").unwrap());
        let opening = Event::opening(EventId::new(Uuid::now_v7()), case, self.me.clone(), self.now(), kind);
        self.keep(&[opening]);
    }

    /// Whatever this officer may do to some case now.
    fn go_on(&mut self) {
        let far = SignedDuration::from_hours(24 * 365 * 50);
        let cases = {
            let store = self.store.lock().unwrap();
            store.opened_between(self.now() - far, self.now() + far).unwrap()
        };
        let Some(chosen) = self.dice.of(&cases) else { return self.open() };
        let case = self.store.lock().unwrap().case(chosen.id).unwrap();
        let kind = self.kind(&case);
        if case.admits(&self.me, self.now(), &kind).is_ok() {
            let event = case.next(EventId::new(Uuid::now_v7()), self.me.clone(), self.now(), kind);
            self.keep(&[event]);
        }
    }

    fn kind(&mut self, case: &Case) -> EventKind {
        let words = Words::parse("架空の覚え書き").unwrap();
        let mine = case.owner().is_some_and(|owner| owner.terminal == self.me.terminal);
        let late: Vec<EventId> =
            case.late().filter(|event| !event.kind.is_of_phase()).map(|event| event.id).collect();
        match (case.state(), self.dice.below(14)) {
            (_, 0) => EventKind::Noted { words },
            (State::Waiting, 1..8) => EventKind::Claimed {},
            (State::InHand, 1) if !mine => EventKind::TakenOver { reason: words },
            (State::InHand, 2) => EventKind::Released { reason: None },
            (State::InHand, 3) => {
                let to = self.dice.of(&self.others).unwrap().clone();
                let staff = StaffId::parse(&format!("s-{to}")).unwrap();
                EventKind::HandedOver { to: Author { staff, terminal: to }, reason: None }
            }
            (State::InHand, 4) if !late.is_empty() => {
                let (adopt, dismiss) = late.split_at(self.dice.below(late.len() + 1));
                EventKind::LateResolved { adopt: adopt.to_vec(), dismiss: dismiss.to_vec() }
            }
            (State::InHand, 5) => EventKind::Closed { outcome: Outcome::Completed, reason: None },
            (State::Closed, 1..3) => EventKind::Reopened { reason: words },
            (State::TakenBack, 1..4) => EventKind::Restored {},
            (_, 6) if self.dice.one_in(4) => EventKind::TakenBack {},
            _ => {
                let value = Value::Text(format!("みなと野市{}番地", self.dice.below(1000)));
                let said =
                    Said::new("applicant.address".parse().unwrap(), Statement::known(value, Source::Staff));
                EventKind::Stated { said: said.unwrap() }
            }
        }
    }

    /// On the disk, and only then promised.
    fn keep(&mut self, events: &[Event]) {
        self.store.lock().unwrap().append(events).unwrap();
        for event in events {
            say(&format!("wrote {}", event.id));
        }
        self.engine.nudge();
    }

    /// Sends what was sent before, some of it, in another order: a message that was thought lost and comes late.
    fn repeat(&mut self) {
        let far = SignedDuration::from_hours(24 * 365 * 50);
        let mut own: Vec<Event> = Vec::new();
        {
            let store = self.store.lock().unwrap();
            for case in store.opened_between(self.now() - far, self.now() + far).unwrap() {
                own.extend(
                    store
                        .events(case.id)
                        .unwrap()
                        .into_iter()
                        .filter(|event| event.by.terminal == self.me.terminal),
                );
            }
        }
        let mut chosen: Vec<String> = Vec::new();
        for _ in 0..self.dice.below(8) {
            chosen.extend(self.dice.of(&own).map(Event::to_json));
        }
        if chosen.is_empty() {
            return;
        }
        let ask = Ask::post(path::EVENTS)
            .bytes(lines::join(&chosen), "application/x-ndjson")
            .within(Duration::from_millis(500));
        if self.line.ask::<Receipt>(ask).is_ok() {
            say(&format!("repeated {}", chosen.len()));
        }
    }

    /// Everything it has, as digests.
    fn report(&mut self) {
        let in_step = self.engine.wait_in_step(Duration::from_secs(2));
        let store = self.store.lock().unwrap();
        let far = SignedDuration::from_hours(24 * 365 * 50);
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        for case in store.opened_between(self.now() - far, self.now() + far).unwrap() {
            cases.insert(case.id, store.case(case.id).unwrap());
        }
        for (id, case) in &cases {
            say(&format!("case {id} {}", digest(&serde_json::to_string(case).unwrap())));
            for event in store.events(*id).unwrap() {
                let to = match &event.kind {
                    EventKind::Opened { .. } => event.by.terminal.as_str(),
                    EventKind::HandedOver { to, .. } => to.terminal.as_str(),
                    _ => "-",
                };
                say(&format!("event {id} {} {to} {}", event.id, digest(&event.to_json())));
            }
            // What it shows is what its events make.
            assert_eq!(Case::fold(store.events(*id).unwrap()).unwrap(), *case);
        }
        store.verify().unwrap();
        let waiting = store.outbox_len().unwrap();
        let state = self.engine.state();
        say(&format!("end {in_step} {waiting} {} {} {}", state.odd, state.held_back, state.words()));
    }
}

fn digest(text: &str) -> String {
    let digest = <[u8; 32]>::from(Sha256::digest(text.as_bytes()));
    format!("{:016x}", u64::from_be_bytes(*digest.first_chunk().unwrap()))
}
