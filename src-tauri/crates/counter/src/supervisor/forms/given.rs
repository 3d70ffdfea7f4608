//! A change of a form as the screen says it.

use madoka_facts::Vocabulary;
use madoka_forms::Rect;
use madoka_forms::edit::{Change, Edge, Given, Sketch};
use serde::Deserialize;
#[cfg(test)]
use ts_rs::TS;

use super::facts;
use crate::CounterError;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FormEdit {
    Shift { fields: Vec<String>, right: f64, down: f64 },
    Grow { fields: Vec<String>, wider: f64, higher: f64 },
    Place { field: String, place: String, at: [f64; 4] },
    Align { fields: Vec<String>, edge: FormEdge },
    Write { field: String, key: String, value: FormValue },
    Kind { field: String, kind: String },
    Answer { field: String, answer: String, at: Option<[f64; 4]> },
    Add { page: u16, at: [f64; 4], label: String },
    Copy { fields: Vec<String> },
    Remove { fields: Vec<String> },
    Confirm { fields: Vec<String> },
    Head { key: String, value: FormValue },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FormEdge {
    Left,
    Right,
    Top,
    Bottom,
    Width,
    Height,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FormValue {
    Nothing,
    Text { value: String },
    Number { value: f64 },
    Flag { value: bool },
    List { value: Vec<String> },
}

impl FormValue {
    fn given(&self) -> Option<Given> {
        Some(match self {
            Self::Nothing => return None,
            Self::Text { value } => Given::Text(value.clone()),
            Self::Number { value } => Given::Number(*value),
            Self::Flag { value } => Given::Flag(*value),
            Self::List { value } => Given::List(value.clone()),
        })
    }
}

impl FormEdit {
    /// The pack's own list of forms says the name too.
    pub(super) fn names_form(&self) -> bool {
        matches!(self, Self::Head { key, .. } if key == "name")
    }
}

/// Numbers that are none, or that lie nowhere on a sheet of paper.
fn sound(numbers: &[f64]) -> Result<(), CounterError> {
    let sound = numbers.iter().all(|number| number.is_finite() && number.abs() < 2_000.0);
    if sound { Ok(()) } else { Err(CounterError::FormPlace) }
}

fn rectangle([x, y, w, h]: [f64; 4]) -> Result<Rect, CounterError> {
    sound(&[x, y, w, h])?;
    Ok(Rect { x, y, w, h })
}

/// What is to be done to the text. A field that is bound for the first time is called after what it is bound to.
pub(super) fn changes(
    edit: &FormEdit,
    sketch: &Sketch,
    words: &Vocabulary,
) -> Result<Vec<Change>, CounterError> {
    let one = match edit.clone() {
        FormEdit::Shift { fields, right, down } => {
            sound(&[right, down])?;
            Change::Shift { fields, right, down }
        }
        FormEdit::Grow { fields, wider, higher } => {
            sound(&[wider, higher])?;
            Change::Grow { fields, wider, higher }
        }
        FormEdit::Place { field, place, at } => Change::Place { field, place, at: rectangle(at)? },
        FormEdit::Align { fields, edge } => {
            let edge = match edge {
                FormEdge::Left => Edge::Left,
                FormEdge::Right => Edge::Right,
                FormEdge::Top => Edge::Top,
                FormEdge::Bottom => Edge::Bottom,
                FormEdge::Width => Edge::Width,
                FormEdge::Height => Edge::Height,
            };
            Change::Align { fields, edge }
        }
        FormEdit::Write { field, key, value } => {
            let given = value.given();
            if let Some(Given::Number(number)) = given {
                sound(&[number])?;
            }
            let nameless = key == "value" && sketch.field(&field).is_some_and(|field| field.label.is_empty());
            let first = match &given {
                Some(Given::List(all)) => all.first().cloned(),
                Some(Given::Text(one)) => Some(one.clone()),
                _ => None,
            };
            let mut all = vec![Change::Write { field: field.clone(), key, value: given }];
            if let Some(first) = first.filter(|_| nameless) {
                let label = Some(Given::Text(facts::name(words, &first)));
                all.push(Change::Write { field, key: "label".to_owned(), value: label });
            }
            return Ok(all);
        }
        FormEdit::Kind { field, kind } => {
            let values = sketch.field(&field).map(|field| field.values).unwrap_or_default();
            let answers = facts::answers_of(words, &values).into_iter().map(|answer| answer.id).collect();
            Change::Kind { field, kind, answers }
        }
        FormEdit::Answer { field, answer, at } => {
            Change::Answer { field, answer, at: at.map(rectangle).transpose()? }
        }
        FormEdit::Add { page, at, label } => Change::Add { page, at: rectangle(at)?, label },
        FormEdit::Copy { fields } => Change::Copy { fields },
        FormEdit::Remove { fields } => Change::Remove { fields },
        FormEdit::Confirm { fields } => Change::Confirm { fields },
        FormEdit::Head { key, value } => Change::Head { key, value: value.given() },
    };
    Ok(vec![one])
}
