//! A ticket number (受付番号) is read or refused, and reads back as itself, typed wide or narrow.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_casework::Ticket;
use madoka_text::to_full_width;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    if let Ok(ticket) = Ticket::parse(text) {
        let number = ticket.as_str();
        assert!(number.is_ascii() && !number.is_empty() && number.len() <= Ticket::MAX_LEN);
        assert_eq!(Ticket::parse(number).as_ref(), Ok(&ticket));
        assert_eq!(Ticket::parse(&to_full_width(number)).as_ref(), Ok(&ticket));
        assert_eq!(Ticket::parse(&number.to_ascii_lowercase()).as_ref(), Ok(&ticket));
        let stored = serde_json::to_string(&ticket).expect("a ticket can be stored");
        assert_eq!(serde_json::from_str::<Ticket>(&stored).ok(), Some(ticket));
    }
    let _ = serde_json::from_str::<Ticket>(text);
    Corpus::Keep
});
