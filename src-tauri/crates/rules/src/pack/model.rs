//! What a pack holds, read and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id, Value, Vocabulary};

use crate::condition::{Condition, Unit};
use crate::deadline::{DeadlineKind, FirstDay};
use crate::holidays::Calendar;

/// Where something stands in the pack's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A text in several languages; Japanese is always there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub ja: String,
    /// `easy`, `en`, …
    pub others: BTreeMap<String, String>,
}

impl Text {
    /// The text in a language, or in Japanese where that is missing.
    pub fn in_language(&self, language: &str) -> &str {
        self.others.get(language).map_or(&self.ja, String::as_str)
    }
}

/// Something that changes on a day: the entries do not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T>(pub Vec<(Period, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Dated<T> {
    pub fn on(&self, day: Date) -> Option<&T> {
        self.0.iter().find(|(period, _)| period.contains(day)).map(|(_, value)| value)
    }

    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// Days from – to, both included, either may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Period {
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |one: &Self, other: &Self| match (one.to, other.from) {
            (Some(to), Some(from)) => to < from,
            _ => false,
        };
        !before(self, other) && !before(other, self)
    }
}

/// From which day validity is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidBy {
    #[default]
    Visit,
    Event,
}

/// When a procedure or question is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effective {
    pub period: Period,
    pub basis: ValidBy,
}

/// The city a pack is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct City {
    pub name: String,
    pub prefecture: String,
    pub code: String,
    pub population: Option<i64>,
    /// 町名・大字, without 丁目: what an address in the city goes on with.
    pub towns: Vec<String>,
}

/// 手続パック: what a city knows, in one version.
#[derive(Debug, Clone)]
pub struct Pack {
    pub id: Id,
    pub name: String,
    pub version: u64,
    pub valid: Period,
    pub languages: Vec<String>,
    pub city: City,
    pub calendar: Calendar,
    pub events: Vec<Event>,
    pub offices: Vec<Office>,
    pub screens: Vec<Screen>,
    pub facts: Vec<Fact>,
    pub questions: Vec<Question>,
    pub conditions: BTreeMap<Id, NamedCondition>,
    pub procedures: Vec<Procedure>,
    pub items: Vec<Item>,
    pub checks: Vec<CheckItem>,
    pub anchors: Vec<Anchor>,
    pub groups: Vec<Group>,
    pub forms: Vec<Form>,
    pub scenarios: Vec<Scenario>,
    /// Facts that 予約の聞き取り and 受け渡し speak of, whose files have a reader of their own.
    pub told_elsewhere: BTreeSet<DeclaredPath>,
    pub vocabulary: Vocabulary,
}

/// ライフイベント: what happened to the resident.
#[derive(Debug, Clone)]
pub struct Event {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    /// For staff at reception: who comes with it.
    pub hint: Option<Text>,
    /// The fact that dates it.
    pub date: Option<DeclaredPath>,
    pub persons: Vec<Id>,
    pub order: i64,
}

/// 窓口・関係課.
#[derive(Debug, Clone)]
pub struct Office {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    /// Beyond city hall: 年金事務所, 法務局 ….
    pub outside: bool,
    /// 書かない窓口: whoever sits here receives people for the other departments, and asks them.
    pub corner: bool,
    pub floor: String,
    pub window: String,
    pub phone: Option<String>,
    pub where_: Option<Text>,
}

/// A topic of the interview.
#[derive(Debug, Clone)]
pub struct Screen {
    pub place: Place,
    pub id: Id,
    pub title: Text,
    pub order: i64,
}

/// A fact as the pack declares it; type and label are in the vocabulary.
#[derive(Debug, Clone)]
pub struct Fact {
    pub place: Place,
    pub path: DeclaredPath,
    pub label: Text,
    pub choices: Vec<(Id, Text)>,
    pub unit: Option<String>,
    pub derived: Option<Condition>,
    pub note: Option<String>,
}

/// Where a value should come from first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillFrom {
    Ask,
    Card,
    Register,
    System,
}

/// 質問: asks for exactly one fact.
#[derive(Debug, Clone)]
pub struct Question {
    pub place: Place,
    pub fact: DeclaredPath,
    pub events: Vec<Id>,
    pub screen: Id,
    pub order: i64,
    pub ask: Dated<Text>,
    pub help: Dated<Text>,
    pub ask_if: Option<Condition>,
    pub when_skipped: Option<Value>,
    pub unknown_allowed: bool,
    pub resolve: Option<String>,
    pub fill_from: FillFrom,
    pub delicate: bool,
    pub effective: Effective,
}

/// A condition with a name.
#[derive(Debug, Clone)]
pub struct NamedCondition {
    pub place: Place,
    pub name: String,
    pub when: Condition,
}

/// What kind of act a procedure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcedureKind {
    Notify,
    Apply,
    Claim,
    Return,
    Guide,
}

impl ProcedureKind {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Notify => "届出",
            Self::Apply => "申請",
            Self::Claim => "請求",
            Self::Return => "返却",
            Self::Guide => "案内",
        }
    }
}

