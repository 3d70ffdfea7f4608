//! 台帳と照会: the register beside the chip, and what departments answer, played in practice.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod day;

use day::{Day, problem};
use madoka_casework::{CaseId, InquiryId};
use madoka_counter::TakenIn;
use madoka_counter::household::NEW_MEMBER;
use madoka_counter::inquiries::{AnswerGiven, ReplyGiven};
use madoka_counter::register::{FetchedShown, RegisterTaken};
use madoka_counter::statistics::{MissedGiven, StatisticsAsk, TableKind, Told, WalkPhase, WalkStepGiven};
use madoka_counter::visit::{Given, MarkGiven, Place, RowVerdict, SourceMark, Visit, VisitStep};
use madoka_facts::{Source, Statement, Value};
use madoka_sync::wire::register::Purpose;
use madoka_text::Personal;

fn open(day: &mut Day, life_event: &str) -> CaseId {
    let id = day.open(life_event, None).unwrap();
    day.counter.begin(id, VisitStep::Reading).unwrap();
    id
}

fn read_from_chip(day: &mut Day, id: CaseId, person: &str, facts: &[(&str, &str)]) -> Visit {
    let taken = facts.iter().map(|(attribute, value)| {
        let value = match *attribute {
            "birth_date" => value.parse().map(|date| Value::Date(madoka_facts::DateValue(date))).unwrap(),
            _ => Value::Text((*value).to_owned()),
        };
        TakenIn {
            path: format!("{person}.{attribute}").parse().unwrap(),
            statement: Statement::known(value, Source::Chip),
        }
    });
    day.counter.take_in(id, taken.collect()).unwrap()
}

fn fetch(day: &mut Day, id: CaseId, person: &str) -> FetchedShown {
    let ask = day.counter.register_fetch(id, person).unwrap();
    let fetched = day.counter.books(None).unwrap().fetch(&ask).unwrap();
    day.counter.take_fetched(id, &ask, fetched).unwrap()
}

fn taken(shown: FetchedShown) -> RegisterTaken {
    match shown {
        FetchedShown::Taken { taken } => *taken,
        other => panic!("{other:?}"),
    }
}

fn take(day: &mut Day, id: CaseId, number: &str, person: &str) -> RegisterTaken {
    let look = day.counter.register_look(id, number, person).unwrap();
    let looked = day.counter.books(None).unwrap().look(&look).unwrap();
    day.counter.take_looked(&look, looked).unwrap()
}

#[test]
fn 台帳を引くと住所の食い違いが並び_一つ選べば済む() {
    let mut day = Day::begin();
    let id = open(&mut day, "move_within");
    let facts = [
        ("name", "潮崎　健一"),
        ("birth_date", "1984-05-12"),
        ("address", "架空県みなと野市東町九丁目９番９号"),
    ];
    read_from_chip(&mut day, id, "applicant", &facts);
    let taken = taken(fetch(&mut day, id, "applicant"));
    assert!(taken.new_facts >= 5, "{}", taken.new_facts);
    assert_eq!(taken.withheld, ["市税"]);
    let names: Vec<&str> = taken.household.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["潮崎　美波", "潮崎　陽菜", "潮崎　蒼"]);
    assert_eq!(taken.resident.in_case.as_deref(), Some("届出人"));

    let conflicts = &taken.visit.people.conflicts;
    assert_eq!(conflicts.iter().map(|one| one.fact.as_str()).collect::<Vec<_>>(), ["applicant.address"]);
    let said: Vec<SourceMark> = conflicts[0].said.iter().map(|row| row.source).collect();
    assert_eq!(said, [SourceMark::Chip, SourceMark::Register]);
    let register = conflicts[0].said[1].value.clone();
    day.minutes_pass(1);
    let after = day.counter.settle(id, "applicant.address", SourceMark::Register, &register).unwrap();
    assert!(after.people.conflicts.is_empty());

    // もう一度引いても、同じことは二度言わない。
    assert_eq!(self::taken(fetch(&mut day, id, "applicant")).new_facts, 0);
}

