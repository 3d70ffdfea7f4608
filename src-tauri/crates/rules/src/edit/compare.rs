//! Two versions of a pack compared, as sentences.

use std::sync::Arc;

use super::catalogue::Catalogue;
use super::field::FieldKind;
use super::said::{self, Words};
use super::write::Written;

/// What a person must know who knows the old version: one sentence a change, in the order of the new files.
pub fn compare(old: (&Catalogue, Option<&Words<'_>>), new: (&Catalogue, Option<&Words<'_>>)) -> Vec<String> {
    let mut sentences = Vec::new();
    for found in new.0.entries() {
        let (entry, now) = (&found.entry, &found.content);
        let name = now.named();
        let Some(was) = old.0.get(entry) else {
            sentences.push(format!("{name}が加わりました。"));
            continue;
        };
        if Arc::ptr_eq(was, now) {
            continue;
        }
        for field in entry.section.fields() {
            let (one, other) = (was.value(field.key), now.value(field.key));
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
                let (then, today) =
                    (said::stood(field, language, one, old.1), said::stood(field, language, other, new.1));
                if then != today {
                    sentences.push(said::said(&name, field, language, then.as_deref(), today.as_deref()));
                }
            }
        }
        if now.choices.split_whitespace().ne(was.choices.split_whitespace()) {
            sentences.push(format!("{name}の選択肢が変わりました。"));
        }
    }
    for found in old.0.entries().iter().filter(|found| new.0.get(&found.entry).is_none()) {
        sentences.push(format!("{}がなくなりました。", found.content.named()));
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
