//! A visit from the first question to the last, through the use cases as a screen would call them.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod day;

use day::{Day, problem};
use madoka_casework::{CaseId, Outcome, Step};
use madoka_counter::TakenIn;
use madoka_counter::view::{CaseState, Problem, ScanShown};
use madoka_counter::visit::{
    AnswerKind, Given, MarkGiven, Place, QuestionCard, RowVerdict, SourceMark, Visit,
};
use madoka_facts::{Household, Source, Statement, Value};
use madoka_qr::{CaseCode, CaseNumber, Collection, Realm, SecretKey};
use madoka_text::Personal;

fn text(value: &str) -> Given {
    Given::Text(value.into())
}

fn personal(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

fn chip(path: &str, value: Value) -> TakenIn {
    TakenIn { path: path.parse().unwrap(), statement: Statement::known(value, Source::Chip) }
}

/// 届出人 as a card tells of them.
fn card() -> Vec<TakenIn> {
    vec![
        chip("applicant.name", Value::Text("港 花子".into())),
        chip("applicant.birth_date", Value::parse_date("1988-04-01").unwrap()),
        chip("applicant.address", Value::Text("架空県みなと野市港町1丁目2番3号".into())),
    ]
}

fn begun(day: &mut Day, life_event: &str) -> CaseId {
    let id = day.open(life_event, None).unwrap();
    day.counter.begin(id, Step::Reading).unwrap();
    id
}

/// Answers whatever is asked, わからない or the first there is, until nothing is asked any more.
fn answer_everything(day: &mut Day, id: CaseId, give: impl Fn(&QuestionCard) -> Given) -> (Visit, usize) {
    let mut visit = day.counter.visit(id).unwrap();
    let mut asked = 0;
    while let Some(screen) = visit.interview.now.clone() {
        for question in &screen.questions {
            asked += 1;
            visit = if question.answer == AnswerKind::Household {
                day.counter.household(id, Household::Complete).unwrap()
            } else {
                day.counter.answer(id, &question.fact, &give(question), Source::Resident).unwrap()
            };
        }
        assert!(asked < 300, "質問が終わりません");
    }
    (visit, asked)
}

#[test]
fn カードから読んだ人が_印つきで見える() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let visit = day.counter.take_in(id, card()).unwrap();
    let applicant = visit.people.persons.iter().find(|person| person.id == "applicant").unwrap();
    let name = applicant.facts.iter().find(|row| row.fact == "applicant.name").unwrap();
    assert_eq!(
        (name.value.as_str(), name.label.as_str(), name.source),
        ("港 花子", "氏名", SourceMark::Chip)
    );
    assert!(visit.mine);
    assert_eq!(visit.case.state, CaseState::InHand);

    // The resident says otherwise: both stay, and it shows.
    let visit = day
        .counter
        .answer(id, "applicant.address", &text("架空県みなと野市浜町9"), Source::Resident)
        .unwrap();
    assert_eq!(visit.people.conflicts.len(), 1);
    assert_eq!(visit.people.conflicts[0].said[0].value, "架空県みなと野市港町1丁目2番3号");
    // Staff has the last word.
    let visit =
        day.counter.answer(id, "applicant.address", &text("架空県みなと野市浜町9"), Source::Staff).unwrap();
    let applicant = visit.people.persons.iter().find(|person| person.id == "applicant").unwrap();
    let address = applicant.facts.iter().find(|row| row.fact == "applicant.address").unwrap();
    assert_eq!((address.value.as_str(), address.source), ("架空県みなと野市浜町9", SourceMark::Staff));
}

#[test]
fn 聞き終わると未判定はなくなり_わからないは要確認として残る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    let (visit, asked) = answer_everything(&mut day, id, |_| Given::Unknown);
    assert!(asked > 0);
    assert_eq!(visit.interview.remaining, 0);
    assert!(visit.procedures.rows.iter().all(|row| row.verdict != RowVerdict::Undecided));
    assert!(visit.procedures.rows.iter().any(|row| row.verdict == RowVerdict::ToConfirm));
    assert_eq!(visit.interview.answered.len(), asked);
}

