//! Every kind of change, and what it is called.

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, Value};

use super::places::{array, each, millimetres};
use super::sketch::{Drawn, Sketch, confirm};
use super::{SketchError, kind};
use madoka_template::Rect;

/// What a supervisor wants changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// 動かす: all rectangles of these fields.
    Shift {
        fields: Vec<String>,
        right: f64,
        down: f64,
    },
    /// 大きさを変える
    Grow {
        fields: Vec<String>,
        wider: f64,
        higher: f64,
    },
    /// One rectangle of a field.
    Place {
        field: String,
        place: String,
        at: Rect,
    },
    /// そろえる: after the first of them.
    Align {
        fields: Vec<String>,
        edge: Edge,
    },
    /// One property; nothing takes it away.
    Write {
        field: String,
        key: String,
        value: Option<Given>,
    },
    /// `answers`: what a choice can be answered with.
    Kind {
        field: String,
        kind: String,
        answers: Vec<String>,
    },
    /// The place of one printed answer of a choice; nothing takes it away.
    Answer {
        field: String,
        answer: String,
        at: Option<Rect>,
    },
    /// A new field, bound to nothing yet.
    Add {
        page: u16,
        at: Rect,
        label: String,
    },
    Copy {
        fields: Vec<String>,
    },
    Remove {
        fields: Vec<String>,
    },
    /// 確かめた
    Confirm {
        fields: Vec<String>,
    },
    /// Of the form itself.
    Head {
        key: String,
        value: Option<Given>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Left,
    Right,
    Top,
    Bottom,
    Width,
    Height,
}

impl Edge {
    const fn said(self) -> &'static str {
        match self {
            Self::Left => "左の端",
            Self::Right => "右の端",
            Self::Top => "上の端",
            Self::Bottom => "下の端",
            Self::Width => "幅",
            Self::Height => "高さ",
        }
    }
}

/// Smaller than this nobody can write.
const SMALLEST: f64 = 1.0;

/// What of a field is written by one value, with what a person calls it.
const KEYS: [(&str, &str); 35] = [
    ("label", "呼び名"),
    ("page", "ページ"),
    ("value", "入れる事実"),
    ("text", "入れる言葉"),
    ("as", "書き方"),
    ("when", "書く条件"),
    ("required", "必ず要る"),
    ("empty", "分からないとき"),
    ("font", "書体"),
    ("size", "文字の大きさ"),
    ("ink", "色"),
    ("fit", "入らないとき"),
    ("lines", "行数"),
    ("align", "横の寄せ"),
    ("valign", "縦の寄せ"),
    ("padding", "余白"),
    ("min_size", "いちばん小さい文字"),
    ("vertical", "縦書き"),
    ("over", "どの欄の上か"),
    ("script", "かなの種類"),
    ("cells", "枡の数"),
    ("marks", "濁点を別の枡に"),
    ("era_style", "元号の書き方"),
    ("printed_era", "印刷済みの元号"),
    ("pad", "2桁にそろえる"),
    ("mark", "印の形"),
    ("others", "ほかの答え"),
    ("commas", "3桁ごとの区切り"),
    ("prefix", "頭に付ける字"),
    ("zero", "0の書き方"),
    ("rows", "行の数"),
    ("pitch", "行の間隔"),
    ("direction", "行の進む向き"),
    ("filter", "載せる人"),
    ("more", "行が足りないとき"),
];

const MORE_KEYS: [(&str, &str); 5] = [
    ("skip", "先に載せた人数"),
    ("seal", "押印"),
    ("who", "署名する人"),
    ("screen", "画面での署名"),
    ("file", "画像のファイル"),
];

/// Of the form itself.
const HEAD_KEYS: [(&str, &str); 14] = [
    ("name", "名前"),
    ("number", "様式番号"),
    ("office", "出す先"),
    ("order", "並び順"),
    ("paper", "用紙"),
    ("for", "だれの分"),
    ("copies", "部数"),
    ("duplex", "両面"),
    ("tray", "給紙トレイ"),
    ("back_office", "後方事務へ"),
    ("cover_note", "確認票の一行"),
    ("font", "書体"),
    ("size", "文字の大きさ"),
    ("edition", "用紙の版"),
];

pub(super) fn key_name(key: &str) -> Option<&'static str> {
    KEYS.iter().chain(&MORE_KEYS).find(|(id, _)| *id == key).map(|(_, name)| *name)
}

