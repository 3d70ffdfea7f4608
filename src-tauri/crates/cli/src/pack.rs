//! `pack check|test|build|diff`.

use std::path::Path;
use std::sync::Arc;

use madoka_forms::{FormProblem, check_forms};
use madoka_rules::pack::{Document, Role, SigningKey};
use madoka_rules::{
    Change, Finding, Pack, PackDiff, Problem, Severity, Verdict, analyse, read_pack, run_scenarios,
};
use serde_json::{Value as Json, json};

use crate::directory::{read_pack_files, read_text};
use crate::failure::Failure;
use crate::judge::{load, today};
use crate::say::Say;

/// One finding of reading or of analysis, ready to be printed.
struct Line {
    severity: Severity,
    text: String,
    document: Json,
}

pub(crate) fn check(directory: &Path, say: &mut Say) -> Result<(), Failure> {
    let files = read_pack_files(directory)?;
    let (lines, size) = match read_pack(&files) {
        Err(problems) => (problems.iter().map(of_problem).collect(), None),
        Ok(pack) => {
            let pack = Arc::new(pack);
            let findings = analyse(&pack, Some(today()));
            let on_paper = check_forms(&files, &pack.vocabulary);
            let lines: Vec<Line> = findings
                .iter()
                .map(|finding| of_finding(finding, &pack))
                .chain(on_paper.iter().filter(|problem| !problem.mild).map(of_form))
                .collect();
            (lines, Some((pack.procedures.len(), pack.questions.len(), pack.scenarios.len())))
        }
    };
    report(&lines, size, say)
}

fn of_problem(problem: &Problem) -> Line {
    let document = json!({
        "severity": severity(problem.severity),
        "code": problem.code,
        "file": &*problem.place.file,
        "line": problem.place.line,
        "about": problem.about,
        "message": problem.message,
    });
    Line { severity: problem.severity, text: problem.to_string(), document }
}

fn of_form(problem: &FormProblem) -> Line {
    let document = json!({
        "severity": severity(Severity::Error),
        "code": problem.code,
        "file": format!("forms/{}", problem.file),
        "line": problem.line,
        "about": problem.field,
        "message": problem.message,
    });
    Line { severity: Severity::Error, text: format!("forms/{problem}"), document }
}

