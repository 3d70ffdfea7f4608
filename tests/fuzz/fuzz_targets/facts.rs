//! The JSON of facts: read or refused; what was read is written, read back and stored without a change.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_facts::{CaseFacts, Facts, Source};
use madoka_fuzz::SMALL_CITY;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    let words = &SMALL_CITY.vocabulary;
    match CaseFacts::from_json(text, words, Source::Booking) {
        Ok(case) => {
            for (path, answer) in case.facts.answers() {
                assert_eq!(case.facts.answer(&path), answer, "{path}");
                assert!(!words.label(&path).is_empty());
            }
            for contradiction in case.facts.contradictions() {
                assert!(contradiction.statements.len() >= 2);
            }
            let json = case.to_json();
            let again = CaseFacts::from_value(&json, words, Source::Booking);
            let again = again.unwrap_or_else(|problems| panic!("{json} is refused: {problems:?}"));
            assert_eq!(again.event, case.event);
            assert_eq!(again.facts.answers(), case.facts.answers(), "{json}");
            assert_eq!(again.to_json(), json);
            let stored = serde_json::to_string(&case.facts).expect("facts can be stored");
            assert_eq!(serde_json::from_str::<Facts>(&stored).ok().as_ref(), Some(&case.facts), "{stored}");
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(problem.code().starts_with('F'));
                assert!(problem.to_string().chars().count() < 1500, "{problem}");
            }
        }
    }
    // The form of the store, which a hostile or broken file may hold.
    if let Ok(facts) = serde_json::from_str::<Facts>(text) {
        let _ = (facts.answers(), facts.contradictions());
    }
    Corpus::Keep
});
