//! Events written by every version read for ever. A line is never changed; a new version adds a file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod common;

use common::{Desk, at, author, claimed, fact, marked, note, procedure, words};
use madoka_casework::{
    Case, Event, EventKind, FORMAT, FormId, FormatError, GuideOn, Handwriting, ImageHash, InquiryId, JobId,
    LanguageId, Mark, Money, OfficeId, Outcome, PenPoint, ReplyAnswer, Step,
};
use madoka_facts::Household;
use uuid::Uuid;

const V1: &str = include_str!("vectors/v1.jsonl");
const V2: &str = include_str!("vectors/v2.jsonl");
const V3: &str = include_str!("vectors/v3.jsonl");
const V4: &str = include_str!("vectors/v4.jsonl");
const V2_PAPERS: &str = include_str!("vectors/v2-papers.jsonl");

/// What version 2 added: replies with what is owed, what to bring, whom to call, and of a procedure nobody had asked about.
fn replies() -> Desk {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let inquiry = InquiryId::new(Uuid::from_u128(77));
    let sent = EventKind::InquirySent {
        inquiry,
        office: OfficeId::parse("hoken").unwrap(),
        procedure: Some(procedure("death.koki_loss", None)),
        words: words("資格と精算を教えてください"),
    };
    desk.does("t1", sent);
    let reply = |about: Option<&str>, money, bring: Option<&str>, call: Option<&str>| EventKind::ReplyGiven {
        inquiry,
        answer: ReplyAnswer::Applies,
        here: true,
        words: Some(words("還付があります")),
        procedure: about.map(|about| procedure(about, None)),
        money,
        bring: bring.map(words),
        call: call.map(words),
    };
    desk.does("t9", reply(None, Some(Money::Refunded { yen: Some(12_340) }), None, Some("内線 123")));
    desk.does("t9", reply(Some("death.high_cost"), Some(Money::Owed { yen: None }), Some("領収書"), None));
    desk
}

/// What version 2 added besides: which forms to print, and a signature with its lines.
fn papers() -> Desk {
    let mut desk = Desk::open();
    let form = || FormId::parse("juminhyo").unwrap();
    desk.does("t1", claimed());
    desk.does("t1", EventKind::PapersChosen { form: form(), copies: Some(2) });
    desk.does("t1", EventKind::PapersChosen { form: form(), copies: None });
    let hand = vec![vec![PenPoint(120, 800, 0), PenPoint(2_500, 640, 35)], vec![PenPoint(900, 90, 410)]];
    let hand = Handwriting::parse(9_000, 3_000, hand).unwrap();
    let who = "applicant".parse().unwrap();
    desk.does("t1", EventKind::Signed { who, forms: vec![form()], image: hand.hash(), strokes: Some(hand) });
    desk
}

/// What version 3 added: the family came, and what turned out later.
fn later() -> Desk {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    desk.does("t1", EventKind::Released { reason: None });
    desk.does("t2", EventKind::Arrived {});
    let missed = |words, because: &[&str]| EventKind::Missed {
        procedure: procedure("death.dog", None),
        words,
        because: because.iter().map(|path| path.parse().unwrap()).collect(),
    };
    desk.does("t2", missed(None, &[]));
    desk.does("t2", missed(Some(words("犬の登録がありました")), &["case.dog", "deceased.head"]));
    desk
}

/// What version 4 added: up to where the case was known when its papers were made.
fn printed_meanwhile() -> Desk {
    let mut desk = Desk::open();
    let seen = desk.does("t1", claimed());
    desk.does("t1", fact("deceased.name", "架空　一郎"));
    let form = FormId::parse("koki_loss").unwrap();
    let job = JobId::parse("j4").unwrap();
    desk.does("t1", EventKind::Printed { job, forms: vec![form], said: at(90), seen: Some(seen.id) });
    desk
}

