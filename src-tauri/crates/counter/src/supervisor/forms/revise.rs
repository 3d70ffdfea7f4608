//! 用紙の差し替え: a new edition of a form's paper.

use madoka_forms::edit::{Went, revise};
use madoka_rules::edit::Patch;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::super::desk::count;
use super::super::draft::{Step, Swap};
use super::papers::Replacement;
use super::view::said;
use super::{FOLDER, FormAnswer, text_path};
use crate::{Counter, CounterError};

/// What became of the fields on the new paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormReplaced {
    pub answer: FormAnswer,
    /// Where they were.
    pub kept: u32,
    pub moved: Vec<WentRow>,
    /// Not found: they stand where they stood.
    pub lost: Vec<WentRow>,
}

/// One field that is elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WentRow {
    pub field: String,
    pub called: String,
    pub right: f64,
    pub down: f64,
    pub wider: f64,
    pub higher: f64,
}

impl Counter {
    /// 用紙を差し替える
    pub fn draft_form_replace(
        &mut self,
        id: &str,
        new: Replacement,
        why: &str,
    ) -> Result<FormReplaced, CounterError> {
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let mut sketch = draft.sketch(id)?;
        let old = draft.form_text(id)?.to_owned();
        let name = sketch.head("name").unwrap_or_else(|| id.to_owned());
        let names = sketch.background();
        let path = |file: &str| format!("{FOLDER}{id}/{file}");
        let Replacement { paper, before, after } = new;
        let went = revise(&mut sketch, &before, &after);
        let file = paper.file;
        sketch.lay_on(file, after.first().map(|page| (page.width, page.height)));
        let mut swaps: Vec<Swap> = names
            .iter()
            .filter(|one| one.as_str() != file)
            .filter_map(|one| {
                let was = draft.files.get(&path(one)).cloned()?;
                Some(Swap { file: path(one), was: Some(was), now: None })
            })
            .collect();
        swaps.push(Swap {
            file: path(file),
            was: draft.files.get(&path(file)).cloned(),
            now: Some(paper.bytes),
        });
        let patches = vec![Patch::between(&text_path(id), Some(&old), &sketch.text())];
        let (mut kept, mut moved, mut lost) = (0, Vec::new(), Vec::new());
        let words = &draft.pack.vocabulary;
        let called = |field: &str| {
            sketch.field(field).map_or_else(|| field.to_owned(), |one| one.told(&said(words, &one)))
        };
        for one in went {
            match one {
                Went::Kept { .. } => kept += 1,
                Went::Moved { field, right, down, wider, higher } => {
                    moved.push(WentRow { called: called(&field), field, right, down, wider, higher });
                }
                Went::Lost { field } => lost.push(WentRow {
                    called: called(&field),
                    field,
                    right: 0.0,
                    down: 0.0,
                    wider: 0.0,
                    higher: 0.0,
                }),
            }
        }
        let said = format!(
            "様式「{name}」の用紙を差し替えました（そのまま{kept}個、動いた欄{}個、見つからない欄{}個）。",
            moved.len(),
            lost.len()
        );
        draft.step(Step::of(patches, swaps, said, why, &who, at))?;
        Ok(FormReplaced { answer: self.form_answer(id)?, kept: count(kept), moved, lost })
    }
}
