//! 事実: what is kept, what counts, what is refused.

#![expect(clippy::unwrap_used, reason = "a fixture that is wrong should fail loudly")]

use madoka_facts::{
    Answer, CaseFacts, Declaration, DeclaredPath, FactKind, FactPath, Facts, FactsError, Household,
    JsonProblem, Source, Standing, Statement, Value, Vocabulary,
};
use proptest::prelude::*;

fn words() -> Vocabulary {
    let mut words = Vocabulary::built_in();
    for (path, kind) in [
        ("deceased.resident", FactKind::Bool),
        ("household.moves", FactKind::Bool),
        ("case.dog_count", FactKind::Number { min: 0, max: 20 }),
    ] {
        let path: DeclaredPath = path.parse().unwrap();
        words.declare(
            path,
            Declaration { kind, label: "住民登録".to_owned(), derived: false, sensitive: false },
        );
    }
    words
}

fn path(text: &str) -> FactPath {
    text.parse().unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn 信頼の順に採り_食い違いは両方残して知らせる() {
    let words = words();
    let mut facts = Facts::default();
    let address = path("deceased.address");
    for (value, source) in
        [("甲町1-1", Source::Chip), ("甲町1-2", Source::Register), ("甲町1-1", Source::Resident)]
    {
        facts.state(&words, address.clone(), Statement::known(text(value), source)).unwrap();
    }
    assert_eq!(facts.answer(&address), Answer::Known(&text("甲町1-1")));
    let found = facts.contradictions();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].statements.len(), 3);
    assert_eq!(found[0].statements[0].source, Source::Chip);
}

#[test]
fn 職員が後から選べば食い違いは済み_その後に別の声があればまた知らせる() {
    let words = words();
    let at = |second: i64| jiff::Timestamp::from_second(1_700_000_000 + second).unwrap();
    let address = path("deceased.address");
    let say = |facts: &mut Facts, value: &str, source, second| {
        let said = Statement::known(text(value), source).by("yamada", at(second));
        facts.state(&words, address.clone(), said).unwrap();
    };
    let mut facts = Facts::default();
    say(&mut facts, "甲町1-1", Source::Chip, 1);
    say(&mut facts, "甲町1-2", Source::Register, 2);
    assert_eq!(facts.contradictions().len(), 1);
    say(&mut facts, "甲町1-2", Source::Staff, 3);
    assert!(facts.contradictions().is_empty());
    assert_eq!(facts.answer(&address), Answer::Known(&text("甲町1-2")));
    assert_eq!(facts.history(&address).len(), 3, "どの声も残る");
    say(&mut facts, "甲町1-3", Source::Resident, 4);
    assert_eq!(facts.contradictions().len(), 1);
    // An officer who spoke first has not chosen between what came later.
    let mut facts = Facts::default();
    say(&mut facts, "甲町1-2", Source::Staff, 1);
    say(&mut facts, "甲町1-1", Source::Chip, 2);
    assert_eq!(facts.contradictions().len(), 1);
}

#[test]
fn わからないは他の人が知っていることを消さない() {
    let words = words();
    let mut facts = Facts::default();
    let resident = path("deceased.resident");
    facts.state(&words, resident.clone(), Statement::known(Value::Bool(true), Source::Register)).unwrap();
    facts.state(&words, resident.clone(), Statement::unknown(Source::Resident)).unwrap();
    assert_eq!(facts.answer(&resident), Answer::Known(&Value::Bool(true)));
    // The register itself may take its word back.
    facts.withdraw(&resident, Source::Register, Standing::Withdrawn).unwrap();
    assert_eq!(facts.answer(&resident), Answer::Unknown);
    assert_eq!(facts.history(&resident).len(), 2, "取り消しても記録は残る");
}

#[test]
fn 不詳を含む生年月日は矛盾しなければ食い違いでない() {
    let words = words();
    let mut facts = Facts::default();
    let birth = path("deceased.birth_date");
    for (date, source) in [("1943-05-XX", Source::Register), ("1943-05-04", Source::Resident)] {
        facts
            .state(&words, birth.clone(), Statement::known(Value::parse_date(date).unwrap(), source))
            .unwrap();
    }
    assert!(facts.contradictions().is_empty());
}

#[test]
fn 同じ人だという間違いは取り消せる() {
    let words = words();
    let mut facts = Facts::default();
    let mourner = "mourner".parse().unwrap();
    facts.state(&words, path("applicant.name"), Statement::known(text("みなと 花子"), Source::Chip)).unwrap();
    facts.same_person(&words, "mourner".parse().unwrap(), "applicant".parse().unwrap()).unwrap();
    assert!(facts.not_same_person(&mourner));
    assert_eq!(facts.answer(&path("mourner.name")), Answer::Unasked);
    assert_eq!(facts.answer(&path("applicant.name")), Answer::Known(&text("みなと 花子")));
    assert!(!facts.not_same_person(&mourner), "二度目は、もう言われていない");
}

#[test]
fn 喪主は届出人と同じ人() {
    let words = words();
    let mut facts = Facts::default();
    facts.add_member().unwrap();
    facts.state(&words, path("applicant.name"), Statement::known(text("みなと 花子"), Source::Chip)).unwrap();
    facts.same_person(&words, "mourner".parse().unwrap(), "applicant".parse().unwrap()).unwrap();
    facts.same_person(&words, "applicant".parse().unwrap(), "household[0]".parse().unwrap()).unwrap();
    for same in ["mourner.name", "applicant.name", "household[0].name"] {
        assert_eq!(facts.answer(&path(same)), Answer::Known(&text("みなと 花子")), "{same}");
    }
    // 続柄 is said of a role, not of the person.
    facts.state(&words, path("applicant.relation"), Statement::known(text("妻"), Source::Resident)).unwrap();
    assert_eq!(facts.answer(&path("household[0].relation")), Answer::Unasked);
    let circle = facts.same_person(&words, "household[0]".parse().unwrap(), "mourner".parse().unwrap());
    assert!(matches!(circle, Err(FactsError::SameCircle { .. })));
    assert!(circle.unwrap_err().to_string().contains("mourner → applicant → household[0]"));
}

