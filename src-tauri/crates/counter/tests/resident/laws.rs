//! 決まり: whatever the officer and the resident do, in whatever order.

use std::cell::RefCell;

use madoka_casework::{CaseId, Outcome, Step};
use madoka_counter::resident::{ResidentSaid, ResidentStage};
use madoka_counter::visit::Given;
use madoka_facts::Source;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::day::Day;
use crate::desk::{Desk, read};

/// Two residents, and what may stand on the window of each: no value of one is part of a value of the other.
const PEOPLE: [[(&str, &str); 3]; 2] = [
    [
        ("applicant.name", "甲野 一郎"),
        ("applicant.address", "架空県みなと野市甲町1番"),
        ("applicant.phone", "0312-11-1111"),
    ],
    [
        ("applicant.name", "乙川 次郎"),
        ("applicant.address", "架空県みなと野市乙町2番"),
        ("applicant.phone", "0312-22-2222"),
    ],
];

#[derive(Clone, Debug)]
enum Act {
    Begin(usize),
    LayAside(usize),
    SendFacts(usize, Vec<usize>),
    SendQuestion(usize),
    TakeBack(usize),
    Next,
    /// The resident says something to the screen they saw so many acts ago.
    Tell(usize, Said),
}

#[derive(Clone, Debug)]
enum Said {
    Yes,
    Facts(Vec<bool>),
    RatherNot,
    Back,
    Finished,
    Digit,
    English,
}

impl Said {
    fn words(&self) -> ResidentSaid {
        match self {
            Self::Yes => ResidentSaid::Answer(Given::Yes),
            Self::Facts(right) => ResidentSaid::Facts(right.clone()),
            Self::RatherNot => ResidentSaid::RatherNot,
            Self::Back => ResidentSaid::Back,
            Self::Finished => ResidentSaid::Finished,
            Self::Digit => ResidentSaid::PinDigit(7),
            Self::English => ResidentSaid::Language("en".into()),
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        3 => Just(Said::Yes),
        3 => prop::collection::vec(any::<bool>(), 0..4).prop_map(Said::Facts),
        1 => Just(Said::RatherNot),
        1 => Just(Said::Back),
        1 => Just(Said::Finished),
        1 => Just(Said::Digit),
        1 => Just(Said::English),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..2usize).prop_map(Act::Begin),
        1 => (0..2usize).prop_map(Act::LayAside),
        3 => (0..2usize, prop::collection::vec(0..3usize, 0..4)).prop_map(|(who, facts)| Act::SendFacts(who, facts)),
        2 => (0..2usize).prop_map(Act::SendQuestion),
        1 => (0..2usize).prop_map(Act::TakeBack),
        1 => Just(Act::Next),
        4 => (0..4usize, said()).prop_map(|(ago, said)| Act::Tell(ago, said)),
    ]
}

/// Both cases opened, begun once and read.
fn two_residents(day: &mut Day) -> [CaseId; 2] {
    let cases = [0, 1].map(|who: usize| {
        let case = day.open("move_in", None).unwrap();
        day.counter.begin(case, Step::Reading).unwrap();
        let known = PEOPLE[who].iter().map(|(path, value)| read(path, value, Source::Chip)).collect();
        day.counter.take_in(case, known).unwrap();
        case
    });
    day.counter.welcome_next();
    cases
}

fn statements(day: &Day, case: CaseId) -> usize {
    day.counter.judged(case).unwrap().case.stated().count()
}

