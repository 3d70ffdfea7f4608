//! Bytes a printer answers: any are read or refused, and what is read is fit for the screen.

#![no_main]

use libfuzzer_sys::fuzz_target;
use madoka_forms::print::{Capabilities, Paper, Ticket};

fuzz_target!(|input: &[u8]| {
    match Capabilities::of_answer(input) {
        Ok(can) => {
            assert!(can.most_copies >= 1 && !can.sides.is_empty());
            assert!(can.name.chars().count() <= 200);
            for reason in &can.condition.reasons {
                assert!(!reason.todo.is_empty() && reason.what.chars().count() < 120);
                assert!(reason.keyword.is_ascii());
            }
            let _ = can.check(&Ticket::new("fuzz", Paper::A4));
        }
        Err(error) => assert_eq!(error.code(), "PRINT-04"),
    }
});