#[test]
fn 子のいる転入では_子ごとの手続が名前つきで出る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    day.counter.take_in(id, card()).unwrap();
    day.counter.add_member(id).unwrap();
    day.counter.answer(id, "household[0].name", &text("港 一郎"), Source::Staff).unwrap();
    day.counter.answer(id, "household[0].birth_date", &text("平成30年5月1日"), Source::Staff).unwrap();
    day.counter.household(id, Household::Complete).unwrap();
    let (visit, _) = answer_everything(&mut day, id, |question| match &question.answer {
        AnswerKind::YesNo => Given::Yes,
        AnswerKind::Choice { options } => Given::Choice(options[0].id.clone()),
        AnswerKind::Choices { options } => Given::Choices(vec![options[0].id.clone()]),
        AnswerKind::Date => text("2026-11-18"),
        AnswerKind::Number { min, .. } => Given::Number(*min),
        AnswerKind::Text => text("みなと野"),
        AnswerKind::Household => Given::Unknown,
    });
    let of_child: Vec<_> =
        visit.procedures.rows.iter().filter(|row| row.who.as_deref() == Some("港 一郎")).collect();
    assert!(!of_child.is_empty());
    assert!(of_child.iter().all(|row| row.subject == "household[0]"));
    let here = visit.procedures.rows.iter().filter(|row| row.place == Place::Here).count();
    assert!(here > 0);
    // Every reason is said, every needed procedure has its office.
    for row in &visit.procedures.rows {
        assert!(!row.reason.is_empty() && !row.office.ja.is_empty(), "{}", row.id);
    }
}

#[test]
fn 読めない答えは断り_前の答えは残る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    day.counter.answer(id, "deceased.birth_date", &text("昭和16年2月3日"), Source::Resident).unwrap();
    for (given, code) in
        [(text("昭和65年2月3日"), "FACT-04"), (text("きのう"), "FACT-04"), (Given::Yes, "FACT-02")]
    {
        let refused = day.counter.answer(id, "deceased.birth_date", &given, Source::Resident).unwrap_err();
        assert_eq!(problem(refused).code, code);
    }
    for (fact, given, code) in [
        ("applicant.phone", text("03-12"), "FACT-06"),
        ("applicant.postal_code", text("12345"), "FACT-07"),
        ("applicant.name", text("  "), "FACT-05"),
        ("applicant.favourite", text("海"), "FACT-01"),
        ("applicant.sex", Given::Choice("mermaid".into()), "FACT-03"),
        // A 個人番号 (of the example on the ministry's page) cannot be kept, wherever it is typed.
        ("applicant.address", text("123456789018"), "CASE-07"),
    ] {
        let refused = day.counter.answer(id, fact, &given, Source::Staff).unwrap_err();
        assert_eq!(problem(refused).code, code, "{fact}");
    }
    let visit =
        day.counter.answer(id, "applicant.phone", &text("０３-１２３４-５６７８"), Source::Staff).unwrap();
    let value = |visit: &Visit, fact: &str| {
        let rows = visit.people.persons.iter().flat_map(|person| &person.facts);
        rows.clone().find(|row| row.fact == fact).map(|row| row.value.clone())
    };
    assert_eq!(value(&visit, "applicant.phone").as_deref(), Some("03-1234-5678"));
    assert_eq!(value(&visit, "deceased.birth_date").as_deref(), Some("昭和16年2月3日"));
}

#[test]
fn 扱いを記し_理由が要るものは理由なしでは断り_元に戻せる() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    let (visit, _) = answer_everything(&mut day, id, |_| Given::Unknown);
    let row = visit.procedures.rows.first().unwrap().clone();
    let declined = MarkGiven::Declined { reason: None };
    assert_eq!(
        problem(day.counter.mark(id, &row.id, &row.subject, Some(&declined)).unwrap_err()).code,
        "CASE-07"
    );
    let declined = MarkGiven::Declined { reason: Some("手続は後日ご自身で".into()) };
    let visit = day.counter.mark(id, &row.id, &row.subject, Some(&declined)).unwrap();
    assert_eq!(visit.procedures.rows[0].mark.as_ref(), Some(&declined));
    assert!(visit.can_undo);
    let visit = day.counter.undo(id).unwrap();
    assert_eq!(visit.procedures.rows[0].mark, None);
    let visit = day.counter.note(id, &personal("つえをお使いです")).unwrap();
    assert_eq!(visit.notes[0].words, "つえをお使いです");
}

