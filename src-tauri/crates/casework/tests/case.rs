//! What a case may and may not do, in the words of the office.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod common;

use common::{Desk, at, author, claimed, fact, marked, note, opened, procedure, words};
use madoka_casework::{
    Case, Event, EventKind, FormId, GuideOn, InquiryId, JobId, LanguageId, Mark, OfficeId, Outcome, Refusal,
    ReplyAnswer, Said, State, Step, Ticket, TicketError, TimeSpent, Words, WordsError,
};
use madoka_facts::{Answer, Household, Source, Statement, Value, Vocabulary};
use uuid::Uuid;

#[test]
fn 受付から完了まで担当が移り再開もできる() {
    let mut desk = Desk::open();
    assert_eq!((desk.case.state(), desk.case.owner()), (State::Waiting, None));
    desk.does("t1", claimed());
    desk.does("t1", EventKind::HandedOver { to: author("t2"), reason: None });
    assert_eq!(desk.case.owner(), Some(&author("t2")));
    assert_eq!(desk.refuses("t1", EventKind::Paused {}), Refusal::NotOwner);
    desk.does("t3", EventKind::TakenOver { reason: words("端末の故障") });
    desk.does("t3", EventKind::Closed { outcome: Outcome::Completed, reason: None });
    assert_eq!((desk.case.state(), desk.case.owner()), (State::Closed, None));
    assert_eq!(desk.refuses("t3", fact("applicant.name", "架空")), Refusal::IsClosed);
    desk.does("t1", EventKind::Reopened { reason: words("印鑑の押し忘れ") });
    assert_eq!(desk.case.owner(), Some(&author("t1")));
    desk.does("t1", EventKind::Released { reason: None });
    desk.does("t1", EventKind::TakenBack {});
    assert_eq!(desk.refuses("t1", claimed()), Refusal::IsTakenBack);
    desk.does("t1", EventKind::Restored {});
    assert_eq!(desk.case.state(), State::Waiting);
}

#[test]
fn つじつまの合わない出来事は理由をつけて断り案件を変えない() {
    assert_eq!(Case::fold(&[] as &[Event]), Err(Refusal::NotOpened));
    let mut desk = Desk::open();
    assert_eq!(desk.refuses("t1", fact("applicant.name", "架空")), Refusal::NobodyHasIt);
    assert_eq!(desk.refuses("t1", opened("1")), Refusal::AlreadyOpened);
    assert_eq!(desk.refuses("t1", EventKind::Restored {}), Refusal::NotTakenBack);
    assert_eq!(desk.refuses("t1", EventKind::TakenOver { reason: words("急ぎ") }), Refusal::NobodyHasIt);
    desk.does("t1", claimed());
    assert_eq!(desk.refuses("t2", claimed()), Refusal::NotOwner);
    assert_eq!(desk.refuses("t2", EventKind::TakenBack {}), Refusal::NotOwner);
    assert_eq!(desk.refuses("t1", fact("household[0].name", "架空")), Refusal::NoSuchMember);
    assert_eq!(desk.refuses("t1", EventKind::MemberAdded { member: 1 }), Refusal::MemberIndex);
    let id = procedure("move_in.kokuho", None);
    assert!(matches!(
        desk.refuses("t1", EventKind::Deselected { procedure: id.clone() }),
        Refusal::NotSelected(_)
    ));
    assert!(matches!(desk.refuses("t1", EventKind::Unmarked { procedure: id }), Refusal::NotMarked(_)));
    let job = JobId::parse("j1").unwrap();
    assert_eq!(
        desk.refuses("t1", EventKind::Printed { job, forms: vec![], said: at(0), seen: None }),
        Refusal::NoForms
    );
    let inquiry = InquiryId::new(Uuid::from_u128(77));
    let reply = EventKind::reply(inquiry, ReplyAnswer::Applies, true);
    assert_eq!(desk.refuses("t9", reply), Refusal::UnknownInquiry);
    let nobody = EventKind::Undone { event: desk.id() };
    assert_eq!(desk.refuses("t1", nobody), Refusal::UnknownEvent);
}

