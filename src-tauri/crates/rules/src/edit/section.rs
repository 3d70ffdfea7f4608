//! What a pack is made of, as a supervisor meets it.

use std::fmt;

use super::field::{self, Field};

/// A kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    Procedure,
    Question,
    Fact,
    Condition,
    Item,
    Check,
    Office,
    Screen,
    Scenario,
}

impl Section {
    pub const ALL: [Self; 9] = [
        Self::Procedure,
        Self::Question,
        Self::Fact,
        Self::Condition,
        Self::Item,
        Self::Check,
        Self::Office,
        Self::Screen,
        Self::Scenario,
    ];

    /// The word of the files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Question => "question",
            Self::Fact => "fact",
            Self::Condition => "condition",
            Self::Item => "item",
            Self::Check => "check",
            Self::Office => "office",
            Self::Screen => "screen",
            Self::Scenario => "scenario",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.word() == word)
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Procedure => "手続",
            Self::Question => "質問",
            Self::Fact => "事実",
            Self::Condition => "共通の条件",
            Self::Item => "持ち物",
            Self::Check => "確認事項",
            Self::Office => "窓口・課",
            Self::Screen => "話題",
            Self::Scenario => "場面テスト",
        }
    }

    /// The key that names an entry; common conditions are named by their table.
    pub const fn id_key(self) -> &'static str {
        match self {
            Self::Question => "fact",
            Self::Fact => "path",
            _ => "id",
        }
    }

    /// Where a person reads what an entry is called.
    pub(super) const fn name_key(self) -> &'static str {
        match self {
            Self::Question => "ask",
            Self::Fact => "label",
            Self::Screen | Self::Scenario => "title",
            _ => "name",
        }
    }

    pub const fn fields(self) -> &'static [Field] {
        field::of(self)
    }
}

/// One entry: 「手続 death.care_loss」. An id may be declared again for another time; `nth` counts them from 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    pub section: Section,
    pub id: String,
    pub nth: u32,
}

impl Entry {
    pub fn new(section: Section, id: &str) -> Self {
        Self { section, id: id.to_owned(), nth: 0 }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.section.label(), self.id)?;
        if self.nth > 0 { write!(f, "（{}つ目）", self.nth + 1) } else { Ok(()) }
    }
}
