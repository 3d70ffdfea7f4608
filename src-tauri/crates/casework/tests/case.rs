//! What a case may and may not do, in the words of the office.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

use jiff::Timestamp;
use madoka_casework::{Case, Event, EventKind, LifeEventId, Refusal, State, Ticket, TicketError};
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn opened() -> Event {
    let ticket = Ticket::parse("12").unwrap();
    Event { at: at(0), kind: EventKind::Opened { life_event: LifeEventId::new("move_in"), ticket } }
}

fn then(second: i64, kind: EventKind) -> Event {
    Event { at: at(second), kind }
}

#[test]
fn 取り消した案件は戻せる() {
    let events = [opened(), then(60, EventKind::TakenBack), then(90, EventKind::Restored)];
    assert_eq!(Case::fold(&events[..2]).unwrap().state, State::TakenBack);
    assert_eq!(Case::fold(&events).unwrap().state, State::Waiting);
}

#[test]
fn つじつまの合わない出来事は理由をつけて断る() {
    assert_eq!(Case::fold(&[]), Err(Refusal::NotOpened));
    assert_eq!(Case::fold(&[then(0, EventKind::TakenBack)]), Err(Refusal::NotOpened));
    assert_eq!(Case::fold(&[opened(), opened()]), Err(Refusal::AlreadyOpened));
    assert_eq!(Case::fold(&[opened(), then(1, EventKind::Restored)]), Err(Refusal::NotTakenBack));
    let twice = [opened(), then(1, EventKind::TakenBack), then(2, EventKind::TakenBack)];
    assert_eq!(Case::fold(&twice), Err(Refusal::AlreadyTakenBack));
}

#[test]
fn 断られた出来事は案件を変えない() {
    let mut case = Case::fold(&[opened()]).unwrap();
    let before = case.clone();
    case.apply(&then(1, EventKind::Restored)).unwrap_err();
    assert_eq!(case, before);
}

#[test]
fn 待ち時間は時計が戻っても負にならない() {
    let case = Case::fold(&[opened()]).unwrap();
    assert_eq!(case.waiting_minutes(at(59)), 0);
    assert_eq!(case.waiting_minutes(at(60 * 38)), 38);
    assert_eq!(case.waiting_minutes(at(-600)), 0);
}

#[test]
fn 受付番号は全角で打っても同じ番号() {
    assert_eq!(Ticket::parse(" ａー１０３ ").unwrap().as_str(), "A-103");
    assert_eq!(Ticket::parse("　"), Err(TicketError::Empty));
    assert_eq!(Ticket::parse("123456789"), Err(TicketError::TooLong));
    assert_eq!(Ticket::parse("十二"), Err(TicketError::Character));
}

proptest! {
    /// 受付番号はどんな文字列にも答え、答えた番号は読み直しても同じ。
    #[test]
    fn any_text_is_a_ticket_or_a_reason(text in ".{0,20}") {
        if let Ok(ticket) = Ticket::parse(&text) {
            prop_assert_eq!(Ticket::parse(ticket.as_str()).unwrap(), ticket);
        }
    }

    /// 受付は一度だけ、取消と戻しは交互にだけ起こる。
    #[test]
    fn a_folded_case_was_opened_once_and_ends_as_its_last_event_says(kinds in prop::collection::vec(prop::sample::select(vec!['o', 't', 'r']), 0..12)) {
        let events: Vec<Event> = kinds.iter().zip(0i64..).map(|(kind, second)| match kind {
            'o' => opened(),
            't' => then(second, EventKind::TakenBack),
            _ => then(second, EventKind::Restored),
        }).collect();
        if let Ok(case) = Case::fold(&events) {
            let times = |wanted| kinds.iter().filter(|kind| **kind == wanted).count();
            prop_assert_eq!(case.state == State::TakenBack, times('t') > times('r'));
            prop_assert_eq!(times('o'), 1);
        }
    }
}
