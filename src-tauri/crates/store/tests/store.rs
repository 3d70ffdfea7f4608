//! What an officer, an administrator and a burglar meet at the terminal's database.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod common;
#[path = "store/sync.rs"]
mod sync;

use std::fs;

use common::{Desk, at, author, key, open, stated};
use madoka_casework::{
    Case, CaseId, Event, EventId, EventKind, LifeEventId, Outcome, PackId, PackVersion, Refusal, StaffId,
    State, Ticket, Words,
};
use madoka_facts::Value;
use madoka_store::{
    AuditAct, AuditEntry, Key, Pack, Realm, SCHEMA, SignedIn, Store, StoreError, restore, salvage,
};
use madoka_text::Secret;
use sha2::{Digest, Sha256};

fn entry(act: AuditAct) -> AuditEntry {
    AuditEntry { at: at(0), by: author("t1"), act, case: None, what: None }
}

#[test]
fn 書いた案件は閉じて開いても同じ() {
    let mut desk = Desk::new();
    let case = desk.open("12");
    for n in 0..200 {
        desk.says(case, "applicant.address", &format!("みなと野市{n}番地"));
    }
    let (before, path) = (desk.store.case(case).unwrap(), desk.path());
    let events = desk.store.events(case).unwrap();
    let Desk { store, folder: _folder, .. } = desk;
    store.close().unwrap();
    let store = open(&path).unwrap();
    assert_eq!(store.case(case).unwrap(), before);
    assert_eq!(store.events(case).unwrap(), events);
    assert_eq!(Case::fold(&events).unwrap(), before);
    assert_eq!(store.verify().unwrap(), (202, 0));
}

#[test]
fn 同じ出来事をもう一度渡しても一度しか残らない() {
    let mut desk = Desk::new();
    let case = desk.open("12");
    let event = desk.says(case, "applicant.name", "架空　太郎");
    let again = desk.store.append(std::slice::from_ref(&event)).unwrap();
    assert_eq!((again.events(), desk.store.events(case).unwrap().len()), (3, 3));
    let mut other = event;
    other.at = at(9_999);
    assert!(matches!(desk.store.append(&[other]), Err(StoreError::SameIdOtherEvent)));
}

#[test]
fn 断られた出来事は何も残さない() {
    let mut desk = Desk::new();
    let case = desk.open("12");
    let before = desk.store.case(case).unwrap();
    let good = before.next(EventId::new(desk.id()), author("t1"), at(5), EventKind::Paused {});
    let mut after = before.clone();
    after.apply(&good).unwrap();
    let bad = after.next(EventId::new(desk.id()), author("t2"), at(6), EventKind::Paused {});
    assert!(matches!(desk.store.append(&[good, bad]), Err(StoreError::Refused(Refusal::NotOwner))));
    assert_eq!(desk.store.case(case).unwrap(), before);
    assert_eq!(desk.store.events(case).unwrap().len(), 2);
}

#[test]
fn 送っていないものは順に並び受け取られたものから消える() {
    let mut desk = Desk::new();
    let case = desk.open("12");
    desk.says(case, "applicant.name", "架空　太郎");
    let waiting = desk.store.outbox(10).unwrap();
    assert_eq!(waiting, desk.store.events(case).unwrap());
    desk.store.acknowledge(&[waiting[0].id, waiting[1].id]).unwrap();
    assert_eq!(desk.store.outbox(10).unwrap(), waiting[2..]);
    assert_eq!(desk.store.outbox_len().unwrap(), 1);
    // What others did is not sent back.
    let note = EventKind::Noted { words: Words::parse("福祉課で確認済").unwrap() };
    let case_now = desk.store.case(case).unwrap();
    let theirs = case_now.next(EventId::new(desk.id()), author("t9"), at(50), note);
    desk.store.take_in(&[theirs]).unwrap();
    assert_eq!(desk.store.outbox_len().unwrap(), 1);
    assert_eq!(desk.store.case(case).unwrap().notes().count(), 1);
}

