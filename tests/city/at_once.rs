//! 同時に: the line is out when a family comes that nobody has prepared, two officers take one booking, two of a family say
//! different things at two desks, and a department answers while the printer works.

use serde_json::{Value, json};

use crate::corner::{Terminal, city, corner, day, departments};
use crate::stand::{EvePrinter, Model};

/// What is known of the person who died, in every test here.
fn deceased() -> Value {
    json!({
        "deceased.name": "架空　一郎", "deceased.birth_date": "1941-02-03", "case.death_date": "2026-11-15",
        "case.death_notified": true, "deceased.resident": true, "deceased.insurance": "koki",
        "deceased.care_certified": true, "deceased.resident_tax": true,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
fn with(more: Value) -> Value {
    let mut facts = deceased();
    facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "event": "death", "facts": facts, "unknown": [] })
}

fn booked(terminal: &mut Terminal, name: &str, hour: &str) -> String {
    let row = terminal.does(json!({
        "do": "book", "start": format!("{}T{hour}", day(1)), "name": name,
        "answers": { "facts": deceased(), "unknown": ["deceased.pension"] },
    }));
    row["id"].as_str().unwrap().to_owned()
}

fn visit(terminal: &mut Terminal, case: &str) -> Value {
    terminal.does(json!({ "do": "visit", "case": case }))
}

fn lines(visit: &Value) -> Vec<Value> {
    let offices = visit["inquiries"]["offices"].as_array().unwrap();
    offices.iter().flat_map(|office| office["lines"].as_array().unwrap().clone()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
fn applies(more: Value) -> Value {
    let mut reply = json!({
        "answer": "applies", "here": true, "words": "", "money": null, "yen": null, "bring": "", "call": "", "procedure": null,
    });
    reply.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    reply
}

fn all_replies(office: &mut Terminal, reply: &Value) -> usize {
    office.until("asked", |one| one.does(json!({ "do": "queue" }))["open"].as_u64().unwrap() > 0);
    let queue = office.does(json!({ "do": "queue" }));
    let cases = queue["cases"].as_array().unwrap();
    let all: Vec<Value> = cases.iter().flat_map(|one| one["lines"].as_array().unwrap().clone()).collect();
    for line in &all {
        office.does(json!({ "do": "reply", "inquiry": line["inquiry"], "reply": reply }));
    }
    all.len()
}

#[test]
fn 回線が切れていても_まだ始めていない予約が開き_回答はあとから届く() {
    let (mut town, _supervisor) = city();
    let mut telephone = corner(&town, "denwa-1", "d01");
    let mut desk = corner(&town, "okuyami-1", "o01");
    let booking = booked(&mut telephone, "架空 花子", "10:00:00");
    // In the morning the desk has looked at its list.
    desk.does(json!({ "do": "days" }));

    town.kill();
    let list = desk.does(json!({ "do": "days" }));
    assert!(list["known_at"].is_string(), "{list}");
    let case = desk.does(json!({ "do": "open_booking", "booking": booking, "arrived": true }));
    let case = case.as_str().unwrap().to_owned();
    desk.does(json!({ "do": "begin", "case": case, "step": "asking" }));
    let now = visit(&mut desk, &case);
    assert_eq!(now["case"]["name"], "架空　一郎", "what was said on the telephone is here");
    assert!(
        now["interview"]["answered"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| { row["question"]["fact"] == "deceased.pension" })
    );
    // Asked all the same: it waits for the line.
    let asked = lines(&desk.does(json!({ "do": "ask_departments", "case": case })));
    assert!(asked.iter().any(|line| line["state"] == "unsent"), "{asked:?}");
    desk.does(json!({ "do": "answer", "case": case, "fact": "visitor.relation", "given": { "is": "choice", "value": "child" } }));
    desk.does(json!({ "do": "begin", "case": case, "step": "filling" }));
    let bundle = desk.data.path().join("bundle.pdf");
    let made = desk.does(json!({ "do": "papers", "case": case, "path": bundle }));
    assert!(made["forms"].as_array().unwrap().iter().any(|form| form == "koki_loss"), "{made}");
    // Opened once more it is the same case.
    let again = desk.does(json!({ "do": "open_booking", "booking": booking, "arrived": true }));
    assert_eq!(again, json!(case));

    // The line is back: the book hears of it, the departments are asked, and their answers reach the visit.
    town.serve();
    desk.does(json!({ "do": "try_now" }));
    desk.in_step();
    desk.until("the book is reached", |one| one.does(json!({ "do": "days" }))["known_at"].is_null());
    let told = telephone.does(json!({ "do": "booking", "booking": booking }));
    assert_eq!(
        (told["row"]["case"].as_str(), &told["row"]["standing"]),
        (Some(case.as_str()), &json!("arrived"))
    );
    let mut kaigo = departments(&town, "kaigo-1", &["kaigo"]);
    assert!(all_replies(&mut kaigo, &applies(json!({ "bring": "介護保険証" }))) > 0);
    desk.until("the answers are here", |one| {
        visit(one, &case)["inquiries"]["answered"].as_u64().unwrap() > 0
    });
    let latest = visit(&mut desk, &case);
    assert!(
        latest["inquiries"]["latest"].as_str().unwrap().contains("介護保険課"),
        "{}",
        latest["inquiries"]
    );
    assert_eq!(latest["step"], "filling", "nobody was disturbed");
}

#[test]
fn 二つの窓口が回線のないまま同じ予約を始めても_案件は一つで_あとから人が決める() {
    let (mut town, _supervisor) = city();
    let mut one = corner(&town, "okuyami-1", "o01");
    let mut two = corner(&town, "okuyami-2", "o02");
    let booking = booked(&mut one, "架空 花子", "11:00:00");
    for desk in [&mut one, &mut two] {
        desk.does(json!({ "do": "days" }));
    }
    town.kill();
    let mut cases = Vec::new();
    for (desk, relation) in [(&mut one, "child"), (&mut two, "spouse")] {
        let case = desk.does(json!({ "do": "open_booking", "booking": booking, "arrived": true }));
        let case = case.as_str().unwrap().to_owned();
        desk.does(json!({ "do": "begin", "case": case, "step": "asking" }));
        let given = json!({ "is": "choice", "value": relation });
        desk.does(json!({ "do": "answer", "case": case, "fact": "visitor.relation", "given": given }));
        cases.push(case);
    }
    assert_eq!(cases[0], cases[1], "one booking is one case");
    town.serve();
    for desk in [&mut one, &mut two] {
        desk.does(json!({ "do": "try_now" }));
        desk.in_step();
    }
    let seen = |desk: &mut Terminal| {
        let visit = visit(desk, &cases[0]);
        // Each names itself as 自分, so who wrote it is told otherwise on the other.
        let late = visit["late"].as_array().map_or(0, Vec::len);
        (visit["case"]["owner"]["terminal"].clone(), late, visit["people"].to_string())
    };
    // Both end with the same, whoever was first; what the other wrote waits for a person.
    let late = std::cell::RefCell::new(None);
    let two = std::cell::RefCell::new(two);
    one.until("both say the same", |one| {
        let (here, there) = (seen(one), seen(&mut two.borrow_mut()));
        *late.borrow_mut() = Some((here.1, there.1));
        here.2 == there.2 && here.1 == there.1 && here.1 > 0
    });
    eprintln!("遅れた記録 {late:?}");
}

#[test]
fn 二人の職員が一つの予約を同時に始め_同時に変えても_一人だけが通る() {
    let (town, _supervisor) = city();
    let mut one = corner(&town, "okuyami-1", "o01");
    let mut two = corner(&town, "okuyami-2", "o02");
    // Begun at the same moment.
    let booking = booked(&mut one, "架空 花子", "13:00:00");
    let open = json!({ "do": "open_booking", "booking": booking, "arrived": false });
    let answers = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.asks(&open));
        let second = scope.spawn(|| two.asks(&open));
        [first.join().unwrap(), second.join().unwrap()]
    });
    let opened: Vec<&Value> = answers.iter().filter_map(|answer| answer.get("ok")).collect();
    let refused: Vec<&str> = answers.iter().filter_map(|answer| answer["refused"].as_str()).collect();
    // Whoever came a moment later either was refused, or found the case that was already there.
    assert!(!opened.is_empty() && opened.iter().all(|case| *case == opened[0]), "{answers:?}");
    assert!(refused.iter().all(|code| ["BOOK-07", "BOOK-08", "CASE-09"].contains(code)), "{answers:?}");
    let case = opened[0].as_str().unwrap().to_owned();
    for desk in [&mut one, &mut two] {
        desk.until("the case is here", |desk| {
            desk.asks(&json!({ "do": "visit", "case": case })).get("ok").is_some()
        });
        assert_eq!(desk.does(open.clone()), json!(case));
    }

    // Changed at the same moment, both having looked at the same.
    let booking = booked(&mut one, "架空 夏子", "14:00:00");
    let revision = one.does(json!({ "do": "booking", "booking": booking }))["row"]["revision"].clone();
    let change = |act: Value| json!({ "do": "change", "booking": booking, "revision": revision, "act": act });
    let moved = change(json!({ "kind": "move", "start": format!("{}T15:00:00", day(1)) }));
    let cancelled = change(json!({ "kind": "cancel", "reason": "ご都合がつかないため" }));
    let answers = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.asks(&moved));
        let second = scope.spawn(|| two.asks(&cancelled));
        [first.join().unwrap(), second.join().unwrap()]
    });
    assert_eq!(answers.iter().filter(|answer| answer.get("ok").is_some()).count(), 1, "{answers:?}");
    assert!(answers.iter().any(|answer| answer["refused"] == "BOOK-07"), "{answers:?}");
    // Whoever was refused looks again, and sees what the other did.
    let history = two.does(json!({ "do": "booking", "booking": booking }))["history"].clone();
    assert_eq!(history.as_array().unwrap().len(), 2, "{history}");

    // One has the case; the other, who opens it too, only looks.
    one.does(json!({ "do": "begin", "case": case, "step": "asking" }));
    one.in_step();
    two.until("taken", |two| visit(two, &case)["case"]["owner"].is_object());
    let answer = json!({ "do": "answer", "case": case, "fact": "visitor.relation", "given": { "is": "choice", "value": "child" } });
    assert_eq!(two.asks(&answer)["refused"], "CASE-05");
    one.does(answer);
}

