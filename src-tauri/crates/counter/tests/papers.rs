//! From the facts to paper in the tray, through the use cases as a screen would call them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod day;
#[allow(dead_code, reason = "the printing tests use all of it")]
#[path = "../../forms/tests/print/stand.rs"]
mod stand;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use day::Day;
use madoka_casework::{CaseId, Handwriting, PenPoint, Step};
use madoka_counter::papers::LookKind;
use madoka_counter::printing::{Piece, PrintStage, PrintWhat, advance_printing, entry_id, find_printers};
use madoka_counter::visit::{AnswerKind, Given, MarkGiven, RowVerdict};
use madoka_counter::{Counter, TakenIn};
use madoka_facts::{Household, Source, Statement, Value};
use madoka_forms::guide::Language;
use madoka_forms::print::Stage;
use stand::{EvePrinter, Model};

/// A move with a child, asked to the end.
fn moved_in(day: &mut Day) -> CaseId {
    let id = day.open("move_in", None).unwrap();
    day.counter.begin(id, Step::Reading).unwrap();
    let chip = |path: &str, value: Value| TakenIn {
        path: path.parse().unwrap(),
        statement: Statement::known(value, Source::Chip),
    };
    day.counter
        .take_in(
            id,
            vec![
                chip("applicant.name", Value::Text("潮崎　健一".into())),
                chip("applicant.birth_date", Value::parse_date("1984-05-12").unwrap()),
                chip("applicant.address", Value::Text("架空県みなと野市港町一丁目２番３号".into())),
            ],
        )
        .unwrap();
    day.counter.add_member(id).unwrap();
    for (fact, value) in [("household[0].name", "潮崎　蒼"), ("household[0].birth_date", "令和元年5月1日")]
    {
        day.counter.answer(id, fact, &Given::Text(value.into()), Source::Staff).unwrap();
    }
    day.counter.household(id, Household::Complete).unwrap();
    let mut visit = day.counter.visit(id).unwrap();
    while let Some(question) = visit.interview.now.as_ref().and_then(|screen| screen.questions.first()) {
        let given = match &question.answer {
            AnswerKind::YesNo => Given::Yes,
            AnswerKind::Choice { options } => Given::Choice(options[0].id.clone()),
            AnswerKind::Choices { options } => Given::Choices(vec![options[0].id.clone()]),
            AnswerKind::Number { min, .. } => Given::Number(*min),
            AnswerKind::Date => Given::Text("2026-11-18".into()),
            AnswerKind::Text => Given::Text("みなと野".into()),
            AnswerKind::Household => Given::Unknown,
        };
        let fact = question.fact.clone();
        visit = day.counter.answer(id, &fact, &given, Source::Resident).unwrap();
    }
    id
}

/// Every word of a PDF, without the spaces.
fn text(pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let told = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
    String::from_utf8_lossy(&told.stdout).split_whitespace().collect::<String>()
}

#[test]
fn 必要な手続の紙がそろい_済んだものは抜け_練習と分かる() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let made = day.counter.bundle(id).unwrap();
    let forms: Vec<String> =
        made.bundle.parts.iter().filter_map(|part| Some(part.form.as_ref()?.to_string())).collect();
    assert!(forms.iter().any(|form| form == "resident_change"), "{forms:?}");
    assert_eq!(made.without_paper, []);
    // The same case gives the same bytes: what was seen is what is printed.
    assert_eq!(day.counter.bundle(id).unwrap().bundle.pdf, made.bundle.pdf);

    // Settled procedures want no paper any more.
    let visit = day.counter.visit(id).unwrap();
    for row in visit.procedures.rows.iter().filter(|row| row.verdict == RowVerdict::Needed) {
        day.counter.mark(id, &row.id, &row.subject, Some(&MarkGiven::Done { reason: None })).unwrap();
    }
    assert!(day.counter.bundle(id).unwrap().bundle.parts.iter().all(|part| part.form.is_none()));

    let words = text(&made.bundle.pdf);
    // The watermark stands glyph by glyph across each page.
    for glyph in ['練', '習'] {
        let count = words.chars().filter(|c| *c == glyph).count();
        assert!(count >= made.bundle.pages(), "{glyph}が{count}か所、{}ページ", made.bundle.pages());
    }
    assert!(words.contains("潮崎"), "氏名がありません");
    let guide = text(&day.counter.guide(id, Language::Ja).unwrap());
    assert!(guide.contains("練習"));
}

