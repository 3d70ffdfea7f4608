//! Bodies between terminals and the server are read or refused, within their bounds; what reads is written back the same.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_sync::wire::{
    Cursor, Enrol, Enrolled, FreeCases, FreedCases, Hello, Invitation, OpenCases, PageHead, Presence, Problem, Receipt,
    Topics, Welcome, gzip, lines, limit,
};
use serde_json::{from_slice, to_vec};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((kind, body)) = input.split_first() else { return Corpus::Reject };
    match kind % 16 {
        0 => same::<Hello>(body),
        1 => same::<Welcome>(body),
        2 => same::<Receipt>(body),
        3 => same::<PageHead>(body),
        4 => same::<Enrol>(body),
        5 => same::<Enrolled>(body),
        6 => same::<Invitation>(body),
        7 => same::<FreeCases>(body),
        8 => same::<FreedCases>(body),
        9 => same::<OpenCases>(body),
        10 => same::<Presence>(body),
        11 => same::<Problem>(body),
        12 => {
            // Bombs end where they must.
            if let Ok(bytes) = gzip::inflate(body, 4096) {
                assert!(bytes.len() <= 4096);
            }
        }
        13 => {
            if let Ok(events) = lines::events(body) {
                assert!(events.len() <= limit::EVENTS);
                let texts: Vec<String> = events.iter().flatten().map(madoka_casework::Event::to_json).collect();
                assert_eq!(lines::events(&lines::join(&texts)).unwrap().len(), texts.len());
            }
        }
        14 => {
            if let Ok((head, events)) = lines::page(body) {
                assert_eq!(usize::try_from(head.events).unwrap(), events.len());
            }
        }
        _ => {
            let Ok(text) = std::str::from_utf8(body) else { return Corpus::Reject };
            let topics = Topics::parse(text);
            assert_eq!(Topics::parse(&topics.to_string()), topics);
            if let Ok(cursor) = Cursor::try_from(text.to_owned()) {
                assert_eq!(cursor.as_str(), text);
            }
        }
    }
    Corpus::Keep
});

fn same<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug>(body: &[u8]) {
    if let Ok(read) = from_slice::<T>(body) {
        let written = to_vec(&read).expect("what was read can be written");
        assert_eq!(from_slice::<T>(&written).ok(), Some(read));
    }
}