#[test]
fn 事実は出どころごとに残り取り消しても伏せても記録は消えない() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let name = |case: &Case| {
        let known = case.facts(&Vocabulary::built_in());
        match known.facts.answer(&"applicant.name".parse().unwrap()) {
            Answer::Known(Value::Text(name)) => Some(name.clone()),
            _ => None,
        }
    };
    let say = |text: &str, source| EventKind::Stated {
        said: Said::new(
            "applicant.name".parse().unwrap(),
            Statement::known(Value::Text(text.into()), source),
        )
        .unwrap(),
    };
    desk.does("t1", say("読取", Source::Ocr));
    let chip = desk.does("t1", say("券面", Source::Chip));
    let staff = desk.does("t1", say("訂正", Source::Staff));
    assert_eq!(name(&desk.case).as_deref(), Some("訂正"));
    let undo = desk.does("t1", EventKind::Undone { event: staff.id });
    assert_eq!(name(&desk.case).as_deref(), Some("券面"));
    desk.does("t1", EventKind::Hidden { event: chip.id });
    assert_eq!(name(&desk.case).as_deref(), Some("読取"));
    // やり直す
    desk.does("t1", EventKind::Undone { event: undo.id });
    assert_eq!(name(&desk.case).as_deref(), Some("訂正"));
    let known = desk.case.facts(&Vocabulary::built_in());
    assert_eq!(known.facts.history(&"applicant.name".parse().unwrap()).len(), 3);
    let history = known.facts.best(&"applicant.name".parse().unwrap()).unwrap();
    assert_eq!((history.by.as_deref(), history.at), (Some("s01"), Some(staff.at)));
}

#[test]
fn 世帯員を外しても番号は使い回さず事実の番号は詰まる() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    for member in 0..3 {
        desk.does("t1", EventKind::MemberAdded { member });
        desk.does("t1", fact(&format!("household[{member}].name"), &format!("架空{member}")));
    }
    desk.does("t1", EventKind::HouseholdSet { known: Household::Complete });
    desk.does("t1", marked("a.child", Some(2), Mark::Done { reason: None }));
    let removed = desk.does("t1", EventKind::MemberRemoved { member: 1 });
    let known = desk.case.facts(&Vocabulary::built_in());
    assert_eq!((known.facts.members(), known.facts.household()), (2, Household::Complete));
    assert_eq!(
        known.facts.answer(&"household[1].name".parse().unwrap()),
        Answer::Known(&Value::Text("架空2".into()))
    );
    assert_eq!((known.members.position(2), known.members.member(1)), (Some(1), Some(2)));
    assert_eq!(
        known.members.path_of_events(&"household[1].name".parse().unwrap()),
        Some("household[2].name".parse().unwrap())
    );
    assert_eq!(desk.case.next_member(), 3);
    desk.does("t1", EventKind::Undone { event: removed.id });
    assert_eq!(desk.case.facts(&Vocabulary::built_in()).facts.members(), 3);
    // An added one undone and done again keeps its number.
    let added = desk.does("t1", EventKind::MemberAdded { member: 3 });
    let undo = desk.does("t1", EventKind::Undone { event: added.id });
    assert_eq!(desk.case.members().len(), 3);
    desk.does("t1", EventKind::Undone { event: undo.id });
    assert_eq!(desk.case.members().len(), 4);
}

#[test]
fn 同じ人の指定は輪にならない() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let same = |one: &str, other: &str| EventKind::SamePerson {
        one: one.parse().unwrap(),
        other: other.parse().unwrap(),
    };
    desk.does("t1", same("mourner", "applicant"));
    desk.does("t1", fact("applicant.name", "架空　太郎"));
    let known = desk.case.facts(&Vocabulary::built_in());
    assert!(matches!(known.facts.answer(&"mourner.name".parse().unwrap()), Answer::Known(_)));
    assert_eq!(desk.refuses("t1", same("mourner", "heir")), Refusal::AlreadySame);
    assert_eq!(desk.refuses("t1", same("applicant", "mourner")), Refusal::SameCircle);
    desk.does("t1", EventKind::NotSamePerson { one: "mourner".parse().unwrap() });
    desk.does("t1", same("applicant", "mourner"));
}