#[test]
fn 二人の来庁者の話が違うと_あとの案件に並び_人が決める() {
    let (town, _supervisor) = city();
    let mut one = corner(&town, "okuyami-1", "o01");
    let mut two = corner(&town, "okuyami-2", "o02");
    let comes = |name: &str, mourner: bool, head: bool, more: Value| {
        let mut facts = json!({
            "visitor.name": name, "visitor.relation": "child", "visitor.mourner": mourner, "deceased.head": head,
        });
        facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with(facts)
    };
    let first = one.does(json!({ "do": "open", "life_event": "death" })).as_str().unwrap().to_owned();
    let facts = comes("架空　長男", true, true, json!({ "visitor.phone": "0999-20-1111" }));
    let visit_one = one.does(json!({ "do": "facts", "case": first, "facts": facts }));
    assert_eq!(visit_one["others"], json!([]));
    one.does(json!({ "do": "release", "case": first }));
    one.in_step();

    // Days later another child comes, to another desk, and holds the funeral too.
    two.until("the first visit is known here", |two| {
        two.asks(&json!({ "do": "visit", "case": first })).get("ok").is_some()
    });
    let second = two.does(json!({ "do": "open", "life_event": "death" })).as_str().unwrap().to_owned();
    let facts = comes("架空　次男", true, false, json!({ "visitor.phone": "0999-20-2222" }));
    let now = two.does(json!({ "do": "facts", "case": second, "facts": facts }));
    let other = &now["others"][0];
    assert_eq!(
        (other["case"]["id"].as_str(), other["visitor"].as_str()),
        (Some(first.as_str()), Some("架空　長男"))
    );
    let differ = |visit: &Value| -> Vec<(String, String, String)> {
        let rows = visit["others"][0]["differences"].as_array().unwrap().iter();
        rows.map(|row| {
            let words = |key: &str| row[key].as_str().unwrap().to_owned();
            (words("fact"), words("here"), words("there"))
        })
        .collect()
    };
    let facts: Vec<String> = differ(&now).into_iter().map(|(fact, ..)| fact).collect();
    assert_eq!(facts, ["mourner.name", "deceased.head"], "what each says of themselves is no contradiction");
    assert!(now["unfinished"].to_string().contains("2か所の答えが違います"), "{}", now["unfinished"]);
    // The first case shows it too, wherever it is opened.
    two.in_step();
    one.until("there as well", |one| {
        visit(one, &first)["others"][0]["differences"].as_array().is_some_and(|rows| rows.len() == 2)
    });

    // A person asks the family: the elder holds the funeral, and the younger was right about the household.
    let settle = |fact: &str, theirs: bool| json!({ "do": "settle_other", "case": second, "other": first, "fact": fact, "theirs": theirs });
    let now = two.does(settle("deceased.head", false));
    assert_eq!(differ(&now).len(), 1);
    let now = two.does(settle("mourner.name", true));
    assert_eq!(differ(&now), []);
    let mourner =
        now["people"]["persons"].as_array().unwrap().iter().find(|one| one["id"] == "mourner").unwrap();
    let said = mourner["facts"].to_string();
    assert!(
        said.contains("架空　長男") && said.contains("0999-20-1111") && !said.contains("0999-20-2222"),
        "{said}"
    );
    assert_eq!(now["notes"].as_array().unwrap().len(), 2, "who decided what stays on record");
    let late = two.asks(&settle("mourner.name", true));
    assert_eq!(late["refused"], "READ-13", "decided already: {late}");
}