#[test]
fn 台帳の世帯員を一人ずつ加えられ_同じ人は二人にならない() {
    let mut day = Day::begin();
    let id = open(&mut day, "move_within");
    let household = taken({
        let facts = [("name", "潮崎健一"), ("birth_date", "1984-05-12")];
        read_from_chip(&mut day, id, "applicant", &facts);
        fetch(&mut day, id, "applicant")
    })
    .household;
    for row in household.iter().chain(&household) {
        take(&mut day, id, &row.number, NEW_MEMBER);
    }
    let visit = day.counter.visit(id).unwrap();
    let members: Vec<&str> = visit
        .people
        .persons
        .iter()
        .filter(|one| one.id.starts_with("household["))
        .map(|one| one.title.as_str())
        .collect();
    assert_eq!(members, ["潮崎　美波", "潮崎　陽菜", "潮崎　蒼"]);
    let child = visit.people.persons.iter().find(|one| one.title == "潮崎　陽菜").unwrap();
    assert!(child.facts.iter().all(|row| row.source == SourceMark::Register));
    assert!(child.facts.iter().any(|row| row.fact.ends_with("public_school") && row.value == "はい"));
}

#[test]
fn 似た字の人は選んでもらい_いない人はいないと言う() {
    let mut day = Day::begin();
    let id = open(&mut day, "certificate");
    read_from_chip(&mut day, id, "applicant", &[("name", "斎藤　海")]);
    let FetchedShown::Choose { found } = fetch(&mut day, id, "applicant") else { panic!("several") };
    assert!(found.rows.len() > 1 && found.rows.iter().any(|row| row.doubtful));
    read_from_chip(&mut day, id, "applicant", &[("name", "遠国　旅人"), ("birth_date", "1970-01-01")]);
    assert_eq!(fetch(&mut day, id, "applicant"), FetchedShown::Nobody);
    let empty = open(&mut day, "certificate");
    assert_eq!(problem(day.counter.register_fetch(empty, "applicant").unwrap_err()).code, "REG-21");
}

#[test]
fn 支援措置の方は住所を出さず_案件にずっと警告が残る() {
    let mut day = Day::begin();
    let id = open(&mut day, "certificate");
    read_from_chip(&mut day, id, "applicant", &[("name", "凪原　里美"), ("birth_date", "1988-01-19")]);
    let taken = taken(fetch(&mut day, id, "applicant"));
    assert!(taken.resident.protected && taken.resident.address.is_empty());
    let facts = &taken.visit.people.persons.iter().find(|one| one.id == "applicant").unwrap().facts;
    assert!(!facts.iter().any(|row| row.fact == "applicant.address"));
    assert!(taken.visit.warnings[0].starts_with("支援措置の対象の方です"));
    fetch(&mut day, id, "applicant");
    assert_eq!(day.counter.visit(id).unwrap().warnings.len(), 1);
}

#[test]
fn 言葉での検索は_狭い言葉だけを受け付ける() {
    let day = Day::begin();
    let search = |line: &str| {
        let purpose = Purpose::Reason(madoka_casework::Words::parse("問い合わせ").unwrap());
        day.counter.register_search(purpose, &Personal::new(line.to_owned()))
    };
    assert_eq!(problem(search("").unwrap_err()).code, "REG-20");
    let found = day.counter.books(None).unwrap().search(&search("ミナミ シオザキ").unwrap()).unwrap();
    assert!(found.residents.len() <= 1);
}

/// 父が亡くなり、国民健康保険と年金があった。
fn death(day: &mut Day) -> CaseId {
    let id = open(day, "death");
    let facts = [("name", "浜名　正雄"), ("birth_date", "1941-02-03")];
    read_from_chip(day, id, "deceased", &facts);
    taken(fetch(day, id, "deceased"));
    id
}

