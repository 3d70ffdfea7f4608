//! 手続判定: the verdict of every procedure, why, what is open, by when, and what to ask next.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use madoka_facts::{Answer, FactPath, Facts, Id};

use super::compile::{Compiled, Rulebook};
use super::explain::Explainer;
use super::open::{OpenFact, Openings};
use super::program::{FactKey, Slot};
use super::state::{Openness, State};
use crate::deadline::last_day;
use crate::kleene::Tri;
use crate::pack::{Anchor, Procedure, Question, Verdict};

/// Whom a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Case,
    /// Nobody in particular: the household as far as it is not listed.
    Household,
    Member(u16),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case => f.write_str("case"),
            Self::Household => f.write_str("household"),
            Self::Member(index) => write!(f, "household[{index}]"),
        }
    }
}

/// 期限 of one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Among the procedure's deadlines.
    pub deadline: usize,
    pub day: Option<Date>,
    /// 目安: the day it counts from is not exact.
    pub approximate: bool,
}

/// The verdict of one procedure for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Among the pack's procedures.
    pub procedure: usize,
    pub subject: Subject,
    pub verdict: Verdict,
    /// The smallest set of facts that forces a needed or not-needed verdict.
    pub because: Vec<FactPath>,
    /// What is missing: still to ask, or answered わからない.
    pub open: Vec<FactPath>,
    pub due: Option<Due>,
    /// Things to bring, among the procedure's; `false` where it is not sure.
    pub bring: Vec<(usize, bool)>,
}

/// The questions to ask now: one screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextScreen {
    pub screen: Id,
    /// In the author's order; members one after the other.
    pub questions: Vec<FactPath>,
}

/// 判定: everything that follows from the facts at hand. Guidance, not a decision (判定は案内であり処分ではない).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// In the pack's order; members one after the other.
    pub entries: Vec<Entry>,
    pub next: Option<NextScreen>,
    /// Answers that contradict the question before them (the gate says there is nothing to ask).
    pub clashes: Vec<FactPath>,
}

impl Judgement {
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.verdict == verdict)
    }
}

impl Rulebook {
    /// Judges every procedure.
    pub fn judge(&self, facts: &Facts) -> Judgement {
        let mut state = self.load(facts);
        state.compute(&self.program, self.all_items(), None);
        let mut explainer = Explainer::new(self, &state);
        let mut entries = Vec::with_capacity(self.procedures.len());
        let mut to_ask: BTreeSet<FactKey> = BTreeSet::new();
        for compiled in &self.procedures {
            let Some(procedure) = self.procedure(compiled) else { continue };
            for (subject, row) in Self::subjects(compiled, &state) {
                let (verdict, because, open) = self.verdict(compiled, subject, row, &state, &mut explainer);
                to_ask.extend(open.iter().filter(|open| !open.asked).map(|open| open.key));
                let wanted = verdict != Verdict::NotNeeded;
                entries.push(Entry {
                    procedure: compiled.index,
                    subject,
                    verdict,
                    because: because.into_iter().map(|key| self.program.path(key)).collect(),
                    open: self.open_paths(verdict, open),
                    due: if wanted { self.due(compiled, procedure, row, &state) } else { None },
                    bring: if wanted { self.bring(compiled, row, &state) } else { Vec::new() },
                });
            }
        }
        if self.has_versions {
            self.merge_versions(&mut entries);
        }
        Judgement { entries, next: self.next_screen(&to_ask), clashes: self.clashes(&state) }
    }

    /// The verdicts alone: no reasons, deadlines or questions. For runs over many people.
    pub fn verdicts(&self, facts: &Facts) -> Vec<(usize, Subject, Verdict)> {
        let mut state = self.load(facts);
        state.compute(&self.program, self.all_items(), None);
        let mut verdicts = Vec::with_capacity(self.procedures.len());
        for compiled in &self.procedures {
            for (subject, row) in Self::subjects(compiled, &state) {
                verdicts.push((compiled.index, subject, self.verdict_alone(compiled, subject, row, &state)));
            }
        }
        verdicts
    }

    pub(super) fn verdict_alone(
        &self,
        compiled: &Compiled,
        subject: Subject,
        row: usize,
        state: &State,
    ) -> Verdict {
        match self.truth(compiled, subject, row, state) {
            Tri::True => Verdict::Needed,
            Tri::False => Verdict::NotNeeded,
            Tri::Unknown => unknown_verdict(&self.open_of(compiled, subject, row, state)),
        }
    }

