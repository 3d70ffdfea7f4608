//! The terminals: they take what two keys signed, no more than what changed, and keep the last good one.

use madoka_rules::pack::{CityKey, Document, Manifest, Role as Signer, SigningKey};
use madoka_server::on_both_stores;
use madoka_server::storage::{StorageError, Tx};
use madoka_server::testing::TestCity;
use madoka_server::values;
use madoka_sync::terminal::packs;
use madoka_sync::wire::VERSION;
use madoka_sync::wire::packs::{Hash, PARTS, PartsAsk, PartsPage, Planned};

use super::office::{Counter, Hall, RULES, today};

/// Puts something else in the place of an edition, as whoever took the server's disk could.
async fn forge(hall: &Hall, version: u64, manifest: String, hash: [u8; 32]) {
    let work = move |tx: &mut Tx<'_>| -> Result<(), StorageError> {
        let changed = tx.execute(
            "UPDATE packs_editions SET manifest = ?2, hash = ?3 WHERE version = ?1",
            values![version, manifest, hash],
        )?;
        assert_eq!(changed, 1);
        Ok(())
    };
    hall.city.server().db().write(work).await.unwrap();
}

async fn manifest(hall: &Hall, version: u64) -> String {
    let work = move |tx: &mut Tx<'_>| -> Result<String, StorageError> {
        tx.row("SELECT manifest FROM packs_editions WHERE version = ?1", values![version])?.unwrap().get(0)
    };
    hall.city.server().db().read(work).await.unwrap()
}

async fn put_part(hall: &Hall, path: &str, version: u64, bytes: &'static [u8]) {
    let text = manifest(hall, version).await;
    let of: Hash = Manifest::from_text(&text).unwrap().parts()[path].parse().unwrap();
    let work = move |tx: &mut Tx<'_>| -> Result<(), StorageError> {
        tx.execute("UPDATE packs_contents SET bytes = ?2 WHERE hash = ?1", values![of.as_bytes(), bytes])?;
        Ok(())
    };
    hall.city.server().db().write(work).await.unwrap();
}

fn bytes_of(hash: &str) -> [u8; 32] {
    *hash.parse::<Hash>().unwrap().as_bytes()
}

