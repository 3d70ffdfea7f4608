//! Signing in, and what ends it.

use jiff::SignedDuration;
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::{PASSWORD, TestCity, TestPerson};
use madoka_sync::wire::path;
use madoka_sync::wire::people::{
    COLLEAGUES, Colleague, FirstPassword, PasswordChange, Person, StaffChange, StaffRow,
};
use serde_json::json;

const NEW: &str = "あたらしいみなとのことば";

on_both_stores! {
    async fn 登録した端末で_職員がサインインし_終わる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &["juumin"]).await;
        let me: Person = officer.get(path::ME).await.json();
        assert_eq!((me.name.as_str(), me.roles.as_slice()), ("職員 s01", &[Role::Counter][..]));
        assert_eq!(officer.post(path::SIGN_OUT, &json!({})).await.status, 204);
        assert_eq!(officer.get(path::ME).await.code(), "SRV-24");
    }

    async fn 続けて間違えると錠がかかり_時間がたてば外れる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let other = city.terminal("t2").await;
        city.staff("s01", &[Role::Counter], &[]).await;
        for _ in 0..5 {
            let answer = terminal.try_sign_in("s01", "wrong").await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "SRV-30"));
        }
        let locked = terminal.try_sign_in("s01", PASSWORD).await;
        assert_eq!((locked.status, locked.code().as_str()), (429, "SRV-31"), "the right one too");
        assert!(locked.headers.contains_key("retry-after"));
        // A colleague's typing does not lock the person out of the next counter.
        assert_eq!(other.try_sign_in("s01", PASSWORD).await.status, 200);
        city.clock().advance(SignedDuration::from_mins(16));
        assert_eq!(terminal.try_sign_in("s01", PASSWORD).await.status, 200);
    }

    async fn 同僚は_名前で全員_いるところは窓口の人だけ(store: Store) {
        let city = TestCity::start_on(store).await;
        let (first, second) = (city.terminal("t1").await, city.terminal("t2").await);
        let me = first.officer(&city, "s01", &[Role::Counter], &["juumin"]).await;
        second.officer(&city, "s02", &[Role::Condolence], &["juumin"]).await;
        city.staff("s03", &[Role::Counter], &[]).await;
        // A supervisor sits at a counter's terminal too: cases do not pass to them.
        let supervisor = second.officer(&city, "k01", &[Role::Supervisor], &[]).await;
        city.staff("o01", &[Role::Office], &["kaigo"]).await;
        let seen = async |by: &TestPerson| {
            let all: Vec<Colleague> = by.get(COLLEAGUES).await.json();
            let seat = |one: &Colleague| one.at.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            all.iter().map(|one| format!("{} {} {}", one.staff, one.name, seat(one))).collect::<Vec<_>>()
        };
        let others = ["k01 職員 k01 ", "o01 職員 o01 "];
        let with_others = |serving: [&'static str; 3]| [&others[..], &serving[..]].concat();
        let all = with_others(["s01 職員 s01 t1", "s02 職員 s02 t2", "s03 職員 s03 "]);
        assert_eq!(seen(&me).await, all);
        assert_eq!(seen(&supervisor).await, all);
        // Whoever did nothing for long is no longer there.
        city.clock().advance(SignedDuration::from_mins(25));
        let me = first.sign_in("s01").await;
        city.clock().advance(SignedDuration::from_mins(10));
        assert_eq!(seen(&me).await, with_others(["s01 職員 s01 t1", "s02 職員 s02 ", "s03 職員 s03 "]));
    }

    async fn 錠は止めて始めても残り_管理者が外せる(store: Store) {
        let mut city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        city.staff("s01", &[Role::Counter], &[]).await;
        for _ in 0..5 {
            terminal.try_sign_in("s01", "wrong").await;
        }
        city.kill().await;
        city.start_again().await;
        let terminal = terminal.reconnected(city.clock());
        assert_eq!(terminal.try_sign_in("s01", PASSWORD).await.code(), "SRV-31");
        let admin = city.terminal("t2").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
        let staff: Vec<StaffRow> = admin.get("/v1/staff").await.json();
        assert!(staff.iter().any(|row| row.person.staff.as_str() == "s01" && row.locked_until.is_some()));
        let reset = admin.post("/v1/staff/s01/reset", &json!({})).await;
        let first: FirstPassword = reset.json();
        assert_eq!(terminal.try_sign_in("s01", &first.password).await.status, 200);
    }

    async fn 知らない職員も_間違えた職員と見分けがつかない(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        city.staff("s01", &[Role::Counter], &[]).await;
        let wrong = terminal.try_sign_in("s01", "wrong").await;
        let unknown = terminal.try_sign_in("s99", "wrong").await;
        assert_eq!((wrong.status, wrong.bytes), (unknown.status, unknown.bytes));
        for _ in 0..4 {
            terminal.try_sign_in("s99", "wrong").await;
        }
        assert_eq!(terminal.try_sign_in("s99", "wrong").await.code(), "SRV-31");
    }

    async fn 一つの端末から名前を替えて試しても_錠がかかる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        city.staff("s01", &[Role::Counter], &[]).await;
        for n in 0..20 {
            assert_eq!(terminal.try_sign_in(&format!("x{n}"), "wrong").await.code(), "SRV-30");
        }
        assert_eq!(terminal.try_sign_in("s01", PASSWORD).await.code(), "SRV-31");
    }

    async fn 同時に試しても_回数は越えない(store: Store) {
        let city = TestCity::start_on_with(store, |config| config.limits.connections_per_terminal = 64).await;
        let terminal = city.terminal("t1").await;
        city.staff("s01", &[Role::Counter], &[]).await;
        let tries: Vec<_> = (0..20).map(|_| {
            let terminal = terminal.clone();
            tokio::spawn(async move { terminal.try_sign_in("s01", "wrong").await.code() })
        }).collect();
        let mut looked = 0;
        for tried in tries {
            looked += usize::from(tried.await.unwrap() == "SRV-30");
        }
        assert_eq!(looked, 5);
    }

    async fn 使わないでいるとサインインは終わる(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
        for _ in 0..4 {
            city.clock().advance(SignedDuration::from_mins(20));
            assert_eq!(officer.get(path::ME).await.status, 200, "used within half an hour");
            // That it was used is written down beside the answer.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        city.clock().advance(SignedDuration::from_mins(31));
        assert_eq!(officer.get(path::ME).await.code(), "SRV-24");
    }

    async fn 使い続けても_決めた時間で終わる(store: Store) {
        let city = TestCity::start_on_with(store, |config| config.sign_in.idle_minutes = 480).await;
        let officer = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
        city.clock().advance(SignedDuration::from_hours(7));
        assert_eq!(officer.get(path::ME).await.status, 200);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        city.clock().advance(SignedDuration::from_hours(6));
        assert_eq!(officer.get(path::ME).await.code(), "SRV-24");
    }

    async fn 盗んだしるしは_ほかの端末では使えない(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
        let mut thief = officer.clone();
        thief.terminal = city.terminal("t2").await;
        assert_eq!(thief.get(path::ME).await.code(), "SRV-24");
        assert_eq!(officer.get(path::ME).await.status, 200);
    }

    async fn 止めた職員は_その場で終わる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
        let admin = terminal.officer(&city, "a01", &[Role::Administrator], &[]).await;
        let mut to = StaffChange { name: "山田".to_owned(), roles: vec![Role::Auditor], offices: vec![], disabled: false };
        assert_eq!(admin.put("/v1/staff/s01", &to).await.status, 204);
        assert_eq!(officer.get("/v1/audit").await.status, 200, "a new role holds at once");
        to.disabled = true;
        assert_eq!(admin.put("/v1/staff/s01", &to).await.status, 204);
        assert_eq!(officer.get(path::ME).await.code(), "SRV-24");
        assert_eq!(terminal.try_sign_in("s01", PASSWORD).await.code(), "SRV-33");
        let myself = StaffChange { name: "管理".to_owned(), roles: vec![Role::Auditor], offices: vec![], disabled: false };
        assert_eq!(admin.put("/v1/staff/a01", &myself).await.code(), "SRV-52", "somebody must administer");
    }

    async fn はじめのパスワードでは_変えることだけができる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let admin = terminal.officer(&city, "a01", &[Role::Administrator], &[]).await;
        let new = StaffChange { name: "山田".to_owned(), roles: vec![Role::Administrator], offices: vec![], disabled: false };
        let first: FirstPassword = admin.post("/v1/staff/s01", &new).await.json();
        assert_eq!(admin.post("/v1/staff/s01", &new).await.code(), "SRV-04", "already there");
        let answer = terminal.try_sign_in("s01", &first.password).await;
        let mut officer = admin.clone();
        officer.signed_in = answer.json();
        assert!(officer.signed_in.person.must_change_password);
        assert_eq!(officer.get("/v1/staff").await.code(), "SRV-35");
        let change = |old: &str, new: &str| PasswordChange { old: old.to_owned(), new: new.to_owned() };
        assert_eq!(officer.post(path::PASSWORD, &change(&first.password, "short")).await.code(), "SRV-34");
        assert_eq!(officer.post(path::PASSWORD, &change("wrong-and-long-enough", NEW)).await.code(), "SRV-30");
        assert_eq!(officer.post(path::PASSWORD, &change(&first.password, NEW)).await.status, 204);
        assert_eq!(officer.get("/v1/staff").await.status, 200);
        assert_eq!(terminal.try_sign_in("s01", &first.password).await.code(), "SRV-30");
    }

    async fn パスワードを変えると_ほかのサインインは終わる(store: Store) {
        let city = TestCity::start_on(store).await;
        let here = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &[]).await;
        let there = city.terminal("t2").await.sign_in("s01").await;
        let change = PasswordChange { old: PASSWORD.to_owned(), new: NEW.to_owned() };
        assert_eq!(here.post(path::PASSWORD, &change).await.status, 204);
        assert_eq!(here.get(path::ME).await.status, 200);
        assert_eq!(there.get(path::ME).await.code(), "SRV-24");
    }

    async fn 何度試しても_監査の記録はあふれない(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
        let count = || city.server().db().read(|tx| tx.row("SELECT COUNT(*) FROM audit", &[])?.unwrap().get::<i64>(0));
        let before = count().await.unwrap();
        for _ in 0..10 {
            assert_eq!(officer.get("/v1/staff").await.code(), "SRV-25");
            terminal.try_sign_in("s02", "wrong").await;
        }
        assert_eq!(count().await.unwrap(), before + 1 + 5, "one refusal, and the passwords that were looked at");
        city.clock().advance(SignedDuration::from_mins(2));
        officer.get("/v1/staff").await;
        assert_eq!(count().await.unwrap(), before + 1 + 5 + 1);
    }

    async fn 誰が何をしたかは_つながった記録に残る(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
        terminal.try_sign_in("s01", "wrong").await;
        assert_eq!(officer.get("/v1/audit").await.code(), "SRV-25");
        let auditor = terminal.officer(&city, "x01", &[Role::Auditor], &[]).await;
        let page = auditor.get("/v1/audit").await.text();
        for act in ["terminal_enrolled", "signed_in", "sign_in_refused", "refused"] {
            assert!(page.contains(&format!("\\\"{act}\\\"")), "{act}: {page}");
        }
        assert!(!page.contains("wrong"), "no password");
        let db = city.server().db();
        assert!(db.read(madoka_server::audit::verify).await.unwrap().unwrap() > 5);
        // Somebody with the database and its key rewrites the third entry.
        db.write(|tx| tx.execute("UPDATE audit SET json = '{}' WHERE pos = 3", &[])).await.unwrap();
        assert_eq!(db.read(madoka_server::audit::verify).await.unwrap(), Err(3));
    }
}
