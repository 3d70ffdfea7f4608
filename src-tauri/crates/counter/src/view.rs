//! Plain values made for a screen. TypeScript gets the same types (`cargo xtask types`), so neither side guesses.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::office::SessionView;
use crate::settings::Display;

/// One sentence in the languages a resident can choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Texts {
    pub ja: String,
    /// やさしい日本語
    pub easy: String,
    pub en: String,
}

/// The 受付 screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Reception {
    pub life_events: Vec<LifeEventTile>,
    /// The number a resident without a ticket gets.
    pub next_ticket: String,
    /// Today's cases, the longest waiting first, those taken back last.
    pub cases: Vec<CaseRow>,
}

/// One life event to open a case with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct LifeEventTile {
    pub id: String,
    pub name: Texts,
    pub hint: String,
}

/// One line of a list of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CaseRow {
    pub id: String,
    pub ticket: String,
    /// 案件番号 as it stands on paper; empty before it is given.
    pub number: String,
    pub life_event: Texts,
    /// Whose case it is, once a name is known.
    pub name: String,
    pub opened: String,
    pub waiting_minutes: u32,
    pub state: CaseState,
    /// 担当
    pub owner: Option<Owner>,
}

/// Who has a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Owner {
    /// As people say it.
    pub name: String,
    pub place: String,
    /// This terminal.
    pub here: bool,
}

/// A colleague to hand a case to: a person at a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Colleague {
    pub staff: String,
    pub terminal: String,
    pub name: String,
    pub place: String,
}

/// What a scan led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "led_to", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ScanShown {
    /// A case of this terminal.
    Case { case: CaseRow },
    /// One of several codes; these are still missing.
    More { missing: Vec<u8>, total: u8 },
    /// Everything entered at home, as a new case.
    PreEntry {
        case: CaseRow,
        /// Labels of answers this pack has no place for; the officer asks again.
        left_out: Vec<String>,
        /// It was made with the questions of another version of the pack.
        other_version: bool,
    },
}

/// Where a case is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum CaseState {
    Waiting,
    /// 対応中
    InHand,
    /// 完了
    Closed,
    TakenBack,
}

impl CaseState {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "待ち",
            Self::InHand => "対応中",
            Self::Closed => "完了",
            Self::TakenBack => "取消",
        }
    }
}

/// What the window needs once, when it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Start {
    pub city: String,
    pub practice: bool,
    pub session: SessionView,
    /// The terminal belongs to a city's server; practice has a real counter to go back to.
    pub enrolled: bool,
    /// The edition of the 手続パック that new cases begin with.
    pub pack: Option<u64>,
    pub version: String,
    pub display: Display,
    /// The case this terminal was working on when the program or the machine stopped.
    pub resume: Option<String>,
    /// What already went wrong while starting: the counter opens all the same.
    pub problem: Option<Problem>,
}

/// An error as a person meets it: what happened, what to do, and a code to give on the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Problem {
    pub code: String,
    pub what: String,
    pub todo: String,
}