fn reply(answer: AnswerGiven, here: bool) -> ReplyGiven {
    ReplyGiven {
        answer,
        here,
        words: String::new(),
        money: None,
        yen: None,
        bring: String::new(),
        call: String::new(),
        procedure: None,
    }
}

#[test]
fn 台帳の資格だけで_照会する手続が出て_課には要る事実だけが見える() {
    let mut day = Day::begin();
    let id = death(&mut day);
    let asked = day.counter.send_inquiries(id, None).unwrap().inquiries;
    assert!(asked.asked > 0 && asked.to_ask == 0 && asked.answered == 0, "{asked:?}");
    assert_eq!(problem(day.counter.send_inquiries(id, None).unwrap_err()).code, "INQ-21");
    day.minutes_pass(35);
    let lines = day.counter.practice_queue(false).unwrap();
    assert_eq!(lines.len(), asked.asked as usize);
    let queue = day.counter.queue_shown(&lines);
    assert_eq!((queue.cases.len(), queue.open, queue.cases[0].waiting.as_str()), (1, asked.asked, "35分"));
    for line in &lines {
        let sheet = day.counter.practice_sheet(line.id).unwrap();
        let shown = day.counter.sheet_shown(&sheet).unwrap();
        assert!(!shown.procedure.is_empty() && !shown.office.is_empty());
        assert!(shown.facts.iter().any(|row| row.value == "浜名　正雄"));
        // 市税は、だれの照会票にも出ない（窓口が台帳で見ていない）。
        assert!(sheet.facts.iter().all(|fact| !fact.path.to_string().contains("resident_tax")));
    }
}

#[test]
fn 回答はその場で手続に効き_後の回答が前の回答を正す() {
    let mut day = Day::begin();
    let id = death(&mut day);
    let visit = day.counter.send_inquiries(id, None).unwrap();
    let line = visit.inquiries.offices[0].lines[0].clone();
    let inquiry: InquiryId = line.inquiry.unwrap().parse().unwrap();
    let row = |day: &Day| {
        let visit = day.counter.visit(id).unwrap();
        visit.procedures.rows.into_iter().find(|row| row.id == line.procedure).unwrap()
    };
    let answer = |day: &mut Day, given: ReplyGiven| {
        day.minutes_pass(1);
        let reply = day.counter.new_reply(&given).unwrap();
        day.counter.practice_reply(inquiry, reply).unwrap();
    };
    answer(&mut day, ReplyGiven { bring: "通帳".into(), ..reply(AnswerGiven::Applies, true) });
    let now = row(&day);
    assert_eq!((now.verdict, now.place), (RowVerdict::Needed, Place::Here));
    assert_eq!(now.reply.unwrap().bring, "通帳");
    assert_eq!(day.counter.visit(id).unwrap().inquiries.one_stop, Some(100));

    answer(&mut day, reply(AnswerGiven::Applies, false));
    assert_eq!(row(&day).place, Place::OtherOffice);
    assert_eq!(day.counter.visit(id).unwrap().inquiries.one_stop, Some(0));

    answer(&mut day, reply(AnswerGiven::DoesNotApply, true));
    assert!(
        matches!(row(&day).mark, Some(MarkGiven::NotApplicable { reason: Some(reason) }) if reason.contains("回答"))
    );
    assert!(day.counter.visit(id).unwrap().inquiries.latest.contains("該当しない"));
    // 職員の印は、回答より先に立つ。
    let done = MarkGiven::Done { reason: None };
    day.counter.mark(id, &line.procedure, "case", Some(&done)).unwrap();
    assert!(matches!(row(&day).mark, Some(MarkGiven::Done { .. })));
}

