//! TOML with lines, and the polite way to take things out of it: every problem is kept, none ends the reading.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::closest;
use toml::de::{DeTable, DeValue};

use crate::{FormProblem, Rect};

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    Text(String),
    Number(f64),
    Bool(bool),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
    /// Dates and times: never right in a form.
    Other,
}

impl NodeKind {
    const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "文字列",
            Self::Number(_) => "数",
            Self::Bool(_) => "true/false",
            Self::List(_) => "一覧 [ ]",
            Self::Table(_) => "表 { }",
            Self::Other => "日付や時刻",
        }
    }
}

/// A hostile file must not fill memory with complaints.
const MOST_PROBLEMS: usize = 500;

#[derive(Debug)]
pub(super) struct Sink {
    file: String,
    problems: RefCell<Vec<FormProblem>>,
}

impl Sink {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), problems: RefCell::default() }
    }

    pub(super) fn error(&self, code: &'static str, line: u32, field: &str, message: impl Into<String>) {
        self.add(false, code, line, field, message.into());
    }

    pub(super) fn add(&self, mild: bool, code: &'static str, line: u32, field: &str, message: String) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MOST_PROBLEMS {
            let (file, field) = (self.file.clone(), field.to_owned());
            problems.push(FormProblem { file, line, field, code, mild, message });
        }
    }

    pub(super) fn into_problems(self) -> Vec<FormProblem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

/// Reads the file; what could be read is given even when something could not.
pub(super) fn parse(text: &str, sink: &Sink) -> Node {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line =
        |offset: usize| u32::try_from(starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(1, |span| line(span.start));
        let said = error.message().lines().next().unwrap_or_default().to_owned();
        sink.error(
            "F001",
            at,
            "",
            format!("TOMLの書き方が違います（{said}）。引用符、かっこ、同じ項目の重なりを確かめてください。"),
        );
    }
    Node { line: 1, kind: NodeKind::Table(tables(table.get_ref(), &line)) }
}

fn tables(table: &DeTable<'_>, line: &dyn Fn(usize) -> u32) -> BTreeMap<String, Node> {
    table
        .iter()
        .map(|(key, value)| {
            let mut node = node(value.get_ref(), value.span().start, line);
            node.line = line(key.span().start).min(node.line).max(1);
            (key.get_ref().as_ref().to_owned(), node)
        })
        .collect()
}

fn node(value: &DeValue<'_>, start: usize, line: &dyn Fn(usize) -> u32) -> Node {
    let kind = match value {
        DeValue::String(text) => NodeKind::Text(text.as_ref().to_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i32::from_str_radix(&digits, number.radix())
                .map_or(NodeKind::Other, |n| NodeKind::Number(f64::from(n)))
        }
        DeValue::Float(number) => match number.as_str().replace('_', "").parse::<f64>() {
            Ok(number) if number.is_finite() => NodeKind::Number(number),
            _ => NodeKind::Other,
        },
        DeValue::Boolean(yes) => NodeKind::Bool(*yes),
        DeValue::Datetime(_) => NodeKind::Other,
        DeValue::Array(items) => {
            NodeKind::List(items.iter().map(|item| node(item.get_ref(), item.span().start, line)).collect())
        }
        DeValue::Table(table) => NodeKind::Table(tables(table, line)),
    };
    Node { line: line(start), kind }
}

/// One table, with what it is about and which keys were looked at.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) line: u32,
    pub(super) about: String,
    entries: &'a BTreeMap<String, Node>,
    seen: RefCell<BTreeSet<String>>,
    sink: &'a Sink,
}

impl<'a> Table<'a> {
    pub(super) fn of(node: &'a Node, about: &str, sink: &'a Sink) -> Option<Self> {
        match &node.kind {
            NodeKind::Table(entries) => Some(Self {
                line: node.line,
                about: about.to_owned(),
                entries,
                seen: RefCell::default(),
                sink,
            }),
            other => {
                sink.error(
                    "F002",
                    node.line,
                    about,
                    format!("表 {{ }} が要りますが、{}です。", other.name()),
                );
                None
            }
        }
    }

