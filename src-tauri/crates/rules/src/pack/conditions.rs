//! What conditions refer to: types, members, and the order in which derived things are computed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use madoka_facts::{DeclaredPath, FactKind, Id, Vocabulary};

use super::model::{NamedCondition, Pack, Question};
use crate::condition::{Condition, DateSide, Literal, Test, path_text};

/// More links from a fact to what it is derived from than any office rule needs; keeps every stack shallow.
pub(crate) const MAX_CHAIN: usize = 64;

/// Something that must be computed before what uses it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Computed {
    Named(Id),
    /// A derived fact, or one behind a gate.
    Fact(DeclaredPath),
}

impl Computed {
    fn shown(&self) -> String {
        match self {
            Self::Named(name) => format!("@{name}"),
            Self::Fact(path) => path.to_string(),
        }
    }
}

/// The order in which a life event's derived facts, gates and named conditions are computed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    pub(crate) items: Vec<Computed>,
}

/// Why there is no order.
#[derive(Debug, Clone)]
pub(crate) enum NoOrder {
    /// The names in the circle.
    Circle(Vec<String>),
    TooLong(String),
}

impl Order {
    pub(crate) fn of(pack: &Pack, event: &Id) -> Result<Self, NoOrder> {
        let mut needs: BTreeMap<Computed, BTreeSet<Computed>> = BTreeMap::new();
        for (name, condition) in &pack.conditions {
            needs.insert(Computed::Named(name.clone()), used(&condition.when));
        }
        for fact in &pack.facts {
            if let Some(derived) = &fact.derived {
                needs.insert(Computed::Fact(fact.path.clone()), used(derived));
            }
        }
        for question in pack.questions.iter().filter(|question| question.events.contains(event)) {
            if let Some(gate) = &question.ask_if {
                needs.entry(Computed::Fact(question.fact.clone())).or_default().extend(used(gate));
            }
        }
        // What is neither derived nor gated needs nothing.
        let known: BTreeSet<Computed> = needs.keys().cloned().collect();
        for used in needs.values_mut() {
            used.retain(|item| known.contains(item));
        }
        Self::sorted(&needs)
    }

    fn sorted(needs: &BTreeMap<Computed, BTreeSet<Computed>>) -> Result<Self, NoOrder> {
        let mut missing: BTreeMap<&Computed, usize> =
            needs.iter().map(|(item, used)| (item, used.len())).collect();
        let mut users: BTreeMap<&Computed, Vec<&Computed>> = BTreeMap::new();
        for (item, used) in needs {
            for other in used {
                users.entry(other).or_default().push(item);
            }
        }
        let mut ready: VecDeque<&Computed> =
            missing.iter().filter(|(_, count)| **count == 0).map(|(item, _)| *item).collect();
        let mut height: BTreeMap<&Computed, usize> = BTreeMap::new();
        let mut items = Vec::with_capacity(needs.len());
        while let Some(item) = ready.pop_front() {
            items.push(item.clone());
            let own = height.get(item).copied().unwrap_or_default();
            if own > MAX_CHAIN {
                return Err(NoOrder::TooLong(item.shown()));
            }
            for user in users.get(item).into_iter().flatten() {
                let above = height.entry(user).or_default();
                *above = (*above).max(own + 1);
                if let Some(count) = missing.get_mut(user) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(user);
                    }
                }
            }
        }
        if items.len() == needs.len() {
            Ok(Self { items })
        } else {
            Err(NoOrder::Circle(circle(needs, &items)))
        }
    }
}

/// Walks from any left-over item along left-over needs until one comes again.
fn circle(needs: &BTreeMap<Computed, BTreeSet<Computed>>, done: &[Computed]) -> Vec<String> {
    let done: BTreeSet<&Computed> = done.iter().collect();
    let left = |item: &&Computed| !done.contains(item);
    let mut walk: Vec<&Computed> = Vec::new();
    let mut at = needs.keys().find(left);
    while let Some(item) = at {
        if let Some(start) = walk.iter().position(|seen| *seen == item) {
            let mut names: Vec<String> = walk.iter().skip(start).map(|item| item.shown()).collect();
            names.push(item.shown());
            return names;
        }
        walk.push(item);
        at = needs.get(item).and_then(|used| used.iter().find(left));
    }
    Vec::new()
}

