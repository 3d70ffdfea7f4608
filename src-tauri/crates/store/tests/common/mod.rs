//! People and cases that are plainly made up (みなと野市).

#![allow(dead_code, reason = "every test file uses some of it")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use madoka_casework::{
    Author, CaseId, Event, EventId, EventKind, LifeEventId, Said, StaffId, TerminalId, Ticket,
};
use madoka_facts::{Source, Statement, Value};
use madoka_store::{Key, Realm, Store};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const KEY: [u8; 32] = [7; 32];

pub(crate) fn key() -> Key {
    Key::new(KEY)
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + second).unwrap()
}

pub(crate) fn author(terminal: &str) -> Author {
    Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse(terminal).unwrap() }
}

pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    pub(crate) next: u128,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::create(&folder.path().join("madoka.db"), &key(), Realm::Real).unwrap();
        Self { folder, store, next: 1 }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("madoka.db")
    }

    pub(crate) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    pub(crate) fn open(&mut self, ticket: &str) -> CaseId {
        let case = CaseId::new(self.id());
        let kind = EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse(ticket).unwrap());
        let opening = Event::opening(EventId::new(self.id()), case, author("t1"), at(0), kind);
        self.store.append(&[opening]).unwrap();
        self.then(case, EventKind::Claimed {});
        case
    }

    pub(crate) fn then(&mut self, case: CaseId, kind: EventKind) -> Event {
        let id = EventId::new(self.id());
        let second = i64::try_from(self.next).unwrap();
        let event = self.store.case(case).unwrap().next(id, author("t1"), at(second), kind);
        self.store.append(std::slice::from_ref(&event)).unwrap();
        event
    }

    pub(crate) fn says(&mut self, case: CaseId, path: &str, text: &str) -> Event {
        self.then(case, stated(path, Value::Text(text.to_owned())))
    }

    pub(crate) fn born(&mut self, case: CaseId, path: &str, day: &str) -> Event {
        self.then(case, stated(path, Value::parse_date(day).unwrap()))
    }
}

pub(crate) fn stated(path: &str, value: Value) -> EventKind {
    EventKind::Stated {
        said: Said::new(path.parse().unwrap(), Statement::known(value, Source::Staff)).unwrap(),
    }
}

pub(crate) fn open(path: &Path) -> Result<Store, madoka_store::StoreError> {
    Store::open(path, &key(), Realm::Real)
}
