//! Analysis (点検): what is wrong with a pack before anybody is judged by it, and whom a change touches.
//!
//! Exact where it speaks of conditions: it searches a finite abstraction of the facts (every value that can make a
//! difference, and no other), with three-valued pruning and a limit on steps. Where the limit is met it says so
//! (「調べきれませんでした」) rather than guess. Nothing here needs a solver, a clock or a file.
//!
//! | Code | Finding |
//! |---|---|
//! | A101, A102 | a condition nobody fulfils; one everybody does |
//! | A103, A104 | the same in one of the procedure's life events |
//! | A105 | a deadline or thing to bring whose condition never holds |
//! | A106 | a part of a condition that changes nothing |
//! | A201, A202 | a question nobody is asked; a gate that is always open |
//! | A203, A204 | a fact nobody asks; a question that decides nothing |
//! | A205 – A207 | a box that changes nothing; no わからない; nobody who settles it |
//! | A208 | declared and never used |
//! | A301 | exclusive procedures that can meet, with a person |
//! | A302, A303 | the same condition; the same name for one person |
//! | A304, A305 | boxes three deep; to be reviewed by a day that is past |
//! | A401, A402 | holes in validity; overlaps |
//! | A501, A502 | a language missing; やさしい日本語 without a reading |
//! | A601, A602 | no scenario for or against; a change no scenario notices, with a person to add |
//! | A901 | could not be searched to the end |
//!
//! | File | Job |
//! |---|---|
//! | `world` | a condition with all it rests on, as one graph |
//! | `domain` | the finite abstraction of its facts |
//! | `search`, `minimal` | somebody for whom it is true, and what of them matters |
//! | `saved` | the scenarios before the same graph |

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
