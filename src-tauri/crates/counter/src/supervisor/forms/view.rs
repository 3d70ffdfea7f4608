//! What the 様式 screen shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use madoka_forms::edit::Drawn;
use madoka_forms::kind_name;
use madoka_rules::PackFiles;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::super::desk::count;
use super::super::draft::Drafting;
use super::super::{DeskView, PickChoice};
use super::shelf::{Known, Lines};
use super::{facts, form_of};
use crate::CounterError;

/// 様式の一覧
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormsView {
    pub forms: Vec<FormRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormRow {
    pub id: String,
    pub name: String,
    /// 様式番号
    pub number: String,
    pub office: String,
    pub fields: u32,
    /// Proposed, and looked at by nobody yet.
    pub doubtful: u32,
    pub errors: u32,
    /// How many procedures use it.
    pub used: u32,
    /// Another than in the released edition.
    pub changed: bool,
}

/// One form with everything on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormView {
    pub id: String,
    pub name: String,
    /// What the form says of itself, by key.
    pub head: BTreeMap<String, String>,
    pub pages: Vec<FormPage>,
    pub fields: Vec<FormField>,
    pub notes: Vec<FormNote>,
    /// 使っている手続
    pub used_by: Vec<PickChoice>,
    /// Where rows may go on.
    pub others: Vec<PickChoice>,
    /// Which background this is: its picture is another one when this is.
    pub paper: String,
    /// Values can be tried on it.
    pub reads: bool,
}

/// A page of the paper: its size and its ruled lines, each as position, from, to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormPage {
    pub width: f64,
    pub height: f64,
    pub level: Vec<[f64; 3]>,
    pub upright: Vec<[f64; 3]>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormField {
    /// `name`; `members/name` for a column.
    pub path: String,
    /// What an officer calls it.
    pub called: String,
    pub label: String,
    pub kind: String,
    pub kind_name: String,
    pub page: u16,
    pub at: [f64; 4],
    pub places: Vec<FormPlace>,
    pub values: Vec<String>,
    pub text: Option<String>,
    /// What it prints, in words.
    pub said: String,
    pub doubt: Option<FormDoubt>,
    /// Bound to nothing yet.
    pub loose: bool,
    pub repeat: Option<FormRepeat>,
    pub words: BTreeMap<String, String>,
    /// What its fact can be answered with.
    pub answers: Vec<PickChoice>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormPlace {
    pub place: String,
    pub at: [f64; 4],
}

/// 案・要確認
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormDoubt {
    pub sure: bool,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormRepeat {
    pub rows: u16,
    pub right: f64,
    pub down: f64,
}

/// What is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormNote {
    pub error: bool,
    pub code: String,
    /// The field it is about; nothing for the form itself.
    pub field: Option<String>,
    pub what: String,
}

/// The form after a change, and the desk around it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormAnswer {
    pub desk: DeskView,
    pub form: FormView,
}

/// To a hundredth: sums of millimetres have tails.
fn numbers(at: &madoka_forms::Rect) -> [f64; 4] {
    [at.x, at.y, at.w, at.h].map(|mm| (mm * 100.0).round() / 100.0)
}

const HEAD: [&str; 12] = [
    "name",
    "number",
    "office",
    "order",
    "paper",
    "for",
    "copies",
    "duplex",
    "tray",
    "back_office",
    "cover_note",
    "edition",
];

impl Drafting {
    pub(super) fn forms_view(&mut self) -> FormsView {
        let changed = self.changed_forms();
        let mut used: BTreeMap<&str, u32> = BTreeMap::new();
        for procedure in &self.pack.procedures {
            for form in &procedure.forms {
                *used.entry(form.as_str()).or_default() += 1;
            }
        }
        let offices: BTreeMap<&str, &str> =
            self.pack.offices.iter().map(|one| (one.id.as_str(), one.name.ja.as_str())).collect();
        let known = self.shelf.follow(&self.files);
        let row = |(id, known): (String, Arc<Known>)| FormRow {
            name: if known.name.is_empty() { id.clone() } else { known.name.clone() },
            number: known.number.clone(),
            office: offices.get(known.office.as_str()).copied().unwrap_or_default().to_owned(),
            fields: count(known.fields),
            doubtful: count(known.doubtful),
            errors: count(
                known.problems(&self.files, &self.pack.vocabulary).iter().filter(|one| !one.mild).count(),
            ),
            used: used.get(id.as_str()).copied().unwrap_or_default(),
            changed: changed.contains(&id),
            id,
        };
        FormsView { forms: known.into_iter().map(row).collect() }
    }

    /// Forms that are not as in the edition in use.
    pub(super) fn changed_forms(&self) -> BTreeSet<String> {
        changed_forms(&self.origin, &self.files)
    }

    /// 使っている手続
    pub(super) fn users(&self, form: &str) -> Vec<PickChoice> {
        self.pack
            .procedures
            .iter()
            .filter(|procedure| procedure.forms.iter().any(|one| one.as_str() == form))
            .filter_map(|procedure| Some(PickChoice::new(&procedure.id, &procedure.name.all().next()?.ja)))
            .collect()
    }