    pub(super) fn subjects(
        compiled: &Compiled,
        state: &State,
    ) -> impl Iterator<Item = (Subject, usize)> + use<> {
        let ghost = state.ghost();
        let (members, case) = if compiled.member { (state.members, false) } else { (0, true) };
        // Somebody may be missing from the list, or nobody is on it.
        let household = compiled.member && (state.openness != Openness::Closed || state.members == 0);
        let members = (0..members).filter_map(|row| Some((Subject::Member(u16::try_from(row).ok()?), row)));
        let case = case.then_some((Subject::Case, ghost));
        case.into_iter().chain(members).chain(household.then_some((Subject::Household, ghost)))
    }

    fn truth(&self, compiled: &Compiled, subject: Subject, row: usize, state: &State) -> Tri {
        let truth = state.eval(&self.program, compiled.root, row);
        match (subject, truth) {
            (Subject::Household, Tri::True | Tri::Unknown) if state.openness == Openness::Closed => {
                Tri::False
            }
            // It would be needed if there were anybody more.
            (Subject::Household, Tri::True) => Tri::Unknown,
            (_, truth) => truth,
        }
    }

    fn open_of(
        &self,
        compiled: &Compiled,
        subject: Subject,
        row: usize,
        state: &State,
    ) -> BTreeSet<OpenFact> {
        let mut open = Openings::of(self, state, compiled.root, row);
        if subject == Subject::Household {
            open.insert(OpenFact {
                key: FactKey::Household,
                asked: !Self::asks_for_household(subject, state),
            });
        }
        open
    }

    /// Who is in the household decides it, and nobody was asked yet.
    pub(super) fn asks_for_household(subject: Subject, state: &State) -> bool {
        subject == Subject::Household && state.openness != Openness::Unknown
    }

    fn verdict(
        &self,
        compiled: &Compiled,
        subject: Subject,
        row: usize,
        state: &State,
        explainer: &mut Explainer<'_>,
    ) -> (Verdict, Vec<FactKey>, BTreeSet<OpenFact>) {
        match self.truth(compiled, subject, row, state) {
            Tri::True => (Verdict::Needed, explainer.because(compiled, row, Tri::True), BTreeSet::new()),
            Tri::False => {
                let mut because = Vec::new();
                let false_anyway = state.eval(&self.program, compiled.root, row) == Tri::False;
                if false_anyway {
                    because = explainer.because(compiled, row, Tri::False);
                }
                // Nobody is on the complete list: that alone is reason enough.
                let nobody = subject == Subject::Household && state.openness == Openness::Closed;
                if nobody && !(false_anyway && because.is_empty()) {
                    because = vec![FactKey::Household];
                }
                (Verdict::NotNeeded, because, BTreeSet::new())
            }
            Tri::Unknown => {
                let open = self.open_of(compiled, subject, row, state);
                (unknown_verdict(&open), Vec::new(), open)
            }
        }
    }

    fn open_paths(&self, verdict: Verdict, open: BTreeSet<OpenFact>) -> Vec<FactPath> {
        if !matches!(verdict, Verdict::Undecided | Verdict::ToConfirm) {
            return Vec::new();
        }
        // Still to ask first, each in the order of asking.
        let mut open: Vec<OpenFact> = open.into_iter().collect();
        open.sort_by_key(|open| (open.asked, self.asking_order(open.key)));
        open.into_iter().map(|open| self.program.path(open.key)).collect()
    }

    fn question_of(&self, key: FactKey) -> Option<(&Question, i64)> {
        let (index, screen) = self.questions.get(self.program.question(key)? as usize)?;
        Some((self.pack().questions.get(*index)?, *screen))
    }

    fn asking_order(&self, key: FactKey) -> (i64, i64, FactKey) {
        self.question_of(key)
            .map_or((i64::MAX, i64::MAX, key), |(question, screen)| (screen, question.order, key))
    }

    /// The first screen on which a question can still change something, with all its open questions.
    fn next_screen(&self, to_ask: &BTreeSet<FactKey>) -> Option<NextScreen> {
        let mut keys: Vec<FactKey> = to_ask.iter().copied().collect();
        keys.sort_by_key(|key| self.asking_order(*key));
        let screen = self.question_of(*keys.first()?)?.0.screen.clone();
        let questions = keys
            .into_iter()
            .filter(|key| self.question_of(*key).is_some_and(|(question, _)| question.screen == screen))
            .map(|key| self.program.path(key))
            .collect();
        Some(NextScreen { screen, questions })
    }

    fn clashes(&self, state: &State) -> Vec<FactPath> {
        let mut found = Vec::new();
        for (member, slots, rows) in
            [(false, &self.program.case, 1), (true, &self.program.member, state.members)]
        {
            for row in 0..rows {
                for (index, info) in slots.iter().enumerate() {
                    let fact =
                        super::program::SlotRef { index: u32::try_from(index).unwrap_or(u32::MAX), member };
                    if info.item.is_some() && state.get(fact, row) == Slot::Clash {
                        found.push(info.path.of_member(u16::try_from(row).unwrap_or(u16::MAX)));
                    }
                }
            }
        }
        found
    }

