//! Conditions with everything they rest on (named conditions, derived facts, gates), as one small graph.
//!
//! A world holds what one question of the analysis needs and no more: a procedure, or two to be compared. So its
//! finite abstraction stays small however large the pack is.

use std::collections::HashMap;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id, Value};

use super::index::Index;
use crate::condition::{Condition, DateSide, Quantifier, Test};
use crate::kleene::Compare;
use crate::pack::{Effective, ValidBy};

/// Deeper chains of conditions are answered by "could not be searched"; it keeps every stack shallow.
const MAX_DEPTH: usize = 600;

pub(super) type NodeId = usize;
pub(super) type ContextId = usize;
pub(super) type UseId = usize;
pub(super) type VarId = usize;

/// Whose rules: a pack's, for an event, on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) index: &'a Index<'a>,
    /// Without an event there are no gates, so that everything may be answered.
    pub(super) event: Option<&'a Id>,
    pub(super) day: Date,
    /// A named condition as it might be instead.
    pub(super) changed: Option<(&'a Id, &'a Condition)>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    Const(bool),
    Same(NodeId),
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
    Not(NodeId),
    /// How many members fulfil the inner condition (or, negated, do not).
    Household {
        negated: bool,
        compare: Compare,
        number: u32,
        inner: NodeId,
    },
    Check(usize),
}

/// A test with the facts it reads.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) test: Test,
    pub(super) left: UseId,
    pub(super) right: Option<UseId>,
    pub(super) table: Table,
}

/// For which candidates a test is true.
#[derive(Debug, Clone)]
pub(super) enum Table {
    None,
    Mask(u128),
    AnyOf(u128),
    AllOf(u128),
    /// By candidate of the right side: the candidates of the left side.
    Pairs(Vec<u128>),
}

/// A fact as one context reads it: what was said, or what a false gate makes of it.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub(super) var: VarId,
    pub(super) gate: Option<NodeId>,
    pub(super) skipped: Option<Value>,
    /// The skipped value among the candidates.
    pub(super) skipped_bits: u128,
}

/// What is said of a fact.
#[derive(Debug, Clone)]
pub(super) struct Var {
    pub(super) path: DeclaredPath,
    pub(super) domain: Domain,
    /// The first of its cells; a member's fact has one for each member.
    pub(super) base: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Domain {
    /// One of these.
    Finite(Vec<Value>),
    /// Any of these, `alone` ones by themselves.
    Picks { ids: Vec<Id>, alone: u128 },
}

/// The graph.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) contexts: Vec<Context<'a>>,
    pub(super) nodes: Vec<Node>,
    pub(super) checks: Vec<Check>,
    pub(super) uses: Vec<Use>,
    pub(super) vars: Vec<Var>,
    var_ids: HashMap<DeclaredPath, VarId>,
    use_ids: HashMap<(ContextId, DeclaredPath), UseId>,
    named: HashMap<(ContextId, Id), NodeId>,
    derived: HashMap<(ContextId, DeclaredPath), NodeId>,
    /// How many members are enough to show anything.
    pub(super) slots: u16,
    pub(super) cells: usize,
    /// The abstraction had to be cut: not finding anybody proves nothing.
    pub(super) cut: bool,
}

impl<'a> World<'a> {
    pub(super) fn new(contexts: Vec<Context<'a>>) -> Self {
        Self {
            contexts,
            nodes: Vec::new(),
            checks: Vec::new(),
            uses: Vec::new(),
            vars: Vec::new(),
            var_ids: HashMap::new(),
            use_ids: HashMap::new(),
            named: HashMap::new(),
            derived: HashMap::new(),
            slots: 0,
            cells: 0,
            cut: false,
        }
    }

    pub(super) fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub(super) fn all(&mut self, nodes: impl IntoIterator<Item = NodeId>) -> NodeId {
        let nodes = nodes.into_iter().collect();
        self.push(Node::All(nodes))
    }

