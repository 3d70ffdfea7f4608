//! Whom the analysis names is really judged so by the ordinary evaluator; whom it denies does not exist.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

#[expect(dead_code, reason = "shared with the properties of judging")]
#[path = "properties/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use madoka_facts::Facts;
use madoka_rules::{Affected, Change, Condition, Pack, Rulebook, Subject, Verdict, diff};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use world::{ON, Person, World};

/// Judges packs made of one world, one rulebook each.
struct Judge {
    pack: Arc<Pack>,
    book: Rulebook,
}

impl Judge {
    fn of(pack: Arc<Pack>) -> Self {
        let book = Rulebook::new(&pack, "e", ON).unwrap();
        Self { pack, book }
    }

    /// The verdicts of one procedure, or nothing where an answer contradicts its gate.
    fn verdicts(&self, procedure: &str, facts: &Facts) -> Option<Vec<(Subject, Verdict)>> {
        let judgement = self.book.judge(facts);
        let is_it = |at: usize| self.pack.procedures[at].id.as_str() == procedure;
        let entries = judgement.entries.iter().filter(|entry| is_it(entry.procedure));
        judgement.clashes.is_empty().then(|| entries.map(|entry| (entry.subject, entry.verdict)).collect())
    }

    /// What the person is judged, about the member the analysis speaks of.
    fn verdict_of(&self, found: &Affected) -> Option<Verdict> {
        let verdicts = self.verdicts(&found.procedure, &found.person.facts(&self.pack.vocabulary))?;
        let wanted = found.person.member.map_or(Subject::Case, Subject::Member);
        verdicts.iter().find(|(subject, _)| *subject == wanted).map(|(_, verdict)| *verdict)
    }
}

/// Somebody who has answered everything.
fn anybody(runner: &mut TestRunner) -> Person {
    let mut made = |fact: &str| world::value(fact).new_tree(runner).unwrap().current();
    let mut person = Person::default();
    for fact in world::CASE_FACTS {
        person.case.insert(fact.to_owned(), made(fact));
    }
    let members = made("case.n0").as_u64().unwrap() % 4;
    let member = |_| world::MEMBER_FACTS.iter().map(|fact| ((*fact).to_owned(), made(fact))).collect();
    person.household = Some((0..members).map(member).collect());
    person
}

/// The same person without the answers that the packs do not ask for.
fn asked(mut person: Person, judges: &[&Judge]) -> Person {
    loop {
        let clashes: BTreeSet<String> = judges
            .iter()
            .flat_map(|judge| judge.book.judge(&person.facts(&judge.pack).facts).clashes)
            .map(|path| path.to_string())
            .collect();
        if clashes.is_empty() {
            return person;
        }
        person.case.retain(|path, _| !clashes.contains(path));
        for (at, member) in person.household.iter_mut().flatten().enumerate() {
            member.retain(|attribute, _| !clashes.contains(&format!("household[{at}].{attribute}")));
        }
    }
}

fn runner(seed: &[u8; 32]) -> TestRunner {
    TestRunner::new_with_rng(ProptestConfig::default(), TestRng::from_seed(RngAlgorithm::ChaCha, seed))
}

fn is_needed(verdicts: &[(Subject, Verdict)]) -> bool {
    verdicts.iter().any(|(_, verdict)| *verdict == Verdict::Needed)
}

