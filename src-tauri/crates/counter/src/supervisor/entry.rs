//! One entry with everything of it that can be edited.

use madoka_facts::DeclaredPath;
use madoka_rules::Condition;
use madoka_rules::edit::{EditError, Entry, Field, FieldKind, Plain, Section, Written};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::desk::NoteRow;
use super::draft::Drafting;
use super::given::languages;
use super::{CheckLine, EntryRef, Said};
use crate::CounterError;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct EntryView {
    pub entry: EntryRef,
    pub name: String,
    /// 「手続」
    pub what: String,
    pub file: String,
    pub fields: Vec<FieldView>,
    /// Of a fact.
    pub choices: Option<Vec<ChoiceText>>,
    /// The fact a question asks for, to edit its choices.
    pub fact: Option<EntryRef>,
    /// チェックリスト, of a procedure or an office.
    pub checklist: Option<Vec<CheckLine>>,
    /// テキスト, for experts.
    pub source: String,
    pub notes: Vec<NoteRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FieldView {
    pub key: String,
    pub label: String,
    pub shape: FieldShape,
    /// It says something now.
    pub written: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FieldShape {
    Text {
        texts: Vec<LanguageText>,
    },
    Line {
        text: String,
    },
    Condition {
        /// Nothing where none is written.
        said: Option<Said>,
        /// It is about one member of the household.
        member: bool,
    },
    Number {
        number: Option<i64>,
    },
    Flag {
        on: Option<bool>,
    },
    Day {
        day: String,
    },
    List {
        ids: Vec<String>,
    },
    Word {
        word: String,
        words: Vec<WordOption>,
    },
    /// Written in a way that rows cannot show.
    Elsewhere {
        text: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct LanguageText {
    pub language: String,
    pub label: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WordOption {
    pub word: String,
    pub label: String,
}

/// 選択肢
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ChoiceText {
    pub id: String,
    pub texts: Vec<LanguageText>,
}

impl Drafting {
    pub(super) fn entry(&self, entry: &Entry) -> Result<EntryView, CounterError> {
        let gone = || CounterError::Edit(EditError::Gone(entry.to_string()));
        let content = self.catalogue.get(entry).ok_or_else(gone)?;
        let fields = entry.section.fields();
        let fields = fields.iter().map(|field| self.field(entry, field, content.value(field.key))).collect();
        let fact = (entry.section == Section::Question).then(|| EntryRef {
            section: Section::Fact.word().to_owned(),
            id: entry.id.clone(),
            nth: 0,
        });
        Ok(EntryView {
            name: content.name.clone(),
            what: entry.section.label().to_owned(),
            file: content.file.clone(),
            fields,
            choices: self.choices(entry),
            checklist: self.checklist(entry),
            fact: fact.filter(|_| self.pack.facts.iter().any(|fact| fact.path.to_string() == entry.id)),
            source: content.source.clone(),
            notes: self
                .notes()
                .iter()
                .filter(|note| note.entry.as_ref() == Some(entry))
                .map(NoteRow::from)
                .collect(),
            entry: EntryRef::from(entry),
        })
    }

    fn field(&self, entry: &Entry, field: &Field, written: &Written) -> FieldView {
        FieldView {
            key: field.key.to_owned(),
            label: field.label.to_owned(),
            shape: self.shape(entry, field, written),
            written: *written != Written::Missing,
        }
    }

    fn shape(&self, entry: &Entry, field: &Field, written: &Written) -> FieldShape {
        let plain = match written {
            Written::Plain(plain) => Some(plain),
            _ => None,
        };
        let text = || written.in_japanese();
        if let Written::Other(text) = written {
            return FieldShape::Elsewhere { text: text.trim().to_owned() };
        }
        match field.kind {
            FieldKind::Text => FieldShape::Text {
                texts: languages(&self.pack)
                    .into_iter()
                    .map(|(language, label)| LanguageText {
                        text: written.in_language(&language).unwrap_or_default(),
                        language,
                        label,
                    })
                    .collect(),
            },
            FieldKind::Line => FieldShape::Line { text: text() },
            FieldKind::Condition => {
                let member = self.about_member(entry);
                let text = text();
                match Said::of_text(&self.pack, &text, member) {
                    Ok(said) => FieldShape::Condition { said: Some(said), member },
                    Err(_) if text.is_empty() => FieldShape::Condition { said: None, member },
                    Err(_) => FieldShape::Elsewhere { text },
                }
            }
            FieldKind::Number => FieldShape::Number {
                number: match plain {
                    Some(Plain::Number(number)) => Some(*number),
                    _ => None,
                },
            },
            FieldKind::Flag => FieldShape::Flag {
                on: match plain {
                    Some(Plain::Flag(yes)) => Some(*yes),
                    _ => None,
                },
            },
            FieldKind::Day => FieldShape::Day {
                day: match plain {
                    Some(Plain::Day(day)) => day.to_string(),
                    _ => String::new(),
                },
            },
            FieldKind::List => FieldShape::List {
                ids: match plain {
                    Some(Plain::List(ids)) => ids.clone(),
                    _ => Vec::new(),
                },
            },
            FieldKind::Word(words) => FieldShape::Word {
                word: text(),
                words: words
                    .iter()
                    .map(|(word, label)| WordOption { word: (*word).to_owned(), label: (*label).to_owned() })
                    .collect(),
            },
            FieldKind::Level(levels) => FieldShape::Word {
                word: match plain {
                    Some(Plain::Number(number)) => number.to_string(),
                    _ => String::new(),
                },
                words: levels
                    .iter()
                    .map(|(word, label)| WordOption { word: word.to_string(), label: (*label).to_owned() })
                    .collect(),
            },
        }
    }

    /// Whether a condition of this entry speaks about one member of the household.
    pub(super) fn about_member(&self, entry: &Entry) -> bool {
        match entry.section {
            Section::Procedure => {
                self.pack.procedures.iter().any(|one| {
                    one.id.as_str() == entry.id && one.scope == madoka_rules::pack::Scope::Household
                })
            }
            Section::Question | Section::Fact => {
                entry.id.parse::<DeclaredPath>().is_ok_and(|path| path.is_each_member())
            }
            // A common condition may speak of whoever it is used for.
            Section::Condition => true,
            _ => false,
        }
    }

    /// A condition being built, for an entry.
    pub(super) fn say(&self, entry: &Entry, condition: &Condition) -> Said {
        Said::of(&self.pack, condition, self.about_member(entry))
    }

    fn choices(&self, entry: &Entry) -> Option<Vec<ChoiceText>> {
        if entry.section != Section::Fact {
            return None;
        }
        let fact = self.pack.facts.iter().find(|fact| fact.path.to_string() == entry.id)?;
        if fact.choices.is_empty() {
            return None;
        }
        let languages = languages(&self.pack);
        let texts = |text: &madoka_rules::pack::Text| {
            languages
                .iter()
                .map(|(language, label)| LanguageText {
                    language: language.clone(),
                    label: label.clone(),
                    text: if language == "ja" {
                        text.ja.clone()
                    } else {
                        text.others.get(language).cloned().unwrap_or_default()
                    },
                })
                .collect()
        };
        Some(
            fact.choices
                .iter()
                .map(|(id, text)| ChoiceText { id: id.to_string(), texts: texts(text) })
                .collect(),
        )
    }
}
