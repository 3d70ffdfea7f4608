//! 場面テスト: runs a pack's saved people against its rules.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::engine::{Judgement, Rulebook, Subject};
use crate::pack::{Expectation, Pack, Scenario, Verdict};

/// How one scenario came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Among the pack's scenarios.
    pub scenario: usize,
    /// In words; empty is a pass.
    pub failures: Vec<String>,
}

/// The rulebooks of a pack, made when needed.
#[derive(Debug)]
pub struct Rulebooks {
    pack: Arc<Pack>,
    made: HashMap<(String, Date), Option<Rulebook>>,
}

impl Rulebooks {
    pub fn new(pack: &Arc<Pack>) -> Self {
        Self { pack: Arc::clone(pack), made: HashMap::new() }
    }

    pub fn get(&mut self, event: &str, on: Date) -> Option<&Rulebook> {
        let pack = &self.pack;
        self.made
            .entry((event.to_owned(), on))
            .or_insert_with(|| Rulebook::new(pack, event, on).ok())
            .as_ref()
    }
}

/// Runs all scenarios.
pub fn run_scenarios(pack: &Arc<Pack>) -> Vec<Outcome> {
    let mut books = Rulebooks::new(pack);
    let run = |(at, scenario): (usize, &Scenario)| {
        let failures = match books.get(scenario.event.as_str(), scenario.on) {
            Some(book) => failures(pack, scenario, &book.judge(&scenario.facts)),
            None => vec![format!("ライフイベント「{}」を判定できません。", scenario.event)],
        };
        Outcome { scenario: at, failures }
    };
    pack.scenarios.iter().enumerate().map(run).collect()
}

/// The verdicts of a judgement by procedure.
pub(crate) type Verdicts<'a> = BTreeMap<&'a str, Vec<(Subject, Verdict)>>;

fn failures(pack: &Pack, scenario: &Scenario, judgement: &Judgement) -> Vec<String> {
    let mut verdicts: Verdicts<'_> = BTreeMap::new();
    for entry in &judgement.entries {
        if let Some(procedure) = pack.procedures.get(entry.procedure) {
            verdicts.entry(procedure.id.as_str()).or_default().push((entry.subject, entry.verdict));
        }
    }
    let mut failures: Vec<String> = scenario
        .expected
        .iter()
        .filter_map(|expected| {
            let found = verdicts.get(expected.procedure.as_str()).map(Vec::as_slice).unwrap_or_default();
            (!met(expected, found)).then(|| {
                let wanted = expected.verdict.label();
                format!("「{}」は{wanted}のはずが、{}", shown(expected), in_words(found, expected.member))
            })
        })
        .collect();
    if scenario.complete {
        for (id, found) in &verdicts {
            for (subject, verdict) in found {
                let named = scenario.expected.iter().any(|expected| {
                    expected.procedure.as_str() == *id
                        && expected.verdict == *verdict
                        && expected.member.is_none_or(|member| *subject == Subject::Member(member))
                });
                if matches!(verdict, Verdict::Needed | Verdict::ToConfirm) && !named {
                    failures.push(format!(
                        "「{id}」（{subject}）が、書かれていないのに{}になりました",
                        verdict.label()
                    ));
                }
            }
        }
    }
    failures
}

/// Whether the verdicts of one procedure are as expected. No verdict at all means the procedure is not in force.
pub(crate) fn met(expected: &Expectation, found: &[(Subject, Verdict)]) -> bool {
    let mut of_subject = found
        .iter()
        .filter(|(subject, _)| expected.member.is_none_or(|member| *subject == Subject::Member(member)))
        .map(|(_, verdict)| *verdict);
    match expected.verdict {
        Verdict::NotNeeded => of_subject.all(|verdict| verdict == Verdict::NotNeeded),
        wanted => of_subject.any(|verdict| verdict == wanted),
    }
}

fn shown(expected: &Expectation) -> String {
    let member = expected.member.map_or_else(String::new, |member| format!("@household[{member}]"));
    format!("{}{member}", expected.procedure)
}

fn in_words(found: &[(Subject, Verdict)], member: Option<u16>) -> String {
    let found =
        found.iter().filter(|(subject, _)| member.is_none_or(|member| *subject == Subject::Member(member)));
    let words: Vec<String> = found
        .map(|(subject, verdict)| match subject {
            Subject::Case => verdict.label().to_owned(),
            subject => format!("{subject}は{}", verdict.label()),
        })
        .collect();
    if words.is_empty() {
        "この日に有効な手続にありません".to_owned()
    } else {
        format!("{}です", words.join("、"))
    }
}
