//! Codes that were handed out once are read for ever: `tests/vectors/` holds sets made by every maker and version so far.
//! Files are added there, never changed.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use madoka_qr::{CaseCode, CaseNumber, Collection, Realm, SecretKey};
use serde_json::Value as Json;

#[test]
fn これまでに作られた事前入力はどれも読める() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut read = 0;
    for file in fs::read_dir(folder).unwrap().flatten() {
        let vector: Json = serde_json::from_str(&fs::read_to_string(file.path()).unwrap()).unwrap();
        let key: SecretKey = vector["secret"].as_str().unwrap().parse().unwrap();
        let mut collection = Collection::default();
        for code in vector["codes"].as_array().unwrap() {
            collection.add(code.as_str().unwrap()).unwrap();
        }
        let entry = collection.open(&[key], date(2026, 11, 21)).unwrap();
        let facts = entry.facts_json();
        assert_eq!(facts.expose()["facts"], vector["document"]["facts"], "{}", file.path().display());
        assert_eq!(entry.language(), vector["document"]["lang"].as_str().unwrap());
        read += 1;
    }
    assert!(read >= 4);
}

#[test]
fn これまでに印字した案件コードはどれも読める() {
    let code =
        |city, practice, number| CaseCode::new(Realm::new(city, practice).unwrap(), number).to_string();
    assert_eq!(code("999999", false, CaseNumber::new(26, 12, 345).unwrap()), "26-012-000345-9529");
    assert_eq!(code("999999", true, CaseNumber::new(26, 12, 345).unwrap()), "26-012-000345-3258");
    assert_eq!(code("032018", false, CaseNumber::new(99, 999, 999_999).unwrap()), "99-999-999999-6792");
}

/// Makes the vectors of this crate's own maker; run once for each version, by hand.
#[test]
#[ignore = "writes files"]
fn 版ごとに一度だけ作る() {
    let secret = SecretKey::from_seed(&[1; 32]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for name in ["page-one", "page-several"] {
        let mut vector: Json =
            serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()).unwrap();
        vector["made_by"] = "crates/qr".into();
        vector["codes"] =
            madoka_qr::seal(&vector["document"].to_string(), secret.public(), &[2; 32]).unwrap().into();
        let text = serde_json::to_string_pretty(&vector).unwrap() + "\n";
        fs::write(folder.join(format!("{}.json", name.replace("page", "crate"))), text).unwrap();
    }
}