#[test]
fn 刷っている最中に課の回答が届いても_どちらも残り_刷った紙が何で作られたか分かる() {
    let (town, _supervisor) = city();
    let mut desk = corner(&town, "okuyami-1", "o01");
    let mut kaigo = departments(&town, "kaigo-1", &["kaigo"]);
    let printer = EvePrinter::new(Model::default());
    let case = desk.does(json!({ "do": "open", "life_event": "death" })).as_str().unwrap().to_owned();
    let facts = with(json!({
        "visitor.name": "架空　花子", "visitor.relation": "child", "visitor.mourner": true, "visitor.heir": true,
        "deceased.address": "架空県みなと野市港町三丁目４番５号", "deceased.high_medical_costs": false,
        "case.funeral": "done", "case.funeral_date": "2026-11-18",
    }));
    desk.does(json!({ "do": "facts", "case": case, "facts": facts }));
    desk.does(json!({ "do": "ask_departments", "case": case }));
    desk.in_step();
    desk.does(json!({ "do": "begin", "case": case, "step": "filling" }));
    let form_names = |view: &Value, key: &str| -> Vec<String> {
        let of = |form: &&Value| !form[key].is_null();
        let forms = view["forms"].as_array().unwrap().iter().filter(of);
        forms.map(|form| form["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = desk.does(json!({ "do": "view_papers", "case": case }));
    let wanted = form_names(&before, "id");
    assert!(wanted.contains(&"care_loss".to_owned()), "{wanted:?}");

    // The printer holds the first sheet; meanwhile the department answers: one of its procedures does not apply at all,
    // another, it says a moment later, does after all.
    printer.set("slow");
    let uri = printer.uri().to_string();
    let replied = std::thread::scope(|scope| {
        let prints = scope.spawn(|| desk.does(json!({ "do": "print", "case": case, "printer": uri })));
        let does_not = applies(json!({ "answer": "does_not_apply", "here": false }));
        let replied = all_replies(&mut kaigo, &does_not);
        let queue = kaigo.does(json!({ "do": "queue", "answered": true }));
        let inquiry = queue["cases"][0]["lines"][0]["inquiry"].clone();
        let found = applies(json!({ "procedure": "death.care_high_cost" }));
        kaigo.does(json!({ "do": "reply", "inquiry": inquiry, "reply": found }));
        // Long enough for the answers to reach the desk while its printer works.
        std::thread::sleep(std::time::Duration::from_secs(2));
        printer.unset("slow");
        prints.join().unwrap();
        replied
    });
    desk.until("every answer is here", |one| {
        let lines = lines(&visit(one, &case));
        let applies = |line: &Value| line["reply"]["answer"] == "applies";
        let last = lines.iter().find(|line| line["procedure"] == "death.care_high_cost");
        lines.iter().filter(|line| line["state"] == "answered").count() >= replied
            && last.is_some_and(applies)
    });
    let view = desk.does(json!({ "do": "view_papers", "case": case }));
    let now = visit(&mut desk, &case);
    // What came out of the printer is on record, and so is every answer; what is not wanted any more is named.
    let handed = now["handed"]["forms"].as_array().unwrap().len();
    assert!(handed > 0 && !printer.sheets().is_empty(), "{}", now["handed"]);
    let withdrawn = view["withdrawn"].to_string();
    assert!(withdrawn.contains("介護保険"), "{withdrawn}");
    assert!(
        now["inquiries"]["latest"].as_str().unwrap().contains("介護保険課"),
        "{}",
        now["inquiries"]["latest"]
    );
    // What the department takes back at last has come into the bundle again.
    let forms = view["forms"].as_array().unwrap();
    assert!(forms.iter().any(|form| form["id"] == "care_heir"), "{:?}", form_names(&view, "id"));
    // Nothing on the papers changed by itself.
    assert!(forms.iter().all(|form| form["changed"].as_array().unwrap().is_empty()), "{forms:?}");

    // Then the officer corrects an address: the paper on the table says otherwise, and the screen names which.
    let address = json!({ "is": "text", "value": "架空県みなと野市浜町一丁目１番１号" });
    desk.does(json!({ "do": "answer", "case": case, "fact": "deceased.address", "given": address }));
    let view = desk.does(json!({ "do": "view_papers", "case": case }));
    let koki =
        view["forms"].as_array().unwrap().iter().find(|form| form["id"] == "koki_loss").unwrap().clone();
    assert!(koki["printed"].is_string() && koki["changed"].to_string().contains("住所"), "{koki}");
}
