//! The storage, the same on SQLite and on PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use madoka_server::changes::Topic;
use madoka_server::on_both_stores;
use madoka_server::secret_file::Key;
use madoka_server::server::Server;
use madoka_server::storage::{Db, Place, Schema, StorageError};
use madoka_server::testing::TestCity;
use madoka_server::values;

async fn table(db: &Db) {
    // Tests may make a table as they go; modules may not.
    db.write(|tx| tx.execute("CREATE TABLE test_rows (n BIGINT PRIMARY KEY, t TEXT, b BYTEA)", &[]))
        .await
        .unwrap();
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| tx.row("SELECT COUNT(*) FROM test_rows", &[])?.unwrap().get(0)).await.unwrap()
}

on_both_stores! {
    async fn 書いた値はそのまま読める(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db();
        table(db).await;
        let id = uuid::Uuid::from_u128(7);
        db.write(move |tx| {
            tx.execute("INSERT INTO test_rows (n, t, b) VALUES (?1, ?2, ?3)", values![i64::MIN, "髙﨑 \u{0}か".replace('\u{0}', ""), id])?;
            tx.execute("INSERT INTO test_rows (n, t, b) VALUES (?1, ?2, ?3)", values![i64::MAX, None::<String>, None::<Vec<u8>>])
        }).await.unwrap();
        let rows = db.read(|tx| tx.query("SELECT n, t, b, n > 0 FROM test_rows ORDER BY n", &[])).await.unwrap();
        assert_eq!(rows[0].get::<i64>(0), Ok(i64::MIN));
        assert_eq!(rows[0].get::<String>(1), Ok("髙﨑 か".to_owned()));
        assert_eq!(rows[0].get::<uuid::Uuid>(2), Ok(id));
        assert_eq!(rows[0].get::<bool>(3), Ok(false));
        assert_eq!(rows[1].get::<Option<String>>(1), Ok(None));
        assert_eq!(rows[1].get::<String>(1), Err(StorageError::Column(1)));
        let sum: i64 = db.read(|tx| tx.row("SELECT SUM(n) FROM test_rows WHERE n < ?1", values![0])?.unwrap().get(0)).await.unwrap();
        assert_eq!(sum, i64::MIN);
    }

    async fn 失敗した書込みは_それだけがなかったことになる(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db().clone();
        table(&db).await;
        let mut tasks = Vec::new();
        for n in 0..200_i64 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                db.write(move |tx| {
                    tx.execute("INSERT INTO test_rows (n) VALUES (?1)", values![n])?;
                    match n % 4 {
                        // A caller that gives up, one that breaks a rule, one that hides the error, one that panics.
                        0 => Err(StorageError::Internal("test")),
                        1 => tx.execute("INSERT INTO test_rows (n) VALUES (?1)", values![n]).map(|_| ()),
                        2 => {
                            let _ = tx.execute("INSERT INTO no_such_table (n) VALUES (1)", &[]);
                            Ok(())
                        }
                        _ => Ok(()),
                    }
                }).await
            }));
        }
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        for (n, outcome) in outcomes.into_iter().enumerate() {
            match n % 4 {
                0 => assert_eq!(outcome, Err(StorageError::Internal("test"))),
                1 => assert_eq!(outcome, Err(StorageError::Conflict)),
                2 => assert_eq!(outcome, Err(StorageError::Spoiled)),
                _ => assert_eq!(outcome, Ok(())),
            }
        }
        let left = db.read(|tx| tx.query("SELECT n FROM test_rows ORDER BY n", &[])).await.unwrap();
        let left: Vec<i64> = left.into_iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(left, (0..200).filter(|n| n % 4 == 3).collect::<Vec<i64>>());
    }

    async fn 一つの書込みの中の誤りで_サーバーは止まらない(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db();
        table(db).await;
        let failed: Result<(), StorageError> = db.write(|_| panic!("a fault in a module")).await;
        assert_eq!(failed, Err(StorageError::Internal("panic")));
        db.write(|tx| tx.execute("INSERT INTO test_rows (n) VALUES (1)", &[])).await.unwrap();
        assert_eq!(count(db).await, 1);
    }

    async fn 番号は続けて付き_二つが同じにならない(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db().clone();
        table(&db).await;
        let tasks: Vec<_> = (0..100).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(|tx| tx.row(
                    "INSERT INTO test_rows (n) VALUES ((SELECT COALESCE(MAX(n), 0) + 1 FROM test_rows)) RETURNING n", &[],
                )?.unwrap().get::<i64>(0)).await.unwrap()
            })
        }).collect();
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.push(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=100).collect::<Vec<i64>>());
    }

    async fn 待つ人は_書込みがディスクに着いてから起きる(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db().clone();
        table(&db).await;
        let mut cases = db.changes().listen(Topic::Cases);
        let mut packs = db.changes().listen(Topic::Packs);
        let before = db.changes().number(Topic::Cases);
        db.write(|tx| {
            tx.announce(Topic::Cases);
            tx.execute("INSERT INTO test_rows (n) VALUES (1)", &[])
        }).await.unwrap();
        assert!(cases.changed(Duration::from_secs(5)).await);
        assert_eq!(count(&db).await, 1);
        assert_eq!(db.changes().number(Topic::Cases), before + 1);
        let undone: Result<(), StorageError> = db.write(|tx| {
            tx.announce(Topic::Packs);
            Err(StorageError::Internal("test"))
        }).await;
        assert!(undone.is_err());
        assert!(!packs.changed(Duration::from_millis(50)).await, "nothing happened to packs");
    }

    async fn ほかのプロセスの書込みでも起きる(store: Store) {
        let city = TestCity::start_on(store).await;
        let (folder, config, clock) = (city.data(), city.config().clone(), city.clock().clone());
        let beside = tokio::task::spawn_blocking(move || Server::open(&folder, config, std::sync::Arc::new(clock)));
        let beside = beside.await.unwrap().unwrap();
        let mut packs = city.server().db().changes().listen(Topic::Packs);
        let mut cases = city.server().db().changes().listen(Topic::Cases);
        beside.db().write(|tx| { tx.announce(Topic::Packs); Ok::<_, StorageError>(()) }).await.unwrap();
        assert!(packs.changed(Duration::from_secs(10)).await);
        assert!(!cases.changed(Duration::from_millis(10)).await);
        // Both write by turns; numbers stay one after the other.
        table(beside.db()).await;
        let next = |db: &Db| {
            let db = db.clone();
            async move { db.write(|tx| tx.execute("INSERT INTO test_rows (n) VALUES ((SELECT COALESCE(MAX(n), 0) + 1 FROM test_rows))", &[])).await.unwrap() }
        };
        for _ in 0..20 {
            tokio::join!(next(beside.db()), next(city.server().db()), next(beside.db()));
        }
        assert_eq!(count(city.server().db()).await, 60);
    }

    async fn 止めて始めても_書いたものと番号は残る(store: Store) {
        let mut city = TestCity::start_on(store).await;
        let epoch = city.server().epoch().to_owned();
        table(city.server().db()).await;
        city.server().db().write(|tx| {
            tx.announce(Topic::Cases);
            tx.execute("INSERT INTO test_rows (n) VALUES (1)", &[])
        }).await.unwrap();
        city.kill().await;
        city.start_again().await;
        assert_eq!(count(city.server().db()).await, 1);
        assert_eq!(city.server().db().changes().number(Topic::Cases), 1);
        assert_eq!(city.server().epoch(), epoch);
    }

    async fn 読む間は_一つの時点だけが見える(store: Store) {
        let city = TestCity::start_on(store).await;
        let db = city.server().db().clone();
        table(&db).await;
        let writer = db.clone();
        let seen = db.read(move |tx| {
            let first: i64 = tx.row("SELECT COUNT(*) FROM test_rows", &[])?.unwrap().get(0)?;
            writer.write_and_wait(|tx| tx.execute("INSERT INTO test_rows (n) VALUES (1)", &[]))?;
            let second: i64 = tx.row("SELECT COUNT(*) FROM test_rows", &[])?.unwrap().get(0)?;
            Ok::<_, StorageError>((first, second))
        }).await.unwrap();
        assert_eq!(seen, (0, 0));
        assert_eq!(count(&db).await, 1);
        let refused = db.read(|tx| tx.execute("INSERT INTO test_rows (n) VALUES (2)", &[])).await;
        assert!(refused.is_err(), "a reader writes nothing");
    }

    async fn 新しい版のデータベースは_名を挙げて断る(store: Store) {
        let mut city = TestCity::start_on(store).await;
        city.server().db().write(|tx| tx.execute("UPDATE schema_versions SET version = 99 WHERE module = 'people'", &[])).await.unwrap();
        city.stop().await;
        let (folder, config, clock) = (city.data(), city.config().clone(), city.clock().clone());
        let opened = tokio::task::spawn_blocking(move || Server::open(&folder, config, std::sync::Arc::new(clock)));
        assert_eq!(opened.await.unwrap().err(), Some(StorageError::Newer { module: "people", found: 99, known: 1 }));
    }
}

