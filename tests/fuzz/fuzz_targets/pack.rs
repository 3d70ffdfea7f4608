//! Hostile packs: files (`=== path` before each), a document (`{…}`), or a signed document with bytes changed (`~…`).

#![no_main]

use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, date};
use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_facts::Facts;
use madoka_fuzz::{files, small_city};
use madoka_rules::pack::{Approvers, CityKey, Document, KeyChange, Manifest, Role, SigningKey, Trust, accept};
use madoka_rules::{PackFiles, Rulebook, Severity, read_pack, run_scenarios};

const TODAY: Date = date(2026, 11, 2);

struct Signed {
    text: String,
    trust: Trust,
}

/// The only document that was ever signed with these keys.
static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let (approver, city) = (SigningKey::from_secret(&[1; 32]), SigningKey::from_secret(&[2; 32]));
    let (mut document, pack) = Document::build(&small_city()).expect("the small city builds");
    document.sign(Role::Approver, &approver);
    document.sign(Role::City, &city);
    let key = CityKey { city_code: pack.city.code.clone(), key: city.public(), number: 1 };
    let signed =
        Signed { text: document.to_text(), trust: Trust { city: key, approvers: vec![approver.public()] } };
    assert!(accept(&signed.text, &signed.trust, None, TODAY).is_ok(), "the signed document is accepted");
    signed
});

fuzz_target!(|input: &[u8]| -> Corpus {
    match input {
        [b'{', ..] => match std::str::from_utf8(input) {
            Ok(text) => document(text),
            Err(_) => return Corpus::Reject,
        },
        [b'~', edits @ ..] => match String::from_utf8(edited(SIGNED.text.as_bytes(), edits)) {
            Ok(text) => document(&text),
            Err(_) => return Corpus::Reject,
        },
        _ => directory(&files(input)),
    }
    Corpus::Keep
});

/// Three bytes an edit: where (two), and what stands there afterwards; zero takes the byte away.
fn edited(text: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % text.len().max(1);
        match edit[2] {
            0 if at < text.len() => drop(text.remove(at)),
            byte => text[at] = byte,
        }
    }
    text
}

fn directory(files: &PackFiles) {
    match read_pack(files) {
        Err(problems) => {
            assert!(problems.iter().any(|problem| problem.severity == Severity::Error));
            for problem in &problems {
                assert!(!problem.message.is_empty() && problem.code.starts_with('P'));
                assert!(problem.place.line >= 1, "{problem}");
                assert!(problem.to_string().chars().count() < 3000, "{problem}");
            }
        }
        Ok(pack) => {
            let pack = Arc::new(pack);
            for event in &pack.events {
                let book = Rulebook::new(&pack, event.id.as_str(), TODAY)
                    .expect("a pack that reads can be judged with");
                book.judge(&Facts::default());
            }
            run_scenarios(&pack);
            let (document, built) = Document::build(files).expect("a pack that reads can be built");
            assert_eq!(built.id, pack.id);
            let again = Document::from_text(&document.to_text()).expect("what was built reads");
            assert_eq!(again, document);
            assert_eq!(
                Document::build(again.files()).map(|(document, _)| document.hash()),
                Ok(document.hash())
            );
        }
    }
}

fn document(text: &str) {
    if let Ok(document) = Document::from_text(text) {
        let again = Document::from_text(&document.to_text());
        assert_eq!(again.as_ref(), Ok(&document));
        let _ = read_pack(document.files());
    }
    if let Some(change) = KeyChange::from_text(text) {
        assert_eq!(KeyChange::from_text(&change.to_text()).as_ref(), Some(&change));
        assert!(SIGNED.trust.city.follow(&change).is_err(), "nobody signed a change of the key");
    }
    if let Some(list) = Approvers::from_text(text) {
        assert_eq!(Approvers::from_text(&list.to_text()).as_ref(), Some(&list));
        assert!(SIGNED.trust.city.believes(&list, None).is_err(), "nobody signed a list of approvers");
    }
    if let Ok(manifest) = Manifest::from_text(text) {
        assert_eq!(Manifest::from_text(&manifest.to_text()).as_ref(), Ok(&manifest));
        let original = Document::from_text(&SIGNED.text).expect("the signed document reads");
        let good = manifest.check(&SIGNED.trust, None).is_ok();
        assert!(!good || manifest.hash() == original.hash(), "only one list was ever signed");
    }
    match accept(text, &SIGNED.trust, None, TODAY) {
        Ok(accepted) => {
            let original = Document::from_text(&SIGNED.text).expect("the signed document reads");
            assert_eq!(accepted.document.hash(), original.hash());
            assert_eq!(accepted.document.files(), original.files());
        }
        Err(refusal) => assert!(refusal.code().starts_with('D')),
    }
}
