//! 保存期間と空き容量.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{EventKind, Outcome};
use madoka_server::access::Role;
use madoka_server::audit::{self, Act, Entry};
use madoka_server::clock::Clock as _;
use madoka_server::housekeeping::tidy;
use madoka_server::on_both_stores;
use madoka_server::storage::{Db, StorageError};
use madoka_server::testing::TestCity;
use madoka_server::values;
use madoka_sync::wire::Presence;
use madoka_sync::wire::people::AuditPage;

use crate::lost::{Desk, there};

async fn count(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| tx.row(sql, &[])?.unwrap().get(0)).await.unwrap()
}

fn closing() -> EventKind {
    EventKind::Closed { outcome: Outcome::Completed, reason: None }
}

on_both_stores! {
    async fn 終わった案件は_サーバーからも端末からも_決めた日数で消える(store: Store) {
        let city = TestCity::start_on_with(store, |config| config.retention.case_days = 30).await;
        let (mut one, mut two) = (Desk::new(&city, "t1").await, Desk::new(&city, "t2").await);
        let (ended, open) = (one.open("1"), one.open("2"));
        for case in [ended, open] {
            one.write(case, EventKind::Claimed {});
            one.says(case, "消去町一丁目");
        }
        one.write(ended, closing());
        let (one, two) = there(move || {
            one.meet();
            two.meet();
            (one, two)
        }).await;
        let db = city.server().db().clone();
        assert_eq!(tidy(city.server()).await.unwrap().cases, 0, "not yet");
        city.clock().advance(SignedDuration::from_hours(24 * 31));
        let tidied = tidy(city.server()).await.unwrap();
        assert_eq!((tidied.cases, tidied.late_events), (1, 0));
        let left = "SELECT COUNT(*) FROM case_events WHERE json IS NOT NULL";
        assert_eq!(count(&db, left).await, 3, "the open one stays");
        assert_eq!(count(&db, "SELECT COUNT(*) FROM case_events").await, 7, "places, ids and digests stay");
        assert_eq!(count(&db, "SELECT COUNT(*) FROM case_rows").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM audit WHERE act = 'erased' AND case_id IS NOT NULL").await, 1);
        // The terminals do as the server, by the server's clock, when they meet it.
        let mut three = Desk::new(&city, "t3").await;
        there(move || {
            for mut desk in [one, two] {
                desk.part();
                desk.meet();
                for _ in 0..200 {
                    if desk.store.lock().unwrap().case(ended).is_err() {
                        break;
                    }
                    std::thread::sleep(std::time::Duration::from_millis(50));
                }
                let store = desk.store.lock().unwrap();
                assert!(store.case(ended).is_err() && store.case(open).is_ok());
            }
            // Nobody gets it any more.
            three.meet();
            let store = three.store.lock().unwrap();
            assert!(store.case(ended).is_err() && store.case(open).is_ok());
        }).await;
        assert_eq!(tidy(city.server()).await.unwrap().cases, 0);
    }

    async fn 監査は前からだけ消え_残りは確かめられる(store: Store) {
        let city = TestCity::start_on_with(store, |config| config.retention.audit_days = 365).await;
        let administrator = city.terminal("t1").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
        let now = city.clock().now();
        let write = async |at: Timestamp| {
            let entry = Entry::by_server(at, Act::Seen);
            city.server().db().write(move |tx| audit::write(tx, &entry)).await.unwrap();
        };
        for _ in 0..5 {
            write(now).await;
        }
        let before = count(city.server().db(), "SELECT MAX(pos) FROM audit").await;
        city.clock().advance(SignedDuration::from_hours(24 * 366));
        write(city.clock().now()).await;
        let tidied = tidy(city.server()).await.unwrap();
        assert_eq!(tidied.audit_entries, u64::try_from(before).unwrap());
        let chain = city.server().db().read(audit::verify).await.unwrap();
        assert_eq!(chain, Ok(before + 2), "and that it was erased is written behind it");
        let officer = administrator.terminal.sign_in("a01").await;
        let page: AuditPage = officer.get("/v1/audit").await.json();
        assert_eq!((page.links[0].n, page.before.map(|link| link.len())), (before + 1, Some(64)));
        // One that is altered is found as before.
        let alter = |tx: &mut madoka_server::storage::Tx<'_>| -> Result<u64, StorageError> {
            tx.execute("UPDATE audit SET json = '{}' WHERE pos = (SELECT MIN(pos) FROM audit)", &[])
        };
        city.server().db().write(alter).await.unwrap();
        assert_eq!(city.server().db().read(audit::verify).await.unwrap(), Err(before + 1));
    }

    async fn 探した言葉と過ぎた予約も消える(store: Store) {
        let city = TestCity::start_on_with(store, |config| {
            config.retention.booking_days = 30;
            config.retention.register_words_days = 30;
        }).await;
        let at = city.clock().now();
        city.server().db().write(move |tx| {
            for (n, seen) in [(1, at), (2, at + SignedDuration::from_hours(24 * 40))] {
                tx.execute(
                    "INSERT INTO register_uses (n, at, staff, terminal, digest, sealed) VALUES (?1, ?2, 's01', 't1', ?3, ?3)",
                    values![n, seen, [0_u8; 32]],
                )?;
            }
            Ok::<_, StorageError>(())
        }).await.unwrap();
        city.clock().advance(SignedDuration::from_hours(24 * 41));
        assert_eq!(tidy(city.server()).await.unwrap().register_words, 1);
        let db = city.server().db();
        assert_eq!(count(db, "SELECT COUNT(*) FROM register_uses").await, 2);
        assert_eq!(count(db, "SELECT COUNT(*) FROM register_uses WHERE sealed IS NULL").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn 端末の空きが少なければ_管理者に見える() {
    let city = TestCity::start().await;
    let administrator = city.terminal("kanri").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
    let (mut roomy, mut cramped) = (Desk::new(&city, "t1").await, Desk::new(&city, "t2").await);
    cramped.store.lock().unwrap().limit_pages(Some(1_000)).unwrap();
    let _met = there(move || {
        roomy.meet();
        cramped.meet();
        (roomy, cramped)
    })
    .await;
    let presence: Vec<Presence> = administrator.get("/v1/presence").await.json();
    let low = |name: &str| presence.iter().find(|one| one.terminal.as_str() == name).unwrap().disk_low;
    assert_eq!((low("t1"), low("t2")), (false, true));
}
