//! 監督者の机: a condition changed by choosing, tried at once, tested, taken back; and what outlives a restart.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

#[path = "supervisor/forms.rs"]
mod forms;
#[path = "supervisor/versions.rs"]
mod versions;

use madoka_counter::supervisor::{
    Clause, DeskView, EditGiven, EntryRef, FieldShape, RowTest, TryStart, ValueGiven,
};
use madoka_counter::visit::Given;
use madoka_counter::{Counter, MachineClock};
use madoka_rules::{Condition, parse_condition};
use proptest::prelude::*;

const REFUND: &str = "death.care_refund";

fn procedure(id: &str) -> EntryRef {
    EntryRef { section: "procedure".into(), id: id.into(), nth: 0 }
}

fn desk() -> (tempfile::TempDir, Counter) {
    let folder = tempfile::tempdir().unwrap();
    let mut counter = Counter::practice(folder.path(), MachineClock).unwrap();
    counter.supervise().unwrap();
    (folder, counter)
}

fn write(field: &str, value: ValueGiven) -> EditGiven {
    EditGiven::Write { field: field.into(), language: None, value }
}

fn when(counter: &mut Counter, id: &str) -> (Clause, String, String) {
    let view = counter.draft_entry(&procedure(id)).unwrap();
    let field = view.fields.iter().find(|field| field.key == "when").unwrap();
    match &field.shape {
        FieldShape::Condition { said: Some(said), .. } => {
            (said.clause.clone(), said.text.clone(), said.sentence.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn 条件を選んで変え_試し_赤を見て_元に戻す() {
    let (_folder, mut counter) = desk();
    assert_eq!(counter.draft_scenarios().unwrap().failed, 0);
    let (before, text, _) = when(&mut counter, REFUND);
    assert_eq!(text, "deceased.resident and @deceased_65");

    // 「住民登録があった」 is no longer asked for: everybody from 65.
    let Clause::All { parts } = &before else { panic!("{before:?}") };
    let said = counter.draft_say(&procedure(REFUND), &parts[1]).unwrap();
    assert_eq!(said.sentence, "「亡くなった方は65歳以上」に当てはまる");
    assert_eq!(said.faults, Vec::<String>::new());

    let death = TryStart::Fresh { event: "death".into(), on: Some("2026-11-02".into()) };
    counter.draft_try(&death).unwrap();
    counter.draft_answer("case.death_date", &Given::Text("2026-10-20".into())).unwrap();
    counter.draft_answer("deceased.birth_date", &Given::Text("1941-02-03".into())).unwrap();
    let tried = counter.draft_answer("deceased.resident", &Given::No).unwrap();
    assert_eq!(tried.changed, 0);
    assert!(tried.rows.iter().all(|row| row.id != REFUND));
    let why = counter.draft_why(REFUND).unwrap();
    assert!(why.lines[0].starts_with("不要。") && why.lines[0].contains("住民登録"), "{why:?}");

    let edit = write("when", ValueGiven::Clause(parts[1].clone()));
    let view = counter.draft_edit(&procedure(REFUND), &edit, "市の要綱が変わった").unwrap();
    assert_eq!(view.steps[0].why, "市の要綱が変わった");
    assert!(view.steps[0].said.contains("必要になる条件を変えました"), "{:?}", view.steps[0].said);
    assert!(changed(&view).contains(&REFUND.to_owned()));

    let tried = counter.draft_tried().unwrap().unwrap();
    let row = tried.rows.iter().find(|row| row.id == REFUND).unwrap();
    assert_eq!((row.label.as_str(), row.before.as_deref()), ("必要", Some("不要")));

    let compared = counter.draft_compare().unwrap();
    assert_eq!(compared.sentences.len(), 1);
    assert!(compared.judged.iter().any(|line| line.contains("が必要になる人がいます")), "{compared:?}");

    // Now nobody needs it: scenarios that expect it turn red, by name.
    counter.draft_edit(&procedure(REFUND), &write("when", ValueGiven::Clause(Clause::Never)), "").unwrap();
    let scenarios = counter.draft_scenarios().unwrap();
    assert!(scenarios.failed > 0 && scenarios.rows[0].moved);
    assert!(
        scenarios.rows[0].failures.iter().any(|why| why.contains("介護保険料の精算")),
        "{:?}",
        scenarios.rows[0]
    );
    assert!(!counter.draft_compare().unwrap().ready);

    counter.draft_undo().unwrap();
    let view = counter.draft_undo().unwrap();
    assert!(!view.can_undo && view.can_redo && changed(&view).is_empty());
    assert_eq!(when(&mut counter, REFUND).0, before);
    assert_eq!(counter.draft_scenarios().unwrap().failed, 0);
}

fn changed(view: &DeskView) -> Vec<String> {
    view.entries.iter().filter(|row| row.changed).map(|row| row.entry.id.clone()).collect()
}

#[test]
fn 読めない直しは指摘になり_試すのは前の下書きで続く() {
    let (_folder, mut counter) = desk();
    let source = counter.draft_entry(&procedure(REFUND)).unwrap().source;
    let source = source.replace("office = \"kaigo\"", "office = \"nowhere\"");
    let view = counter.draft_edit(&procedure(REFUND), &EditGiven::Source { source }, "").unwrap();
    assert!(!view.reads && view.errors == 1);
    let note = &view.notes[0];
    assert_eq!((note.entry.as_ref().unwrap().id.as_str(), note.error), (REFUND, true));
    let tried = counter.draft_try(&TryStart::Fresh { event: "death".into(), on: None }).unwrap();
    assert!(tried.stale);
    assert!(counter.draft_compare().is_err());
    assert!(counter.draft_undo().unwrap().reads);
}

#[test]
fn 下書きは開き直しても残り_一手ずつ戻せる() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut counter = Counter::practice(folder.path(), MachineClock).unwrap();
        counter.supervise().unwrap();
        let name = EditGiven::Write {
            field: "name".into(),
            language: Some("ja".into()),
            value: ValueGiven::Text("介護保険料の届".into()),
        };
        counter.draft_edit(&procedure(REFUND), &name, "短くする").unwrap();
    }
    let mut counter = Counter::practice(folder.path(), MachineClock).unwrap();
    let view = counter.supervise().unwrap();
    assert_eq!(view.steps[0].why, "短くする");
    assert_eq!(counter.draft_entry(&procedure(REFUND)).unwrap().name, "介護保険料の届");
    assert!(!counter.draft_undo().unwrap().can_undo);
    assert_ne!(counter.draft_entry(&procedure(REFUND)).unwrap().name, "介護保険料の届");
}

#[test]
fn 手続と窓口のチェックリストは_その画面で見て_足せる() {
    let (_folder, mut counter) = desk();
    let lines = |counter: &mut Counter, of: &EntryRef| -> Vec<(String, bool)> {
        let list = counter.draft_entry(of).unwrap().checklist.unwrap();
        list.into_iter().map(|line| (line.name, line.of_office)).collect()
    };
    let refund = procedure(REFUND);
    let before = lines(&mut counter, &refund);
    assert!(!before.is_empty());
    let add = |name: &str| EditGiven::AddCheck { name: name.to_owned() };
    let view = counter.draft_edit(&refund, &add("「還付」の通知\"の写し\""), "").unwrap();
    assert!(view.reads, "{:?}", view.notes);
    let after = lines(&mut counter, &refund);
    assert_eq!(after.len(), before.len() + 1);
    assert!(after.contains(&("「還付」の通知\"の写し\"".to_owned(), false)), "{after:?}");
    // What was added is opened, to say more of it.
    assert_eq!(view.last.unwrap().section, "check");

    // 窓口に足したものは、その窓口のほかの手続にも出る。
    let office = EntryRef { section: "office".into(), id: "shimin".into(), nth: 0 };
    assert!(counter.draft_edit(&office, &add("番号札"), "").unwrap().reads);
    assert!(lines(&mut counter, &office).contains(&("番号札".to_owned(), true)));
    let other = lines(&mut counter, &procedure("certificate.residence_all"));
    assert!(other.contains(&("番号札".to_owned(), true)), "{other:?}");
    counter.draft_undo().unwrap();
    counter.draft_undo().unwrap();
    assert_eq!(lines(&mut counter, &refund), before);
}

#[test]
fn 試した人をそのまま場面テストにでき_緑になる() {
    let (_folder, mut counter) = desk();
    counter.draft_try(&TryStart::Scenario { id: "kaigo_02".into() }).unwrap();
    let view = counter.draft_record("写した場面", "").unwrap();
    assert!(view.reads, "{:?}", view.notes);
    let scenarios = counter.draft_scenarios().unwrap();
    let recorded = scenarios.rows.iter().find(|row| row.title == "写した場面").unwrap();
    assert!(recorded.passed, "{recorded:?}");
    assert_eq!(recorded.id, "recorded_1");
}

#[test]
fn 案件からの場面には氏名も住所も生年月日も残らない() {
    let (_folder, mut counter) = desk();
    let case = counter.open_case("death", None).unwrap().id.parse().unwrap();
    counter.begin(case, madoka_counter::visit::VisitStep::Asking).unwrap();
    let staff = madoka_facts::Source::Staff;
    for (fact, given) in [
        ("deceased.name", Given::Text("見本 花子".into())),
        ("deceased.address", Given::Text("みなと野市港町1-2-3".into())),
        ("deceased.birth_date", Given::Text("1941-02-03".into())),
        ("case.death_date", Given::Text("2026-10-20".into())),
        ("deceased.resident", Given::Yes),
        ("deceased.head", Given::Yes),
    ] {
        counter.answer(case, fact, &given, staff).unwrap();
    }
    let tried = counter.draft_try_case(case).unwrap();
    assert_eq!(tried.exact, Vec::<String>::new());
    counter.draft_record("案件から", "").unwrap();
    let recorded = EntryRef { section: "scenario".into(), id: "recorded_1".into(), nth: 0 };
    let source = counter.draft_entry(&recorded).unwrap().source;
    assert!(
        !source.contains("見本") && !source.contains("港町") && !source.contains("1941-02-03"),
        "{source}"
    );
    assert!(source.contains("deceased.birth_date = 1941-07-01"), "{source}");
    assert!(counter.draft_scenarios().unwrap().failed == 0);
}

#[test]
fn 文の表は書き出してそのまま戻せば何も変わらず_直した行だけが変わる() {
    let (_folder, mut counter) = desk();
    let sheet = counter.draft_sheet().unwrap();
    assert!(sheet.starts_with("\u{FEFF}種類,ID,番,項目,言語,文\r\n"));
    assert_eq!(counter.draft_take_sheet(sheet.as_bytes()).unwrap().changed, 0);
    let sheet =
        sheet.replace("procedure,death.care_refund,1,name,en,", "procedure,death.care_refund,1,name,en,New ");
    let read =
        counter.draft_take_sheet(format!("{sheet}procedure,no.such,1,name,ja,x\r\n").as_bytes()).unwrap();
    assert_eq!(read.changed, 1);
    assert!(read.refused.len() == 1 && read.refused[0].contains("ありません"), "{:?}", read.refused);
    assert_eq!(read.desk.steps.len(), 1);
    assert!(counter.draft_take_sheet(b"a,b\r\n1,2\r\n").is_err());

    // Excel saves Shift_JIS where nobody chooses. What it cannot write has become question marks: none of those are taken in.
    let rare = EditGiven::Write {
        field: "name".into(),
        language: Some("ja".into()),
        value: ValueGiven::Text("𠮷野町の届".into()),
    };
    counter.draft_edit(&procedure("death.grave"), &rare, "").unwrap();
    let sheet =
        counter.draft_sheet().unwrap().replace("介護保険料の精算・還付の相続人代表者届", "介護保険料の届");
    let excel = encoding_rs::SHIFT_JIS.encode(sheet.trim_start_matches('\u{FEFF}')).0.into_owned();
    let read = counter.draft_take_sheet(&excel).unwrap();
    assert!(
        read.changed > 0 && read.refused.iter().any(|line| line.contains("CSV UTF-8")),
        "{:?}",
        read.refused
    );
    assert_eq!(counter.draft_entry(&procedure("death.grave")).unwrap().name, "𠮷野町の届");
    assert_eq!(counter.draft_entry(&procedure(REFUND)).unwrap().name, "介護保険料の届");
    assert!(counter.draft_take_sheet(b"\x81\x00\xff").is_err());
}

fn clauses() -> impl Strategy<Value = Clause> {
    let row = prop_oneof![
        Just(Clause::Always),
        Just(Clause::Row { fact: "deceased.head".into(), test: RowTest::Yes }),
        Just(Clause::Named { name: "deceased_65".into() }),
        any::<i64>().prop_map(|number| Clause::Row {
            fact: "case.dog_count".into(),
            test: RowTest::Number { compare: madoka_counter::supervisor::Compare::AtLeast, number },
        }),
        (0_u32..150).prop_map(|years| Clause::Row {
            fact: "member.birth_date".into(),
            test: RowTest::Age {
                on: "case.death_date".into(),
                basis: madoka_counter::supervisor::Basis::FiscalYearEnd,
                compare: madoka_counter::supervisor::Compare::Less,
                years,
            },
        }),
    ];
    row.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|parts| Clause::All { parts }),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|parts| Clause::Any { parts }),
            inner.prop_map(|part| Clause::Not { part: Box::new(part) }),
        ]
    })
}

proptest! {
    /// Whatever is built by choosing has one text; the text has one tree; and the tree goes back to the same text.
    #[test]
    fn 選んだ木とテキストは行き来しても同じ(clause in clauses()) {
        let Ok(condition) = Condition::try_from(&clause) else { return Ok(()) };
        let text = condition.to_string();
        let read = parse_condition(&text).unwrap();
        prop_assert_eq!(&read, &condition);
        let again = Condition::try_from(&Clause::from(&read)).unwrap();
        prop_assert_eq!(again.to_string(), text);
    }
}
