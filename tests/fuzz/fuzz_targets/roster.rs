//! 職員の名簿 (CSV): read wholly or refused; nobody twice, nobody without a role.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_server::people::roster;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(lines) = roster::read(input) else { return Corpus::Keep };
    let staff: BTreeSet<_> = lines.iter().map(|line| &line.staff).collect();
    assert_eq!(staff.len(), lines.len());
    assert!(lines.iter().all(|line| !line.roles.is_empty() && !line.name.is_empty()));
    Corpus::Keep
});
