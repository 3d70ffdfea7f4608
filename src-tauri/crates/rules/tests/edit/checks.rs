//! 確認事項: read, referred to, edited like everything else.

use madoka_facts::{FactKind, FactPath};
use madoka_rules::edit::{Edit, Entry, Plain, Section};
use madoka_rules::pack::CHECKS;
use madoka_rules::{PackFiles, read_pack};
use madoka_sample::city;

fn with(checks: &str) -> PackFiles {
    let mut files = city();
    files.insert("checks.toml".to_owned(), checks.as_bytes().to_vec());
    files
}

const IDENTITY: &str =
    "[[check]]\nid = \"identity\"\nname = \"本人確認\"\nkind = \"identity\"\noffices = [\"shimin\"]\n";

#[test]
fn 課の確認事項はその課の手続すべてに出て_印は一つの事実になる() {
    let pack = read_pack(&with(IDENTITY)).unwrap();
    let check = &pack.checks[0];
    let of: Vec<_> = pack.procedures.iter().filter(|one| check.is_of(one)).collect();
    assert!(!of.is_empty() && of.iter().all(|one| one.office.as_str() == "shimin"));
    let declared = pack.vocabulary.require(&CHECKS.parse::<FactPath>().unwrap()).unwrap();
    assert!(matches!(&declared.kind, FactKind::Choices(choices) if choices.len() == 1));
}

#[test]
fn ない課や手続を指す確認事項_どこのものでもない確認事項は_ファイルと行で断る() {
    for (broken, says) in [
        (IDENTITY.replace("shimin", "shimim"), "shimim"),
        (IDENTITY.replace("offices = [\"shimin\"]\n", ""), "offices"),
        (format!("{IDENTITY}{IDENTITY}"), "同じID"),
    ] {
        let problems = read_pack(&with(&broken)).unwrap_err();
        assert!(
            problems.iter().any(|one| &*one.place.file == "checks.toml" && one.message.contains(says)),
            "{problems:?}"
        );
    }
}

#[test]
fn 確認事項も編集の画面で直せる() {
    let mut files = with(IDENTITY);
    let edit = Edit::Write {
        entry: Entry::new(Section::Check, "identity"),
        field: "name".to_owned(),
        language: Some("ja".to_owned()),
        value: Some(Plain::Text("顔写真付きの書類".to_owned())),
    };
    let applied = edit.apply(&files, None).unwrap();
    assert!(applied.said.contains("確認すること"), "{}", applied.said);
    applied.patch.apply(&mut files).unwrap();
    assert_eq!(read_pack(&files).unwrap().checks[0].name.ja, "顔写真付きの書類");
}