fn of_finding(finding: &Finding, pack: &Pack) -> Line {
    let mut line = of_problem(&Problem::from(finding.clone()));
    let example = finding.person.as_ref().map(|person| person.in_words(&pack.vocabulary));
    if let Some(fields) = line.document.as_object_mut() {
        fields.insert("message".to_owned(), finding.message.clone().into());
        fields.insert("fix".to_owned(), finding.fix.clone().into());
        fields.insert("example".to_owned(), example.clone().into());
    }
    line.text.extend(example.map(|example| format!("\n    例：{example}")));
    line
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn report(lines: &[Line], size: Option<(usize, usize, usize)>, say: &mut Say) -> Result<(), Failure> {
    let errors = lines.iter().filter(|line| line.severity == Severity::Error).count();
    let warnings = lines.len() - errors;
    let problems: Vec<&Json> = lines.iter().map(|line| &line.document).collect();
    say.document(&json!({ "errors": errors, "warnings": warnings, "problems": problems }));
    for line in lines {
        say.line(&line.text);
    }
    if let Some((procedures, questions, scenarios)) = size {
        say.line(format!("手続{procedures}、質問{questions}、場面テスト{scenarios}を調べました。"));
    }
    say.line(format!("誤り{errors}件、注意{warnings}件。"));
    if errors == 0 { Ok(()) } else { Err(Failure::PackErrors(errors)) }
}

pub(crate) fn test(directory: &Path, say: &mut Say) -> Result<(), Failure> {
    let pack = Arc::new(load(directory)?);
    let outcomes = run_scenarios(&pack);
    let mut list = Vec::new();
    let mut failed = 0;
    for outcome in &outcomes {
        let Some(scenario) = pack.scenarios.get(outcome.scenario) else { continue };
        let passed = outcome.failures.is_empty();
        list.push(json!({
            "id": scenario.id.as_str(),
            "title": scenario.title,
            "passed": passed,
            "failures": outcome.failures,
        }));
        if !passed {
            failed += 1;
            say.line(format!("× {}　{}（{}）", scenario.id, scenario.title, scenario.place));
            for failure in &outcome.failures {
                say.line(format!("    {failure}"));
            }
        }
    }
    say.document(&json!({ "passed": outcomes.len() - failed, "failed": failed, "scenarios": list }));
    say.line(format!(
        "場面テスト{}件：合格{}件、不合格{failed}件。",
        outcomes.len(),
        outcomes.len() - failed
    ));
    if failed == 0 { Ok(()) } else { Err(Failure::Scenarios(failed)) }
}

pub(crate) fn build(
    directory: &Path,
    out: &Path,
    sign: Option<&Path>,
    city_sign: Option<&Path>,
    say: &mut Say,
) -> Result<(), Failure> {
    let files = read_pack_files(directory)?;
    let (mut document, pack) = Document::build(&files)?;
    for (role, key) in [(Role::Approver, sign), (Role::City, city_sign)] {
        if let Some(path) = key {
            let key = SigningKey::from_base64(&read_text(path)?);
            document.sign(role, &key.ok_or_else(|| Failure::Key(path.display().to_string()))?);
        }
    }
    std::fs::write(out, document.to_text()).map_err(|error| Failure::Write {
        path: out.display().to_string(),
        reason: error.kind().to_string(),
    })?;
    say.document(&json!({ "id": document.id, "version": document.version, "sha256": document.hash() }));
    say.line(format!("{}　第{}版", pack.name, document.version));
    say.line(format!("SHA-256 {}", document.hash()));
    Ok(())
}

pub(crate) fn diff(old: &Path, new: &Path, say: &mut Say) -> Result<(), Failure> {
    let (old, new) = (Arc::new(load(old)?), Arc::new(load(new)?));
    let on = new.valid.from.unwrap_or_else(today);
    let found = madoka_rules::diff(&old, &new, on);
    say.document(&diff_document(&old, &new, &found));
    say.line(format!("第{}版 → 第{}版（{on}現在）", old.version, new.version));
    for change in &found.changes {
        say.line(change.to_string());
    }
    for part in &found.parts {
        say.line(format!("・ {}：{}", part.about, part.kind.label()));
    }
    say.line(format!(
        "変わる手続 {}件、判定が変わる場面テスト {}件。",
        found.changes.len(),
        found.moved.len()
    ));
    for moved in &found.moved {
        say.line(format!("  {}　{}", moved.scenario, moved.title));
        for (procedure, subject, was, is) in &moved.verdicts {
            let label = |verdict: &Option<Verdict>| verdict.map_or("なし", Verdict::label);
            say.line(format!("    {procedure}（{subject}）：{} → {}", label(was), label(is)));
        }
        for because in &moved.because {
            say.line(format!("      {because}"));
        }
    }
    Ok(())
}

fn diff_document(old: &Pack, new: &Pack, found: &PackDiff) -> Json {
    let changes: Vec<Json> = found
        .changes
        .iter()
        .map(|change| {
            let (kind, event, procedure, example) = match change {
                Change::Added { event, procedure } => ("added", event, procedure, None),
                Change::Removed { event, procedure } => ("removed", event, procedure, None),
                Change::Judged { event, procedure, now_needed: true, example } => {
                    ("newly_needed", event, procedure, Some(example))
                }
                Change::Judged { event, procedure, example, .. } => {
                    ("no_longer_needed", event, procedure, Some(example))
                }
                Change::Text { event, procedure } => ("text", event, procedure, None),
                Change::NotKnown { event, procedure } => ("not_known", event, procedure, None),
            };
            json!({ "kind": kind, "event": event, "procedure": procedure, "example": example })
        })
        .collect();
    let moved: Vec<Json> = found
        .moved
        .iter()
        .map(|moved| {
            let word = |verdict: &Option<Verdict>| verdict.map(Verdict::word);
            let verdicts = moved.verdicts.iter().map(|(procedure, subject, was, is)| {
                json!({ "id": procedure, "for": subject, "was": word(was), "is": word(is) })
            });
            json!({ "id": moved.scenario, "title": moved.title, "verdicts": verdicts.collect::<Vec<_>>(), "because": moved.because })
        })
        .collect();
    let parts: Vec<Json> =
        found.parts.iter().map(|part| json!({ "about": part.about, "change": part.kind.label() })).collect();
    json!({ "old": old.version, "new": new.version, "changes": changes, "parts": parts, "scenarios": moved })
}