#[test]
fn 足りないものは一つずつ_直せばどの様式にも入る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let view = |day: &Day| day.counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    let before = view(&day);
    assert_eq!(before.pages[0].form, None);
    assert_eq!(
        before.pages.len(),
        usize::try_from(before.forms.iter().map(|form| form.sides).sum::<u32>()).unwrap() + 1
    );
    // A value that stands on many forms is one line of the list.
    let look = before.looks.iter().max_by_key(|look| look.places.len()).unwrap();
    assert!(look.kind == LookKind::Missing && look.places.len() > 1, "{look:?}");
    let fact = look.facts[0].clone();
    let [x, y, w, h] = look.places[0].at;
    let page = &before.pages[usize::try_from(look.places[0].page).unwrap()];
    assert!(x >= 0.0 && y >= 0.0 && x + w <= page.width && y + h <= page.height);

    let shown = before.facts.iter().find(|known| known.fact == fact).unwrap();
    let given = match &shown.answer {
        AnswerKind::Text if fact.ends_with("phone") => Given::Text("0312-34-5678".into()),
        AnswerKind::Text => Given::Text("シオザキ　ケンイチ".into()),
        AnswerKind::Date => Given::Text("昭和59年5月12日".into()),
        AnswerKind::Choice { options } => Given::Choice(options[0].id.clone()),
        other => panic!("{fact}: {other:?}"),
    };
    day.counter.answer(id, &fact, &given, Source::Staff).unwrap();
    let after = view(&day);
    assert!(after.looks.iter().all(|look| look.facts.first() != Some(&fact)), "{fact}");
    // Pages without it are the same pages: nobody draws them again.
    let same = before.pages.iter().filter(|page| after.pages.iter().any(|new| new.key == page.key)).count();
    assert!(same > 0 && same < before.pages.len(), "{same}");
}

#[test]
fn 画像から読んだ値は確かめるまで印字せず_確かめれば入る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let path = || "applicant.name_kana".parse().unwrap();
    let reading = Statement::known(Value::Text("シオザキ　ケンイチ".into()), Source::Ocr);
    day.counter.take_in(id, vec![TakenIn { path: path(), statement: reading }]).unwrap();
    let view = |day: &Day| day.counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    let look = |day: &Day| view(day).looks.into_iter().find(|look| look.kind == LookKind::Confirm);
    let to_confirm = look(&day).unwrap();
    assert_eq!(to_confirm.facts, ["applicant.name_kana"]);
    let fact = view(&day).facts.into_iter().find(|fact| fact.fact == "applicant.name_kana").unwrap();
    assert!(fact.to_confirm && fact.value == "シオザキ　ケンイチ");
    day.counter.confirm_fact(id, "applicant.name_kana").unwrap();
    assert_eq!(look(&day), None);
    assert!(text(&day.counter.bundle(id).unwrap().bundle.pdf).contains("シオザキ"));
}

#[test]
fn 刷らない様式と部数と足した様式は_開き直しても残る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let forms = |day: &Day| -> Vec<String> {
        let parts = day.counter.bundle(id).unwrap().bundle.parts;
        parts.iter().filter_map(|part| Some(part.form.as_ref()?.to_string())).collect()
    };
    let all = forms(&day);
    day.counter.choose_papers(id, &all[0], Some(0)).unwrap();
    day.counter.choose_papers(id, &all[1], Some(3)).unwrap();
    day.counter.choose_papers(id, "power_of_attorney", Some(1)).unwrap();
    assert!(day.counter.choose_papers(id, &all[1], Some(100)).is_err());
    let mut day = day.opened_again();
    let now = forms(&day);
    assert!(!now.contains(&all[0]) && now.contains(&"power_of_attorney".to_owned()), "{now:?}");
    let view = day.counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    let form = |id: &str| view.forms.iter().find(|form| form.id == id).unwrap();
    assert_eq!((form(&all[0]).copies, form(&all[1]).copies), (0, 3));
    assert!(form("power_of_attorney").added && !form(&all[1]).added);
    // What the officer chose can be undone like everything else.
    day.counter.undo(id).unwrap();
    assert!(!forms(&day).contains(&"power_of_attorney".to_owned()));
}