#[test]
fn 案件を終えた後の回答も届き_金額の打ち間違いは断る() {
    let mut day = Day::begin();
    let id = death(&mut day);
    day.counter.send_inquiries(id, None).unwrap();
    day.counter.close(id, madoka_casework::Outcome::Completed).unwrap();
    let lines = day.counter.practice_queue(false).unwrap();
    assert!(lines.iter().all(|line| line.late));
    let wrong = ReplyGiven { yen: Some(0), ..reply(AnswerGiven::Applies, true) };
    assert_eq!(problem(day.counter.new_reply(&wrong).unwrap_err()).code, "INQ-23");
    let right = day.counter.new_reply(&reply(AnswerGiven::Applies, true)).unwrap();
    day.counter.practice_reply(lines[0].id, right).unwrap();
    assert_eq!(day.counter.visit(id).unwrap().inquiries.answered, 1);
}

#[test]
fn 練習の関係課に答えてもらえ_聞き取りの答えとは混ざらない() {
    let mut day = Day::begin();
    let id = death(&mut day);
    let before = day.counter.send_inquiries(id, None).unwrap();
    let after = day.counter.play_departments(id).unwrap();
    assert_eq!(after.inquiries.answered, after.inquiries.asked);
    assert_eq!(after.interview.remaining, before.interview.remaining);
    day.counter.answer(id, "case.funeral_done", &Given::Yes, Source::Staff).ok();
    assert!(day.counter.practice_queue(false).unwrap().is_empty());
    assert_eq!(day.counter.practice_queue(true).unwrap().len(), after.inquiries.asked as usize);
}

/// A father of 84 who was insured for the old, with care; his son comes.
fn father(day: &mut Day) -> CaseId {
    let id = open(day, "death");
    let text = |path: &str, value: &str| TakenIn {
        path: path.parse().unwrap(),
        statement: Statement::known(Value::Text(value.to_owned()), Source::Staff),
    };
    let known = |path: &str, value: Value| TakenIn {
        path: path.parse().unwrap(),
        statement: Statement::known(value, Source::Staff),
    };
    let choice = |id: &str| Value::Choice(id.parse().unwrap());
    day.counter
        .take_in(
            id,
            vec![
                text("deceased.name", "架空　一郎"),
                known("deceased.birth_date", Value::parse_date("1941-02-03").unwrap()),
                known("case.death_date", Value::parse_date("2026-11-15").unwrap()),
                known("case.death_notified", Value::Bool(true)),
                known("deceased.resident", Value::Bool(true)),
                known("visitor.relation", choice("child")),
                known("visitor.heir", Value::Bool(true)),
                known("visitor.mourner", Value::Bool(true)),
                known("case.funeral", choice("done")),
                known("deceased.insurance", choice("koki")),
                known("deceased.care_certified", Value::Bool(true)),
                known("deceased.high_medical_costs", Value::Bool(false)),
                known("deceased.resident_tax", Value::Bool(true)),
                known("deceased.dog", Value::Bool(false)),
                known("deceased.debts", Value::Bool(false)),
            ],
        )
        .unwrap();
    id
}

fn forms(day: &Day, id: CaseId) -> Vec<String> {
    let bundle = day.counter.bundle(id).unwrap().bundle;
    bundle.parts.iter().filter_map(|part| Some(part.form.as_ref()?.to_string())).collect()
}

#[test]
fn 相続放棄を考えている方がいる間は_相続人の様式は選ばれるまで一式に入らない() {
    let mut day = Day::begin();
    let id = father(&mut day);
    assert!(forms(&day, id).contains(&"tax_heir_representative".to_owned()));
    let sheet = day.counter.visit(id).unwrap().exchange.unwrap();
    assert_eq!(
        (sheet.remarks[0].label.as_str(), sheet.remarks[0].said),
        ("相続放棄を考えている方がいる", false)
    );
    assert!(sheet.warnings.is_empty());

    let visit = day.counter.answer(id, "case.renouncing", &Given::Yes, Source::Staff).unwrap();
    assert!(visit.exchange.unwrap().warnings[0].contains("署名する前に"));
    let held = forms(&day, id);
    assert!(!held.contains(&"tax_heir_representative".to_owned()) && !held.contains(&"care_heir".to_owned()));
    assert!(held.contains(&"koki_loss".to_owned()) && held.contains(&"funeral_koki".to_owned()), "{held:?}");

    // The officer has talked about it with the family.
    day.counter.choose_papers(id, "care_heir", Some(1)).unwrap();
    assert!(forms(&day, id).contains(&"care_heir".to_owned()));
    day.counter.answer(id, "case.renouncing", &Given::No, Source::Staff).unwrap();
    assert!(forms(&day, id).contains(&"tax_heir_representative".to_owned()));
}

