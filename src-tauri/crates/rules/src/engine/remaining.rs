//! How much there is still to ask: every question that may yet come, so that a number told to a resident only falls.

use std::collections::BTreeSet;

use madoka_facts::{FactPath, Facts};

use super::compile::Rulebook;
use super::open::Openings;
use crate::pack::Verdict;

/// あと最大◯問: what may still be asked until every verdict stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remaining {
    /// Each open question, also those that only come if another is answered in a certain way. An answer takes questions
    /// away and never brings one that is not here, as long as nobody joins the household and no answer clashes with
    /// another ([`crate::Judgement::clashes`]).
    pub questions: BTreeSet<FactPath>,
    /// While the list of the household is open: how many each further member may bring.
    pub each_member: usize,
}

impl Rulebook {
    /// Counts what is open in every verdict that is still to be asked for.
    pub fn remaining(&self, facts: &Facts) -> Remaining {
        let mut state = self.load(facts);
        state.compute(&self.program, self.all_items(), None);
        let mut remaining = Remaining::default();
        let mut of_anybody = BTreeSet::new();
        for compiled in &self.procedures {
            for (subject, row) in Self::subjects(compiled, &state) {
                let verdict = self.verdict_alone(compiled, subject, row, &state);
                if verdict != Verdict::Undecided {
                    continue;
                }
                let open = Openings::to_the_end(self, &state, compiled.root, row);
                let keys = open.found.iter().filter(|open| !open.asked).map(|open| open.key);
                remaining.questions.extend(keys.map(|key| self.program.path(key)));
                of_anybody.extend(open.of_anybody);
                if Self::asks_for_household(subject, &state) {
                    remaining.questions.insert(FactPath::Household);
                }
            }
        }
        remaining.each_member = of_anybody.len();
        remaining
    }
}