#[test]
fn 頁は絵になり_前の内容の頁はもう出ない() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let pressed = day.counter.making(id, None).unwrap().press_for_screen().unwrap();
    let key = pressed.view.pages[1].key.clone();
    let png = pressed.picture(&key, 300).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert!(pressed.picture("0", 300).is_none());
    assert!(pressed.picture(&"0".repeat(32), 300).is_none());
    day.counter.answer(id, "applicant.name", &Given::Text("潮崎　健二".into()), Source::Staff).unwrap();
    let again = day.counter.making(id, None).unwrap().press_for_screen().unwrap();
    assert!(pressed.view.pages.iter().any(|page| again.picture(&page.key, 60).is_none()));
}

#[test]
fn 画面の署名は許された様式だけに押され_一覧に時刻が出る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let signable = day.counter.signable(id).unwrap();
    assert!(!signable.is_empty(), "the sample city lets nothing be signed on a screen");
    assert!(signable.iter().all(|one| one.signed_at.is_none()));
    let parts = day.counter.bundle(id).unwrap().bundle;
    let hand =
        Handwriting::parse(9_000, 3_000, vec![vec![PenPoint(100, 100, 0), PenPoint(8_000, 2_000, 900)]]);
    let hand = hand.unwrap();
    // Also forms that do not allow it are named: they stay for a pen.
    let forms: Vec<String> =
        parts.parts.iter().filter_map(|part| Some(part.form.as_ref()?.to_string())).collect();
    day.counter.sign(id, "applicant", &forms, hand).unwrap();
    let signed = day.counter.bundle(id).unwrap().bundle;
    let changed: Vec<usize> =
        (1..parts.keys.len()).filter(|page| parts.keys[*page] != signed.keys[*page]).collect();
    let allowed = day.counter.signable(id).unwrap();
    assert!(allowed.iter().all(|one| one.signed_at.as_deref() == Some("2026年11月20日 9:00")), "{allowed:?}");
    for page in 1..parts.keys.len() {
        let form = parts.parts.iter().find(|part| part.pages.contains(&page)).unwrap().form.clone().unwrap();
        let may = allowed.iter().any(|one| one.form == form.as_str());
        assert!(may || !changed.contains(&page), "{form}に押されました");
    }
    assert!(!changed.is_empty());
}

#[test]
fn 署名のあとに事実が変わると_何が変わったかを言い_署名し直すか戻せば消える() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let view = |day: &Day| day.counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    let forms: Vec<String> = day
        .counter
        .signable(id)
        .unwrap()
        .into_iter()
        .filter(|one| one.who == "applicant")
        .map(|one| one.form)
        .collect();
    let hand = || {
        let stroke = vec![PenPoint(100, 100, 0), PenPoint(8_000, 2_000, 900)];
        Handwriting::parse(9_000, 3_000, vec![stroke]).unwrap()
    };
    day.counter.sign(id, "applicant", &forms, hand()).unwrap();
    assert_eq!(view(&day).stale, []);
    // The same once more is no change.
    let before = view(&day).facts.into_iter().find(|fact| fact.fact == "applicant.name").unwrap().value;
    day.counter.answer(id, "applicant.name", &Given::Text(before), Source::Staff).unwrap();
    assert_eq!(view(&day).stale, []);

    day.counter.answer(id, "applicant.name", &Given::Text("潮崎　健二".into()), Source::Staff).unwrap();
    let changed = view(&day);
    assert!(!changed.stale.is_empty());
    assert!(
        changed.stale.iter().all(|one| one.changed == ["届出人の氏名"] && one.who == "applicant"),
        "{:?}",
        changed.stale
    );
    let look = &changed.looks[0];
    assert!(look.kind == LookKind::Signature && look.message.starts_with("届出人の氏名が"), "{look:?}");

    day.counter.undo(id).unwrap();
    assert_eq!(view(&day).stale, []);
    day.counter.answer(id, "applicant.name", &Given::Text("潮崎　健二".into()), Source::Staff).unwrap();
    day.counter.sign(id, "applicant", &forms, hand()).unwrap();
    assert_eq!(view(&day).stale, []);
}

