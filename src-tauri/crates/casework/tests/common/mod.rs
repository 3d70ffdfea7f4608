//! A desk where made-up cases are worked.

#![allow(dead_code, reason = "every test file uses some of it")]

use jiff::Timestamp;
use madoka_casework::{
    Author, Case, CaseId, Event, EventId, EventKind, LifeEventId, Mark, ProcedureId, ProcedureRef, Refusal,
    Said, StaffId, TerminalId, Ticket, Words,
};
use madoka_facts::{Source, Statement, Value};
use uuid::Uuid;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_132_800 + second).unwrap()
}

pub(crate) fn author(terminal: &str) -> Author {
    Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse(terminal).unwrap() }
}

pub(crate) fn words(text: &str) -> Words {
    Words::parse(text).unwrap()
}

pub(crate) fn opened(ticket: &str) -> EventKind {
    EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse(ticket).unwrap())
}

pub(crate) fn claimed() -> EventKind {
    EventKind::Claimed {}
}

pub(crate) fn note(text: &str) -> EventKind {
    EventKind::Noted { words: words(text) }
}

pub(crate) fn fact(path: &str, text: &str) -> EventKind {
    let statement = Statement::known(Value::Text(text.to_owned()), Source::Resident);
    EventKind::Stated { said: Said::new(path.parse().unwrap(), statement).unwrap() }
}

pub(crate) fn procedure(id: &str, member: Option<u16>) -> ProcedureRef {
    ProcedureRef { procedure: ProcedureId::parse(id).unwrap(), member }
}

pub(crate) fn marked(id: &str, member: Option<u16>, mark: Mark) -> EventKind {
    EventKind::Marked { procedure: procedure(id, member), mark }
}

/// One case at hand, with everything that happened to it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) case: Case,
    pub(crate) events: Vec<Event>,
    pub(crate) next: u128,
}

impl Desk {
    pub(crate) fn open() -> Self {
        let id = EventId::new(Uuid::from_u128(1));
        let opening =
            Event::opening(id, CaseId::new(Uuid::from_u128(0xCA5E)), author("t1"), at(0), opened("12"));
        Self { case: Case::begin(opening.clone()).unwrap(), events: vec![opening], next: 1 }
    }

    pub(crate) fn id(&mut self) -> EventId {
        self.next += 1;
        EventId::new(Uuid::from_u128(self.next))
    }

    pub(crate) fn does(&mut self, terminal: &str, kind: EventKind) -> Event {
        let second = i64::try_from(self.events.len()).unwrap();
        self.at(terminal, second, kind)
    }

    pub(crate) fn at(&mut self, terminal: &str, second: i64, kind: EventKind) -> Event {
        let id = self.id();
        assert_eq!(self.case.admits(&author(terminal), at(second), &kind), Ok(()));
        let event = self.case.next(id, author(terminal), at(second), kind);
        self.case.apply(&event).unwrap();
        self.events.push(event.clone());
        event
    }

    #[expect(clippy::needless_pass_by_value, reason = "reads as `does`")]
    /// Tries, and shows that nothing changed.
    pub(crate) fn refuses(&mut self, terminal: &str, kind: EventKind) -> Refusal {
        let id = self.id();
        let before = self.case.clone();
        let event = self.case.next(id, author(terminal), at(9_999), kind.clone());
        let refusal = self.case.apply(&event).unwrap_err();
        assert_eq!(self.case, before);
        assert_eq!(self.case.admits(&author(terminal), at(9_999), &kind), Err(refusal.clone()));
        refusal
    }
}
