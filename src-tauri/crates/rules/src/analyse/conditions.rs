//! Conditions that are never or always true, groups that can meet, questions nobody is ever asked.

use std::collections::HashMap;

use madoka_facts::{DeclaredPath, Id};

use super::Analysis;
use super::finding::Finding;
use super::search::Search;
use super::world::{Context, NodeId, World};
use crate::condition::Condition;
use crate::pack::{Group, NamedCondition, Procedure, Question, Scope, ValidBy};

/// What a search over all days and events says of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Possible {
    Yes,
    Never,
    GaveUp,
}

impl<'a> Analysis<'a> {
    pub(super) fn conditions(&mut self) {
        let pack = self.index.pack;
        for (name, condition) in &pack.conditions {
            self.named(name, condition);
        }
        for procedure in &pack.procedures {
            self.procedure(procedure);
        }
        for fact in &pack.facts {
            if let Some(derived) = &fact.derived {
                let about = format!("事実 {}", fact.path);
                let member = fact.path.is_each_member();
                self.never_or_always(&fact.place, &about, derived, member);
            }
        }
        for question in &pack.questions {
            self.gate(question);
        }
        for group in &pack.groups {
            self.group(group);
        }
    }

    /// A condition without an event: what is impossible even without gates is impossible.
    fn never_or_always(
        &mut self,
        place: &crate::pack::Place,
        about: &str,
        condition: &Condition,
        member: bool,
    ) {
        let context = Context { index: self.index, event: None, day: self.index.first_day(), changed: None };
        let mut world = World::new(vec![context]);
        let root = world.condition(0, condition);
        let not = world.negated(root);
        world.finish(member);
        let sentence = self.sentence(condition);
        match world.somebody(root, member, self.budget) {
            Search::Nobody => self.add(
                Finding::error("A101", place, about)
                    .says(format!("この条件が成り立つ人はいません：{sentence}。"))
                    .fix("たがいに打ち消し合う部分を直すか、条件を消してください。"),
            ),
            Search::GaveUp => self.gave_up(place, about),
            Search::Somebody(_) => {}
        }
        if *condition != Condition::Always && world.somebody(not, member, self.budget) == Search::Nobody {
            self.add(
                Finding::error("A102", place, about)
                    .says(format!("この条件はだれにでも成り立ちます：{sentence}。"))
                    .fix("本当にいつでもなら always と書き、そうでなければ抜けている部分を補ってください。"),
            );
        }
    }

    fn named(&mut self, name: &Id, condition: &NamedCondition) {
        let about = format!("条件 {name}");
        let member = self.about_member(&condition.when);
        self.never_or_always(&condition.place, &about, &condition.when, member);
    }

    /// Whether a condition speaks of a member that something outside it chooses.
    pub(super) fn about_member(&self, condition: &Condition) -> bool {
        crate::pack::conditions::free_member(condition, &|name| self.about_members.contains(name))
    }

