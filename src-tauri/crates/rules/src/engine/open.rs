//! What is open: the facts that can still change an undecided condition.

use std::collections::BTreeSet;

use super::compile::Rulebook;
use super::program::{FactKey, ItemKind, Node, NodeId, Slot, SlotRef};
use super::state::{Openness, State};
use crate::kleene::Tri;

/// A fact that is not known, and whether it can still be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpenFact {
    pub(crate) key: FactKey,
    /// Answered わからない, or nobody asks for it here.
    pub(crate) asked: bool,
}

pub(crate) struct Openings<'a> {
    book: &'a Rulebook,
    state: &'a State,
    seen: BTreeSet<(u32, usize)>,
    /// Also what waits behind a question that was not asked yet.
    to_the_end: bool,
    pub(crate) found: BTreeSet<OpenFact>,
    /// Questions about a member who may be missing from the list, by their place among the members' facts.
    pub(crate) of_anybody: BTreeSet<u32>,
}

impl<'a> Openings<'a> {
    pub(crate) fn of(book: &'a Rulebook, state: &'a State, root: NodeId, row: usize) -> BTreeSet<OpenFact> {
        Self::walk(book, state, root, row, false).found
    }

    /// The same, with what the open questions may lead to.
    pub(crate) fn to_the_end(book: &'a Rulebook, state: &'a State, root: NodeId, row: usize) -> Self {
        Self::walk(book, state, root, row, true)
    }

    fn walk(book: &'a Rulebook, state: &'a State, root: NodeId, row: usize, to_the_end: bool) -> Self {
        let (seen, found, of_anybody) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut openings = Openings { book, state, seen, to_the_end, found, of_anybody };
        openings.node(root, row);
        openings
    }

    fn node(&mut self, id: NodeId, row: usize) {
        let (book, state) = (self.book, self.state);
        if state.eval(&book.program, id, row).is_known() {
            return;
        }
        match book.program.node(id) {
            Node::Const(_) => {}
            Node::All(children) | Node::Any(children) => {
                for child in children {
                    self.node(*child, row);
                }
            }
            Node::Not(child) => self.node(*child, row),
            Node::Item(item) => self.item(*item, row),
            Node::Household(_, body) => {
                for row in 0..state.members {
                    self.node(*body, row);
                }
                if state.openness != Openness::Closed {
                    self.household();
                    // What is open of somebody unknown may be decided by the case alone.
                    self.node(*body, state.ghost());
                }
            }
            test => {
                let (one, other) = test.facts();
                for fact in one.into_iter().chain(other) {
                    self.fact(fact, row);
                }
            }
        }
    }

    fn item(&mut self, number: u32, row: usize) {
        if !self.seen.insert((number, row)) {
            return;
        }
        if let Some(item) = self.book.program.items.get(number as usize) {
            self.node(item.node, row);
        }
    }

    fn household(&mut self) {
        self.found
            .insert(OpenFact { key: FactKey::Household, asked: self.state.openness == Openness::Unknown });
    }

    fn fact(&mut self, fact: SlotRef, row: usize) {
        let (book, state) = (self.book, self.state);
        if state.get(fact, row).is_exact() {
            return;
        }
        let raw = state.raw(fact, row);
        match book.program.item_of(fact) {
            Some((number, item)) if matches!(item.kind, ItemKind::Derived(_)) => self.item(number, row),
            Some((number, _)) if !raw.is_known() => {
                if state.item(&book.program, number, row) == Tri::Unknown {
                    // The gate first; once it was asked in vain, the question itself.
                    let before = std::mem::take(&mut self.found);
                    let seen = std::mem::take(&mut self.seen);
                    self.item(number, row);
                    let gate = std::mem::replace(&mut self.found, before);
                    self.seen = seen;
                    let to_ask = gate.iter().any(|open| !open.asked);
                    self.found.extend(gate);
                    if to_ask && !self.to_the_end {
                        return;
                    }
                }
                self.push(fact, row, raw);
            }
            _ => self.push(fact, row, raw),
        }
    }

    fn push(&mut self, fact: SlotRef, row: usize, raw: Slot) {
        if fact.member && row == self.state.ghost() {
            self.of_anybody.insert(fact.index);
            return self.household();
        }
        let key = match u16::try_from(row) {
            Ok(row) if fact.member => FactKey::Member(row, fact.index),
            _ => FactKey::Case(fact.index),
        };
        let asked = raw != Slot::Unasked || self.book.program.question(key).is_none();
        self.found.insert(OpenFact { key, asked });
    }
}