#[test]
fn 氏名は字形も幅もかなの種類も問わず見つかる() {
    let mut desk = Desk::new();
    let case = desk.open("A-7");
    desk.says(case, "applicant.name", "髙﨑　葛\u{E0100}城");
    desk.says(case, "applicant.name_kana", "タカサキ　サッチョ");
    desk.born(case, "applicant.birth_date", "1955-04-01");
    let other = desk.open("8");
    desk.says(other, "applicant.name", "高橋　花子");
    desk.then(other, EventKind::Numbered { number: 26_001_000_042 });
    let found = |words: &str| -> Vec<CaseId> {
        desk.store.search(words, 20).unwrap().cases.into_iter().map(|case| case.id).collect()
    };
    for words in [
        "高崎",
        "髙﨑",
        "高崎葛城",
        "葛城",
        "たかさき",
        "ﾀｶｻｷ",
        "たかさき さつちよ",
        "城",
        "S30.4.1",
        "高崎 昭和30年4月1日",
        "a-7",
        "Ａ－７",
    ] {
        assert_eq!(found(words), [case], "{words}");
    }
    assert_eq!(found("26001000042"), [other]);
    assert_eq!(found("高").len(), 2);
    for words in ["", "　", "高橋 1955-04-01", "田中", "99", "高崎 99"] {
        assert!(found(words).is_empty(), "{words}");
    }
}

#[test]
fn 取り消した名前ではもう見つからない() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    let wrong = desk.says(case, "applicant.name", "誤字　太郎");
    assert_eq!(desk.store.search("誤字", 5).unwrap().cases.len(), 1);
    desk.then(case, EventKind::Undone { event: wrong.id });
    assert!(desk.store.search("誤字", 5).unwrap().cases.is_empty());
}

#[test]
fn 今日の一覧は受け付けた順に状態と担当を言う() {
    let mut desk = Desk::new();
    let (one, two) = (desk.open("1"), desk.open("2"));
    desk.then(two, EventKind::Closed { outcome: Outcome::Completed, reason: None });
    let day = desk.store.opened_between(at(0), at(86_400)).unwrap();
    let seen: Vec<_> = day.iter().map(|row| (row.id, row.state, row.owner_terminal.as_deref())).collect();
    assert_eq!(seen, [(one, State::InHand, Some("t1")), (two, State::Closed, None)]);
    assert!(desk.store.opened_between(at(1), at(86_400)).unwrap().is_empty());
}

#[test]
fn どのファイルにも平文は残らない() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    let planted = ["植込氏名", "ウエコミシメイ", "みなと野市植込町9-9-9", "埋めた覚え書き"];
    desk.says(case, "applicant.name", planted[0]);
    desk.says(case, "applicant.name_kana", planted[1]);
    desk.says(case, "applicant.address", planted[2]);
    desk.then(case, EventKind::Noted { words: Words::parse(planted[3]).unwrap() });
    desk.store.spool_put("job", "2026", planted[0].as_bytes()).unwrap();
    desk.store.back_up(&desk.folder.path().join("copy.db"), &Key::new([9; 32])).unwrap();
    let mut files = 0;
    for file in fs::read_dir(desk.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        files += 1;
        for word in
            planted.iter().map(|word| word.as_bytes()).chain([b"SQLite format 3".as_slice(), b"CREATE TABLE"])
        {
            assert!(!bytes.windows(word.len()).any(|window| window == word), "{}", path.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if path.ends_with("madoka.db") {
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
            }
        }
    }
    assert!(files >= 4, "the log is among them");
}

