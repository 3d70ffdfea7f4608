//! 自己点検: which devices and fonts this terminal finds, and what to do about those it does not.
//!
//! Everything here asks the machine itself and nothing beyond it.

mod camera;
mod fonts;
mod printer;
mod program;
mod reader;
mod storage;

pub use program::UPDATES;
pub use storage::Storage;

use std::path::Path;

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::printing::PrinterSearch;

/// One line of the self-check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Check {
    pub part: Part,
    pub state: CheckState,
    /// What was found, in a few words: 「1台」「未接続」.
    pub found: String,
    /// The names the machine gives.
    pub names: Vec<String>,
    /// What to do; empty when nothing needs doing.
    pub todo: String,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Part {
    Reader,
    Camera,
    Printer,
    Server,
    Storage,
    ScreenFont,
    NameFont,
    /// まどか itself: whether a newer one waits.
    Program,
}

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum CheckState {
    /// Ready for work.
    Ready,
    /// Not there; the counter works on without it.
    Absent,
    /// Not used in this mode.
    Unused,
}

impl Check {
    /// A check of devices that may be plugged in or not.
    fn devices(part: Part, names: Vec<String>, absent: &str, todo: &str) -> Self {
        match names.len() {
            0 => Self { part, state: CheckState::Absent, found: absent.into(), names, todo: todo.into() },
            count => Self {
                part,
                state: CheckState::Ready,
                found: format!("{count}台"),
                names,
                todo: String::new(),
            },
        }
    }
}

/// The devices of the status strip; quick enough to ask every few seconds.
pub fn devices(search: &PrinterSearch) -> Vec<Check> {
    vec![reader::check(), camera::check(), printer::check(search), server()]
}

/// The program and the fonts; asked when the self-check is opened, for all font files are read.
pub fn software() -> Vec<Check> {
    let mut found = vec![program::check(Path::new(UPDATES))];
    found.extend(fonts::check());
    found
}

/// Practice mode talks to no server. That is a rule, not a fault.
fn server() -> Check {
    Check {
        part: Part::Server,
        state: CheckState::Unused,
        found: "つなぎません".into(),
        names: Vec::new(),
        todo: "練習モードでは、サーバーとのやり取りをしません。".into(),
    }
}
