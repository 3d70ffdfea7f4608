//! Backups, and a disk that is full.

use std::sync::Arc;

use madoka_server::access::Role;
use madoka_server::backup::{self, BackupError, Found};
use madoka_server::clock::Clock as _;
use madoka_server::config::Config;
use madoka_server::on_both_stores;
use madoka_server::server::Server;
use madoka_server::storage::{StorageError, Tx};
use madoka_server::testing::{Store, TestCity};
use madoka_server::values;
use madoka_sync::wire::path;

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

async fn back_up(city: &TestCity, name: &str) -> Result<Found, BackupError> {
    let (server, to) = (city.server().clone(), city.elsewhere().join(name));
    blocking(move || backup::back_up(&server, &to)).await
}

on_both_stores! {
    async fn 動かしたまま控えを取り_別の機械のもう一方の保存先に戻して続ける(store: Store) {
        let mut city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &["juumin"]).await;
        // Somebody works on while the backup is made.
        let (db, working) = (city.server().db().clone(), Arc::new(std::sync::atomic::AtomicBool::new(true)));
        let (go_on, now) = (Arc::clone(&working), city.server().now());
        let work = tokio::spawn(async move {
            let mut done = 0;
            while go_on.load(std::sync::atomic::Ordering::Relaxed) {
                let entry = madoka_server::audit::Entry::by_server(now, madoka_server::audit::Act::Seen);
                db.write(move |tx| madoka_server::audit::write(tx, &entry)).await.unwrap();
                done += 1;
            }
            done
        });
        let found = back_up(&city, "a.madoka").await.unwrap();
        working.store(false, std::sync::atomic::Ordering::Relaxed);
        assert!(work.await.unwrap() > 0);
        assert_eq!(found.rows["people_staff"], 1);
        assert_eq!(found.rows["people_sessions"], 0, "sessions stay behind");
        let (file, key) = (city.elsewhere().join("a.madoka"), city.data().join("keys/backup.key"));
        let bytes = std::fs::read(&file).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("職員"), "encrypted");
        let (verified, epoch) = (blocking({ let (file, key) = (file.clone(), key.clone()); move || backup::verify(&file, &key) }).await.unwrap(), city.server().epoch().to_owned());
        assert_eq!(verified, found);
        // Another machine, another storage.
        let other = match store { Store::Sqlite => Store::Postgres, Store::Postgres => Store::Sqlite };
        city.move_to(other, move |folder, config, now| {
            let restored = backup::restore(&file, &key, folder, config, now);
            assert!(std::fs::read(&file).unwrap() == bytes, "a backup is only read");
            restored.map(|_| ())
        }).await;
        assert_ne!(city.server().epoch(), epoch, "terminals shall offer again what they wrote since");
        let again = terminal.reconnected(city.clock());
        assert_eq!(again.get(path::ME).await.code(), "SRV-23", "the same authority, the same certificate");
        let officer_again = again.sign_in(officer.signed_in.person.staff.as_str()).await;
        assert_eq!(officer_again.get(path::ME).await.status, 200);
        assert_eq!(city.terminal("t2").await.enrolled.number, 2);
        let chain = city.server().db().read(madoka_server::audit::verify).await.unwrap().unwrap();
        assert!(chain >= found.audit);
    }

    async fn 控えは上書きせず_違う鍵や壊れた控えは断る(store: Store) {
        let city = TestCity::start_on(store).await;
        city.terminal("t1").await;
        back_up(&city, "a.madoka").await.unwrap();
        assert!(matches!(back_up(&city, "a.madoka").await, Err(BackupError::Storage(StorageError::Exists(_)))));
        let file = city.elsewhere().join("a.madoka");
        let wrong_key = city.data().join("keys/storage.key");
        let refused = { let file = file.clone(); blocking(move || backup::verify(&file, &wrong_key)).await };
        assert_eq!(refused, Err(BackupError::Storage(StorageError::Damaged)));
        let key = city.data().join("keys/backup.key");
        let bytes = std::fs::read(&file).unwrap();
        let broken = city.elsewhere().join("b.madoka");
        let mut refused = 0;
        for part in 1..20 {
            let mut bytes = bytes.clone();
            let at = bytes.len() * part / 20;
            bytes[at] ^= 0x40;
            std::fs::write(&broken, &bytes).unwrap();
            let (file, own, to, config, now) = (broken.clone(), key.clone(), city.elsewhere().join(format!("to{part}")), Config::default(), city.clock().now());
            let restored = blocking(move || backup::restore(&file, &own, &to, &config, now)).await;
            let (file, own) = (broken.clone(), key.clone());
            let verified = blocking(move || backup::verify(&file, &own)).await;
            // Free pages may be damaged; nothing that is read may.
            match restored {
                Ok(found) => assert_eq!((found.rows["terminals"], verified.is_ok()), (1, true), "{part}"),
                Err(error) => {
                    assert_eq!(error, BackupError::Storage(StorageError::Damaged), "{part}");
                    assert_eq!(verified, Err(error), "{part}: whole to the eye, and cannot be restored");
                    assert!(!city.elsewhere().join(format!("to{part}")).exists(), "{part}: nothing is begun");
                    refused += 1;
                }
            }
            std::fs::write(&broken, &bytes[..at]).unwrap();
            let (file, key) = (broken.clone(), key.clone());
            assert!(blocking(move || backup::verify(&file, &key)).await.is_err(), "{part}: cut off");
        }
        assert!(refused > 0, "no damage hit a row");
    }
}

