//! Exact search for a person, by trying what is still open and cutting off what is already decided.

use std::cell::Cell;

use madoka_facts::Value;

use super::minimal::Sketch;
use super::witness::Witness;
use super::world::{Check, Domain, NodeId, Out, Side, Table, Use, UseId, View, World};

/// Steps one search may take, and all searches of an analysis together.
const STEPS_EACH: u64 = 400_000;
const STEPS_TOGETHER: u64 = 60_000_000;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    Somebody(Box<Witness>),
    /// Proved: there is no such person.
    Nobody,
    /// 調べきれませんでした.
    GaveUp,
}

/// How much searching is left.
#[derive(Debug)]
pub(super) struct Budget(Cell<u64>);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(Cell::new(STEPS_TOGETHER))
    }

    /// Takes a step; false when none is left.
    pub(super) fn step(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// What is still possible of one fact. Of a choice: which values; of choices: what is chosen, what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Possible {
    yes: u128,
    no: u128,
}

impl Possible {
    fn anything(domain: &Domain) -> Self {
        match domain {
            Domain::Finite(values) => Self { yes: full(values.len()), no: 0 },
            Domain::Picks { .. } => Self { yes: 0, no: 0 },
        }
    }
}

#[derive(Debug, Clone)]
struct People {
    cells: Vec<Possible>,
    at_least: u16,
    at_most: u16,
}

/// What to try next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Try {
    /// A fact within these candidates, or without them.
    Within {
        cell: usize,
        mask: u128,
    },
    /// One of the choices chosen, or not.
    Chosen {
        cell: usize,
        bit: u128,
        alone: u128,
    },
    /// The household has a member in this place, or not.
    There(u16),
    GiveUp,
}

struct Looking<'s> {
    people: &'s People,
    steps: &'s Cell<u64>,
}

impl World<'_> {
    /// Looks for a person for whom `node` is true; `member` is whether it is about a member of the household.
    pub(super) fn somebody(&self, node: NodeId, member: bool, budget: &Budget) -> Search {
        let all = self.vars.iter().flat_map(|var| {
            let count = if var.path.is_each_member() { usize::from(self.slots.max(1)) } else { 1 };
            std::iter::repeat_n(Possible::anything(&var.domain), count)
        });
        let start = People { cells: all.collect(), at_least: u16::from(member), at_most: self.slots };
        let steps = Cell::new(STEPS_EACH.min(budget.0.get()));
        let before = steps.get();
        let found = self.walk(node, member, start, &steps);
        budget.0.set(budget.0.get().saturating_sub(before - steps.get()));
        match found {
            Search::Nobody if self.cut => Search::GaveUp,
            found => found,
        }
    }

    fn walk(&self, node: NodeId, member: bool, start: People, steps: &Cell<u64>) -> Search {
        let mut open = vec![start];
        let about = member.then_some(0);
        while let Some(people) = open.pop() {
            let looking = Looking { people: &people, steps };
            match self.eval(&looking, node, about, 0) {
                Out::False => {}
                Out::True => {
                    return Search::Somebody(Box::new(self.minimal(node, about, self.sketch(&people))));
                }
                Out::Open(Try::GiveUp) => return Search::GaveUp,
                Out::Open(next) => {
                    // The last one pushed is looked at first: what is asked for, but no more members than needed.
                    let first = !matches!(next, Try::There(_));
                    open.extend(people.with(next, !first));
                    open.extend(people.with(next, first));
                }
            }
        }
        Search::Nobody
    }

    fn sketch(&self, people: &People) -> Sketch {
        let mut cells: Vec<Option<Value>> = vec![None; self.cells];
        for var in &self.vars {
            let members = if var.path.is_each_member() { people.at_least } else { 1 };
            for cell in (0..usize::from(members)).map(|member| var.base + member) {
                if let (Some(place), Some(possible)) = (cells.get_mut(cell), people.cells.get(cell)) {
                    *place = value(&var.domain, *possible);
                }
            }
        }
        Sketch { cells, members: people.at_least, listed: true }
    }
}

fn full(count: usize) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

fn value(domain: &Domain, possible: Possible) -> Option<Value> {
    match domain {
        Domain::Finite(values) => values.get(possible.yes.trailing_zeros() as usize).cloned(),
        Domain::Picks { ids, .. } => {
            let chosen = ids.iter().enumerate().filter(|(at, _)| possible.yes & (1 << at) != 0);
            Some(Value::Choices(chosen.map(|(_, id)| id.clone()).collect()))
        }
    }
}

