//! Written events of a case are read or refused; what reads is written back the same, and any set of them, in any order,
//! makes the same case or none.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_casework::{Case, Event};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    let mut events = Vec::new();
    for line in text.lines().take(200) {
        if let Ok(event) = Event::from_json(line) {
            assert_eq!(Event::from_json(&event.to_json()).as_ref(), Ok(&event));
            events.push(event);
        }
    }
    let case = Case::fold(&events);
    assert_eq!(Case::fold(events.iter().rev()), case);
    if let Ok(case) = case {
        let written = serde_json::to_string(&case).expect("a case can be written");
        assert_eq!(serde_json::from_str::<Case>(&written).ok(), Some(case));
    }
    Corpus::Keep
});
