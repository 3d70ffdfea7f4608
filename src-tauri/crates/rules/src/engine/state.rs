//! The facts of one case in numbered places, and the truth of conditions over them.

use std::cmp::Ordering;

use super::program::{FactKey, ItemKind, Node, NodeId, Program, Slot, SlotRef, bit};
use crate::age::{age, moved};
use crate::condition::Quantifier;
use crate::kleene::{Compare, Tri};

/// Whether the list of members is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    Closed,
    Unasked,
    Unknown,
}

/// Rows `0..members` are the listed members; one more row stands for anybody who may be missing from the list, of whom
/// nothing is known.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) members: usize,
    pub(crate) openness: Openness,
    raw_case: Vec<Slot>,
    case: Vec<Slot>,
    raw_member: Vec<Slot>,
    member: Vec<Slot>,
    case_items: Vec<Tri>,
    member_items: Vec<Tri>,
    width: usize,
    items_width: usize,
}

impl State {
    pub(crate) fn blank(program: &Program, members: usize) -> Self {
        let rows = members + 1;
        let width = program.member.len();
        let items_width = program.member_items as usize;
        Self {
            members,
            openness: Openness::Unasked,
            raw_case: vec![Slot::Unasked; program.case.len()],
            case: vec![Slot::Unasked; program.case.len()],
            raw_member: vec![Slot::Unasked; rows * width],
            member: vec![Slot::Unasked; rows * width],
            case_items: vec![Tri::Unknown; program.case_items as usize],
            member_items: vec![Tri::Unknown; rows * items_width],
            width,
            items_width,
        }
    }

    /// The row of whoever is not on the list.
    pub(crate) const fn ghost(&self) -> usize {
        self.members
    }

    const fn place(&self, fact: SlotRef, row: usize) -> usize {
        if fact.member { row * self.width + fact.index as usize } else { fact.index as usize }
    }

    pub(crate) fn get(&self, fact: SlotRef, row: usize) -> Slot {
        let slots = if fact.member { &self.member } else { &self.case };
        slots.get(self.place(fact, row)).copied().unwrap_or(Slot::Unasked)
    }

    /// What was said, before gates and derivations.
    pub(crate) fn raw(&self, fact: SlotRef, row: usize) -> Slot {
        let slots = if fact.member { &self.raw_member } else { &self.raw_case };
        slots.get(self.place(fact, row)).copied().unwrap_or(Slot::Unasked)
    }

    pub(crate) fn set(&mut self, fact: SlotRef, row: usize, value: Slot) {
        let place = self.place(fact, row);
        let (raw, slots) = if fact.member {
            (&mut self.raw_member, &mut self.member)
        } else {
            (&mut self.raw_case, &mut self.case)
        };
        if let (Some(raw), Some(slot)) = (raw.get_mut(place), slots.get_mut(place)) {
            *raw = value;
            *slot = value;
        }
    }

    pub(crate) fn set_key(&mut self, key: FactKey, value: Slot) {
        match key {
            FactKey::Household => {}
            FactKey::Case(index) => self.set(SlotRef { index, member: false }, 0, value),
            FactKey::Member(row, index) => self.set(SlotRef { index, member: true }, usize::from(row), value),
        }
    }

    pub(crate) fn raw_key(&self, key: FactKey) -> Slot {
        match key {
            FactKey::Household => Slot::Unasked,
            FactKey::Case(index) => self.raw(SlotRef { index, member: false }, 0),
            FactKey::Member(row, index) => self.raw(SlotRef { index, member: true }, usize::from(row)),
        }
    }

    fn resolved(&mut self, fact: SlotRef, row: usize, value: Slot) {
        let place = self.place(fact, row);
        let slots = if fact.member { &mut self.member } else { &mut self.case };
        if let Some(slot) = slots.get_mut(place) {
            *slot = value;
        }
    }

    pub(crate) fn item(&self, program: &Program, item: u32, row: usize) -> Tri {
        let Some(item) = program.items.get(item as usize) else { return Tri::Unknown };
        let truth = if item.member {
            self.member_items.get(row * self.items_width + item.at as usize)
        } else {
            self.case_items.get(item.at as usize)
        };
        truth.copied().unwrap_or(Tri::Unknown)
    }

    /// Computes derived facts, gates and named conditions; `items` in their order.
    pub(crate) fn compute(
        &mut self,
        program: &Program,
        items: impl Iterator<Item = u32>,
        only_row: Option<usize>,
    ) {
        for number in items {
            let Some(item) = program.items.get(number as usize) else { continue };
            if !item.member {
                self.compute_one(program, number, 0);
            } else if let Some(row) = only_row {
                self.compute_one(program, number, row);
            } else {
                for row in 0..=self.members {
                    self.compute_one(program, number, row);
                }
            }
        }
    }

