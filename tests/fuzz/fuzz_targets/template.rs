//! `form.toml` of anybody: read or refused, never a panic; what is read can be checked against a vocabulary, and edited
//! as far as it goes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoka_facts::Vocabulary;
use madoka_forms::edit::{Change, Sketch, compare};
use madoka_forms::{check_form, read_form};

fuzz_target!(|text: &str| {
    let form = read_form("form", text);
    if let Ok(form) = &form {
        let _ = check_form(form, &Vocabulary::built_in());
    }
    let Ok(mut sketch) = Sketch::read(text) else { return };
    let fields: Vec<String> = sketch.fields().into_iter().map(|field| field.path).collect();
    let _ = sketch.change(&Change::Shift { fields: fields.clone(), right: 1.0, down: 1.0 });
    let _ = compare(text, &sketch.text());
    // What could be read can be read when its fields are confirmed.
    if form.is_ok() && sketch.change(&Change::Confirm { fields }).is_ok() {
        let _ = read_form("form", &sketch.text());
    }
});