    pub(super) fn any(&mut self, nodes: impl IntoIterator<Item = NodeId>) -> NodeId {
        let nodes = nodes.into_iter().collect();
        self.push(Node::Any(nodes))
    }

    pub(super) fn negated(&mut self, node: NodeId) -> NodeId {
        self.push(Node::Not(node))
    }

    /// True where exactly one of both is.
    pub(super) fn differ(&mut self, one: NodeId, other: NodeId) -> NodeId {
        let (not_one, not_other) = (self.negated(one), self.negated(other));
        let left = self.all([one, not_other]);
        let right = self.all([not_one, other]);
        self.any([left, right])
    }

    /// A condition with everything it rests on.
    pub(super) fn condition(&mut self, context: ContextId, condition: &Condition) -> NodeId {
        match condition {
            Condition::Always => self.push(Node::Const(true)),
            Condition::Never => self.push(Node::Const(false)),
            Condition::All(branches) => {
                let nodes: Vec<NodeId> =
                    branches.iter().map(|branch| self.condition(context, branch)).collect();
                self.push(Node::All(nodes.into()))
            }
            Condition::Any(branches) => {
                let nodes: Vec<NodeId> =
                    branches.iter().map(|branch| self.condition(context, branch)).collect();
                self.push(Node::Any(nodes.into()))
            }
            Condition::Not(inner) => {
                let inner = self.condition(context, inner);
                self.negated(inner)
            }
            Condition::Named(name) => self.named(context, name),
            Condition::Household(quantifier, inner) => {
                let inner = self.condition(context, inner);
                let (negated, compare, number) = match quantifier {
                    Quantifier::Any => (false, Compare::AtLeast, 1),
                    Quantifier::Every => (true, Compare::AtMost, 0),
                    Quantifier::Count(compare, number) => (false, *compare, *number),
                };
                // Small model: what asks for n members (or n + 1, when refused) asks for no more than these.
                self.slots =
                    self.slots.saturating_add(u16::try_from(number).unwrap_or(u16::MAX).saturating_add(1));
                if matches!(quantifier, Quantifier::Any) {
                    self.slots -= 1;
                }
                self.push(Node::Household { negated, compare, number, inner })
            }
            Condition::Test(test) => self.test(context, test),
        }
    }

    /// That a procedure or question is in force.
    pub(super) fn in_force(&mut self, context: ContextId, effective: &Effective) -> NodeId {
        let Some(ctx) = self.contexts.get(context).copied() else { return self.push(Node::Const(true)) };
        let dated_by = match effective.basis {
            ValidBy::Visit => "case.visit_date".parse().ok(),
            ValidBy::Event => ctx.event.and_then(|event| ctx.index.event(event)?.date.clone()),
        };
        let mut nodes = Vec::new();
        if let Some(path) = dated_by {
            let period = effective.period;
            let ends = [(Compare::AtLeast, period.from), (Compare::AtMost, period.to)];
            for (compare, day) in ends.into_iter().filter_map(|(compare, day)| Some((compare, day?))) {
                let test = Test::Date(path.clone(), compare, DateSide::Day(day));
                nodes.push(self.test(context, &test));
            }
        }
        self.all(nodes)
    }

    fn named(&mut self, context: ContextId, name: &Id) -> NodeId {
        if let Some(known) = self.named.get(&(context, name.clone())) {
            return *known;
        }
        let node = self.push(Node::Const(false));
        self.named.insert((context, name.clone()), node);
        let condition = self.contexts.get(context).and_then(|ctx| match ctx.changed {
            Some((changed, condition)) if changed == name => Some(condition),
            _ => ctx.index.pack.conditions.get(name).map(|condition| &condition.when),
        });
        if let Some(condition) = condition {
            let inner = self.condition(context, condition);
            self.fill(node, inner);
        }
        node
    }

    fn fill(&mut self, node: NodeId, inner: NodeId) {
        if let Some(node) = self.nodes.get_mut(node) {
            *node = Node::Same(inner);
        }
    }