    pub(super) fn node(&self, key: &str) -> Option<&'a Node> {
        self.seen.borrow_mut().insert(key.to_owned());
        self.entries.get(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a String> {
        let keys: Vec<&'a String> = self.entries.keys().collect();
        self.seen.borrow_mut().extend(keys.iter().map(|key| (*key).clone()));
        keys.into_iter()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn wrong(&self, node: &Node, key: &str, expected: &str) {
        self.sink.error(
            "F002",
            node.line,
            &self.about,
            format!("{key} には{expected}を書いてください（今は{}）。", node.kind.name()),
        );
    }

    pub(super) fn problem(&self, code: &'static str, line: u32, message: impl Into<String>) {
        self.sink.error(code, line, &self.about, message);
    }

    pub(super) const fn sink(&self) -> &'a Sink {
        self.sink
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        let node = self.node(key)?;
        if let NodeKind::Text(text) = &node.kind {
            Some(text)
        } else {
            self.wrong(node, key, "文字列 \"…\" ");
            None
        }
    }

    pub(super) fn bool(&self, key: &str) -> bool {
        match self.node(key) {
            None => false,
            Some(Node { kind: NodeKind::Bool(yes), .. }) => *yes,
            Some(node) => {
                self.wrong(node, key, " true か false ");
                false
            }
        }
    }

    /// A number in a range, both ends allowed.
    pub(super) fn number(&self, key: &str, least: f64, most: f64) -> Option<f64> {
        let node = self.node(key)?;
        match node.kind {
            NodeKind::Number(number) if number >= least && number <= most => Some(number),
            NodeKind::Number(_) => {
                self.problem("F003", node.line, format!("{key} は{least}から{most}までの数です。"));
                None
            }
            _ => {
                self.wrong(node, key, "数");
                None
            }
        }
    }

    pub(super) fn whole(&self, key: &str, least: u16, most: u16) -> Option<u16> {
        let number = self.number(key, f64::from(least), f64::from(most))?;
        if number.fract() == 0.0 {
            // In range by the test above.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number in u16's range"
            )]
            Some(number as u16)
        } else {
            self.problem("F003", self.line_of(key), format!("{key} は整数です。"));
            None
        }
    }

    pub(super) fn line_of(&self, key: &str) -> u32 {
        self.entries.get(key).map_or(self.line, |node| node.line)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let said = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == said).map(|(_, value)| *value);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.problem(
                "F004",
                self.line_of(key),
                format!("{key} = \"{}\" はありません。次のどれかです: {}", shown(said), all.join("、")),
            );
        }
        found
    }

    pub(super) fn strings(&self, key: &str) -> Vec<(&'a str, u32)> {
        match self.node(key) {
            None => Vec::new(),
            Some(Node { kind: NodeKind::Text(text), line }) => vec![(text, *line)],
            Some(Node { kind: NodeKind::List(items), .. }) => items
                .iter()
                .filter_map(|item| {
                    if let NodeKind::Text(text) = &item.kind {
                        Some((text.as_str(), item.line))
                    } else {
                        self.wrong(item, key, "文字列の一覧");
                        None
                    }
                })
                .collect(),
            Some(node) => {
                self.wrong(node, key, "文字列、または文字列の一覧");
                Vec::new()
            }
        }
    }

    pub(super) fn numbers<const N: usize>(&self, node: &Node, key: &str, what: &str) -> Option<[f64; N]> {
        if let NodeKind::List(items) = &node.kind
            && items.len() == N
        {
            let mut out = [0.0; N];
            for (place, item) in out.iter_mut().zip(items) {
                let NodeKind::Number(number) = item.kind else {
                    self.wrong(item, key, what);
                    return None;
                };
                *place = number;
            }
            return Some(out);
        }
        self.wrong(node, key, what);
        None
    }

    pub(super) fn rect_in(&self, node: &Node, key: &str) -> Option<Rect> {
        let [x, y, w, h] = self.numbers::<4>(node, key, "四つの数 [左, 上, 幅, 高さ]（mm）")?;
        let within = |n: f64| (-50.0..=2000.0).contains(&n);
        if within(x) && within(y) && w > 0.0 && h > 0.0 && within(w) && within(h) {
            Some(Rect::new(x, y, w, h))
        } else {
            self.problem(
                "F003",
                node.line,
                format!("{key} の幅と高さは0より大きく、位置は紙の中（mm）にしてください。"),
            );
            None
        }
    }

    pub(super) fn rect(&self, key: &str) -> Option<Rect> {
        let node = self.node(key)?;
        self.rect_in(node, key)
    }

    /// One rectangle, or a list of them.
    pub(super) fn rects_in(&self, node: &Node, key: &str) -> Vec<Rect> {
        match &node.kind {
            NodeKind::List(items) if items.iter().any(|item| matches!(item.kind, NodeKind::List(_))) => {
                items.iter().filter_map(|item| self.rect_in(item, key)).collect()
            }
            _ => self.rect_in(node, key).into_iter().collect(),
        }
    }

    /// Complains of keys nobody looked at.
    pub(super) fn finish(self) {
        let seen = self.seen.borrow();
        for (key, node) in self.entries.iter().filter(|(key, _)| !seen.contains(*key)) {
            let near = closest(key, seen.iter())
                .map_or_else(String::new, |near| format!("「{near}」のことではありませんか。"));
            self.sink.error(
                "F005",
                node.line,
                &self.about,
                format!("「{}」という項目はありません。{near}", shown(key)),
            );
        }
    }
}

/// Part of a file in a message: short, and without what could upset a terminal.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
