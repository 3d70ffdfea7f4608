//! 指摘: what reading and analysing a draft found, at the entry and field where it belongs.

use super::catalogue::{Catalogue, Content};
use super::field::{Field, FieldKind};
use super::section::{Entry, Section};
use crate::analyse::Finding;
use crate::pack::{Place, Problem, Severity};

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
pub fn notes(catalogue: &Catalogue, problems: &[Problem], findings: &[Finding]) -> Vec<Note> {
    let at = |place: &Place| {
        catalogue
            .entries()
            .iter()
            .find(|found| found.content.file == *place.file && found.content.lines.contains(&place.line))
    };
    let mut notes: Vec<Note> = Vec::with_capacity(problems.len() + findings.len());
    for problem in problems {
        let found = at(&problem.place);
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
            field: found.and_then(|found| field(&found.content, problem.place.line, &problem.message)),
            entry: found.map(|found| found.entry.clone()),
            what,
            fix,
        });
    }
    for finding in findings {
        let entry = at(&finding.place).map(|found| found.entry.clone());
        notes.push(Note {
            error: finding.severity == Severity::Error,
            code: finding.code,
            field: entry.as_ref().and_then(|entry| {
                of_text(entry.section, finding).or_else(|| of_code(entry.section, finding.code))
            }),
            entry,
            what: finding.message.clone(),
            fix: finding.fix.clone(),
        });
    }
    notes.sort_by_key(|note| !note.error);
    notes
}

/// The field on that line, the one the message names, or the condition that says what it quotes.
fn field(content: &Content, line: u32, message: &str) -> Option<&'static str> {
    let fields = content.fields();
    let named = || fields.iter().find(|field| message.contains(&format!("「{}」", field.key)));
    let on_line = || {
        let at = usize::try_from(line.checked_sub(content.lines.start)?).ok()?;
        let key = content.source.lines().nth(at)?.split('=').next()?.trim();
        fields.iter().find(|field| key == field.key || key.starts_with(&format!("{}.", field.key)))
    };
    on_line().or_else(named).or_else(|| quoting(content, message)).map(|field| field.key)
}

fn quoting(content: &Content, message: &str) -> Option<&'static Field> {
    let quoted = |text: &str| {
        let quotes = message.split('「').skip(1).filter_map(|rest| rest.split('」').next());
        quotes.map(|one| one.trim_start_matches('@')).any(|one| text.contains(one))
    };
    let mut conditions = content.fields().iter().filter(|field| field.kind == FieldKind::Condition);
    conditions.find(|field| quoted(&content.value(field.key).in_japanese()))
}

/// A text the analysis misses stands first in what it says.
fn of_text(section: Section, finding: &Finding) -> Option<&'static str> {
    if !finding.code.starts_with("A50") {
        return None;
    }
    let texts: &[(&str, &str)] = match section {
        Section::Procedure => {
            &[("名前", "name"), ("来庁者への説明", "note.resident"), ("期限の文", "deadline.text")]
        }
        Section::Question => &[("質問の文", "ask"), ("補足", "help")],
        Section::Item => &[("名前", "name"), ("説明", "note")],
        Section::Office => &[("名前", "name"), ("場所", "place")],
        Section::Screen => &[("題", "title")],
        _ => &[],
    };
    texts.iter().find(|(what, _)| finding.message.starts_with(what)).map(|(_, key)| *key)
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