#[test]
fn 課が見つけた手続は一式に入り_案内漏れとして監督者の場面テストになる() {
    let mut day = Day::begin();
    let id = father(&mut day);
    let visit = day.counter.send_inquiries(id, None).unwrap();
    assert!(
        visit.inquiries.offices.iter().all(|office| office.office != "shimin" && office.office != "okuyami")
    );
    let asked = visit
        .inquiries
        .offices
        .iter()
        .find(|office| office.office == "kankyo" || office.office == "kaigo")
        .unwrap();
    let inquiry: InquiryId = asked.lines[0].inquiry.as_ref().unwrap().parse().unwrap();
    let more = day.counter.practice_sheet(inquiry).unwrap();
    let more = day.counter.sheet_shown(&more).unwrap().more;
    assert!(more.iter().any(|one| one.inquiry == "death.care_high_cost"), "{more:?}");
    let before = day.counter.not_needed(id).unwrap();
    let given = ReplyGiven {
        answer: AnswerGiven::Applies,
        here: true,
        words: "高額介護の支給があります。".into(),
        money: None,
        yen: None,
        bring: String::new(),
        call: String::new(),
        procedure: None,
    };
    let found = before.iter().find(|row| row.id.starts_with("death.") && row.office == "介護保険課");
    let procedure = found.map_or("death.care_high_cost", |row| row.id.as_str()).to_owned();
    let reply = ReplyGiven { procedure: Some(procedure.clone()), ..given };
    let reply = day.counter.new_reply(&reply).unwrap();
    day.counter.practice_reply(inquiry, reply).unwrap();
    let row =
        day.counter.visit(id).unwrap().procedures.rows.into_iter().find(|row| row.id == procedure).unwrap();
    assert_eq!((row.verdict, row.place), (RowVerdict::Needed, Place::Here));
    assert!(forms(&day, id).contains(&"care_heir".to_owned()));

    // 後で分かった: a dog nobody knew of.
    let dog = before.iter().find(|row| row.name.contains('犬')).unwrap().clone();
    let missed = MissedGiven {
        procedure: dog.id.clone(),
        subject: dog.subject.clone(),
        words: "登録がありました。".into(),
    };
    day.counter.missed(id, &missed).unwrap();
    let rows = day.counter.missed_cases().unwrap();
    let later = rows.iter().find(|row| row.procedure == dog.id).unwrap();
    assert!(later.later && !later.mended && later.reason.contains("犬"), "{later:?}");
    assert!(!format!("{rows:?}").contains("架空"), "no name");
    let again = MissedGiven { procedure: "death.koki_loss".into(), ..missed };
    assert_eq!(problem(day.counter.missed(id, &again).unwrap_err()).code, "STAT-24");

    let desk = day.counter.missed_scenario(id, &dog.id, &dog.subject).unwrap();
    assert!(desk.steps[0].said.contains("場面") || !desk.steps.is_empty());
    let scenarios = day.counter.draft_scenarios().unwrap();
    let red = scenarios.rows.iter().find(|row| !row.passed).unwrap();
    assert!(red.title.contains("案内漏れ") && red.failures.iter().any(|line| line.contains('犬')), "{red:?}");
    let entry = format!("{:?}", day.counter.draft_entry(&red.entry).unwrap());
    assert!(!entry.contains("架空"), "the scenario names nobody");
}

