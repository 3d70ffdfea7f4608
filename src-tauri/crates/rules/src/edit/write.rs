//! One value in the text of a file: reading it, and writing another in its place.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml_edit::{Array, InlineTable, Item, Table, TableLike, Value};

use super::EditError;
use super::find::{Text, line_end, line_start};

/// What can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain {
    Text(String),
    Number(i64),
    Flag(bool),
    Day(Date),
    List(Vec<String>),
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Written {
    #[default]
    Missing,
    /// By language.
    Texts(BTreeMap<String, String>),
    Plain(Plain),
    /// By time, or something else a row cannot show.
    Other(String),
}

impl Written {
    pub fn in_japanese(&self) -> String {
        match self {
            Self::Texts(texts) => texts.get("ja").cloned().unwrap_or_default(),
            Self::Plain(Plain::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    pub fn in_language(&self, language: &str) -> Option<String> {
        match self {
            Self::Texts(texts) => texts.get(language).cloned(),
            Self::Plain(Plain::Text(text)) if language == "ja" => Some(text.clone()),
            _ => None,
        }
    }
}

/// What an entry says under a key with dots.
pub(super) fn written(table: &Table, key: &str) -> Written {
    let mut at: &Item = match key.split('.').next().and_then(|first| table.get(first)) {
        Some(item) => item,
        None => return Written::Missing,
    };
    for part in key.split('.').skip(1) {
        if let Some(several) = at.as_array_of_tables() {
            let Some(one) = several.get(0).filter(|_| several.len() == 1) else {
                return Written::Other(format!("{}件", several.len()));
            };
            match one.get(part) {
                Some(item) => at = item,
                None => return Written::Missing,
            }
            continue;
        }
        match at.as_table_like().and_then(|like| like.get(part)) {
            Some(item) => at = item,
            None => return Written::Missing,
        }
    }
    read(at)
}

fn read(item: &Item) -> Written {
    if let Some(table) = item.as_table_like() {
        let texts: Option<BTreeMap<String, String>> =
            table.iter().map(|(key, item)| Some((key.to_owned(), item.as_str()?.to_owned()))).collect();
        return texts.map_or_else(|| Written::Other(item.to_string()), Written::Texts);
    }
    match item.as_value() {
        Some(Value::String(text)) => Written::Plain(Plain::Text(text.value().clone())),
        Some(Value::Integer(number)) => Written::Plain(Plain::Number(*number.value())),
        Some(Value::Boolean(yes)) => Written::Plain(Plain::Flag(*yes.value())),
        Some(Value::Datetime(day)) => match day.value().to_string().parse() {
            Ok(day) => Written::Plain(Plain::Day(day)),
            Err(_) => Written::Other(day.value().to_string()),
        },
        Some(Value::Array(list)) => {
            let ids: Option<Vec<String>> = list.iter().map(|one| member(one).map(str::to_owned)).collect();
            ids.map_or_else(|| Written::Other(list.to_string()), |ids| Written::Plain(Plain::List(ids)))
        }
        _ => Written::Missing,
    }
}

/// What an element of a list is about: `"a"` and `{ item = "a", when = … }` are both a.
fn member(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_inline_table()?.get("item")?.as_str())
}

/// A change of a text: these bytes give way to that.
pub(super) type Cut = (Range<usize>, String);

/// Writes a value under a key (and in a language); nothing takes it away.
pub(super) fn write(
    text: &Text<'_>,
    entry: &Table,
    key: &str,
    language: Option<&str>,
    value: Option<&Plain>,
) -> Result<Cut, EditError> {
    let path: Vec<&str> = key.split('.').chain(language).collect();
    place(text.raw, entry, &path, value)
}

fn place(raw: &str, root: &Table, path: &[&str], value: Option<&Plain>) -> Result<Cut, EditError> {
    let nothing = || Ok((0..0, String::new()));
    let mut at: &dyn TableLike = root;
    for (depth, part) in path.iter().enumerate() {
        let rest = path.get(depth + 1..).unwrap_or_default();
        let Some((name, item)) = at.get_key_value(part) else {
            return value.map_or_else(nothing, |value| Ok(insert(raw, root, at, path, value)));
        };
        match item {
            Item::Table(table) if rest.is_empty() => {
                // A text that was written by language and is to become one line is nothing a row can do.
                return if table.is_empty() { nothing() } else { Err(EditError::Several) };
            }
            Item::Table(table) if table.is_dotted() || table.is_implicit() => at = table,
            // A heading of its own: what it lacks is written below it.
            Item::Table(table) => return place(raw, table, rest, value),
            Item::ArrayOfTables(several) => {
                let one = several.get(0).filter(|_| several.len() == 1).ok_or(EditError::Several)?;
                return place(raw, one, rest, value);
            }
            Item::Value(old) => {
                let span = item.span().ok_or(EditError::Moved)?;
                let start = name.span().map_or(span.start, |name| name.start);
                let lines = line_start(raw, start)..line_end(raw, span.end);
                let written = raw.get(span.clone()).unwrap_or_default();
                return replaced(old, written, rest, value, span, lines);
            }
            Item::None => return nothing(),
        }
    }
    nothing()
}

fn replaced(
    old: &Value,
    written: &str,
    rest: &[&str],
    value: Option<&Plain>,
    span: Range<usize>,
    lines: Range<usize>,
) -> Result<Cut, EditError> {
    match (old, rest, value) {
        // `name = "…"` is Japanese alone.
        (_, [], None) | (Value::String(_), ["ja"], None) => Ok((lines, String::new())),
        (Value::Array(_), [], Some(Plain::List(ids))) => {
            Ok((span, list_like(&array(written)?, ids).to_string()))
        }
        (Value::InlineTable(_), [], Some(_)) => Err(EditError::Several),
        (_, [], Some(value)) | (Value::String(_), ["ja"], Some(value)) => Ok((span, shown(value))),
        (Value::InlineTable(_), rest, value) => {
            let Ok(Value::InlineTable(mut table)) = written.parse() else { return Err(EditError::Moved) };
            in_table(&mut table, rest, value)?;
            table.decor_mut().clear();
            if table.is_empty() { Ok((lines, String::new())) } else { Ok((span, table.to_string())) }
        }
        (Value::String(text), [language], Some(value)) => {
            let mut table = InlineTable::new();
            table.insert("ja", Value::from(text.value().as_str()));
            table.insert(*language, plain(value));
            Ok((span, table.to_string()))
        }
        (Value::String(_), _, None) => Ok((0..0, String::new())),
        (Value::Array(_), ..) => Err(EditError::Dated),
        _ => Err(EditError::Several),
    }
}

/// A list as it is written, for itself: with its comments and line breaks.
pub(super) fn array(written: &str) -> Result<Array, EditError> {
    match written.parse() {
        Ok(Value::Array(list)) => Ok(list),
        _ => Err(EditError::Moved),
    }
}

fn in_table(table: &mut InlineTable, rest: &[&str], value: Option<&Plain>) -> Result<(), EditError> {
    let [key] = rest else { return Err(EditError::Several) };
    match (table.get_mut(key), value) {
        (Some(old), Some(value)) => {
            let decor = old.decor().clone();
            *old = plain(value);
            *old.decor_mut() = decor;
        }
        (None, Some(value)) => {
            // The last value's space before `}` goes behind the new one.
            if let Some((_, last)) = table.iter_mut().last() {
                last.decor_mut().set_suffix("");
            }
            let mut new = plain(value);
            new.decor_mut().set_prefix(" ");
            new.decor_mut().set_suffix(" ");
            table.insert(*key, new);
        }
        (_, None) => {
            table.remove(key);
        }
    }
    Ok(())
}

/// A new line, below what belongs together with it.
fn insert(raw: &str, root: &Table, near: &dyn TableLike, path: &[&str], value: &Plain) -> Cut {
    let after = last_end(near).or_else(|| last_end(root));
    let heading = || root.span().map_or(raw.len(), |span| line_end(raw, span.start));
    let at = after.map_or_else(heading, |end| line_end(raw, end));
    let line = format!("{} = {}\n", path.join("."), shown(value));
    let open = raw.get(..at).is_some_and(|before| !before.is_empty() && !before.ends_with('\n'));
    (at..at, if open { format!("\n{line}") } else { line })
}

/// Behind the last value of a table that has no heading of its own.
fn last_end(table: &dyn TableLike) -> Option<usize> {
    table
        .iter()
        .filter_map(|(_, item)| match item {
            Item::Value(_) => item.span().map(|span| span.end),
            Item::Table(inner) if inner.is_dotted() => last_end(inner),
            _ => None,
        })
        .max()
}

fn plain(value: &Plain) -> Value {
    match value {
        Plain::Text(text) => Value::from(text.as_str()),
        Plain::Number(number) => Value::from(*number),
        Plain::Flag(yes) => Value::from(*yes),
        // A day that jiff prints is one that TOML reads.
        Plain::Day(day) => day.to_string().parse().unwrap_or_else(|_| Value::from(day.to_string())),
        Plain::List(ids) => Value::Array(ids.iter().map(String::as_str).collect()),
    }
}

fn shown(value: &Plain) -> String {
    plain(value).to_string()
}

/// The list with these members; those that stay, stay as they are written.
fn list_like(old: &Array, ids: &[String]) -> Array {
    let long = old.iter().any(|one| {
        one.decor().prefix().and_then(|prefix| prefix.as_str()).is_some_and(|prefix| prefix.contains('\n'))
    });
    let prefix = |first: bool| match (long, first) {
        (true, _) => "\n  ",
        (false, true) => "",
        (false, false) => " ",
    };
    let mut new = Array::new();
    for id in ids {
        let mut one = old
            .iter()
            .find(|one| member(one) == Some(id.as_str()))
            .cloned()
            .unwrap_or_else(|| Value::from(id.as_str()));
        let first = new.is_empty();
        if !one.decor().prefix().and_then(|kept| kept.as_str()).is_some_and(|kept| kept.contains('\n')) {
            one.decor_mut().set_prefix(prefix(first));
        }
        new.push_formatted(one);
    }
    if long && !new.is_empty() {
        new.set_trailing("\n");
        new.set_trailing_comma(true);
    }
    new
}

/// The list with one more member, written like the others.
pub(super) fn appended(old: &Array, mut value: Value) -> Array {
    let mut new = old.clone();
    new.decor_mut().clear();
    let prefix = old.iter().last().and_then(|last| last.decor().prefix()).and_then(|prefix| prefix.as_str());
    value.decor_mut().set_prefix(prefix.unwrap_or(" "));
    new.push_formatted(value);
    new
}
