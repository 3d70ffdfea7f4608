//! Where entries stand in the files.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, Table};

use super::section::{Entry, Section};
use super::{EditError, Written, written};
use crate::pack::PackFiles;

/// The text of one file, with spans.
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) raw: &'a str,
    pub(super) doc: Document<&'a str>,
    /// Where entries begin, in order.
    starts: Vec<usize>,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub entry: Entry,
    /// What a person calls it.
    pub name: String,
    pub file: String,
    /// From 1.
    pub lines: Range<u32>,
}

pub(super) fn parse<'a>(file: &'a str, raw: &'a str) -> Result<Text<'a>, EditError> {
    let doc = Document::parse(raw)
        .map_err(|error| EditError::Broken(error.message().lines().next().unwrap_or_default().to_owned()))?;
    let starts = starts(raw, &doc);
    Ok(Text { file, raw, doc, starts })
}

/// The files that hold entries, in the order the pack reads them.
pub(super) fn texts(files: &PackFiles) -> impl Iterator<Item = (&str, &str)> {
    let elsewhere = ["forms/", "practice/", "languages/"];
    files
        .iter()
        .filter(move |(path, _)| {
            path.ends_with(".toml")
                && *path != "pack.toml"
                && *path != "calendar.toml"
                && !elsewhere.iter().any(|folder| path.starts_with(folder))
        })
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
    // Most files do not name it at all: they need no reading.
    for (file, raw) in texts(files).filter(|(_, raw)| raw.contains(&entry.id)) {
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
fn chunk(text: &Text<'_>, table: &Table) -> Range<usize> {
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

fn line_number(raw: &str, at: usize) -> u32 {
    let lines = raw.get(..at).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

/// Every entry of a pack's files, in their order. A file that cannot be read has none.
pub fn entries(files: &PackFiles) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let mut seen: std::collections::HashMap<(Section, String), u32> = std::collections::HashMap::new();
    for (file, raw) in texts(files) {
        let Ok(text) = parse(file, raw) else { continue };
        for section in Section::ALL {
            for (id, table) in tables(&text.doc, section) {
                let count = seen.entry((section, id.to_owned())).or_default();
                let entry = Entry { section, id: id.to_owned(), nth: *count };
                *count += 1;
                let lines = chunk(&text, table);
                let name = written(table, section.name_key()).in_japanese();
                all.push(Found {
                    name: if name.is_empty() { id.to_owned() } else { name },
                    entry,
                    file: text.file.to_owned(),
                    lines: line_number(raw, lines.start)..line_number(raw, lines.end),
                });
            }
        }
    }
    all
}

/// テキスト: an entry as it is written.
pub fn source(files: &PackFiles, entry: &Entry) -> Result<String, EditError> {
    with_entry(files, entry, |text, _, chunk| Ok(text.raw.get(chunk).unwrap_or_default().to_owned()))
}

/// What a person calls an entry, its file, and what it says under each of its fields' keys.
pub fn values(
    files: &PackFiles,
    entry: &Entry,
) -> Result<(String, String, BTreeMap<&'static str, Written>), EditError> {
    with_entry(files, entry, |text, table, _| {
        let name = written(table, entry.section.name_key()).in_japanese();
        let name = if name.is_empty() { entry.id.clone() } else { name };
        let values = entry.section.fields().iter().map(|field| (field.key, written(table, field.key)));
        Ok((name, text.file.to_owned(), values.collect()))
    })
}
