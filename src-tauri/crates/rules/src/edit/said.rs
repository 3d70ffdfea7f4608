//! Changes as Japanese sentences.

use std::collections::BTreeMap;

use madoka_facts::{Id, Vocabulary};
use toml_edit::Table;

use super::field::{Field, FieldKind};
use super::section::Entry;
use super::write::{Plain, Written, written};
use crate::condition::{parse_condition, sentence};
use crate::pack::Pack;

/// What a pack calls things: facts and common conditions in sentences, offices and papers by name.
#[derive(Debug)]
pub struct Words<'a> {
    vocabulary: &'a Vocabulary,
    conditions: BTreeMap<Id, String>,
    pack: &'a Pack,
}

impl<'a> Words<'a> {
    pub fn of(pack: &'a Pack) -> Self {
        let conditions = pack.conditions.iter().map(|(id, one)| (id.clone(), one.name.clone())).collect();
        Self { vocabulary: &pack.vocabulary, conditions, pack }
    }

    /// A condition as a sentence, or as it stands where it cannot be read.
    pub fn condition(&self, text: &str) -> String {
        parse_condition(text)
            .map_or_else(|_| text.to_owned(), |read| sentence(&read, self.vocabulary, &self.conditions))
    }

    /// What an id stands for.
    fn id(&self, key: &str, id: &str) -> String {
        let text = |text: &crate::pack::Text| text.ja.clone();
        let pack = self.pack;
        let name = match key {
            "office" => pack.offices.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.name)),
            "screen" => pack.screens.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.title)),
            "events" => pack.events.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.name)),
            "bring" => pack.items.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.name)),
            "forms" => pack.forms.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.name)),
            "deadline.anchor" => {
                pack.anchors.iter().find(|one| one.id.as_str() == id).map(|one| text(&one.name))
            }
            "needed" | "not_needed" | "to_confirm" => pack
                .procedures
                .iter()
                .find(|one| one.id.as_str() == id.split('@').next().unwrap_or(id))
                .and_then(|one| one.name.all().next().map(text)),
            _ => None,
        };
        name.unwrap_or_else(|| id.to_owned())
    }
}

/// 「手続「世帯主変更届」」
pub(super) fn named(entry: &Entry, table: &Table) -> String {
    let name = written(table, entry.section.name_key()).in_japanese();
    let name = if name.is_empty() { entry.id.clone() } else { name };
    format!("{}「{name}」", entry.section.label())
}

/// （やさしい日本語）
pub(super) fn language(id: &str) -> String {
    if id == "ja" { String::new() } else { format!("（{}）", language_name(id)) }
}

/// 「英語」: what a language of a pack is called.
pub fn language_name(id: &str) -> &str {
    match id {
        "ja" => "日本語",
        "easy" => "やさしい日本語",
        "en" => "英語",
        other => other,
    }
}

/// A value in a person's words; nothing where there is none.
pub(super) fn shown(field: &Field, value: &Plain, words: Option<&Words<'_>>) -> String {
    let id = |id: &str| words.map_or_else(|| id.to_owned(), |words| words.id(field.key, id));
    match (field.kind, value) {
        (FieldKind::Condition, Plain::Text(text)) => {
            words.map_or_else(|| text.clone(), |words| words.condition(text))
        }
        (FieldKind::Word(known), Plain::Text(word)) => known
            .iter()
            .find(|(one, _)| one == word)
            .map_or_else(|| word.clone(), |(_, label)| (*label).to_owned()),
        (FieldKind::Level(known), Plain::Number(number)) => known
            .iter()
            .find(|(one, _)| one == number)
            .map_or_else(|| number.to_string(), |(_, label)| (*label).to_owned()),
        (_, Plain::Text(text)) => id(text),
        (_, Plain::Number(number)) => number.to_string(),
        (_, Plain::Flag(yes)) => if *yes { "はい" } else { "いいえ" }.to_owned(),
        (_, Plain::Day(day)) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        (_, Plain::List(ids)) if ids.is_empty() => "なし".to_owned(),
        (_, Plain::List(ids)) => ids.iter().map(|one| id(one)).collect::<Vec<_>>().join("、"),
    }
}

/// What stood there, in a language where it is a text.
pub(super) fn stood(
    field: &Field,
    language: Option<&str>,
    before: &Written,
    words: Option<&Words<'_>>,
) -> Option<String> {
    match (before, language) {
        (_, Some(language)) => before.in_language(language),
        (Written::Plain(value), None) => Some(shown(field, value, words)),
        (Written::Texts(texts), None) => texts.get("ja").cloned(),
        (Written::Other(text), None) => Some(text.trim().to_owned()),
        (Written::Missing, None) => None,
    }
}

/// 「手続「…」の手続の名前を「…」から「…」に変えました。」
pub(super) fn changed(
    (entry, table): (&Entry, &Table),
    field: &Field,
    in_language: Option<&str>,
    before: &Written,
    value: Option<&Plain>,
    words: Option<&Words<'_>>,
) -> String {
    let whose = named(entry, table);
    let before = stood(field, in_language, before, words);
    let now = value.map(|value| shown(field, value, words));
    said(&whose, field, in_language, before.as_deref(), now.as_deref())
}

pub(super) fn said(
    whose: &str,
    field: &Field,
    in_language: Option<&str>,
    before: Option<&str>,
    now: Option<&str>,
) -> String {
    let what = format!("{whose}の{}{}", field.label, in_language.map(language).unwrap_or_default());
    match (before, now) {
        (Some(before), Some(now)) if field.kind == FieldKind::Condition => {
            format!("{what}を変えました。前：{before}。今：{now}。")
        }
        (Some(before), Some(now)) => format!("{what}を「{before}」から「{now}」に変えました。"),
        (None, Some(now)) => format!("{what}を「{now}」にしました。"),
        (Some(before), None) => format!("{what}「{before}」を消しました。"),
        (None, None) => format!("{what}は、もともとありません。"),
    }
}
