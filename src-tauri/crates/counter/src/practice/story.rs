//! A story as its file tells it.

use madoka_facts::FactPath;
use serde::Deserialize;

/// Why a story file was left out.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    #[error("文字コードがUTF-8でありません")]
    NotText,
    #[error("書き方が正しくありません: {0}")]
    Form(#[from] toml::de::Error),
    #[error("「{0}」は事実の名前ではありません")]
    Fact(String),
}

/// 練習の課題
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub id: String,
    /// Easy ones first.
    pub order: u32,
    pub title: String,
    /// What a practised officer needs.
    pub minutes: u32,
    /// What it teaches, in one line.
    pub lesson: String,
    pub visitor: String,
    /// The practice card to lay on the reader.
    pub card: Option<String>,
    /// The resident's first words.
    pub opening: String,
    #[serde(default)]
    pub say: Vec<Say>,
    #[serde(rename = "task")]
    pub tasks: Vec<Task>,
    #[serde(default)]
    pub after: Vec<Remark>,
}

/// What the resident answers when asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    pub ask: String,
    pub tell: String,
}

/// What to take along.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    pub text: String,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Task {
    pub text: String,
    /// Where and with which key.
    pub hint: String,
    #[serde(flatten)]
    pub kind: TaskKind,
}

/// What ticks a task off. Each is read from the case's own record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum TaskKind {
    /// The case is of this life event.
    Open {
        event: String,
    },
    /// A chip told of this person.
    ReadCard {
        person: String,
    },
    /// The fact is known.
    Know {
        fact: String,
    },
    /// The fact was answered わからない.
    Unknown {
        fact: String,
    },
    /// The fact was said more than once, or taken back.
    Changed {
        fact: String,
    },
    /// So many members of the household are listed.
    Members {
        count: u16,
    },
    /// No question can change the list any more.
    Settled,
    /// The procedure came out as needed or to be confirmed.
    Listed {
        procedure: String,
    },
    /// 済・後で・…
    Mark {
        procedure: String,
        mark: String,
    },
    Note,
    /// 事前連絡
    Notice,
    /// Forms were printed.
    Printed,
    /// A guide was given, in this language where one is named.
    Guide {
        language: Option<String>,
    },
    Paused,
    HandedOver,
    Closed,
}

impl Story {
    pub fn read(bytes: &[u8]) -> Result<Self, StoryError> {
        let text = std::str::from_utf8(bytes).map_err(|_| StoryError::NotText)?;
        let story: Self = toml::from_str(text)?;
        for task in &story.tasks {
            if let TaskKind::Know { fact } | TaskKind::Unknown { fact } | TaskKind::Changed { fact } =
                &task.kind
            {
                let _known: FactPath = fact.parse().map_err(|_| StoryError::Fact(fact.clone()))?;
            }
        }
        Ok(story)
    }
}
