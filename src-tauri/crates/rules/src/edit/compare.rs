//! Two versions of a pack compared, as sentences.

use std::collections::BTreeMap;

use super::field::FieldKind;
use super::find::{entries, parse, tables, texts};
use super::said::{self, Words};
use super::section::{Entry, Section};
use super::write::{Written, written};
use crate::pack::PackFiles;

type Values = BTreeMap<&'static str, Written>;

/// Every entry with everything it says.
fn read(files: &PackFiles) -> BTreeMap<Entry, (String, Values, String)> {
    let mut counts: BTreeMap<(Section, String), u32> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (file, raw) in texts(files) {
        let Ok(text) = parse(file, raw) else { continue };
        for section in Section::ALL {
            for (id, table) in tables(&text.doc, section) {
                let nth = counts.entry((section, id.to_owned())).or_default();
                let entry = Entry { section, id: id.to_owned(), nth: *nth };
                *nth += 1;
                let values = section.fields().iter().map(|field| (field.key, written(table, field.key)));
                let choices = match written(table, "choices") {
                    Written::Other(choices) => choices,
                    _ => String::new(),
                };
                all.insert(entry.clone(), (said::named(&entry, table), values.collect(), choices));
            }
        }
    }
    all
}

/// What a person must know who knows the old version: one sentence a change, in the order of the new files.
pub fn compare(old: (&PackFiles, Option<&Words<'_>>), new: (&PackFiles, Option<&Words<'_>>)) -> Vec<String> {
    let (before, after) = (read(old.0), read(new.0));
    let mut sentences = Vec::new();
    for entry in entries(new.0).into_iter().map(|found| found.entry) {
        let Some((name, values, choices)) = after.get(&entry) else { continue };
        let Some((_, was, had)) = before.get(&entry) else {
            sentences.push(format!("{name}が加わりました。"));
            continue;
        };
        for field in entry.section.fields() {
            let missing = Written::Missing;
            let (one, other) =
                (was.get(field.key).unwrap_or(&missing), values.get(field.key).unwrap_or(&missing));
            if one == other {
                continue;
            }
            let languages: Vec<Option<String>> = if field.kind == FieldKind::Text {
                languages(one, other).into_iter().map(Some).collect()
            } else {
                vec![None]
            };
            for language in languages {
                let language = language.as_deref();
                let (then, now) =
                    (said::stood(field, language, one, old.1), said::stood(field, language, other, new.1));
                if then != now {
                    sentences.push(said::said(name, field, language, then.as_deref(), now.as_deref()));
                }
            }
        }
        if choices.split_whitespace().ne(had.split_whitespace()) {
            sentences.push(format!("{name}の選択肢が変わりました。"));
        }
    }
    for (entry, (name, ..)) in &before {
        if !after.contains_key(entry) {
            sentences.push(format!("{name}がなくなりました。"));
        }
    }
    sentences
}

fn languages(one: &Written, other: &Written) -> Vec<String> {
    let mut all = vec!["ja".to_owned()];
    for texts in [one, other] {
        if let Written::Texts(texts) = texts {
            all.extend(texts.keys().cloned());
        }
    }
    all.sort_by_key(|language| (language != "ja", language.clone()));
    all.dedup();
    all
}
