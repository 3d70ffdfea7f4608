//! 場面テスト: red and green, which conditions nobody tries, and how a new one is recorded.

use jiff::civil::Date;
use madoka_facts::{Answer, FactPath, Facts, Household, Value};
use madoka_rules::edit::{Edit, Plain};
use madoka_rules::{Pack, Subject, Verdict, run_scenarios};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use super::{EntryRef, NoteRow};
use crate::CounterError;

/// Where recorded scenarios go.
const RECORDED: &str = "scenarios/recorded.toml";

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ScenariosView {
    /// Red ones first.
    pub rows: Vec<ScenarioRow>,
    pub passed: u32,
    pub failed: u32,
    /// The draft cannot be read; this is what it last was.
    pub stale: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ScenarioRow {
    pub id: String,
    pub entry: EntryRef,
    pub title: String,
    pub event: String,
    pub on: String,
    pub passed: bool,
    /// Why it is red, in the names of the procedures.
    pub failures: Vec<String>,
    /// It came out otherwise before the draft.
    pub moved: bool,
}

/// 点検の結果
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CheckView {
    pub errors: u32,
    pub warnings: u32,
    pub notes: Vec<NoteRow>,
    /// By note: the finding to try with, where it has a person.
    pub people: Vec<Option<u32>>,
    /// 網羅: conditions that a scenario tries from both sides, of all.
    pub covered: u32,
    pub conditions: u32,
}

impl Drafting {
    pub(super) fn scenarios(&self) -> ScenariosView {
        let pack = &self.pack;
        let before: std::collections::BTreeMap<String, bool> = run_scenarios(&self.origin_pack)
            .iter()
            .filter_map(|outcome| {
                let one = self.origin_pack.scenarios.get(outcome.scenario)?;
                Some((one.id.to_string(), outcome.failures.is_empty()))
            })
            .collect();
        let row = |outcome: &madoka_rules::Outcome| {
            let one = pack.scenarios.get(outcome.scenario)?;
            let passed = outcome.failures.is_empty();
            let event = pack.events.iter().find(|event| event.id == one.event);
            Some(ScenarioRow {
                id: one.id.to_string(),
                entry: EntryRef { section: "scenario".to_owned(), id: one.id.to_string(), nth: 0 },
                title: one.title.clone(),
                event: event.map(|event| event.name.ja.clone()).unwrap_or_default(),
                on: one.on.to_string(),
                passed,
                failures: outcome.failures.iter().map(|failure| by_name(pack, failure)).collect(),
                moved: before.get(one.id.as_str()).is_some_and(|was| *was != passed),
            })
        };
        let mut rows: Vec<ScenarioRow> = run_scenarios(pack).iter().filter_map(row).collect();
        rows.sort_by_key(|row| row.passed);
        let failed = rows.iter().filter(|row| !row.passed).count();
        ScenariosView {
            passed: u32::try_from(rows.len() - failed).unwrap_or(u32::MAX),
            failed: u32::try_from(failed).unwrap_or(u32::MAX),
            rows,
            stale: !self.reads(),
        }
    }

    pub(super) fn checked(&self) -> CheckView {
        let findings = self.findings.as_ref().map(|(_, all)| all.as_slice()).unwrap_or_default();
        let notes = self.notes();
        let people = notes
            .iter()
            .map(|note| {
                let at = findings.iter().position(|finding| {
                    finding.code == note.code && finding.message == note.what && finding.fix == note.fix
                })?;
                findings.get(at)?.person.as_ref()?;
                u32::try_from(at).ok()
            })
            .collect();
        let errors = notes.iter().filter(|note| note.error).count();
        let conditions = self.pack.procedures.len();
        let untried: std::collections::BTreeSet<&str> = findings
            .iter()
            .filter(|finding| finding.code == "A601" || finding.code == "A602")
            .map(|finding| finding.about.as_str())
            .collect();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        CheckView {
            errors: number(errors),
            warnings: number(notes.len() - errors),
            notes: notes.iter().map(NoteRow::from).collect(),
            people,
            covered: number(conditions.saturating_sub(untried.len())),
            conditions: number(conditions),
        }
    }

    /// What is being tried as a scenario: what comes out now is what is expected, and `wanted` besides.
    pub(super) fn record_tried(&mut self, title: &str, wanted: &[String]) -> Result<Edit, CounterError> {
        let trying = self.trying.clone().ok_or(CounterError::NoDraft)?;
        let title = title.trim();
        if title.is_empty() {
            return Err(CounterError::AnswerEmpty);
        }
        let book = self.book(true, &trying.event, trying.on)?;
        let mut expected = [(Verdict::Needed, Vec::new()), (Verdict::ToConfirm, Vec::new())];
        let mut complete = true;
        for (at, subject, verdict) in book.verdicts(&trying.facts) {
            complete &= verdict != Verdict::Undecided;
            let Some(procedure) = book.pack().procedures.get(at) else { continue };
            let member = match subject {
                Subject::Member(index) => format!("@household[{index}]"),
                Subject::Case | Subject::Household => String::new(),
            };
            for (wanted, ids) in &mut expected {
                if *wanted == verdict {
                    ids.push(format!("{}{member}", procedure.id));
                }
            }
        }
        for one in wanted {
            for (verdict, ids) in &mut expected {
                ids.retain(|id| id != one);
                if *verdict == Verdict::Needed {
                    ids.push(one.clone());
                }
            }
        }
        let taken: std::collections::BTreeSet<&str> =
            self.pack.scenarios.iter().map(|one| one.id.as_str()).collect();
        let mut number = 1_u32;
        while taken.contains(format!("recorded_{number}").as_str()) {
            number += 1;
        }
        let source = written(
            &format!("recorded_{number}"),
            title,
            (&trying.event, trying.on),
            &trying.facts,
            &expected,
            complete,
        );
        Ok(Edit::Add { file: RECORDED.to_owned(), source })
    }
}

/// 「death.x」 as 「世帯主変更届」.
pub(super) fn by_name(pack: &Pack, text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for (at, part) in text.split('「').enumerate() {
        if at == 0 {
            said.push_str(part);
            continue;
        }
        said.push('「');
        let (id, rest) = part.split_once('」').map_or((part, ""), |(id, rest)| (id, rest));
        let (bare, member) = id.split_once('@').map_or((id, None), |(bare, member)| (bare, Some(member)));
        let found = pack.procedures.iter().find(|one| one.id.as_str() == bare);
        match found.and_then(|one| one.name.all().next()) {
            Some(name) => {
                said.push_str(&name.ja);
                if let Some(member) = member {
                    said.push('・');
                    said.push_str(member);
                }
            }
            None => said.push_str(id),
        }
        if part.contains('」') {
            said.push('」');
        }
        said.push_str(rest);
    }
    said
}

pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("  {},\n", quoted(id))).collect();
    format!("[\n{}]", ids.concat())
}