pub(super) fn head_name(key: &str) -> Option<&'static str> {
    HEAD_KEYS.iter().find(|(id, _)| *id == key).map(|(_, name)| *name)
}

impl Sketch {
    /// Makes a change; answers what was done, in words. On an error nothing is changed.
    pub fn change(&mut self, change: &Change) -> Result<String, SketchError> {
        let before = self.doc.clone();
        let said = self.make(change);
        if said.is_err() {
            self.doc = before;
        }
        said
    }

    fn make(&mut self, change: &Change) -> Result<String, SketchError> {
        match change {
            Change::Shift { fields, right, down } => {
                let said = format!("{}を{}動かしました。", self.named(fields), moved(*right, *down));
                self.each_place(fields, &mut |_, at| clamped(at.moved(*right, *down)))?;
                Ok(said)
            }
            Change::Grow { fields, wider, higher } => {
                let said =
                    format!("{}の大きさを変えました（{}）。", self.named(fields), grown(*wider, *higher));
                self.each_place(fields, &mut |_, at| Rect {
                    w: (at.w + wider).max(SMALLEST),
                    h: (at.h + higher).max(SMALLEST),
                    ..at
                })?;
                Ok(said)
            }
            Change::Place { field, place, at } => {
                let said = format!("{}の位置を変えました。", self.named(std::slice::from_ref(field)));
                let wanted = clamped(Rect { w: at.w.max(SMALLEST), h: at.h.max(SMALLEST), ..*at });
                let table = self.table(field)?;
                each(table, &mut |name, old| if name == place { wanted } else { old });
                Ok(said)
            }
            Change::Align { fields, edge } => self.align(fields, *edge),
            Change::Write { field, key, value } => self.write(field, key, value.as_ref()),
            Change::Kind { field, kind, answers } => {
                let said = format!(
                    "{}の種類を「{}」にしました。",
                    self.named(std::slice::from_ref(field)),
                    madoka_template::kind_name(kind)
                );
                kind::become_kind(self, field, kind, answers)?;
                self.mend();
                Ok(said)
            }
            Change::Answer { field, answer, at } => self.answer(field, answer, at.as_ref()),
            Change::Add { page, at, label } => Ok(self.add(*page, at, label)),
            Change::Copy { fields } => self.copy(fields),
            Change::Remove { fields } => self.remove(fields),
            Change::Confirm { fields } => {
                let said = format!("{}を確かめました。", self.named(fields));
                for path in fields {
                    confirm(self.table(path)?);
                }
                Ok(said)
            }
            Change::Head { key, value } => {
                let name = head_name(key).ok_or_else(|| SketchError::NoKey(key.clone()))?;
                put(self.doc.as_table_mut(), key, value.as_ref());
                Ok(match value {
                    Some(value) => format!("様式の{name}を「{}」にしました。", shown(value)),
                    None => format!("様式の{name}をなくしました。"),
                })
            }
        }
    }

    /// 「欄「届出人 氏名」」, or how many.
    fn named(&self, fields: &[String]) -> String {
        match fields {
            [one] => {
                let found = self.field(one);
                format!("欄「{}」", found.as_ref().map_or(one.as_str(), Drawn::called))
            }
            many => format!("{}個の欄", many.len()),
        }
    }

    fn each_place(
        &mut self,
        fields: &[String],
        f: &mut dyn FnMut(&str, Rect) -> Rect,
    ) -> Result<(), SketchError> {
        for path in self.with_columns(fields) {
            each(self.table(&path)?, f);
        }
        Ok(())
    }

    /// A table of rows is moved with its columns.
    fn with_columns(&self, fields: &[String]) -> Vec<String> {
        let all = self.fields();
        let mut paths: Vec<String> = Vec::new();
        for path in fields {
            let inner = format!("{path}/");
            let columns = all.iter().map(|field| &field.path).filter(|other| other.starts_with(&inner));
            for one in std::iter::once(path).chain(columns) {
                if !paths.contains(one) {
                    paths.push(one.clone());
                }
            }
        }
        paths
    }

