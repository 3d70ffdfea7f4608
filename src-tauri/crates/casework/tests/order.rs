//! The law of the fold: the same set of events is the same case, in whatever order it arrived.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod common;

use common::{Desk, at, author, claimed, fact, marked, note, opened, words};
use madoka_casework::{Case, Event, EventId, EventKind, Mark, Outcome, Step, Ticket};
use proptest::prelude::*;
use uuid::Uuid;

/// Three terminals, each knowing what it has heard so far, doing whatever comes to mind, and sometimes hearing of each
/// other.
fn history(moves: &[(u8, u8, u8)]) -> Vec<Event> {
    let desk = Desk::open();
    let mut all = desk.events.clone();
    let mut known: Vec<Vec<Event>> = vec![all.clone(); 3];
    for (number, (who, what, which)) in moves.iter().enumerate() {
        let terminal = usize::from(*who) % 3;
        let case = Case::fold(&known[terminal]).unwrap();
        let pick = |events: &[Event]| events[usize::from(*which) % events.len()].id;
        let kind = match what % 20 {
            0 | 1 => claimed(),
            2 => EventKind::Released { reason: None },
            3 => EventKind::TakenOver { reason: words("急ぎ") },
            4 => EventKind::HandedOver {
                to: author(["t0", "t1", "t2"][usize::from(*which) % 3]),
                reason: None,
            },
            5 => EventKind::Closed { outcome: Outcome::Completed, reason: None },
            6 => EventKind::Reopened { reason: words("忘れ物") },
            7 => EventKind::TakenBack {},
            8 => EventKind::Restored {},
            9 => EventKind::MemberAdded { member: case.next_member() },
            10 => EventKind::MemberRemoved { member: u16::from(*which) % 4 },
            11 => fact(&format!("household[{}].name", which % 4), "架空"),
            12 => EventKind::Undone { event: pick(&known[terminal]) },
            13 => marked(&format!("p.{}", which % 3), None, Mark::Done { reason: None }),
            14 => EventKind::Noted { words: words("覚え書き") },
            15 => EventKind::StepEntered { step: Step::Asking },
            16 => {
                let late: Vec<EventId> = case.late().map(|event| event.id).collect();
                let (adopt, dismiss) = late.split_at(late.len() / 2);
                EventKind::LateResolved { adopt: adopt.to_vec(), dismiss: dismiss.to_vec() }
            }
            17 => EventKind::SamePerson {
                one: ["mourner", "heir", "applicant"][usize::from(*which) % 3].parse().unwrap(),
                other: ["heir", "applicant", "mourner"][usize::from(*which) % 3].parse().unwrap(),
            },
            18 => fact("applicant.name", &format!("架空{which}")),
            // Hears what another knows.
            _ => {
                let other = known[usize::from(*which) % 3].clone();
                for event in other {
                    if !known[terminal].contains(&event) {
                        known[terminal].push(event);
                    }
                }
                continue;
            }
        };
        // Ids do not rise with time: clocks differ.
        let id = Uuid::from_u128((u128::from(*which) << 64) | (number as u128 + 10));
        let by = author(["t0", "t1", "t2"][terminal]);
        let event = case.next(EventId::new(id), by, at(i64::from(*which) * 10), kind);
        // A terminal writes only what makes sense to it.
        if case.clone().apply(&event).is_ok() {
            known[terminal].push(event.clone());
            all.push(event);
        }
    }
    all
}

