//! Why: the smallest set of facts that forces a verdict.

use std::collections::HashMap;
use std::rc::Rc;

use super::compile::{Compiled, Rulebook};
use super::program::{FactKey, Node, NodeId, Slot, SlotRef};
use super::state::{Openness, State};
use crate::condition::Quantifier;
use crate::kleene::{Compare, Tri};

type Support = Vec<FactKey>;

/// Finds reasons in one case; remembers those of named conditions and derived facts.
pub(super) struct Explainer<'a> {
    book: &'a Rulebook,
    state: &'a State,
    items: HashMap<(u32, usize), Rc<Support>>,
    /// Where a set of facts is tried alone.
    scratch: Option<State>,
    /// How much trying is left. Only made-up packs with huge households use it up; reasons then may say too much.
    patience: usize,
}

const PATIENCE: usize = 2_000_000;

impl<'a> Explainer<'a> {
    pub(super) fn new(book: &'a Rulebook, state: &'a State) -> Self {
        Self { book, state, items: HashMap::new(), scratch: None, patience: PATIENCE }
    }

    /// The facts that alone force the known `truth` of a procedure's condition; without any one of them it is open.
    pub(super) fn because(&mut self, procedure: &Compiled, row: usize, truth: Tri) -> Support {
        let mut support = Support::new();
        self.node(procedure.root, row, truth, &mut support);
        support.sort_unstable();
        support.dedup();
        if !procedure.read_once && support.len() > 1 {
            self.minimise(procedure, row, truth, &mut support);
        }
        support
    }

    /// Drops every fact the others can do without.
    fn minimise(&mut self, procedure: &Compiled, row: usize, truth: Tri, support: &mut Support) {
        let (book, state) = (self.book, self.state);
        let rows = if procedure.has_household { state.members + 1 } else { 1 };
        let work = support.len().saturating_mul(rows).saturating_mul(procedure.items.len() + 1);
        let Some(left) = self.patience.checked_sub(work) else { return };
        self.patience = left;
        let scratch = self.scratch.get_or_insert_with(|| {
            let mut blank = State::blank(&book.program, state.members);
            book.set_today(&mut blank);
            blank
        });
        for key in support.iter() {
            scratch.set_key(*key, state.raw_key(*key));
        }
        let only_row = (!procedure.has_household).then_some(row);
        let mut at = 0;
        while let Some(key) = support.get(at).copied() {
            scratch.set_key(key, Slot::Unasked);
            let knows_list = key != FactKey::Household && support.contains(&FactKey::Household);
            scratch.openness = if knows_list { state.openness } else { Openness::Unasked };
            scratch.compute(&book.program, procedure.items.iter().copied(), only_row);
            if scratch.eval(&book.program, procedure.root, row) == truth {
                support.remove(at);
            } else {
                scratch.set_key(key, state.raw_key(key));
                at += 1;
            }
        }
        for key in support.iter() {
            scratch.set_key(*key, Slot::Unasked);
        }
        // Items keep what they computed last; the next trial computes those it rests on again.
    }

    fn node(&mut self, id: NodeId, row: usize, truth: Tri, out: &mut Support) {
        let (book, state) = (self.book, self.state);
        match book.program.node(id) {
            Node::Const(_) => {}
            Node::Not(child) => self.node(*child, row, truth.negated(), out),
            Node::All(children) => self.branches(children, row, truth, Tri::True, out),
            Node::Any(children) => self.branches(children, row, truth, Tri::False, out),
            Node::Item(item) => out.extend_from_slice(&self.item(*item, row, truth)),
            Node::Household(quantifier, body) => self.household(*quantifier, *body, truth, out),
            test => {
                debug_assert!(
                    state.eval(&book.program, id, row) == truth,
                    "an explanation of what is not so"
                );
                let (one, other) = test.facts();
                for fact in one.into_iter().chain(other) {
                    self.fact(fact, row, out);
                }
            }
        }
    }

    /// `every_needed` is the truth that takes all branches; the other takes any one.
    fn branches(
        &mut self,
        children: &[NodeId],
        row: usize,
        truth: Tri,
        every_needed: Tri,
        out: &mut Support,
    ) {
        if truth == every_needed {
            for child in children {
                self.node(*child, row, truth, out);
            }
            return;
        }
        let mut best: Option<Support> = None;
        for child in children {
            if self.state.eval(&self.book.program, *child, row) == truth {
                let mut support = Support::new();
                self.node(*child, row, truth, &mut support);
                if best.as_ref().is_none_or(|best| support.len() < best.len()) {
                    best = Some(support);
                }
            }
        }
        out.extend(best.unwrap_or_default());
    }

