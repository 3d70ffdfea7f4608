//! A `form.toml` open for editing. It is read leniently: a form half made is shown as far as it goes.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, Table, Value};

use super::SketchError;
use super::change::{Given, put};
use super::places::{Placed, around, millimetres, number, places};
use madoka_template::{Paper, Rect, kind_name};

/// A `form.toml` being edited.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub(super) doc: DocumentMut,
}

/// A field as it stands in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// `name`; `members/name` for a column.
    pub path: String,
    pub id: String,
    pub kind: String,
    pub label: String,
    /// From 1.
    pub page: u16,
    /// Around all its rectangles.
    pub at: Rect,
    pub places: Vec<Placed>,
    /// Facts it is bound to, the first that is known counts.
    pub values: Vec<String>,
    /// Words with facts in them, instead of a fact.
    pub text: Option<String>,
    /// A person has not looked it over yet.
    pub doubt: Option<Doubt>,
    /// Of `rows`.
    pub repeat: Option<Repeat>,
    /// Everything else that is one word, number or list.
    pub words: BTreeMap<String, String>,
}

impl Drawn {
    /// What an officer calls it: the caption on the paper, or what it is.
    pub fn called(&self) -> &str {
        if self.label.is_empty() { kind_name(&self.kind) } else { &self.label }
    }

    /// The same so that a person finds it: 「日付」 alone may be any of many. `prints` is what comes out of it, in words.
    pub fn told(&self, prints: &str) -> String {
        if !self.label.is_empty() {
            return self.label.clone();
        }
        let what = if prints.is_empty() { kind_name(&self.kind) } else { prints };
        let Rect { x, y, .. } = self.at;
        format!("{what}（{}ページ目の上から{:.0} cm・左から{:.0} cm）", self.page, y / 10.0, x / 10.0)
    }

    /// It prints nothing until somebody says what.
    pub fn is_loose(&self) -> bool {
        self.values.is_empty()
            && self.text.as_deref().is_none_or(str::is_empty)
            && matches!(self.kind.as_str(), "text" | "furigana" | "comb" | "date" | "choice" | "number")
    }
}

/// 案・要確認: proposed, and not confirmed by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The captions say it plainly.
    pub sure: bool,
    pub why: String,
}

/// How rows follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    pub rows: u16,
    /// From one row to the next.
    pub right: f64,
    pub down: f64,
}

/// What of a field has a place of its own in [`Drawn`].
const SHOWN: [&str; 7] = ["id", "kind", "label", "page", "value", "text", "at"];
/// Stands behind every proposal (`detect::form_toml`).
const LIKELY: &str = "（確からしさ";
const LOOK: &str = "要確認：";

impl Sketch {
    pub fn read(text: &str) -> Result<Self, SketchError> {
        let doc = text.parse().map_err(|error: toml_edit::TomlError| {
            SketchError::Broken(error.message().lines().next().unwrap_or_default().to_owned())
        })?;
        Ok(Self { doc })
    }

    pub fn text(&self) -> String {
        self.doc.to_string()
    }

    /// What the form says of itself: `name`, `number`, `office` …
    pub fn head(&self, key: &str) -> Option<String> {
        simple(self.doc.get(key)?)
    }

