//! Conditions as the engine runs them: facts are numbered, nodes are in one list.

use jiff::civil::Date;
use madoka_facts::{DateValue, FactKind, FactPath, Value};

use crate::condition::{Basis, Offset, Quantifier};
use crate::kleene::{Compare, Tri};

pub(crate) type NodeId = u32;

/// A numbered fact: of the case, or of each member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SlotRef {
    pub(crate) index: u32,
    pub(crate) member: bool,
}

/// What is known of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Unasked,
    /// わからない
    Unknown,
    /// An answer that contradicts its own gate: not known until somebody looks.
    Clash,
    Bool(bool),
    /// The number of the choice, or of the text among the texts that conditions name.
    One(u8),
    Set(u128),
    Number(i64),
    /// Between these days; one day, unless parts are 不詳.
    Date(Date, Date),
}

impl Slot {
    pub(crate) const fn is_known(self) -> bool {
        !matches!(self, Self::Unasked | Self::Unknown | Self::Clash)
    }

    /// Nothing more can be learnt.
    pub(crate) fn is_exact(self) -> bool {
        match self {
            Self::Date(low, high) => low == high,
            slot => slot.is_known(),
        }
    }
}

/// The number of a text that no condition names.
pub(crate) const OTHER_TEXT: u8 = 127;

/// One numbered fact.
#[derive(Debug, Clone)]
pub(crate) struct SlotInfo {
    /// Of a member: the path of member 0, as a pattern.
    pub(crate) path: madoka_facts::DeclaredPath,
    pub(crate) case_path: Option<FactPath>,
    pub(crate) kind: FactKind,
    /// The texts conditions compare it with.
    pub(crate) texts: Vec<String>,
    /// What computes it, or gates it.
    pub(crate) item: Option<u32>,
    /// The question that asks for it in this event.
    pub(crate) question: Option<u32>,
    /// Always known: the day of the visit.
    pub(crate) constant: bool,
}

impl SlotInfo {
    pub(crate) fn load(&self, value: &Value) -> Slot {
        let position = |id: &madoka_facts::ChoiceId| {
            let at = self.kind.choices().iter().position(|choice| choice.id == *id)?;
            u8::try_from(at).ok()
        };
        let loaded = match value {
            Value::Bool(yes) => Some(Slot::Bool(*yes)),
            Value::Choice(id) => position(id).map(Slot::One),
            Value::Choices(ids) => {
                ids.iter().map(position).try_fold(0_u128, |set, at| Some(set | bit(at?))).map(Slot::Set)
            }
            Value::Number(number) => Some(Slot::Number(*number)),
            Value::Date(DateValue(date)) => Some(Slot::Date(date.earliest(), date.latest())),
            Value::Text(text) => {
                let at = self.texts.iter().position(|known| known == text);
                Some(Slot::One(at.and_then(|at| u8::try_from(at).ok()).unwrap_or(OTHER_TEXT)))
            }
        };
        // A value of another type cannot come from checked facts; if it did, it would not be known.
        loaded.unwrap_or(Slot::Unknown)
    }
}

pub(crate) const fn bit(at: u8) -> u128 {
    1_u128.wrapping_shl(at as u32)
}

/// One part of a condition.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Const(Tri),
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
    Not(NodeId),
    /// A named condition, computed once.
    Item(u32),
    Household(Quantifier, NodeId),
    True(SlotRef),
    /// A choice or a text among these.
    OneOf(SlotRef, u128),
    HasAny(SlotRef, u128),
    HasAll(SlotRef, u128),
    Number(SlotRef, Compare, i64),
    NumberIn(SlotRef, Box<[i64]>),
    Date(SlotRef, Compare, Date),
    Dates(SlotRef, Compare, SlotRef, Offset),
    Age {
        birth: SlotRef,
        on: SlotRef,
        basis: Basis,
        compare: Compare,
        years: i32,
    },
}

impl Node {
    /// The facts a test reads.
    pub(crate) const fn facts(&self) -> (Option<SlotRef>, Option<SlotRef>) {
        match self {
            Self::True(fact)
            | Self::OneOf(fact, _)
            | Self::HasAny(fact, _)
            | Self::HasAll(fact, _)
            | Self::Number(fact, ..)
            | Self::NumberIn(fact, _)
            | Self::Date(fact, ..) => (Some(*fact), None),
            Self::Dates(fact, _, other, _) => (Some(*fact), Some(*other)),
            Self::Age { birth, on, .. } => (Some(*birth), Some(*on)),
            _ => (None, None),
        }
    }

    pub(crate) const fn children(&self) -> &[NodeId] {
        match self {
            Self::All(children) | Self::Any(children) => children,
            Self::Not(child) | Self::Household(_, child) => std::slice::from_ref(child),
            _ => &[],
        }
    }
}

/// What an item computes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ItemKind {
    Named,
    /// The slot's value is the truth of the condition.
    Derived(SlotRef),
    /// The slot's value while the condition is false.
    Gate(SlotRef, Option<Slot>),
}

/// Something computed before what uses it, once for the case or once for each member.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) node: NodeId,
    pub(crate) member: bool,
    /// The place of its truth among items of its sort.
    pub(crate) at: u32,
}

/// All numbered facts, computed items and nodes of a rulebook.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    pub(crate) nodes: Vec<Node>,
    pub(crate) case: Vec<SlotInfo>,
    pub(crate) member: Vec<SlotInfo>,
    /// In the order in which they are computed.
    pub(crate) items: Vec<Item>,
    pub(crate) case_items: u32,
    pub(crate) member_items: u32,
    pub(crate) household_question: Option<u32>,
}

const NOTHING: Node = Node::Const(Tri::Unknown);

impl Program {
    pub(crate) fn node(&self, node: NodeId) -> &Node {
        self.nodes.get(node as usize).unwrap_or(&NOTHING)
    }

    pub(crate) fn slot(&self, fact: SlotRef) -> Option<&SlotInfo> {
        if fact.member { &self.member } else { &self.case }.get(fact.index as usize)
    }

    pub(crate) fn item_of(&self, fact: SlotRef) -> Option<(u32, &Item)> {
        let item = self.slot(fact)?.item?;
        Some((item, self.items.get(item as usize)?))
    }

    pub(crate) fn path(&self, key: FactKey) -> FactPath {
        match key {
            FactKey::Household => FactPath::Household,
            FactKey::Case(index) => {
                let info = self.case.get(index as usize);
                info.and_then(|info| info.case_path.clone()).unwrap_or(FactPath::Household)
            }
            FactKey::Member(row, index) => {
                let info = self.member.get(index as usize);
                info.map_or(FactPath::Household, |info| info.path.of_member(row))
            }
        }
    }

    /// The question that asks for a fact.
    pub(crate) fn question(&self, key: FactKey) -> Option<u32> {
        match key {
            FactKey::Household => self.household_question,
            FactKey::Case(index) => self.case.get(index as usize)?.question,
            FactKey::Member(_, index) => self.member.get(index as usize)?.question,
        }
    }
}

/// One fact of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FactKey {
    Household,
    Case(u32),
    Member(u16, u32),
}
