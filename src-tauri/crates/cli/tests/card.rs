//! `madokactl card` with the real pcscd and a software card in a virtual reader.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop loudly"
)]

#[path = "../../card/tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use madoka_card::practice::{PracticeCard, resident};
use serde_json::{Value as Json, json};
use support::{Pcscd, insert, present, until};

fn madokactl(arguments: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_madokactl"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn refused(output: &Output, code: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(code) && output.stdout.is_empty(), "{said}");
}

#[test]
fn カードを読んで約束の形で出す() {
    let kenichi = resident("kenichi").unwrap();
    let code = kenichi.holder.match_code_b();
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader"]);
    let name = desk[0].name.as_str();

    refused(&madokactl(&["card", "read", "--code-b-stdin", "--json"], &code), "CARD-03");
    let inserted = insert(&desk[0], kenichi.my_number_card());
    let readers = madokactl(&["card", "readers", "--json"], "");
    let other = desk[1].name.as_str();
    assert_eq!(
        json(&readers),
        json!({"readers": [{"name": name, "card": true}, {"name": other, "card": false}]})
    );

    let facts = json!({
        "name": "潮崎　健一", "address": "架空県みなと野市港町一丁目２番３号", "birth_date": "1984-05-12", "sex": "male"
    });
    let wanted = json!({"kind": "mynumber", "facts": facts, "tries_left": 10, "genuine": null});
    for arguments in [
        &["card", "read", "--code-b-stdin", "--json"][..],
        &["--json", "card", "read", "--reader", name, "--code-b-stdin"],
    ] {
        let read = madokactl(arguments, &format!("{code}\n"));
        assert_eq!((read.status.code(), json(&read)), (Some(0), wanted.clone()));
    }
    let with_number = madokactl(&["card", "read", "--pin-stdin", "--number", "--json"], &kenichi.holder.pin);
    assert_eq!(json(&with_number)["number"], kenichi.holder.my_number.as_str());
    assert_eq!(json(&with_number)["tries_left"], 3);
    refused(&madokactl(&["card", "read", "--code-b-stdin", "--number"], &code), "CARD-13");

    // A wrong entry costs one try, a slip in typing none, and at one left nothing is tried.
    let wrong = if kenichi.holder.pin == "0000" { "0001" } else { "0000" };
    refused(&madokactl(&["card", "read", "--pin-stdin"], "12a4"), "T601");
    refused(&madokactl(&["card", "read", "--pin-stdin"], wrong), "CARD-09");
    refused(&madokactl(&["card", "read", "--pin-stdin"], wrong), "CARD-09");
    refused(&madokactl(&["card", "read", "--pin-stdin"], &kenichi.holder.pin), "CARD-10");
    let card = inserted.remove();
    assert!(card.tries().contains(&(0x0011, 1)));

    // For people: the facts, and nothing of what was typed.
    until("the reader is empty", || present(name) == Some(false));
    let inserted = insert(&desk[0], resident("satoru").unwrap().my_number_card());
    let typed = resident("satoru").unwrap().holder.match_code_b();
    let said = madokactl(&["card", "read", "--code-b-stdin"], &typed);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("〓口　慧　※文字にない字があります") && !said.contains(&typed), "{said}");
    inserted.remove();

    until("the reader is empty", || present(name) == Some(false));
    let maria = resident("maria").unwrap();
    let inserted = insert(&desk[0], maria.card(PracticeCard::Residence));
    let read = madokactl(&["card", "read", "--card-number-stdin", "--json"], &maria.holder.card_number);
    let facts = json!({"address": "架空県みなと野市東町三丁目１５番２号コーポ灯台２０１"});
    assert_eq!(
        json(&read),
        json!({"kind": "residence", "facts": facts, "tries_left": null, "genuine": null})
    );
    inserted.remove();
}

#[test]
fn 使い方の誤りは二番で断る() {
    for arguments in [
        &["card", "read"][..],
        &["card", "read", "--pin-stdin", "--code-b-stdin"],
        &["card", "read", "--pin", "1234"],
        &["card"],
    ] {
        assert_eq!(madokactl(arguments, "").status.code(), Some(2), "{arguments:?}");
    }
}
