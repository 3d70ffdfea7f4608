//! What an officer and a resident do with the window.

use madoka_casework::{Handwriting, Outcome, PenPoint, Step};
use madoka_counter::resident::{PinAsk, PinTold, ResidentAnswer, ResidentSaid, ResidentStage, Showing};
use madoka_counter::visit::Given;
use madoka_facts::{Household, Source, Value};

use crate::day::problem;
use crate::desk::{Desk, read};

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn 職員の段階に合わせて_今していることを知らせる() {
    let mut desk = Desk::with_card();
    let mut said = Vec::new();
    for step in [Step::Reading, Step::Asking, Step::Filling, Step::Guiding] {
        desk.day.counter.begin(desk.case, step).unwrap();
        let ResidentStage::Received { ticket, life_event, doing } = desk.stage() else {
            panic!("受付の画面でない")
        };
        assert_eq!((ticket.as_str(), life_event.as_str()), ("27", "転入"));
        said.push(doing);
    }
    assert_eq!(said[2], "ただいま書類を作成しています。");
    said.dedup();
    assert_eq!(said.len(), 4);
}

#[test]
fn 合っていると答えた値は住民の言ったことになり_読取の確認が済む() {
    let mut desk = Desk::with_card();
    desk.send(&["applicant.name", "applicant.address"]);
    let ResidentStage::Confirm { groups } = desk.stage() else { panic!("確認の画面でない") };
    let shown: Vec<_> =
        groups[0].facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str())).collect();
    assert_eq!(groups[0].title, "届出をする方");
    assert_eq!(shown, [("氏名", "潮崎 健一"), ("住所", "架空県みなと野市港町1丁目2番3号")]);
    desk.tell(ResidentSaid::Facts(vec![true, true])).unwrap();
    assert_eq!(desk.fact("applicant.address").unwrap().1, Source::Resident);
    let visit = desk.day.counter.visit(desk.case).unwrap();
    assert!(visit.people.conflicts.is_empty());
    assert!(visit.people.persons.iter().flat_map(|person| &person.facts).all(|row| !row.to_confirm));
    assert!(matches!(desk.stage(), ResidentStage::Received { .. }));
}

#[test]
fn ちがうと答えた値は変えずに職員に知らせ_直すと印が消える() {
    let mut desk = Desk::with_card();
    desk.send(&["applicant.name", "applicant.address"]);
    desk.tell(ResidentSaid::Facts(vec![true, false])).unwrap();
    assert_eq!(desk.fact("applicant.address").unwrap().1, Source::Ocr);
    let panel = desk.day.counter.resident_panel();
    assert_eq!(
        panel.wrong.iter().map(|wrong| wrong.fact.as_str()).collect::<Vec<_>>(),
        ["applicant.address"]
    );
    assert!(desk.notes()[0].contains("はちがうとのこと"), "{:?}", desk.notes());
    assert!(!desk.notes()[0].contains("港町"), "値まではメモに残さない");
    let given = Given::Text("架空県みなと野市浜町9".into());
    desk.day.counter.answer(desk.case, "applicant.address", &given, Source::Staff).unwrap();
    assert!(desk.day.counter.resident_panel().wrong.is_empty());
}

#[test]
fn 見せている間に値が直されても_答えは見ていた値のもの() {
    let mut desk = Desk::with_card();
    desk.send(&["applicant.address"]);
    let given = Given::Text("架空県みなと野市浜町9".into());
    desk.day.counter.answer(desk.case, "applicant.address", &given, Source::Staff).unwrap();
    assert!(desk.shown().contains("港町1丁目"));
    desk.tell(ResidentSaid::Facts(vec![true])).unwrap();
    // Staff has the last word; that the resident said otherwise shows as a contradiction.
    assert_eq!(desk.fact("applicant.address").unwrap(), (Some(text("架空県みなと野市浜町9")), Source::Staff));
    assert_eq!(desk.day.counter.visit(desk.case).unwrap().people.conflicts.len(), 1);
}

#[test]
fn 声に出さずに答え_前の質問に戻って直せる() {
    let mut desk = Desk::with_card();
    desk.ask(&["case.pregnant", "case.single_parent", "case.public_assistance"]);
    let ResidentStage::Ask { question, number, of, rather_not } = desk.stage() else {
        panic!("質問の画面でない")
    };
    assert_eq!((number, of, rather_not), (1, 3, true));
    assert_eq!(question.ask, "妊娠中の方はいますか。");
    assert_eq!(question.answer, ResidentAnswer::YesNo);
    assert_eq!(desk.day.counter.resident_panel().facts.len(), 3);
    desk.tell(ResidentSaid::Answer(Given::Yes)).unwrap();
    assert_eq!(desk.fact("case.pregnant").unwrap(), (Some(Value::Bool(true)), Source::Resident));
    desk.tell(ResidentSaid::Back).unwrap();
    desk.tell(ResidentSaid::Answer(Given::No)).unwrap();
    assert_eq!(desk.fact("case.pregnant").unwrap().0, Some(Value::Bool(false)));

    desk.tell(ResidentSaid::RatherNot).unwrap();
    assert_eq!(desk.fact("case.single_parent").unwrap(), (None, Source::Resident));
    assert!(desk.notes()[0].contains("答えたくないとのこと"));
    desk.tell(ResidentSaid::Answer(Given::Unknown)).unwrap();
    assert_eq!(desk.notes().len(), 1, "わからないはメモにしない");
    assert!(matches!(desk.stage(), ResidentStage::Received { .. }));
    assert_eq!(desk.day.counter.resident_panel().heard, 4);
}

