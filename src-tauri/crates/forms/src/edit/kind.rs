//! 記入欄の種類を変える: what the new kind does not know goes, what it needs comes.

use toml_edit::{InlineTable, Item, Value};

use super::SketchError;
use super::change::{Given, put};
use super::places::{around, array, places};
use super::sketch::{Sketch, text};
use madoka_template::{KINDS, Rect};

/// What every kind knows.
const COMMON: [&str; 13] =
    ["id", "kind", "page", "at", "label", "value", "text", "as", "when", "required", "empty", "font", "size"];
/// What kinds that write words know besides.
const OF_TEXT: [&str; 7] = ["fit", "lines", "align", "valign", "padding", "min_size", "vertical"];
/// About as wide as a box of a comb is drawn.
const CELL: f64 = 5.5;

pub(super) fn become_kind(
    sketch: &mut Sketch,
    path: &str,
    kind: &str,
    answers: &[String],
) -> Result<(), SketchError> {
    if KINDS.iter().all(|(id, _)| *id != kind) || kind == "picture" {
        return Err(SketchError::NoKind(kind.to_owned()));
    }
    if kind == "rows" && path.contains('/') {
        return Err(SketchError::InRows);
    }
    let table = sketch.table(path)?;
    let was = text(table, "kind").to_owned();
    let at =
        around(places(table).iter().map(|placed| &placed.at)).unwrap_or(Rect::new(20.0, 20.0, 40.0, 8.0));
    let words = matches!(kind, "text" | "furigana" | "date" | "number");
    table.retain(|key, _| COMMON.contains(&key) || (words && OF_TEXT.contains(&key)));
    if was == "rows" {
        table.remove("column");
    }
    put(table, "kind", (kind != "text").then(|| Given::Text(kind.to_owned())).as_ref());
    let place = || Item::Value(Value::Array(array(&at)));
    match kind {
        "choice" => {
            table.remove("at");
            let mut options = InlineTable::new();
            let answers: Vec<&str> = if answers.is_empty() {
                vec!["yes", "no"]
            } else {
                answers.iter().map(String::as_str).collect()
            };
            for (answer, at) in answers.iter().zip(at.columns(answers.len())) {
                options.insert(*answer, Value::Array(array(&at)));
            }
            table.insert("options", Item::Value(Value::InlineTable(options)));
        }
        "comb" => {
            table.insert("at", place());
            put(table, "cells", Some(&Given::Number((at.w / CELL).round().clamp(1.0, 40.0))));
        }
        "rows" => {
            table.remove("at");
            table.remove("value");
            table.remove("text");
            for key in ["as", "required", "empty", "font", "size", "when"] {
                table.remove(key);
            }
            put(table, "rows", Some(&Given::Number(3.0)));
            put(table, "pitch", Some(&Given::Number(at.h)));
            let mut column = toml_edit::Table::new();
            column.decor_mut().set_prefix("\n");
            put(&mut column, "id", Some(&Given::Text("name".to_owned())));
            column.insert("at", place());
            put(&mut column, "label", Some(&Given::Text("世帯員 氏名".to_owned())));
            put(&mut column, "value", Some(&Given::Text("member.name".to_owned())));
            let mut columns = toml_edit::ArrayOfTables::new();
            columns.push(column);
            table.insert("column", Item::ArrayOfTables(columns));
        }
        _ => {
            table.insert("at", place());
        }
    }
    match kind {
        "signature" | "qr" => {
            for key in ["value", "text", "as", "required", "empty"] {
                table.remove(key);
            }
        }
        "mark" => {
            table.remove("value");
            table.remove("text");
            table.remove("as");
        }
        "rows" => {}
        _ if !table.contains_key("value") && !table.contains_key("text") => {
            put(table, "text", Some(&Given::Text(String::new())));
        }
        _ => {}
    }
    Ok(())
}
