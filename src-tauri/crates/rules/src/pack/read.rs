//! Reads a set of files into a [`Pack`]; all problems at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use madoka_facts::Vocabulary;

use super::document::PackFiles;
use super::model::{Fact, Pack};
use super::table::{Kind, Node, Sink, Table, cut, parse};
use super::{Place, Problem, Severity, references};
use super::{checks, procedures, scenarios, sections};

/// The tables a pack's files may hold, and what one entry is called in a message.
const SECTIONS: [(&str, &str); 13] = [
    ("person", "人"),
    ("fact", "事実"),
    ("event", "ライフイベント"),
    ("office", "窓口"),
    ("screen", "画面"),
    ("question", "質問"),
    ("procedure", "手続"),
    ("item", "持ち物"),
    ("check", "確認事項"),
    ("anchor", "起算日"),
    ("group", "排他グループ"),
    ("form", "様式"),
    ("scenario", "場面テスト"),
];

/// Entries of all files by section, each with its file.
pub(super) struct Entries {
    by_section: BTreeMap<&'static str, Vec<(Arc<str>, Node)>>,
    pub(super) conditions: Vec<(Arc<str>, String, Node)>,
}

impl Entries {
    pub(super) fn tables<'a>(&'a self, section: &str, sink: &'a Sink) -> Vec<Table<'a>> {
        let label = SECTIONS.iter().find(|(name, _)| *name == section).map_or("", |(_, label)| label);
        let entries = self.by_section.get(section).map(Vec::as_slice).unwrap_or_default();
        entries
            .iter()
            .filter_map(|(file, node)| {
                let name = match &node.kind {
                    Kind::Table(map) => {
                        ["id", "path", "fact"].into_iter().find_map(|key| match &map.get(key)?.kind {
                            Kind::Text(id) => Some(cut(id)),
                            _ => None,
                        })
                    }
                    _ => None,
                };
                Table::new(file, node, &format!("{label} {}", name.unwrap_or_default()), sink)
            })
            .collect()
    }
}

/// Reads a pack: file paths with their contents. `Err` holds every error (and warning) found.
///
/// Never panics and never hangs, whatever the files hold.
pub fn read_pack(files: &PackFiles) -> Result<Pack, Vec<Problem>> {
    let sink = Sink::default();
    let pack = read(files, &sink);
    if let Some(pack) = &pack {
        references::check(pack, files, &sink);
    }
    let mut problems = sink.into_problems();
    problems.sort_by(|one, other| (one.severity, &one.place).cmp(&(other.severity, &other.place)));
    match pack {
        Some(pack) if problems.iter().all(|problem| problem.severity != Severity::Error) => Ok(pack),
        _ => Err(problems),
    }
}

fn read(files: &PackFiles, sink: &Sink) -> Option<Pack> {
    let mut entries = Entries { by_section: BTreeMap::new(), conditions: Vec::new() };
    let mut head = None;
    let mut calendar = None;
    let mut words = BTreeSet::new();
    for (path, bytes) in files {
        if !holds_entries(path) {
            if path.starts_with("bookings/") || path.starts_with("handover/") {
                words.extend(words_of(bytes));
            }
            continue;
        }
        let file: Arc<str> = path.as_str().into();
        let Ok(text) = std::str::from_utf8(bytes) else {
            sink.error(
                "P012",
                Place { file, line: 1 },
                "",
                "文字コードがUTF-8でありません。UTF-8で保存し直してください。",
            );
            continue;
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let root = parse(&file, text, sink);
        match path.as_str() {
            "pack.toml" => head = Some((file, root)),
            "calendar.toml" => calendar = Some((file, root)),
            _ => sort_entries(&file, root, &mut entries, sink),
        }
    }
    let Some((file, head)) = head else {
        let place = Place { file: "pack.toml".into(), line: 1 };
        sink.error("P013", place, "", "pack.toml がありません。手続パックのフォルダを確かめてください。");
        return None;
    };
    let head = Table::new(&file, &head, "手続パック", sink)?;
    let calendar = match &calendar {
        Some((file, node)) => sections::calendar(&Table::new(file, node, "カレンダー", sink)?),
        None => crate::holidays::Calendar::default(),
    };
    let mut vocabulary = Vocabulary::built_in();
    sections::persons(&entries, sink, &mut vocabulary);
    let facts = sections::facts(&entries, sink, &mut vocabulary);
    let checks = checks::checks(&entries, sink, &mut vocabulary);
    let questions = sections::questions(&entries, sink, &vocabulary);
    let scenarios = scenarios::scenarios(&entries, sink, &vocabulary);
    let conditions = sections::conditions(&entries, sink);
    let events = sections::events(&entries, sink);
    let offices = sections::offices(&entries, sink);
    let screens = sections::screens(&entries, sink);
    let procedures = procedures::procedures(&entries, sink);
    let items = sections::items(&entries, sink);
    let anchors = sections::anchors(&entries, sink);
    let groups = sections::groups(&entries, sink);
    let forms = sections::forms(&entries, sink);
    let head = sections::head(&head)?;
    let told_of = |fact: &&Fact| words.contains(fact.path.to_string().as_str());
    let told_elsewhere = facts.iter().filter(told_of).map(|fact| fact.path.clone()).collect();
    Some(Pack {
        id: head.id,
        name: head.name,
        version: head.version,
        valid: head.valid,
        languages: head.languages,
        city: head.city,
        calendar,
        events,
        offices,
        screens,
        facts,
        questions,
        conditions,
        procedures,
        items,
        checks,
        anchors,
        groups,
        forms,
        scenarios,
        told_elsewhere,
        vocabulary,
    })
}

/// Whatever could be a fact in a file that others read, outside of its comments.
fn words_of(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')))
}

/// Whether a file is of the rules. Forms, practice stories, what bookings ask, what changes hands and the resident's languages
/// have readers of their own; they travel in the same signed pack.
pub(crate) fn holds_entries(path: &str) -> bool {
    let elsewhere = ["forms/", "practice/", "bookings/", "handover/", "languages/"];
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml")
        && !elsewhere.iter().any(|folder| path.starts_with(folder))
}

fn sort_entries(file: &Arc<str>, root: Node, entries: &mut Entries, sink: &Sink) {
    let Kind::Table(sections) = root.kind else { return };
    for (name, node) in sections {
        let place = Place { file: Arc::clone(file), line: node.line };
        let section = SECTIONS.iter().map(|(section, _)| *section).find(|section| *section == name);
        match (section, node.kind) {
            (Some(section), Kind::List(items)) => {
                let items = items.into_iter().map(|item| (Arc::clone(file), item));
                entries.by_section.entry(section).or_default().extend(items);
            }
            (Some(section), _) => {
                sink.error("P014", place, "", format!("「{section}」は [[{section}]] と書いてください。"));
            }
            (None, Kind::Table(conditions)) if name == "condition" => {
                entries
                    .conditions
                    .extend(conditions.into_iter().map(|(id, node)| (Arc::clone(file), id, node)));
            }
            _ => {
                let known: Vec<&str> =
                    SECTIONS.iter().map(|(section, _)| *section).chain(["condition"]).collect();
                let hint = madoka_facts::closest(&name, &known).map_or_else(
                    || format!("書けるのは {} です。", known.join("、")),
                    |known| format!("[[{known}]] ではありませんか。"),
                );
                sink.error("P014", place, "", format!("「{}」という見出しはありません。{hint}", cut(&name)));
            }
        }
    }
}
