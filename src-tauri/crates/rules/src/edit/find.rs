//! Where entries stand in the files.

use std::ops::Range;

use toml_edit::{Document, Table};

use super::EditError;
use super::section::{Entry, Section};
use crate::pack::{PackFiles, holds_entries};

/// The text of one file, with spans.
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) raw: &'a str,
    pub(super) doc: Document<&'a str>,
    /// Where entries begin, in order.
    starts: Vec<usize>,
}

pub(super) fn parse<'a>(file: &'a str, raw: &'a str) -> Result<Text<'a>, EditError> {
    let doc = Document::parse(raw)
        .map_err(|error| EditError::Broken(error.message().lines().next().unwrap_or_default().to_owned()))?;
    let starts = starts(raw, &doc);
    Ok(Text { file, raw, doc, starts })
}

/// The files that hold entries, in the order the pack reads them.
pub(super) fn texts(files: &PackFiles) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .filter(|(path, _)| holds_entries(path) && *path != "pack.toml" && *path != "calendar.toml")
        .filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
}

/// Every table of a section in one file, with its id.
pub(super) fn tables<'d>(doc: &'d Document<&str>, section: Section) -> Vec<(&'d str, &'d Table)> {
    let Some(item) = doc.get(section.word()) else { return Vec::new() };
    if section == Section::Condition {
        let named = item.as_table().into_iter().flat_map(Table::iter);
        return named.filter_map(|(name, item)| Some((name, item.as_table()?))).collect();
    }
    let all = item.as_array_of_tables().into_iter().flat_map(|all| all.iter());
    all.filter_map(|table| Some((table.get(section.id_key())?.as_str()?, table))).collect()
}

/// What is done with an entry where it stands: the file, its table, and where its lines are.
pub(super) fn with_entry<T>(
    files: &PackFiles,
    entry: &Entry,
    work: impl FnOnce(&Text<'_>, &Table, Range<usize>) -> Result<T, EditError>,
) -> Result<T, EditError> {
    let mut left = entry.nth;
    // Most files do not declare it: they need no reading.
    let (heading, name) = match entry.section {
        Section::Condition => ("[condition.".to_owned(), format!("[condition.{}]", entry.id)),
        section => (format!("[[{}]]", section.word()), format!("\"{}\"", entry.id)),
    };
    for (file, raw) in texts(files).filter(|(_, raw)| raw.contains(&heading) && raw.contains(&name)) {
        let Ok(text) = parse(file, raw) else { continue };
        for (id, table) in tables(&text.doc, entry.section) {
            if id != entry.id {
                continue;
            }
            if left == 0 {
                let chunk = chunk(&text, table);
                return work(&text, table, chunk);
            }
            left -= 1;
        }
    }
    Err(EditError::Gone(entry.to_string()))
}

fn starts(raw: &str, doc: &Document<&str>) -> Vec<usize> {
    let start = |table: &Table| Some(line_start(raw, table.span()?.start));
    // Sections that are not edited here end an entry all the same.
    let lists = doc.iter().filter_map(|(_, item)| item.as_array_of_tables()).flat_map(|all| all.iter());
    let named = tables(doc, Section::Condition).into_iter().map(|(_, table)| table);
    let mut starts: Vec<usize> = lists.chain(named).filter_map(start).collect();
    starts.sort_unstable();
    starts
}

/// The lines of an entry: from its heading to the comments of the next.
pub(super) fn chunk(text: &Text<'_>, table: &Table) -> Range<usize> {
    let start = line_start(text.raw, table.span().map_or(0, |span| span.start));
    let next = text.starts.get(text.starts.partition_point(|other| *other <= start)).copied();
    let end = next.unwrap_or(text.raw.len());
    let body = text.raw.get(start..end).unwrap_or_default();
    if next.is_none() {
        return start..end;
    }
    // What stands right above the next heading is about the next entry.
    let mut kept = body.len();
    for line in body.split_inclusive('\n').rev() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            kept -= line.len();
        } else {
            break;
        }
    }
    start..start + kept
}

pub(super) fn line_start(raw: &str, at: usize) -> usize {
    raw.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Behind the line's end.
pub(super) fn line_end(raw: &str, at: usize) -> usize {
    raw.get(at..).and_then(|after| after.find('\n')).map_or(raw.len(), |newline| at + newline + 1)
}