/// Until the queue is empty, or `enough`. The bound is for a test gone wrong only.
fn print_on(counter: &Mutex<Counter>, enough: impl Fn(&mut Counter) -> bool) {
    let patience = Instant::now() + Duration::from_mins(1);
    loop {
        let going = advance_printing(counter).unwrap();
        let mut at = counter.lock().unwrap();
        if enough(&mut at) || !going {
            return;
        }
        assert!(Instant::now() < patience, "{:?}", at.print_queue().unwrap());
        drop(at);
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn 書類一式は確認票から順に刷られ_様式ごとに案件に残る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let printer = EvePrinter::new(Model::default());
    let uri = printer.uri();
    let made = day.counter.bundle(id).unwrap().bundle;
    let placed = day.counter.place_papers(id, &PrintWhat::All, &uri).unwrap();
    let state = day.counter.print_state(Some(id)).unwrap();
    assert_eq!(state.jobs.len(), placed.len());
    assert_eq!(state.jobs[0].what, ["確認票（職員用）"]);
    assert!(
        state.jobs.iter().all(|job| job.stage == PrintStage::Waiting && job.words.starts_with("印刷待ち"))
    );
    assert_eq!(state.jobs.iter().map(|job| job.pages).sum::<u32>(), u32::try_from(made.pages()).unwrap());

    let counter = Mutex::new(day.counter);
    print_on(&counter, |_| false);
    let mut counter = counter.into_inner().unwrap();
    let state = counter.print_state(Some(id)).unwrap();
    // This printer has no A5: those forms say so and wait for another printer; everything else is out.
    assert!(
        state.jobs.iter().all(|job| job.stage == PrintStage::Failed && job.troubles[0].code == "PRINT-09")
    );
    let out = placed.len() - state.jobs.len();
    assert_eq!((printer.sheets().len(), state.done.len()), (out, out), "{:?}", state.jobs);
    let view = counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    for form in &view.forms {
        let at = (form.paper != "A5").then_some("9:00");
        assert_eq!(form.printed.as_deref(), at, "{}", form.name);
    }

    // One page once more.
    let form = made.parts[1].form.clone().unwrap();
    let page = Piece::Page { form, member: None, page: 0 };
    counter.place_papers(id, &PrintWhat::Pieces(vec![page]), &uri).unwrap();
    let state = counter.print_state(Some(id)).unwrap();
    let job = state.jobs.last().unwrap();
    assert_eq!((job.pages, job.what.len(), job.stage), (1, 1, PrintStage::Waiting));
    let counter = Mutex::new(counter);
    print_on(&counter, |_| false);
    assert_eq!(printer.sheets().len(), out + 1);
}

#[test]
fn 刷っている間に変わったことは_刷った紙にないと分かり_見ていないものは刷られない() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let printer = EvePrinter::new(Model::default());
    let uri = printer.uri();
    let said = |value: &str| Given::Text(value.into());
    let names = |counter: &Counter| -> Vec<(String, Vec<String>)> {
        let view = counter.making(id, None).unwrap().press_for_screen().unwrap().view;
        view.forms
            .into_iter()
            .filter(|form| form.printed.is_some())
            .map(|form| (form.name, form.changed))
            .collect()
    };
    let view = day.counter.making(id, None).unwrap().press_for_screen().unwrap().view;
    let form =
        |form: &str| PrintWhat::Pieces(vec![Piece::Form { form: form.parse().unwrap(), member: None }]);
    // Both show whose it is.
    let mut both =
        view.forms.iter().filter(|form| form.paper == "A4" && form.copies > 0).map(|form| form.id.clone());
    let (first, second) = (both.next().unwrap(), both.next().unwrap());
    printer.set("slow");
    for one in [&first, &second] {
        day.counter.place_papers(id, &form(one), &uri).unwrap();
    }
    let counter = Mutex::new(day.counter);
    // The first is in the printer when a name is put right.
    print_on(&counter, |counter| {
        counter.print_queue().unwrap().iter().any(|entry| matches!(entry.stage, Stage::Printing { .. }))
    });
    counter.lock().unwrap().answer(id, "applicant.name", &said("潮崎　健二"), Source::Staff).unwrap();
    printer.unset("slow");
    print_on(&counter, |_| false);
    let mut counter = counter.into_inner().unwrap();
    let came_out = names(&counter);
    // What the printer had is out, and says otherwise than is known by now, though its event is the later one.
    assert!(came_out.len() == 1 && came_out[0].1.iter().any(|one| one.contains("氏名")), "{came_out:?}");
    let out = printer.sheets().iter().map(|sheet| text(sheet)).collect::<String>();
    assert!(!out.contains("健二"), "{out}");
    // What had not gone to the printer yet is not printed unseen.
    let state = counter.print_state(Some(id)).unwrap();
    let codes: Vec<&str> =
        state.jobs.iter().flat_map(|job| &job.troubles).map(|trouble| trouble.code.as_str()).collect();
    assert_eq!(codes, ["PRINT-15"]);

    // Printed again, it is as it is known; changed once more, the screen says which.
    counter.place_papers(id, &form(&first), &uri).unwrap();
    let counter = Mutex::new(counter);
    print_on(&counter, |_| false);
    let mut counter = counter.into_inner().unwrap();
    assert!(names(&counter).iter().all(|(_, changed)| changed.is_empty()), "{:?}", names(&counter));
    counter.answer(id, "applicant.name", &said("潮崎　健三"), Source::Staff).unwrap();
    let changed: Vec<_> = names(&counter).into_iter().filter(|(_, changed)| !changed.is_empty()).collect();
    assert!(
        !changed.is_empty() && changed.iter().all(|(_, what)| what.iter().any(|one| one.contains("氏名"))),
        "{changed:?}"
    );
}

