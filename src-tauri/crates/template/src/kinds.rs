//! Kinds of field.

use madoka_facts::{Attribute, FactPath, Id, PersonRef};
use madoka_rules::Condition;

use crate::{Field, Format, Rect};

/// Where a field's words come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    #[default]
    Nothing,
    /// The first that is known.
    FirstOf(Vec<Reference>),
    /// `text`: words with facts in them.
    Words(Vec<Piece>),
}

/// A piece of `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Literal(String),
    Value(Reference, Vec<Format>),
}

/// One thing that can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    Fact(FactPath),
    /// `member.…`: of the member the row or the copy is about.
    Member(Attribute),
    Word(FormWord),
}

/// What the counter says besides facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormWord {
    CaseNumber,
    City,
    Prefecture,
    Office,
    Officer,
    Members,
    Sheet,
    Sheets,
    RowNumber,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text(TextField),
    Furigana {
        over: Option<Id>,
        hiragana: bool,
        text: TextField,
    },
    Comb(Comb),
    Date(Box<DateField>),
    Choice {
        options: Vec<(String, Vec<Rect>)>,
        mark: Mark,
        others_left: bool,
    },
    Mark(Mark),
    Number {
        commas: bool,
        prefix: String,
        zero: Zero,
        comb: Option<Comb>,
        text: TextField,
    },
    Rows(Box<Rows>),
    Signature {
        seal: bool,
        /// Who signs here.
        who: PersonRef,
        /// The city takes a signature written on a screen here.
        screen: bool,
    },
    /// A file of the form's folder, or a picture the counter gives by name.
    Picture {
        file: Option<String>,
        name: Option<String>,
    },
    Qr,
}

impl Kind {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Furigana { .. } => "furigana",
            Self::Comb(_) => "comb",
            Self::Date(_) => "date",
            Self::Choice { .. } => "choice",
            Self::Mark(_) => "mark",
            Self::Number { .. } => "number",
            Self::Rows(_) => "rows",
            Self::Signature { .. } => "signature",
            Self::Picture { .. } => "picture",
            Self::Qr => "qr",
        }
    }
}

/// Kinds of field as `form.toml` writes them, and as people call them.
pub const KINDS: [(&str, &str); 11] = [
    ("text", "文字"),
    ("furigana", "ふりがな"),
    ("comb", "一字一枡"),
    ("date", "日付"),
    ("choice", "選択肢に印"),
    ("mark", "当てはまれば印"),
    ("number", "数"),
    ("rows", "表（くり返す行）"),
    ("signature", "署名・押印"),
    ("picture", "画像"),
    ("qr", "QRコード"),
];

/// 「文字」
pub fn kind_name(kind: &str) -> &str {
    KINDS.iter().find(|(id, _)| *id == kind).map_or(kind, |(_, name)| name)
}

/// How words are set into their rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextField {
    pub fit: Fit,
    pub horizontal: Horizontal,
    pub vertical: Vertical,
    pub padding: f64,
    pub min_size: f64,
    /// 縦書き.
    pub upright: bool,
}

impl Default for TextField {
    fn default() -> Self {
        Self {
            fit: Fit::Shrink,
            horizontal: Horizontal::Left,
            vertical: Vertical::Middle,
            padding: 1.0,
            min_size: 6.0,
            upright: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Shrink,
    /// At most so many lines; as many as fit when not said.
    Wrap(Option<u16>),
    TwoLines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizontal {
    Left,
    Centre,
    Right,
    /// 均等割付.
    Spread,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vertical {
    Top,
    Middle,
    Bottom,
}

/// 一字一枡.
#[derive(Debug, Clone, PartialEq)]
pub struct Comb {
    pub boxes: Vec<Rect>,
    pub from_right: bool,
    pub marks_apart: bool,
    pub upright: bool,
}

/// A place for a part of a date: one rectangle, or a box for each digit.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Whole(Rect),
    Boxes(Vec<Rect>),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DateField {
    pub era: Option<EraPlace>,
    pub year: Option<Part>,
    pub month: Option<Part>,
    pub day: Option<Part>,
    pub pad: bool,
    pub text: TextField,
}

impl DateField {
    pub const fn is_split(&self) -> bool {
        self.year.is_some() || self.month.is_some() || self.day.is_some()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum EraPlace {
    Written(Rect, EraStyle),
    /// The printed words, by id (`showa`); `western` where the paper offers it.
    Marked(Vec<(String, Vec<Rect>)>, Mark),
    /// The paper says one era; a date of another cannot be written on it.
    Printed(madoka_text::Era),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraStyle {
    Name,
    Initial,
    Letter,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Circle,
    Check,
    /// What was not chosen is struck out.
    Strike,
    Fill,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zero {
    Written,
    Blank,
}

/// Which way rows follow each other, with the pitch.
pub type Places = Vec<(f64, f64)>;

/// 明細: repeated rows for the household.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// How far each row stands from the first: right and down.
    pub places: Places,
    pub filter: Option<Condition>,
    pub skip: u16,
    pub more: More,
    pub columns: Vec<Field>,
}

/// Where members go that have no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum More {
    /// Another sheet of this form.
    Repeat,
    /// 続紙: another form.
    Form(Id),
    Warn,
}
