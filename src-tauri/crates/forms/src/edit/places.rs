//! The rectangles of a field in its text, by name: `at`, `boxes.2`, `options.male`, `year.at`.

use toml_edit::{Array, Item, Table, Value};

use madoka_template::Rect;

/// Where rectangles may stand in a field.
const KEYS: [&str; 8] = ["at", "boxes", "era", "year", "month", "day", "eras", "options"];

/// One rectangle of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// `at`, `boxes.2`, `options.male`
    pub place: String,
    pub at: Rect,
}

pub(super) fn places(field: &Table) -> Vec<Placed> {
    let mut out = Vec::new();
    for key in KEYS {
        let Some(item) = field.get(key) else { continue };
        match item {
            Item::Value(value) => gather(value, key, &mut out),
            Item::Table(table) => {
                for (name, item) in table {
                    if let Some(value) = item.as_value() {
                        gather(value, &format!("{key}.{name}"), &mut out);
                    }
                }
            }
            _ => {}
        }
    }
    out
}

fn gather(value: &Value, place: &str, out: &mut Vec<Placed>) {
    match value {
        Value::Array(list) => match rectangle(list) {
            Some(at) => out.push(Placed { place: place.to_owned(), at }),
            None => {
                for (index, inner) in list.iter().enumerate() {
                    gather(inner, &format!("{place}.{index}"), out);
                }
            }
        },
        Value::InlineTable(table) => {
            for (name, inner) in table {
                gather(inner, &format!("{place}.{name}"), out);
            }
        }
        _ => {}
    }
}

/// Writes each rectangle anew as `f` wants it.
pub(super) fn each(field: &mut Table, f: &mut dyn FnMut(&str, Rect) -> Rect) {
    for key in KEYS {
        match field.get_mut(key) {
            Some(Item::Value(value)) => each_in(value, key, f),
            Some(Item::Table(table)) => {
                for (name, item) in table.iter_mut() {
                    if let Some(value) = item.as_value_mut() {
                        each_in(value, &format!("{key}.{name}"), f);
                    }
                }
            }
            _ => {}
        }
    }
}

fn each_in(value: &mut Value, place: &str, f: &mut dyn FnMut(&str, Rect) -> Rect) {
    match value {
        Value::Array(list) => match rectangle(list) {
            Some(at) => {
                let Rect { x, y, w, h } = f(place, at);
                for (index, number) in [x, y, w, h].into_iter().enumerate() {
                    list.replace(index, millimetres(number));
                }
            }
            None => {
                for (index, inner) in list.iter_mut().enumerate() {
                    each_in(inner, &format!("{place}.{index}"), f);
                }
            }
        },
        Value::InlineTable(table) => {
            for (name, inner) in table.iter_mut() {
                each_in(inner, &format!("{place}.{name}"), f);
            }
        }
        _ => {}
    }
}

fn rectangle(list: &Array) -> Option<Rect> {
    let mut numbers = list.iter().map(number);
    let (x, y, w, h) = (numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(Rect { x, y, w, h })
}

pub(super) fn number(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "millimetres on a sheet of paper")]
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

/// To a hundredth, without needless zeros.
pub(super) fn millimetres(number: f64) -> Value {
    let rounded = (number * 100.0).round() / 100.0;
    if rounded.fract() == 0.0 && rounded.abs() < 1e6 {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below a million")]
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    }
}

pub(super) fn array(at: &Rect) -> Array {
    [at.x, at.y, at.w, at.h].into_iter().map(millimetres).collect()
}

/// The rectangle around all of them.
pub(super) fn around<'a>(all: impl IntoIterator<Item = &'a Rect>) -> Option<Rect> {
    all.into_iter().copied().reduce(|one, other| {
        let (x, y) = (one.x.min(other.x), one.y.min(other.y));
        Rect { x, y, w: one.right().max(other.right()) - x, h: one.bottom().max(other.bottom()) - y }
    })
}