#[test]
fn 練習と本番は互いに開けず出来事も混ざらない() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join(Realm::Practice.file_name());
    Store::create(&path, &key(), Realm::Practice).unwrap().close().unwrap();
    assert!(matches!(open(&path), Err(StoreError::IsPractice)));
    assert!(matches!(Store::open(&desk.path(), &key(), Realm::Practice), Err(StoreError::IsReal)));
    let made_up = EventKind::Opened {
        life_event: LifeEventId::parse("death").unwrap(),
        ticket: Ticket::parse("5").unwrap(),
        pack: None,
        practice: true,
    };
    let id = CaseId::new(desk.id());
    let event = Event::opening(EventId::new(desk.id()), id, author("t1"), at(0), made_up);
    assert!(matches!(desk.store.append(std::slice::from_ref(&event)), Err(StoreError::IsPractice)));
    let mut practice = Store::open(&path, &key(), Realm::Practice).unwrap();
    practice.append(&[event]).unwrap();
    let real = desk.open("6");
    let events = desk.store.events(real).unwrap();
    assert!(matches!(practice.take_in(&events), Err(StoreError::IsReal)));
}

#[test]
fn 新しい版のファイルは両方の版を言って断る() {
    let desk = Desk::new();
    let path = desk.path();
    let Desk { store, folder: _folder, .. } = desk;
    store.close().unwrap();
    raise_version(&path, SCHEMA + 3);
    let error = open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, known } if found == SCHEMA + 3 && known == SCHEMA));
    assert!(error.to_string().contains(&(SCHEMA + 3).to_string()) && error.code() == "STORE-08");
}

fn raise_version(path: &std::path::Path, version: u32) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA user_version = {version};",
            key().to_hex().as_str()
        ))
        .unwrap();
}

/// Made once by the program of that version (`cargo run -p madoka-store --example vector`), and never again.
#[test]
fn これまでのどの版のファイルも開く() {
    for version in 1..=SCHEMA {
        let vector =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/v{version}.db"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("madoka.db");
        fs::copy(vector, &path).unwrap();
        let store = open(&path).unwrap();
        store.check().unwrap();
        let found = store.search("架空 1955-04-01", 5).unwrap();
        assert_eq!(found.cases.len(), 1, "v{version}");
        let case = store.case(found.cases[0].id).unwrap();
        assert_eq!((case.state(), case.ticket.as_str(), case.notes().count()), (State::Closed, "12", 1));
    }
}

#[test]
fn 鍵違い_消失_空_他人のファイルはそう言われ作り直されない() {
    let desk = Desk::new();
    let path = desk.path();
    let Desk { store, folder, .. } = desk;
    store.close().unwrap();
    let wrong = Store::open(&path, &Key::new([8; 32]), Realm::Real).unwrap_err();
    assert_eq!(wrong.code(), "STORE-03");
    assert!(matches!(Store::create(&path, &key(), Realm::Real), Err(StoreError::Exists(_))));
    fs::remove_file(&path).unwrap();
    assert!(matches!(open(&path), Err(StoreError::Missing(_))));
    // The mark beside it still tells that there was one.
    assert!(matches!(Store::create(&path, &key(), Realm::Real), Err(StoreError::Exists(_))));
    fs::write(&path, b"").unwrap();
    assert!(matches!(open(&path), Err(StoreError::Damaged(_))));
    fs::write(&path, vec![b'x'; 8192]).unwrap();
    assert!(matches!(open(&path), Err(StoreError::WrongKey)));
    assert_eq!(fs::read(&path).unwrap(), vec![b'x'; 8192], "left as it was");
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch(&format!("PRAGMA key = \"x'{}'\"; CREATE TABLE a (b);", key().to_hex().as_str()))
        .unwrap();
    assert!(matches!(open(&foreign), Err(StoreError::Foreign)));
}

#[test]
fn ログが消えたことに気づく() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    desk.says(case, "applicant.name", "架空　太郎");
    let path = desk.path();
    // As after a power cut: the files as they lie, the program gone.
    let crashed = desk.folder.path().join("crashed.db");
    for ending in ["", ".mark"] {
        let name = |path: &std::path::Path| format!("{}{ending}", path.display());
        fs::copy(name(&path), name(&crashed)).unwrap();
    }
    let error = open(&crashed).unwrap_err();
    assert!(matches!(error, StoreError::Lost { expected: 3, found: 0 }), "{error:?}");
    // With the log all is there.
    fs::copy(format!("{}-wal", path.display()), format!("{}-wal", crashed.display())).unwrap();
    assert_eq!(open(&crashed).unwrap().events(case).unwrap().len(), 3);
}

