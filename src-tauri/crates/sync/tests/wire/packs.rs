//! 手続パックと統計の便り: it reads back the same, broken off it is refused, and debugging shows no contents.

use madoka_casework::{CaseId, PackId};
use madoka_sync::wire::VERSION;
use madoka_sync::wire::drafts::{Content, Release, Save};
use madoka_sync::wire::packs::{Ask, Bytes, Edition, Hash, PartsPage, Plan, Planned};
use madoka_sync::wire::statistics::RowId;
use proptest::prelude::*;
use uuid::Uuid;

fn edition(hash: [u8; 32]) -> Edition {
    Edition { pack: PackId::parse("minatono").unwrap(), version: 3, hash: Hash::new(hash) }
}

proptest! {
    #[test]
    fn どんな部品も_書いたとおりに読める(hash: [u8; 32], parts: Vec<Vec<u8>>) {
        let page = PartsPage { v: VERSION, parts: parts.into_iter().map(Bytes).collect() };
        let text = serde_json::to_string(&page).unwrap();
        prop_assert_eq!(serde_json::from_str::<PartsPage>(&text).unwrap(), page);
        let edition = edition(hash);
        let text = serde_json::to_string(&edition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Edition>(&text).unwrap(), edition);
        prop_assert_eq!(Hash::new(hash).to_string().parse::<Hash>(), Ok(Hash::new(hash)));
    }

    #[test]
    fn ハッシュでない文字は断る(text in "\\PC{0,80}") {
        let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        prop_assert_eq!(text.parse::<Hash>().is_ok(), is_hash);
    }

    #[test]
    fn 統計の行の名前から案件は分からず_案件ごとに違う(one: u128, other: u128) {
        let name = |number| RowId::of(CaseId::new(Uuid::from_u128(number)));
        prop_assert_eq!(one == other, name(one) == name(other));
        prop_assert!(!name(one).as_str().contains(&Uuid::from_u128(one).simple().to_string()[..8]));
        prop_assert_eq!(RowId::try_from(name(one).as_str().to_owned()), Ok(name(one)));
    }
}

#[test]
fn 途中で切れた便りは_どこで切れても断られる() {
    let planned =
        Planned { edition: edition([7; 32]), activates: None, canary: true, manifest: Some("{}".to_owned()) };
    let plan = Plan { v: VERSION, editions: vec![planned], ..Plan::default() };
    let ask = Ask { v: VERSION, kept: vec![edition([8; 32])], ..Ask::default() };
    let (plan, ask) = (serde_json::to_vec(&plan).unwrap(), serde_json::to_vec(&ask).unwrap());
    for cut in 0..plan.len() {
        assert!(serde_json::from_slice::<Plan>(&plan[..cut]).is_err(), "cut at {cut}");
    }
    for cut in 0..ask.len() {
        assert!(serde_json::from_slice::<Ask>(&ask[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn 合言葉も中身も_記録には出ない() {
    let release = Release {
        fingerprint: Hash::new([1; 32]),
        words: String::new(),
        passphrase: "うみはひろいな".to_owned(),
        activates: None,
        canary: Vec::new(),
        stops: Vec::new(),
    };
    assert!(!format!("{release:?}").contains("うみ"));
    let save = Save {
        path: "forms/a/form.pdf".to_owned(),
        revision: 1,
        content: Content::Bytes(Bytes(b"%PDF".to_vec())),
        why: String::new(),
    };
    assert!(format!("{save:?}").contains("Bytes(4)"));
}