impl People {
    fn with(&self, next: Try, yes: bool) -> Option<Self> {
        let mut people = self.clone();
        match next {
            Try::Within { cell, mask } => {
                let cell = people.cells.get_mut(cell)?;
                cell.yes &= if yes { mask } else { !mask };
                (cell.yes != 0).then_some(people)
            }
            Try::Chosen { cell, bit, alone } => {
                let cell = people.cells.get_mut(cell)?;
                if yes {
                    cell.yes |= bit;
                    cell.no |= if bit & alone != 0 { !bit } else { alone };
                } else {
                    cell.no |= bit;
                }
                (cell.yes & cell.no == 0).then_some(people)
            }
            Try::There(slot) => {
                if yes {
                    people.at_least = people.at_least.max(slot + 1);
                } else {
                    people.at_most = people.at_most.min(slot);
                }
                (people.at_least <= people.at_most).then_some(people)
            }
            Try::GiveUp => None,
        }
    }
}

impl Looking<'_> {
    fn possible(
        &self,
        world: &World<'_>,
        fact: UseId,
        side: Side,
        member: Option<u16>,
    ) -> Option<(usize, Possible)> {
        let var = world.vars.get(world.uses.get(fact)?.var)?;
        let member = if var.path.is_each_member() { usize::from(member.unwrap_or_default()) } else { 0 };
        let cell = var.base + member;
        match side {
            Side::Said => self.people.cells.get(cell).map(|possible| (cell, *possible)),
            Side::Skipped => {
                let bits = world.uses.get(fact)?.skipped_bits;
                Some((cell, Possible { yes: bits, no: !bits }))
            }
        }
    }
}

impl View for Looking<'_> {
    type Open = Try;

    fn check(
        &self,
        world: &World<'_>,
        check: &Check,
        left: Side,
        right: Option<Side>,
        member: Option<u16>,
    ) -> Out<Try> {
        let Some((cell, possible)) = self.possible(world, check.left, left, member) else {
            return Out::Open(Try::GiveUp);
        };
        match &check.table {
            Table::None => Out::Open(Try::GiveUp),
            Table::Mask(mask) => within(cell, possible.yes, *mask),
            Table::AnyOf(ids) => {
                if ids & possible.yes != 0 {
                    Out::True
                } else {
                    chosen(world, check.left, cell, ids & !possible.no).map_or(Out::False, Out::Open)
                }
            }
            Table::AllOf(ids) => {
                if ids & possible.no != 0 {
                    Out::False
                } else {
                    chosen(world, check.left, cell, ids & !possible.yes).map_or(Out::True, Out::Open)
                }
            }
            Table::Pairs(rows) => {
                let right =
                    check.right.zip(right).and_then(|(fact, side)| self.possible(world, fact, side, member));
                let Some((other, others)) = right else { return Out::Open(Try::GiveUp) };
                if others.yes.is_power_of_two() {
                    let row = rows.get(others.yes.trailing_zeros() as usize).copied().unwrap_or_default();
                    return within(cell, possible.yes, row);
                }
                // Whatever the right side is, the left side may be decided already.
                let mut all = u128::MAX;
                let mut any = 0;
                for (at, row) in rows.iter().enumerate() {
                    if others.yes & (1 << at) != 0 {
                        all &= row;
                        any |= row;
                    }
                }
                if possible.yes & !all == 0 {
                    Out::True
                } else if possible.yes & any == 0 {
                    Out::False
                } else {
                    Out::Open(Try::Within { cell: other, mask: lowest(others.yes) })
                }
            }
        }
    }

    fn members(&self) -> u16 {
        self.people.at_most
    }

    fn is_there(&self, slot: u16) -> Out<Try> {
        if slot < self.people.at_least { Out::True } else { Out::Open(Try::There(slot)) }
    }

    fn others(&self) -> Option<(u16, Try)> {
        None
    }

    fn skipped(&self, _: &World<'_>, _: &Use, _: Option<u16>) -> Result<Side, Try> {
        Ok(Side::Skipped)
    }

    fn behind_open_gate(&self, open: Try) -> Result<Side, Try> {
        Err(open)
    }

    fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    fn given_up(&self) -> Try {
        Try::GiveUp
    }
}

fn lowest(bits: u128) -> u128 {
    bits & bits.wrapping_neg()
}

fn within(cell: usize, possible: u128, mask: u128) -> Out<Try> {
    if possible & mask == 0 {
        Out::False
    } else if possible & !mask == 0 {
        Out::True
    } else {
        Out::Open(Try::Within { cell, mask })
    }
}

fn chosen(world: &World<'_>, fact: UseId, cell: usize, open: u128) -> Option<Try> {
    let alone = match world.domain_of(fact) {
        Some(Domain::Picks { alone, .. }) => *alone,
        _ => 0,
    };
    (open != 0).then(|| Try::Chosen { cell, bit: lowest(open), alone })
}