    fn item(&mut self, number: u32, row: usize, truth: Tri) -> Rc<Support> {
        if let Some(known) = self.items.get(&(number, row)) {
            return Rc::clone(known);
        }
        let mut support = Support::new();
        if let Some(item) = self.book.program.items.get(number as usize) {
            self.node(item.node, row, truth, &mut support);
        }
        support.sort_unstable();
        support.dedup();
        let support = Rc::new(support);
        self.items.insert((number, row), Rc::clone(&support));
        support
    }

    fn fact(&mut self, fact: SlotRef, row: usize, out: &mut Support) {
        let book = self.book;
        let Some(info) = book.program.slot(fact) else { return };
        if info.constant {
            return;
        }
        if self.state.raw(fact, row).is_known() {
            out.push(match u16::try_from(row) {
                Ok(row) if fact.member => FactKey::Member(row, fact.index),
                _ => FactKey::Case(fact.index),
            });
        } else if let Some((number, _)) = book.program.item_of(fact) {
            // Derived: as its condition is. Behind a gate: the gate is false.
            let truth = self.state.item(&book.program, number, row);
            out.extend_from_slice(&self.item(number, row, truth));
        }
    }

    fn household(&mut self, quantifier: Quantifier, body: NodeId, truth: Tri, out: &mut Support) {
        let (book, state) = (self.book, self.state);
        let members = state.members as u64;
        // How many members must be shown to fulfil the body, and how many not to; and whether the list must be complete.
        let (yes, no, closed) = match (quantifier, truth) {
            (Quantifier::Any, Tri::True) => (1, 0, false),
            (Quantifier::Any, _) | (Quantifier::Every, Tri::True) => {
                let all = members;
                if matches!(quantifier, Quantifier::Any) { (0, all, true) } else { (all, 0, true) }
            }
            (Quantifier::Every, _) => (0, 1, false),
            (Quantifier::Count(compare, number), truth) => {
                self.counts(body, compare, u64::from(number), truth == Tri::True)
            }
        };
        if (yes, no, closed) == (0, 0, false) {
            return;
        }
        let ghost = state.eval(&book.program, body, state.ghost());
        // What holds of somebody of whom nothing is known holds of everybody.
        let of_nobody =
            ghost == Tri::False && !matches!((quantifier, truth), (Quantifier::Every, Tri::False));
        let of_all = ghost == Tri::True && matches!((quantifier, truth), (Quantifier::Every, Tri::True));
        if of_all || (of_nobody && quantifier != Quantifier::Every) {
            return self.node(body, state.ghost(), ghost, out);
        }
        if closed {
            out.push(FactKey::Household);
        }
        self.rows(body, Tri::True, yes, out);
        self.rows(body, Tri::False, no, out);
    }

    fn counts(&self, body: NodeId, compare: Compare, number: u64, truth: bool) -> (u64, u64, bool) {
        let members = self.state.members as u64;
        let at_least = |number: u64| (number, 0, false);
        let at_most = |number: u64| (0, members.saturating_sub(number), true);
        match (compare, truth) {
            (Compare::AtLeast, true) | (Compare::Less, false) => at_least(number),
            (Compare::More, true) | (Compare::AtMost, false) => at_least(number.saturating_add(1)),
            (Compare::AtMost, true) | (Compare::More, false) => at_most(number),
            (Compare::Less, true) | (Compare::AtLeast, false) => at_most(number.saturating_sub(1)),
            (Compare::Equal, true) => (number, members.saturating_sub(number), true),
            (Compare::Equal, false) => {
                let (sure, _) = self.state.counted(&self.book.program, body);
                if sure > number {
                    at_least(number.saturating_add(1))
                } else {
                    at_most(number.saturating_sub(1))
                }
            }
        }
    }

    /// The cheapest `count` members of whom the body is `truth`.
    fn rows(&mut self, body: NodeId, truth: Tri, count: u64, out: &mut Support) {
        if count == 0 {
            return;
        }
        let mut found: Vec<Support> = Vec::new();
        for row in 0..self.state.members {
            if self.state.eval(&self.book.program, body, row) == truth {
                let mut support = Support::new();
                self.node(body, row, truth, &mut support);
                found.push(support);
            }
        }
        found.sort_by_key(Vec::len);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        out.extend(found.into_iter().take(count).flatten());
    }
}