    fn test(&mut self, context: ContextId, test: &Test) -> NodeId {
        if let Test::True(path) = test
            && let Some(node) = self.derived(context, path)
        {
            return node;
        }
        let mut uses: [Option<UseId>; 2] = [None, None];
        for (place, path) in uses.iter_mut().zip(test.paths()) {
            *place = Some(self.fact(context, path));
        }
        let [Some(left), right] = uses else { return self.push(Node::Const(false)) };
        self.checks.push(Check { test: test.clone(), left, right, table: Table::None });
        let check = self.checks.len() - 1;
        self.push(Node::Check(check))
    }

    fn derived(&mut self, context: ContextId, path: &DeclaredPath) -> Option<NodeId> {
        let ctx = self.contexts.get(context)?;
        let condition = ctx.index.derived(path)?;
        if let Some(known) = self.derived.get(&(context, path.clone())) {
            return Some(*known);
        }
        let node = self.push(Node::Const(false));
        self.derived.insert((context, path.clone()), node);
        let inner = self.condition(context, condition);
        self.fill(node, inner);
        Some(node)
    }

    fn fact(&mut self, context: ContextId, path: &DeclaredPath) -> UseId {
        if let Some(known) = self.use_ids.get(&(context, path.clone())) {
            return *known;
        }
        let var = self.var(path);
        let id = self.uses.len();
        self.uses.push(Use { var, gate: None, skipped: None, skipped_bits: 0 });
        self.use_ids.insert((context, path.clone()), id);
        let question = self
            .contexts
            .get(context)
            .and_then(|ctx| ctx.index.question(path, ctx.event?, ctx.day))
            .and_then(|question| Some((question.ask_if.as_ref()?, question.when_skipped.as_ref()?)));
        if let Some((ask_if, when_skipped)) = question {
            let gate = self.condition(context, ask_if);
            if let Some(fact) = self.uses.get_mut(id) {
                fact.gate = Some(gate);
                fact.skipped = Some(when_skipped.clone());
            }
        }
        id
    }

    fn var(&mut self, path: &DeclaredPath) -> VarId {
        if let Some(known) = self.var_ids.get(path) {
            return *known;
        }
        self.vars.push(Var { path: path.clone(), domain: Domain::Finite(Vec::new()), base: 0 });
        self.var_ids.insert(path.clone(), self.vars.len() - 1);
        self.vars.len() - 1
    }

    /// The named conditions everything in here rests on.
    pub(super) fn named_conditions(&self) -> impl Iterator<Item = &Id> {
        self.named.keys().map(|(_, name)| name)
    }

    pub(super) fn day(&self) -> Date {
        self.contexts.first().map_or(Date::MIN, |ctx| ctx.day)
    }

    /// The truth of a node in a view.
    pub(super) fn eval<V: View>(
        &self,
        view: &V,
        node: NodeId,
        member: Option<u16>,
        depth: usize,
    ) -> Out<V::Open> {
        if depth > MAX_DEPTH || !view.step() {
            return Out::Open(view.given_up());
        }
        let depth = depth + 1;
        match self.nodes.get(node) {
            None | Some(Node::Const(false)) => Out::False,
            Some(Node::Const(true)) => Out::True,
            Some(Node::Same(inner)) => self.eval(view, *inner, member, depth),
            Some(Node::Not(inner)) => self.eval(view, *inner, member, depth).negated(),
            Some(Node::All(nodes)) => {
                let mut all = Out::True;
                for node in nodes {
                    match self.eval(view, *node, member, depth) {
                        Out::False => return Out::False,
                        open @ Out::Open(_) if matches!(all, Out::True) => all = open,
                        _ => {}
                    }
                }
                all
            }
            Some(Node::Any(nodes)) => {
                let mut any = Out::False;
                for node in nodes {
                    match self.eval(view, *node, member, depth) {
                        Out::True => return Out::True,
                        open @ Out::Open(_) if matches!(any, Out::False) => any = open,
                        _ => {}
                    }
                }
                any
            }
            Some(Node::Household { negated, compare, number, inner }) => {
                self.count(view, *inner, *negated, (*compare, u64::from(*number)), depth)
            }
            Some(Node::Check(check)) => self.check(view, *check, member, depth),
        }
    }

