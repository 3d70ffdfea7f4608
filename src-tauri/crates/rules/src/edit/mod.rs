//! 手続・質問の編集: typed changes of a pack's files, made so that a person can trust them.
//!
//! **For:** the supervisor's desk. An [`Edit`] says what is wanted (a text, a condition, a choice, a copy of a procedure);
//! [`Edit::apply`] turns it into a [`Patch`] of one file that touches nothing else: comments, order and every other line
//! stay. A patch has an exact inverse, so everything can be undone; and a Japanese sentence says what changed.
//! [`compare`] says the same of two whole versions, [`notes`] puts what the check found where it belongs.
//!
//! **Not for:** deciding who may edit, keeping drafts, or merging two people's work (the server does).
//!
//! | File | Job |
//! |---|---|
//! | `section`, `field` | what can be edited, and what it is called |
//! | `find` | where an entry stands in the files |
//! | `catalogue` | all entries with what they say |
//! | `write` | one value in the text of a file |
//! | `change` | every kind of edit |
//! | `said`, `compare` | changes as sentences |
//! | `note` | findings at their entry and field, with what to do |

mod catalogue;
mod change;
mod compare;
mod field;
mod find;
mod note;
mod patch;
mod said;
mod section;
mod write;

pub use catalogue::{Catalogue, Content, Found};
pub use change::{Applied, Edit};
pub use compare::compare;
pub use field::{Field, FieldKind};
pub use note::{Note, notes};
pub use patch::Patch;
pub use said::{Words, language_name};
pub use section::{Entry, Section};
pub use write::{Plain, Written};

pub use crate::pack::conditions::faults;

/// Why an edit could not be made. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("直そうとした項目（{0}）が、下書きにもうありません。")]
    Gone(String),
    #[error("この項目は期間で分けて書かれています。「テキストで直す」で直してください。")]
    Dated,
    #[error("この項目はいくつも書かれています。「テキストで直す」で直してください。")]
    Several,
    #[error("「{0}」は、もう使われているIDです。")]
    Taken(String),
    #[error("「{0}」はIDになりません。半角の小文字・数字・_ で書いてください。")]
    Id(String),
    #[error("手続パックの書き方として読めません：{0}")]
    Broken(String),
    #[error("下書きのこの部分は、そのあと変わりました。")]
    Moved,
    #[error("「{0}」という項目はありません。")]
    NoField(String),
}

impl EditError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Gone(_) => "EDIT-01",
            Self::Dated => "EDIT-02",
            Self::Several => "EDIT-03",
            Self::Taken(_) => "EDIT-04",
            Self::Id(_) => "EDIT-05",
            Self::Broken(_) => "EDIT-06",
            Self::Moved => "EDIT-07",
            Self::NoField(_) => "EDIT-08",
        }
    }
}