#[test]
fn 紙切れと電源切れを言葉で知らせ_直れば続き_窓口はその間も使える() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let mut printer = EvePrinter::new(Model::default());
    let uri = printer.uri();
    printer.set("paper-out");
    day.counter.place_guide(id, Language::Ja, &uri).unwrap();
    let counter = Mutex::new(day.counter);
    let troubles = |counter: &mut Counter| -> Vec<String> {
        let state = counter.print_state(Some(id)).unwrap();
        state.jobs.iter().flat_map(|job| &job.troubles).map(|trouble| trouble.what.clone()).collect()
    };
    print_on(&counter, |counter| troubles(counter).iter().any(|what| what == "紙がなくなりました。"));
    {
        let mut counter = counter.lock().unwrap();
        let state = counter.print_state(Some(id)).unwrap();
        assert_eq!(
            (state.jobs[0].stage, state.jobs[0].words.as_str()),
            (PrintStage::Printing, "プリンターが知らせを出しています。")
        );
        assert!(!state.jobs[0].troubles[0].todo.is_empty());
        // The counter works on meanwhile.
        counter.note(id, &madoka_text::Personal::new("紙を足す".to_owned())).unwrap();
    }
    printer.unset("paper-out");
    print_on(&counter, |_| false);
    assert_eq!(printer.sheets().len(), 1);

    printer.switch_off();
    counter.lock().unwrap().place_guide(id, Language::Ja, &uri).unwrap();
    print_on(&counter, |counter| troubles(counter).iter().any(|what| what == "プリンターにつながりません。"));
    let entry = {
        let mut counter = counter.lock().unwrap();
        let job = counter.print_state(Some(id)).unwrap().jobs.remove(0);
        assert!(job.words.contains("自動で刷り始めます"), "{}", job.words);
        entry_id(&job.id).unwrap()
    };
    // Cancelled while it waits: nothing comes out when the printer is back.
    counter.lock().unwrap().cancel_print(entry).unwrap();
    printer.switch_on();
    print_on(&counter, |_| false);
    let mut counter = counter.into_inner().unwrap();
    assert_eq!(counter.print_state(Some(id)).unwrap().jobs[0].stage, PrintStage::Cancelled);
    assert_eq!(printer.sheets().len(), 1);
    counter.retry_print(entry).unwrap();
    let counter = Mutex::new(counter);
    print_on(&counter, |_| false);
    assert_eq!(printer.sheets().len(), 2);
}

