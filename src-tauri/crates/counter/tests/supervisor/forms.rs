//! 様式の編集 at the counter: a paper is dropped, its fields confirmed, tried, replaced; and nothing is lost on closing.

use madoka_counter::supervisor::{FormEdit, FormReplaced, FormSample, FormValue, FormView, NewPaper};
use madoka_counter::{Counter, MachineClock};

use crate::desk;

fn paper(form: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../../forms/{form}/form.pdf", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn replace(counter: &mut Counter, form: &str, by: &str, why: &str) -> FormReplaced {
    let new = counter.draft_form_paper(form).unwrap().replacement(paper(by), None).unwrap();
    counter.draft_form_replace(form, new, why).unwrap()
}

fn dropped(form: &str) -> NewPaper {
    NewPaper::read(paper(form), None).unwrap()
}

#[test]
fn 用紙を置くと案ができ_確かめて結び_元に戻せて_閉じても残る() {
    let (folder, mut counter) = desk();
    let before = counter.draft_forms().unwrap().forms.len();
    let answer = counter.draft_form_add(dropped("water"), "水道使用中止届.pdf", "新しい届").unwrap();
    let id = answer.form.id.clone();
    assert_eq!(id, "form");
    assert!(answer.form.reads && answer.form.fields.len() > 5);
    assert!(answer.form.fields.iter().all(|field| field.doubt.is_some()));
    assert!(answer.desk.can_undo && answer.desk.steps[0].said.contains("様式「"));
    // Procedures can choose it at once.
    assert!(counter.draft_choosable().unwrap().forms.iter().any(|one| one.id == id));
    let listed = counter.draft_forms().unwrap().forms;
    assert_eq!(listed.len(), before + 1);
    let row = listed.iter().find(|row| row.id == id).unwrap();
    assert!(row.changed && row.doubtful > 0 && row.errors == 0);

    // 事実を選ぶと、確かめたことになり、欄の名前にもなる。
    let field = answer.form.fields.iter().find(|field| field.kind == "text").unwrap().clone();
    let of = |form: &FormView| form.fields.iter().find(|one| one.path == field.path).unwrap().clone();
    let value = FormValue::List { value: vec!["applicant.phone".into()] };
    let write = FormEdit::Write { field: field.path.clone(), key: "value".into(), value };
    let after = counter.draft_form_edit(&id, &[write], "").unwrap();
    let now = of(&after.form);
    assert!(now.doubt.is_none() && now.said == "届出人の電話番号", "{now:?}");
    let shift = FormEdit::Shift { fields: vec![field.path.clone()], right: 0.5, down: 0.0 };
    counter.draft_form_edit(&id, &[shift], "").unwrap();
    counter.draft_undo().unwrap();
    assert_eq!(of(&counter.draft_form(&id).unwrap()), now);

    // Before it is released, every field is looked at.
    let summary = counter.draft_compare().unwrap();
    assert!(summary.sentences.iter().any(|one| one.contains("が加わりました")), "{:?}", summary.sentences);
    assert!(
        !summary.ready && summary.hindered.iter().any(|one| one.contains("様式")),
        "{:?}",
        summary.hindered
    );

    // 閉じて開き直しても、紙も欄もある。
    let was = counter.draft_form(&id).unwrap();
    drop(counter);
    let mut counter = Counter::practice(folder.path(), MachineClock).unwrap();
    counter.supervise().unwrap();
    assert_eq!(counter.draft_form(&id).unwrap(), was);
    let picture = counter.draft_form_paper(&id).unwrap().picture(0, 400, FormSample::None).unwrap();
    assert!(picture.picture.starts_with("data:image/png") && picture.pages == 1);
    let filled = counter.draft_form_paper(&id).unwrap().picture(0, 400, FormSample::Longest).unwrap();
    assert_ne!(filled.picture, picture.picture);

    // All of it is undone, step by step; and done again.
    counter.draft_undo().unwrap();
    counter.draft_undo().unwrap();
    assert!(counter.draft_form(&id).is_err());
    assert_eq!(counter.draft_forms().unwrap().forms.len(), before);
    counter.draft_redo().unwrap();
    counter.draft_redo().unwrap();
    assert_eq!(counter.draft_form(&id).unwrap(), was);
}

#[test]
fn 用紙を差し替えても欄は残り_元に戻すと前の用紙に戻る() {
    let (_folder, mut counter) = desk();
    let was = counter.draft_form("dog").unwrap();
    let same = replace(&mut counter, "dog", "dog", "新しい版");
    assert!(same.lost.is_empty() && same.kept + 2 >= u32::try_from(was.fields.len()).unwrap(), "{same:?}");
    counter.draft_undo().unwrap();
    // Another paper altogether: nothing of it is found again, and nothing is thrown away.
    let other = replace(&mut counter, "dog", "water", "");
    assert_eq!(other.answer.form.fields.len(), was.fields.len());
    assert!(!other.lost.is_empty());
    assert_ne!(other.answer.form.paper, was.paper);
    assert!(other.answer.form.notes.iter().all(|note| !note.error), "{:?}", other.answer.form.notes);
    counter.draft_undo().unwrap();
    assert_eq!(counter.draft_form("dog").unwrap(), was);

    // A field without a caption: 「日付」 alone may be any of many.
    let field = "case_visit_date".to_owned();
    let bare = FormEdit::Write { field: field.clone(), key: "label".into(), value: FormValue::Nothing };
    counter.draft_form_edit("dog", &[bare], "").unwrap();
    let other = replace(&mut counter, "dog", "water", "");
    let went = other.lost.iter().chain(&other.moved).find(|row| row.field == field).unwrap();
    assert!(went.called.starts_with("来庁日（1ページ目の上から") && went.called.contains("cm"), "{went:?}");
}

#[test]
fn 使われている様式はなくせず_使われていない様式はなくせて元に戻る() {
    let (_folder, mut counter) = desk();
    let forms = counter.draft_forms().unwrap().forms;
    let used = forms.iter().find(|form| form.used > 0).unwrap();
    assert!(counter.draft_form_remove(&used.id, "").is_err());
    let id = counter.draft_form_add(dropped("dog"), "new_dog.pdf", "").unwrap().form.id;
    assert_eq!(id, "new_dog");
    counter.draft_form_remove(&id, "やめた").unwrap();
    assert!(counter.draft_form(&id).is_err());
    counter.draft_undo().unwrap();
    assert_eq!(counter.draft_form(&id).unwrap().id, "new_dog");
}

#[test]
fn 紙でないもの_大きすぎるもの_数でない位置は断る() {
    let (_folder, mut counter) = desk();
    assert!(NewPaper::read(b"not a paper".to_vec(), None).is_err());
    assert!(NewPaper::read(vec![b'%'; 6 << 20], None).is_err());
    let wild = FormEdit::Shift { fields: vec!["applicant_name".into()], right: f64::NAN, down: 1e9 };
    assert!(counter.draft_form_edit("dog", &[wild], "").is_err());
    assert!(!counter.supervise().unwrap().can_undo);
}