#[test]
fn 働いた分と待った分は別に数える() {
    let mut day = Day::begin();
    let id = day.open("move_in", None).unwrap();
    day.minutes_pass(10);
    day.counter.begin(id, Step::Reading).unwrap();
    day.minutes_pass(3);
    day.counter.take_in(id, card()).unwrap();
    day.counter.begin(id, Step::Asking).unwrap();
    day.minutes_pass(4);
    // The phone rings.
    day.counter.pause(id).unwrap();
    day.minutes_pass(7);
    let visit = day.counter.begin(id, Step::Asking).unwrap();
    assert_eq!((visit.minutes.waiting, visit.minutes.reading, visit.minutes.asking), (17, 3, 4));

    day.counter.close(id, Outcome::Completed).unwrap();
    let refused = day.counter.note(id, &personal("あとから気づいたこと"));
    assert!(refused.is_ok(), "メモは完了した案件にも書ける");
    let refused =
        day.counter.answer(id, "applicant.phone", &text("03-1234-5678"), Source::Staff).unwrap_err();
    assert_eq!(problem(refused).code, "CASE-05");
    day.counter.reopen(id, &personal("書類の出し直し")).unwrap();
    day.counter.answer(id, "applicant.phone", &text("03-1234-5678"), Source::Staff).unwrap();
}

#[test]
fn 答えはデバッグ表示に出ない() {
    let given = format!("{:?} {:?}", text("港 花子"), MarkGiven::Done { reason: Some("港 花子".into()) });
    assert!(!given.contains("花子"), "{given}");
    let taken = format!("{:?}", card());
    assert!(!taken.contains("花子") && !taken.contains("1988"), "{taken}");
}

#[test]
fn 端末を開き直しても_案件はそのまま残っている() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let before = day.counter.take_in(id, card()).unwrap();
    let mut day = day.opened_again();
    assert_eq!(day.counter.start().problem, None);
    let after = day.counter.visit(id).unwrap();
    assert_eq!(after, before);
    // And it is found by name and by birth date, today and on any later day.
    day.until("2026-12-01T01:00:00Z");
    for query in ["港 花子", "ﾐﾅﾄ", "1988-04-01"] {
        let found = day.counter.search(&personal(query)).unwrap();
        let expected: &[String] = if query == "ﾐﾅﾄ" { &[] } else { &[id.to_string()] };
        assert_eq!(found.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), expected, "{query}");
    }
    let found = day.counter.search(&personal("港 花子")).unwrap();
    assert_eq!(found[0].opened, "11/20 9:00");
}

#[test]
fn データベースが壊れていたら_新しく始めずに知らせる() {
    let mut day = Day::begin();
    begun(&mut day, "move_in");
    let file = day.data.path().join("practice.db");
    let day = day.opened_again_after(|| {
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[..512].fill(0x5a);
        std::fs::write(&file, bytes).unwrap();
    });
    let problem = day.counter.start().problem.unwrap();
    assert_eq!(problem.code, "STORE-03");
    assert!(problem.todo.contains("控え"), "{}", problem.todo);
    assert_eq!(Problem::from(&day.counter.reception().unwrap_err()).code, "STORE-03");
    assert!(file.exists());

    let day = Day::begin();
    let key = day.data.path().join("practice.db.key");
    let day = day.opened_again_after(|| std::fs::remove_file(&key).unwrap());
    assert_eq!(day.counter.start().problem.unwrap().code, "STORE-04");
}

