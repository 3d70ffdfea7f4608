//! From a pack to a rulebook: the rules of one life event on one day.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::{Answer, DeclaredPath, FactPath, Facts, Household, Id};

use super::program::{Item, ItemKind, Node, NodeId, Program, Slot, SlotInfo, SlotRef, bit};
use super::state::{Openness, State};
use crate::condition::{Condition, DateSide, Literal, Test};
use crate::kleene::{Compare, Tri};
use crate::pack::conditions::{Computed, NoOrder, Order, member_conditions};
use crate::pack::{Pack, Procedure, Question, Scope, ValidBy};

/// Why a rulebook cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    #[error("「{event}」というライフイベントは、この手続パックにありません。{known} のどれかです。")]
    NoSuchEvent { event: String, known: String },
    #[error("手続パックに、たがいに導き合う輪があります：{0}")]
    Circle(String),
}

impl RulebookError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchEvent { .. } => "R201",
            Self::Circle(_) => "R202",
        }
    }
}

/// One procedure, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    /// Among the pack's procedures.
    pub(crate) index: usize,
    pub(crate) root: NodeId,
    pub(crate) member: bool,
    /// The items its condition rests on, in order.
    pub(crate) items: Box<[u32]>,
    /// No fact counts twice, so that explanations need no second look.
    pub(crate) read_once: bool,
    pub(crate) has_household: bool,
    /// `when` of each deadline and of each thing to bring, where there is one.
    pub(crate) deadlines: Box<[Option<NodeId>]>,
    pub(crate) bring: Box<[Option<NodeId>]>,
}

/// 手続判定 for one life event on one day.
///
/// Made once, used for every answer. The same facts always give the same judgement.
#[derive(Debug, Clone)]
pub struct Rulebook {
    pack: Arc<Pack>,
    event: usize,
    on: Date,
    pub(crate) program: Program,
    pub(crate) procedures: Vec<Compiled>,
    /// Questions in force, among the pack's; with the order of their screen.
    pub(crate) questions: Vec<(usize, i64)>,
    places: HashMap<DeclaredPath, SlotRef>,
    /// The same id is in force in two versions (by the date of the event).
    pub(crate) has_versions: bool,
}

impl Rulebook {
    /// The rules of `event` as they are on the day `on`.
    pub fn new(pack: &Arc<Pack>, event: &str, on: Date) -> Result<Self, RulebookError> {
        let at = pack.events.iter().position(|known| known.id.as_str() == event).ok_or_else(|| {
            let known = pack.events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>().join("、");
            RulebookError::NoSuchEvent { event: event.chars().take(40).collect(), known }
        })?;
        let order = pack
            .events
            .get(at)
            .map_or_else(|| Ok(Order::default()), |event| Order::of(pack, &event.id))
            .map_err(|error| match error {
                NoOrder::Circle(names) => RulebookError::Circle(names.join(" → ")),
                NoOrder::TooLong(name) => RulebookError::Circle(name),
            })?;
        let mut book = Self {
            pack: Arc::clone(pack),
            event: at,
            on,
            program: Program::default(),
            procedures: Vec::new(),
            questions: Vec::new(),
            places: HashMap::new(),
            has_versions: false,
        };
        Compiler {
            pack,
            book: &mut book,
            named: HashMap::new(),
            about_members: member_conditions(&pack.conditions),
        }
        .run(&order);
        Ok(book)
    }

    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// The id of the life event.
    pub fn event(&self) -> Option<&crate::pack::Event> {
        self.pack.events.get(self.event)
    }

    pub const fn on(&self) -> Date {
        self.on
    }

    /// How many procedures are in force.
    pub fn len(&self) -> usize {
        self.procedures.len()
    }

    pub fn is_empty(&self) -> bool {
        self.procedures.is_empty()
    }

    pub(crate) fn procedure(&self, compiled: &Compiled) -> Option<&Procedure> {
        self.pack.procedures.get(compiled.index)
    }

    pub(crate) fn place(&self, path: &DeclaredPath) -> Option<SlotRef> {
        self.places.get(path).copied()
    }

