//! 様式の編集: typed changes of a `form.toml`, made so that a supervisor can trust them.
//!
//! **For:** the supervisor's desk. A [`Sketch`] is a `form.toml` open for editing, finished or not: its fields with every
//! rectangle they have, what is still to be confirmed, and what was proposed. A [`Change`] says what is wanted (moved, larger,
//! bound to another fact, of another kind); nothing else of the text is touched, comments and order stay. [`compare`] says in
//! sentences how two versions differ, [`revise`] carries the fields over to a new edition of the paper.
//!
//! **Not for:** keeping drafts and undoing (counter), or judging whether a form is right ([`read_form`](crate::read_form)).
//!
//! | File | Job |
//! |---|---|
//! | `sketch` | what stands in the text, leniently read |
//! | `places` | the rectangles of a field, by name |
//! | `change` | every kind of change |
//! | `kind` | one kind of field becomes another |
//! | `compare` | two versions as sentences |
//! | `declare` | the pack's own list of its forms |
//! | `landmarks`, `revise` | 用紙の差し替え: where things went on a new edition of the paper |

mod change;
mod compare;
mod declare;
mod kind;
mod landmarks;
mod places;
mod revise;
mod sketch;

pub use change::{Change, Edge, Given};
pub use compare::compare;
pub use declare::declare;
pub use places::Placed;
pub use revise::{Went, revise};
pub use sketch::{Doubt, Drawn, Repeat, Sketch};

/// Why a form could not be changed. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SketchError {
    #[error("form.toml が読めません：{0}")]
    Broken(String),
    #[error("記入欄「{0}」が、下書きにもうありません。")]
    Gone(String),
    #[error("「{0}」という項目は、この画面では直せません。")]
    NoKey(String),
    #[error("記入欄の種類「{0}」はありません。")]
    NoKind(String),
    #[error("表の列は、この種類にできません。")]
    InRows,
}

impl SketchError {
    /// Stable, for the officer and for support.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Broken(_) => "FORM-51",
            Self::Gone(_) => "FORM-52",
            Self::NoKey(_) => "FORM-53",
            Self::NoKind(_) => "FORM-54",
            Self::InRows => "FORM-55",
        }
    }
}