#[test]
fn 喪主が二人いると言われたら_食い違いとして並び_決まるまで信頼の高い方で書く() {
    let mut day = Day::begin();
    let id = father(&mut day);
    let says = |value: &str, source| TakenIn {
        path: "mourner.name".parse().unwrap(),
        statement: Statement::known(Value::Text(value.to_owned()), source),
    };
    day.counter.take_in(id, vec![says("架空　長男", Source::Booking)]).unwrap();
    let visit = day.counter.take_in(id, vec![says("架空　次男", Source::Resident)]).unwrap();
    let conflict = visit.people.conflicts.iter().find(|one| one.fact == "mourner.name").unwrap();
    assert_eq!(conflict.said.len(), 2);
    day.minutes_pass(1);
    // Until it is settled the papers hold what is trusted more, and nothing is lost.
    let settled = day.counter.settle(id, "mourner.name", SourceMark::Resident, "架空　次男").unwrap();
    assert!(settled.people.conflicts.iter().all(|one| one.fact != "mourner.name"));
}

#[test]
fn 統計は練習でも見られ_体験調査の前と後が並ぶ() {
    let mut day = Day::begin();
    let ask = StatisticsAsk {
        from: "2026-09-01".into(),
        to: "2026-11-20".into(),
        office: None,
        life_event: Some("death".into()),
    };
    let shown = |day: &Day| {
        let told = Told::ask(&ask, &mut day.counter.practice_figures().unwrap()).unwrap();
        day.counter.statistics_shown(&told).unwrap()
    };
    let view = shown(&day);
    let total = view.total.as_ref().unwrap();
    assert!(view.made_up && total.cases > 50 && total.one_stop > 30.0 && total.one_stop < 70.0);
    let sum: u32 = view
        .tables
        .iter()
        .find(|one| one.kind == TableKind::Weekday)
        .unwrap()
        .rows
        .iter()
        .map(|row| row.cases)
        .sum();
    assert_eq!(sum, total.cases);
    assert!(view.csv().contains("ワンストップ率") && view.csv().starts_with('\u{FEFF}'));

    for (phase, minutes) in [(WalkPhase::Before, 92), (WalkPhase::After, 31)] {
        day.counter.begin_walk("おくやみ", "death", phase).unwrap();
        let step = |place: &str| WalkStepGiven {
            place: place.into(),
            what: String::new(),
            wrote: 2,
            note: String::new(),
        };
        day.counter.next_walk_step(&step("番号札・待ち")).unwrap();
        day.minutes_pass(10);
        day.counter.next_walk_step(&step("窓口")).unwrap();
        day.minutes_pass(minutes - 10);
        let walks = day.counter.end_walk().unwrap();
        assert_eq!(walks.walks[0].seconds(), u32::try_from(minutes).unwrap() * 60);
    }
    let compared = shown(&day).compared.remove(0);
    assert_eq!((compared.before, compared.after, compared.before_walks), (Some(92.0), Some(31.0), 1));
    assert_eq!(day.counter.walks_csv().unwrap().lines().count(), 5);
    assert_eq!(problem(day.counter.end_walk().unwrap_err()).code, "STAT-22");
    let mut day = day.opened_again();
    assert_eq!(day.counter.walks().unwrap().walks.len(), 2);
    day.minutes_pass(1);
}

