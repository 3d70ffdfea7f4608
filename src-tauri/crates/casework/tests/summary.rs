//! 実績: one row a closed case, with nothing in it that points at a person.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod common;

use common::{Desk, author, claimed, marked, words};
use madoka_casework::{
    EventKind, FormId, FoundBy, GuideOn, InquiryId, JobId, LanguageId, Mark, OfficeId, Outcome, ReplyAnswer,
    Said, Step, Summary,
};
use madoka_facts::{Source, Statement, Value};

const MARK: &str = "印印印花子";

fn said(path: &str, value: Option<&str>, source: Source) -> EventKind {
    let statement = match value {
        Some(text) => Statement::known(Value::Text(text.to_owned()), source),
        None => Statement::unknown(source),
    };
    EventKind::Stated { said: Said::new(path.parse().unwrap(), statement).unwrap() }
}

fn closed(outcome: Outcome) -> EventKind {
    EventKind::Closed { outcome, reason: None }
}

/// 転入: two procedures done, one form printed, one question nobody could answer.
fn visit() -> Desk {
    let mut desk = Desk::open();
    desk.at("t1", 300, claimed());
    desk.at("t1", 300, EventKind::StepEntered { step: Step::Reading });
    desk.at("t1", 310, said("visitor.name", Some(MARK), Source::Ocr));
    desk.at("t1", 320, said("visitor.name", Some("印印印華子"), Source::Staff));
    desk.at("t1", 330, said("visitor.address", Some(MARK), Source::Ocr));
    desk.at("t1", 340, said("visitor.address", Some(MARK), Source::Staff));
    desk.at("t1", 350, said("visitor.phone", Some(MARK), Source::Chip));
    desk.at("t1", 360, EventKind::StepEntered { step: Step::Asking });
    desk.at("t1", 400, EventKind::MemberAdded { member: 0 });
    desk.at("t1", 410, said("household[0].school", None, Source::Resident));
    desk.at("t1", 420, said("case.pet", None, Source::Resident));
    desk.at("t1", 430, said("case.pet", Some("いぬ"), Source::Resident));
    desk.at("t1", 440, marked("move_in.notify", None, Mark::Done { reason: None }));
    desk.at("t1", 450, marked("move_in.child", Some(0), Mark::NotApplicable { reason: words(MARK) }));
    let forms = vec![FormId::parse("move").unwrap(), FormId::parse("child").unwrap()];
    let job = JobId::parse("j1").unwrap();
    desk.at("t1", 480, EventKind::Printed { job, forms, said: common::at(480), seen: None });
    desk.at(
        "t1",
        490,
        EventKind::GuideIssued { language: LanguageId::parse("ja").unwrap(), on: GuideOn::Paper },
    );
    desk.at("t1", 495, EventKind::Noted { words: words(MARK) });
    desk
}

#[test]
fn 完了するまで実績はない() {
    let desk = visit();
    assert_eq!(desk.case.summary(), None);
}

#[test]
fn 一度の来庁が一行になる() {
    let mut desk = visit();
    desk.at("t1", 500, closed(Outcome::Completed));
    let summary = desk.case.summary().unwrap();
    assert_eq!(summary.life_event.as_str(), "move_in");
    assert_eq!((summary.day.to_string().as_str(), summary.hour), ("2026-11-20", 9));
    assert_eq!(summary.waiting, 300);
    assert_eq!(summary.seconds.get(&Step::Reading), Some(&60));
    assert_eq!(summary.seconds.get(&Step::Asking), Some(&140));
    assert!(summary.one_stop);
    assert_eq!((summary.procedures, summary.done, summary.corrected), (2, 1, 1));
    assert_eq!((summary.papers, summary.guides), (2, 1));
    assert_eq!((summary.from_chip, summary.from_pictures, summary.pictures_corrected), (1, 2, 1));
    assert_eq!(Vec::from_iter(&summary.corrected_fields), ["visitor.name"]);
    assert_eq!(
        summary.corrected_procedures.first().map(madoka_casework::ProcedureId::as_str),
        Some("move_in.child")
    );
    // Of a member it says which question, not of whom; what was answered in the end is not counted.
    assert_eq!(Vec::from_iter(&summary.unknown), ["household.school"]);
}