    /// The facts in their places, nothing computed yet.
    pub(crate) fn load(&self, facts: &Facts) -> State {
        let mut state = State::blank(&self.program, usize::from(facts.members()));
        state.openness = match facts.household() {
            Household::Complete => Openness::Closed,
            Household::Unknown => Openness::Unknown,
            Household::Unasked if self.program.household_question.is_none() => Openness::Unknown,
            Household::Unasked => Openness::Unasked,
        };
        facts.for_each(|path, answer| {
            let row = if let FactPath::Member(row, _) = path { usize::from(*row) } else { 0 };
            let Some((fact, info)) =
                self.place(&path.declared()).and_then(|fact| Some((fact, self.program.slot(fact)?)))
            else {
                return;
            };
            let slot = match answer {
                Answer::Unasked => return,
                Answer::Unknown => Slot::Unknown,
                Answer::Known(value) => info.load(value),
            };
            state.set(fact, row, slot);
        });
        self.set_today(&mut state);
        state
    }

    pub(crate) fn set_today(&self, state: &mut State) {
        for (index, _) in self.program.case.iter().enumerate().filter(|(_, info)| info.constant) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            state.set(SlotRef { index, member: false }, 0, Slot::Date(self.on, self.on));
        }
    }

    /// All items, in order.
    pub(crate) fn all_items(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.program.items.len()).unwrap_or(u32::MAX)
    }

    /// The items a node rests on, in order, and whether no fact counts twice.
    pub(crate) fn rests_on(&self, root: NodeId) -> (Box<[u32]>, bool, bool) {
        let mut walk = Walk {
            program: &self.program,
            items: BTreeSet::new(),
            facts: BTreeSet::new(),
            once: true,
            households: 0,
            in_household: false,
        };
        walk.node(root);
        let once = walk.once && walk.households < 2;
        (walk.items.into_iter().collect(), once, walk.households > 0)
    }
}

struct Walk<'a> {
    program: &'a Program,
    items: BTreeSet<u32>,
    facts: BTreeSet<SlotRef>,
    once: bool,
    households: usize,
    /// What is not about a member counts once for each member there.
    in_household: bool,
}

impl Walk<'_> {
    fn item(&mut self, number: u32) {
        if !self.items.insert(number) {
            self.once = false;
        } else if let Some(item) = self.program.items.get(number as usize) {
            self.node(item.node);
        }
    }

    fn node(&mut self, id: NodeId) {
        let node = self.program.node(id);
        if let Node::Item(item) = node {
            self.item(*item);
        }
        let outside = self.in_household;
        if matches!(node, Node::Household(..)) {
            self.households += 1;
            self.in_household = true;
        }
        for child in node.children() {
            self.node(*child);
        }
        self.in_household = outside;
        let (one, other) = node.facts();
        for fact in one.into_iter().chain(other) {
            let Some(info) = self.program.slot(fact) else { continue };
            if info.constant {
                continue;
            }
            let first = self.facts.insert(fact);
            self.once &= first && (fact.member || !self.in_household);
            // Its gate or condition counts wherever it was met first, inside a household too.
            if first && let Some(item) = info.item {
                self.item(item);
            }
        }
    }
}

struct Compiler<'a> {
    pack: &'a Pack,
    book: &'a mut Rulebook,
    named: HashMap<Id, u32>,
    about_members: BTreeSet<Id>,
}

