//! What a scanner typed, what a camera saw, what a pre-entry holds: read or refused, never more than it says.
//!
//! The first letter of the input says which: `c` a typed code, `d` a document to be sealed and taken in, `e` the bytes of
//! an envelope's parts, anything else the pixels of a picture.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_facts::Source;
use madoka_fuzz::SMALL_CITY;
use madoka_qr::{
    CaseCode, Collection, Correction, Picture, Realm, SecretKey, Symbol, looks_like_pre_entry, seal,
};
use madoka_text::to_full_width;

static KEY: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::from_seed(&[1; 32]));

fuzz_target!(|input: &[u8]| -> Corpus {
    let today = jiff::civil::date(2026, 11, 21);
    let Some((kind, rest)) = input.split_first() else { return Corpus::Reject };
    match (kind, std::str::from_utf8(rest)) {
        (b'c', Ok(text)) => {
            let realm = Realm::new("999999", false).expect("six digits");
            if let Ok(code) = CaseCode::read(text, realm) {
                assert_eq!(CaseCode::read(&code.to_string(), realm), Ok(code));
                assert_eq!(CaseCode::read(&to_full_width(&code.digits()), realm), Ok(code));
                assert!(code.symbol().is_ok_and(|symbol| symbol.side() == 21));
            }
            let mut collection = Collection::default();
            let added = collection.add(text);
            assert!(added.is_err() || looks_like_pre_entry(text));
            let _ = collection.open(std::slice::from_ref(&*KEY), today);
            if let Ok(symbol) = Symbol::of_text(text, Correction::Medium) {
                let dark: usize = symbol.runs().iter().map(|run| usize::from(run.length)).sum();
                assert!(dark > 0 && dark < usize::from(symbol.side()).pow(2));
            }
        }
        (b'd', Ok(text)) => {
            let Ok(codes) = seal(text, KEY.public(), &[2; 32]) else { return Corpus::Reject };
            let mut collection = Collection::default();
            for code in &codes {
                collection.add(code).expect("our own codes");
            }
            match collection.open(std::slice::from_ref(&*KEY), today) {
                Ok(entry) => {
                    if let Ok(taken) = entry.take_in(&SMALL_CITY) {
                        for (path, statement) in taken.statements() {
                            assert!(SMALL_CITY.vocabulary.require(&path).is_ok());
                            assert_eq!(statement.source, Source::Qr);
                        }
                        for left in &taken.left_out {
                            assert!(
                                left.path.chars().count() <= 80 && left.why.to_string().chars().count() < 600
                            );
                        }
                    }
                }
                Err(error) => assert!(error.to_string().chars().count() < 300, "{error}"),
            }
        }
        _ => {
            // Two bytes of size, then pixels, stretched so that little input makes whole modules.
            let [width, height, pixels @ ..] = rest else { return Corpus::Reject };
            let (width, height) = (u32::from(*width) + 1, u32::from(*height) + 1);
            let seen: Vec<u8> = pixels
                .iter()
                .flat_map(|byte| (0..8).map(move |bit| if byte >> bit & 1 == 1 { 0 } else { 255 }))
                .collect();
            if seen.is_empty() {
                return Corpus::Reject;
            }
            let wanted = (width * height) as usize;
            let seen: Vec<u8> = seen.into_iter().cycle().take(wanted).collect();
            let picture = Picture::new(&seen, width, height).expect("the size is right");
            if let Ok(codes) = picture.codes() {
                assert!(!codes.is_empty() && codes.iter().all(|code| code.len() <= 7089));
            }
        }
    }
    Corpus::Keep
});