    fn procedure(&mut self, procedure: &'a Procedure) {
        let about = format!("手続 {}", procedure.id);
        let member = procedure.scope == Scope::Household;
        let mut never_in: Vec<&Id> = Vec::new();
        let mut always_in: Vec<&Id> = Vec::new();
        let mut dead: HashMap<String, usize> = HashMap::new();
        for event in &procedure.events {
            let (mut can, mut can_not) = (Possible::Never, Possible::Never);
            let mut parts: HashMap<String, bool> = HashMap::new();
            for day in self.index.days_of(procedure) {
                let context = Context { index: self.index, event: Some(event), day, changed: None };
                let mut world = World::new(vec![context]);
                let when = world.condition(0, &procedure.when);
                let force = world.in_force(0, &procedure.effective);
                let needed = world.all([when, force]);
                let not_needed = world.negated(when);
                let parts_in_world = parts_of(procedure, &mut world, needed);
                world.finish(member);
                can = can.or(&world.somebody(needed, member, self.budget));
                if procedure.when != Condition::Always {
                    can_not = can_not.or(&world.somebody(not_needed, member, self.budget));
                }
                for (part, node) in parts_in_world {
                    let alive = world.somebody(node, member, self.budget) != Search::Nobody;
                    *parts.entry(part).or_default() |= alive;
                }
            }
            match can {
                Possible::Yes => {
                    for (part, _) in parts.into_iter().filter(|(_, alive)| !alive) {
                        *dead.entry(part).or_default() += 1;
                    }
                }
                Possible::Never => never_in.push(event),
                Possible::GaveUp => self.gave_up(&procedure.place, &about),
            }
            if procedure.when != Condition::Always && can_not == Possible::Never {
                always_in.push(event);
            }
        }
        self.report(procedure, &about, &never_in, &always_in);
        let events = procedure.events.len() - never_in.len().min(procedure.events.len());
        let mut dead: Vec<String> =
            dead.into_iter().filter(|(_, count)| *count == events).map(|(part, _)| part).collect();
        dead.sort();
        for part in dead {
            self.add(
                Finding::warning("A105", &procedure.place, &about)
                    .says(format!("{part}の条件は、この手続が必要な人には成り立ちません。"))
                    .fix("その行を消すか、条件を直してください。"),
            );
        }
    }

    fn report(&mut self, procedure: &Procedure, about: &str, never_in: &[&Id], always_in: &[&Id]) {
        let sentence = self.sentence(&procedure.when);
        let names = |events: &[&Id]| super::quoted(events.iter().map(|event| self.index.event_name(event)));
        let (never, always) = (names(never_in), names(always_in));
        if !never_in.is_empty() && never_in.len() == procedure.events.len() {
            self.add(
                Finding::error("A101", &procedure.place, about)
                    .says(format!("この手続が必要になる人はいません：{sentence}。"))
                    .fix("条件か、条件が見る質問の ask_if・when_skipped、有効期間のどれかを直してください。"),
            );
        } else if !never_in.is_empty() {
            self.add(
                Finding::warning("A103", &procedure.place, about)
                    .says(format!("{never}では、この手続が必要になる人はいません。"))
                    .fix("events から外すか、条件を直してください。"),
            );
        }
        if !always_in.is_empty() && always_in.len() == procedure.events.len() {
            self.add(
                Finding::error("A102", &procedure.place, about)
                    .says(format!("この手続はだれにでも必要になります：{sentence}。"))
                    .fix("本当にいつでもなら when = \"always\" と書き、そうでなければ抜けている部分を補ってください。"),
            );
        } else if !always_in.is_empty() {
            self.add(
                Finding::warning("A104", &procedure.place, about)
                    .says(format!("{always}では、この手続はだれにでも必要になります。"))
                    .fix("そのライフイベントでもいつでも必要でよいか、確かめてください。"),
            );
        }
    }

    fn gate(&mut self, question: &Question) {
        let Some(gate) = &question.ask_if else { return };
        let about = format!("質問 {}", question.fact);
        let member = matches!(question.fact, DeclaredPath::EachMember(_));
        let (mut asked, mut not_asked) = (Possible::Never, Possible::Never);
        for event in &question.events {
            for day in self.index.days(question.effective.period) {
                let context = Context { index: self.index, event: Some(event), day, changed: None };
                let mut world = World::new(vec![context]);
                let root = world.condition(0, gate);
                let not = world.negated(root);
                world.finish(member);
                asked = asked.or(&world.somebody(root, member, self.budget));
                not_asked = not_asked.or(&world.somebody(not, member, self.budget));
            }
        }
        let sentence = self.sentence(gate);
        match asked {
            Possible::Never => self.add(
                Finding::error("A201", &question.place, &about)
                    .says(format!("この質問が聞かれることはありません。ask_if が成り立つ人がいないからです：{sentence}。"))
                    .fix("ask_if を直すか、質問を消してください。"),
            ),
            Possible::GaveUp => self.gave_up(&question.place, &about),
            Possible::Yes => {}
        }
        if not_asked == Possible::Never {
            self.add(
                Finding::warning("A202", &question.place, &about)
                    .says(format!("ask_if がいつでも成り立つので、この質問は必ず聞かれます：{sentence}。"))
                    .fix("ask_if と when_skipped を消すか、条件を直してください。"),
            );
        }
    }

