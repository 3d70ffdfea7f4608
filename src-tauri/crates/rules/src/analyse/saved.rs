//! Scenarios as the analysis sees them: saved people, laid out so that thousands of changed rules can be tried on them.

use std::collections::{BTreeMap, HashMap};

use madoka_facts::{Answer, DeclaredPath, FactPath, Household, Id, Value};

use super::index::Index;
use super::search::Budget;
use super::truth::{range, truth};
use super::world::{Check, Context, NodeId, Out, Side, Use, View, World};
use crate::kleene::Tri;
use crate::pack::{Expectation, Procedure, ProcedureId, Scenario, ValidBy, Verdict};

/// The scenarios of a pack.
#[derive(Debug)]
pub(super) struct Saved<'a> {
    ids: HashMap<DeclaredPath, usize>,
    people: Vec<Person<'a>>,
    /// What is expected of a procedure, of whom.
    expected: HashMap<&'a ProcedureId, BTreeMap<usize, Vec<&'a Expectation>>>,
    /// By event: those who name every procedure they need.
    complete: HashMap<&'a Id, Vec<usize>>,
}

/// A scenario that says something of a procedure, with what it says; nothing means "not needed".
#[derive(Debug, Clone)]
pub(super) struct Witnessed<'s> {
    pub(super) person: &'s Person<'s>,
    pub(super) expected: Vec<&'s Expectation>,
}

/// One scenario.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub(super) scenario: &'a Scenario,
    /// Which state of the questions it falls in: scenarios of one event and one such day share their rules.
    pub(super) day: jiff::civil::Date,
    /// By fact and member, sorted; `None` is わからない.
    answers: Vec<((usize, u16), Option<Value>)>,
    members: u16,
    complete: bool,
}

impl<'a> Saved<'a> {
    pub(super) fn of(index: &Index<'a>) -> Self {
        let mut saved = Self {
            ids: HashMap::new(),
            people: Vec::new(),
            expected: HashMap::new(),
            complete: HashMap::new(),
        };
        let mut days: HashMap<(&Id, usize), jiff::civil::Date> = HashMap::new();
        for scenario in &index.pack.scenarios {
            let state = index.state_of_questions(scenario.on);
            let day = *days.entry((&scenario.event, state)).or_insert(scenario.on);
            let (person, at) = (saved.person(scenario, day), saved.people.len());
            saved.people.push(person);
            for expected in &scenario.expected {
                let of_procedure = saved.expected.entry(&expected.procedure).or_default();
                of_procedure.entry(at).or_default().push(expected);
            }
            if scenario.complete {
                saved.complete.entry(&scenario.event).or_default().push(at);
            }
        }
        saved
    }

    fn id(&mut self, path: &DeclaredPath) -> usize {
        let next = self.ids.len();
        match self.ids.get(path) {
            Some(id) => *id,
            None => *self.ids.entry(path.clone()).or_insert(next),
        }
    }

    fn person(&mut self, scenario: &'a Scenario, day: jiff::civil::Date) -> Person<'a> {
        let mut answers = Vec::new();
        scenario.facts.for_each(|path, answer| {
            let value = match answer {
                Answer::Unasked => return,
                Answer::Unknown => None,
                Answer::Known(value) => Some(value.clone()),
            };
            let member = if let FactPath::Member(member, _) = path { *member } else { 0 };
            answers.push(((self.id(&path.declared()), member), value));
        });
        if let Ok(visit) = "case.visit_date".parse() {
            answers.retain(|((id, _), _)| self.ids.get(&visit) != Some(id));
            answers.push(((self.id(&visit), 0), Value::date(scenario.on).ok()));
        }
        answers.sort_unstable_by_key(|(key, _)| *key);
        let complete = scenario.facts.household() == Household::Complete;
        Person { scenario, day, answers, members: scenario.facts.members(), complete }
    }

    /// The scenarios that say something of a procedure.
    pub(super) fn about<'s>(&'s self, procedure: &Procedure) -> Vec<Witnessed<'s>> {
        let mut found: BTreeMap<usize, Vec<&Expectation>> =
            self.expected.get(&procedure.id).cloned().unwrap_or_default();
        for event in &procedure.events {
            for at in self.complete.get(event).into_iter().flatten() {
                found.entry(*at).or_default();
            }
        }
        let by_visit = procedure.effective.basis == ValidBy::Visit;
        let witnessed = |(at, expected)| Some(Witnessed { person: self.people.get(at)?, expected });
        found
            .into_iter()
            .filter_map(witnessed)
            .filter(|one| !by_visit || procedure.effective.period.contains(one.person.scenario.on))
            .filter(|one| procedure.events.contains(&one.person.scenario.event))
            .collect()
    }

    /// The places of a world's facts among the answers.
    pub(super) fn places(&self, world: &World<'_>) -> Vec<usize> {
        world.vars.iter().map(|var| self.ids.get(&var.path).copied().unwrap_or(usize::MAX)).collect()
    }
}

/// The contexts of all scenarios about a procedure, each with its scenarios.
pub(super) fn contexts<'s>(
    index: &'s Index<'s>,
    people: Vec<Witnessed<'s>>,
) -> Vec<(Context<'s>, Vec<Witnessed<'s>>)> {
    let mut found: Vec<(Context<'s>, Vec<Witnessed<'s>>)> = Vec::new();
    for one in people {
        let (event, day) = (&one.person.scenario.event, one.person.day);
        match found.iter_mut().find(|(ctx, _)| ctx.event == Some(event) && ctx.day == day) {
            Some((_, people)) => people.push(one),
            None => found.push((Context { index, event: Some(event), day, changed: None }, vec![one])),
        }
    }
    found
}