fn value(value: &Value) -> String {
    match value {
        Value::Bool(yes) => yes.to_string(),
        Value::Choice(id) => quoted(id.as_str()),
        Value::Choices(ids) => {
            format!("[{}]", ids.iter().map(|id| quoted(id.as_str())).collect::<Vec<_>>().join(", "))
        }
        Value::Number(number) => number.to_string(),
        Value::Date(date) => {
            let text = date.0.to_string();
            if text.parse::<Date>().is_ok() { text } else { quoted(&text) }
        }
        Value::Text(text) => quoted(text),
    }
}

/// A scenario as the pack's file has it.
fn written(
    id: &str,
    title: &str,
    (event, on): (&str, Date),
    facts: &Facts,
    expected: &[(Verdict, Vec<String>)],
    complete: bool,
) -> String {
    let mut lines = vec![
        "[[scenario]]".to_owned(),
        format!("id = {}", quoted(id)),
        format!("title = {}", quoted(title)),
        format!("event = {}", quoted(event)),
        format!("on = {on}"),
    ];
    let mut unknown: Vec<String> = Vec::new();
    let mut own: Vec<String> = Vec::new();
    let mut members: Vec<Vec<String>> = vec![Vec::new(); usize::from(facts.members())];
    facts.for_each(|path, answer| match (path, answer) {
        (path, Answer::Unknown) => unknown.push(path.to_string()),
        (FactPath::Member(index, attribute), Answer::Known(known)) => {
            if let Some(member) = members.get_mut(usize::from(*index)) {
                member.push(format!("{attribute} = {}", value(known)));
            }
        }
        (path, Answer::Known(known)) => own.push(format!("{path} = {}", value(known))),
        (_, Answer::Unasked) => {}
    });
    if facts.household() == Household::Unknown {
        unknown.push("household".to_owned());
    }
    if !unknown.is_empty() {
        lines.push(format!("unknown = {}", list(&unknown)));
    }
    for (verdict, ids) in expected.iter().filter(|(_, ids)| !ids.is_empty()) {
        lines.push(format!("{} = {}", verdict.word(), list(ids)));
    }
    if complete {
        lines.push("complete = true".to_owned());
    }
    if facts.household() == Household::Complete && members.is_empty() {
        lines.push("household = []".to_owned());
    }
    let same: Vec<String> =
        facts.same().map(|(one, other)| format!("{one} = {}", quoted(&other.to_string()))).collect();
    if !same.is_empty() {
        lines.push(format!("same = {{ {} }}", same.join(", ")));
    }
    lines.push(String::new());
    lines.push("[scenario.facts]".to_owned());
    lines.extend(own);
    for member in members {
        lines.push(String::new());
        lines.push("[[scenario.household]]".to_owned());
        lines.extend(member);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What a new text is, for a list of them.
pub(super) fn text(words: &str) -> Plain {
    Plain::Text(words.to_owned())
}
