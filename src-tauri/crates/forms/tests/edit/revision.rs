use std::fs;

use madoka_forms::detect::{Direction, Page, detect, read_pages, sketch_toml};
use madoka_forms::edit::{Sketch, Went, revise};
use madoka_forms::read_form;

use crate::{all, papers, text};

fn pages(form: &str) -> Vec<Page> {
    read_pages(&fs::read(papers().join(form).join("form.pdf")).unwrap(), None).unwrap()
}

/// The next edition: everything from a line on stands lower.
fn lower(mut pages: Vec<Page>, from: f64, by: f64) -> Vec<Page> {
    for page in &mut pages {
        for letter in &mut page.letters {
            if letter.area.y >= from {
                letter.area.y += by;
            }
        }
        for rule in &mut page.rules {
            match rule.direction {
                Direction::Across if rule.at >= from => rule.at += by,
                Direction::Down if rule.to >= from => {
                    rule.to += by;
                    if rule.from >= from {
                        rule.from += by;
                    }
                }
                _ => {}
            }
        }
    }
    pages
}

#[test]
fn 同じ用紙に差し替えても_欄は動かない() {
    for form in ["dog", "kokuho_loss", "resident_change"] {
        let mut sketch = Sketch::read(&text(form)).unwrap();
        let before = sketch.text();
        let went = revise(&mut sketch, &pages(form), &pages(form));
        let moved: Vec<&Went> = went.iter().filter(|one| !matches!(one, Went::Kept { .. })).collect();
        assert!(moved.len() * 10 <= went.len(), "{form}: {moved:?}");
        if moved.is_empty() {
            assert_eq!(sketch.text(), before);
        }
    }
}

#[test]
fn 下半分が下がった用紙では_下の欄だけが付いて行く() {
    let (mut right, mut wrong) = (0, Vec::new());
    for form in ["dog", "kokuho_loss", "koki_loss", "care_loss", "household_head_change", "water"] {
        let mut sketch = Sketch::read(&text(form)).unwrap();
        let before = sketch.fields();
        let from = before.iter().map(|field| field.at.y).fold(0.0, f64::max) / 2.0;
        revise(&mut sketch, &pages(form), &lower(pages(form), from, 9.0));
        for (was, now) in before.iter().zip(sketch.fields()) {
            // Astride the line, or bound to no caption: a person decides.
            if was.kind == "rows" || (was.at.y - from).abs() < 12.0 {
                continue;
            }
            let wanted = if was.at.y > from { 9.0 } else { 0.0 };
            if (now.at.y - was.at.y - wanted).abs() < 0.6 {
                right += 1;
            } else {
                wrong.push(format!("{form} {}: {:.1}（{wanted} のはず）", was.called(), now.at.y - was.at.y));
            }
        }
        assert!(read_form(form, &sketch.text()).is_ok());
    }
    println!("{right} right, {} wrong: {wrong:#?}", wrong.len());
    assert!(wrong.len() * 12 <= right, "{right} right, {wrong:#?}");
}

#[test]
fn 見出しのなくなった欄は元の位置に残り_要確認になる() {
    let mut sketch = Sketch::read(&text("dog")).unwrap();
    let mut next = pages("dog");
    for page in &mut next {
        page.letters.clear();
    }
    let went = revise(&mut sketch, &pages("dog"), &next);
    assert!(went.iter().all(|one| matches!(one, Went::Lost { .. })), "{went:?}");
    let fields = sketch.fields();
    assert!(fields.iter().all(|field| field.doubt.as_ref().is_some_and(|doubt| !doubt.sure)));
    assert!(read_form("dog", &sketch.text()).is_ok());
}

#[test]
fn 見つけた欄はすべて案として残り_確かめると案でなくなる() {
    for form in ["dog", "water", "resident_change"] {
        let found = detect(&fs::read(papers().join(form).join("form.pdf")).unwrap(), None).unwrap();
        let toml = sketch_toml(&found, form, "form.pdf");
        let mut sketch = Sketch::read(&toml).unwrap();
        let fields = sketch.fields();
        assert!(fields.len() >= found.proposals.len());
        assert!(fields.iter().all(|field| field.doubt.is_some()), "{toml}");
        assert!(
            fields
                .iter()
                .filter(|field| field.is_loose())
                .all(|field| field.doubt.as_ref().is_some_and(|doubt| !doubt.sure))
        );
        if let Err(problems) = read_form(form, &toml) {
            panic!("{form}: {problems:?}\n{toml}");
        }
        let all: Vec<String> = fields.into_iter().map(|field| field.path).collect();
        sketch.change(&madoka_forms::edit::Change::Confirm { fields: all }).unwrap();
        assert!(sketch.fields().iter().all(|field| field.doubt.is_none()));
        assert!(read_form(form, &sketch.text()).is_ok());
    }
}

/// What is proposed for the screen can be opened for every paper there is.
#[test]
fn どの用紙の案も編集の画面で開ける() {
    for (form, _) in all().into_iter().step_by(5) {
        let Ok(bytes) = fs::read(papers().join(&form).join("form.pdf")) else { continue };
        let toml = sketch_toml(&detect(&bytes, None).unwrap(), &form, "form.pdf");
        Sketch::read(&toml).unwrap();
        if let Err(problems) = read_form(&form, &toml) {
            panic!("{form}: {problems:?}\n{toml}");
        }
    }
}
