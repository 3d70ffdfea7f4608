//! Whatever reaches the server, from a terminal that is enrolled and a person with every role: an answer, and never that the
//! server is at fault.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use madoka_server::testing::Loose;

thread_local! {
    static SERVER: RefCell<Loose> = RefCell::new(Loose::new());
}

fuzz_target!(|input: &[u8]| {
    SERVER.with_borrow_mut(|server| server.throw(input));
});