impl Compiler<'_> {
    fn run(&mut self, order: &Order) {
        let Some(event) = self.pack.events.get(self.book.event) else { return };
        self.questions(&event.id);
        for computed in &order.items {
            self.computed(computed);
        }
        for (index, procedure) in self.pack.procedures.iter().enumerate() {
            let by_visit = procedure.effective.basis == ValidBy::Visit;
            if procedure.events.contains(&event.id)
                && (!by_visit || procedure.effective.period.contains(self.book.on))
            {
                self.procedure(index, procedure, event.date.as_ref());
            }
        }
        let mut ids = BTreeSet::new();
        let procedures =
            self.book.procedures.iter().filter_map(|compiled| self.pack.procedures.get(compiled.index));
        self.book.has_versions = procedures.filter(|procedure| !ids.insert(&procedure.id)).count() > 0;
        for anchor in &self.pack.anchors {
            for path in std::iter::once(&anchor.fact).chain(&anchor.fallback) {
                self.slot(path);
            }
        }
    }

    fn questions(&mut self, event: &Id) {
        let on = self.book.on;
        let screens: HashMap<&Id, i64> =
            self.pack.screens.iter().map(|screen| (&screen.id, screen.order)).collect();
        let in_force =
            |question: &Question| question.events.contains(event) && question.effective.period.contains(on);
        for (index, question) in
            self.pack.questions.iter().enumerate().filter(|(_, question)| in_force(question))
        {
            let number = u32::try_from(self.book.questions.len()).unwrap_or(u32::MAX);
            self.book.questions.push((index, screens.get(&question.screen).copied().unwrap_or(i64::MAX)));
            if question.fact == DeclaredPath::Household {
                self.book.program.household_question = Some(number);
                continue;
            }
            let fact = self.slot(&question.fact);
            if let Some(info) = self.info(fact) {
                info.question = Some(number);
            }
        }
    }

    fn info(&mut self, fact: SlotRef) -> Option<&mut SlotInfo> {
        let program = &mut self.book.program;
        if fact.member { &mut program.member } else { &mut program.case }.get_mut(fact.index as usize)
    }

    fn slot(&mut self, path: &DeclaredPath) -> SlotRef {
        if let Some(known) = self.book.places.get(path) {
            return *known;
        }
        let member = path.is_each_member();
        let kind = self.pack.vocabulary.declaration(path).map(|declaration| declaration.kind.clone());
        let case_path = if member { None } else { Some(path.of_member(0)) };
        let slots = if member { &mut self.book.program.member } else { &mut self.book.program.case };
        let fact = SlotRef { index: u32::try_from(slots.len()).unwrap_or(u32::MAX), member };
        slots.push(SlotInfo {
            path: path.clone(),
            constant: path.to_string() == "case.visit_date",
            case_path,
            kind: kind.unwrap_or(madoka_facts::FactKind::Text),
            texts: Vec::new(),
            item: None,
            question: None,
        });
        self.book.places.insert(path.clone(), fact);
        fact
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = u32::try_from(self.book.program.nodes.len()).unwrap_or(u32::MAX);
        self.book.program.nodes.push(node);
        id
    }

    fn computed(&mut self, computed: &Computed) {
        match computed {
            Computed::Named(name) => {
                let Some(condition) = self.pack.conditions.get(name) else { return };
                let node = self.lower(&condition.when);
                let member = self.about_members.contains(name);
                let number = self.item(ItemKind::Named, node, member);
                self.named.insert(name.clone(), number);
            }
            Computed::Fact(path) => {
                let derived = self
                    .pack
                    .facts
                    .iter()
                    .find(|fact| fact.path == *path)
                    .and_then(|fact| fact.derived.as_ref());
                let fact = self.slot(path);
                if let Some(derived) = derived {
                    let node = self.lower(derived);
                    let number = self.item(ItemKind::Derived(fact), node, fact.member);
                    if let Some(info) = self.info(fact) {
                        info.item = Some(number);
                    }
                    return;
                }
                let question = self.info(fact).and_then(|info| info.question);
                let question = question.and_then(|number| self.book.questions.get(number as usize));
                let question = question.and_then(|(index, _)| self.pack.questions.get(*index));
                let Some((question, gate)) =
                    question.and_then(|question| Some((question, question.ask_if.as_ref()?)))
                else {
                    return;
                };
                let node = self.lower(gate);
                let skipped =
                    question.when_skipped.as_ref().and_then(|value| Some(self.info(fact)?.load(value)));
                let number = self.item(ItemKind::Gate(fact, skipped), node, fact.member);
                if let Some(info) = self.info(fact) {
                    info.item = Some(number);
                }
            }
        }
    }

    fn item(&mut self, kind: ItemKind, node: NodeId, member: bool) -> u32 {
        let program = &mut self.book.program;
        let count = if member { &mut program.member_items } else { &mut program.case_items };
        let at = *count;
        *count += 1;
        let number = u32::try_from(program.items.len()).unwrap_or(u32::MAX);
        program.items.push(Item { kind, node, member, at });
        number
    }

    fn procedure(&mut self, index: usize, procedure: &Procedure, event_date: Option<&DeclaredPath>) {
        let when = self.lower(&procedure.when);
        let mut parts = Vec::new();
        if let (ValidBy::Event, Some(date)) = (procedure.effective.basis, event_date) {
            let fact = self.slot(date);
            let period = procedure.effective.period;
            let bounds = [(period.from, Compare::AtLeast), (period.to, Compare::AtMost)];
            for (day, compare) in bounds {
                if let Some(day) = day {
                    parts.push(self.push(Node::Date(fact, compare, day)));
                }
            }
        }
        let root = if parts.is_empty() {
            when
        } else {
            parts.push(when);
            self.push(Node::All(parts.into()))
        };
        let deadlines =
            procedure.deadlines.iter().map(|deadline| deadline.when.as_ref().map(|when| self.lower(when)));
        let deadlines = deadlines.collect();
        let bring =
            procedure.bring.iter().map(|bring| bring.when.as_ref().map(|when| self.lower(when))).collect();
        let (items, read_once, has_household) = self.book.rests_on(root);
        let member = procedure.scope == Scope::Household;
        self.book.procedures.push(Compiled {
            index,
            root,
            member,
            items,
            read_once,
            has_household,
            deadlines,
            bring,
        });
    }

    fn lower(&mut self, condition: &Condition) -> NodeId {
        let node = match condition {
            Condition::Always => Node::Const(Tri::True),
            Condition::Never => Node::Const(Tri::False),
            Condition::All(branches) => Node::All(branches.iter().map(|branch| self.lower(branch)).collect()),
            Condition::Any(branches) => Node::Any(branches.iter().map(|branch| self.lower(branch)).collect()),
            Condition::Not(inner) => Node::Not(self.lower(inner)),
            // A name nobody declares cannot pass the reader; if it did, nothing would be known of it.
            Condition::Named(name) => {
                self.named.get(name).map_or(Node::Const(Tri::Unknown), |item| Node::Item(*item))
            }
            Condition::Household(quantifier, inner) => Node::Household(*quantifier, self.lower(inner)),
            Condition::Test(test) => self.test(test),
        };
        self.push(node)
    }

    fn test(&mut self, test: &Test) -> Node {
        match test {
            Test::True(path) => Node::True(self.slot(path)),
            Test::Is(path, value) => self.one_of(path, std::slice::from_ref(value)),
            Test::In(path, values) => self.one_of(path, values),
            Test::HasAny(path, ids) | Test::HasAll(path, ids) => {
                let fact = self.slot(path);
                let mask = self
                    .info(fact)
                    .map_or(0, |info| ids.iter().fold(0, |mask, id| mask | choice_bit(info, id)));
                if matches!(test, Test::HasAny(..)) {
                    Node::HasAny(fact, mask)
                } else {
                    Node::HasAll(fact, mask)
                }
            }
            Test::Number(path, compare, number) => Node::Number(self.slot(path), *compare, *number),
            Test::Date(path, compare, DateSide::Day(day)) => Node::Date(self.slot(path), *compare, *day),
            Test::Date(path, compare, DateSide::Fact(other, offset)) => {
                Node::Dates(self.slot(path), *compare, self.slot(other), *offset)
            }
            Test::Age { birth, on, basis, compare, years } => Node::Age {
                birth: self.slot(birth),
                on: self.slot(on),
                basis: *basis,
                compare: *compare,
                years: i32::try_from(*years).unwrap_or(i32::MAX),
            },
        }
    }

    fn one_of(&mut self, path: &DeclaredPath, values: &[Literal]) -> Node {
        let fact = self.slot(path);
        let mut mask = 0;
        let mut numbers = Vec::new();
        for value in values {
            match value {
                Literal::Number(number) => numbers.push(*number),
                Literal::Choice(id) => mask |= self.info(fact).map_or(0, |info| choice_bit(info, id)),
                Literal::Text(text) => mask |= self.info(fact).map_or(0, |info| text_bit(info, text)),
            }
        }
        if numbers.is_empty() { Node::OneOf(fact, mask) } else { Node::NumberIn(fact, numbers.into()) }
    }
}

fn choice_bit(info: &SlotInfo, id: &Id) -> u128 {
    let at = info.kind.choices().iter().position(|choice| choice.id == *id);
    at.and_then(|at| u8::try_from(at).ok()).map_or(0, bit)
}

fn text_bit(info: &mut SlotInfo, text: &str) -> u128 {
    let at = info.texts.iter().position(|known| known == text).unwrap_or_else(|| {
        info.texts.push(text.to_owned());
        info.texts.len() - 1
    });
    // More than 120 texts of one fact cannot be told apart; the last ones are then never matched.
    u8::try_from(at).ok().filter(|at| *at < 120).map_or(0, bit)
}