#[test]
fn jsonは往復する() {
    let words = words();
    let json = r#"{"event":"death","facts":{"deceased.name":"葛󠄀城 花子","deceased.birth_date":"1941-02",
        "household":[{"birth_date":"2012-08-30","moves":true},{"bank":{"name":"みなと銀行"}}]},
        "unknown":["deceased.resident","household[1].moves"],"same":{"mourner":"applicant"}}"#;
    let read = CaseFacts::from_json(json, &words, Source::Staff).unwrap();
    assert_eq!(read.facts.members(), 2);
    assert_eq!(read.facts.household(), Household::Complete);
    assert_eq!(read.facts.answer(&path("household[1].moves")), Answer::Unknown);
    let again = CaseFacts::from_json(&read.to_json().to_string(), &words, Source::Staff).unwrap();
    assert_eq!(read, again);
}

#[test]
fn 間違いは全部まとめて_値は出さずに知らせる() {
    let words = words();
    let json = r#"{"event":"death","facts":{"deceased.resident":"秘密","deceased.birth_dat":"1941-02-03","case.dog_count":99,
        "household":[{"moves":"秘密"}]},"unknown":["deceased.nothing_like_it","household[7].moves"],"extra":1}"#;
    let problems = CaseFacts::from_json(json, &words, Source::Staff).unwrap_err();
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 7, "{all:#?}");
    let all = all.join("\n");
    assert!(!all.contains("秘密") && !all.contains("1941") && !all.contains("99"), "{all}");
    assert!(all.contains("「deceased.birth_date」ではありませんか。"), "{all}");
    assert!(all.contains("0から20までの整数"), "{all}");
}

#[test]
fn 同じ項目が二度あれば_黙って後を採らずに断る() {
    let words = words();
    for json in [
        r#"{"facts":{"deceased.resident":true,"deceased.resident":false}}"#,
        r#"{"facts":{"household":[{"moves":true,"moves":false}]}}"#,
        r#"{"facts":{},"facts":{"deceased.resident":true}}"#,
    ] {
        let problems = CaseFacts::from_json(json, &words, Source::Staff).unwrap_err();
        assert_eq!(problems.iter().map(JsonProblem::code).collect::<Vec<_>>(), ["F903"], "{json}");
    }
    let broken = CaseFacts::from_json("{\"facts\":", &words, Source::Staff).unwrap_err();
    assert_eq!(broken[0].code(), "F901");
}

#[test]
fn debugに値は出ない() {
    let words = words();
    let mut facts = Facts::default();
    facts.state(&words, path("deceased.name"), Statement::known(text("秘密"), Source::Chip)).unwrap();
    facts
        .state(
            &words,
            path("deceased.birth_date"),
            Statement::known(Value::parse_date("1941-02-03").unwrap(), Source::Chip),
        )
        .unwrap();
    let shown = format!("{facts:?}");
    assert!(!shown.contains("秘密") && !shown.contains("1941"), "{shown}");
}

#[test]
fn 世帯員は200人でもよい() {
    let words = words();
    let members = vec![r#"{"moves":true}"#; 200].join(",");
    let json = format!(r#"{{"facts":{{"household":[{members}]}}}}"#);
    assert_eq!(CaseFacts::from_json(&json, &words, Source::Staff).unwrap().facts.members(), 200);
    let members = vec!["{}"; 1001].join(",");
    let json = format!(r#"{{"facts":{{"household":[{members}]}}}}"#);
    assert!(CaseFacts::from_json(&json, &words, Source::Staff).is_err());
}

#[test]
fn 保存した事実はそのまま読める() {
    let words = words();
    let mut facts = Facts::default();
    facts.add_member().unwrap();
    facts.state(&words, path("household[0].name"), Statement::known(text("みなと"), Source::Ocr)).unwrap();
    facts
        .state(
            &words,
            path("deceased.birth_date"),
            Statement::known(Value::parse_date("1941-XX-XX").unwrap(), Source::Chip),
        )
        .unwrap();
    let saved = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Facts>(&saved).unwrap(), facts);
}

proptest! {
    #[test]
    fn 事実の名前は往復する(text in "(case|deceased|household\\[[0-9]{1,3}\\])\\.[a-z][a-z0-9_]{0,8}(\\.[a-z]{1,4})?") {
        if let Ok(path) = text.parse::<FactPath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn どんな文字列でもパニックしない(text in any::<String>()) {
        let _ = text.parse::<FactPath>();
        let _ = Value::parse_date(&text);
        let _ = CaseFacts::from_json(&text, &words(), Source::Staff);
    }

    #[test]
    fn 述べた順によらず最も信頼できる出所を採る(mut sources in Just(vec![
        Source::Staff, Source::Chip, Source::Register, Source::Booking, Source::Resident, Source::Ocr,
    ]).prop_shuffle(), keep in 1_usize..6) {
        sources.truncate(keep);
        let words = words();
        let mut facts = Facts::default();
        for source in &sources {
            let said = Statement::known(text(source.label()), *source);
            facts.state(&words, path("deceased.address"), said).unwrap();
        }
        let best = sources.iter().max().unwrap();
        prop_assert_eq!(facts.answer(&path("deceased.address")), Answer::Known(&text(best.label())));
    }
}