#[test]
fn 取り戻した質問への答えは受け取らない() {
    let mut desk = Desk::with_card();
    desk.ask(&["case.pregnant"]);
    let turn = desk.turn();
    desk.day.counter.take_back_from_resident(desk.case).unwrap();
    let refused = desk.tell_to(turn, ResidentSaid::Answer(Given::Yes)).unwrap_err();
    assert_eq!(refused.code, "RES-01");
    assert_eq!(desk.fact("case.pregnant"), None);
}

#[test]
fn 世帯員を外した後の答えは_ほかの世帯員のものにならない() {
    let mut desk = Desk::with_card();
    let case = desk.case;
    let counter = &mut desk.day.counter;
    counter.add_member(case).unwrap();
    counter.add_member(case).unwrap();
    counter.answer(case, "household[0].name", &Given::Text("潮崎 美波".into()), Source::Staff).unwrap();
    counter.answer(case, "household[1].name", &Given::Text("潮崎 陽菜".into()), Source::Staff).unwrap();
    counter.household(case, Household::Complete).unwrap();
    desk.ask(&["household[0].rare_disease"]);
    let ResidentStage::Ask { question, .. } = desk.stage() else { panic!("質問の画面でない") };
    assert_eq!(question.about.as_deref(), Some("潮崎 美波"));
    desk.day.counter.remove_member(case, 0).unwrap();
    assert!(!desk.shown().contains("陽菜"));
    desk.tell(ResidentSaid::Answer(Given::Yes)).unwrap();
    assert_eq!(desk.fact("household[0].rare_disease"), None);
}

#[test]
fn 署名は書いたとおりに残り_やり直すと後のものが生きる() {
    let (mut desk, place) = Desk::with_papers_to_sign();
    assert_eq!(place.signed_at, None);
    let forms = [place.form.clone()];
    let refused = desk.day.counter.ask_signature(desk.case, &place.who, &["no_such_form".into()]);
    assert_eq!(problem(refused.unwrap_err()).code, "RES-03");

    for far in [500, 900] {
        desk.day.counter.ask_signature(desk.case, &place.who, &forms).unwrap();
        let ResidentStage::Sign { papers, width, height, .. } = desk.stage() else {
            panic!("署名の画面でない")
        };
        assert_eq!((papers.len(), width, height), (1, 90, 30));
        let strokes = vec![vec![PenPoint(100, 100, 0), PenPoint(far, 100, 30)]];
        let hand = Handwriting::parse(9_000, 3_000, strokes).unwrap();
        desk.tell(ResidentSaid::Signed(hand)).unwrap();
        assert!(matches!(desk.stage(), ResidentStage::Received { .. }));
    }
    let judged = desk.day.counter.judged(desk.case).unwrap();
    let last = judged.case.signatures().last().unwrap();
    assert_eq!(last.2.strokes()[0][1], PenPoint(900, 100, 30));
    let places = desk.day.counter.signable(desk.case).unwrap();
    assert!(places.iter().any(|now| now.form == place.form && now.signed_at.is_some()));
}

#[test]
fn 紙に署名したいと言えば_職員に伝わり何も残らない() {
    let (mut desk, place) = Desk::with_papers_to_sign();
    desk.day.counter.ask_signature(desk.case, &place.who, &[place.form]).unwrap();
    desk.tell(ResidentSaid::OnPaper).unwrap();
    assert!(desk.day.counter.resident_panel().said.unwrap().contains("代筆"));
    assert_eq!(desk.day.counter.judged(desk.case).unwrap().case.signatures().count(), 0);
}

#[test]
fn 暗証番号は待つ側だけに渡り_画面にも職員にも見えない() {
    let mut desk = Desk::with_card();
    let ask = PinAsk { card: "マイナンバーカード".into(), tries_left: Some(3), wrong: false };
    let asked = desk.day.counter.ask_pin(desk.case, ask).unwrap();
    for digit in [7, 3, 9, 1] {
        desk.tell(ResidentSaid::PinDigit(digit)).unwrap();
        let seen =
            format!("{}{}", desk.shown(), serde_json::to_string(&desk.day.counter.resident_panel()).unwrap());
        assert!(!seen.contains("739"), "{seen}");
    }
    let ResidentStage::Pin { typed, tries_left, .. } = desk.stage() else {
        panic!("暗証番号の画面でない")
    };
    assert_eq!((typed, tries_left), (4, Some(3)));
    desk.tell(ResidentSaid::PinEnter).unwrap();
    assert!(matches!(asked.wait(), PinTold::Given(_)));
    let ResidentStage::Received { doing, .. } = desk.stage() else { panic!("待つ画面でない") };
    assert!(doing.contains("カードを読んでいます"));
    // One entry is one try: nothing more can be entered.
    assert_eq!(desk.tell(ResidentSaid::PinEnter).unwrap_err().code, "RES-01");
    desk.day.counter.card_read_over(desk.case);
    assert!(!desk.shown().contains("カードを読んでいます"));
}