/// One person before a world's conditions.
pub(super) struct Judged<'s> {
    person: &'s Person<'s>,
    places: &'s [usize],
    budget: &'s Budget,
}

/// What a condition is for each member (or for the case), and for somebody who may be missing from the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truths {
    each: Vec<Tri>,
    missing: Option<Tri>,
}

impl<'s> Judged<'s> {
    pub(super) const fn new(person: &'s Person<'s>, places: &'s [usize], budget: &'s Budget) -> Self {
        Self { person, places, budget }
    }

    pub(super) fn truths(&self, world: &World<'_>, node: NodeId, member: bool) -> Truths {
        let tri = |member: Option<u16>| match world.eval(self, node, member, 0) {
            Out::True => Tri::True,
            Out::False => Tri::False,
            Out::Open(()) => Tri::Unknown,
        };
        if !member {
            return Truths { each: vec![tri(None)], missing: None };
        }
        let each = (0..self.person.members).map(|member| tri(Some(member))).collect();
        // It would be needed if there were anybody more.
        let missing = (!self.person.complete).then(|| match tri(Some(self.person.members)) {
            Tri::True => Tri::Unknown,
            other => other,
        });
        Truths { each, missing }
    }

    fn value(&self, world: &World<'_>, fact: usize, side: Side, member: Option<u16>) -> Option<&Value> {
        let fact = world.uses.get(fact)?;
        match side {
            Side::Said => self.said(world, fact, member),
            Side::Skipped => None,
        }
    }

    fn said(&self, world: &World<'_>, fact: &Use, member: Option<u16>) -> Option<&Value> {
        let each = world.vars.get(fact.var)?.path.is_each_member();
        let key = (*self.places.get(fact.var)?, if each { member.unwrap_or_default() } else { 0 });
        let at = self.person.answers.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.person.answers.get(at)?.1.as_ref()
    }
}

impl Truths {
    /// Whether an expectation of a scenario is met.
    fn meet(&self, expected: &Expectation) -> bool {
        let wanted = match expected.verdict {
            Verdict::Needed => Tri::True,
            Verdict::NotNeeded => Tri::False,
            Verdict::ToConfirm | Verdict::Undecided => Tri::Unknown,
        };
        if let Some(member) = expected.member {
            return self.each.get(usize::from(member)) == Some(&wanted);
        }
        let mut all = self.each.iter().chain(&self.missing);
        if wanted == Tri::False {
            all.all(|truth| *truth == wanted)
        } else {
            all.any(|truth| *truth == wanted)
        }
    }

    /// Whether a scenario says that this is wrong.
    pub(super) fn contradict(&self, witnessed: &Witnessed<'_>) -> bool {
        let expected = &witnessed.expected;
        let named = |member: usize| {
            expected.iter().any(|expected| expected.member.is_none_or(|named| usize::from(named) == member))
        };
        let beyond = witnessed.person.scenario.complete
            && self.each.iter().enumerate().any(|(member, truth)| *truth == Tri::True && !named(member));
        beyond || expected.iter().any(|expected| !self.meet(expected))
    }

    pub(super) fn is_needed(&self) -> bool {
        self.each.contains(&Tri::True)
    }

    pub(super) fn is_not_needed(&self) -> bool {
        self.each.iter().chain(&self.missing).all(|truth| *truth == Tri::False)
    }
}

impl View for Judged<'_> {
    type Open = ();

    fn check(
        &self,
        world: &World<'_>,
        check: &Check,
        left: Side,
        right: Option<Side>,
        member: Option<u16>,
    ) -> Out<()> {
        let skipped = |fact: usize| world.uses.get(fact).and_then(|fact| fact.skipped.as_ref());
        let value = |fact: usize, side: Side| match side {
            Side::Said => self.value(world, fact, side, member),
            Side::Skipped => skipped(fact),
        };
        let Some(one) = value(check.left, left) else { return Out::Open(()) };
        let other = check.right.zip(right).and_then(|(fact, side)| value(fact, side));
        match truth(&check.test, one, other) {
            Tri::True => Out::True,
            Tri::False => Out::False,
            Tri::Unknown => Out::Open(()),
        }
    }

    fn members(&self) -> u16 {
        self.person.members
    }

    fn is_there(&self, _: u16) -> Out<()> {
        Out::True
    }

    fn others(&self) -> Option<(u16, ())> {
        (!self.person.complete).then_some((self.person.members, ()))
    }

    fn skipped(&self, world: &World<'_>, fact: &Use, member: Option<u16>) -> Result<Side, ()> {
        let may_be = |said: &Value, skipped: &Value| match (range(said), range(skipped)) {
            (Some((low, high)), Some((from, to))) => low <= to && from <= high,
            _ => said == skipped,
        };
        match (self.said(world, fact, member), &fact.skipped) {
            (None, Some(_)) => Ok(Side::Skipped),
            (Some(said), Some(skipped)) if !may_be(said, skipped) => Err(()),
            _ => Ok(Side::Said),
        }
    }

    fn behind_open_gate(&self, (): ()) -> Result<Side, ()> {
        Ok(Side::Said)
    }

    fn step(&self) -> bool {
        self.budget.step()
    }

    fn given_up(&self) {}
}