/// The file of a terminal with some cases, closed well.
fn worked() -> (tempfile::TempDir, std::path::PathBuf, u64) {
    let mut desk = Desk::new();
    for n in 1..=30 {
        let case = desk.open(&n.to_string());
        desk.says(case, "applicant.name", &format!("架空　{n}郎"));
        desk.says(case, "applicant.address", &"みなと野市架空町".repeat(20));
    }
    let (path, events) = (desk.path(), desk.store.events_written());
    let Desk { store, folder, .. } = desk;
    store.close().unwrap();
    (folder, path, events)
}

#[test]
fn 壊れたファイルは必ず見つかり読める記録は取り出せる() {
    let (folder, path, events) = worked();
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let (mut detected, mut rescued) = (0, 0);
    for page in 0..pages {
        let mut broken = whole.clone();
        broken[page * 4096 + (page * 97) % 4096] ^= 0x40;
        let bad = folder.path().join("bad.db");
        fs::write(&bad, &broken).unwrap();
        // A program that had crashed looks at every page.
        let _ = fs::remove_file(format!("{}.mark", bad.display()));
        let error = open(&bad).unwrap_err();
        assert!(matches!(error, StoreError::Damaged(_) | StoreError::WrongKey), "page {page}: {error:?}");
        detected += 1;
        assert_eq!(fs::read(&bad).unwrap(), broken, "left as it was");
        let saved = folder.path().join(format!("saved{page}.db"));
        if let Ok(salvaged) = salvage(&bad, &saved, &key(), Realm::Real) {
            let store = open(&saved).unwrap();
            store.check().unwrap();
            assert_eq!(store.events_written(), salvaged.events);
            rescued = rescued.max(salvaged.events);
        }
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", bad.display()));
        }
    }
    assert_eq!((detected, rescued), (pages, events));
    for length in [1, 100, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        let bad = folder.path().join("short.db");
        fs::write(&bad, &whole[..length]).unwrap();
        let _ = fs::remove_file(format!("{}.mark", bad.display()));
        assert!(open(&bad).is_err(), "cut at {length}");
    }
}

#[test]
fn 控えから戻せて元のファイルは脇に残る() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    desk.says(case, "applicant.name", "架空　太郎");
    let (path, copy) = (desk.path(), desk.folder.path().join("copy.db"));
    let sealed = Key::new([42; 32]);
    assert_eq!(desk.store.back_up(&copy, &sealed).unwrap().events, 3);
    assert!(matches!(open(&copy), Err(StoreError::WrongKey)), "a key of its own");
    desk.says(case, "applicant.name", "架空　次郎");
    let Desk { store, folder: _folder, .. } = desk;
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (checked, aside) = restore(&copy, &sealed, &path, &key(), Realm::Real, at(0)).unwrap();
    assert_eq!(checked.events, 3);
    assert!(aside.unwrap().exists());
    let mut store = open(&path).unwrap();
    let now = store.case(case).unwrap();
    assert_eq!(now.events(), 3);
    // And work goes on.
    let next = now.next(EventId::new(uuid::Uuid::from_u128(999)), author("t1"), at(9), EventKind::Paused {});
    store.append(&[next]).unwrap();
}

