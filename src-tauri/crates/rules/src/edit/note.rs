//! 指摘: what reading and analysing a draft found, at the entry and field where it belongs.

use super::field::{Field, FieldKind};
use super::find::{entries, with_entry};
use super::section::{Entry, Section};
use super::write::written;
use crate::analyse::Finding;
use crate::pack::{PackFiles, Place, Problem, Severity};

/// One finding where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub error: bool,
    pub code: &'static str,
    pub entry: Option<Entry>,
    /// The key of the field, where the finding is about one.
    pub field: Option<&'static str>,
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// Findings at their entries, errors first.
pub fn notes(files: &PackFiles, problems: &[Problem], findings: &[Finding]) -> Vec<Note> {
    let all = entries(files);
    let at = |place: &Place| {
        let found = all.iter().find(|found| found.file == *place.file && found.lines.contains(&place.line));
        found.map(|found| found.entry.clone())
    };
    let mut notes: Vec<Note> = Vec::with_capacity(problems.len() + findings.len());
    for problem in problems {
        let entry = at(&problem.place);
        // The first sentence says what is wrong, the others what is expected.
        let (what, fix) = problem
            .message
            .split_once('。')
            .map_or((problem.message.clone(), String::new()), |(what, fix)| {
                (format!("{what}。"), fix.to_owned())
            });
        notes.push(Note {
            error: problem.severity == Severity::Error,
            code: problem.code,
            field: entry.as_ref().and_then(|entry| field(files, entry, problem.place.line, &problem.message)),
            entry,
            what,
            fix,
        });
    }
    for finding in findings {
        let entry = at(&finding.place);
        notes.push(Note {
            error: finding.severity == Severity::Error,
            code: finding.code,
            field: entry.as_ref().and_then(|entry| of_code(entry.section, finding.code)),
            entry,
            what: finding.message.clone(),
            fix: finding.fix.clone(),
        });
    }
    notes.sort_by_key(|note| !note.error);
    notes
}

/// The field on that line, or the one the message names.
fn field(files: &PackFiles, entry: &Entry, line: u32, message: &str) -> Option<&'static str> {
    let fields = entry.section.fields();
    let named = fields.iter().find(|field| message.contains(&format!("「{}」", field.key)));
    let on_line = || {
        with_entry(files, entry, |text, _, _| {
            let line = text.raw.lines().nth(usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX));
            let key = line.and_then(|line| line.split('=').next()).unwrap_or_default().trim().to_owned();
            Ok(fields.iter().find(|field| key == field.key || key.starts_with(&format!("{}.", field.key))))
        })
        .ok()
        .flatten()
    };
    on_line().or(named).or_else(|| quoting(files, entry, message)).map(|field| field.key)
}

/// The condition that says what the message quotes.
fn quoting(files: &PackFiles, entry: &Entry, message: &str) -> Option<&'static Field> {
    let quoted: Vec<&str> = message
        .split('「')
        .skip(1)
        .filter_map(|rest| rest.split('」').next())
        .map(|one| one.trim_start_matches('@'))
        .collect();
    let conditions = || entry.section.fields().iter().filter(|field| field.kind == FieldKind::Condition);
    with_entry(files, entry, |_, table, _| {
        let says = |field: &&Field| {
            let text = written(table, field.key).in_japanese();
            quoted.iter().any(|one| text.contains(one))
        };
        Ok(conditions().find(says))
    })
    .ok()
    .flatten()
}

/// Findings of the analysis speak of conditions, but for a few.
fn of_code(section: Section, code: &str) -> Option<&'static str> {
    let condition = match section {
        Section::Procedure | Section::Condition => "when",
        Section::Question => "ask_if",
        _ => return None,
    };
    match code {
        "A304" | "A601" | "A602" | "A302" => Some(condition),
        "A305" => Some("review_by"),
        "A303" => Some("name"),
        code if code.starts_with("A1") || code == "A202" || code == "A901" => Some(condition),
        _ => None,
    }
}
