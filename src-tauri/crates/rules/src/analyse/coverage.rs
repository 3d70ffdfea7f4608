//! Which rules the scenarios protect: people for and against each procedure, and a change of every part of every
//! condition that some scenario must notice.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_facts::Id;

use super::Analysis;
use super::finding::Finding;
use super::mutants::{How, Mutant, mutants};
use super::saved::{Judged, Saved, contexts};
use super::search::Search;
use super::witness::Witness;
use super::world::{Context, World};
use crate::condition::Condition;
use crate::pack::{Place, Procedure, Scope};

/// What became of a changed condition.
#[derive(Debug)]
enum Fate {
    Noticed,
    /// Nobody is judged differently, whatever is asked.
    Equal,
    /// Nobody is judged differently, because of what is not asked then.
    EqualByGates,
    /// Somebody would be judged differently, and no scenario says so.
    Unnoticed(Option<Box<Witness>>),
}

impl<'a> Analysis<'a> {
    pub(super) fn coverage(&mut self) {
        let pack = self.index.pack;
        if pack.scenarios.is_empty() {
            return;
        }
        let saved = Saved::of(self.index);
        let mut users: BTreeMap<&Id, Vec<&Procedure>> = BTreeMap::new();
        for procedure in &pack.procedures {
            let rests_on = self.procedure_coverage(&saved, procedure);
            for name in pack.conditions.keys().filter(|name| rests_on.contains(name)) {
                users.entry(name).or_default().push(procedure);
            }
        }
        for (name, condition) in &pack.conditions {
            let Some(users) = users.get(name) else { continue };
            let fates: Vec<(Mutant, Fate)> = mutants(&condition.when)
                .into_iter()
                .map(|mutant| {
                    let fate = self.fate_of_named(&saved, name, &mutant, users);
                    (mutant, fate)
                })
                .collect();
            self.tell(&condition.place, &format!("条件 {name}"), fates);
        }
    }

    /// Tells what is not protected and answers the named conditions the procedure rests on.
    fn procedure_coverage(&mut self, saved: &Saved<'a>, procedure: &'a Procedure) -> Vec<Id> {
        let member = procedure.scope == Scope::Household;
        let groups = contexts(self.index, saved.about(procedure));
        let mut world = World::new(groups.iter().map(|(context, _)| *context).collect());
        let roots: Vec<_> =
            (0..groups.len()).map(|context| world.condition(context, &procedure.when)).collect();
        let mutants = mutants(&procedure.when);
        let changed: Vec<Vec<_>> = mutants
            .iter()
            .map(|mutant| {
                (0..groups.len()).map(|context| world.condition(context, &mutant.condition)).collect()
            })
            .collect();
        let places = saved.places(&world);
        let (mut needed, mut not_needed) = (false, false);
        for ((_, people), root) in groups.iter().zip(&roots) {
            for one in people {
                let truths = Judged::new(one.person, &places, self.budget).truths(&world, *root, member);
                needed |= truths.is_needed();
                not_needed |= truths.is_not_needed();
            }
        }
        self.both_ways(procedure, needed, not_needed);
        let mut fates = Vec::new();
        for (mutant, changed) in mutants.into_iter().zip(&changed) {
            let noticed = groups.iter().zip(changed).any(|((_, people), node)| {
                people.iter().any(|one| {
                    let truths = Judged::new(one.person, &places, self.budget).truths(&world, *node, member);
                    truths.contradict(one)
                })
            });
            let fate = if noticed { Fate::Noticed } else { self.fate(procedure, &mutant, None) };
            fates.push((mutant, fate));
        }
        self.tell(&procedure.place, &format!("手続 {}", procedure.id), fates);
        world.named_conditions().cloned().collect()
    }

    fn both_ways(&mut self, procedure: &Procedure, needed: bool, not_needed: bool) {
        let missing = match (needed, not_needed || procedure.when == Condition::Always) {
            (true, true) => return,
            (false, true) => "必要になる人の場面テストがありません。",
            (true, false) => "必要にならない人の場面テストがありません。",
            (false, false) => "場面テストがありません。",
        };
        let mut finding =
            Finding::warning("A601", &procedure.place, format!("手続 {}", procedure.id)).says(missing);
        finding = match self.example(procedure, needed) {
            Some(person) => {
                let words = person.in_words(&self.index.pack.vocabulary);
                finding.fix(format!("たとえば次の人を加えてください：{words}。")).person(*person)
            }
            None => finding.fix("そのような人を1人加えてください。"),
        };
        self.add(finding);
    }

    /// Somebody who needs a procedure, or who does not.
    fn example(&self, procedure: &Procedure, not_needed: bool) -> Option<Box<Witness>> {
        let (event, day) = (procedure.events.first()?, self.day(procedure)?);
        let member = procedure.scope == Scope::Household;
        let mut world =
            World::new(vec![Context { index: self.index, event: Some(event), day, changed: None }]);
        let mut root = world.condition(0, &procedure.when);
        if not_needed {
            root = world.negated(root);
        }
        let force = world.in_force(0, &procedure.effective);
        let root = world.all([root, force]);
        world.finish(member);
        match world.somebody(root, member, self.budget) {
            Search::Somebody(person) => Some(person),
            Search::Nobody | Search::GaveUp => None,
        }
    }

    fn day(&self, procedure: &Procedure) -> Option<Date> {
        self.index.days_of(procedure).first().copied()
    }