#[test]
fn 消した案件は空きページからもログからも消え消したことは残る() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    desk.says(case, "applicant.name", "消去　太郎");
    let picture = desk.store.keep_picture(case, &[1, 2, 3]).unwrap();
    let kept = desk.open("2");
    desk.says(kept, "applicant.name", "保存　花子");
    assert!(matches!(desk.store.erase(&[case], &entry(AuditAct::Erased)), Err(StoreError::NotSentYet)));
    let all: Vec<EventId> = desk.store.outbox(100).unwrap().iter().map(|event| event.id).collect();
    desk.store.acknowledge(&all).unwrap();
    desk.then(case, EventKind::Closed { outcome: Outcome::Completed, reason: None });
    let last: Vec<EventId> = desk.store.outbox(100).unwrap().iter().map(|event| event.id).collect();
    desk.store.acknowledge(&last).unwrap();
    let ended = desk.store.ended_before(at(1_000_000)).unwrap();
    assert_eq!(ended, [case]);
    desk.store.erase(&ended, &entry(AuditAct::Erased)).unwrap();
    assert!(matches!(desk.store.case(case), Err(StoreError::UnknownCase)));
    assert!(desk.store.search("消去", 5).unwrap().cases.is_empty());
    assert_eq!(desk.store.picture(picture).unwrap(), None);
    assert_eq!(desk.store.case(kept).unwrap().events(), 3);
    let audit = desk.store.audit_entries(0, 10).unwrap();
    assert_eq!((audit.len(), audit[0].1.act, audit[0].1.case), (1, AuditAct::Erased, Some(case)));
    assert_eq!(desk.store.check().unwrap().events, 7);
    // Decrypted whole, nothing of the name is left: neither in rows nor in free pages.
    let path = desk.path();
    let Desk { store, folder: _folder, .. } = desk;
    store.close().unwrap();
    assert!(decrypted_pages(&path).iter().all(|page| !contains(page, "消去".as_bytes())));
    assert!(decrypted_pages(&path).iter().any(|page| contains(page, "保存".as_bytes())));
}

#[test]
fn 空き容量は_ディスクと決めた大きさの少ないほう() {
    let mut desk = Desk::new();
    assert!(desk.store.room().unwrap() > 0);
    desk.store.limit_pages(Some(100)).unwrap();
    let room = desk.store.room().unwrap();
    assert!((100 * 4096..110 * 4096).contains(&room), "{room}");
    desk.store.limit_pages(None).unwrap();
    assert!(desk.store.room().unwrap() > room);
}

#[test]
fn 残っている案件が始まった手続パックの版が分かる() {
    let mut desk = Desk::new();
    desk.open("1");
    assert!(desk.store.pack_versions_of_cases().unwrap().is_empty());
    let mut opened = EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse("2").unwrap());
    if let EventKind::Opened { pack, .. } = &mut opened {
        *pack = Some(PackVersion { id: PackId::parse("minatono").unwrap(), version: 7 });
    }
    let case = CaseId::new(uuid::Uuid::from_u128(77));
    let id = EventId::new(uuid::Uuid::from_u128(78));
    desk.store.append(&[Event::opening(id, case, author("t1"), at(5), opened)]).unwrap();
    assert_eq!(desk.store.pack_versions_of_cases().unwrap().into_iter().collect::<Vec<_>>(), [7]);
}

fn contains(page: &[u8], word: &[u8]) -> bool {
    page.windows(word.len()).any(|window| window == word)
}

/// Every page as it stands, free ones too, decrypted here: SQLCipher 4 keeps AES-256-CBC, then 16 bytes of IV and 64 of
/// HMAC at the end of each page of 4096, and 16 bytes of salt at the beginning of the first.
fn decrypted_pages(path: &std::path::Path) -> Vec<Vec<u8>> {
    use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
    let bytes = fs::read(path).unwrap();
    let decrypt = |(number, page): (usize, &[u8])| {
        let (body, rest) = page.split_at(4096 - 80);
        let mut plain = body.split_at(if number == 0 { 16 } else { 0 }).1.to_vec();
        let iv: [u8; 16] = *rest.first_chunk().unwrap();
        cbc::Decryptor::<aes::Aes256>::new(&common::KEY.into(), &iv.into())
            .decrypt_padded::<NoPadding>(&mut plain)
            .unwrap();
        plain
    };
    bytes.chunks(4096).enumerate().map(decrypt).collect()
}