    fn compute_one(&mut self, program: &Program, number: u32, row: usize) {
        let Some(item) = program.items.get(number as usize) else { return };
        let truth = self.eval(program, item.node, row);
        let place = row * self.items_width + item.at as usize;
        let truths = if item.member {
            self.member_items.get_mut(place)
        } else {
            self.case_items.get_mut(item.at as usize)
        };
        if let Some(known) = truths {
            *known = truth;
        }
        match item.kind {
            ItemKind::Named => {}
            ItemKind::Derived(fact) => {
                let value = match truth {
                    Tri::True => Slot::Bool(true),
                    Tri::False => Slot::Bool(false),
                    Tri::Unknown => Slot::Unasked,
                };
                self.resolved(fact, row, value);
            }
            ItemKind::Gate(fact, when_skipped) => {
                let raw = self.raw(fact, row);
                let value = match (truth, when_skipped) {
                    (Tri::False, Some(skipped)) if raw.is_known() && !may_be(raw, skipped) => Slot::Clash,
                    (Tri::False, Some(skipped)) if !raw.is_known() => skipped,
                    _ => raw,
                };
                self.resolved(fact, row, value);
            }
        }
    }

    /// The truth of a condition for a row. (`row` matters only where the condition speaks of a member.)
    pub(crate) fn eval(&self, program: &Program, node: NodeId, row: usize) -> Tri {
        match program.node(node) {
            Node::Const(truth) => *truth,
            Node::All(children) => {
                let mut all = Tri::True;
                for child in children {
                    match self.eval(program, *child, row) {
                        Tri::False => return Tri::False,
                        Tri::Unknown => all = Tri::Unknown,
                        Tri::True => {}
                    }
                }
                all
            }
            Node::Any(children) => {
                let mut any = Tri::False;
                for child in children {
                    match self.eval(program, *child, row) {
                        Tri::True => return Tri::True,
                        Tri::Unknown => any = Tri::Unknown,
                        Tri::False => {}
                    }
                }
                any
            }
            Node::Not(child) => self.eval(program, *child, row).negated(),
            Node::Item(item) => self.item(program, *item, row),
            Node::Household(quantifier, body) => self.household(program, *quantifier, *body),
            test => self.test(test, row),
        }
    }

    fn household(&self, program: &Program, quantifier: Quantifier, body: NodeId) -> Tri {
        let (yes, maybe) = self.counted(program, body);
        let (compare, number) = match quantifier {
            Quantifier::Any => (Compare::AtLeast, 1),
            Quantifier::Count(compare, number) => (compare, u64::from(number)),
            Quantifier::Every => {
                let mut every = Tri::True;
                for row in 0..self.members {
                    every = every.and(self.eval(program, body, row));
                }
                if self.openness != Openness::Closed {
                    every = every.and(Tri::Unknown.or(self.eval(program, body, self.ghost())));
                }
                return every;
            }
        };
        compare.between((&yes, &maybe), (&number, &number))
    }

    /// How many members surely, and how many possibly, fulfil a condition.
    pub(crate) fn counted(&self, program: &Program, body: NodeId) -> (u64, u64) {
        let (mut yes, mut maybe) = (0, 0);
        for row in 0..self.members {
            match self.eval(program, body, row) {
                Tri::True => {
                    yes += 1;
                    maybe += 1;
                }
                Tri::Unknown => maybe += 1,
                Tri::False => {}
            }
        }
        if self.openness != Openness::Closed && self.eval(program, body, self.ghost()) != Tri::False {
            maybe = u64::MAX;
        }
        (yes, maybe)
    }

    fn test(&self, test: &Node, row: usize) -> Tri {
        match (test, test.facts().0.map(|fact| self.get(fact, row))) {
            (Node::True(_), Some(Slot::Bool(yes))) => Tri::of(yes),
            (Node::OneOf(_, wanted), Some(Slot::One(at))) => Tri::of(wanted & bit(at) != 0),
            (Node::HasAny(_, wanted), Some(Slot::Set(set))) => Tri::of(set & wanted != 0),
            (Node::HasAll(_, wanted), Some(Slot::Set(set))) => Tri::of(set & wanted == *wanted),
            (Node::Number(_, compare, number), Some(Slot::Number(value))) => {
                Tri::of(compare.holds(value.cmp(number)))
            }
            (Node::NumberIn(_, numbers), Some(Slot::Number(value))) => Tri::of(numbers.contains(&value)),
            (Node::Date(_, compare, day), Some(Slot::Date(low, high))) => {
                compare.between((&low, &high), (day, day))
            }
            (Node::Dates(_, compare, other, offset), Some(Slot::Date(low, high))) => {
                match self.get(*other, row) {
                    Slot::Date(other_low, other_high) => {
                        let (from, to) = (moved(other_low, *offset), moved(other_high, *offset));
                        compare.between((&low, &high), (&from, &to))
                    }
                    _ => Tri::Unknown,
                }
            }
            (Node::Age { on, basis, compare, years, .. }, Some(Slot::Date(low, high))) => {
                match self.get(*on, row) {
                    Slot::Date(on_low, on_high) => {
                        let (youngest, oldest) = (age(high, on_low, *basis), age(low, on_high, *basis));
                        compare.between((&youngest, &oldest), (years, years))
                    }
                    _ => Tri::Unknown,
                }
            }
            _ => Tri::Unknown,
        }
    }
}

/// Whether an answer and the value of a skipped question may be the same.
fn may_be(answer: Slot, skipped: Slot) -> bool {
    match (answer, skipped) {
        (Slot::Date(low, high), Slot::Date(from, to)) => {
            low.cmp(&to) != Ordering::Greater && from.cmp(&high) != Ordering::Greater
        }
        _ => answer == skipped,
    }
}
