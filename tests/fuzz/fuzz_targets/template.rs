//! `form.toml` of anybody: read or refused, never a panic; what is read can be checked against a vocabulary.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoka_facts::Vocabulary;
use madoka_forms::{check_form, read_form};

fuzz_target!(|text: &str| {
    if let Ok(form) = read_form("form", text) {
        let _ = check_form(&form, &Vocabulary::built_in());
    }
});