/// Whom a procedure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Case,
    /// Each member of the household it applies to.
    Household,
}

/// What to do where わからない keeps a procedure open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenUnknown {
    /// 要確認
    Confirm,
    /// 念のためのご案内
    Guide,
}

/// 手続: something the resident must or may do.
#[derive(Debug, Clone)]
pub struct Procedure {
    pub place: Place,
    pub id: ProcedureId,
    pub events: Vec<Id>,
    pub name: Dated<Text>,
    pub office: Id,
    pub kind: ProcedureKind,
    /// 対応レベル: 1 guide, 2 identify, 3 write, 4 receive, 5 issue, 6 consult.
    pub level: u8,
    pub scope: Scope,
    pub when: Condition,
    pub when_unknown: WhenUnknown,
    pub law: Vec<String>,
    pub deadlines: Vec<Deadline>,
    pub bring: Vec<Bring>,
    pub forms: Vec<Id>,
    pub fee: Dated<u32>,
    pub staff_note: Dated<Text>,
    pub resident_note: Dated<Text>,
    pub uncertain: Option<String>,
    pub review_by: Option<Date>,
    pub effective: Effective,
}

/// An id with parts: `death.household_head`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcedureId(Arc<str>);

impl ProcedureId {
    pub fn new(text: &str) -> Option<Self> {
        (text.len() <= 100
            && text.split('.').count() <= 4
            && text.split('.').all(|part| part.parse::<Id>().is_ok()))
        .then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProcedureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProcedureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 期限, as the pack says it.
#[derive(Debug, Clone)]
pub struct Deadline {
    pub text: Text,
    pub kind: DeadlineKind,
    pub when: Option<Condition>,
    pub period: Option<DeadlinePeriod>,
}

/// The part of a deadline that can be computed.
#[derive(Debug, Clone)]
pub struct DeadlinePeriod {
    pub amount: u32,
    pub unit: Unit,
    pub anchor: Id,
    pub first_day: FirstDay,
    /// A closed day moves it to the next open one.
    pub roll: bool,
}

/// 持ち物 of a procedure.
#[derive(Debug, Clone)]
pub struct Bring {
    pub item: Id,
    pub when: Option<Condition>,
}

/// A thing to bring.
#[derive(Debug, Clone)]
pub struct Item {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    pub note: Option<Text>,
}

/// 確認事項: one line of a checklist, ticked in the case. It stands at the procedures it names, and at every procedure of
/// the offices it names. What is ticked is the fact [`CHECKS`], which every pack with a checklist has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    pub place: Place,
    pub id: Id,
    pub kind: CheckKind,
    pub name: Text,
    pub procedures: Vec<ProcedureId>,
    pub offices: Vec<Id>,
}

/// The fact that holds what is ticked.
pub const CHECKS: &str = "case.checks";

impl CheckItem {
    pub fn is_of(&self, procedure: &Procedure) -> bool {
        self.procedures.contains(&procedure.id) || self.offices.contains(&procedure.office)
    }
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// 本人確認
    Identity,
    /// 見る書類
    See,
    /// お渡しするもの
    HandOver,
    /// そのほか
    Other,
}

impl CheckKind {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identity => "本人確認",
            Self::See => "見る書類",
            Self::HandOver => "お渡し",
            Self::Other => "確認",
        }
    }
}

/// The day a deadline counts from.
#[derive(Debug, Clone)]
pub struct Anchor {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    pub fact: DeclaredPath,
    pub fallback: Option<DeclaredPath>,
    pub approximate: bool,
    pub next_month_first: bool,
}

/// Procedures of which at most one may be needed.
#[derive(Debug, Clone)]
pub struct Group {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    pub procedures: Vec<ProcedureId>,
}

/// 様式, by id; its paper is the forms floor's.
#[derive(Debug, Clone)]
pub struct Form {
    pub place: Place,
    pub id: Id,
    pub name: Text,
    pub facts: Vec<DeclaredPath>,
}

/// 場面テスト: a saved person with the expected procedures.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub place: Place,
    pub id: Id,
    pub title: String,
    pub event: Id,
    pub on: Date,
    pub facts: madoka_facts::Facts,
    pub expected: Vec<Expectation>,
    /// Nothing but what is named may be needed or to confirm.
    pub complete: bool,
}

/// One line of a scenario's expectations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    pub procedure: ProcedureId,
    /// `@household[1]`
    pub member: Option<u16>,
    pub verdict: Verdict,
}

/// What the judgement says of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 不要
    NotNeeded,
    /// 要確認: what is open was answered わからない.
    ToConfirm,
    /// 未判定: something open was not asked yet.
    Undecided,
    /// 必要
    Needed,
}

impl Verdict {
    /// The word of files and of JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::NotNeeded => "not_needed",
            Self::Undecided => "undecided",
            Self::ToConfirm => "to_confirm",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Needed => "必要",
            Self::NotNeeded => "不要",
            Self::Undecided => "未判定",
            Self::ToConfirm => "要確認",
        }
    }
}
