//! 点検: reads a draft as a terminal would, analyses it and its paper forms, runs its scenarios, and says what changes for whom.

use std::sync::Arc;

use jiff::civil::Date;
use madoka_rules::{Pack, PackFiles, Problem, Severity, analyse, diff, read_pack, run_scenarios};
use madoka_sync::wire::drafts::{Checked, FindingLine};
use madoka_sync::wire::packs::Hash;
use madoka_template::{FormProblem, check_forms};

/// Lines of one answer.
const MOST: usize = 2_000;

/// Seconds of work for a large pack: not on a thread that answers requests.
pub(super) fn check(
    files: &PackFiles,
    fingerprint: Hash,
    in_use: Option<&Arc<Pack>>,
    today: Date,
) -> Checked {
    let mut checked = Checked {
        fingerprint,
        passed: false,
        errors: 0,
        warnings: 0,
        scenarios: 0,
        failed: 0,
        findings: Vec::new(),
        changes: Vec::new(),
    };
    match read_pack(files) {
        Err(problems) => problems.iter().for_each(|problem| found(&mut checked, problem)),
        Ok(pack) => {
            // What is mild is shown where the form is edited; here it would hide what is not.
            for problem in check_forms(files, &pack.vocabulary).into_iter().filter(|one| !one.mild) {
                found_on_paper(&mut checked, problem);
            }
            whole(&mut checked, &Arc::new(pack), in_use, today);
        }
    }
    checked.passed = checked.errors == 0 && checked.failed == 0;
    checked.findings.truncate(MOST);
    checked.changes.truncate(MOST);
    checked
}

fn whole(checked: &mut Checked, pack: &Arc<Pack>, in_use: Option<&Arc<Pack>>, today: Date) {
    for finding in analyse(pack, Some(today)) {
        found(checked, &Problem::from(finding));
    }
    for outcome in run_scenarios(pack) {
        checked.scenarios += 1;
        let Some(scenario) = pack.scenarios.get(outcome.scenario).filter(|_| !outcome.failures.is_empty())
        else {
            continue;
        };
        checked.failed += 1;
        checked.findings.push(FindingLine {
            error: true,
            code: "T101".to_owned(),
            file: scenario.place.file.to_string(),
            line: scenario.place.line,
            about: format!("場面テスト {}", scenario.id),
            message: outcome.failures.join("\n"),
        });
    }
    checked.findings.sort_by_key(|line| !line.error);
    if let Some(old) = in_use {
        let on = pack.valid.from.filter(|from| *from > today).unwrap_or(today);
        let found = diff(old, pack, on);
        let parts = found.parts.iter().map(|part| format!("・ {}：{}", part.about, part.kind.label()));
        let moved = found.moved.iter().map(|moved| format!("場面テスト {}　{}", moved.scenario, moved.title));
        checked.changes = found.changes.iter().map(ToString::to_string).chain(parts).chain(moved).collect();
    }
}

fn found(checked: &mut Checked, problem: &Problem) {
    let error = problem.severity == Severity::Error;
    *(if error { &mut checked.errors } else { &mut checked.warnings }) += 1;
    checked.findings.push(FindingLine {
        error,
        code: problem.code.to_owned(),
        file: problem.place.file.to_string(),
        line: problem.place.line,
        about: problem.about.clone(),
        message: problem.message.clone(),
    });
}

fn found_on_paper(checked: &mut Checked, problem: FormProblem) {
    checked.errors += 1;
    let form = problem.file.split('/').next().unwrap_or_default();
    let field =
        if problem.field.is_empty() { String::new() } else { format!("の記入欄 {}", problem.field) };
    checked.findings.push(FindingLine {
        error: true,
        code: problem.code.to_owned(),
        about: format!("様式 {form}{field}"),
        file: format!("forms/{}", problem.file),
        line: problem.line,
        message: problem.message,
    });
}
