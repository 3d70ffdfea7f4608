//! What is personal is shown nowhere unless someone says so.

use madoka_text::{PersonName, Personal};

#[test]
fn 個人の値は求めたときだけ見える() {
    let name: Personal<PersonName> = Personal::new("港野　花子".parse().unwrap());
    assert!(!format!("{name:?} {:?}", Some(&name)).contains('港'));
    assert_eq!(name.expose().as_str(), "港野　花子");
    assert_eq!(name.map(|name| name.glyphs().count()).into_exposed(), 5);
}

#[cfg(feature = "personal-serde")]
#[test]
fn 書き出しは機能を選んだときだけで中身のまま() {
    let name: Personal<PersonName> = serde_json::from_str("\"港野　花子\"").unwrap();
    assert_eq!(serde_json::to_string(&name).unwrap(), "\"港野　花子\"");
    assert!(serde_json::from_str::<Personal<PersonName>>("\"\"").is_err());
}