    fn align(&mut self, fields: &[String], edge: Edge) -> Result<String, SketchError> {
        let gone = |path: &String| SketchError::Gone(path.clone());
        let (first, rest) = fields.split_first().ok_or_else(|| SketchError::Gone(String::new()))?;
        let to = self.field(first).ok_or_else(|| gone(first))?.at;
        for path in rest {
            let at = self.field(path).ok_or_else(|| gone(path))?.at;
            let (right, down, wider, higher) = match edge {
                Edge::Left => (to.x - at.x, 0.0, 0.0, 0.0),
                Edge::Right => (to.right() - at.right(), 0.0, 0.0, 0.0),
                Edge::Top => (0.0, to.y - at.y, 0.0, 0.0),
                Edge::Bottom => (0.0, to.bottom() - at.bottom(), 0.0, 0.0),
                Edge::Width => (0.0, 0.0, to.w - at.w, 0.0),
                Edge::Height => (0.0, 0.0, 0.0, to.h - at.h),
            };
            self.each_place(std::slice::from_ref(path), &mut |_, at| {
                let at = clamped(at.moved(right, down));
                Rect { w: (at.w + wider).max(SMALLEST), h: (at.h + higher).max(SMALLEST), ..at }
            })?;
        }
        Ok(format!("{}個の欄の{}をそろえました。", fields.len(), edge.said()))
    }

    fn write(&mut self, field: &str, key: &str, value: Option<&Given>) -> Result<String, SketchError> {
        let name = key_name(key).ok_or_else(|| SketchError::NoKey(key.to_owned()))?;
        let called = self.named(&[field.to_owned()]);
        let table = self.table(field)?;
        match key {
            // A fact or words, never both; and nothing is said by empty words.
            "value" => {
                let one = match value {
                    Some(Given::List(all)) if all.len() == 1 => all.first().cloned().map(Given::Text),
                    Some(Given::List(all)) if all.is_empty() => None,
                    other => other.cloned(),
                };
                if one.is_some() {
                    table.remove("text");
                } else {
                    put(table, "text", Some(&Given::Text(String::new())));
                }
                put(table, "value", one.as_ref());
                // Whoever binds it has looked at it.
                confirm(table);
            }
            "text" => {
                table.remove("value");
                let none = Given::Text(String::new());
                put(table, "text", Some(value.unwrap_or(&none)));
                confirm(table);
            }
            _ => put(table, key, value),
        }
        Ok(match value {
            Some(value) => format!("{called}の{name}を「{}」にしました。", shown(value)),
            None => format!("{called}の{name}をなくしました。"),
        })
    }

    fn answer(&mut self, field: &str, answer: &str, at: Option<&Rect>) -> Result<String, SketchError> {
        let called = self.named(&[field.to_owned()]);
        let table = self.table(field)?;
        let options = table.entry("options").or_insert(Item::Value(Value::InlineTable(InlineTable::new())));
        let like = options.as_table_like_mut().ok_or_else(|| SketchError::NoKey("options".to_owned()))?;
        if let Some(at) = at {
            like.insert(answer, Item::Value(Value::Array(array(at))));
            Ok(format!("{called}に答え「{answer}」の場所を置きました。"))
        } else {
            like.remove(answer);
            Ok(format!("{called}から答え「{answer}」の場所をなくしました。"))
        }
    }

    /// Readings stand above words: those whose words are gone stand alone.
    fn mend(&mut self) {
        let words: Vec<String> = self
            .fields()
            .into_iter()
            .filter(|field| field.kind == "text" && !field.path.contains('/'))
            .map(|field| field.id)
            .collect();
        for table in self.all().iter_mut() {
            let over = super::sketch::text(table, "over").to_owned();
            if !over.is_empty() && !words.contains(&over) {
                table.remove("over");
            }
        }
    }

    fn all(&mut self) -> &mut ArrayOfTables {
        let item = self.doc.entry("field").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        if !item.is_array_of_tables() {
            *item = Item::ArrayOfTables(ArrayOfTables::new());
        }
        #[expect(clippy::unreachable, reason = "made one right above")]
        item.as_array_of_tables_mut().unwrap_or_else(|| unreachable!("an array of tables"))
    }

    fn add(&mut self, page: u16, at: &Rect, label: &str) -> String {
        let id = self.free_id("field");
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        put(&mut table, "id", Some(&Given::Text(id)));
        if page > 1 {
            put(&mut table, "page", Some(&Given::Number(page.into())));
        }
        table.insert("at", Item::Value(Value::Array(array(&clamped(*at)))));
        if !label.is_empty() {
            put(&mut table, "label", Some(&Given::Text(label.to_owned())));
        }
        put(&mut table, "text", Some(&Given::Text(String::new())));
        self.all().push(table);
        if label.is_empty() {
            "新しい欄を置きました。".to_owned()
        } else {
            format!("欄「{label}」を置きました。")
        }
    }

