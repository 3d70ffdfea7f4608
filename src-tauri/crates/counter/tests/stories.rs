//! 練習の課題: every story can be played to its end, and its tasks tick off by what happens.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops loudly")]

mod day;

use day::Day;
use madoka_card::practice::resident;
use madoka_card::{Cancel, CardRead, Opening, Place, Request, read};
use madoka_casework::{CaseId, GuideOn, Outcome};
use madoka_counter::cards::PracticeCards;
use madoka_counter::practice::{Story, TaskKind};
use madoka_counter::visit::{AnswerKind, Given, MarkGiven, VisitStep};
use madoka_facts::{Household, Source};
use madoka_forms::guide::Language;
use madoka_text::Personal;

fn stories() -> Vec<Story> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/sample-city/practice");
    let mut stories: Vec<Story> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| Story::read(&std::fs::read(file.unwrap().path()).unwrap()).unwrap())
        .collect();
    stories.sort_by_key(|story| story.order);
    stories
}

fn card(story: &Story) -> CardRead {
    let id = story.card.as_deref().unwrap();
    let (holder, _) = id.split_once(':').unwrap();
    let place: Place = PracticeCards::default().place(id).unwrap();
    let code = resident(holder).unwrap().holder.match_code_b();
    read(&place, Request::new(Opening::match_code_b(&code).unwrap()), &Cancel::default()).unwrap()
}

/// わからない where the story wants it, whatever is first everywhere else.
fn answer_all(day: &mut Day, id: CaseId, story: &Story) {
    for _ in 0..250 {
        let Some(now) = day.counter.visit(id).unwrap().interview.now else { return };
        let question = &now.questions[0];
        let unknown = story
            .tasks
            .iter()
            .any(|task| matches!(&task.kind, TaskKind::Unknown { fact } if *fact == question.fact));
        let given = match &question.answer {
            _ if unknown => Given::Unknown,
            AnswerKind::Household => {
                for _ in 0..4 {
                    day.counter.add_member(id).unwrap();
                }
                day.counter.household(id, Household::Complete).unwrap();
                continue;
            }
            AnswerKind::YesNo => Given::Yes,
            AnswerKind::Choice { options } => {
                let koki = options.iter().find(|option| option.id == "koki");
                Given::Choice(koki.unwrap_or(&options[0]).id.clone())
            }
            AnswerKind::Choices { options } => Given::Choices(vec![options[0].id.clone()]),
            AnswerKind::Number { min, .. } => Given::Number(*min),
            AnswerKind::Date if question.fact.starts_with("case.") => Given::Text("2026-11-15".into()),
            AnswerKind::Date => Given::Text("2014-07-21".into()),
            AnswerKind::Text => Given::Unknown,
        };
        day.counter.answer(id, &question.fact, &given, Source::Staff).unwrap();
    }
    panic!("質問が終わりません");
}

fn do_it(day: &mut Day, id: CaseId, story: &Story, task: &TaskKind) {
    let words = Personal::new("声に出しにくいことがある".to_owned());
    match task {
        TaskKind::Open { .. }
        | TaskKind::Members { .. }
        | TaskKind::Unknown { .. }
        | TaskKind::Know { .. }
        | TaskKind::Listed { .. } => {}
        TaskKind::ReadCard { person } => drop(day.counter.take_card(id, person, &card(story)).unwrap()),
        TaskKind::Changed { fact } => {
            for day_of_month in ["2026-11-10", "2026-11-12"] {
                day.counter.answer(id, fact, &Given::Text(day_of_month.into()), Source::Staff).unwrap();
            }
        }
        TaskKind::Settled => answer_all(day, id, story),
        TaskKind::Mark { procedure, .. } => {
            let rows = day.counter.visit(id).unwrap().procedures.rows;
            let row = rows.iter().find(|row| row.id == *procedure).unwrap_or_else(|| panic!("{procedure}"));
            day.counter.mark(id, &row.id, &row.subject, Some(&MarkGiven::Done { reason: None })).unwrap();
        }
        TaskKind::Note => drop(day.counter.note(id, &words).unwrap()),
        TaskKind::Notice => drop(day.counter.give_notice(id, None).unwrap()),
        TaskKind::Guide { language } => {
            let language = language.as_deref().and_then(Language::of).unwrap_or_default();
            day.counter.guide_given(id, language, GuideOn::Code).unwrap();
        }
        TaskKind::Paused => {
            day.counter.pause(id).unwrap();
            day.counter.begin(id, VisitStep::Asking).unwrap();
        }
        TaskKind::HandedOver => {
            let to = day.counter.colleagues().remove(0);
            day.counter.hand_over(id, &to.staff, &to.terminal, Some(&words)).unwrap();
        }
        TaskKind::Closed => day.counter.close(id, Outcome::Completed).unwrap(),
        TaskKind::Printed => unreachable!("no story asks for a printer"),
    }
}

#[test]
fn どの課題も_することをすれば全部に印が付き_振り返りが出る() {
    let all = stories();
    assert!(all.len() >= 4);
    for story in all {
        let mut day = Day::begin();
        assert!(day.counter.stories().iter().any(|tile| tile.id == story.id));
        day.counter.play(Some(&story.id)).unwrap();
        let event = story.tasks.iter().find_map(|task| match &task.kind {
            TaskKind::Open { event } => Some(event.clone()),
            _ => None,
        });
        let id = day.open(&event.unwrap(), None).unwrap();
        day.counter.begin(id, VisitStep::Reading).unwrap();
        let shown = day.counter.story().unwrap().unwrap();
        assert_eq!(shown.case, Some(id.to_string()));
        assert!(shown.tasks[0].done && !shown.tasks[1].done, "{}: {:?}", story.id, shown.tasks);
        assert!(shown.feedback.is_none());
        for task in &story.tasks {
            do_it(&mut day, id, &story, &task.kind);
        }
        let mut day = day.opened_again();
        let shown = day.counter.story().unwrap().unwrap();
        let missed: Vec<&str> =
            shown.tasks.iter().filter(|task| !task.done).map(|task| task.text.as_str()).collect();
        assert!(missed.is_empty(), "{}: {missed:?}", story.id);
        let feedback = shown.feedback.unwrap();
        assert!(feedback.missed.is_empty() && !feedback.remarks.is_empty());
        assert!(day.counter.play(None).unwrap().is_none());
    }
}

#[test]
fn 途中で終えると_できなかったことが振り返りに出る() {
    let mut day = Day::begin();
    day.counter.play(Some("move_within_family")).unwrap();
    let id = day.open("birth", None).unwrap();
    day.counter.begin(id, VisitStep::Reading).unwrap();
    day.counter.close(id, Outcome::Left).unwrap();
    let feedback = day.counter.story().unwrap().unwrap().feedback.unwrap();
    assert!(feedback.missed.iter().any(|text| text.contains("転居")));
}

#[test]
fn 壊れた課題は読まず_知らない事実を言う() {
    assert!(Story::read(b"id = 1").is_err());
    assert!(Story::read(&[0xFF, 0xFE]).is_err());
    let story = "id='a'\norder=1\ntitle='a'\nminutes=1\nlesson='a'\nvisitor='a'\nopening='a'\n[[task]]\ndo='know'\nfact='..'\ntext='a'\nhint='a'\n";
    assert_eq!(Story::read(story.as_bytes()).unwrap_err().to_string(), "「..」は事実の名前ではありません");
}
