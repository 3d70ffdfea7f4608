//! Laws of every edit of every entry.

use madoka_rules::edit::{Catalogue, Edit, Entry, FieldKind, Patch, Plain, Section, Words};
use madoka_rules::{PackFiles, parse_condition, read_pack};
use madoka_sample::city;
use proptest::prelude::*;

use crate::making::{make, text};

static SAMPLE: std::sync::LazyLock<PackFiles> = std::sync::LazyLock::new(city);

static SAMPLE_SMALL: std::sync::LazyLock<PackFiles> = std::sync::LazyLock::new(|| {
    let head = "id = \"small\"\nname = \"小さな手続パック\"\nversion = 1\nvalid_from = 2026-04-01\n\
        city = { name = \"みなと野市\", prefecture = \"架空県\", code = \"999999\" }\n";
    PackFiles::from([("pack.toml".to_owned(), head.as_bytes().to_vec())])
});

fn words() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[a-zあ-ん髙﨑\"'\\\\#= \u{E0100}\n]{0,12}").unwrap()
}

fn value(kind: FieldKind) -> BoxedStrategy<Plain> {
    match kind {
        FieldKind::Text | FieldKind::Line => words().prop_map(Plain::Text).boxed(),
        FieldKind::Condition => Just(Plain::Text("case.by_agent".into())).boxed(),
        FieldKind::Number | FieldKind::Level(_) => any::<i64>().prop_map(Plain::Number).boxed(),
        FieldKind::Flag => any::<bool>().prop_map(Plain::Flag).boxed(),
        FieldKind::Day => Just(Plain::Day(jiff::civil::date(2026, 4, 1))).boxed(),
        FieldKind::List => proptest::collection::vec(words(), 0..4).prop_map(Plain::List).boxed(),
        FieldKind::Word(words) => {
            proptest::sample::select(words.to_vec()).prop_map(|(id, _)| Plain::Text(id.into())).boxed()
        }
    }
}

/// Any value for any field of any entry of the sample city, or none.
fn edits() -> impl Strategy<Value = Edit> {
    let all: Vec<Entry> = Catalogue::of(&SAMPLE).entries().iter().map(|found| found.entry.clone()).collect();
    proptest::sample::select(all).prop_flat_map(|entry| {
        let field = proptest::sample::select(entry.section.fields().to_vec());
        field.prop_flat_map(move |field| {
            let entry = entry.clone();
            (
                proptest::option::weighted(0.8, value(field.kind)),
                proptest::sample::select(vec!["ja", "easy", "en", "pt"]),
            )
                .prop_map(move |(value, language)| Edit::Write {
                    entry: entry.clone(),
                    field: field.key.into(),
                    language: (field.kind == FieldKind::Text).then(|| language.into()),
                    value,
                })
        })
    })
}

fn changed_lines(before: &str, after: &str) -> usize {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let top = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let bottom = before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| one == other).count();
    before.len().saturating_sub(top + bottom)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// `make` checks the inverse; here: what was written is read again, and no other line is touched.
    #[test]
    fn 書いた値が読め_ほかの行は変わらない(edit in edits()) {
        let mut files = SAMPLE.clone();
        let before = files.clone();
        if make(&mut files, &edit).is_ok() {
            let Edit::Write { entry, field, language, value } = &edit else { unreachable!() };
            let changed: Vec<&String> = files.keys().filter(|file| files.get(*file) != before.get(*file)).collect();
            prop_assert!(changed.len() <= 1);
            for file in changed {
                let (one, other) = (text(&before, file), text(&files, file));
                // A list over several lines is one value.
                prop_assert!(changed_lines(&one, &other) <= 40, "{}", one);
                for comment in one.lines().filter(|line| line.starts_with('#')) {
                    prop_assert!(other.contains(comment));
                }
            }
            // Written again, it is already so.
            let again = Edit::Write { entry: entry.clone(), field: field.clone(), language: language.clone(), value: value.clone() };
            let applied = again.apply(&files, None).unwrap();
            prop_assert!(applied.patch.is_empty(), "{:?}", applied.patch);
        }
    }

    /// Whatever somebody types as a condition is answered in words.
    #[test]
    fn どんな文字でも文にして落ちない(text in "[a-z@(). _=<>0-9あ「」\\-]{0,40}") {
        let pack = read_pack(&SAMPLE_SMALL).unwrap();
        let _ = Words::of(&pack).condition(&text);
    }

    #[test]
    fn 差分は当てると新しくなり_戻すと元に戻る(old in words(), new in words(), first in any::<bool>()) {
        let mut files = PackFiles::new();
        let was = (!first).then_some(old.as_str());
        if let Some(was) = was {
            files.insert("a.toml".into(), was.into());
        }
        let start = files.clone();
        let patch = Patch::between("a.toml", was, &new);
        patch.apply(&mut files).unwrap();
        prop_assert_eq!(text(&files, "a.toml"), new);
        patch.inverse().apply(&mut files).unwrap();
        prop_assert_eq!(files, start);
    }
}

#[test]
fn 見本の市のすべての条件は_読んで書くと同じ木に戻る() {
    let files = city();
    let pack = read_pack(&files).unwrap();
    let words = Words::of(&pack);
    let mut seen = 0;
    for found in Catalogue::of(&files).entries() {
        let key = match found.entry.section {
            Section::Procedure | Section::Condition => "when",
            Section::Question => "ask_if",
            _ => continue,
        };
        let text = found.content.value(key).in_japanese();
        if text.is_empty() {
            continue;
        }
        // The sentence speaks in labels alone: no path and no id is left in it.
        let sentence = words.condition(&text);
        assert!(!sentence.is_empty() && !sentence.contains(['@', '.']), "{sentence}");
        let tree = parse_condition(&text).unwrap();
        assert_eq!(parse_condition(&tree.to_string()).unwrap(), tree, "{text}");
        seen += 1;
    }
    assert!(seen > 300, "{seen}");
}