#[test]
fn チェックリストと手直しは記し消し元に戻せる() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let kokuho = procedure("move_in.kokuho", None);
    desk.does("t1", EventKind::Selected { procedure: kokuho.clone() });
    assert!(matches!(
        desk.refuses("t1", EventKind::Selected { procedure: kokuho.clone() }),
        Refusal::AlreadySelected(_)
    ));
    desk.does("t1", marked("move_in.kokuho", None, Mark::Later { reason: None }));
    let declined =
        desk.does("t1", marked("move_in.kokuho", None, Mark::Declined { reason: words("勤め先で加入") }));
    assert!(matches!(desk.case.mark(&kokuho), Some(Mark::Declined { .. })));
    desk.does("t1", EventKind::Undone { event: declined.id });
    assert!(matches!(desk.case.mark(&kokuho), Some(Mark::Later { .. })));
    desk.does("t1", EventKind::Unmarked { procedure: kokuho.clone() });
    let list = desk.case.checklist();
    assert_eq!((list.len(), list[&kokuho].selected, list[&kokuho].mark), (1, true, None));

    let (form, field) = (FormId::parse("juminhyo").unwrap(), "purpose".parse().unwrap());
    desk.does(
        "t1",
        EventKind::FormEdited { form: form.clone(), field, value: Some(words("年金の手続のため")) },
    );
    assert_eq!(desk.case.form_edits().len(), 1);
    let field = "purpose".parse().unwrap();
    desk.does("t1", EventKind::FormEditDropped { form, field });
    assert!(desk.case.form_edits().is_empty());
}

#[test]
fn 照会への回答とメモは担当でなくても完了後でも書ける() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let inquiry = InquiryId::new(Uuid::from_u128(77));
    let office = OfficeId::parse("fukushi").unwrap();
    desk.does(
        "t1",
        EventKind::InquirySent {
            inquiry, office, procedure: None, words: words("手当を受けていましたか")
        },
    );
    desk.does("t1", EventKind::Closed { outcome: Outcome::Referred, reason: None });
    desk.does("t9", EventKind::reply(inquiry, ReplyAnswer::DoesNotApply, false));
    desk.does("t9", note("台帳で確認"));
    let inquiries = desk.case.inquiries();
    assert_eq!(inquiries[0].reply().unwrap().answer, ReplyAnswer::DoesNotApply);
    assert_eq!(desk.case.notes().count(), 1);
}

#[test]
fn 世の中で済んだことは元に戻せず説明は証拠に残る() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let told = desk.does(
        "t1",
        EventKind::Explained {
            to: "applicant".parse().unwrap(),
            words: words("国民健康保険は14日以内です"),
            procedure: Some(procedure("move_in.kokuho", None)),
        },
    );
    let printed = desk.does(
        "t1",
        EventKind::Printed {
            job: JobId::parse("j1").unwrap(),
            forms: vec![FormId::parse("a").unwrap()],
            said: at(3),
            seen: None,
        },
    );
    let language = LanguageId::parse("easy").unwrap();
    let guide = desk.does("t1", EventKind::GuideIssued { language, on: GuideOn::Paper });
    for event in [told, printed, guide] {
        assert_eq!(desk.refuses("t1", EventKind::Undone { event: event.id }), Refusal::CannotBeUndone);
    }
    assert_eq!((desk.case.explained().count(), desk.case.papers().count()), (1, 2));
    assert_eq!(desk.case.last_undoable(), None);
}

