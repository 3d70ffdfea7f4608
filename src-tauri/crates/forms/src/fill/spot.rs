//! Where each field came out on the pages of a bundle, and how: what a screen lays over the pages.

use madoka_facts::{FactPath, Id, PersonRef};

use madoka_template::Rect;

/// 記入欄 on a page that needs no warning: written, left empty, or a place to sign.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    pub form: Id,
    /// `members.name` for a column.
    pub field: String,
    /// The caption on the paper.
    pub called: String,
    /// The page in the bundle, from 1.
    pub page: usize,
    pub at: Rect,
    /// The row, or the member of a form for one member; from 1.
    pub row: Option<usize>,
    /// The facts it shows, the one that filled it first.
    pub facts: Vec<FactPath>,
    pub state: SpotState,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SpotState {
    Filled,
    /// Nothing is known, and the form does not insist.
    Empty,
    /// 署名欄: whose; whether the city takes a signature written on a screen there; when it was stamped.
    Signature {
        who: PersonRef,
        screen: bool,
        signed: Option<String>,
    },
}