    fn copy(&mut self, fields: &[String]) -> Result<String, SketchError> {
        let said = format!("{}を写しました。", self.named(fields));
        for path in fields {
            let mut table = self.table(path)?.clone();
            let id = self.free_id(super::sketch::text(&table, "id"));
            put(&mut table, "id", Some(&Given::Text(id)));
            unplace(&mut table);
            table.decor_mut().set_prefix("\n");
            each(&mut table, &mut |_, at| at.moved(2.0, 2.0));
            match path.split_once('/') {
                None => self.all().push(table),
                Some((rows, _)) => {
                    if let Some(columns) =
                        self.table(rows)?.get_mut("column").and_then(Item::as_array_of_tables_mut)
                    {
                        columns.push(table);
                    }
                }
            }
        }
        Ok(said)
    }

    fn remove(&mut self, fields: &[String]) -> Result<String, SketchError> {
        let said = format!("{}をなくしました。", self.named(fields));
        for path in fields {
            let (rows, id) =
                path.split_once('/').map_or((None, path.as_str()), |(rows, id)| (Some(rows), id));
            let all = match rows {
                None => self.all(),
                Some(rows) => match self.table(rows) {
                    Ok(table) => table
                        .get_mut("column")
                        .and_then(Item::as_array_of_tables_mut)
                        .ok_or_else(|| SketchError::Gone(path.clone()))?,
                    // Gone with its table.
                    Err(_) if fields.iter().any(|other| other == rows) => continue,
                    Err(error) => return Err(error),
                },
            };
            all.retain(|table| super::sketch::text(table, "id") != id);
            let empty = all.is_empty();
            // A table without columns prints nothing.
            if let (Some(rows), true) = (rows, empty) {
                self.all().retain(|table| super::sketch::text(table, "id") != rows);
            }
        }
        self.mend();
        Ok(said)
    }
}

/// A copy is written after everything else, its columns with it: their places in the text are the original's.
fn unplace(table: &mut Table) {
    table.set_position(None);
    let columns = table.get_mut("column").and_then(Item::as_array_of_tables_mut);
    columns.into_iter().flat_map(ArrayOfTables::iter_mut).for_each(|column| column.set_position(None));
}

/// No place begins beyond the paper's edge.
fn clamped(at: Rect) -> Rect {
    Rect { x: at.x.max(0.0), y: at.y.max(0.0), ..at }
}

pub(super) fn put(table: &mut Table, key: &str, value: Option<&Given>) {
    let Some(value) = value else {
        table.remove(key);
        return;
    };
    let mut value = match value {
        Given::Text(text) => Value::from(text.as_str()),
        Given::Number(number) => millimetres(*number),
        Given::Flag(yes) => Value::from(*yes),
        Given::List(all) => Value::Array(all.iter().map(String::as_str).collect::<Array>()),
    };
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => {
            table.insert(key, Item::Value(value));
        }
    }
}

fn shown(value: &Given) -> String {
    match value {
        Given::Text(text) => text.clone(),
        Given::Number(number) => length(*number),
        Given::Flag(true) => "はい".to_owned(),
        Given::Flag(false) => "いいえ".to_owned(),
        Given::List(all) => all.join("、"),
    }
}

/// To a hundredth, as people write it.
pub(super) fn length(number: f64) -> String {
    let text = format!("{:.2}", (number * 100.0).round() / 100.0 + 0.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 「右へ1.5 mm、下へ0.5 mm」
pub(super) fn moved(right: f64, down: f64) -> String {
    said(&[("右", "左", right), ("下", "上", down)], "へ")
}

fn grown(wider: f64, higher: f64) -> String {
    let one =
        |name: &str, by: f64| format!("{name}{}{} mm", if by < 0.0 { "−" } else { "＋" }, length(by.abs()));
    let parts: Vec<String> = [("幅", wider), ("高さ", higher)]
        .into_iter()
        .filter(|(_, by)| by.abs() >= 0.005)
        .map(|(name, by)| one(name, by))
        .collect();
    parts.join("、")
}

fn said(ways: &[(&str, &str, f64)], to: &str) -> String {
    let parts: Vec<String> = ways
        .iter()
        .filter(|(.., by)| by.abs() >= 0.005)
        .map(|(more, less, by)| format!("{}{to}{} mm", if *by > 0.0 { more } else { less }, length(by.abs())))
        .collect();
    parts.join("、")
}
