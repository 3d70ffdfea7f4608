//! Procedures with the same condition, or the same name for the same person; conditions too deep to read.

use std::collections::{BTreeMap, BTreeSet};

use super::Analysis;
use super::finding::Finding;
use super::search::Search;
use super::world::{Context, World};
use crate::condition::Condition;
use crate::pack::{Procedure, Scope};

/// Deeper boxes than this are hard to read and do not fit the row editor.
const DEEP: usize = 3;
/// With how many of its name a procedure is compared.
const MANY: usize = 20;

impl Analysis<'_> {
    pub(super) fn duplicates(&mut self) {
        let pack = self.index.pack;
        let mut alike: BTreeMap<(bool, BTreeSet<String>), Vec<&Procedure>> = BTreeMap::new();
        let mut by_name: BTreeMap<&str, Vec<&Procedure>> = BTreeMap::new();
        for procedure in &pack.procedures {
            if procedure.when.nesting() >= DEEP {
                self.add(
                    Finding::warning("A304", &procedure.place, format!("手続 {}", procedure.id))
                        .says(format!(
                            "条件のかっこが{}段あり、読み違えやすくなっています。",
                            procedure.when.nesting()
                        ))
                        .fix("一部を共通の条件（conditions.toml）にして、名前を付けてください。"),
                );
            }
            if matches!(procedure.when, Condition::All(_) | Condition::Any(_)) {
                let key = (procedure.scope == Scope::Household, words_of(&procedure.when));
                alike.entry(key).or_default().push(procedure);
            }
            for name in procedure.name.all() {
                by_name.entry(&name.ja).or_default().push(procedure);
            }
        }
        for ((member, _), procedures) in alike {
            self.same_condition(member, &procedures);
        }
        for (name, procedures) in by_name {
            self.same_name(name, &procedures);
        }
    }

    fn same_condition(&mut self, member: bool, procedures: &[&Procedure]) {
        let mut classes: Vec<Vec<&Procedure>> = Vec::new();
        for procedure in procedures {
            let same = classes.iter_mut().find(|class| {
                class
                    .first()
                    .is_some_and(|first| first.id != procedure.id && self.equal(first, procedure, member))
            });
            match same {
                Some(class) => class.push(procedure),
                None => classes.push(vec![procedure]),
            }
        }
        for class in classes.iter().filter(|class| class.len() > 1) {
            let Some((first, others)) = class.split_first() else { continue };
            let others = super::quoted(others.iter().map(|other| &other.id));
            self.add(
                Finding::warning("A302", &first.place, format!("手続 {}", first.id))
                    .says(format!("{others}と同じ条件です：{}。", self.sentence(&first.when)))
                    .fix("共通の条件（conditions.toml）にして名前を付けると、次に直すのが1か所で済みます。"),
            );
        }
    }

    /// Whether two conditions mean the same, however they are written.
    fn equal(&self, one: &Procedure, other: &Procedure, member: bool) -> bool {
        if one.when == other.when {
            return true;
        }
        // Without an event, so without gates: equal for all answers is equal in every event.
        let context = Context { index: self.index, event: None, day: self.index.first_day(), changed: None };
        let mut world = World::new(vec![context]);
        let (left, right) = (world.condition(0, &one.when), world.condition(0, &other.when));
        let differ = world.differ(left, right);
        world.finish(member);
        world.somebody(differ, member, self.budget) == Search::Nobody
    }

    /// Each procedure is told once, with the first of its name that can meet it.
    fn same_name(&mut self, name: &str, procedures: &[&Procedure]) {
        for (at, other) in procedures.iter().enumerate() {
            let before = procedures.iter().take(at.min(MANY)).filter(|one| one.id != other.id);
            let met = before.into_iter().find_map(|one| match self.both(one, other) {
                Search::Somebody(person) => Some((one, person)),
                Search::Nobody | Search::GaveUp => None,
            });
            let Some((one, person)) = met else { continue };
            let words = person.in_words(&self.index.pack.vocabulary);
            self.add(
                Finding::warning("A303", &other.place, format!("手続 {}", other.id))
                    .says(format!(
                        "「{}」と同じ名前（{name}）で、両方が必要になる人がいます。例：{words}。",
                        one.id
                    ))
                    .fix("同じ手続なら1つにし、違う手続なら名前で分かるようにしてください。")
                    .person(*person),
            );
        }
    }
}

/// What a condition looks at.
fn words_of(condition: &Condition) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    condition.visit(&mut |part| match part {
        Condition::Named(name) => drop(words.insert(format!("@{name}"))),
        Condition::Test(test) => words.extend(test.paths().map(ToString::to_string)),
        _ => {}
    });
    words
}
