//! すぐ試す: the interview on the draft, beside what the released edition would say of the same answers.

use jiff::civil::Date;
use madoka_facts::{FactPath, Facts, Household, Source, Statement};
use madoka_rules::{Judgement, Rulebook, Subject, Verdict};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use crate::CounterError;
use crate::visit::{self, Given, Interview};

/// A made-up person before the draft.
#[derive(Clone, Debug)]
pub(super) struct Trying {
    pub(super) title: String,
    pub(super) event: String,
    pub(super) on: Date,
    pub(super) facts: Facts,
    before: Vec<Facts>,
}

/// With whom to begin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum TryStart {
    /// Nobody yet: from the first question.
    Fresh { event: String, on: Option<String> },
    /// A saved scenario.
    Scenario { id: String },
    /// The person of a finding.
    Finding { index: u32 },
    /// The same answers on another day.
    Day { on: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TryView {
    pub title: String,
    pub event: String,
    pub event_name: String,
    pub on: String,
    pub interview: Interview,
    /// Members of the household so far.
    pub members: Vec<String>,
    /// What is needed or open, those that the draft changes first.
    pub rows: Vec<TriedRow>,
    pub not_needed: u32,
    /// How many come out otherwise than in the released edition.
    pub changed: u32,
    pub can_go_back: bool,
    /// The draft cannot be read; this is what it last was.
    pub stale: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TriedRow {
    pub id: String,
    pub name: String,
    pub who: Option<String>,
    /// `needed`, `to_confirm`, `undecided`, `not_needed`
    pub verdict: String,
    pub label: String,
    pub reason: String,
    /// What the released edition says, where that is something else.
    pub before: Option<String>,
}

/// なぜ出ない・なぜ出る
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WhyView {
    pub name: String,
    /// One line a person it is judged for, or why it is not judged at all.
    pub lines: Vec<String>,
}

impl Drafting {
    pub(super) fn begin(&mut self, start: &TryStart, today: Date) -> Result<(), CounterError> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| CounterError::AnswerDate);
        let (title, event, on, facts) = match start {
            TryStart::Fresh { event, on } => {
                let on = on.as_deref().map(day).transpose()?.unwrap_or(today);
                ("はじめから".to_owned(), event.clone(), on, Facts::default())
            }
            TryStart::Scenario { id } => {
                let found = self.pack.scenarios.iter().find(|one| one.id.as_str() == id);
                let one = found.ok_or(CounterError::UnknownFact)?;
                (one.title.clone(), one.event.to_string(), one.on, one.facts.clone())
            }
            TryStart::Finding { index } => {
                let at = usize::try_from(*index).unwrap_or(usize::MAX);
                let findings = self.findings.as_ref().map(|(_, all)| all.as_slice()).unwrap_or_default();
                let finding = findings.get(at).ok_or(CounterError::UnknownFact)?;
                let person = finding.person.as_ref().ok_or(CounterError::UnknownFact)?;
                let event = person.event.as_ref().or_else(|| self.pack.events.first().map(|one| &one.id));
                let event = event.ok_or(CounterError::UnknownLifeEvent)?.to_string();
                (finding.about.clone(), event, person.on, person.facts(&self.pack.vocabulary))
            }
            TryStart::Day { on } => {
                let trying = self.trying.as_ref().ok_or(CounterError::NoDraft)?;
                (trying.title.clone(), trying.event.clone(), day(on)?, trying.facts.clone())
            }
        };
        self.begin_with(&title, &event, on, facts)
    }

    pub(super) fn begin_with(
        &mut self,
        title: &str,
        event: &str,
        on: Date,
        facts: Facts,
    ) -> Result<(), CounterError> {
        self.book(true, event, on)?;
        let (title, event) = (title.to_owned(), event.to_owned());
        self.trying = Some(Trying { title, event, on, facts, before: Vec::new() });
        Ok(())
    }

    pub(super) fn answer(&mut self, fact: &str, given: &Given) -> Result<(), CounterError> {
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        let words = &self.pack.vocabulary;
        let trying = self.trying.as_mut().ok_or(CounterError::NoDraft)?;
        let mut facts = trying.facts.clone();
        if path == FactPath::Household {
            facts.set_household(Household::Unknown);
        } else {
            let value = visit::read_answer(words, &path, given)?;
            let statement = value.map_or_else(
                || Statement::unknown(Source::Staff),
                |value| Statement::known(value, Source::Staff),
            );
            facts.state(words, path, statement).map_err(|_| CounterError::UnknownFact)?;
        }
        trying.take(facts);
        Ok(())
    }

    /// 世帯員を加える, or その一覧で全員.
    pub(super) fn household(&mut self, add: bool) -> Result<(), CounterError> {
        let trying = self.trying.as_mut().ok_or(CounterError::NoDraft)?;
        let mut facts = trying.facts.clone();
        if add {
            facts.add_member().map_err(|_| CounterError::AnswerRange)?;
        } else {
            facts.set_household(Household::Complete);
        }
        trying.take(facts);
        Ok(())
    }

    pub(super) fn go_back(&mut self) -> Result<(), CounterError> {
        let trying = self.trying.as_mut().ok_or(CounterError::NoDraft)?;
        trying.facts = trying.before.pop().ok_or(CounterError::NothingToUndo)?;
        Ok(())
    }

    pub(super) fn tried(&mut self) -> Result<Option<TryView>, CounterError> {
        let Some(trying) = self.trying.clone() else { return Ok(None) };
        let book = self.book(true, &trying.event, trying.on)?;
        let judgement = book.judge(&trying.facts);
        let was = self.book(false, &trying.event, trying.on).ok();
        let was = was.map(|was| verdicts(&was, &was.judge(&trying.facts)));
        let mut rows: Vec<TriedRow> = Vec::new();
        let mut not_needed = 0;
        for entry in &judgement.entries {
            let Some(procedure) = book.pack().procedures.get(entry.procedure) else { continue };
            let key = (procedure.id.to_string(), entry.subject.to_string());
            let then = was.as_ref().map(|was| was.get(&key).copied());
            let before = match then {
                Some(Some(then)) if then != entry.verdict => Some(then.label().to_owned()),
                Some(None) => Some("なし".to_owned()),
                _ => None,
            };
            if entry.verdict == Verdict::NotNeeded {
                not_needed += 1;
                if before.is_none() {
                    continue;
                }
            }
            rows.push(TriedRow {
                id: procedure.id.to_string(),
                name: procedure.name.on(trying.on).map(|name| name.ja.clone()).unwrap_or_default(),
                who: match entry.subject {
                    Subject::Case => None,
                    Subject::Household => Some("世帯員".to_owned()),
                    Subject::Member(index) => Some(visit::member_name(&trying.facts, index)),
                },
                verdict: entry.verdict.word().to_owned(),
                label: entry.verdict.label().to_owned(),
                reason: book.reason(entry, &trying.facts),
                before,
            });
        }
        let order = |row: &TriedRow| {
            let verdict = ["needed", "to_confirm", "not_needed", "undecided"];
            (row.before.is_none(), verdict.iter().position(|one| *one == row.verdict))
        };
        rows.sort_by_key(order);
        let event_name = self.pack.events.iter().find(|one| one.id.as_str() == trying.event);
        Ok(Some(TryView {
            title: trying.title.clone(),
            event_name: event_name.map(|one| one.name.ja.clone()).unwrap_or_default(),
            event: trying.event.clone(),
            on: trying.on.to_string(),
            interview: visit::interview(&book, &judgement, &trying.facts),
            members: (0..trying.facts.members())
                .map(|index| visit::member_name(&trying.facts, index))
                .collect(),
            changed: u32::try_from(rows.iter().filter(|row| row.before.is_some()).count())
                .unwrap_or(u32::MAX),
            rows,
            not_needed,
            can_go_back: !trying.before.is_empty(),
            stale: !self.reads(),
        }))
    }

    /// なぜ出ない: for one procedure of the draft, with the answers being tried.
    pub(super) fn why(&mut self, procedure: &str) -> Result<WhyView, CounterError> {
        let trying = self.trying.clone().ok_or(CounterError::NoDraft)?;
        let pack = std::sync::Arc::clone(&self.pack);
        let known: Vec<_> = pack.procedures.iter().filter(|one| one.id.as_str() == procedure).collect();
        let first = known.first().ok_or(CounterError::UnknownFact)?;
        let name = first.name.all().next().map(|name| name.ja.clone()).unwrap_or_default();
        let book = self.book(true, &trying.event, trying.on)?;
        let judgement = book.judge(&trying.facts);
        let mut lines = Vec::new();
        for entry in &judgement.entries {
            let is = pack.procedures.get(entry.procedure).is_some_and(|one| one.id.as_str() == procedure);
            if is {
                let who = match entry.subject {
                    Subject::Case => String::new(),
                    Subject::Household => "世帯員：".to_owned(),
                    Subject::Member(index) => format!("{}：", visit::member_name(&trying.facts, index)),
                };
                let reason = book.reason(entry, &trying.facts);
                lines.push(format!("{who}{}。{reason}", entry.verdict.label()));
            }
        }
        if lines.is_empty() {
            let event = |id: &str| {
                pack.events.iter().find(|one| one.id.as_str() == id).map_or("", |one| one.name.ja.as_str())
            };
            let asked = known.iter().any(|one| one.events.iter().any(|id| id.as_str() == trying.event));
            lines.push(if asked {
                format!("この手続は、{}には有効ではありません。有効期間を確かめてください。", trying.on)
            } else {
                let events: Vec<&str> = first.events.iter().map(|id| event(id.as_str())).collect();
                format!(
                    "この手続は「{}」の手続なので、「{}」では判定しません。",
                    events.join("」「"),
                    event(&trying.event)
                )
            });
        }
        Ok(WhyView { name, lines })
    }
}

impl Trying {
    fn take(&mut self, facts: Facts) {
        self.before.push(std::mem::replace(&mut self.facts, facts));
        if self.before.len() > 200 {
            self.before.remove(0);
        }
    }
}

fn verdicts(book: &Rulebook, judgement: &Judgement) -> std::collections::BTreeMap<(String, String), Verdict> {
    let one = |entry: &madoka_rules::Entry| {
        let procedure = book.pack().procedures.get(entry.procedure)?;
        Some(((procedure.id.to_string(), entry.subject.to_string()), entry.verdict))
    };
    judgement.entries.iter().filter_map(one).collect()
}
