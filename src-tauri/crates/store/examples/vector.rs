//! Makes the test vector of the schema version this program writes: `tests/vectors/vN.db`. Run once when a version is
//! released, and never again; later programs must open it.

use std::path::Path;

use madoka_casework::{
    Author, CaseId, Event, EventId, EventKind, LifeEventId, Outcome, Said, StaffId, TerminalId, Ticket, Words,
};
use madoka_facts::{Source, Statement, Value};
use madoka_store::{Key, Realm, SCHEMA, Store};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/v{SCHEMA}.db"));
    let mut store = Store::create(&path, &Key::new([7; 32]), Realm::Real)?;
    let by = Author { staff: StaffId::parse("s01")?, terminal: TerminalId::parse("t1")? };
    let at = jiff::Timestamp::from_second(1_795_132_800).map_err(|_| "time")?;
    let kind = EventKind::opened(LifeEventId::parse("move_in")?, Ticket::parse("12")?);
    let id = |n| EventId::new(Uuid::from_u128(n));
    let opening = Event::opening(id(1), CaseId::new(Uuid::from_u128(100)), by.clone(), at, kind);
    let mut case = store.append(&[opening])?;
    let said = |path: &str, value| -> Result<EventKind, Box<dyn std::error::Error>> {
        Ok(EventKind::Stated { said: Said::new(path.parse()?, Statement::known(value, Source::Staff))? })
    };
    let kinds = [
        EventKind::Claimed {},
        said("applicant.name", Value::Text("架空　太郎".into()))?,
        said("applicant.birth_date", Value::parse_date("1955-04-01")?)?,
        EventKind::Noted { words: Words::parse("覚え書き")? },
        EventKind::Closed { outcome: Outcome::Completed, reason: None },
    ];
    for (n, kind) in (2..).zip(kinds) {
        case = store.append(&[case.next(id(n), by.clone(), at, kind)])?;
    }
    store.close()?;
    std::fs::remove_file(path.with_extension("db.mark"))?;
    Ok(())
}