fn moves() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    prop::collection::vec(any::<(u8, u8, u8)>(), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// どの順に届いても、二重に届いても、同じ案件になる。
    #[test]
    fn any_arrival_makes_the_same_case(moves in moves(), seed in any::<prop::sample::Index>(), order in any::<u64>()) {
        let events = history(&moves);
        let case = Case::fold(&events).unwrap();
        let mut shuffled = events.clone();
        let mut random = order | 1;
        for at in (1..shuffled.len()).rev() {
            random ^= random << 13; random ^= random >> 7; random ^= random << 17;
            shuffled.swap(at, usize::try_from(random % (at as u64 + 1)).unwrap());
        }
        shuffled.push(events[seed.index(events.len())].clone());
        prop_assert_eq!(&Case::fold(&shuffled).unwrap(), &case);
        // Nothing is lost: every event counts, stands aside or waits.
        let counted = case.deeds().len() + case.aside().len() + case.early().len();
        prop_assert_eq!(counted, events.len());
        // Written down and read back it is the same.
        let written: Case = serde_json::from_str(&serde_json::to_string(&case).unwrap()).unwrap();
        prop_assert_eq!(written, case);
    }

    /// 一つずつ受け入れても、まとめて折り畳んでも同じ案件になる。
    #[test]
    fn one_by_one_is_as_good_as_all_at_once(moves in moves()) {
        // One terminal alone hears everything.
        let moves: Vec<_> = moves.into_iter().map(|(_, what, which)| (0, what, which)).collect();
        let events = history(&moves);
        let mut case = Case::begin(events[0].clone()).unwrap();
        for event in &events[1..] {
            case.apply(event).unwrap();
        }
        prop_assert_eq!(Case::fold(&events).unwrap(), case);
    }

    /// 一部が届いていなくても落ちず、届けば同じ案件になる。
    #[test]
    fn a_missing_cause_is_waited_for(moves in moves(), missing in any::<prop::sample::Index>()) {
        let events = history(&moves);
        let gone = missing.index(events.len());
        let part: Vec<&Event> = events.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, e)| e).collect();
        if let Ok(case) = Case::fold(part.iter().copied()) {
            prop_assert_eq!(case.deeds().len() + case.aside().len() + case.early().len(), events.len() - 1);
        } else {
            prop_assert_eq!(gone, 0);
        }
    }

    /// 書いて読み直した出来事は同じ出来事。どの切れ端も落ちずに断る。
    #[test]
    fn events_survive_being_written(moves in moves()) {
        for event in history(&moves) {
            let json = event.to_json();
            prop_assert_eq!(&Event::from_json(&json).unwrap(), &event);
        }
    }

    /// 受付番号はどんな文字列にも答え、答えた番号は読み直しても同じ。
    #[test]
    fn any_text_is_a_ticket_or_a_reason(text in ".{0,20}") {
        if let Ok(ticket) = Ticket::parse(&text) {
            prop_assert_eq!(Ticket::parse(ticket.as_str()).unwrap(), ticket);
        }
    }

    #[test]
    fn any_text_is_an_event_or_a_reason(text in ".{0,200}") {
        let _ = Event::from_json(&text);
    }
}

#[test]
fn どこで切れた記録も断る() {
    let mut desk = Desk::open();
    let json = desk.does("t1", note("切れる覚え書き")).to_json();
    for end in (0..json.len()).filter(|end| json.is_char_boundary(*end)) {
        assert!(Event::from_json(&json[..end]).is_err(), "{end}");
    }
}

#[test]
fn 同じ番号の別の出来事は順によらず同じ方が残る() {
    let mut desk = Desk::open();
    let one = desk.does("t9", note("一"));
    let two = Event { kind: note("二"), ..one.clone() };
    let opening = desk.events[0].clone();
    let case = Case::fold([&opening, &one, &two]).unwrap();
    assert_eq!(Case::fold([&two, &one, &opening, &one]).unwrap(), case);
    assert_eq!((case.notes().count(), case.aside().len()), (1, 1));
}

#[test]
fn 別の案件の記録や受付のない記録は混ざらない() {
    let mut desk = Desk::open();
    let noted = desk.does("t1", note("元の案件"));
    let stray =
        Event { case: madoka_casework::CaseId::new(Uuid::from_u128(5)), id: desk.id(), ..noted.clone() };
    let case = Case::fold(desk.events.iter().chain([&stray])).unwrap();
    assert_eq!((case.notes().count(), case.aside().len()), (1, 1));
    assert!(Case::fold([&noted]).is_err());
    let second = Event::opening(desk.id(), noted.case, author("t2"), at(0), opened("13"));
    let case = Case::fold(desk.events.iter().chain([&second])).unwrap();
    assert_eq!((case.ticket.as_str(), case.aside().len()), ("12", 1));
}