    /// Whether anybody would be judged differently; else no scenario could notice. `named` is the name of the
    /// condition that is changed; without it the procedure's own is.
    fn fate(&self, procedure: &Procedure, mutant: &Mutant, named: Option<&Id>) -> Fate {
        let Some(day) = self.day(procedure) else { return Fate::Noticed };
        let mut gave_up = false;
        for event in &procedure.events {
            match self.differs(procedure, mutant, named, Some(event), day) {
                Search::Somebody(person) => return Fate::Unnoticed(Some(person)),
                Search::GaveUp => gave_up = true,
                Search::Nobody => {}
            }
        }
        if gave_up {
            return Fate::Unnoticed(None);
        }
        match self.differs(procedure, mutant, named, None, day) {
            Search::Nobody => Fate::Equal,
            _ => Fate::EqualByGates,
        }
    }

    fn differs(
        &self,
        procedure: &Procedure,
        mutant: &Mutant,
        named: Option<&Id>,
        event: Option<&Id>,
        day: Date,
    ) -> Search {
        let member = procedure.scope == Scope::Household;
        let before = Context { index: self.index, event, day, changed: None };
        let after = Context { changed: named.map(|name| (name, &mutant.condition)), ..before };
        let mut world = World::new(vec![before, after]);
        let mut parts = Vec::new();
        let one = world.condition(0, &procedure.when);
        let other = if let Some(name) = named {
            if !self.about_members.contains(name) {
                parts.extend(mutant.matters_if.as_ref().map(|condition| world.condition(0, condition)));
                let name = Condition::Named(name.clone());
                let (one, other) = (world.condition(0, &name), world.condition(1, &name));
                parts.push(world.differ(one, other));
            }
            world.condition(1, &procedure.when)
        } else {
            parts.extend(mutant.matters_if.as_ref().map(|condition| world.condition(0, condition)));
            world.condition(0, &mutant.condition)
        };
        parts.push(world.differ(one, other));
        parts.push(world.in_force(0, &procedure.effective));
        let root = world.all(parts);
        world.finish(member);
        world.somebody(root, member, self.budget)
    }

    fn fate_of_named(&self, saved: &Saved<'a>, name: &Id, mutant: &Mutant, users: &[&'a Procedure]) -> Fate {
        if users.iter().any(|procedure| self.notices(saved, procedure, name, &mutant.condition)) {
            return Fate::Noticed;
        }
        let mut all = Fate::Equal;
        for procedure in users {
            match (self.fate(procedure, mutant, Some(name)), &all) {
                (found @ Fate::Unnoticed(Some(_)), _) => return found,
                (Fate::Unnoticed(None), _) => all = Fate::Unnoticed(None),
                (Fate::EqualByGates, Fate::Equal) => all = Fate::EqualByGates,
                _ => {}
            }
        }
        all
    }

    fn notices(&self, saved: &Saved<'_>, procedure: &Procedure, name: &Id, changed: &Condition) -> bool {
        let member = procedure.scope == Scope::Household;
        let groups = contexts(self.index, saved.about(procedure));
        let contexts =
            groups.iter().map(|(context, _)| Context { changed: Some((name, changed)), ..*context });
        let mut world = World::new(contexts.collect());
        let roots: Vec<_> =
            (0..groups.len()).map(|context| world.condition(context, &procedure.when)).collect();
        let places = saved.places(&world);
        groups.iter().zip(roots).any(|((_, people), root)| {
            people.iter().any(|one| {
                let truths = Judged::new(one.person, &places, self.budget).truths(&world, root, member);
                truths.contradict(one)
            })
        })
    }

    fn tell(&mut self, place: &Place, about: &str, fates: Vec<(Mutant, Fate)>) {
        let mut open: Vec<String> = Vec::new();
        let mut example = None;
        if self.budget.is_spent() {
            return;
        }
        for (mutant, fate) in fates {
            let part = self.sentence(&mutant.part);
            match fate {
                Fate::Equal if mutant.how == How::LeftOut => self.add(
                    Finding::warning("A106", place, about)
                        .says(format!("「{part}」は、書いても書かなくても判定が変わりません。"))
                        .fix("要らなければ消し、要るはずなら条件を見直してください。"),
                ),
                Fate::Noticed | Fate::Equal | Fate::EqualByGates => {}
                Fate::Unnoticed(person) => {
                    let how = match mutant.how {
                        How::LeftOut => "を外しても".to_owned(),
                        How::TurnedRound => "を逆にしても".to_owned(),
                        How::Value(value) => format!("を{value}にしても"),
                    };
                    open.push(format!("{part}、{how}"));
                    example = example.or(person);
                }
            }
        }
        let Some((first, others)) = open.split_first() else { return };
        let more = if others.is_empty() {
            String::new()
        } else {
            format!("ほかに{}か所あります。", others.len())
        };
        let mut finding = Finding::warning("A602", place, about)
            .says(format!("この条件はテストで守られていません：{first}、場面テストが気づきません。{more}"));
        finding = match example {
            Some(person) => {
                let words = person.in_words(&self.index.pack.vocabulary);
                finding.fix(format!("次の人の場面テストを加えてください：{words}。")).person(*person)
            }
            None => finding.fix("境目の人の場面テストを加えてください。"),
        };
        self.add(finding);
    }
}