    /// Of two versions of one procedure (told apart by the date of the event) the one that says most is shown.
    fn merge_versions(&self, entries: &mut Vec<Entry>) {
        let mut best: BTreeMap<(&str, Subject), (usize, Verdict)> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let Some(procedure) = self.pack().procedures.get(entry.procedure) else { continue };
            let key = (procedure.id.as_str(), entry.subject);
            match best.get(&key) {
                Some((_, verdict)) if *verdict >= entry.verdict => {}
                _ => {
                    best.insert(key, (at, entry.verdict));
                }
            }
        }
        let keep: BTreeSet<usize> = best.into_values().map(|(at, _)| at).collect();
        let mut at = 0;
        entries.retain(|_| {
            at += 1;
            keep.contains(&(at - 1))
        });
    }

    fn due(&self, compiled: &Compiled, procedure: &Procedure, row: usize, state: &State) -> Option<Due> {
        let mut best: Option<Due> = None;
        for (at, deadline) in procedure.deadlines.iter().enumerate() {
            let when = compiled.deadlines.get(at).copied().flatten();
            if when.is_some_and(|when| state.eval(&self.program, when, row) == Tri::False) {
                continue;
            }
            let mut due = Due { deadline: at, day: None, approximate: false };
            if let Some(period) = &deadline.period
                && let Some(anchor) = self.pack().anchors.iter().find(|anchor| anchor.id == period.anchor)
                && let Some((from, approximate)) = self.anchor_day(anchor, row, state)
            {
                let last = last_day(from, period.amount, period.unit, period.first_day);
                due.day = Some(if period.roll { self.pack().calendar.next_open(last) } else { last });
                due.approximate = approximate;
            }
            let earlier = best.is_none_or(|best| match (due.day, best.day) {
                (Some(day), Some(other)) => day < other,
                (day, None) => day.is_some(),
                (None, Some(_)) => false,
            });
            if earlier {
                best = Some(due);
            }
        }
        best
    }

    fn anchor_day(&self, anchor: &Anchor, row: usize, state: &State) -> Option<(Date, bool)> {
        let day = |path| match state.get(self.place(path)?, row) {
            // Of a day that is not quite known the earliest is the safe one.
            Slot::Date(low, high) => Some((low, low != high)),
            _ => None,
        };
        let (mut from, vague) = match day(&anchor.fact) {
            Some(known) => known,
            None => (day(anchor.fallback.as_ref()?)?.0, true),
        };
        if anchor.next_month_first {
            from = from.first_of_month().checked_add(1.month()).unwrap_or(from);
        }
        Some((from, vague || anchor.approximate))
    }

    fn bring(&self, compiled: &Compiled, row: usize, state: &State) -> Vec<(usize, bool)> {
        let mut items = Vec::with_capacity(compiled.bring.len());
        for (at, when) in compiled.bring.iter().enumerate() {
            match when.map_or(Tri::True, |when| state.eval(&self.program, when, row)) {
                Tri::False => {}
                truth => items.push((at, truth == Tri::True)),
            }
        }
        items
    }

    /// The reason of a verdict, in words: 「亡くなった方は世帯主」が「はい」、…. Personal: not for logs.
    pub fn reason(&self, entry: &Entry, facts: &Facts) -> String {
        let words = &self.pack().vocabulary;
        let labels = |paths: &[FactPath]| {
            let labels = paths.iter().map(|path| words.label(path)).collect::<Vec<_>>();
            format!("「{}」", labels.join("」「"))
        };
        let say = |path: &FactPath| match (path, facts.answer(path)) {
            (FactPath::Household, _) => format!("世帯員は{}人", facts.members()),
            (path, Answer::Known(value)) => {
                format!("「{}」が「{}」", words.label(path), words.say(path, value))
            }
            (path, _) => format!("「{}」", words.label(path)),
        };
        match entry.verdict {
            Verdict::Needed if entry.because.is_empty() => "だれにでも当てはまるため".to_owned(),
            Verdict::NotNeeded if entry.because.is_empty() => "だれにも当てはまらないため".to_owned(),
            Verdict::Needed | Verdict::NotNeeded => {
                format!("{}ため", entry.because.iter().map(say).collect::<Vec<_>>().join("、"))
            }
            Verdict::Undecided => format!("{}をまだ聞いていないため", labels(&entry.open)),
            Verdict::ToConfirm => format!("{}が分からないため", labels(&entry.open)),
        }
    }
}

fn unknown_verdict(open: &BTreeSet<OpenFact>) -> Verdict {
    if open.iter().any(|open| !open.asked) { Verdict::Undecided } else { Verdict::ToConfirm }
}