fn used(condition: &Condition) -> BTreeSet<Computed> {
    let mut found = BTreeSet::new();
    condition.visit(&mut |part| match part {
        Condition::Named(name) => {
            found.insert(Computed::Named(name.clone()));
        }
        Condition::Test(test) => found.extend(test.paths().cloned().map(Computed::Fact)),
        _ => {}
    });
    found
}

/// Whether the condition speaks about a member that something outside it must choose.
pub(crate) fn free_member(condition: &Condition, named: &dyn Fn(&Id) -> bool) -> bool {
    match condition {
        Condition::Always | Condition::Never | Condition::Household(..) => false,
        Condition::All(branches) | Condition::Any(branches) => {
            branches.iter().any(|branch| free_member(branch, named))
        }
        Condition::Not(inner) => free_member(inner, named),
        Condition::Named(name) => named(name),
        Condition::Test(test) => test.paths().any(DeclaredPath::is_each_member),
    }
}

/// The named conditions that speak about a member, in any order of declaration (circles end).
pub(crate) fn member_conditions(conditions: &BTreeMap<Id, NamedCondition>) -> BTreeSet<Id> {
    let mut found: BTreeSet<Id> = BTreeSet::new();
    loop {
        let more: Vec<Id> = conditions
            .iter()
            .filter(|(name, condition)| {
                !found.contains(*name) && free_member(&condition.when, &|name| found.contains(name))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// What is wrong with a condition in a pack, in words; `member` says whether `member.…` means somebody there.
pub fn faults(pack: &Pack, condition: &Condition, member: bool) -> Vec<String> {
    let about_members = member_conditions(&pack.conditions);
    Types { words: &pack.vocabulary, names: &pack.conditions, about_members: &about_members }
        .faults(condition, member)
}

/// Checks every test of a condition against the declared types.
pub(super) struct Types<'a> {
    pub(super) words: &'a Vocabulary,
    pub(super) names: &'a BTreeMap<Id, NamedCondition>,
    pub(super) about_members: &'a BTreeSet<Id>,
}

impl Types<'_> {
    /// All faults; `member` says whether `member.…` means somebody here.
    pub(super) fn faults(&self, condition: &Condition, member: bool) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(condition, member, &mut faults);
        faults
    }

    fn check(&self, condition: &Condition, member: bool, faults: &mut Vec<String>) {
        match condition {
            Condition::Always | Condition::Never => {}
            Condition::All(branches) | Condition::Any(branches) => {
                for branch in branches {
                    self.check(branch, member, faults);
                }
            }
            Condition::Not(inner) => self.check(inner, member, faults),
            Condition::Household(_, inner) => self.check(inner, true, faults),
            Condition::Named(name) => self.named(name, member, faults),
            Condition::Test(test) => {
                for path in test.paths() {
                    if path.is_each_member() && !member {
                        faults.push(format!(
                            "「{}」の member がだれのことか決まりません。household ( … ) の中か、scope = \"household\" の手続で使ってください。",
                            path_text(path)
                        ));
                    }
                }
                faults.extend(self.test(test).err());
            }
        }
    }

    fn named(&self, name: &Id, member: bool, faults: &mut Vec<String>) {
        if !self.names.contains_key(name) {
            let hint = madoka_facts::closest(name.as_str(), self.names.keys().map(Id::as_str))
                .map_or_else(String::new, |known| format!("「@{known}」ではありませんか。"));
            faults.push(format!("共通の条件「@{name}」がありません。{hint}"));
        } else if self.about_members.contains(name) && !member {
            faults.push(format!(
                "「@{name}」は世帯員についての条件です。household ( … ) の中か、scope = \"household\" の手続で使ってください。"
            ));
        }
    }

    fn kind(&self, path: &DeclaredPath) -> Result<&FactKind, String> {
        self.words.declaration(path).map(|declaration| &declaration.kind).ok_or_else(|| {
            let shown = path_text(path);
            let hint = self.words.suggestion(path).map(|known| known.replacen("household.", "member.", 1));
            let hint = hint.map_or_else(String::new, |known| format!("「{known}」ではありませんか。"));
            format!("「{shown}」という事実は宣言されていません。{hint}")
        })
    }

    fn test(&self, test: &Test) -> Result<(), String> {
        let wrong = |path: &DeclaredPath, kind: &FactKind, how: &str| {
            Err(format!("「{}」は{}なので、{how}", path_text(path), kind_name(kind)))
        };
        match test {
            Test::True(path) => match self.kind(path)? {
                FactKind::Bool => Ok(()),
                kind => {
                    wrong(path, kind, &format!("それだけでは条件になりません。{}", how_to_test(path, kind)))
                }
            },
            Test::Is(path, value) => self.literal(path, value),
            Test::In(path, values) => values.iter().try_for_each(|value| self.literal(path, value)),
            Test::HasAny(path, ids) | Test::HasAll(path, ids) => match self.kind(path)? {
                kind @ FactKind::Choices(_) => ids.iter().try_for_each(|id| choice(path, kind, id)),
                kind => wrong(path, kind, &format!("has は使えません。{}", how_to_test(path, kind))),
            },
            Test::Number(path, ..) => match self.kind(path)? {
                FactKind::Number { .. } => Ok(()),
                kind => wrong(path, kind, &format!("数と比べられません。{}", how_to_test(path, kind))),
            },
            Test::Date(path, _, side) => {
                self.date(path)?;
                match side {
                    DateSide::Day(_) => Ok(()),
                    DateSide::Fact(other, _) => self.date(other),
                }
            }
            Test::Age { birth, on, .. } => self.date(birth).and_then(|()| self.date(on)),
        }
    }

    fn date(&self, path: &DeclaredPath) -> Result<(), String> {
        match self.kind(path)? {
            FactKind::Date => Ok(()),
            kind => Err(format!(
                "「{}」は{}なので、日付としては使えません。{}",
                path_text(path),
                kind_name(kind),
                how_to_test(path, kind)
            )),
        }
    }

    fn literal(&self, path: &DeclaredPath, value: &Literal) -> Result<(), String> {
        match (self.kind(path)?, value) {
            (kind @ FactKind::Choice(_), Literal::Choice(id)) => choice(path, kind, id),
            (FactKind::Text, Literal::Text(_)) | (FactKind::Number { .. }, Literal::Number(_)) => Ok(()),
            (kind, _) => {
                Err(format!("「{}」は{}です。{}", path_text(path), kind_name(kind), how_to_test(path, kind)))
            }
        }
    }
}

fn choice(path: &DeclaredPath, kind: &FactKind, id: &Id) -> Result<(), String> {
    if kind.choices().iter().any(|choice| choice.id == *id) {
        return Ok(());
    }
    let known: Vec<&str> = kind.choices().iter().map(|choice| choice.id.as_str()).collect();
    Err(format!(
        "「{}」に「{id}」という選択肢はありません。{} のどれかです。",
        path_text(path),
        known.join("、")
    ))
}

const fn kind_name(kind: &FactKind) -> &'static str {
    match kind {
        FactKind::Bool => "はい・いいえ（bool）",
        FactKind::Choice(_) => "1つを選ぶ事実（choice）",
        FactKind::Choices(_) => "いくつも選べる事実（choices）",
        FactKind::Number { .. } => "数（number）",
        FactKind::Date => "日付（date）",
        FactKind::Text => "文字（text）",
        FactKind::Household => "世帯員の一覧",
    }
}

fn how_to_test(path: &DeclaredPath, kind: &FactKind) -> String {
    let path = path_text(path);
    let first = kind.choices().first().map_or("…", |choice| choice.id.as_str());
    match kind {
        FactKind::Bool => format!("「{path}」か「not {path}」と書いてください。"),
        FactKind::Choice(_) => format!("「{path} = {first}」か「{path} in [{first}]」と書いてください。"),
        FactKind::Choices(_) => format!("「{path} has any [{first}]」と書いてください。"),
        FactKind::Number { .. } => format!("「{path} >= 1」のように書いてください。"),
        FactKind::Date => format!("「{path} < 2026-04-01」のように書いてください。"),
        FactKind::Text => format!("「{path} = \"…\"」と書いてください。"),
        FactKind::Household => "「any household (…)」と書いてください。".to_owned(),
    }
}

/// Every condition of a pack with who owns it, for checks that go over all of them.
pub(super) fn gate_owner(question: &Question) -> bool {
    question.fact.is_each_member()
}
