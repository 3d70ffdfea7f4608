//! Versions of a pack: out as a ZIP and back, compared two by two; and the map of what the scenarios protect.

use madoka_counter::supervisor::{EditGiven, EditionList, VersionGiven};

use crate::{desk, procedure, write};

const GRAVE: &str = "death.grave";

fn rename(counter: &mut madoka_counter::Counter, name: &str) {
    let EditGiven::Write { value, .. } =
        write("name", madoka_counter::supervisor::ValueGiven::Text(name.into()))
    else {
        panic!("a text")
    };
    let edit = EditGiven::Write { field: "name".into(), language: Some("ja".into()), value };
    counter.draft_edit(&procedure(GRAVE), &edit, "").unwrap();
}

#[test]
fn zipで書き出し_別の下書きに取り込み_元に戻せる() {
    let (_folder, mut counter) = desk();
    rename(&mut counter, "合葬墓の使用者承継");
    let archive = counter.draft_zip().unwrap();

    let (_other, mut second) = desk();
    let taken = second.draft_take_zip(&archive, "前の市から").unwrap();
    assert!(taken.steps[0].said.starts_with("ZIPから取り込みました（1個"), "{}", taken.steps[0].said);
    assert_eq!(second.draft_entry(&procedure(GRAVE)).unwrap().name, "合葬墓の使用者承継");
    assert!(!second.draft_undo().unwrap().can_undo);
    assert_eq!(second.draft_entry(&procedure(GRAVE)).unwrap().name, "市営墓地の使用者承継");
    assert!(second.draft_take_zip(b"not a zip", "").is_err());
    assert!(!second.supervise().unwrap().can_undo);
}

#[test]
fn どの二つの版でも比べられる() {
    let (_folder, mut counter) = desk();
    let before = counter.draft_zip().unwrap();
    rename(&mut counter, "合葬墓の使用者承継");
    assert_eq!(counter.draft_versions(&EditionList::default()).unwrap().len(), 2);
    assert!(counter.draft_compare_versions(VersionGiven::Archive, VersionGiven::Draft).is_err());
    assert_eq!(counter.draft_hold_zip(&before).unwrap().given, VersionGiven::Archive);
    assert_eq!(counter.draft_versions(&EditionList::default()).unwrap().len(), 3);
    // Nobody at a practice desk can fetch what was released.
    let released = VersionGiven::Edition { version: 7 };
    assert!(counter.draft_compare_versions(released, VersionGiven::Draft).is_err());
    let forth = counter.draft_compare_versions(VersionGiven::Archive, VersionGiven::Draft).unwrap();
    assert!(forth.sentences.iter().any(|one| one.contains("合葬墓の使用者承継")), "{:?}", forth.sentences);
    let none = counter.draft_compare_versions(VersionGiven::Archive, VersionGiven::InUse).unwrap();
    assert!(none.sentences.is_empty(), "{:?}", none.sentences);
    // The draft itself is what it was.
    assert_eq!(counter.draft_entry(&procedure(GRAVE)).unwrap().name, "合葬墓の使用者承継");
}

#[test]
fn 網羅の地図は_場面のない手続を先に出す() {
    let (_folder, mut counter) = desk();
    let map = counter.draft_coverage().unwrap();
    assert!(!map.checked && map.scenarios > 50);
    assert!(map.rows.len() > 300);
    let funeral = map.rows.iter().find(|row| row.entry.id == "death.care_refund").unwrap();
    assert!(funeral.needed > 0 && funeral.not_needed > 0, "{funeral:?}");
    let bare = |row: &madoka_counter::supervisor::CoverageRow| row.needed == 0;
    let first_good = map.rows.iter().position(|row| !bare(row)).unwrap();
    assert!(map.rows[first_good..].iter().all(|row| !bare(row)), "the least protected come first");
}