/// Whoever tries a backup with a newer program, and then stays with theirs, has lost nothing.
#[test]
fn 新しい版が見ただけのファイルは_一字も変わらず_前の版で開ける() {
    const BEFORE: Schema =
        Schema { module: "test", versions: &[&["CREATE TABLE test_rows (n INTEGER NOT NULL)"]] };
    const AFTER: Schema = Schema {
        module: "test",
        versions: &[
            &["CREATE TABLE test_rows (n INTEGER NOT NULL)"],
            &["ALTER TABLE test_rows ADD COLUMN more INTEGER NOT NULL DEFAULT 7"],
        ],
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let key = Arc::new(Key::random().unwrap());
    let place = Place::Sqlite { file: file.clone(), key: Arc::clone(&key) };
    let db = Db::create(&place, &[BEFORE]).unwrap();
    db.write_and_wait(|tx| tx.execute("INSERT INTO test_rows (n) VALUES (35)", &[])).unwrap();
    drop(db);
    let bytes = std::fs::read(&file).unwrap();

    let sum = |schema| {
        Db::look_at(&file, &key, &[schema], |tx| {
            tx.row("SELECT SUM(n + more) FROM test_rows", &[])?.unwrap().get::<i64>(0)
        })
    };
    assert_eq!(sum(AFTER), Ok(42), "as the newer program would have it");
    assert!(std::fs::read(&file).unwrap() == bytes);
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files(), 1, "nothing is left beside it");
    let meanwhile = Db::look_at(&file, &key, &[BEFORE], |_| Ok::<_, StorageError>(files()));
    assert_eq!(
        meanwhile,
        Ok(1),
        "its own version needs nothing beside it: it may lie on a medium nobody can write"
    );
    drop(Db::open(&place, &[BEFORE]).unwrap());

    drop(Db::open(&place, &[AFTER]).unwrap());
    assert_eq!(sum(BEFORE), Err(StorageError::Newer { module: "test", found: 2, known: 1 }));
}

/// A backup is renamed as one file: what still stood in a log beside it would be lost.
#[test]
fn 閉じれば_すべてが一つのファイルにある() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..40 {
        let file = folder.path().join(format!("{n}.db"));
        let place = Place::Sqlite { file: file.clone(), key: Arc::new(Key::random().unwrap()) };
        let db = Db::create(&place, &[]).unwrap();
        db.write_and_wait(|tx| tx.execute("CREATE TABLE test_rows (n BIGINT)", &[])).unwrap();
        // At the same time, so that every reader has a connection to close.
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    db.read_and_wait(|tx| {
                        std::thread::sleep(Duration::from_millis(2));
                        tx.query("SELECT n FROM test_rows", &[])
                    })
                    .unwrap();
                });
            }
        });
        drop(db);
        let log = std::fs::metadata(folder.path().join(format!("{n}.db-wal"))).map_or(0, |log| log.len());
        assert_eq!(log, 0, "after {n} databases were closed");
    }
}
