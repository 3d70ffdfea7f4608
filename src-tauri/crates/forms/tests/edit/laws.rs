use madoka_forms::edit::{Change, Drawn, Edge, Given, Sketch};
use madoka_forms::{Rect, read_form};
use madoka_template::KINDS;
use proptest::prelude::*;

use crate::{all, text};

#[test]
fn 読んで書くだけなら_どの様式も一字も変わらない() {
    for (id, text) in all() {
        let sketch = Sketch::read(&text).unwrap();
        assert_eq!(sketch.text(), text, "{id}");
        let form = read_form(&id, &text).unwrap();
        let fields = sketch.fields();
        assert_eq!(
            fields.iter().filter(|field| !field.path.contains('/')).count(),
            form.fields.len(),
            "{id}"
        );
        for field in &form.fields {
            let drawn = sketch.field(field.id.as_str()).unwrap();
            assert_eq!((drawn.page, drawn.kind.as_str()), (field.page, field.kind.name()), "{id}");
        }
    }
}

#[test]
fn 動かして戻すと_どの様式のどの欄も元の位置になる() {
    for (id, text) in all() {
        let mut sketch = Sketch::read(&text).unwrap();
        let before = sketch.fields();
        let fields: Vec<String> = before.iter().map(|field| field.path.clone()).collect();
        sketch.change(&Change::Shift { fields: fields.clone(), right: 1.0, down: 2.5 }).unwrap();
        assert_ne!(sketch.fields(), before, "{id}");
        sketch.change(&Change::Shift { fields, right: -1.0, down: -2.5 }).unwrap();
        for (was, now) in before.iter().zip(sketch.fields()) {
            for (one, other) in was.places.iter().zip(&now.places) {
                assert!(
                    (one.at.x - other.at.x).abs() < 0.011 && (one.at.y - other.at.y).abs() < 0.011,
                    "{id} {}",
                    was.path
                );
            }
        }
        assert!(read_form(&id, &sketch.text()).is_ok(), "{id}");
    }
}

#[test]
fn 表を写すと_列も写り_もとの表は変わらない() {
    let mut sketch = Sketch::read(&text(EVERY)).unwrap();
    let before = sketch.fields();
    let rows = before.iter().find(|field| field.repeat.is_some() && !field.path.contains('/')).unwrap();
    let columns = |path: &str, all: &[Drawn]| {
        all.iter().filter(|one| one.path.starts_with(&format!("{path}/"))).count()
    };
    let count = columns(&rows.path, &before);
    assert!(count > 1);
    sketch.change(&Change::Copy { fields: vec![rows.path.clone()] }).unwrap();
    let written = Sketch::read(&sketch.text()).unwrap().fields();
    let copy = written.iter().rfind(|field| !field.path.contains('/')).unwrap();
    assert_ne!(copy.path, rows.path);
    assert_eq!((columns(&rows.path, &written), columns(&copy.path, &written)), (count, count));
    assert_eq!(written[..before.len()], before);
}

/// A form with everything: readings above a name, a comb, a split date, choices, rows, a signature.
const EVERY: &str = "resident_change";

fn change() -> impl Strategy<Value = (usize, u8, f64, f64)> {
    (0..400_usize, 0..12_u8, -30.0..30.0_f64, -30.0..30.0_f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever is done to it, a form that could be read can be read.
    #[test]
    fn 何をしても_様式は様式のまま(form in prop_oneof![Just("dog"), Just(EVERY)], changes in proptest::collection::vec(change(), 1..12)) {
        let mut sketch = Sketch::read(&text(form)).unwrap();
        for (which, what, one, other) in changes {
            let fields = sketch.fields();
            let path = fields.get(which % fields.len().max(1)).map_or_else(|| "none".to_owned(), |field| field.path.clone());
            let few: Vec<String> = fields.iter().skip(which % fields.len().max(1)).take(3).map(|field| field.path.clone()).collect();
            let kind = KINDS[which % KINDS.len()].0.to_owned();
            let at = Rect::new(one.abs(), other.abs(), one.abs() + 1.0, other.abs() + 1.0);
            let change = match what {
                0 => Change::Shift { fields: few, right: one, down: other },
                1 => Change::Grow { fields: few, wider: one, higher: other },
                2 => Change::Align { fields: few, edge: Edge::Height },
                3 => Change::Kind { field: path, kind, answers: vec!["yes".into(), "no".into()] },
                4 => Change::Add { page: 1, at, label: "新しい欄".into() },
                5 => Change::Copy { fields: vec![path] },
                6 => Change::Remove { fields: few },
                7 => Change::Confirm { fields: few },
                8 => Change::Write { field: path, key: "label".into(), value: Some(Given::Text("別の\"呼び名\"".into())) },
                9 => Change::Write { field: path, key: "required".into(), value: Some(Given::Flag(true)) },
                10 => Change::Write { field: path, key: "size".into(), value: None },
                _ => Change::Head { key: "name".into(), value: Some(Given::Text("別の名前".into())) },
            };
            let before = sketch.text();
            if sketch.change(&change).is_err() {
                prop_assert_eq!(sketch.text(), before);
            }
            let again = Sketch::read(&sketch.text()).unwrap();
            prop_assert_eq!(again.fields(), sketch.fields(), "{:?} is written as something else", change);
            if let Err(problems) = read_form(form, &sketch.text()) {
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                prop_assert!(false, "{:?}\n{}\n{}", change, problems.join("\n"), sketch.text());
            }
        }
    }

    /// Text that is no form is refused or shown as far as it goes; nothing breaks.
    #[test]
    fn 壊れた文でも落ちない(text in ".{0,200}", cut in 0..4_000_usize) {
        let whole = crate::text(EVERY);
        let end = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        for text in [text.as_str(), &whole[..end]] {
            if let Ok(mut sketch) = Sketch::read(text) {
                for field in sketch.fields() {
                    let _may_be_refused = sketch.change(&Change::Shift { fields: vec![field.path], right: 1.0, down: 1.0 });
                }
            }
        }
    }
}