#[test]
fn 後日や他課があれば一度では終わっていない() {
    for mark in [
        Mark::Later { reason: None },
        Mark::OtherOffice { office: OfficeId::parse("nenkin").unwrap(), reason: None },
    ] {
        let mut desk = visit();
        desk.at("t1", 498, marked("move_in.pension", None, mark));
        desk.at("t1", 500, closed(Outcome::Completed));
        assert!(!desk.case.summary().unwrap().one_stop);
    }
    let mut desk = visit();
    desk.at("t1", 500, closed(Outcome::Left));
    assert!(!desk.case.summary().unwrap().one_stop);
}

#[test]
fn 再開して完了し直せば_新しい実績になる() {
    let mut desk = visit();
    desk.at("t1", 500, closed(Outcome::Left));
    desk.at("t2", 600, EventKind::Reopened { reason: words(MARK) });
    assert_eq!(desk.case.summary(), None);
    desk.at("t2", 700, EventKind::HandedOver { to: author("t3"), reason: None });
    desk.at("t3", 800, closed(Outcome::Completed));
    let summary = desk.case.summary().unwrap();
    assert_eq!((summary.outcome, summary.hand_overs), (Outcome::Completed, 1));
}

#[test]
fn 予約の準備は待ち時間にならず_来庁からの分が実績になる() {
    let mut desk = Desk::open();
    desk.at("t1", 60, claimed());
    desk.at("t1", 60, EventKind::StepEntered { step: Step::Asking });
    desk.at("t1", 400, EventKind::Released { reason: None });
    // Two days later, at ten.
    let came = 2 * 86_400 + 3_600;
    desk.at("t2", came, EventKind::Arrived {});
    desk.at("t1", came + 120, claimed());
    desk.at("t1", came + 120, EventKind::StepEntered { step: Step::Choosing });
    desk.at("t1", came + 720, closed(Outcome::Completed));
    assert_eq!(desk.case.waiting_minutes(common::at(came + 300)), 5);
    let summary = desk.case.summary().unwrap();
    assert_eq!((summary.waiting, summary.prepared), (120, 340));
    assert_eq!(summary.seconds.values().sum::<u64>(), 600);
    assert_eq!(summary.seconds.get(&Step::Choosing), Some(&600));
    assert_eq!((summary.day.to_string().as_str(), summary.hour), ("2026-11-22", 10));
}

#[test]
fn 呼ばれないまま夜を越した案件の夜は_待ち時間ではない() {
    let mut desk = Desk::open();
    desk.at("t1", 20 * 3_600, claimed());
    desk.at("t1", 20 * 3_600, closed(Outcome::Left));
    assert_eq!(desk.case.summary().unwrap().waiting, 0);
}

#[test]
fn 案内漏れは_どの事実が誤らせたかとともに実績になる() {
    let mut desk = visit();
    let inquiry = InquiryId::new(uuid::Uuid::from_u128(7));
    let asked = common::procedure("move_in.notify", None);
    desk.at(
        "t1",
        496,
        EventKind::InquirySent {
            inquiry,
            office: OfficeId::parse("nenkin").unwrap(),
            procedure: Some(asked),
            words: words(MARK),
        },
    );
    desk.at("t1", 500, closed(Outcome::Completed));
    let more = Some(common::procedure("move_in.pension", None));
    let mut reply = EventKind::reply(inquiry, ReplyAnswer::Applies, true);
    if let EventKind::ReplyGiven { procedure, .. } = &mut reply {
        *procedure = more;
    }
    desk.at("t9", 600, reply);
    desk.at(
        "t9",
        700,
        EventKind::Missed {
            procedure: common::procedure("move_in.dog", None),
            words: Some(words(MARK)),
            because: vec!["case.dog".parse().unwrap()],
        },
    );
    let missed = desk.case.summary().unwrap().missed;
    let said: Vec<(&str, FoundBy, usize)> =
        missed.iter().map(|one| (one.procedure.as_str(), one.found, one.because.len())).collect();
    assert_eq!(said, [("move_in.dog", FoundBy::Later, 1), ("move_in.pension", FoundBy::Department, 0)]);
}

#[test]
fn 実績に人を指すものは入らない() {
    let mut desk = visit();
    desk.at("t1", 500, closed(Outcome::Completed));
    let summary = desk.case.summary().unwrap();
    let json = serde_json::to_string(&summary).unwrap();
    let case = desk.case.id.to_string();
    for secret in [MARK, "印", "いぬ", "s01", "t1", case.as_str(), "\"12\""] {
        assert!(!json.contains(secret), "{secret} in {json}");
    }
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
}
