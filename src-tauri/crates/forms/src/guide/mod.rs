//! 案内書: the sheet a resident takes home. What is done, what is still to do, where, by when, with what.
//!
//! **For:** setting a [`GuideSheet`] on paper so that an eighty-year-old who has just lost her husband can read it:
//! large type, one thing after another, no item torn over two pages, the same place for the same kind of word.
//!
//! **Not for:** deciding what stands in it. `counter` fills it from the judgement; every text of the pack comes in the
//! sheet's own language already.
//!
//! The same sheet gives the same bytes.
//!
//! ```no_run
//! use madoka_forms::Fonts;
//! use madoka_forms::guide::{GuideSheet, Language, Section, SectionKind, Stop, Task};
//!
//! let mut sheet = GuideSheet::new(Language::Ja, "みなと野市", "おくやみ（死亡）", jiff::civil::date(2026, 11, 2));
//! let task = Task { name: "世帯主変更届".into(), ..Task::default() };
//! let stop = Stop { name: "市民課".into(), place: "1階 2番窓口".into(), phone: "0999-20-1010".into(), tasks: vec![task] };
//! sheet.sections.push(Section { kind: SectionKind::Here, stops: vec![stop] });
//! let pdf = sheet.to_pdf(&Fonts::system())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canvas;
mod faces;
mod flow;
mod layout;
mod lists;
mod pdf;
mod words;

use jiff::civil::Date;

use self::faces::Faces;
use crate::Fonts;

/// The language a sheet is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    #[default]
    Ja,
    /// やさしい日本語
    Easy,
    En,
}

impl Language {
    /// As packs and the command line write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::Easy => "easy",
            Self::En => "en",
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        [Self::Ja, Self::Easy, Self::En].into_iter().find(|language| language.word() == word)
    }
}

/// 案内書: everything that stands on it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideSheet {
    pub language: Language,
    pub city: String,
    /// The life event, as the pack names it.
    pub event: String,
    /// The visit.
    pub on: Date,
    pub case: Option<CaseMark>,
    /// Where to telephone with a question about the sheet itself.
    pub contact: Option<Contact>,
    /// 練習: printed across every page, so that nobody takes it for a real one.
    pub practice: bool,
    /// The sheet of a bereavement: it says so gently, and what lies outside city hall begins a page of its own.
    pub bereavement: bool,
    pub sections: Vec<Section>,
    /// Everything to bring, each once.
    pub bring: Vec<Thing>,
}

/// The case's number, to read out and to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMark {
    pub number: String,
    /// What the QR code holds: the case's own code.
    pub code: String,
}

/// An office to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: String,
}

/// The parts of the sheet, in the order they are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// 今日終わったこと
    Done,
    /// この窓口で続けてすること
    Here,
    /// ほかの窓口
    Visit,
    /// 後日
    Later,
    /// 確かめてから決まること
    ToConfirm,
    /// まだ聞いていないこと: the talk ended before it was settled whether these apply. Named, so that none is lost.
    NotAsked,
    /// 市役所の外
    Outside,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub kind: SectionKind,
    pub stops: Vec<Stop>,
}

/// One office, with what is done there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stop {
    pub name: String,
    /// 「1階 2番窓口」; empty outside city hall.
    pub place: String,
    pub phone: String,
    pub tasks: Vec<Task>,
}

/// One procedure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Task {
    pub name: String,
    /// The members it is for, where it is not for all.
    pub who: Vec<String>,
    pub deadline: Option<Deadline>,
    /// Short names of what to bring.
    pub bring: Vec<String>,
    /// Yen; `None` where nobody said.
    pub fee: Option<u32>,
    /// Why, in one line.
    pub why: String,
    /// What the pack tells residents about it.
    pub note: String,
    /// What is to be found out first, in words.
    pub open: Vec<String>,
    /// 念のためのご案内
    pub in_case: bool,
}

/// By when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub day: Option<Date>,
    /// 目安
    pub approximate: bool,
    /// The rule in words: 「死亡した日の翌日から14日以内」.
    pub rule: String,
}

/// A thing to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub name: String,
    pub note: String,
    /// 要るか確認
    pub sure: bool,
}

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum GuideError {
    #[error("案内書に使う書体（BIZ UDPゴシック）がこの端末にありません")]
    NoFace,
    #[error("書体のファイルを読めません（{0}）")]
    FaceBroken(String),
    #[error("案件番号のQRコードを作れません")]
    Code,
    #[error("案内書を書き出せません")]
    NotWritten,
}

impl GuideError {
    /// Stable for ever.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoFace => "GUIDE-01",
            Self::FaceBroken(_) => "GUIDE-02",
            Self::Code => "GUIDE-03",
            Self::NotWritten => "GUIDE-04",
        }
    }

    /// What the officer can do about it.
    pub const fn todo(&self) -> &'static str {
        match self {
            Self::NoFace | Self::FaceBroken(_) => {
                "書体（Debian では fonts-morisawa-bizud-gothic）を入れ直してください。"
            }
            Self::Code => "案件番号を確かめてください。",
            Self::NotWritten => "ディスクの空きを確かめ、もう一度試してください。",
        }
    }
}

impl GuideSheet {
    pub fn new(language: Language, city: impl Into<String>, event: impl Into<String>, on: Date) -> Self {
        Self {
            language,
            city: city.into(),
            event: event.into(),
            on,
            case: None,
            contact: None,
            practice: false,
            bereavement: false,
            sections: Vec::new(),
            bring: Vec::new(),
        }
    }

    /// The sheet as a PDF of A4 pages.
    pub fn to_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, GuideError> {
        let faces = Faces::of(fonts)?;
        let pages = layout::pages(self, &faces)?;
        let title = words::Words::of(self.language).title;
        pdf::write(&pages, &faces, title)
    }
}
