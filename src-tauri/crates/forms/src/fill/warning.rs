//! What a person must look at before printing.

use madoka_facts::{FactPath, Id};

use madoka_template::Rect;

/// Why a place was not filled as the form asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The value does not fit at the smallest size.
    TooLong,
    /// A required value is not known.
    MissingValue,
    /// Read from a picture and confirmed by nobody.
    Unconfirmed,
    /// No font has the glyphs at these places (from 1).
    MissingGlyph(Vec<usize>),
    /// The value itself holds a mark for a glyph that somebody's system lacked (〓).
    ReplacedGlyph,
    /// The paper has no place for this answer, or no mark for this era.
    NoPlace,
    /// 姓 and 名 are not told apart.
    NotSplit,
    /// An address whose parts cannot be told apart.
    UnknownPlace,
    /// More members than the paper has rows.
    TooManyRows,
    /// A picture was not given, or cannot be read.
    NoPicture,
}

impl Reason {
    /// Stable, for screens and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::MissingValue => "missing_value",
            Self::Unconfirmed => "unconfirmed",
            Self::MissingGlyph(_) => "missing_glyph",
            Self::ReplacedGlyph => "replaced_glyph",
            Self::NoPlace => "no_place",
            Self::NotSplit => "not_split",
            Self::UnknownPlace => "unknown_place",
            Self::TooManyRows => "too_many_rows",
            Self::NoPicture => "no_picture",
        }
    }
}

/// 印刷前の注意: one place to look at. It names the place, never the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    pub form: Id,
    pub form_name: String,
    /// `members.name` for a column.
    pub field: String,
    /// The caption on the paper.
    pub called: String,
    /// The page in the bundle, from 1.
    pub page: usize,
    /// The row, or the member of a form for one member; from 1.
    pub row: Option<usize>,
    /// Where on the page.
    pub at: Rect,
    /// The facts to put right.
    pub facts: Vec<FactPath>,
    pub reason: Reason,
}

impl Warning {
    /// What happened and what to do.
    pub fn message(&self) -> String {
        let place = match self.row {
            Some(row) => format!("「{}」の「{}」（{row}人目）", self.form_name, self.called),
            None => format!("「{}」の「{}」", self.form_name, self.called),
        };
        match &self.reason {
            Reason::TooLong => format!("{place}は長くて枠に入りません。空けてあるので、手書きしてください。"),
            Reason::MissingValue => {
                format!("{place}が分かっていません。聞いて入力するか、手書きしてください。")
            }
            Reason::Unconfirmed => {
                format!(
                    "{place}は画像から読み取ったままです。確かめてから印刷してください（空けてあります）。"
                )
            }
            Reason::MissingGlyph(at) => {
                let at: Vec<String> = at.iter().map(ToString::to_string).collect();
                format!(
                    "{place}の{}文字目の字形がこの端末の書体にありません。空けてあるので、手書きしてください。",
                    at.join("・")
                )
            }
            Reason::ReplacedGlyph => {
                format!(
                    "{place}に、字が欠けている印（〓など）があります。空けてあるので、手書きしてください。"
                )
            }
            Reason::NoPlace => format!("{place}は、答えに当たる場所が紙にありません。手書きしてください。"),
            Reason::NotSplit => {
                format!(
                    "{place}は、姓と名の間に空白がないので分けられません。空けてあるので、手書きしてください。"
                )
            }
            Reason::UnknownPlace => {
                format!(
                    "{place}は、住所を都道府県・市区町村に分けられません。空けてあるので、手書きしてください。"
                )
            }
            Reason::TooManyRows => format!("{place}は、行が足りません。入らない方は別の紙に書いてください。"),
            Reason::NoPicture => format!("{place}の画像がないか、読めません。"),
        }
    }
}