/// A case in which every kind of event happens.
fn everything() -> Desk {
    let mut desk = Desk::open();
    let form = || FormId::parse("juminhyo").unwrap();
    let kokuho = || procedure("move_in.kokuho", None);
    let inquiry = InquiryId::new(Uuid::from_u128(77));
    desk.does("t1", EventKind::Numbered { number: 26_001_000_042 });
    desk.does("t1", claimed());
    desk.does("t1", EventKind::StepEntered { step: Step::Reading });
    desk.does("t1", EventKind::MemberAdded { member: 0 });
    desk.does("t1", EventKind::MemberAdded { member: 1 });
    desk.does("t1", EventKind::MemberRemoved { member: 1 });
    desk.does("t1", EventKind::HouseholdSet { known: Household::Complete });
    let name = desk.does("t1", fact("applicant.name", "葛\u{E0100}城　花子"));
    desk.does("t1", EventKind::Hidden { event: name.id });
    desk.does(
        "t1",
        EventKind::SamePerson { one: "mourner".parse().unwrap(), other: "applicant".parse().unwrap() },
    );
    desk.does("t1", EventKind::NotSamePerson { one: "mourner".parse().unwrap() });
    desk.does("t1", EventKind::Selected { procedure: kokuho() });
    desk.does("t1", EventKind::Deselected { procedure: kokuho() });
    for mark in [
        Mark::Later { reason: None },
        Mark::Done { reason: None },
        Mark::Declined { reason: words("勤め先で加入") },
        Mark::OtherOffice { office: OfficeId::parse("hoken").unwrap(), reason: None },
        Mark::NotApplicable { reason: words("転出取消") },
    ] {
        desk.does("t1", marked("move_in.kokuho", Some(0), mark));
    }
    desk.does("t1", EventKind::Unmarked { procedure: procedure("move_in.kokuho", Some(0)) });
    let field = || "purpose".parse().unwrap();
    desk.does("t1", EventKind::FormEdited { form: form(), field: field(), value: Some(words("年金")) });
    desk.does("t1", EventKind::FormEditDropped { form: form(), field: field() });
    desk.does(
        "t1",
        EventKind::Printed {
            job: JobId::parse("j1").unwrap(),
            forms: vec![form()],
            said: at(90),
            seen: None,
        },
    );
    desk.does(
        "t1",
        EventKind::GuideIssued { language: LanguageId::parse("easy").unwrap(), on: GuideOn::Paper },
    );
    desk.does(
        "t1",
        EventKind::Explained {
            to: "applicant".parse().unwrap(),
            words: words("14日以内です"),
            procedure: Some(kokuho()),
        },
    );
    desk.does(
        "t1",
        EventKind::InquirySent {
            inquiry,
            office: OfficeId::parse("fukushi").unwrap(),
            procedure: None,
            words: words("手当を受けていましたか"),
        },
    );
    desk.does("t9", EventKind::reply(inquiry, ReplyAnswer::AskThere, false));
    desk.does(
        "t1",
        EventKind::Signed {
            who: "household[0]".parse().unwrap(),
            forms: vec![form()],
            image: ImageHash::new([7; 32]),
            strokes: None,
        },
    );
    let noted = desk.does("t1", note("元に戻す"));
    desk.does("t1", EventKind::Undone { event: noted.id });
    desk.does("t1", EventKind::Paused {});
    desk.does("t1", EventKind::LateResolved { adopt: vec![], dismiss: vec![] });
    desk.does("t1", EventKind::HandedOver { to: author("t2"), reason: None });
    desk.does("t3", EventKind::TakenOver { reason: words("急病") });
    desk.does("t3", EventKind::Released { reason: None });
    desk.does("t3", EventKind::TakenBack {});
    desk.does("t3", EventKind::Restored {});
    desk.does("t3", claimed());
    desk.does("t3", EventKind::Closed { outcome: Outcome::Completed, reason: None });
    desk.does("t3", EventKind::Reopened { reason: words("忘れ物") });
    desk
}

#[test]
fn 版1の記録はいつまでも同じに読める() {
    let desk = everything();
    if std::env::var_os("MADOKA_WRITE_VECTORS").is_some() {
        let lines: String = desk.events.iter().map(|event| event.to_json() + "\n").collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v1.jsonl"), lines).unwrap();
        return;
    }
    let read: Vec<Event> = V1.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(read, desk.events);
    assert_eq!(Case::fold(&read).unwrap(), desk.case);
    let newer = V2_PAPERS.lines().map(|line| Event::from_json(line).unwrap());
    let newest = V3.lines().map(|line| Event::from_json(line).unwrap());
    let all: Vec<Event> = read.into_iter().chain(newer).chain(newest).collect();
    for name in EventKind::NAMES {
        assert!(all.iter().any(|event| event.kind.name() == name), "no vector for {name}");
    }
}