#[test]
fn 元の担当が知らずに書いたことは脇に置かれ人が決める() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    desk.does("t1", fact("applicant.name", "先に知られた"));
    // t1 is offline: what it writes, t2 does not know.
    let mut offline = desk.clone();
    offline.next = 1_000;
    let first = offline.does("t1", fact("applicant.phone", "090-0000-0000"));
    let second = offline.does("t1", fact("applicant.address", "みなと野市1"));
    let close = offline.does("t1", EventKind::Closed { outcome: Outcome::Left, reason: None });
    let their_note = offline.does("t9", note("回線の外で書いた"));
    desk.does("t2", EventKind::TakenOver { reason: words("端末の故障") });
    desk.does("t2", fact("applicant.phone", "080-0000-0000"));
    let mut all = desk.events.clone();
    all.extend([their_note, second.clone(), first.clone(), close.clone()]);
    let mut desk = Desk { case: Case::fold(&all).unwrap(), events: all, ..desk };
    assert_eq!(desk.case.owner(), Some(&author("t2")), "the takeover came to t1's knowledge too late");
    let late: Vec<_> = desk.case.late().map(|event| event.id).collect();
    assert_eq!(late.len(), 3);
    assert_eq!(desk.case.notes().count(), 1, "a note is anyone's");
    let paths = |case: &Case| case.stated().map(|(path, ..)| path.to_string()).collect::<Vec<_>>();
    assert_eq!(paths(&desk.case), ["applicant.name", "applicant.phone"]);
    let adopt_close = EventKind::LateResolved { adopt: vec![close.id], dismiss: vec![] };
    assert_eq!(desk.refuses("t2", adopt_close), Refusal::NotLate);
    desk.does("t2", EventKind::LateResolved { adopt: vec![second.id], dismiss: vec![first.id, close.id] });
    assert_eq!(desk.case.late().count(), 0);
    assert_eq!(desk.case.aside().len(), 2, "dismissed, and kept");
    assert_eq!(paths(&desk.case), ["applicant.name", "applicant.phone", "applicant.address"]);
    assert_eq!(Case::fold(desk.events.iter().rev()).unwrap(), desk.case);
}

#[test]
fn 二つの端末が同時に担当しても一方だけが担当になる() {
    let mut one = Desk::open();
    let mut two = one.clone();
    two.next = 1_000;
    one.does("t1", claimed());
    one.does("t1", fact("applicant.name", "一"));
    two.does("t2", claimed());
    two.does("t2", fact("applicant.name", "二"));
    let all: Vec<Event> = one.events.iter().chain(&two.events[1..]).cloned().collect();
    let case = Case::fold(&all).unwrap();
    assert_eq!(case.owner(), Some(&author("t1")), "the claim with the smaller id, on every terminal");
    assert_eq!((case.stated().count(), case.late().count()), (1, 2), "the other waits for a person");
    assert_eq!(Case::fold(all.iter().rev()).unwrap(), case);
}

#[test]
fn 所要時間は待ちと仕事を分け時計が戻っても負にならない() {
    let mut desk = Desk::open();
    desk.at("t1", 60 * 10, claimed());
    desk.at("t1", 60 * 10, EventKind::StepEntered { step: Step::Reading });
    desk.at("t1", 60 * 12, EventKind::StepEntered { step: Step::Asking });
    desk.at("t1", 60 * 15, EventKind::Paused {});
    desk.at("t1", 60 * 35, EventKind::StepEntered { step: Step::Asking });
    desk.at("t1", 60 * 36, EventKind::StepEntered { step: Step::Printing });
    // Lunch without a word.
    desk.at("t1", 60 * 96, EventKind::StepEntered { step: Step::Guiding });
    // The clock is set back.
    desk.at("t1", 60 * 90, EventKind::StepEntered { step: Step::Signing });
    desk.at("t1", 60 * 91, EventKind::Closed { outcome: Outcome::Completed, reason: None });
    let spent = desk.case.time_spent();
    let minutes = |step| TimeSpent::minutes(spent.step(step));
    assert_eq!(
        [Step::Reading, Step::Asking, Step::Printing, Step::Guiding, Step::Signing].map(minutes),
        [2, 4, 0, 0, 1]
    );
    assert_eq!((spent.waiting() / 60, spent.silent() / 60, spent.work() / 60), (30, 60, 7));
    assert_eq!(desk.case.waiting_minutes(at(-600)), 0);
    assert_eq!(desk.case.waiting_minutes(at(60 * 38)), 38);
}