    pub(super) fn form_view(&mut self, id: &str) -> Result<FormView, CounterError> {
        let gone = || CounterError::NoForm(id.to_owned());
        let known = self.shelf.get(id, &self.files).ok_or_else(gone)?;
        let sketch = self.sketch(id)?;
        let lines = self.shelf.lines(id, &sketch, &self.files);
        let words = &self.pack.vocabulary;
        let fields: Vec<FormField> = sketch
            .fields()
            .into_iter()
            .map(|field| (said(words, &field), field))
            .map(|(said, field)| FormField {
                called: if field.label.is_empty() && !said.is_empty() {
                    said.clone()
                } else {
                    field.called().to_owned()
                },
                said,
                answers: facts::answers_of(words, &field.values),
                loose: field.is_loose(),
                kind_name: kind_name(&field.kind).to_owned(),
                at: numbers(&field.at),
                places: field
                    .places
                    .iter()
                    .map(|placed| FormPlace { place: placed.place.clone(), at: numbers(&placed.at) })
                    .collect(),
                doubt: field.doubt.map(|doubt| FormDoubt { sure: doubt.sure, why: doubt.why }),
                repeat: field.repeat.map(|one| FormRepeat {
                    rows: one.rows,
                    right: one.right,
                    down: one.down,
                }),
                path: field.path,
                label: field.label,
                kind: field.kind,
                page: field.page,
                values: field.values,
                text: field.text,
                words: field.words,
            })
            .collect();
        let notes = known
            .problems(&self.files, words)
            .into_iter()
            .map(|problem| {
                let path = problem.field.replace('.', "/");
                FormNote {
                    error: !problem.mild,
                    code: problem.code.to_owned(),
                    field: fields.iter().any(|field| field.path == path).then_some(path),
                    what: problem.message,
                }
            })
            .collect();
        let page = |lines: &Lines| FormPage {
            width: lines.width,
            height: lines.height,
            level: lines.level.clone(),
            upright: lines.upright.clone(),
        };
        let others = self.pack.forms.iter().filter(|one| one.id.as_str() != id);
        Ok(FormView {
            name: known.name.clone(),
            head: HEAD.iter().filter_map(|key| Some(((*key).to_owned(), sketch.head(key)?))).collect(),
            pages: lines.iter().map(page).collect(),
            fields,
            notes,
            used_by: self.users(id),
            others: others.map(|one| PickChoice::new(&one.id, &one.name.ja)).collect(),
            paper: self.paper_key(id, &sketch),
            reads: known.form.is_ok(),
            id: id.to_owned(),
        })
    }

    /// What the forms of this draft stop it with, and what they ask to be looked at: in sentences.
    pub(in super::super) fn form_faults(&mut self) -> (Vec<String>, Vec<String>) {
        let changed = self.changed_forms();
        let (mut wrong, mut open) = (Vec::new(), Vec::new());
        for (id, known) in self.shelf.follow(&self.files) {
            if !changed.contains(&id) {
                continue;
            }
            let problems = known.problems(&self.files, &self.pack.vocabulary);
            let errors = problems.iter().filter(|one| !one.mild).count();
            if errors > 0 {
                wrong.push(format!("様式「{}」に誤りが{errors}件あります。", known.name));
            }
            if known.loose > 0 {
                open.push(format!(
                    "様式「{}」に、入れる事実の決まっていない欄が{}個あります。",
                    known.name, known.loose
                ));
            } else if known.doubtful > 0 {
                open.push(format!(
                    "様式「{}」に、確かめていない欄が{}個あります。",
                    known.name, known.doubtful
                ));
            }
        }
        (wrong, open)
    }
}

/// 様式の変更 from one version of the files to another.
pub(in super::super) fn form_changes(old: &PackFiles, new: &PackFiles) -> Vec<String> {
    let text = |files: &PackFiles, id: &str| {
        files.get(&super::text_path(id)).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let name = |text: &str| {
        madoka_forms::edit::Sketch::read(text).ok().and_then(|sketch| sketch.head("name")).unwrap_or_default()
    };
    let mut out = Vec::new();
    for id in changed_forms(old, new) {
        match (text(old, &id), text(new, &id)) {
            (None, Some(now)) => out.push(format!("様式「{}」が加わりました。", name(&now))),
            (Some(was), None) => out.push(format!("様式「{}」がなくなりました。", name(&was))),
            (Some(was), Some(now)) if was == now => {
                out.push(format!("様式「{}」の用紙が替わりました。", name(&now)));
            }
            (Some(was), Some(now)) => out.extend(madoka_forms::edit::compare(&was, &now)),
            (None, None) => {}
        }
    }
    out
}

/// Forms of which some file is another.
fn changed_forms(old: &PackFiles, new: &PackFiles) -> BTreeSet<String> {
    let paths = new.keys().chain(old.keys());
    paths
        .filter(|path| new.get(*path) != old.get(*path))
        .filter_map(|path| form_of(path).map(str::to_owned))
        .collect()
}

/// What a field prints, in words.
pub(super) fn said(words: &madoka_facts::Vocabulary, field: &Drawn) -> String {
    match (&field.text, field.values.as_slice()) {
        (Some(text), _) => text.clone(),
        (None, []) => String::new(),
        (None, values) => {
            let names: Vec<String> = values.iter().map(|value| facts::name(words, value)).collect();
            names.join("、なければ ")
        }
    }
}
