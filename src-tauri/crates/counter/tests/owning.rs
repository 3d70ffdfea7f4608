//! 担当と中断: cases pass from hand to hand, and work that was broken off is found again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops loudly")]

mod day;

use day::{Day, problem};
use madoka_casework::{
    Author, CaseId, EventId, EventKind, GuideOn, Mark, Outcome, ProcedureRef, Said, StaffId, TerminalId,
};
use madoka_counter::view::CaseState;
use madoka_counter::visit::{AnswerKind, Given, NoticeState, VisitStep};
use madoka_facts::{Household, Source, Statement, Value};
use madoka_forms::guide::Language;
use madoka_text::Personal;
use uuid::Uuid;

fn personal(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

fn begun(day: &mut Day, life_event: &str) -> CaseId {
    let id = day.open(life_event, None).unwrap();
    day.counter.begin(id, VisitStep::Reading).unwrap();
    id
}

/// A family with a child who changes school: other offices to visit.
fn family(day: &mut Day) -> CaseId {
    let id = begun(day, "move_in");
    let text = |value: &str| Given::Text(value.into());
    day.counter.answer(id, "case.move_date", &text("2026-11-15"), Source::Resident).unwrap();
    day.counter.add_member(id).unwrap();
    day.counter.answer(id, "household[0].name", &text("港 太郎"), Source::Resident).unwrap();
    day.counter.answer(id, "household[0].birth_date", &text("2016-05-05"), Source::Resident).unwrap();
    day.counter.household(id, Household::Complete).unwrap();
    id
}

/// Says yes to everything that is asked, so that other offices have work.
fn yes_to_everything(day: &mut Day, id: CaseId) {
    for _ in 0..200 {
        let visit = day.counter.visit(id).unwrap();
        let Some(question) = visit.interview.now.and_then(|now| now.questions.into_iter().next()) else {
            return;
        };
        let given = match &question.answer {
            AnswerKind::YesNo => Given::Yes,
            AnswerKind::Choice { options } => Given::Choice(options[0].id.clone()),
            AnswerKind::Choices { options } => Given::Choices(vec![options[0].id.clone()]),
            AnswerKind::Number { min, .. } => Given::Number(*min),
            AnswerKind::Date => Given::Text("2016-05-05".into()),
            AnswerKind::Text | AnswerKind::Household => Given::Unknown,
        };
        day.counter.answer(id, &question.fact, &given, Source::Staff).unwrap();
    }
    panic!("質問が終わりません");
}

#[test]
fn 引き継ぐと相手の担当になり_メモが先に見え_自分は見るだけになる() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let to = day.counter.colleagues().remove(0);
    day.counter.hand_over(id, &to.staff, &to.terminal, Some(&personal("通帳を取りに戻っている"))).unwrap();

    let visit = day.counter.begin(id, VisitStep::Asking).unwrap();
    assert!(!visit.mine);
    let owner = visit.case.owner.unwrap();
    assert_eq!((owner.name.as_str(), owner.place.as_str(), owner.here), ("佐藤（練習）", "2番窓口", false));
    assert_eq!(visit.notes.last().unwrap().words, "通帳を取りに戻っている");
    let refused = day.counter.answer(id, "case.move_date", &Given::Unknown, Source::Staff);
    assert_eq!(problem(refused.unwrap_err()).code, "CASE-05");

    assert_eq!(problem(day.counter.take_over(id, &personal("  ")).unwrap_err()).code, "CASE-07");
    let visit = day.counter.take_over(id, &personal("2番窓口の端末が止まった")).unwrap();
    assert!(visit.mine);
}

#[test]
fn 担当を外すと待ちに戻り_完了した案件は見るだけで_理由を言えば再開できる() {
    let mut day = Day::begin();
    let id = begun(&mut day, "birth");
    day.counter.release(id, None).unwrap();
    assert_eq!(day.counter.reception().unwrap().cases[0].state, CaseState::Waiting);
    day.counter.begin(id, VisitStep::Reading).unwrap();
    day.counter.close(id, Outcome::Left).unwrap();
    let visit = day.counter.begin(id, VisitStep::Guiding).unwrap();
    assert!(!visit.mine);
    assert_eq!(visit.case.state, CaseState::Closed);
    assert!(day.counter.reopen(id, &personal("戻って来られた")).unwrap().mine);
}