/// Nothing stands there that was not sent, or that is another's; what is said to a screen that is gone changes nothing;
/// what is said to one that stands there changes no case but the one it belongs to.
#[test]
fn 送っていないものは見えず_遅れた答えは誰のものにもならない() {
    // One day at one counter: opening it takes longer than everything that happens there.
    let day = RefCell::new(Day::begin());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) };
    let mut runner = TestRunner::new(config);
    let kept = runner.run(&prop::collection::vec(act(), 1..25), |acts| {
        let mut day = day.borrow_mut();
        let cases = two_residents(&mut day);
        // Whose values were sent to the screen that stands there now.
        let mut sent: Vec<&str> = Vec::new();
        let mut before: Option<usize> = None;
        let mut turns = vec![day.counter.resident_screen().turn];
        for act in acts {
            let turn_before = day.counter.resident_screen().turn;
            let counts = cases.map(|case| statements(&day, case));
            let mut told = None;
            match act {
                Act::Begin(who) => {
                    day.counter.begin(cases[who], Step::Asking).unwrap();
                    before = Some(who);
                }
                Act::LayAside(who) => {
                    day.counter.lay_aside(cases[who]).unwrap();
                    before = before.filter(|now| *now != who);
                }
                Act::SendFacts(who, facts) => {
                    let rows: Vec<_> = facts.iter().map(|at| PEOPLE[who][*at]).collect();
                    let paths: Vec<String> = rows.iter().map(|(path, _)| (*path).to_owned()).collect();
                    let done = day.counter.send_facts_to_resident(cases[who], &paths);
                    prop_assert_eq!(done.is_ok(), before == Some(who) && !rows.is_empty());
                    if done.is_ok() {
                        sent = rows.iter().map(|(_, value)| *value).collect();
                    }
                }
                Act::SendQuestion(who) => {
                    let asked = ["case.pregnant".to_owned(), "case.single_parent".to_owned()];
                    let done = day.counter.send_question_to_resident(cases[who], &asked);
                    prop_assert_eq!(done.is_ok(), before == Some(who));
                    if done.is_ok() {
                        sent.clear();
                    }
                }
                Act::TakeBack(who) => {
                    prop_assert_eq!(
                        day.counter.take_back_from_resident(cases[who]).is_ok(),
                        before == Some(who)
                    );
                }
                Act::Next => {
                    day.counter.welcome_next();
                    before = None;
                }
                Act::Tell(ago, said) => {
                    let turn = turns[turns.len().saturating_sub(ago + 1)];
                    let done = day.counter.resident_tell(turn, said.words());
                    if turn != turn_before {
                        prop_assert!(done.is_err());
                        prop_assert_eq!(day.counter.resident_screen().turn, turn_before);
                        prop_assert_eq!(cases.map(|case| statements(&day, case)), counts);
                    }
                    told = Some(done.is_ok());
                }
            }
            let screen = day.counter.resident_screen();
            for (who, case) in cases.iter().enumerate() {
                // Only what the resident before the window says becomes a statement, and only of their own case.
                let changed = statements(&day, *case) != counts[who];
                prop_assert!(!changed || (told == Some(true) && before == Some(who)));
            }
            if screen.turn != turn_before {
                let kept = matches!(screen.stage, ResidentStage::Confirm { .. });
                if !kept {
                    sent.clear();
                }
            }
            let shown = serde_json::to_string(&screen.stage).unwrap();
            for (who, person) in PEOPLE.iter().enumerate() {
                for (path, value) in person {
                    let may = before == Some(who) && sent.contains(value);
                    prop_assert!(may || !shown.contains(value), "{} of {} is seen", path, who);
                }
            }
            if before.is_none() {
                prop_assert_eq!(&screen.stage, &ResidentStage::Welcome);
            }
            turns.push(screen.turn);
        }
        Ok(())
    });
    kept.unwrap();
}

#[test]
fn 甲さんの遅れた答えは_乙さんの案件でも甲さんの案件でも断られる() {
    let mut day = Day::begin();
    let [first, second] = two_residents(&mut day);
    day.counter.begin(first, Step::Asking).unwrap();
    day.counter.send_question_to_resident(first, &["case.pregnant".into()]).unwrap();
    let late = day.counter.resident_screen().turn;
    day.counter.begin(second, Step::Asking).unwrap();
    day.counter.send_question_to_resident(second, &["case.pregnant".into()]).unwrap();
    let before = [first, second].map(|case| statements(&day, case));
    let refused = day.counter.resident_tell(late, ResidentSaid::Answer(Given::Yes)).unwrap_err();
    assert_eq!(refused.code(), "RES-01");
    assert_eq!([first, second].map(|case| statements(&day, case)), before);
    // Back at the first one: the old answer stays void.
    day.counter.begin(first, Step::Asking).unwrap();
    assert!(day.counter.resident_tell(late, ResidentSaid::Answer(Given::Yes)).is_err());
    assert_eq!(statements(&day, first), before[0]);
}

#[test]
fn 渡した案件や完了した案件には_もう何も言えない() {
    let mut desk = Desk::with_card();
    desk.ask(&["case.pregnant"]);
    let turn = desk.turn();
    desk.day.counter.hand_over(desk.case, "sato", "window-2", None).unwrap();
    assert_eq!(desk.tell_to(turn, ResidentSaid::Answer(Given::Yes)).unwrap_err().code, "RES-01");
    assert_eq!(desk.stage(), ResidentStage::Welcome);

    let mut desk = Desk::with_card();
    desk.ask(&["case.pregnant"]);
    let turn = desk.turn();
    desk.day.counter.close(desk.case, Outcome::Left).unwrap();
    assert_eq!(desk.tell_to(turn, ResidentSaid::Answer(Given::Yes)).unwrap_err().code, "RES-01");
}