#[test]
fn 送っている間の取消しも消えない() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let printer = EvePrinter::new(Model::default());
    printer.set("slow");
    let entry = day.counter.place_guide(id, Language::Ja, &printer.uri()).unwrap();
    let counter = Mutex::new(day.counter);
    let steps = AtomicUsize::new(0);
    let is_over =
        |counter: &mut Counter| counter.print_queue().unwrap().iter().all(|entry| entry.stage.is_over());
    // The officer cancels while the step of the queue is in the middle of its words with the printer.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            print_on(&counter, |counter| {
                steps.fetch_add(1, Ordering::Relaxed);
                is_over(counter)
            });
        });
        let patience = Instant::now() + Duration::from_mins(1);
        let wait_until = |enough: &dyn Fn(&mut Counter) -> bool| {
            while !enough(&mut counter.lock().unwrap()) {
                assert!(Instant::now() < patience);
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        wait_until(&|counter| {
            let queue = counter.print_queue().unwrap();
            queue.iter().any(|entry| matches!(entry.stage, Stage::Sending { .. } | Stage::Printing { .. }))
        });
        counter.lock().unwrap().cancel_print(entry).unwrap();
        // The step under way may end without having seen it; the one after has told the printer.
        let told = steps.load(Ordering::Relaxed) + 2;
        wait_until(&|counter| steps.load(Ordering::Relaxed) >= told || is_over(counter));
        printer.unset("slow");
    });
    let mut counter = counter.into_inner().unwrap();
    let queue = counter.print_queue().unwrap();
    assert!(queue.iter().all(|entry| entry.stage == Stage::Cancelled), "{queue:?}");
    counter.dismiss_print(entry).unwrap();
    assert!(counter.print_queue().unwrap().is_empty());
}

#[test]
fn 印字済みの用紙には値だけを_補正した位置に刷る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let printer = EvePrinter::new(Model::default());
    let uri = printer.uri();
    day.counter.add_printer(uri.as_str()).unwrap();
    assert_eq!(day.counter.printer(None).unwrap(), uri);
    let made = day.counter.bundle(id).unwrap().bundle;
    let form = made.parts[1].form.clone().unwrap();
    day.counter.set_stock(form.as_str(), true).unwrap();
    assert!(day.counter.set_offset(uri.as_str(), None, Some([25.0, 0.0])).is_err());
    day.counter.set_offset(uri.as_str(), Some(form.as_str()), Some([1.5, -0.5])).unwrap();
    // Settings outlive the program.
    let day = day.opened_again();
    let moved = day.counter.bundle(id).unwrap().bundle;
    assert!(moved.parts[1].values_only && !moved.parts[2].values_only);
    let found = day.counter.printers(&find_printers(&day.counter.printer_search()));
    let shown = found.printers.iter().find(|printer| printer.uri == uri.as_str()).unwrap();
    assert!(shown.usual && shown.ready && shown.added, "{shown:?}");
    assert_eq!(shown.forms[0].offset.map(|mm| (mm * 10.0).round().to_string()), ["15", "-5"]);
    assert!(found.stock[0].ready && found.stock[0].form == form.as_str());

    let mut day = day;
    day.counter.place_test(None, &uri).unwrap();
    day.counter.place_test(Some(form), &uri).unwrap();
    let counter = Mutex::new(day.counter);
    print_on(&counter, |_| false);
    let sheets: Vec<String> = printer.sheets().iter().map(|pdf| text(pdf)).collect();
    assert!(sheets.iter().any(|sheet| sheet.contains("印字位置の試し刷り")), "{sheets:?}");
    let state = counter.into_inner().unwrap().print_state(None).unwrap();
    assert_eq!(state.done.len(), 2);
}

#[test]
fn 印刷はプリンターが刷ったと言ってから_一度だけ案件に残る() {
    let mut day = Day::begin();
    let id = moved_in(&mut day);
    let printer = EvePrinter::new(Model::default());
    let uri = printer.uri();
    let entry = day.counter.place_guide(id, Language::Ja, &uri).unwrap();
    assert_eq!(day.counter.print_queue().unwrap()[0].stage, Stage::Waiting);

    // The program ends while it waits; the queue is still there, and no page was kept.
    let mut day = day.opened_again();
    assert_eq!(day.counter.print_queue().unwrap()[0].id, entry);
    let issued = |day: &Day| day.counter.judged(id).unwrap().case.papers().count();
    assert_eq!(issued(&day), 0);

    let counter = Mutex::new(day.counter);
    print_on(&counter, |_| false);
    advance_printing(&counter).unwrap();
    let issued = counter.into_inner().unwrap().judged(id).unwrap().case.papers().count();
    assert_eq!(issued, 1);
    assert_eq!(printer.sheets().len(), 1);
}
