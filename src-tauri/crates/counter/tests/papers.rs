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

use std::time::{Duration, Instant};

use day::Day;
use madoka_casework::{CaseId, Step};
use madoka_counter::TakenIn;
use madoka_counter::visit::{AnswerKind, Given, MarkGiven, RowVerdict};
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

    let text = |pdf: &[u8]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), pdf).unwrap();
        let told = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
        String::from_utf8_lossy(&told.stdout).split_whitespace().collect::<String>()
    };
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

    let patience = Instant::now() + Duration::from_mins(1);
    while !day.counter.print_queue().unwrap().is_empty() {
        assert!(Instant::now() < patience, "{:?}", day.counter.print_queue().unwrap());
        day.counter.advance_printing().unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(issued(&day), 1);
    day.counter.advance_printing().unwrap();
    assert_eq!(issued(&day), 1);
    assert_eq!(printer.sheets().len(), 1);
}
