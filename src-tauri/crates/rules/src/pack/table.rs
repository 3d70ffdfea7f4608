//! TOML with lines, and the polite way to take things out of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id, closest};
use toml::de::{DeTable, DeValue};

use super::model::{Dated, Period, Text};
use super::{Place, Problem, Severity};
use crate::condition::{Condition, parse_condition};

/// A TOML value that remembers its line.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Text(String),
    Number(i64),
    Bool(bool),
    Date(Date),
    /// A float or a time: never right in a pack.
    Other,
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

impl Kind {
    const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "文字列",
            Self::Number(_) => "整数",
            Self::Bool(_) => "true/false",
            Self::Date(_) => "日付",
            Self::Other => "小数や時刻",
            Self::List(_) => "一覧 [ ]",
            Self::Table(_) => "表 { }",
        }
    }
}

/// Collects problems while reading goes on.
#[derive(Debug, Default)]
pub(super) struct Sink(RefCell<Vec<Problem>>);

impl Sink {
    pub(super) fn error(
        &self,
        code: &'static str,
        place: Place,
        about: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.add(Severity::Error, code, place, about, message);
    }

    pub(super) fn add(
        &self,
        severity: Severity,
        code: &'static str,
        place: Place,
        about: impl Into<String>,
        message: impl Into<String>,
    ) {
        let mut problems = self.0.borrow_mut();
        // A hostile pack must not fill memory with complaints.
        if problems.len() < 2000 {
            problems.push(Problem { severity, code, place, about: about.into(), message: message.into() });
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// Reads one file; syntax errors go to the sink, what could be read is still given.
pub(super) fn parse(file: &Arc<str>, text: &str, sink: &Sink) -> Node {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line =
        |offset: usize| u32::try_from(starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = Place { file: Arc::clone(file), line: error.span().map_or(1, |span| line(span.start)) };
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        sink.error(
            "P001",
            place,
            "",
            format!(
                "TOMLの書き方が違います（{message}）。引用符、かっこ、同じ項目の重なりを確かめてください。"
            ),
        );
    }
    let line_of = &line;
    Node { line: 1, kind: Kind::Table(convert_table(table.get_ref(), line_of)) }
}

fn convert_table(table: &DeTable<'_>, line: &dyn Fn(usize) -> u32) -> BTreeMap<String, Node> {
    table
        .iter()
        .map(|(key, value)| {
            let mut node = convert(value.get_ref(), value.span().start, line);
            // A table is where its key stands; a scalar too (they are on one line but for multi-line texts).
            node.line = line(key.span().start).min(node.line).max(1);
            (key.get_ref().as_ref().to_owned(), node)
        })
        .collect()
}

fn convert(value: &DeValue<'_>, start: usize, line: &dyn Fn(usize) -> u32) -> Node {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.as_ref().to_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix()).map_or(Kind::Other, Kind::Number)
        }
        DeValue::Boolean(yes) => Kind::Bool(*yes),
        DeValue::Float(_) => Kind::Other,
        DeValue::Datetime(time) => match (time.date, time.time) {
            (Some(date), None) => {
                let day = || {
                    Date::new(
                        i16::try_from(date.year).ok()?,
                        i8::try_from(date.month).ok()?,
                        i8::try_from(date.day).ok()?,
                    )
                    .ok()
                };
                day().map_or(Kind::Other, Kind::Date)
            }
            _ => Kind::Other,
        },
        DeValue::Array(items) => {
            Kind::List(items.iter().map(|item| convert(item.get_ref(), item.span().start, line)).collect())
        }
        DeValue::Table(table) => Kind::Table(convert_table(table, line)),
    };
    Node { line: line(start), kind }
}

/// One table of a file, with what it is about and which keys were looked at.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) file: Arc<str>,
    pub(super) line: u32,
    pub(super) about: String,
    map: &'a BTreeMap<String, Node>,
    seen: RefCell<BTreeSet<&'static str>>,
    sink: &'a Sink,
}

impl<'a> Table<'a> {
    pub(super) fn new(file: &Arc<str>, node: &'a Node, about: &str, sink: &'a Sink) -> Option<Self> {
        let Kind::Table(map) = &node.kind else {
            let place = Place { file: Arc::clone(file), line: node.line };
            sink.error("P003", place, about, format!("表が必要なところに{}があります。", node.kind.name()));
            return None;
        };
        Some(Self {
            file: Arc::clone(file),
            line: node.line,
            about: about.to_owned(),
            map,
            seen: RefCell::default(),
            sink,
        })
    }

    pub(super) fn place(&self) -> Place {
        Place { file: Arc::clone(&self.file), line: self.line }
    }

    fn place_of(&self, node: &Node) -> Place {
        Place { file: Arc::clone(&self.file), line: node.line }
    }

    pub(super) fn error(&self, code: &'static str, message: impl Into<String>) {
        self.sink.error(code, self.place(), self.about.clone(), message);
    }