on_both_stores! {
    async fn 端末は紙も受け取り_次からは変わったものだけを取る(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        assert_eq!(counter.in_use(), None);
        let first = counter.bring().await.unwrap();
        assert_eq!((first.kept.len(), first.switched.as_ref().map(|edition| edition.version)), (1, Some(1)));
        assert!(first.fetched > 200_000, "{first:?}");
        let active = packs::active(&counter.store.lock().unwrap(), today()).unwrap().unwrap();
        assert_eq!(active.files["forms/head/form.pdf"].len(), 200_000);
        assert_eq!(active.warning, None);
        let expired = packs::active(&counter.store.lock().unwrap(), "2031-01-01".parse().unwrap()).unwrap();
        assert!(expired.unwrap().warning.unwrap().contains("有効期間"), "期限切れは知らせて使う");

        let second = hall.next_edition("世帯主ですか。", |_| {}).await;
        let brought = counter.bring().await.unwrap();
        assert_eq!(brought.switched, Some(second.edition.clone()));
        assert!(brought.fetched < 5_000, "{brought:?}");
        // A case that began with the first edition goes on with it.
        let old = packs::edition(&counter.store.lock().unwrap(), &second.edition.pack, 1, today()).unwrap();
        assert_eq!(old.unwrap().pack.questions[0].ask.all().next().unwrap().ja, "世帯主でしたか。");
        assert_eq!(counter.bring().await.unwrap(), packs::Brought::default());
        let told = &hall.terminals().await["t1"];
        assert_eq!((told.active.as_ref(), told.current), (Some(&second.edition), true));

        // The day no case has it any more, it goes, and the papers both have stay.
        let tidied = packs::tidy(&mut counter.store.lock().unwrap(), &[1].into()).unwrap();
        assert_eq!(tidied, 0, "a case is open");
        let tidied = packs::tidy(&mut counter.store.lock().unwrap(), &[].into()).unwrap();
        assert_eq!(tidied, 1);
        assert_eq!(counter.in_use().unwrap().0, 2);
        let active = packs::active(&counter.store.lock().unwrap(), today()).unwrap().unwrap();
        assert_eq!(active.files["forms/head/form.pdf"].len(), 200_000);
    }

    async fn まだ何も受け取っていない端末も一覧に出て_失くした端末は出ない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        hall.city.terminal("t9").await;
        let told = hall.terminals().await.remove("t9").unwrap();
        assert_eq!((told.active, told.wanted, told.current, told.told), (None, Some(1), false, None));
        let canary = vec!["t9".parse().unwrap()];
        hall.next_edition("先に一台だけ", |release| release.canary = canary).await;
        assert_eq!(hall.terminals().await["t9"].wanted, Some(2), "it may be the first to get an edition");
        let revoked = hall.administrator.post("/v1/terminals/t9/revoke", &()).await;
        assert_eq!(revoked.status, 204, "{}", revoked.text());
        assert!(!hall.terminals().await.contains_key("t9"));
    }

    async fn 前の版の中身を_監督者が取り寄せられる(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        hall.next_edition("世帯主ですか。", |_| {}).await;
        let first: Planned = hall.hanako.get("/v1/packs/editions/1").await.json();
        let manifest = Manifest::from_text(first.manifest.as_deref().unwrap()).unwrap();
        assert_eq!((manifest.version(), manifest.hash()), (1, first.edition.hash.to_string()));
        let rules: Hash = manifest.parts()["rules.toml"].parse().unwrap();
        let ask = PartsAsk { v: VERSION, of: first.edition, parts: vec![rules] };
        let page: PartsPage = hall.hanako.post(PARTS, &ask).await.json();
        assert_eq!(String::from_utf8(page.parts[0].0.clone()).unwrap(), RULES);
        assert_eq!(hall.hanako.get("/v1/packs/editions/3").await.code(), "PACK-03");
        assert_eq!(hall.hanako.get("/v1/packs/editions/x").await.code(), "PACK-03");
    }

    async fn 改ざん_混入_署名なし_古い版は断り_最後のよい版で続ける(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        counter.bring().await.unwrap();
        hall.next_edition("二", |_| {}).await;
        let good = manifest(&hall, 2).await;
        let good_hash = bytes_of(&Manifest::from_text(&good).unwrap().hash());
        let refuse = async |code: &str| {
            let brought = counter.bring().await.unwrap();
            assert_eq!(brought.refused.len(), 1, "{code}: {brought:?}");
            assert_eq!(brought.refused[0].1.code(), code);
            assert_eq!(counter.in_use().unwrap().0, 1, "{code}");
            let told = &hall.terminals().await["t1"];
            assert_eq!((told.refused[0].code.as_str(), told.current), (code, false));
        };

        // 書き換え: the list no longer is what was signed.
        let altered = good.replace("2030-03-31", "2040-03-31");
        let hash = bytes_of(&Manifest::from_text(&altered).unwrap().hash());
        forge(&hall, 2, altered, hash).await;
        refuse("D203").await;
        // 署名なし
        let mut bare: serde_json::Value = serde_json::from_str(&good).unwrap();
        bare["signatures"] = serde_json::json!([]);
        forge(&hall, 2, bare.to_string(), good_hash).await;
        refuse("D201").await;
        // 別の鍵
        let mut forged = Manifest::from_text(&bare.to_string()).unwrap();
        forged.sign(Signer::City, &hall.city.signing_key().await);
        forged.sign(Signer::Approver, &SigningKey::from_secret(&[9; 32]));
        forge(&hall, 2, forged.to_text(), good_hash).await;
        refuse("D202").await;
        // 古い版を新しい版の顔で
        let old = manifest(&hall, 1).await;
        let old_hash = bytes_of(&Manifest::from_text(&old).unwrap().hash());
        forge(&hall, 2, old, old_hash).await;
        refuse("D203").await;
        // 部品の書き換え
        forge(&hall, 2, good.clone(), good_hash).await;
        put_part(&hall, "rules.toml", 2, b"event = []").await;
        refuse("D211").await;

        // The terminal works on, and takes the next good one.
        hall.next_edition("三", |_| {}).await;
        counter.bring().await.unwrap();
        assert_eq!(counter.in_use(), Some((3, "三".to_owned())));
    }

    async fn 承認者の一覧は市の鍵に従い_取り消された鍵の版は受け取らない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let counter = Counter::new(&hall.city, "t1").await;
        counter.bring().await.unwrap();
        hall.next_edition("二", |_| {}).await;
        let keys: Vec<madoka_sync::wire::drafts::Key> = hall.hanako.get("/v1/packs/keys").await.json();
        let revoke = format!("/v1/packs/keys/{}/revoke", keys[0].id);
        assert_eq!(hall.administrator.post(&revoke, &madoka_sync::wire::drafts::Why::default()).await.status, 200);
        let brought = counter.bring().await.unwrap();
        assert_eq!(brought.refused[0].1.code(), "D202");
        // What was accepted before goes on working.
        assert_eq!(counter.in_use().unwrap().0, 1);

        // A list that another key signed is not believed, whoever sends it.
        let list = madoka_rules::pack::Approvers::new(
            "999999",
            99,
            vec![SigningKey::from_secret(&[9; 32]).public()],
            &SigningKey::from_secret(&[9; 32]),
        );
        let text = list.to_text();
        let work = move |tx: &mut Tx<'_>| -> Result<(), StorageError> {
            tx.execute("INSERT INTO packs_approvers (number, signed) VALUES (99, ?1)", values![text])?;
            Ok(())
        };
        hall.city.server().db().write(work).await.unwrap();
        assert_eq!(counter.bring().await.unwrap().keys[0].code(), "D214");
    }
}