#[test]
fn 同じ方の別の案件と違う答えは並び_人が決めるまで残り_決めた後の新しい答えでまた出る() {
    let mut day = Day::begin();
    let first = father(&mut day);
    let says = |path: &str, value: Value| TakenIn {
        path: path.parse().unwrap(),
        statement: Statement::known(value, Source::Staff),
    };
    let named = |name: &str| says("visitor.name", Value::Text(name.to_owned()));
    day.counter.take_in(first, vec![named("架空　長男")]).unwrap();
    day.counter.same_person(first, "mourner", Some("visitor")).unwrap();
    day.minutes_pass(60);
    let second = father(&mut day);
    let other_family = open(&mut day, "death");
    day.counter.take_in(other_family, vec![says("deceased.name", Value::Text("架空　二郎".into()))]).unwrap();
    // A space and a glyph's shape are no contradiction, and neither is what each visitor says of themselves.
    let same = vec![named("架空 次男"), says("deceased.name", Value::Text("架空 一郎".into()))];
    let visit = day.counter.take_in(second, same).unwrap();
    let facts = |visit: &madoka_counter::visit::Visit| -> Vec<String> {
        visit.others.iter().flat_map(|other| &other.differences).map(|one| one.fact.clone()).collect()
    };
    assert_eq!(visit.others.len(), 1);
    assert_eq!(facts(&visit), ["mourner.name"]);
    assert!(!format!("{:?}", visit.others[0].differences).contains("架空"), "no name in a debug line");

    let visit = day.counter.settle_other(second, first, "mourner.name", false).unwrap();
    assert_eq!(facts(&visit), [""; 0]);
    assert!(visit.notes[0].words.contains("喪主") && visit.notes[0].words.contains("こちらの答え"));
    // The other says something new: it is asked again.
    day.minutes_pass(1);
    day.counter.take_in(second, vec![says("deceased.dog", Value::Bool(true))]).unwrap();
    day.counter.same_person(first, "mourner", None).unwrap();
    let third = vec![
        says("visitor.mourner", Value::Bool(false)),
        says("mourner.name", Value::Text("架空　三男".into())),
    ];
    day.counter.take_in(first, third).unwrap();
    let visit = day.counter.visit(second).unwrap();
    assert_eq!(facts(&visit), ["mourner.name", "deceased.dog"]);
    let visit = day.counter.settle_other(second, first, "mourner.name", true).unwrap();
    let mourner = visit.people.persons.iter().find(|one| one.id == "mourner").unwrap();
    assert!(mourner.facts.iter().any(|row| row.value == "架空　三男"), "{:?}", mourner.facts);
    assert_eq!(
        problem(day.counter.settle_other(second, first, "mourner.name", true).unwrap_err()).code,
        "READ-13"
    );
    // Whoever was born on another day is another person.
    let born = says("deceased.birth_date", Value::parse_date("1950-01-01").unwrap());
    day.counter.take_in(second, vec![born]).unwrap();
    assert!(day.counter.visit(second).unwrap().others.is_empty());
}

#[test]
fn 課の最後の言葉が効く_どの照会への回答として来ても() {
    let mut day = Day::begin();
    let id = father(&mut day);
    day.counter.send_inquiries(id, None).unwrap();
    let asked = day.counter.visit(id).unwrap().inquiries;
    let kaigo = asked.offices.iter().find(|office| office.office == "kaigo").unwrap();
    let [first, .., last] = kaigo.lines.as_slice() else { panic!("the department is asked several things") };
    let answer = |day: &mut Day, line: &madoka_counter::inquiries::AskedLine, given: ReplyGiven| {
        day.minutes_pass(1);
        let reply = day.counter.new_reply(&given).unwrap();
        day.counter.practice_reply(line.inquiry.as_ref().unwrap().parse().unwrap(), reply).unwrap();
    };
    for (own, other) in [(last, first), (first, last)] {
        answer(&mut day, own, reply(AnswerGiven::DoesNotApply, false));
        let mended =
            ReplyGiven { procedure: Some(own.procedure.clone()), ..reply(AnswerGiven::Applies, true) };
        answer(&mut day, other, mended);
        let visit = day.counter.visit(id).unwrap();
        let row = visit.procedures.rows.iter().find(|row| row.id == own.procedure).unwrap();
        assert_eq!((row.verdict, row.place), (RowVerdict::Needed, Place::Here), "{}", own.procedure);
        let mut lines = visit.inquiries.offices.iter().flat_map(|office| &office.lines);
        let line = lines.find(|line| line.procedure == own.procedure).unwrap();
        assert_eq!(line.reply.as_ref().unwrap().answer, AnswerGiven::Applies);
    }
}
