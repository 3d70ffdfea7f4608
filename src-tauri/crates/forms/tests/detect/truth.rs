//! What a paper's own `form.toml` says: the fields as flat places, rows unrolled.

use std::fs;
use std::path::{Path, PathBuf};

use madoka_forms::detect::{Area, Kind, Mark, Proposal};
use toml::Value;

#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) page: usize,
    pub(crate) area: Area,
    pub(crate) kind: String,
    /// Any of these facts is right; none where the field is bound to no fact.
    pub(crate) values: Vec<String>,
}

pub(crate) fn forms() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../forms")
}

/// The city's papers: name and whether detection was built with a look at it.
pub(crate) fn names() -> Vec<(String, bool)> {
    let built_on: Vec<&str> = include_str!("built_on.txt").lines().collect();
    let mut names: Vec<String> = fs::read_dir(forms())
        .expect("the papers are there")
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let whole = folder.join("form.toml").is_file() && folder.join("form.pdf").is_file();
            whole.then(|| folder.file_name().map(|name| name.to_string_lossy().into_owned())).flatten()
        })
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let known = built_on.contains(&name.as_str());
            (name, known)
        })
        .collect()
}

pub(crate) fn truth(name: &str) -> Vec<Place> {
    let text = fs::read_to_string(forms().join(name).join("form.toml")).expect("a form.toml");
    let form: Value = toml::from_str(&text).expect("TOML");
    let mut out = Vec::new();
    for field in form.get("field").and_then(Value::as_array).into_iter().flatten() {
        places(field, 1, &mut out);
    }
    out
}

fn number(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "millimetres")]
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn areas(value: &Value) -> Vec<Area> {
    match value {
        Value::Array(parts) => {
            let numbers: Vec<f64> = parts.iter().filter_map(number).collect();
            match numbers.as_slice() {
                [x, y, w, h] => vec![Area::new(*x, *y, *w, *h)],
                _ => parts.iter().flat_map(areas).collect(),
            }
        }
        Value::Table(table) => table.values().flat_map(areas).collect(),
        _ => Vec::new(),
    }
}

fn places(field: &Value, page: usize, out: &mut Vec<Place>) {
    let text = |key: &str| field.get(key).and_then(Value::as_str);
    let kind = text("kind").unwrap_or("text");
    let page = field
        .get("page")
        .and_then(Value::as_integer)
        .and_then(|page| usize::try_from(page).ok())
        .unwrap_or(page);
    if kind == "rows" {
        let rows = field
            .get("rows")
            .and_then(Value::as_integer)
            .and_then(|rows| u8::try_from(rows).ok())
            .unwrap_or(1);
        let pitch = field.get("pitch").and_then(number).unwrap_or(0.0);
        let mut first = Vec::new();
        for column in field.get("column").and_then(Value::as_array).into_iter().flatten() {
            places(column, page, &mut first);
        }
        for row in 0..rows {
            let step = pitch * f64::from(row);
            let (dx, dy) = match text("direction").unwrap_or("down") {
                "left" => (-step, 0.0),
                "right" => (step, 0.0),
                "up" => (0.0, -step),
                _ => (0.0, step),
            };
            out.extend(first.iter().map(|place| Place {
                area: Area { x: place.area.x + dx, y: place.area.y + dy, ..place.area },
                ..place.clone()
            }));
        }
        return;
    }
    let mut values: Vec<String> = match field.get("value") {
        Some(Value::String(value)) => vec![value.clone()],
        Some(Value::Array(values)) => {
            values.iter().filter_map(|value| Some(value.as_str()?.to_owned())).collect()
        }
        _ => Vec::new(),
    };
    if let Some(words) = text("text") {
        values.extend(words.trim_matches(['{', '}']).split('|').next().map(str::to_owned));
    }
    let parts: Vec<Area> = ["at", "boxes", "year", "month", "day", "options"]
        .iter()
        .filter_map(|key| field.get(*key))
        .flat_map(areas)
        .collect();
    if let Some(area) = Area::union_of(&parts) {
        out.push(Place { page, area, kind: kind.to_owned(), values });
    }
}

/// A proposal in the same terms.
pub(crate) fn flat(proposal: &Proposal, out: &mut Vec<Place>) {
    let values: Vec<String> = proposal.value.iter().cloned().collect();
    let mut place = |area: Area, kind: &str| {
        out.push(Place { page: proposal.page, area, kind: kind.to_owned(), values: values.clone() });
    };
    match &proposal.kind {
        Kind::Rows { rows, pitch, columns } => {
            for column in columns {
                let mut first = Vec::new();
                flat(column, &mut first);
                for row in 0..*rows {
                    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
                    let dy = pitch * row as f64;
                    out.extend(first.iter().map(|place| Place {
                        area: Area { y: place.area.y + dy, ..place.area },
                        ..place.clone()
                    }));
                }
            }
        }
        Kind::Date { year, month, day, .. } => {
            place(year.area.union(&month.area).union(&day.area), "date");
        }
        // A box nobody bound may be any of the paper's marks.
        Kind::Choice { answers, mark: Mark::Check } if values.is_empty() => {
            for answer in answers {
                place(answer.area, "mark");
            }
        }
        kind => place(proposal.area, kind.name()),
    }
}