    pub(super) fn error_at(&self, node: &Node, code: &'static str, message: impl Into<String>) {
        self.sink.error(code, self.place_of(node), self.about.clone(), message);
    }

    pub(super) fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.seen.borrow_mut().insert(key);
        self.map.get(key)
    }

    fn wrong(&self, node: &Node, key: &str, expected: &str) {
        self.error_at(
            node,
            "P003",
            format!("「{key}」には{expected}を書いてください（{}があります）。", node.kind.name()),
        );
    }

    fn missing(&self, key: &str, expected: &str) {
        self.error("P002", format!("「{key}」（{expected}）がありません。"));
    }

    /// Complains about keys nobody looked at. Call it last.
    pub(super) fn finish(&self) {
        let seen = self.seen.borrow();
        for (key, node) in self.map {
            if !seen.contains(key.as_str()) {
                let hint = closest(key, seen.iter()).map_or_else(
                    || format!("書けるのは {} です。", seen.iter().copied().collect::<Vec<_>>().join("、")),
                    |known| format!("「{known}」ではありませんか。"),
                );
                self.error_at(node, "P004", format!("「{}」という項目はありません。{hint}", cut(key)));
            }
        }
    }

    pub(super) fn optional_string(&self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        if let Kind::Text(text) = &node.kind {
            return Some(text.clone());
        }
        self.wrong(node, key, "文字列");
        None
    }

    pub(super) fn string(&self, key: &'static str) -> Option<String> {
        if self.node(key).is_none() {
            self.missing(key, "文字列");
        }
        self.optional_string(key)
    }

    pub(super) fn optional_bool(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        if let Kind::Bool(yes) = node.kind {
            return Some(yes);
        }
        self.wrong(node, key, "true か false");
        None
    }

    pub(super) fn flag(&self, key: &'static str, default: bool) -> bool {
        self.optional_bool(key).unwrap_or(default)
    }

    pub(super) fn optional_number(&self, key: &'static str) -> Option<i64> {
        let node = self.node(key)?;
        if let Kind::Number(number) = node.kind {
            return Some(number);
        }
        self.wrong(node, key, "整数");
        None
    }

    pub(super) fn number(&self, key: &'static str) -> Option<i64> {
        if self.node(key).is_none() {
            self.missing(key, "整数");
        }
        self.optional_number(key)
    }

    pub(super) fn optional_date(&self, key: &'static str) -> Option<Date> {
        let node = self.node(key)?;
        if let Kind::Date(day) = node.kind {
            return Some(day);
        }
        self.wrong(node, key, "日付（2026-04-01。引用符なし）");
        None
    }

    pub(super) fn date(&self, key: &'static str) -> Option<Date> {
        if self.node(key).is_none() {
            self.missing(key, "日付");
        }
        self.optional_date(key)
    }

    /// A string that must be one of a few words.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.optional_string(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("、");
            let node = self.node(key)?;
            self.error_at(
                node,
                "P005",
                format!("「{key}」の「{}」は分かりません。{known} のどれかです。", cut(&text)),
            );
        }
        found
    }

    pub(super) fn optional_id(&self, key: &'static str) -> Option<Id> {
        let text = self.optional_string(key)?;
        let node = self.node(key)?;
        text.parse()
            .map_err(|error: madoka_facts::FactsError| self.error_at(node, "P006", error.to_string()))
            .ok()
    }

    pub(super) fn id(&self, key: &'static str) -> Option<Id> {
        if self.node(key).is_none() {
            self.missing(key, "ID");
        }
        self.optional_id(key)
    }

    pub(super) fn list(&self, key: &'static str) -> &'a [Node] {
        match self.node(key) {
            None => &[],
            Some(Node { kind: Kind::List(items), .. }) => items,
            Some(node) => {
                self.wrong(node, key, "一覧 [ ]");
                &[]
            }
        }
    }

    pub(super) fn strings(&self, key: &'static str) -> Vec<(String, &'a Node)> {
        let mut found = Vec::new();
        for node in self.list(key) {
            match &node.kind {
                Kind::Text(text) => found.push((text.clone(), node)),
                _ => self.wrong(node, key, "文字列の一覧"),
            }
        }
        found
    }

    pub(super) fn ids(&self, key: &'static str) -> Vec<Id> {
        let read = |(text, node): (String, &Node)| {
            text.parse()
                .map_err(|error: madoka_facts::FactsError| self.error_at(node, "P006", error.to_string()))
                .ok()
        };
        self.strings(key).into_iter().filter_map(read).collect()
    }

    /// The path of a fact; `member.x` where a member can be meant.
    pub(super) fn optional_path(&self, key: &'static str) -> Option<DeclaredPath> {
        let text = self.optional_string(key)?;
        let node = self.node(key)?;
        let text = text
            .strip_prefix("member.")
            .map_or_else(|| text.clone(), |attribute| format!("household.{attribute}"));
        text.parse()
            .map_err(|error: madoka_facts::FactsError| self.error_at(node, "P007", error.to_string()))
            .ok()
    }

    pub(super) fn path(&self, key: &'static str) -> Option<DeclaredPath> {
        if self.node(key).is_none() {
            self.missing(key, "事実の名前");
        }
        self.optional_path(key)
    }

    pub(super) fn optional_condition(&self, key: &'static str) -> Option<Condition> {
        let text = self.optional_string(key)?;
        let node = self.node(key)?;
        parse_condition(&text)
            .map_err(|error| {
                self.error_at(
                    node,
                    "P008",
                    format!("「{key}」の条件が読めません［{}］。{error}", error.code()),
                );
            })
            .ok()
    }

    pub(super) fn condition(&self, key: &'static str) -> Option<Condition> {
        if self.node(key).is_none() {
            self.missing(key, "条件。いつでもなら \"always\"");
        }
        self.optional_condition(key)
    }

    pub(super) fn optional_text(&self, key: &'static str) -> Option<Text> {
        let node = self.node(key)?;
        self.read_text(key, node, &[])
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Text> {
        if self.node(key).is_none() {
            self.missing(key, "文字列か { ja, easy, en }");
        }
        self.optional_text(key)
    }

    fn read_text(&self, key: &str, node: &Node, besides: &[&str]) -> Option<Text> {
        match &node.kind {
            Kind::Text(text) => Some(Text { ja: text.clone(), others: BTreeMap::new() }),
            Kind::Table(map) => {
                let mut text = Text::default();
                for (language, value) in map.iter().filter(|(key, _)| !besides.contains(&key.as_str())) {
                    match &value.kind {
                        Kind::Text(said) if language == "ja" => text.ja.clone_from(said),
                        Kind::Text(said) => {
                            text.others.insert(language.clone(), said.clone());
                        }
                        _ => self.wrong(value, &format!("{key}.{}", cut(language)), "文字列"),
                    }
                }
                if text.ja.trim().is_empty() {
                    self.error_at(node, "P009", format!("「{key}」に日本語（ja）がありません。"));
                    return None;
                }
                Some(text)
            }
            _ => {
                self.wrong(node, key, "文字列か { ja, easy, en }");
                None
            }
        }
    }

    /// One text, or a list of texts with `from` and `to`.
    pub(super) fn dated_text(&self, key: &'static str) -> Dated<Text> {
        let Some(node) = self.node(key) else { return Dated::default() };
        self.dated(key, node, |table, node| table.read_text(key, node, &["from", "to"]))
    }

    pub(super) fn dated<T>(
        &self,
        key: &'static str,
        node: &'a Node,
        read: impl Fn(&Self, &'a Node) -> Option<T>,
    ) -> Dated<T> {
        let Kind::List(items) = &node.kind else {
            return Dated(read(self, node).map(|value| (Period::default(), value)).into_iter().collect());
        };
        let mut dated: Vec<(Period, T)> = Vec::new();
        for item in items {
            let period = match &item.kind {
                Kind::Table(map) => self.period(item, map),
                _ => Period::default(),
            };
            if let Some(value) = read(self, item) {
                if dated.iter().any(|(other, _)| other.overlaps(&period)) {
                    self.error_at(
                        item,
                        "P010",
                        format!("「{key}」の期間が重なっています。from と to を分けてください。"),
                    );
                }
                dated.push((period, value));
            }
        }
        Dated(dated)
    }

    fn period(&self, item: &Node, map: &BTreeMap<String, Node>) -> Period {
        let day = |key: &str| match map.get(key) {
            None => None,
            Some(Node { kind: Kind::Date(day), .. }) => Some(*day),
            Some(node) => {
                self.wrong(node, key, "日付（2026-04-01。引用符なし）");
                None
            }
        };
        let period = Period { from: day("from"), to: day("to") };
        if let (Some(from), Some(to)) = (period.from, period.to)
            && to < from
        {
            self.error_at(item, "P011", "to が from より前です。");
        }
        period
    }

    /// A table inside this one.
    pub(super) fn inner(&self, key: &'static str) -> Option<Table<'a>> {
        let node = self.node(key)?;
        Table::new(&self.file, node, &format!("{}の {key}", self.about), self.sink)
    }

    pub(super) fn table_of(&self, node: &'a Node, what: &str) -> Option<Table<'a>> {
        Table::new(&self.file, node, &format!("{}の {what}", self.about), self.sink)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (&'a String, &'a Node)> + use<'a> {
        self.map.iter()
    }

    pub(super) fn see(&self, key: &'static str) {
        self.seen.borrow_mut().insert(key);
    }
}

/// A hostile name must not fill the screen.
pub(super) fn cut(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control());
    if text.chars().count() > 60 { plain.take(60).chain(['…']).collect() } else { plain.collect() }
}
