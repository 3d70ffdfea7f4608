//! 市の鍵を取り替える: terminals follow by themselves, whenever they come, and nobody else's word moves them.

use madoka_rules::pack::{KeyChange, SigningKey};
use madoka_server::audit::{Act, Entry};
use madoka_server::on_both_stores;
use madoka_server::server::Server;
use madoka_server::storage::{StorageError, Tx};
use madoka_server::testing::TestCity;
use madoka_server::{city_key, values};
use madoka_sync::wire::packs::CityKey;

use super::office::{Counter, Hall};

async fn rotate(city: &TestCity) -> CityKey {
    let server = city.server().clone();
    let entry = Entry::by_server(server.now(), Act::SettingsChanged);
    tokio::task::spawn_blocking(move || city_key::rotate(&server, entry)).await.unwrap().unwrap()
}

on_both_stores! {
    async fn 端末は前の鍵の署名で新しい鍵に移り_何度離れていても追いつく(store: Store) {
        let mut hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let (always, away) = (Counter::new(&hall.city, "t1").await, Counter::new(&hall.city, "t2").await);
        always.bring().await.unwrap();
        away.bring().await.unwrap();
        assert_eq!(rotate(&hall.city).await.number, 2);
        hall.next_edition("二", |_| {}).await;
        let brought = always.bring().await.unwrap();
        assert_eq!((brought.refused, brought.keys), (vec![], vec![]));
        assert_eq!(always.in_use(), Some((2, "二".to_owned())));
        // A third key; a restart; and a terminal that heard of neither.
        assert_eq!(rotate(&hall.city).await.number, 3);
        hall.city.stop().await;
        hall.city.start_again().await;
        hall.next_edition("三", |_| {}).await;
        for counter in [&always, &away] {
            let brought = counter.bring().await.unwrap();
            assert_eq!((brought.refused, brought.keys), (vec![], vec![]));
            assert_eq!(counter.in_use(), Some((3, "三".to_owned())));
        }
        assert!(hall.terminals().await["t2"].current);
        // A terminal that comes only now knows the new key alone, and takes what was released under the old one.
        let fresh = Counter::new(&hall.city, "t3").await;
        fresh.bring().await.unwrap();
        assert_eq!(fresh.in_use(), Some((3, "三".to_owned())));
    }

    async fn 前の鍵で公開した版も_新しい端末が受け取れる(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        rotate(&hall.city).await;
        let fresh = Counter::new(&hall.city, "t1").await;
        let brought = fresh.bring().await.unwrap();
        assert_eq!((brought.refused, brought.keys), (vec![], vec![]));
        assert_eq!(fresh.in_use().unwrap().0, 1);
    }

    async fn 今の鍵が署名していない取り替えには_従わない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        counter.bring().await.unwrap();
        let stranger = SigningKey::from_secret(&[9; 32]);
        let forged = KeyChange::new("999999", 2, &stranger, stranger.public()).to_text();
        let work = move |tx: &mut Tx<'_>| -> Result<(), StorageError> {
            tx.execute("INSERT INTO packs_key_changes (number, signed) VALUES (2, ?1)", values![forged])?;
            Ok(())
        };
        hall.city.server().db().write(work).await.unwrap();
        assert_eq!(counter.bring().await.unwrap().keys[0].code(), "D210");
        assert_eq!(counter.in_use().unwrap().0, 1);
    }
}

/// The power fails behind the storage's commit and in front of the file's rename; or in front of both.
#[tokio::test]
async fn 取り替えの途中で電源が切れても_どちらかの鍵で続く() {
    let mut hall = Hall::with_first_edition(TestCity::start().await).await;
    let keys = hall.city.data().join("keys");
    let (file, next) = (keys.join("city.key"), keys.join("city.key.next"));
    let old = std::fs::read(&file).unwrap();
    let two = rotate(&hall.city).await;
    let new = std::fs::read(&file).unwrap();
    assert_ne!(old, new);
    hall.city.stop().await;
    std::fs::rename(&file, &next).unwrap();
    std::fs::copy(&next, &file).unwrap();
    std::fs::write(&file, &old).unwrap();
    hall.city.start_again().await;
    hall.next_edition("二", |_| {}).await;
    let counter = Counter::new(&hall.city, "t1").await;
    assert_eq!(counter.bring().await.unwrap().refused, vec![]);
    assert_eq!(counter.in_use().unwrap().0, 2);
    // A file of a change that never came into the storage is nobody's key.
    std::fs::rename(&next, &file).unwrap();
    std::fs::copy(&file, &next).unwrap();
    std::fs::write(&next, &old).unwrap();
    assert_eq!(hall.city.signing_key().await.public().to_base64(), two.key);
    assert_eq!(rotate(&hall.city).await.number, 3);
    counter.bring().await.unwrap();
    hall.next_edition("三", |_| {}).await;
    assert_eq!(counter.bring().await.unwrap().refused, vec![]);
    assert_eq!(counter.in_use().unwrap().0, 3);
    let _: &Server = hall.city.server();
}
