//! What a paper form (様式) is: `form.toml` read into types, and checked against a city's facts.
//!
//! **For:** everybody who must know whether a form is right before anything is printed: the desk that edits it, the server that
//! releases it, the command line ([`check_forms`]), and the floor that fills it ([`read_form`], [`Form`]). FORMAT.md beside this
//! crate is the description people read.
//!
//! **Not for:** the paper itself: pages, fonts, values and printers are `madoka-forms`'s. Nothing is drawn here, so that the
//! server can check forms without being able to draw them.
//!
//! ```
//! use madoka_template::read_form;
//!
//! let form = read_form("dog", r#"
//!     id = "dog"
//!     name = "犬の登録事項変更届"
//!     background = "form.pdf"
//!     [[field]]
//!     id = "owner"
//!     at = [52.0, 61.5, 70.0, 9.0]
//!     value = "applicant.name"
//! "#).expect("nothing is wrong with it");
//! assert_eq!(form.fields.len(), 1);
//!
//! // What is wrong is said all at once, with file, line, field and what was expected.
//! let problems = read_form("dog", "id = 'dog'\nname = '届'\nbackground = 'form.doc'").unwrap_err();
//! assert!(problems[0].to_string().starts_with("dog/form.toml:3: 誤り F012: background は"));
//! ```

mod condition;
mod folder;
mod format;
mod geometry;
mod kinds;
mod read;
mod table;
mod vocabulary;

pub use condition::Known;
pub use folder::{check_forms, form_of, form_problems, text_path};
pub use format::Format;
pub use geometry::{POINTS, Paper, Rect, counted};
pub use kinds::{
    Comb, DateField, EraPlace, EraStyle, Fit, FormWord, Horizontal, KINDS, Kind, Mark, More, Part, Piece,
    Places, Reference, Rows, Source, TextField, Vertical, Zero, kind_name,
};
pub use read::{era_named, read_form};
pub use vocabulary::check_form;

use madoka_facts::Id;
use madoka_rules::Condition;
use std::fmt;

/// 様式: one paper form of the city.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub id: Id,
    pub name: String,
    /// 様式番号.
    pub number: Option<String>,
    pub office: Option<Id>,
    pub order: i64,
    pub background: Background,
    pub paper: Option<Paper>,
    /// Which pages of the PDF, from 1; all when not said.
    pub pages: Option<Vec<u16>>,
    /// One copy for each member it applies to.
    pub per_member: bool,
    pub copies: u16,
    pub duplex: Duplex,
    pub tray: Option<String>,
    pub back_office: bool,
    pub qr_at: Option<Rect>,
    pub cover_note: Option<String>,
    pub face: Face,
    pub size: f64,
    pub note: Option<String>,
    pub edition: Option<String>,
    pub preprinted: Preprinted,
    pub fields: Vec<Field>,
}

impl Form {
    /// Forms on which rows of this one go on.
    pub fn continuations(&self) -> impl Iterator<Item = &Id> {
        self.fields.iter().filter_map(|field| match &field.kind {
            Kind::Rows(rows) => match &rows.more {
                More::Form(id) => Some(id),
                More::Repeat | More::Warn => None,
            },
            _ => None,
        })
    }
}

/// What lies beneath the values: files of the form's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Background {
    Pdf(String),
    /// One scan a page.
    Pictures(Vec<String>),
}

impl Background {
    pub fn files(&self) -> &[String] {
        match self {
            Self::Pdf(file) => std::slice::from_ref(file),
            Self::Pictures(files) => files,
        }
    }
}

/// 両面.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplex {
    #[default]
    No,
    LongEdge,
    ShortEdge,
}

/// 書体 of a field; the shape of each glyph is looked for in more than one font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Face {
    #[default]
    Mincho,
    Gothic,
    /// For headings of our own sheets; form fields never ask for it.
    GothicBold,
}

/// Colour of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    #[default]
    Black,
    Blue,
    Gray,
    Red,
    /// For grounds and watermarks of our own sheets.
    Pale,
}

/// 複写式など: stock on which the form is already printed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preprinted {
    pub always: bool,
    /// Right and down, for every printer.
    pub offset: (f64, f64),
    /// Added for one printer.
    pub offsets: Vec<(String, (f64, f64))>,
}

/// 記入欄: one place on the form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub id: Id,
    pub label: Option<String>,
    /// From 1.
    pub page: u16,
    pub at: Rect,
    pub source: Source,
    pub formats: Vec<Format>,
    pub when: Option<Condition>,
    pub required: bool,
    pub empty: Empty,
    pub face: Option<Face>,
    pub size: Option<f64>,
    pub ink: Ink,
    pub kind: Kind,
    /// Where it stands in `form.toml`.
    pub line: u32,
}

impl Field {
    /// What an officer calls it: the caption on the paper, or what it is.
    pub fn called(&self) -> &str {
        self.label.as_deref().unwrap_or_else(|| kind_name(self.kind.name()))
    }
}

/// What stands where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Empty {
    #[default]
    Leave,
    Words(String),
    /// A line through the field.
    Slash,
}

/// What is wrong with a `form.toml`, in the supervisor's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// `kokuho_loss/form.toml`
    pub file: String,
    pub line: u32,
    /// The field it is about; empty for the form itself.
    pub field: String,
    /// Stable.
    pub code: &'static str,
    /// The form works without it being put right.
    pub mild: bool,
    pub message: String,
}

impl fmt::Display for FormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.mild { "注意" } else { "誤り" };
        write!(f, "{}:{}: {severity} {}: ", self.file, self.line, self.code)?;
        if !self.field.is_empty() {
            write!(f, "記入欄 {}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}