    fn group(&mut self, group: &Group) {
        let about = format!("排他グループ {}", group.id);
        let members: Vec<&Procedure> =
            group.procedures.iter().flat_map(|id| self.index.procedures(id)).collect();
        for (at, one) in members.iter().enumerate() {
            for other in members.iter().skip(at + 1).filter(|other| other.id != one.id) {
                match self.both(one, other) {
                    Search::Nobody => {}
                    Search::GaveUp => self.gave_up(&group.place, &about),
                    Search::Somebody(person) => {
                        let words = person.in_words(&self.index.pack.vocabulary);
                        self.add(
                            Finding::error("A301", &group.place, &about)
                                .says(format!(
                                    "「{}」と「{}」が同時に必要になる人がいます。例：{words}。",
                                    one.id, other.id
                                ))
                                .fix("どちらかの条件に、もう一方でないことを加えてください。")
                                .person(*person),
                        );
                    }
                }
            }
        }
    }

    /// Somebody who needs both procedures at one time.
    pub(super) fn both(&self, one: &Procedure, other: &Procedure) -> Search {
        let mut gave_up = false;
        let member = one.scope == Scope::Household || other.scope == Scope::Household;
        let by_visit = |procedure: &Procedure| procedure.effective.basis == ValidBy::Visit;
        for event in one.events.iter().filter(|event| other.events.contains(event)) {
            let days = self.index.days_of(one).into_iter().chain(self.index.days_of(other));
            let in_force = |day: &jiff::civil::Date| {
                [one, other].into_iter().all(|one| !by_visit(one) || one.effective.period.contains(*day))
            };
            let mut days: Vec<_> = days.filter(in_force).collect();
            days.sort_unstable();
            days.dedup();
            for day in days {
                let context = Context { index: self.index, event: Some(event), day, changed: None };
                let mut world = World::new(vec![context]);
                let nodes: Vec<NodeId> = [one, other]
                    .into_iter()
                    .flat_map(|procedure| {
                        [world.condition(0, &procedure.when), world.in_force(0, &procedure.effective)]
                    })
                    .collect();
                let root = world.all(nodes);
                world.finish(member);
                match world.somebody(root, member, self.budget) {
                    Search::Nobody => {}
                    Search::GaveUp => gave_up = true,
                    found @ Search::Somebody(_) => return found,
                }
            }
        }
        if gave_up { Search::GaveUp } else { Search::Nobody }
    }
}

/// Conditions of deadlines and things to bring, together with the procedure being needed.
fn parts_of(procedure: &Procedure, world: &mut World<'_>, needed: NodeId) -> Vec<(String, NodeId)> {
    let bring = procedure
        .bring
        .iter()
        .filter_map(|bring| Some((format!("持ち物「{}」", bring.item), bring.when.as_ref()?)));
    let deadlines = procedure
        .deadlines
        .iter()
        .filter_map(|deadline| Some((format!("期限「{}」", deadline.text.ja), deadline.when.as_ref()?)));
    let mut parts = Vec::new();
    for (name, when) in bring.chain(deadlines) {
        let when = world.condition(0, when);
        let node = world.all([needed, when]);
        parts.push((name, node));
    }
    parts
}

impl Possible {
    fn or(self, found: &Search) -> Self {
        match (self, found) {
            (Self::Yes, _) | (_, Search::Somebody(_)) => Self::Yes,
            (Self::GaveUp, _) | (_, Search::GaveUp) => Self::GaveUp,
            (Self::Never, Search::Nobody) => Self::Never,
        }
    }
}
