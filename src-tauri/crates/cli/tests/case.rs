//! `madokactl case` over the folder a counter left behind.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::process::{Command, Output};

use madoka_casework::Step;
use madoka_counter::visit::Given;
use madoka_counter::{Counter, MachineClock};
use madoka_facts::Source;
use serde_json::Value as Json;

fn madokactl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_madokactl")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn 窓口が残した案件を並べ_見て_受け取る側の文字コードで書き出せる() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    // Asking where nothing ever was begins nothing.
    let refused = madokactl(&["case", "list", "--data", folder]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("STORE-01"), "{}", said(&refused));
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);

    let mut counter = Counter::practice(data.path(), MachineClock).unwrap();
    let row = counter.open_case("move_in", Some("12")).unwrap();
    let id = row.id.parse().unwrap();
    counter.begin(id, Step::Reading).unwrap();
    counter.answer(id, "applicant.name", &Given::Text("髙橋 𠮷男".into()), Source::Staff).unwrap();
    drop(counter);

    let listed = madokactl(&["--json", "case", "list", "--data", folder]);
    let document: Json = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(document["cases"][0]["ticket"], "12");
    // A list names nobody.
    assert!(!String::from_utf8_lossy(&listed.stdout).contains("髙橋"));

    let shown = madokactl(&["case", "show", &row.id, "--data", folder]);
    assert_eq!(shown.status.code(), Some(0), "{}", said(&shown));
    assert!(String::from_utf8_lossy(&shown.stdout).contains("髙橋 𠮷男"));

    let out = data.path().join("out.csv");
    let out = out.to_str().unwrap();
    let export = |more: &[&str]| {
        let base = ["case", "export", "--data", folder, "--columns", "ticket,applicant.name", "--out", out];
        madokactl(&[&base[..], more].concat())
    };
    // 𠮷 is not in Shift_JIS: nothing is written unless 〓 was asked for.
    let refused = export(&["--charset", "shift_jis"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("EXPORT-02"), "{}", said(&refused));
    assert!(std::fs::read(out).is_err());
    let written = export(&["--charset", "shift_jis", "--geta"]);
    assert_eq!(written.status.code(), Some(0), "{}", said(&written));
    assert!(said(&written).contains("U+20BB7"));
    assert_eq!(export(&[]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(out).unwrap(), "ticket,applicant.name\r\n12,髙橋 𠮷男\r\n");
}