#[test]
fn 電源が落ちても_開いていた案件と段階と_打ちかけの答えが戻る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    day.counter.begin(id, VisitStep::Asking).unwrap();
    day.counter.keep_draft(id, "case.move_date", &personal("令和8年11")).unwrap();

    let mut day = day.opened_again();
    assert_eq!(day.counter.start().resume, Some(id.to_string()));
    let visit = day.counter.visit(id).unwrap();
    assert_eq!(visit.step, VisitStep::Asking);
    assert_eq!(visit.drafts[0].text, "令和8年11");

    // Said is said: nobody is typing it any more.
    let given = Given::Text("令和8年11月15日".into());
    assert!(day.counter.answer(id, "case.move_date", &given, Source::Staff).unwrap().drafts.is_empty());
    // Back to the reception: nothing to go on with after a restart.
    day.counter.lay_aside(id).unwrap();
    assert_eq!(day.opened_again().counter.start().resume, None);
}

#[test]
fn 個人番号は打ちかけでも残さない() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    day.counter.keep_draft(id, "applicant.phone", &personal("03-1234")).unwrap();
    day.counter.keep_draft(id, "applicant.phone", &personal("123456789018")).unwrap();
    assert!(day.counter.visit(id).unwrap().drafts.is_empty());
}

#[test]
fn 打ちかけは案件ごとに残り_ほかの案件も交代も電源も消さず_引き継ぐ人にはメモで伝わる() {
    let mut day = Day::begin();
    let first = begun(&mut day, "move_in");
    day.counter.keep_draft(first, "case.move_date", &personal("令和8年")).unwrap();
    day.counter.keep_draft(first, "case.new_address", &personal("みなと野市")).unwrap();
    day.counter.keep_draft(first, "memo", &personal("通帳を取りに")).unwrap();
    // The telephone: another case, and half an answer there.
    let second = begun(&mut day, "birth");
    day.counter.keep_draft(second, "applicant.phone", &personal("0999-")).unwrap();

    let mut day = day.opened_again();
    let typed = |day: &Day, id| -> Vec<String> {
        day.counter.visit(id).unwrap().drafts.into_iter().map(|draft| draft.text).collect()
    };
    assert_eq!(typed(&day, first), ["令和8年", "みなと野市", "通帳を取りに"]);
    assert_eq!(typed(&day, second), ["0999-"]);

    // Taken back to nothing, it is forgotten; a written note is no longer half typed.
    day.counter.keep_draft(second, "applicant.phone", &personal("")).unwrap();
    assert_eq!(typed(&day, second), [""; 0]);
    day.counter.note(first, &personal("通帳を取りに戻られた")).unwrap();
    assert_eq!(typed(&day, first), ["令和8年", "みなと野市"]);

    let to = day.counter.colleagues().remove(0);
    day.counter.hand_over(first, &to.staff, &to.terminal, None).unwrap();
    let notes = day.counter.visit(first).unwrap().notes;
    let last = &notes.last().unwrap().words;
    assert!(last.starts_with("打ちかけ：") && last.contains("「令和8年」"), "{last}");
}

#[test]
fn 引き継いだ案件は_再び開いても自分の続きにはならない() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    day.counter.keep_draft(id, "case.move_date", &personal("令和")).unwrap();
    let to = day.counter.colleagues().remove(0);
    day.counter.hand_over(id, &to.staff, &to.terminal, None).unwrap();
    let day = day.opened_again();
    assert_eq!(day.counter.start().resume, None);
    assert!(day.counter.visit(id).unwrap().drafts.is_empty());
}

#[test]
fn 中断の間は待ち時間で_段階ごとの分が出る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    day.minutes_pass(2);
    day.counter.begin(id, VisitStep::Asking).unwrap();
    day.minutes_pass(3);
    day.counter.pause(id).unwrap();
    day.minutes_pass(10);
    day.counter.begin(id, VisitStep::Choosing).unwrap();
    day.minutes_pass(4);
    let visit = day.counter.begin(id, VisitStep::Guiding).unwrap();
    let minutes = visit.minutes;
    assert_eq!(
        (minutes.reading, minutes.asking, minutes.choosing, minutes.waiting, minutes.work),
        (2, 3, 4, 10, 9)
    );
}

#[test]
fn 出ない手続には_出ない理由がある() {
    let mut day = Day::begin();
    let id = family(&mut day);
    let rows = day.counter.not_needed(id).unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.reason.ends_with("ため")), "{rows:?}");
    assert_eq!(usize::try_from(day.counter.visit(id).unwrap().procedures.not_needed).unwrap(), rows.len());
}