    /// Files of the form's folder that lie beneath it.
    pub fn background(&self) -> Vec<String> {
        match self.doc.get("background").and_then(Item::as_value) {
            Some(Value::String(file)) => vec![file.value().clone()],
            Some(Value::Array(files)) => {
                files.iter().filter_map(|file| file.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Which pages of the PDF, from 1; all where it does not say.
    pub fn pages(&self) -> Option<Vec<usize>> {
        let list = self.doc.get("pages")?.as_array()?;
        Some(list.iter().filter_map(|page| usize::try_from(page.as_integer()?).ok()).collect())
    }

    /// 用紙 as it says itself: width and height in millimetres.
    pub fn paper(&self) -> Option<(f64, f64)> {
        match self.doc.get("paper")?.as_value()? {
            Value::String(name) => Paper::named(name.value()).map(|paper| (paper.width, paper.height)),
            Value::Array(size) => Some((number(size.get(0)?)?, number(size.get(1)?)?)),
            _ => None,
        }
    }

    /// Another paper beneath it: one file, all of its pages.
    pub fn lay_on(&mut self, file: &str, size: Option<(f64, f64)>) {
        let pdf = file.to_ascii_lowercase().ends_with(".pdf");
        let given = if pdf { Given::Text(file.to_owned()) } else { Given::List(vec![file.to_owned()]) };
        let root = self.doc.as_table_mut();
        put(root, "background", Some(&given));
        root.remove("pages");
        if let Some((width, height)) = size {
            // Its name, where the new paper still has that size.
            let same = Paper::named(text(root, "paper")).is_some_and(|paper| {
                (paper.width - width).abs() < 2.5 && (paper.height - height).abs() < 2.5
            });
            if !same {
                let size: toml_edit::Array = [width, height].into_iter().map(millimetres).collect();
                root.insert("paper", Item::Value(Value::Array(size)));
            }
        }
    }

    /// Every field and column, in the order of the text.
    pub fn fields(&self) -> Vec<Drawn> {
        let mut out = Vec::new();
        for field in self.doc.get("field").and_then(Item::as_array_of_tables).into_iter().flatten() {
            let page = page(field).unwrap_or(1);
            let mut whole = drawn(field, "", page);
            let columns: Vec<Drawn> = field
                .get("column")
                .and_then(Item::as_array_of_tables)
                .into_iter()
                .flatten()
                .map(|column| Drawn {
                    repeat: whole.repeat,
                    ..drawn(column, &format!("{}/", whole.id), page)
                })
                .collect();
            if whole.kind == "rows"
                && let Some(at) = around(columns.iter().map(|column| &column.at))
            {
                whole.at = at;
            }
            out.push(whole);
            out.extend(columns);
        }
        out
    }

    pub fn field(&self, path: &str) -> Option<Drawn> {
        self.fields().into_iter().find(|field| field.path == path)
    }

    pub(super) fn table(&mut self, path: &str) -> Result<&mut Table, SketchError> {
        let gone = || SketchError::Gone(path.to_owned());
        let (id, column) = path.split_once('/').map_or((path, None), |(id, column)| (id, Some(column)));
        let named = |table: &&mut Table, id: &str| text(table, "id") == id;
        let all = self.doc.get_mut("field").and_then(Item::as_array_of_tables_mut).ok_or_else(gone)?;
        let field = all.iter_mut().find(|table| named(table, id)).ok_or_else(gone)?;
        let Some(column) = column else { return Ok(field) };
        let columns = field.get_mut("column").and_then(Item::as_array_of_tables_mut).ok_or_else(gone)?;
        columns.iter_mut().find(|table| named(table, column)).ok_or_else(gone)
    }

    /// An id that no field has yet.
    pub(super) fn free_id(&self, base: &str) -> String {
        let taken: Vec<String> = self.fields().into_iter().map(|field| field.id).collect();
        let mut number = 1;
        loop {
            let id = if number == 1 { base.to_owned() } else { format!("{base}_{number}") };
            if !taken.contains(&id) {
                return id;
            }
            number += 1;
        }
    }
}

fn page(table: &Table) -> Option<u16> {
    u16::try_from(table.get("page")?.as_integer()?).ok()
}

fn drawn(table: &Table, before: &str, page: u16) -> Drawn {
    let id = text(table, "id").to_owned();
    let kind = match text(table, "kind") {
        "" => "text".to_owned(),
        kind => kind.to_owned(),
    };
    let places = places(table);
    let values = match table.get("value").and_then(Item::as_value) {
        Some(Value::String(value)) => vec![value.value().clone()],
        Some(Value::Array(values)) => {
            values.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    let words = table
        .iter()
        .filter(|(key, _)| !SHOWN.contains(key))
        .filter_map(|(key, item)| Some((key.to_owned(), simple(item)?)))
        .collect();
    Drawn {
        path: format!("{before}{id}"),
        label: text(table, "label").to_owned(),
        at: around(places.iter().map(|placed| &placed.at)).unwrap_or(Rect::new(0.0, 0.0, 1.0, 1.0)),
        repeat: (kind == "rows").then(|| repeat(table)),
        text: table.get("text").and_then(Item::as_str).map(str::to_owned),
        doubt: doubt(table),
        id,
        kind,
        page,
        places,
        values: values.into_iter().filter(|value| !value.is_empty()).collect(),
        words,
    }
}

fn repeat(table: &Table) -> Repeat {
    let rows =
        table.get("rows").and_then(Item::as_integer).and_then(|rows| u16::try_from(rows).ok()).unwrap_or(1);
    let pitch = table.get("pitch").and_then(Item::as_value).and_then(number).unwrap_or(0.0);
    let (right, down) = match text(table, "direction") {
        "up" => (0.0, -pitch),
        "left" => (-pitch, 0.0),
        "right" => (pitch, 0.0),
        _ => (0.0, pitch),
    };
    Repeat { rows, right, down }
}

pub(super) fn text<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Item::as_str).unwrap_or_default()
}

/// One word, number, flag, or a list of words.
fn simple(item: &Item) -> Option<String> {
    Some(match item.as_value()? {
        Value::String(text) => text.value().clone(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(yes) => yes.value().to_string(),
        Value::Array(list) => {
            list.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?.join("、")
        }
        _ => return None,
    })
}

/// The comment above a field that was proposed.
fn doubt(table: &Table) -> Option<Doubt> {
    let above = table.decor().prefix()?.as_str()?;
    let line = above.lines().find(|line| is_proposal(line))?.trim_start_matches('#').trim();
    let (sure, why) = line.strip_prefix(LOOK).map_or((true, line), |why| (false, why));
    Some(Doubt { sure, why: why.to_owned() })
}

fn is_proposal(line: &str) -> bool {
    line.starts_with('#') && (line.contains(LIKELY) || line.contains(LOOK))
}

/// A person has looked: the comment goes.
pub(super) fn confirm(table: &mut Table) -> bool {
    let Some(above) = table.decor().prefix().and_then(|above| above.as_str()) else { return false };
    if !above.lines().any(is_proposal) {
        return false;
    }
    let kept: String = above.split_inclusive('\n').filter(|line| !is_proposal(line)).collect();
    table.decor_mut().set_prefix(kept);
    true
}

/// Somebody should look again.
pub(super) fn question(table: &mut Table, why: &str) {
    confirm(table);
    let above = table.decor().prefix().and_then(|above| above.as_str()).unwrap_or("\n").to_owned();
    table.decor_mut().set_prefix(format!("{above}# {LOOK}{why}\n"));
}