fn with(world: &World, condition: &Condition) -> Arc<Pack> {
    let mut other = world.clone();
    for (_, when) in &mut other.procedures {
        *when = condition.clone();
    }
    other.pack(false).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    /// From "never" to a condition: whoever is named needs it; if nobody is named, nobody ever needs it.
    #[test]
    fn 例の人はふつうの判定でも必要になり_いないと言えばだれもいない(world in world::world(), seed in any::<[u8; 32]>()) {
        let Some(pack) = world.pack(false) else { return Ok(()) };
        let (judge, mut runner) = (Judge::of(Arc::clone(&pack)), runner(&seed));
        for (from, now_needed) in [(Condition::Never, true), (Condition::Always, false)] {
            let found = diff(&with(&world, &from), &pack, ON);
            let unknown: BTreeSet<&str> = found.changes.iter().filter_map(|change| match change {
                Change::NotKnown { procedure, .. } => Some(procedure.as_str()),
                _ => None,
            }).collect();
            let named: BTreeSet<&str> = found.affected.iter().map(|one| one.procedure.as_str()).collect();
            for one in &found.affected {
                prop_assert_eq!(one.now_needed, now_needed);
                let expected = if now_needed { Verdict::Needed } else { Verdict::NotNeeded };
                let found = judge.verdict_of(one);
                prop_assert_eq!(found, Some(expected), "{} {}\n{:?}", one.procedure, one.person.in_words(&pack.vocabulary), world);
            }
            let denied: Vec<&str> = pack.procedures.iter().map(|one| one.id.as_str())
                .filter(|id| !named.contains(id) && !unknown.contains(id)).collect();
            if denied.is_empty() {
                continue;
            }
            for _ in 0..60 {
                let facts = asked(anybody(&mut runner), &[&judge]).facts(&pack).facts;
                for id in &denied {
                    let Some(verdicts) = judge.verdicts(id, &facts) else { continue };
                    let against = if now_needed {
                        is_needed(&verdicts)
                    } else {
                        verdicts.iter().any(|(subject, verdict)| *subject != Subject::Household && *verdict == Verdict::NotNeeded)
                    };
                    prop_assert!(!against, "{id} {verdicts:?}\n{world:?}");
                }
            }
        }
    }

    /// Between two packs: the example is judged differently; without an example nobody is.
    #[test]
    fn 改訂の例の人は_前と後で判定が違う(old in world::world(), new in world::world(), seed in any::<[u8; 32]>()) {
        let (Some(before), Some(after)) = (old.pack(false), new.pack(false)) else { return Ok(()) };
        let (old_judge, new_judge) = (Judge::of(Arc::clone(&before)), Judge::of(Arc::clone(&after)));
        let mut runner = runner(&seed);
        let found = diff(&before, &after, ON);
        let touched: BTreeSet<&str> = found.changes.iter().filter_map(|change| match change {
            Change::Text { .. } => None,
            Change::Judged { procedure, .. }
            | Change::NotKnown { procedure, .. }
            | Change::Added { procedure, .. }
            | Change::Removed { procedure, .. } => Some(procedure.as_str()),
        }).collect();
        for one in &found.affected {
            let scope = |pack: &Pack| pack.procedures.iter().find(|known| known.id.as_str() == one.procedure).unwrap().scope;
            if scope(&before) != scope(&after) {
                continue;
            }
            // A gate may be open in one pack and closed in the other: then the answer is reported, not judged.
            let (Some(was), Some(is)) = (old_judge.verdict_of(one), new_judge.verdict_of(one)) else { continue };
            let (needed, not_needed) = if one.now_needed { (is, was) } else { (was, is) };
            prop_assert_eq!((needed, not_needed), (Verdict::Needed, Verdict::NotNeeded), "{}", one.procedure);
        }
        for _ in 0..40 {
            let person = asked(anybody(&mut runner), &[&old_judge, &new_judge]);
            for procedure in &after.procedures {
                let id = procedure.id.as_str();
                let was = old_judge.verdicts(id, &person.facts(&before).facts);
                let is = new_judge.verdicts(id, &person.facts(&after).facts);
                let (Some(was), Some(is)) = (was, is) else { continue };
                let differ = was.iter().any(|(subject, was)| is.iter().any(|(other, is)| {
                    let both = [*was, *is];
                    subject == other && *subject != Subject::Household
                        && both.contains(&Verdict::Needed) && both.contains(&Verdict::NotNeeded)
                }));
                prop_assert!(!differ || touched.contains(id), "{id}\n{old:?}\n{new:?}");
            }
        }
    }
}

#[test]
fn 同じパックには違いがない() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..20 {
        let world = world::world().new_tree(&mut runner).unwrap().current();
        let Some(pack) = world.pack(false) else { continue };
        let found = diff(&pack, &pack, ON);
        assert!(found.changes.is_empty() && found.parts.is_empty() && found.moved.is_empty(), "{found:?}");
    }
}