#[tokio::test]
async fn 途中で切れた取得は続きから_知らない部品は渡さない() {
    let hall = Hall::with_first_edition(TestCity::start().await).await;
    let terminal = hall.city.terminal("t1").await;
    let ask = madoka_sync::wire::packs::Ask { v: 1, ..Default::default() };
    let plan: madoka_sync::wire::packs::Plan =
        terminal.post(madoka_sync::wire::packs::ASK, &ask).await.json();
    let of = plan.editions[0].edition.clone();
    let manifest = Manifest::from_text(plan.editions[0].manifest.as_ref().unwrap()).unwrap();
    let hash = manifest.parts()["rules.toml"].parse().unwrap();
    let ask = |parts| madoka_sync::wire::packs::PartsAsk { v: 1, of: of.clone(), parts };
    let page: madoka_sync::wire::packs::PartsPage =
        terminal.post(madoka_sync::wire::packs::PARTS, &ask(vec![hash])).await.json();
    assert!(String::from_utf8(page.parts[0].0.clone()).unwrap().contains("世帯主でしたか"));
    // A draft's contents are not an edition's.
    let draft = hall.new_draft("見直し").await;
    hall.change(&hall.hanako, &draft, 1, "secret = 1\n").await;
    let file = hall.files(&draft).await.files.into_iter().find(|file| file.path == "rules.toml").unwrap();
    assert_eq!(terminal.post(madoka_sync::wire::packs::PARTS, &ask(vec![file.hash])).await.code(), "PACK-02");
}

/// What a USB stick carries to a terminal that never met the server is the same document.
#[tokio::test]
async fn 目録と部品を合わせると_署名のある一つの文書になる() {
    let hall = Hall::with_first_edition(TestCity::start().await).await;
    let counter = Counter::new(&hall.city, "t1").await;
    counter.bring().await.unwrap();
    let active = packs::active(&counter.store.lock().unwrap(), today()).unwrap().unwrap();
    let manifest = Manifest::from_text(&manifest(&hall, 1).await).unwrap();
    let document = manifest.with_parts(|path, _| active.files.get(path).cloned()).unwrap();
    let again = Document::from_text(&document.to_text()).unwrap();
    let trust = madoka_rules::pack::Trust {
        city: CityKey {
            city_code: "999999".to_owned(),
            key: hall.city.signing_key().await.public(),
            number: 1,
        },
        approvers: vec![
            madoka_rules::pack::PublicKey::from_base64(
                &hall.hanako.get("/v1/packs/keys").await.json::<Vec<madoka_sync::wire::drafts::Key>>()[0].key,
            )
            .unwrap(),
        ],
    };
    assert!(madoka_rules::pack::accept(&again.to_text(), &trust, None, today()).is_ok());
}