#[test]
fn 番号を入れないと言えば断りが_取り戻せば取り戻しが伝わる() {
    let mut desk = Desk::with_card();
    let ask = PinAsk { card: "マイナンバーカード".into(), tries_left: None, wrong: true };
    let asked = desk.day.counter.ask_pin(desk.case, ask.clone()).unwrap();
    desk.tell(ResidentSaid::PinDecline).unwrap();
    assert!(matches!(asked.wait(), PinTold::Declined));
    let asked = desk.day.counter.ask_pin(desk.case, ask).unwrap();
    desk.day.counter.lay_aside(desk.case).unwrap();
    assert!(matches!(asked.wait(), PinTold::TakenBack));
    assert_eq!(desk.stage(), ResidentStage::Welcome);
}

#[test]
fn 完了すると見送り_住民が終えるとお迎えに戻る() {
    let mut desk = Desk::with_card();
    desk.day.counter.close(desk.case, Outcome::Completed).unwrap();
    let ResidentStage::Thanks { guide } = desk.stage() else { panic!("見送りの画面でない") };
    let guide = guide.expect("この後の手続がある");
    assert!(!guide.text.contains("潮崎") && guide.side > 20, "{}", guide.text);
    // The officer is at the reception again; the resident still reads.
    desk.day.counter.lay_aside(desk.case).unwrap();
    assert_eq!(desk.day.counter.resident_panel().showing, Showing::Thanks);
    desk.tell(ResidentSaid::Finished).unwrap();
    assert_eq!(desk.stage(), ResidentStage::Welcome);
}

#[test]
fn 選んだ言語で見え_次の方は日本語から始まる() {
    let mut desk = Desk::with_card();
    desk.day.counter.welcome_next();
    desk.tell(ResidentSaid::Language("en".into())).unwrap();
    // Whoever chose on the welcome screen is the one being served.
    desk.day.counter.begin(desk.case, Step::Filling).unwrap();
    assert_eq!(desk.day.counter.resident_language(), "en");
    let ResidentStage::Received { life_event, doing, .. } = desk.stage() else {
        panic!("受付の画面でない")
    };
    assert_eq!((life_event.as_str(), doing.as_str()), ("Moving in", "We are preparing your documents."));
    desk.send(&["applicant.birth_date"]);
    assert!(desk.shown().contains("1 April 1988"), "{}", desk.shown());
    desk.tell(ResidentSaid::Language("tlh".into())).unwrap();
    assert_eq!(desk.day.counter.resident_language(), "en");

    let next = desk.day.open("birth", None).unwrap();
    desk.day.counter.begin(next, Step::Reading).unwrap();
    assert_eq!(desk.day.counter.resident_language(), "ja");
}

#[test]
fn 日付の質問は_元号の分かる年から選ぶ() {
    let mut desk = Desk::with_card();
    desk.ask(&["case.move_date"]);
    let ResidentStage::Ask { question, .. } = desk.stage() else { panic!("質問の画面でない") };
    let ResidentAnswer::Date { years } = question.answer else { panic!("日付でない") };
    let label = |id: &str| years.iter().find(|year| year.id == id).unwrap().label.clone();
    assert_eq!(label("2026"), "2026年（令和8年）");
    assert_eq!(label("1989"), "1989年（昭和64年・平成元年）");
}

#[test]
fn ほかの案件のものや_聞けないものは送れない() {
    let mut desk = Desk::with_card();
    let other = desk.day.open("birth", None).unwrap();
    // 受付 of the next put its ticket on the window: this case is not before the resident any more.
    let sent = desk.day.counter.send_facts_to_resident(desk.case, &["applicant.name".into()]);
    assert_eq!(problem(sent.unwrap_err()).code, "RES-02");
    desk.day.counter.begin(desk.case, Step::Asking).unwrap();
    for facts in [vec![], vec!["household".to_owned()], vec!["applicant.name_kana".to_owned()]] {
        let sent = desk.day.counter.send_facts_to_resident(desk.case, &facts);
        assert!(sent.is_err(), "{facts:?}");
    }
    let asked = desk.day.counter.send_question_to_resident(desk.case, &["household".into()]);
    assert_eq!(problem(asked.unwrap_err()).code, "RES-03");
    let _ = (other, read("applicant.name", "", Source::Staff));
}
