//! Two versions of a form as sentences, for 変更のまとめ and for whoever works on the same draft.

use super::change::{head_name, key_name, length, moved};
use super::sketch::{Drawn, Sketch};
use madoka_template::kind_name;

/// What a person must know who knows the old version. A text that cannot be read says nothing.
pub fn compare(old: &str, new: &str) -> Vec<String> {
    let (Ok(old), Ok(new)) = (Sketch::read(old), Sketch::read(new)) else { return Vec::new() };
    let name = new.head("name").unwrap_or_default();
    let mut out = Vec::new();
    for key in ["name", "number", "office", "paper", "for", "copies", "duplex", "back_office", "edition"] {
        let (was, now) = (old.head(key), new.head(key));
        if was != now {
            let called = head_name(key).unwrap_or(key);
            let word = |value: Option<String>| value.unwrap_or_else(|| "なし".to_owned());
            out.push(format!("様式「{name}」の{called}：「{}」→「{}」", word(was), word(now)));
        }
    }
    if old.background() != new.background() || old.pages() != new.pages() {
        out.push(format!("様式「{name}」の用紙が替わりました。"));
    }
    let (before, after) = (old.fields(), new.fields());
    for field in &after {
        match before.iter().find(|other| other.path == field.path) {
            None => out.push(format!("様式「{name}」に欄「{}」が加わりました。", field.told(""))),
            Some(was) => {
                let parts = parts(was, field);
                if !parts.is_empty() {
                    out.push(format!("様式「{name}」の欄「{}」：{}", field.told(""), parts.join("、")));
                }
            }
        }
    }
    for field in before.iter().filter(|field| after.iter().all(|other| other.path != field.path)) {
        out.push(format!("様式「{name}」の欄「{}」がなくなりました。", field.told("")));
    }
    out
}

fn parts(was: &Drawn, now: &Drawn) -> Vec<String> {
    let mut out = Vec::new();
    if was.kind != now.kind {
        out.push(format!("種類が「{}」に", kind_name(&now.kind)));
    }
    if was.label != now.label {
        out.push(format!("呼び名が「{}」に", now.label));
    }
    if was.page != now.page {
        out.push(format!("{}ページ目に", now.page));
    }
    let (right, down) = (now.at.x - was.at.x, now.at.y - was.at.y);
    if right.abs() >= 0.005 || down.abs() >= 0.005 {
        out.push(moved(right, down));
    }
    if (now.at.w - was.at.w).abs() >= 0.005 || (now.at.h - was.at.h).abs() >= 0.005 {
        out.push(format!("大きさが幅{}×高さ{} mmに", length(now.at.w), length(now.at.h)));
    } else if out.is_empty() && was.places != now.places {
        out.push("枠の位置".to_owned());
    }
    if (&was.values, &was.text) != (&now.values, &now.text) {
        out.push("入れる事実".to_owned());
    }
    let mut keys: Vec<&String> = was.words.keys().chain(now.words.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys.into_iter().filter(|key| was.words.get(*key) != now.words.get(*key)) {
        out.push(key_name(key).unwrap_or(key).to_owned());
    }
    out
}
