//! What travels of packs, drafts and statistics: read or refused, and what reads is written back the same.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_rules::pack::Program;
use madoka_sync::wire::drafts::{Checked, Draft, Key, Release, Released, Save, SaveAnswer, Word};
use madoka_sync::wire::packs::{Ask, Edition, PartsAsk, PartsPage, Plan, TerminalPacks};
use madoka_sync::wire::program::{Offer, PartAsk};
use madoka_sync::wire::statistics::{Query, Rows, Statistics};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(input: &[u8]) -> bool {
    let Ok(read) = serde_json::from_slice::<T>(input) else { return false };
    let written = serde_json::to_vec(&read).expect("what reads can be written");
    assert_eq!(serde_json::from_slice::<T>(&written).ok().as_ref(), Some(&read));
    true
}

/// A program's signed statement.
fn signed(input: &[u8]) -> bool {
    let Some(read) = std::str::from_utf8(input).ok().and_then(Program::from_text) else { return false };
    assert_eq!(Program::from_text(&read.to_text()).as_ref(), Some(&read));
    true
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let read = [
        same::<Ask>,
        same::<Plan>,
        same::<Edition>,
        same::<PartsAsk>,
        same::<PartsPage>,
        same::<TerminalPacks>,
        same::<Draft>,
        same::<Vec<Save>>,
        same::<Vec<SaveAnswer>>,
        same::<Checked>,
        same::<Word>,
        same::<Release>,
        same::<Released>,
        same::<Key>,
        same::<Rows>,
        same::<Query>,
        same::<Statistics>,
        same::<Offer>,
        same::<PartAsk>,
        signed,
    ]
    .map(|read| read(input));
    if read.contains(&true) { Corpus::Keep } else { Corpus::Reject }
});