#[test]
fn 版2の記録はいつまでも同じに読める() {
    let desk = replies();
    if std::env::var_os("MADOKA_WRITE_VECTORS").is_some() {
        let lines: String = desk.events.iter().map(|event| event.to_json() + "\n").collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v2.jsonl"), lines).unwrap();
        return;
    }
    let read: Vec<Event> = V2.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(read, desk.events);
    for (line, event) in V2.lines().zip(&read) {
        assert_eq!(event.to_json(), line);
    }
    let inquiries = desk.case.inquiries();
    assert_eq!(inquiries[0].replies.len(), 2);
    assert_eq!(inquiries[0].reply().unwrap().money, Some(Money::Refunded { yen: Some(12_340) }));
    assert_eq!(read.last().map(|event| event.kind.format()), Some(2));
}

#[test]
fn 版3の記録はいつまでも同じに読める() {
    let desk = later();
    if std::env::var_os("MADOKA_WRITE_VECTORS").is_some() {
        let lines: String = desk.events.iter().map(|event| event.to_json() + "\n").collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v3.jsonl"), lines).unwrap();
        return;
    }
    let read: Vec<Event> = V3.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(read, desk.events);
    for (line, event) in V3.lines().zip(&read) {
        assert_eq!(event.to_json(), line);
    }
    assert_eq!(read.last().map(|event| event.kind.format()), Some(3));
    assert_eq!(desk.case.missed().count(), 2);
    assert_eq!(desk.case.arrived(), Some(at(3)));
}

#[test]
fn 版4の記録はいつまでも同じに読める() {
    let desk = printed_meanwhile();
    if std::env::var_os("MADOKA_WRITE_VECTORS").is_some() {
        let lines: String = desk.events.iter().map(|event| event.to_json() + "\n").collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v4.jsonl"), lines).unwrap();
        return;
    }
    let read: Vec<Event> = V4.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(read, desk.events);
    for (line, event) in V4.lines().zip(&read) {
        assert_eq!(event.to_json(), line);
    }
    assert_eq!(read.last().map(|event| event.kind.format()), Some(FORMAT));
    let seen = desk.case.papers().find_map(|event| match event.kind {
        EventKind::Printed { seen, .. } => seen,
        _ => None,
    });
    assert!(desk.case.as_of(seen.unwrap()).unwrap().stated().next().is_none(), "the name came after");
}

#[test]
fn 様式の選択と筆跡はいつまでも同じに読める() {
    let desk = papers();
    if std::env::var_os("MADOKA_WRITE_VECTORS").is_some() {
        let lines: String = desk.events.iter().map(|event| event.to_json() + "\n").collect();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/v2-papers.jsonl");
        std::fs::write(file, lines).unwrap();
        return;
    }
    let read: Vec<Event> = V2_PAPERS.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(read, desk.events);
    for (line, event) in V2_PAPERS.lines().zip(&read) {
        assert_eq!(event.to_json(), line);
    }
    let (_, forms, hand, _) = desk.case.signatures().next().unwrap();
    assert_eq!((forms.len(), hand.strokes().len()), (1, 2));
    assert_eq!(desk.case.forms_chosen(), [&FormId::parse("juminhyo").unwrap()]);
    // The last choice counts: as the form itself says.
    assert_eq!(desk.case.copies(&FormId::parse("juminhyo").unwrap()), None);
}

#[test]
fn 版1で言えることは版1の字のとおりに書く() {
    // What version 1 can say is written in version 1: hashes over it stay valid, and programs of that version read it.
    for line in V1.lines() {
        assert_eq!(Event::from_json(line).unwrap().to_json(), line);
    }
}

#[test]
fn 新しい版と知らない種類は名を挙げて断る() {
    let line = V1.lines().next().unwrap();
    assert_eq!(
        Event::from_json(&line.replacen("\"v\":1", "\"v\":9", 1)),
        Err(FormatError::Newer { found: 9, known: FORMAT })
    );
    let stranger = line.replacen("\"opened\"", "\"teleported\"", 1);
    assert_eq!(Event::from_json(&stranger), Err(FormatError::UnknownKind { kind: "teleported".into() }));
    assert_eq!(Event::from_json(&line.replacen("\"seq\"", "\"sequence\"", 1)), Err(FormatError::Form));
    assert_eq!(
        Event::from_json(&line.replacen("\"ticket\"", "\"extra\":1,\"ticket\"", 1)),
        Err(FormatError::Form)
    );
}
