//! Analysis (点検): what is wrong with a pack before anybody is judged by it, and whom a change touches.
//!
//! Exact where it speaks of conditions: it searches a finite abstraction of the facts (every value that can make a
//! difference, and no other), with three-valued pruning and a limit on steps. Where the limit is met it says so
//! (「調べきれませんでした」) rather than guess. Nothing here needs a solver, a clock or a file.

mod conditions;
mod coverage;
mod diff;
mod domain;
mod duplicates;
mod finding;
mod index;
mod minimal;
mod mutants;
mod parts;
mod saved;
mod search;
mod texts;
mod truth;
mod usage;
mod validity;
mod witness;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use madoka_facts::Id;

pub use diff::{Affected, Change, Moved, PackDiff, diff};
pub use finding::Finding;
pub use parts::{PartChange, PartKind};
pub use witness::Witness;

use crate::condition::{Condition, sentence};
use crate::pack::{Pack, Place};
use index::Index;
use search::Budget;

/// Everything the analysis finds, errors first, then by place.
///
/// `today` is for what somebody wanted to look at again by a day.
pub fn analyse(pack: &Pack, today: Option<Date>) -> Vec<Finding> {
    let index = Index::of(pack);
    let budget = Budget::new();
    let mut analysis = Analysis::new(&index, &budget);
    analysis.conditions();
    analysis.usage();
    analysis.duplicates();
    analysis.validity(today);
    analysis.texts();
    analysis.coverage();
    analysis.finish()
}

/// 「一」「二」
fn quoted<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("「{name}」")).collect::<Vec<_>>().concat()
}

/// One analysis under way.
struct Analysis<'a> {
    index: &'a Index<'a>,
    budget: &'a Budget,
    about_members: BTreeSet<Id>,
    names: BTreeMap<Id, String>,
    findings: Vec<Finding>,
}

impl<'a> Analysis<'a> {
    fn new(index: &'a Index<'a>, budget: &'a Budget) -> Self {
        let conditions = &index.pack.conditions;
        let about_members = crate::pack::conditions::member_conditions(conditions);
        let names = conditions.iter().map(|(id, condition)| (id.clone(), condition.name.clone())).collect();
        Self { index, budget, about_members, names, findings: Vec::new() }
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn gave_up(&mut self, place: &Place, about: &str) {
        self.add(
            Finding::warning("A901", place, about)
                .says("条件が込み入っていて、調べきれませんでした。")
                .fix("共通の条件に分けるか、場面テストで確かめてください。"),
        );
    }

    fn sentence(&self, condition: &Condition) -> String {
        sentence(condition, &self.index.pack.vocabulary, &self.names)
    }

    fn finish(mut self) -> Vec<Finding> {
        if self.budget.is_spent() {
            let place = Place { file: "pack.toml".into(), line: 1 };
            self.gave_up(&place, "手続パック");
        }
        let key = |finding: &Finding| {
            (
                finding.severity,
                finding.place.clone(),
                finding.code,
                finding.about.clone(),
                finding.message.clone(),
            )
        };
        self.findings.sort_by_cached_key(key);
        self.findings.dedup();
        self.findings
    }
}
