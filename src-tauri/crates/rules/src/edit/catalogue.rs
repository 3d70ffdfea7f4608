//! Every entry of a pack's files with what it says. A file is read once, and again only when it has changed: lists and
//! search stay instant however many procedures a city has.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::field::Field;
use super::find::{chunk, parse, tables, texts};
use super::section::{Entry, Section};
use super::write::{Written, written};
use crate::pack::PackFiles;

/// An entry of the list.
#[derive(Debug, Clone)]
pub struct Found {
    pub entry: Entry,
    pub content: Arc<Content>,
}

/// What an entry says.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    section: Section,
    id: String,
    /// What a person calls it.
    pub name: String,
    pub file: String,
    /// From 1.
    pub lines: Range<u32>,
    /// テキスト: as it is written.
    pub source: String,
    values: BTreeMap<&'static str, Written>,
    pub(super) choices: String,
}

impl Content {
    /// What it says under the key of one of its fields.
    pub fn value(&self, key: &str) -> &Written {
        static MISSING: Written = Written::Missing;
        self.values.get(key).unwrap_or(&MISSING)
    }

    pub fn fields(&self) -> &'static [Field] {
        self.section.fields()
    }

    /// 「手続「世帯主変更届」」
    pub(super) fn named(&self) -> String {
        format!("{}「{}」", self.section.label(), self.name)
    }
}

/// All entries, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    files: BTreeMap<String, (Vec<u8>, Vec<Arc<Content>>)>,
    all: Vec<Found>,
    by_entry: BTreeMap<Entry, usize>,
}

impl Catalogue {
    pub fn of(files: &PackFiles) -> Self {
        let mut catalogue = Self::default();
        catalogue.follow(files);
        catalogue
    }

    /// Reads what has changed since the last time. A file that cannot be read has no entries.
    pub fn follow(&mut self, files: &PackFiles) {
        let mut read = BTreeMap::new();
        for (file, raw) in texts(files) {
            let known = self.files.remove(file).filter(|(bytes, _)| bytes == raw.as_bytes());
            let now = known.unwrap_or_else(|| (raw.as_bytes().to_vec(), contents(file, raw)));
            read.insert(file.to_owned(), now);
        }
        self.files = read;
        self.all.clear();
        self.by_entry.clear();
        let mut counts: BTreeMap<(Section, &str), u32> = BTreeMap::new();
        for content in self.files.values().flat_map(|(_, contents)| contents) {
            let nth = counts.entry((content.section, &content.id)).or_default();
            let entry = Entry { section: content.section, id: content.id.clone(), nth: *nth };
            *nth += 1;
            self.by_entry.insert(entry.clone(), self.all.len());
            self.all.push(Found { entry, content: Arc::clone(content) });
        }
    }

    pub fn entries(&self) -> &[Found] {
        &self.all
    }

    pub fn get(&self, entry: &Entry) -> Option<&Arc<Content>> {
        self.all.get(*self.by_entry.get(entry)?).map(|found| &found.content)
    }
}

fn contents(file: &str, raw: &str) -> Vec<Arc<Content>> {
    let Ok(text) = parse(file, raw) else { return Vec::new() };
    let starts: Vec<usize> =
        std::iter::once(0).chain(raw.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line = |at: usize| u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX);
    let content = |section: Section, id: &str, table: &toml_edit::Table| {
        let chunk = chunk(&text, table);
        let name = written(table, section.name_key()).in_japanese();
        let choices = match written(table, "choices") {
            Written::Other(choices) => choices,
            _ => String::new(),
        };
        Arc::new(Content {
            section,
            id: id.to_owned(),
            name: if name.is_empty() { id.to_owned() } else { name },
            file: file.to_owned(),
            lines: line(chunk.start)..line(chunk.end),
            source: raw.get(chunk).unwrap_or_default().to_owned(),
            values: section
                .fields()
                .iter()
                .map(|field| (field.key, written(table, field.key)))
                .filter(|(_, written)| *written != Written::Missing)
                .collect(),
            choices,
        })
    };
    let sections = Section::ALL.into_iter();
    sections
        .flat_map(|section| {
            tables(&text.doc, section).into_iter().map(move |(id, table)| (section, id, table))
        })
        .map(|(section, id, table)| content(section, id, table))
        .collect()
}