#[test]
fn 個人番号はどこにも記録できない() {
    // The made-up number of public explanations.
    let number = "123456789018";
    for text in [number, "1234 5678 9018", "１２３４－５６７８－９０１８", "番号は123456789018です"]
    {
        assert_eq!(Words::parse(text).unwrap_err(), WordsError::MyNumber, "{text}");
        let said = Statement::known(Value::Text(text.into()), Source::Staff);
        assert!(Said::new("applicant.address".parse().unwrap(), said).is_err());
    }
    let said = Statement::known(Value::Number(123_456_789_018), Source::Staff);
    assert!(Said::new("case.amount".parse().unwrap(), said).is_err());
    for path in ["applicant.my_number", "household[0].mynumber", "deceased.individual_number"] {
        let unknown = Statement::unknown(Source::Resident);
        assert_eq!(Said::new(path.parse().unwrap(), unknown).unwrap_err(), WordsError::MyNumber, "{path}");
    }
    for text in ["090-1234-5678 2回", "123456789019", "1234567890181", "2026-11-21 0900"] {
        assert!(Words::parse(text).is_ok(), "{text}");
    }
    let card = Statement::known(Value::Bool(true), Source::Staff);
    assert!(Said::new("applicant.mynumber_card".parse().unwrap(), card).is_ok());
    let licence = Statement::known(Value::Text(number.into()), Source::Ocr);
    assert!(Said::new("applicant.licence_number".parse().unwrap(), licence).is_ok());
    // Nor by the way of a written event.
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let event = desk.does("t1", note("番号"));
    let forged = event.to_json().replace("番号", number);
    assert!(Event::from_json(&forged).is_err());
}

#[test]
fn 人の言ったことは_debug_に出ない() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    desk.does("t1", fact("applicant.name", "秘密太郎"));
    desk.does("t1", note("秘密の覚え書き"));
    assert!(!format!("{:?} {:?}", desk.case, desk.events).contains("秘密"));
}

#[test]
fn 途中まで折り畳んだ案件は書き出して読み直しても続きが同じ() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    let name = desk.does("t1", fact("applicant.name", "架空"));
    desk.does("t1", EventKind::Undone { event: name.id });
    let json = serde_json::to_string(&desk.case).unwrap();
    let mut again: Case = serde_json::from_str(&json).unwrap();
    assert_eq!(again, desk.case);
    let next = desk.does("t1", note("続き"));
    again.apply(&next).unwrap();
    assert_eq!(again, desk.case);
}

#[test]
fn 一万件の案件もすぐ折り畳める() {
    let mut desk = Desk::open();
    desk.does("t1", claimed());
    for n in 0..10_000 {
        let kind = match n % 4 {
            0 => fact("applicant.address", &format!("みなと野市{n}")),
            1 => marked(&format!("p.{}", n % 300), None, Mark::Done { reason: None }),
            2 => EventKind::StepEntered { step: Step::Asking },
            _ => EventKind::Undone {
                event: desk.events.last().map(|_| desk.events[desk.events.len() - 2].id).unwrap(),
            },
        };
        desk.does("t1", kind);
    }
    assert_eq!(Case::fold(desk.events.iter().rev()).unwrap(), desk.case);
}

#[test]
fn 受付番号は全角で打っても同じ番号() {
    assert_eq!(Ticket::parse(" ａー１０３ ").unwrap().as_str(), "A-103");
    assert_eq!(Ticket::parse("　"), Err(TicketError::Empty));
    assert_eq!(Ticket::parse("123456789"), Err(TicketError::TooLong));
    assert_eq!(Ticket::parse("十二"), Err(TicketError::Character));
}