#[test]
fn 監査は書き換えも抜き取りも見逃さない() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    for act in [AuditAct::SignedIn, AuditAct::Seen, AuditAct::Printed] {
        desk.store.audit(&[AuditEntry { case: Some(case), ..entry(act) }]).unwrap();
    }
    let mut lines = Vec::new();
    assert_eq!(desk.store.export_audit(&mut lines).unwrap(), 3);
    assert_eq!(desk.store.verify().unwrap(), (2, 3));
    let path = desk.path();
    let Desk { store, folder: _folder, .. } = desk;
    store.close().unwrap();
    for (tamper, found) in [
        ("UPDATE audit SET json = replace(json, 'seen', 'none') WHERE pos = 2", "STORE-19"),
        ("DELETE FROM audit WHERE pos = 2", "STORE-19"),
        ("DELETE FROM audit WHERE pos = 3", "STORE-07"),
        ("UPDATE events SET json = replace(json, 's01', 's99') WHERE pos = 1", "STORE-19"),
        ("DELETE FROM events WHERE pos = 2", "STORE-07"),
    ] {
        let copy = path.with_extension("tampered");
        fs::copy(&path, &copy).unwrap();
        fs::copy(format!("{}.mark", path.display()), format!("{}.mark", copy.display())).unwrap();
        let connection = rusqlite::Connection::open(&copy).unwrap();
        connection
            .execute_batch(&format!("PRAGMA key = \"x'{}'\"; {tamper};", key().to_hex().as_str()))
            .unwrap();
        drop(connection);
        let error = open(&copy).and_then(|store| store.verify()).unwrap_err();
        assert_eq!(error.code(), found, "{tamper}");
        for ending in ["", "-wal", "-shm", ".mark"] {
            let _ = fs::remove_file(format!("{}{ending}", copy.display()));
        }
    }
}

#[test]
fn 容量が尽きても開いた案件は無事で空きができれば同じ出来事を書ける() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    let before = desk.store.case(case).unwrap();
    desk.store.limit_pages(Some(1)).unwrap();
    let long = "あ".repeat(490);
    let mut refused = None;
    for n in 0..200 {
        let now = desk.store.case(case).unwrap();
        let id = EventId::new(desk.id());
        let kind = stated("applicant.address", Value::Text(format!("{n}{long}")));
        let event = now.next(id, author("t1"), at(n), kind);
        if let Err(error) = desk.store.append(std::slice::from_ref(&event)) {
            refused = Some((event, error));
            break;
        }
    }
    let (event, error) = refused.unwrap();
    assert!(matches!(error, StoreError::Full) && error.may_be_tried_again(), "{error:?}");
    assert!(desk.store.case(case).unwrap().events() >= before.events());
    desk.store.limit_pages(None).unwrap();
    let after = desk.store.append(&[event]).unwrap();
    assert_eq!(desk.store.events(case).unwrap().len(), after.events());
    desk.store.check().unwrap();
}

#[test]
fn 書けない場所ではそう言う() {
    let (_folder, path, _) = worked();
    let missing = path.with_file_name("nowhere").join("madoka.db");
    assert!(Store::create(&missing, &key(), Realm::Real).is_err());
    let mut store = open(&path).unwrap();
    store.write_nothing(true).unwrap();
    let first = store.opened_between(at(0), at(1)).unwrap()[0].id;
    let now = store.case(first).unwrap();
    let event =
        now.next(EventId::new(uuid::Uuid::from_u128(50_000)), author("t1"), at(9), EventKind::Paused {});
    let error = store.append(std::slice::from_ref(&event)).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly) && error.may_be_tried_again(), "{error:?}");
    store.write_nothing(false).unwrap();
    store.append(&[event]).unwrap();
}

#[test]
fn 書くのは一度に一つの窓だけで見るのはいつでもできる() {
    let mut desk = Desk::new();
    let case = desk.open("1");
    assert!(matches!(open(&desk.path()), Err(StoreError::Busy)));
    let mut other = Store::look(&desk.path(), &key(), Realm::Real).unwrap();
    assert!(other.check().unwrap().events > 0, "the self check looks on while the counter works");
    assert_eq!(other.case(case).unwrap(), desk.store.case(case).unwrap());
    let next =
        other.case(case).unwrap().next(EventId::new(desk.id()), author("t1"), at(9), EventKind::Paused {});
    assert!(matches!(other.append(&[next]), Err(StoreError::ReadOnly)));
    // What is written meanwhile is seen.
    let later = desk.open("2");
    assert_eq!(other.case(later).unwrap().ticket.as_str(), "2");
    assert!(matches!(Store::look(&desk.path(), &key(), Realm::Practice), Err(StoreError::IsReal)));
}

