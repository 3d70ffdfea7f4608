//! 様式の編集: the city's papers in a draft, with their fields on them.
//!
//! A paper is dropped, its fields are proposed, a supervisor confirms, moves, binds and tries them; every change is a step of the
//! draft like any other. What a change does to a `form.toml` is `madoka_forms::edit`'s; here it meets the pack: which facts can
//! be chosen, which procedures use a form, what values of every length look like on it.

mod check;
mod facts;
mod given;
mod papers;
mod revise;
mod sample;
mod shelf;
mod view;
mod words;

pub use check::{FormsCheck, FormsCheckJob, TightRow};
pub use facts::FormFact;
pub use given::{FormEdge, FormEdit, FormValue};
pub use papers::{FormPicture, FormSample, NewPaper, PaperJob, Replacement};
pub use revise::{FormReplaced, WentRow};
pub(super) use shelf::Shelf;
pub(super) use view::form_changes;
pub use view::{
    FormAnswer, FormDoubt, FormField, FormNote, FormPage, FormPlace, FormRepeat, FormRow, FormView, FormsView,
};
pub use words::PaperReader;

use madoka_forms::edit::Sketch;
use madoka_forms::{form_of, text_path};
use madoka_rules::edit::Patch;

use super::draft::{Drafting, Step, Swap};
use crate::{Counter, CounterError};

/// Files of a pack that are forms.
const FOLDER: &str = "forms/";

impl Drafting {
    pub(super) fn form_text(&self, id: &str) -> Result<&str, CounterError> {
        let bytes = self.files.get(&text_path(id)).ok_or_else(|| CounterError::NoForm(id.to_owned()))?;
        std::str::from_utf8(bytes).map_err(|_| CounterError::NoForm(id.to_owned()))
    }

    fn sketch(&self, id: &str) -> Result<Sketch, CounterError> {
        Ok(Sketch::read(self.form_text(id)?)?)
    }

    /// Where forms are declared, and with this one declared under this name; without it, without a name.
    fn declared(&self, id: &str, name: Option<&str>) -> Result<Patch, CounterError> {
        let is_list = |(path, bytes): &(&String, &Vec<u8>)| {
            path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml")
                && form_of(path).is_none()
                && std::str::from_utf8(bytes).is_ok_and(|text| text.contains("[[form]]"))
        };
        let file = self.files.iter().find(is_list).map_or("forms.toml", |(path, _)| path.as_str());
        let old = self.files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let new = madoka_forms::edit::declare(old.unwrap_or_default(), id, name)?;
        Ok(Patch::between(file, old, &new))
    }
}

impl Counter {
    /// 様式の一覧
    pub fn draft_forms(&mut self) -> Result<FormsView, CounterError> {
        Ok(self.draft_open()?.forms_view())
    }

    /// One form with everything on it.
    pub fn draft_form(&mut self, id: &str) -> Result<FormView, CounterError> {
        self.draft_open()?.form_view(id)
    }

    /// What a field can be bound to, by name.
    pub fn draft_form_facts(&mut self) -> Result<Vec<FormFact>, CounterError> {
        Ok(facts::choosable(&self.draft_open()?.pack.vocabulary))
    }

    /// Changes a form; all of it as one step.
    pub fn draft_form_edit(
        &mut self,
        id: &str,
        edits: &[FormEdit],
        why: &str,
    ) -> Result<FormAnswer, CounterError> {
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let mut sketch = draft.sketch(id)?;
        let old = draft.form_text(id)?.to_owned();
        let mut said = Vec::new();
        for edit in edits {
            for change in given::changes(edit, &sketch, &draft.pack.vocabulary)? {
                said.push(sketch.change(&change)?);
            }
        }
        let mut patches = vec![Patch::between(&text_path(id), Some(&old), &sketch.text())];
        if edits.iter().any(FormEdit::names_form) {
            let name = sketch.head("name").unwrap_or_default();
            patches.push(draft.declared(id, Some(&name))?);
        }
        let name = sketch.head("name").unwrap_or_else(|| id.to_owned());
        let said = format!("様式「{name}」：{}", said.concat());
        draft.step(Step::of(patches, Vec::new(), said, why, &who, at))?;
        self.form_answer(id)
    }

    /// 様式を消す: only where no procedure uses it.
    pub fn draft_form_remove(&mut self, id: &str, why: &str) -> Result<super::DeskView, CounterError> {
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let name = draft.sketch(id)?.head("name").unwrap_or_else(|| id.to_owned());
        if !draft.users(id).is_empty() {
            return Err(CounterError::FormInUse(name));
        }
        let folder = format!("{FOLDER}{id}/");
        let swaps = draft
            .files
            .iter()
            .filter(|(path, _)| path.starts_with(&folder))
            .map(|(path, bytes)| Swap { file: path.clone(), was: Some(bytes.clone()), now: None })
            .collect();
        let patches = vec![draft.declared(id, None)?];
        draft.step(Step::of(patches, swaps, format!("様式「{name}」をなくしました。"), why, &who, at))?;
        self.keep_steps()?;
        self.desk_view()
    }

    fn form_answer(&mut self, id: &str) -> Result<FormAnswer, CounterError> {
        self.keep_steps()?;
        let desk = self.desk_view()?;
        let form = self.draft_open()?.form_view(id)?;
        Ok(FormAnswer { desk, form })
    }
}
