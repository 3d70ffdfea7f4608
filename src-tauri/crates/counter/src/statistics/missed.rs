//! 案内漏れ: a procedure that applied though the rules had not said so. It is written into its case with the facts that had
//! misled the rules, counted without the case, and a supervisor turns it into a scenario that stays red until the rule is
//! mended.

use madoka_casework::{Case, CaseId, EventKind, ProcedureRef, ReplyAnswer, State, Words};
use madoka_rules::Verdict;
use madoka_text::Personal;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::{StatisticsError, shown};
use crate::supervisor::DeskView;
use crate::visit::Visit;
use crate::{Counter, CounterError, Judged, office_time};

/// So far back a supervisor looks.
const DAYS: i64 = 366;

/// One 案内漏れ of a case that this terminal has. It shows no name: what misled the rule is not who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MissedCase {
    pub case: String,
    pub number: String,
    pub day: String,
    pub life_event: String,
    pub procedure: String,
    pub subject: String,
    pub name: String,
    pub office: String,
    /// Found only after the family had left.
    pub later: bool,
    /// What was said of it.
    pub words: String,
    /// Why the rules say no, as they are today.
    pub reason: String,
    /// The rules of today say it applies.
    pub mended: bool,
}

/// What an officer says of it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MissedGiven {
    pub procedure: String,
    /// `case`, `household[0]`
    pub subject: String,
    pub words: String,
}

impl std::fmt::Debug for MissedGiven {
    /// What is said may be about a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MissedGiven({})", self.procedure)
    }
}

impl Counter {
    /// 案内漏れとして記録する: also of a case that is closed, and by whoever may see it.
    pub fn missed(&mut self, id: CaseId, given: &MissedGiven) -> Result<Visit, CounterError> {
        let procedure = self.procedure_ref(id, &given.procedure, &given.subject)?;
        let judged = self.judged(id)?;
        let Some((because, _)) = said_no(&judged, &procedure) else {
            return Err(StatisticsError::NotMissed.into());
        };
        let words = match given.words.trim() {
            "" => None,
            words => Some(crate::working::words(&Personal::new(words.to_owned()))?),
        };
        self.record(id, [EventKind::Missed { procedure, words, because }])?;
        self.visit(id)
    }

    /// Every 案内漏れ of the cases this terminal has, the newest first.
    pub fn missed_cases(&self) -> Result<Vec<MissedCase>, CounterError> {
        if !self.may_edit() {
            return Err(CounterError::NotSupervisor);
        }
        let today = self.today();
        let from = today.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(today);
        let (begin, _) = office_time::bounds(from);
        let (_, end) = office_time::bounds(today);
        let mut rows = Vec::new();
        for case in self.cases.store()?.cases_between(begin, end)? {
            let found = found(&case);
            if case.state() == State::TakenBack || found.is_empty() {
                continue;
            }
            let Ok(judged) = self.judged(case.id) else { continue };
            for (procedure, later, words) in found {
                rows.push((case.opened, self.missed_row(&judged, &procedure, later, words)));
            }
        }
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn missed_row(
        &self,
        judged: &Judged,
        procedure: &ProcedureRef,
        later: bool,
        words: String,
    ) -> MissedCase {
        let Judged { case, book, .. } = judged;
        let (name, office) = shown::procedure(book.pack(), procedure.procedure.as_str());
        let said_no = said_no(judged, procedure);
        let day = office_time::day(case.arrived().unwrap_or(case.opened));
        let subject = procedure.member.and_then(|member| case.members().position(member));
        MissedCase {
            case: case.id.to_string(),
            number: case.number().map(crate::reception::number_words).unwrap_or_default(),
            day: crate::visit::long_date(day),
            life_event: self
                .city
                .life_event(case.life_event.as_str())
                .map(|event| event.name.ja.clone())
                .unwrap_or_default(),
            procedure: procedure.procedure.to_string(),
            subject: subject.map_or_else(|| "case".to_owned(), |at| format!("household[{at}]")),
            name,
            office,
            later,
            words,
            mended: said_no.is_none(),
            reason: said_no.map(|(_, reason)| reason).unwrap_or_default(),
        }
    }

    /// 場面テストにする: the case without the person, with what was missed as what is expected. The scenario is red until the
    /// rule is mended.
    pub fn missed_scenario(
        &mut self,
        id: CaseId,
        procedure: &str,
        subject: &str,
    ) -> Result<DeskView, CounterError> {
        self.supervise()?;
        let (name, _) = shown::procedure(self.judged(id)?.book.pack(), procedure);
        self.draft_try_case(id)?;
        let wanted = match subject {
            "case" | "household" => procedure.to_owned(),
            member => format!("{procedure}@{member}"),
        };
        self.draft_record_with(&format!("案内漏れ：{name}"), "案内漏れから", &[wanted])
    }
}

/// Why the rules do not name a procedure for a case: the facts, and in words. `None` where they do.
fn said_no(judged: &Judged, about: &ProcedureRef) -> Option<(Vec<madoka_facts::FactPath>, String)> {
    let Judged { case, book, facts, judgement } = judged;
    let position = about.member.and_then(|member| case.members().position(member));
    let of = |entry: &&madoka_rules::Entry| {
        let named = book.pack().procedures.get(entry.procedure);
        let whose = match entry.subject {
            madoka_rules::Subject::Member(at) => position == Some(at),
            madoka_rules::Subject::Case | madoka_rules::Subject::Household => about.member.is_none(),
        };
        whose && named.is_some_and(|one| one.id.as_str() == about.procedure.as_str())
    };
    match judgement.entries.iter().find(of) {
        Some(entry) if entry.verdict == Verdict::NotNeeded => {
            let because =
                entry.because.iter().filter_map(|path| case.members().path_of_events(path)).collect();
            Some((because, book.reason(entry, facts)))
        }
        Some(_) => None,
        // A rule of another life event, or for another member: nothing about this case speaks for it.
        None => Some((Vec::new(), "このライフイベントの手続に入っていません".to_owned())),
    }
}

/// What a case says was missed: the procedure, whether only later, and the words with it.
fn found(case: &Case) -> Vec<(ProcedureRef, bool, String)> {
    let text = |words: Option<&Words>| words.map(|words| words.as_str().to_owned()).unwrap_or_default();
    let mut found: Vec<(ProcedureRef, bool, String)> = Vec::new();
    for inquiry in case.inquiries() {
        for reply in &inquiry.replies {
            let Some((about, asked)) = reply.procedure.zip(inquiry.procedure) else { continue };
            if reply.answer == ReplyAnswer::Applies && about != asked {
                found.push((about.clone(), false, text(reply.words)));
            }
        }
    }
    for (procedure, words, _, _) in case.missed() {
        match found.iter_mut().find(|(known, _, _)| known == procedure) {
            Some((_, _, said)) if !text(words).is_empty() => *said = text(words),
            Some(_) => {}
            None => found.push((procedure.clone(), true, text(words))),
        }
    }
    found
}