#[test]
fn 鍵のファイルは持ち主だけが読める() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let key = Key::random().unwrap();
    assert!(matches!(Key::read_file(&path), Err(StoreError::KeyMissing)));
    key.write_file(&path).unwrap();
    assert_eq!(Key::read_file(&path).unwrap().to_hex(), key.to_hex());
    assert!(matches!(key.write_file(&path), Err(StoreError::Exists(_))));
    assert_eq!(format!("{key:?}"), "Key(…)");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Key::read_file(&path), Err(StoreError::KeyUnreadable(_))));
    }
}

#[test]
fn 手続パックと設定と職員と印刷待ちを保つ() {
    let mut desk = Desk::new();
    let pack = |version, bytes: &[u8]| Pack { id: "minatono".into(), version, bytes: bytes.to_vec() };
    desk.store.keep_pack(&pack(1, b"one")).unwrap();
    desk.store.keep_pack(&pack(2, b"two")).unwrap();
    assert!(matches!(desk.store.keep_pack(&pack(2, b"other")), Err(StoreError::SameIdOtherEvent)));
    assert_eq!(desk.store.active_pack().unwrap(), None);
    desk.store.activate_pack("minatono", 2).unwrap();
    assert!(desk.store.activate_pack("minatono", 7).is_err());
    assert_eq!(desk.store.active_pack().unwrap(), Some(pack(2, b"two")));
    assert_eq!(desk.store.pack("minatono", 1).unwrap(), Some(pack(1, b"one")));
    assert_eq!(desk.store.packs().unwrap().len(), 2);

    let hash = |bytes: &[u8]| <[u8; 32]>::from(Sha256::digest(bytes));
    desk.store.keep_parts(&[b"form".to_vec(), b"rules".to_vec(), b"form".to_vec()]).unwrap();
    assert_eq!(desk.store.part(&hash(b"form")).unwrap(), Some(b"form".to_vec()));
    assert!(desk.store.has_part(&hash(b"rules")).unwrap());
    let both = [1, 2].map(|version| (PackId::parse("minatono").unwrap(), version));
    desk.store.drop_packs(&both, &[hash(b"rules")]).unwrap();
    assert_eq!(desk.store.packs().unwrap(), [pack(2, b"two")], "使っている版は残る");
    assert_eq!(desk.store.part(&hash(b"form")).unwrap(), None);
    assert!(desk.store.has_part(&hash(b"rules")).unwrap());

    let who =
        SignedIn { staff: StaffId::parse("s01").unwrap(), valid_until: at(100), about: "窓口".into() };
    desk.store.keep_verifier(&who, &Secret::new("ひみつ".into())).unwrap();
    let sign_in =
        |password: &str, second| desk.store.sign_in(&who.staff, &Secret::new(password.into()), at(second));
    assert_eq!(sign_in("ひみつ", 50).unwrap(), who);
    assert!(matches!(sign_in("ちがう", 50), Err(StoreError::WrongPassword)));
    assert!(matches!(sign_in("ひみつ", 101), Err(StoreError::NoVerifier)));

    desk.store.spool_put("b", "2026-02", b"later").unwrap();
    desk.store.spool_put("a", "2026-01", b"first").unwrap();
    desk.store.spool_put("b", "2026-02", b"again").unwrap();
    assert_eq!(desk.store.spool_load().unwrap(), [b"first".to_vec(), b"again".to_vec()]);
    desk.store.spool_remove("a").unwrap();
    assert_eq!(desk.store.spool_load().unwrap().len(), 1);
    desk.store.set("printer", "1階").unwrap();
    assert_eq!(desk.store.setting("printer").unwrap().as_deref(), Some("1階"));
    assert_eq!((desk.store.next_serial().unwrap(), desk.store.next_serial().unwrap()), (0, 1));
}
