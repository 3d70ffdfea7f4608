//! What the resident's window shows and may say, and what the officer sees of it.

use madoka_casework::Handwriting;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::words::ResidentWords;
use crate::guidance::TakeAway;
use crate::visit::Given;

/// All of the resident's window, in the resident's language.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentScreen {
    pub city: String,
    pub practice: bool,
    /// Whatever the window says names this number; what was said to an earlier screen is refused.
    pub turn: u32,
    /// The one chosen.
    pub language: String,
    pub languages: Vec<ResidentLanguage>,
    pub words: ResidentWords,
    pub stage: ResidentStage,
}

/// A language to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentLanguage {
    pub id: String,
    pub name: String,
    pub lang: String,
}

/// What the window is for just now.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ResidentStage {
    /// Nobody is served yet.
    Welcome,
    /// The case was opened, and the officer works.
    Received { ticket: String, life_event: String, doing: String },
    /// 確認: what was read, to be looked at.
    Confirm { groups: Vec<FactsShown> },
    /// 質問: answered without a word.
    Ask { question: ResidentQuestion, number: u32, of: u32, rather_not: bool },
    /// 暗証番号; only how many digits are there.
    Pin { card: String, typed: u32, tries_left: Option<u8>, wrong: bool },
    /// 署名; the pad's size is in millimetres.
    Sign { who: String, papers: Vec<String>, width: u32, height: u32 },
    /// お見送り
    Thanks { guide: Option<TakeAway> },
}

/// What was read of one person.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FactsShown {
    pub title: String,
    pub facts: Vec<FactShown>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FactShown {
    pub label: String,
    pub value: String,
    /// A name: shown larger, for the shapes of its glyphs.
    pub name: bool,
}

/// One question for the resident alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentQuestion {
    pub about: Option<String>,
    pub ask: String,
    pub help: Option<String>,
    pub answer: ResidentAnswer,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ResidentAnswer {
    YesNo,
    Choice {
        options: Vec<ResidentOption>,
    },
    Choices {
        options: Vec<ResidentOption>,
    },
    Number {
        min: i64,
        max: i64,
        unit: String,
    },
    /// A year to choose, the newest first; with month and day it is a date.
    Date {
        years: Vec<ResidentOption>,
    },
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentOption {
    pub id: String,
    pub label: String,
    /// Cannot be chosen together with another.
    pub alone: bool,
}

/// Everything the resident's window can say.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "value")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ResidentSaid {
    /// Another language.
    Language(String),
    /// はい（`true`）／ちがいます, one for each value shown, in order.
    Facts(Vec<bool>),
    Answer(Given),
    /// 答えたくない
    RatherNot,
    /// 前の質問に戻る
    Back,
    /// One digit of the PIN.
    PinDigit(u8),
    PinDelete,
    PinEnter,
    PinDecline,
    Signed(
        #[cfg_attr(test, ts(type = "{ width: number, height: number, strokes: number[][][] }"))] Handwriting,
    ),
    /// 紙に署名する・代筆
    OnPaper,
    /// Thanked, and gone.
    Finished,
}

/// What is shown or said is about people: not even by mistake into a log.
macro_rules! without_contents {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
without_contents!(
    ResidentScreen,
    ResidentStage,
    FactsShown,
    FactShown,
    ResidentQuestion,
    ResidentSaid,
    ResidentPanel,
    WrongFact
);

/// The officer's view of the resident's window.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentPanel {
    /// The case it belongs to.
    pub case: Option<String>,
    pub language: String,
    pub showing: Showing,
    /// In one line: 「お名前など4件を確かめていただいています」
    pub line: String,
    /// Facts being asked for or confirmed there now.
    pub facts: Vec<String>,
    /// What the resident said is not right, and nobody corrected since.
    pub wrong: Vec<WrongFact>,
    /// What the resident said last: 「紙に署名したいとのことです」
    pub said: Option<String>,
    /// Rises with everything the resident says that changes the case.
    pub heard: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Showing {
    Welcome,
    Waiting,
    Confirm,
    Ask,
    Pin,
    Sign,
    Thanks,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WrongFact {
    pub fact: String,
    /// 「届出人の住所」
    pub label: String,
}