    fn count<V: View>(
        &self,
        view: &V,
        inner: NodeId,
        negated: bool,
        (compare, number): (Compare, u64),
        depth: usize,
    ) -> Out<V::Open> {
        let (mut surely, mut maybe, mut first_open) = (0_u64, 0_u64, None);
        for slot in 0..view.members() {
            let there = match view.is_there(slot) {
                Out::False => break,
                Out::True => true,
                Out::Open(open) => {
                    first_open.get_or_insert(open);
                    false
                }
            };
            let fulfils = self.eval(view, inner, Some(slot), depth);
            match if negated { fulfils.negated() } else { fulfils } {
                Out::False => {}
                Out::True => {
                    surely += u64::from(there);
                    maybe += 1;
                }
                Out::Open(open) => {
                    maybe += 1;
                    first_open.get_or_insert(open);
                }
            }
        }
        if let Some((nobody, open)) = view.others() {
            let fulfils = self.eval(view, inner, Some(nobody), depth);
            if !matches!(if negated { fulfils.negated() } else { fulfils }, Out::False) {
                maybe = u64::MAX;
                first_open.get_or_insert(open);
            }
        }
        match (compare.between((&surely, &maybe), (&number, &number)), first_open) {
            (crate::kleene::Tri::True, _) => Out::True,
            (crate::kleene::Tri::Unknown, Some(open)) => Out::Open(open),
            _ => Out::False,
        }
    }

    fn check<V: View>(&self, view: &V, check: usize, member: Option<u16>, depth: usize) -> Out<V::Open> {
        let Some(check) = self.checks.get(check) else { return Out::False };
        let left = match self.side(view, check.left, member, depth) {
            Ok(side) => side,
            Err(open) => return Out::Open(open),
        };
        let right = match check.right.map(|right| self.side(view, right, member, depth)).transpose() {
            Ok(side) => side,
            Err(open) => return Out::Open(open),
        };
        view.check(self, check, left, right, member)
    }

    fn side<V: View>(
        &self,
        view: &V,
        fact: UseId,
        member: Option<u16>,
        depth: usize,
    ) -> Result<Side, V::Open> {
        let Some((fact, gate)) = self.uses.get(fact).and_then(|fact| Some((fact, fact.gate?))) else {
            return Ok(Side::Said);
        };
        match self.eval(view, gate, member, depth) {
            Out::True => Ok(Side::Said),
            Out::False => view.skipped(self, fact, member),
            Out::Open(open) => view.behind_open_gate(open),
        }
    }
}

/// Which value of a fact counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Said,
    Skipped,
}

/// True, false, or open because of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Out<O> {
    True,
    False,
    Open(O),
}

impl<O> Out<O> {
    pub(super) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            open @ Self::Open(_) => open,
        }
    }
}

/// What is known where a condition is evaluated: sets of still-possible values, or a saved person.
pub(super) trait View {
    type Open;

    fn check(
        &self,
        world: &World<'_>,
        check: &Check,
        left: Side,
        right: Option<Side>,
        member: Option<u16>,
    ) -> Out<Self::Open>;
    fn members(&self) -> u16;
    fn is_there(&self, slot: u16) -> Out<Self::Open>;
    /// The place of a member of whom nothing is known, where there may be members nobody listed.
    fn others(&self) -> Option<(u16, Self::Open)>;
    /// A false gate: the skipped value, unless it contradicts what was said.
    fn skipped(&self, world: &World<'_>, fact: &Use, member: Option<u16>) -> Result<Side, Self::Open>;
    fn behind_open_gate(&self, open: Self::Open) -> Result<Side, Self::Open>;
    /// Counts a step; false when there were too many.
    fn step(&self) -> bool;
    fn given_up(&self) -> Self::Open;
}