#[test]
fn 事前連絡は_このあと行く窓口に一度だけ出る() {
    let mut day = Day::begin();
    let id = family(&mut day);
    yes_to_everything(&mut day, id);
    let before = day.counter.visit(id).unwrap().notices;
    assert!(before.len() > 1, "転入の家族にはほかの窓口がある");
    assert!(before.iter().all(|notice| notice.state == NoticeState::None));
    let after = day.counter.give_notice(id, Some(&before[0].office)).unwrap().notices;
    assert_eq!(after[0].state, NoticeState::Practice);
    let all = day.counter.give_notice(id, None).unwrap();
    assert!(all.notices.iter().all(|notice| notice.state == NoticeState::Practice));
    let told = day.counter.judged(id).unwrap().case.inquiries().len();
    day.counter.give_notice(id, None).unwrap();
    assert_eq!(day.counter.judged(id).unwrap().case.inquiries().len(), told);
}

#[test]
fn お持ち帰りの文は短く_名前がなく_渡したことが残る() {
    let mut day = Day::begin();
    let id = family(&mut day);
    for language in [Language::Ja, Language::Easy, Language::En] {
        let take = day.counter.take_away(id, language).unwrap();
        assert!(take.text.len() <= 740, "{}", take.text.len());
        assert!(!take.text.contains("港 太郎") && !take.text.contains("2016"), "{}", take.text);
        assert!(take.text.contains('■'), "{}", take.text);
        assert!(take.side > 20 && take.path.starts_with('M'));
    }
    let visit = day.counter.guide_given(id, Language::Easy, GuideOn::Code).unwrap();
    assert_eq!(visit.handed.guides[0].name, "やさしい日本語・二次元コード");
    assert!(!visit.unfinished.iter().any(|words| words.contains("案内書")));
}

#[test]
fn 話題ごとの進みは_答えた数と残りの数である() {
    let mut day = Day::begin();
    let id = family(&mut day);
    let interview = day.counter.visit(id).unwrap().interview;
    let answered: u32 = interview.topics.iter().map(|topic| topic.answered).sum();
    assert_eq!(usize::try_from(answered).unwrap(), interview.answered.len());
    assert_eq!(interview.topics.iter().filter(|topic| topic.now).count(), 1);
    let open: u32 = interview.topics.iter().map(|topic| topic.open).sum();
    assert!(open >= interview.remaining, "{open} < {}", interview.remaining);
}

#[test]
fn 前の担当の遅れた記録は_取り入れるか外すまで入らず_決めれば消える() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let sato = day.counter.colleagues().remove(0);
    day.counter.hand_over(id, &sato.staff, &sato.terminal, None).unwrap();
    // At their window nobody hears that the case is taken back.
    let theirs = day.counter.judged(id).unwrap().case;
    day.counter.take_over(id, &personal("2番窓口の端末が止まった")).unwrap();
    let by = Author {
        staff: StaffId::parse(&sato.staff).unwrap(),
        terminal: TerminalId::parse(&sato.terminal).unwrap(),
    };
    let says = |n: u128, kind: EventKind| {
        theirs.next(
            EventId::new(Uuid::from_u128(n)),
            by.clone(),
            "2026-11-20T00:10:00Z".parse().unwrap(),
            kind,
        )
    };
    let moved = Statement::known(Value::parse_date("2026-11-15").unwrap(), Source::Resident);
    let moved = EventKind::Stated { said: Said::new("case.move_date".parse().unwrap(), moved).unwrap() };
    let procedure = ProcedureRef::of_case("move_in.notification".parse().unwrap());
    let done = EventKind::Marked { procedure, mark: Mark::Done { reason: None } };
    day.counter
        .lend(&mut |store| drop(store.take_in(&[says(1, moved.clone()), says(2, done.clone())]).unwrap()))
        .unwrap();

    let visit = day.counter.visit(id).unwrap();
    let seen: Vec<_> =
        visit.late.iter().map(|row| (row.by.as_str(), row.words.as_str(), row.can_adopt)).collect();
    assert_eq!(seen, [("佐藤（練習）", "令和8年11月15日", true), ("佐藤（練習）", "済", true)]);
    assert!(visit.interview.answered.iter().all(|row| row.question.fact != "case.move_date"));
    assert!(visit.unfinished.iter().any(|words| words.contains("遅れた記録が2件")));

    let ids: Vec<EventId> = visit.late.iter().map(|row| row.event.parse().unwrap()).collect();
    let visit = day.counter.resolve_late(id, vec![ids[0]], vec![ids[1]]).unwrap();
    assert_eq!(visit.late, []);
    assert!(visit.interview.answered.iter().any(|row| row.question.fact == "case.move_date"));
    assert!(visit.procedures.rows.iter().all(|row| row.mark.is_none()));
    // Twice is nothing that anybody decides.
    assert_eq!(problem(day.counter.resolve_late(id, vec![ids[0]], vec![]).unwrap_err()).code, "CASE-05");
}
