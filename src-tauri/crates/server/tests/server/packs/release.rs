//! 公開: four eyes, two signatures, a day, a few terminals first, and back by going forward.

use jiff::civil::Date;
use madoka_casework::TerminalId;
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::TestCity;
use madoka_sync::wire::drafts::{Draft, NOTES, NotesSeen, Released, SaveAnswer, SeenNotes, Why};

use super::office::{Counter, Hall, PASSPHRASE, RULES, asking, path, today};

fn in_days(days: i64) -> Date {
    today().checked_add(jiff::Span::new().days(days)).unwrap()
}

on_both_stores! {
    async fn 手を入れた人は承認できず_通らない下書きは公開できない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        hall.key_of(&hall.jiro).await;
        let draft = hall.new_draft("見直し").await;
        hall.change(&hall.jiro, &draft, 1, &asking("一")).await;
        // Jiro may approve, but not what he wrote; nor does anyone approve what nobody proposed.
        assert_eq!(hall.release_by(&hall.approver, &draft, |_| {}).await.code(), "PACK-11");
        assert_eq!(hall.propose(&draft).await.status, 200);
        assert_eq!(hall.release_by(&hall.jiro, &draft, |_| {}).await.code(), "PACK-20");
        assert_eq!(hall.release_by(&hall.hanako, &draft, |_| {}).await.code(), "SRV-25");

        let failing = RULES.replace("deceased.head = true", "deceased.head = false");
        hall.change(&hall.hanako, &draft, 2, &failing).await;
        // What does not pass is not even proposed.
        assert_eq!(hall.propose(&draft).await.code(), "PACK-21");
        assert_eq!(hall.release_by(&hall.approver, &draft, |_| {}).await.code(), "PACK-11");
        let editions: Vec<Released> = hall.hanako.get("/v1/packs/editions").await.json();
        assert_eq!(editions.len(), 1);

        hall.change(&hall.hanako, &draft, 3, &asking("二")).await;
        let released = hall.propose_and_release(&draft, |_| {}).await;
        assert_eq!(released.status, 200, "{}", released.text());
        let released: Released = released.json();
        assert_eq!(released.edition.version, 2);
        assert_eq!((released.proposed.by.as_str(), released.approved.by.as_str()), ("hanako", "shonin"));
        assert_eq!(hall.release_by(&hall.approver, &draft, |_| {}).await.code(), "PACK-10");
    }

    async fn お知らせは読んだ人ごとに一度残り_監督者だけがほかの人の分を見る(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let clerk = hall.desk.officer(&hall.city, "mado", &[Role::Counter], &[]).await;
        let seen = SeenNotes { version: 1 };
        for person in [&clerk, &clerk, &hall.hanako] {
            let told = person.post(NOTES, &seen).await;
            assert_eq!(told.status, 200, "{}", told.text());
        }
        assert_eq!(clerk.post(NOTES, &SeenNotes { version: 9 }).await.code(), "PACK-03");
        let staff = |rows: Vec<NotesSeen>| rows.iter().map(|row| row.staff.to_string()).collect::<Vec<_>>();
        assert_eq!(staff(clerk.get(NOTES).await.json()), ["mado"]);
        assert_eq!(staff(hall.hanako.get(NOTES).await.json()), ["hanako", "mado"]);
    }

    async fn 合言葉が違えば公開されず_続ければ鍵が閉まる(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("見直し").await;
        hall.change(&hall.hanako, &draft, 1, &asking("一")).await;
        let wrong = |release: &mut madoka_sync::wire::drafts::Release| {
            "ちがうあいことばです".clone_into(&mut release.passphrase);
        };
        assert_eq!(hall.propose_and_release(&draft, wrong).await.code(), "PACK-27");
        for _ in 0..4 {
            assert_eq!(hall.release_by(&hall.approver, &draft, wrong).await.code(), "PACK-27");
        }
        assert_eq!(hall.release_by(&hall.approver, &draft, |_| {}).await.code(), "PACK-28");
        hall.city.clock().advance(jiff::SignedDuration::from_mins(16));
        let released = hall.release_by(&hall.approver, &draft, |_| {}).await;
        assert_eq!(released.status, 200, "{}", released.text());
    }

    async fn 鍵は管理者が認めるまで使えず_取り消せば使えない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let both = hall.desk.officer(&hall.city, "ryoho", &[Role::Approver, Role::Administrator], &[]).await;
        let draft = hall.new_draft("見直し").await;
        hall.change(&hall.hanako, &draft, 1, &asking("一")).await;
        assert_eq!(hall.propose(&draft).await.status, 200);
        assert_eq!(hall.release_by(&both, &draft, |_| {}).await.code(), "PACK-26");
        let made = madoka_sync::wire::drafts::MakeKey { passphrase: PASSPHRASE.to_owned() };
        let key: madoka_sync::wire::drafts::Key = both.post("/v1/packs/keys", &made).await.json();
        assert_eq!(hall.release_by(&both, &draft, |_| {}).await.code(), "PACK-26");
        let admit = format!("/v1/packs/keys/{}/admit", key.id);
        assert_eq!(both.post(&admit, &Why::default()).await.code(), "PACK-31");
        assert_eq!(hall.administrator.post(&admit, &Why::default()).await.status, 200);
        let revoke = format!("/v1/packs/keys/{}/revoke", key.id);
        assert_eq!(hall.administrator.post(&revoke, &Why::default()).await.status, 200);
        assert_eq!(hall.release_by(&both, &draft, |_| {}).await.code(), "PACK-26");
    }

    async fn 先行する端末だけに出し_広げるか中止する(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let (first, other) = (Counter::new(&hall.city, "t1").await, Counter::new(&hall.city, "t2").await);
        first.bring().await.unwrap();
        other.bring().await.unwrap();
        let t1 = || vec![TerminalId::parse("t1").unwrap()];
        let nowhere = hall.new_draft("x").await;
        hall.change(&hall.hanako, &nowhere, 1, &asking("零")).await;
        let unknown = hall
            .propose_and_release(&nowhere, |release| release.canary = vec![TerminalId::parse("t9").unwrap()])
            .await;
        assert_eq!(unknown.code(), "PACK-25");

        hall.next_edition("一", |release| release.canary = t1()).await;
        first.bring().await.unwrap();
        other.bring().await.unwrap();
        assert_eq!(first.in_use(), Some((2, "一".to_owned())));
        assert_eq!(other.in_use().unwrap().0, 1);
        let list = hall.terminals().await;
        assert_eq!((list["t1"].wanted, list["t1"].current), (Some(2), true));
        assert_eq!((list["t2"].wanted, list["t2"].current), (Some(1), true));

        let widened = hall.approver.post("/v1/packs/editions/2/widen", &Why::default()).await;
        assert_eq!(widened.status, 200, "{}", widened.text());
        assert_eq!(hall.approver.post("/v1/packs/editions/2/widen", &Why::default()).await.code(), "PACK-30");
        other.bring().await.unwrap();
        assert_eq!(other.in_use().unwrap().0, 2);

        // One that proves bad goes no further; whoever has it stays on it until the next.
        let late = Counter::new(&hall.city, "t3").await;
        let both = || ["t1", "t3"].map(|id| TerminalId::parse(id).unwrap()).to_vec();
        hall.next_edition("二", |release| release.canary = both()).await;
        first.bring().await.unwrap();
        late.bring().await.unwrap();
        let stopped = hall.approver.post("/v1/packs/editions/3/stop", &Why::default()).await;
        assert_eq!(stopped.status, 200, "{}", stopped.text());
        first.bring().await.unwrap();
        other.bring().await.unwrap();
        assert_eq!((first.in_use().unwrap().0, other.in_use().unwrap().0), (3, 2));
        // The server now plans an older one for a terminal that never had it: refused, by the terminal itself.
        let brought = late.bring().await.unwrap();
        assert_eq!((brought.refused[0].1.code(), late.in_use().unwrap().0), ("D205", 3));
        assert_eq!(hall.approver.post("/v1/packs/editions/2/stop", &Why::default()).await.code(), "PACK-30");
    }

    async fn 戻すときは前の内容を新しい版で出す(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        hall.next_edition("まちがい", |_| {}).await;
        counter.bring().await.unwrap();
        assert_eq!(counter.in_use(), Some((2, "まちがい".to_owned())));
        let draft: Draft = hall.hanako.post("/v1/packs/editions/1/again", &Why::default()).await.json();
        assert_eq!(draft.again, Some(1));
        let released = hall.release_by(&hall.approver, &draft, |_| {}).await;
        assert_eq!(released.status, 200, "{}", released.text());
        let brought = counter.bring().await.unwrap();
        assert_eq!(counter.in_use(), Some((3, "世帯主でしたか。".to_owned())));
        // Only the head with its number is another part than this terminal has.
        assert!(brought.fetched < 1_000, "{brought:?}");
    }

    async fn 決めた日から使い_追い越す公開はそれを名指しする(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        counter.bring().await.unwrap();
        let past = hall.new_draft("x").await;
        hall.change(&hall.hanako, &past, 1, &asking("零")).await;
        let refused = hall.propose_and_release(&past, |release| release.activates = Some(in_days(-1))).await;
        assert_eq!(refused.code(), "PACK-24");

        let april = hall.next_edition("四月から", |release| release.activates = Some(in_days(30))).await;
        let brought = counter.bring().await.unwrap();
        assert_eq!(brought.kept, [april.edition]);
        assert_eq!(brought.switched, None);
        // It lies there before its day, and begins without the server.
        assert_eq!(counter.in_use().unwrap().0, 1);
        let store = counter.store.clone();
        let switch = |day| madoka_sync::terminal::packs::switch(&mut store.lock().unwrap(), day).unwrap();
        assert_eq!(switch(in_days(29)), None);
        assert_eq!(switch(in_days(30)).map(|edition| edition.version), Some(2));

        let urgent = hall.new_draft("急ぎ").await;
        let answer = hall.change(&hall.hanako, &urgent, 1, &asking("急ぎ")).await;
        assert!(matches!(answer, SaveAnswer::Saved { .. }));
        assert_eq!(hall.propose_and_release(&urgent, |_| {}).await.code(), "PACK-23");
        let released = hall.release_by(&hall.approver, &urgent, |release| release.stops = vec![2]).await;
        assert_eq!(released.status, 200, "{}", released.text());
        let editions: Vec<Released> = hall.hanako.get("/v1/packs/editions").await.json();
        assert!(editions.iter().any(|one| one.edition.version == 2 && one.stopped.is_some()));
    }
}

#[tokio::test]
async fn 別の市や別の手続パックは公開されない() {
    let hall = Hall::with_first_edition(TestCity::start().await).await;
    for (from, to) in [("code = \"999999\"", "code = \"111111\""), ("id = \"small\"", "id = \"other\"")] {
        let draft = hall.new_draft("別").await;
        let head: madoka_sync::wire::drafts::FileAt =
            hall.hanako.get(&path(&draft, "/file?path=pack.toml")).await.json();
        let madoka_sync::wire::drafts::Content::Text(text) = head.content else { panic!("a text") };
        let save = madoka_sync::wire::drafts::Save {
            path: "pack.toml".to_owned(),
            revision: 1,
            content: madoka_sync::wire::drafts::Content::Text(text.replace(from, to)),
            why: String::new(),
        };
        hall.save(&hall.hanako, &draft, &[save]).await;
        assert_eq!(hall.propose_and_release(&draft, |_| {}).await.code(), "PACK-22");
    }
}