#[test]
fn 残したものに_人の言葉は平文で出ない() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    day.counter.take_in(id, card()).unwrap();
    day.counter.answer(id, "deceased.name", &text("潮見台 亀之助"), Source::Staff).unwrap();
    day.counter.note(id, &personal("補聴器をお使いです")).unwrap();
    let folder = day.data.path().to_owned();
    let planted = ["港 花子", "港町1丁目", "1988-04-01", "潮見台", "補聴器"];
    for when in ["開いている間", "閉じたあと"] {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for word in planted {
                let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
                assert!(!found, "{when} {} に平文があります", path.display());
            }
        }
        if when == "開いている間" {
            day = day.opened_again();
        }
    }
}

#[test]
fn 家で作ったコードは_順が違っても取り込め_案件になる() {
    let mut day = Day::begin();
    let key = SecretKey::from_seed(&[7; 32]);
    day.counter.add_pre_entry_key(&SecretKey::from_seed(&[6; 32])).unwrap();
    day.counter.add_pre_entry_key(&key).unwrap();
    let document = r#"{"pack":"minatono","pack_version":1,"made":"2026-11-18","until":"2026-12-18","lang":"ja",
        "event":"move_in","facts":{"applicant.name":"𠮷﨑　葛󠄀葉","case.move_date":"2026-11-15",
        "household":[{"name":"𠮷﨑 一","birth_date":"2018-05-01"}],"applicant.shoe_size":"27"}}"#;
    let codes = madoka_qr::seal(document, key.public(), &[9; 32]).unwrap();
    let mut collection = Collection::default();
    let mut done = None;
    for code in codes.iter().rev() {
        done = Some(day.counter.scan(&personal(code), &mut collection).unwrap());
    }
    let Some(ScanShown::PreEntry { case, left_out, .. }) = done else { panic!("{done:?}") };
    assert_eq!(left_out, ["applicant.shoe_size"]);
    assert_eq!((case.life_event.ja.as_str(), case.state), ("転入", CaseState::Waiting));
    let visit = day.counter.begin(case.id.parse().unwrap(), Step::Reading).unwrap();
    let rows = visit.people.persons.iter().flat_map(|person| &person.facts);
    let name = rows.clone().find(|row| row.fact == "applicant.name").unwrap();
    assert_eq!((name.value.as_str(), name.source), ("𠮷﨑　葛󠄀葉", SourceMark::Qr));
    assert!(rows.clone().any(|row| row.fact == "household[0].name" && row.value == "𠮷﨑 一"));

    // With no key of the city it stays shut, and nothing is left half-done.
    let mut other = Day::begin();
    let mut collection = Collection::default();
    let refused = codes.iter().find_map(|code| other.counter.scan(&personal(code), &mut collection).err());
    assert!(problem(refused.unwrap()).code.starts_with("QR-"));
    assert!(other.counter.reception().unwrap().cases.is_empty());
}

#[test]
fn 紙のコードから案件が見つかり_打ち間違いとよその市のコードは断る() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    let code = day.counter.case_code(id).unwrap();
    let mut collection = Collection::default();
    match day.counter.scan(&personal(&code.to_string()), &mut collection).unwrap() {
        ScanShown::Case { case: row } => assert_eq!(row.id, id.to_string()),
        other => panic!("{other:?}"),
    }
    // As a scanner types it with the Japanese keyboard on.
    let wide: String =
        code.digits().chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    assert!(matches!(day.counter.scan(&personal(&wide), &mut collection).unwrap(), ScanShown::Case { .. }));
    let mut digits: Vec<char> = code.digits().chars().collect();
    digits.swap(8, 10);
    let swapped: String = digits.into_iter().collect();
    if swapped != code.digits() {
        assert!(
            problem(day.counter.scan(&personal(&swapped), &mut collection).unwrap_err())
                .code
                .starts_with("QR-")
        );
    }
    let theirs = Realm::new("123456", true).unwrap();
    let theirs = CaseCode::new(theirs, CaseNumber::new(26, 1, 1).unwrap());
    assert!(day.counter.scan(&personal(&theirs.to_string()), &mut collection).is_err());
}
