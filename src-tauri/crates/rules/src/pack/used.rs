//! Which facts a procedure uses: what a department must see to say whether it applies, and nothing beyond.

use std::collections::BTreeSet;

use madoka_facts::{DeclaredPath, FactPath, Id};

use super::model::{Pack, Procedure};
use crate::condition::{Condition, Quantifier};

/// The stated facts behind a procedure's condition, its deadlines and its 持ち物. Derived facts are followed to what they
/// are computed from. Facts that only its papers show are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactsUsed {
    /// Of the case, of persons, and of the member the procedure is for.
    pub own: BTreeSet<DeclaredPath>,
    /// Of every member of the household (`any household where …`).
    pub of_all: BTreeSet<DeclaredPath>,
}

impl FactsUsed {
    /// Whether a fact is among them, for the case or for this member.
    pub fn shows(&self, path: &FactPath, member: Option<u16>) -> bool {
        let declared = path.declared();
        match path {
            FactPath::Member(index, _) => {
                self.of_all.contains(&declared) || Some(*index) == member && self.own.contains(&declared)
            }
            _ => self.own.contains(&declared) || self.of_all.contains(&declared),
        }
    }
}

impl Pack {
    pub fn facts_used(&self, procedure: &Procedure) -> FactsUsed {
        let mut walk = Walk { pack: self, used: FactsUsed::default(), named: BTreeSet::new() };
        walk.condition(&procedure.when, false);
        for deadline in &procedure.deadlines {
            if let Some(when) = &deadline.when {
                walk.condition(when, false);
            }
            if let Some(period) = &deadline.period {
                walk.anchor(&period.anchor);
            }
        }
        for condition in procedure.bring.iter().filter_map(|bring| bring.when.as_ref()) {
            walk.condition(condition, false);
        }
        walk.used
    }
}

struct Walk<'a> {
    pack: &'a Pack,
    used: FactsUsed,
    /// Named conditions and derived facts seen already, each alone and under a quantifier.
    named: BTreeSet<(String, bool)>,
}

impl Walk<'_> {
    fn condition(&mut self, condition: &Condition, of_all: bool) {
        match condition {
            Condition::Always | Condition::Never => {}
            Condition::All(branches) | Condition::Any(branches) => {
                branches.iter().for_each(|branch| self.condition(branch, of_all));
            }
            Condition::Not(inner) => self.condition(inner, of_all),
            Condition::Household(Quantifier::Any | Quantifier::Every | Quantifier::Count(..), inner) => {
                self.used.of_all.insert(DeclaredPath::Household);
                self.condition(inner, true);
            }
            Condition::Named(name) => {
                if self.named.insert((format!("@{name}"), of_all))
                    && let Some(named) = self.pack.conditions.get(name)
                {
                    self.condition(&named.when, of_all);
                }
            }
            Condition::Test(test) => test.paths().for_each(|path| self.path(path, of_all)),
        }
    }

    fn path(&mut self, path: &DeclaredPath, of_all: bool) {
        let derived =
            self.pack.facts.iter().find(|fact| fact.path == *path).and_then(|fact| fact.derived.as_ref());
        if let Some(derived) = derived {
            if self.named.insert((path.to_string(), of_all)) {
                self.condition(derived, of_all);
            }
            return;
        }
        let of_all = of_all && path.is_each_member();
        let into = if of_all { &mut self.used.of_all } else { &mut self.used.own };
        if into.insert(path.clone()) {
            // 「聞かなかったのは、子がいないから」: then the reason stands for the answer.
            let gates = self.pack.questions.iter().filter(|question| question.fact == *path);
            for gate in gates.filter(|question| question.when_skipped.is_some()) {
                if let Some(condition) = &gate.ask_if {
                    self.condition(condition, of_all);
                }
            }
        }
    }

    fn anchor(&mut self, id: &Id) {
        for anchor in self.pack.anchors.iter().filter(|anchor| anchor.id == *id) {
            self.path(&anchor.fact, false);
            if let Some(fallback) = &anchor.fallback {
                self.path(fallback, false);
            }
        }
    }
}
