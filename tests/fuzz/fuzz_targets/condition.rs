//! Any text is a condition or an error; a condition prints in one way and reads back as the same tree.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_fuzz::SMALL_CITY;
use madoka_rules::{parse_condition, sentence};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    match parse_condition(text) {
        Ok(condition) => {
            let canonical = condition.to_string();
            let again = parse_condition(&canonical);
            assert_eq!(again.as_ref(), Ok(&condition), "{canonical}");
            assert_eq!(again.map(|again| again.to_string()), Ok(canonical));
            assert!(!sentence(&condition, &SMALL_CITY.vocabulary, &BTreeMap::new()).is_empty());
        }
        Err(error) => {
            assert!(error.code().starts_with('R'));
            // A hostile text must not fill the screen.
            assert!(error.to_string().chars().count() < 300, "{error}");
        }
    }
    Corpus::Keep
});