/// PostgreSQL cannot keep the sign for nothing within a text, SQLite can: the way back stops among the rows.
#[tokio::test]
async fn 途中で止まった戻しは_何も残さず_もう一度できる() {
    let mut city = TestCity::start().await;
    city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
    back_up(&city, "whole.madoka").await.unwrap();
    let spoil = |tx: &mut Tx<'_>| tx.execute("UPDATE people_staff SET name = 'a' || char(0)", &[]);
    city.server().db().write(spoil).await.unwrap();
    back_up(&city, "odd.madoka").await.unwrap();
    let (from, key) = (city.elsewhere().to_owned(), city.data().join("keys/backup.key"));
    city.move_to(Store::Postgres, move |folder, config, now| {
        let stopped = backup::restore(&from.join("odd.madoka"), &key, folder, config, now);
        assert!(matches!(stopped, Err(BackupError::Storage(StorageError::Other(_)))), "{stopped:?}");
        assert!(!folder.exists());
        backup::restore(&from.join("whole.madoka"), &key, folder, config, now).map(|_| ())
    })
    .await;
    let staff: i64 = city
        .server()
        .db()
        .read(|tx| tx.row("SELECT COUNT(*) FROM people_staff", &[])?.unwrap().get(0))
        .await
        .unwrap();
    assert_eq!(staff, 1);
}

#[tokio::test]
async fn ディスクがいっぱいでも_読めて_空けば続く() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
    let db = city.server().db();
    let limit = |pages: i64| {
        db.write(move |tx| tx.query(&format!("PRAGMA max_page_count = {pages}"), &[]).map(|_| ()))
    };
    db.write(|tx| tx.execute("CREATE TABLE test_rows (n INTEGER PRIMARY KEY, b BLOB)", &[])).await.unwrap();
    limit(1).await.unwrap();
    let mut written = 0_i64;
    let full = loop {
        let n = written;
        match db
            .write(move |tx| {
                tx.execute("INSERT INTO test_rows (n, b) VALUES (?1, ?2)", values![n, vec![7_u8; 3000]])
            })
            .await
        {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1000);
    };
    assert_eq!(full, StorageError::Full);
    assert_eq!(officer.get(path::ME).await.status, 200, "reading goes on");
    let refused = terminal.try_sign_in("s01", madoka_server::testing::PASSWORD).await;
    if refused.status != 200 {
        assert_eq!((refused.status, refused.code().as_str()), (507, "SRV-02"));
    }
    limit(1_000_000).await.unwrap();
    assert_eq!(terminal.try_sign_in("s01", madoka_server::testing::PASSWORD).await.status, 200);
    let kept: i64 =
        db.read(|tx| tx.row("SELECT COUNT(*) FROM test_rows", &[])?.unwrap().get(0)).await.unwrap();
    assert_eq!(kept, written, "everything that was answered");
}

#[tokio::test]
async fn ほかの人に読める鍵では_始めない() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut city = TestCity::start().await;
    city.stop().await;
    let key = city.data().join("keys/storage.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (folder, config, clock) = (city.data(), city.config().clone(), city.clock().clone());
    let opened = blocking(move || Server::open(&folder, config, Arc::new(clock))).await;
    assert!(
        matches!(opened, Err(StorageError::File(path, std::io::ErrorKind::PermissionDenied)) if path == key)
    );
}

#[tokio::test]
async fn データベースの接続が切れても_つなぎ直して続く() {
    let city = TestCity::start_on(Store::Postgres).await;
    let officer = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
    let (cluster, database) = city.database().cloned().unwrap();
    blocking(move || {
        let mut client = cluster.superuser().unwrap();
        client
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                &[&database.name],
            )
            .unwrap();
    })
    .await;
    let mut answers = Vec::new();
    for _ in 0..50 {
        let answer = officer.get(path::ME).await;
        answers.push(answer.status);
        if answer.status == 200 && officer.terminal.try_sign_in("s01", "wrong").await.status == 401 {
            return;
        }
        assert!([200, 503].contains(&answer.status), "{}", answer.text());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{answers:?}");
}
