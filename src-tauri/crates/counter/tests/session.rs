//! サインイン・離席・交代 at the real counter, without its server.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod day;

use day::WallClock;
use jiff::{SignedDuration, Timestamp};
use madoka_casework::{StaffId, Step};
use madoka_counter::office::SessionView;
use madoka_counter::{Clock, Counter, CounterError};
use madoka_rules::pack::{Document, SigningKey};
use madoka_store::{Pack, SignedIn, Store};
use madoka_sync::terminal::Identity;
use madoka_text::Secret;
use tempfile::TempDir;

/// Who the terminal is after an enrolment, without a server that is there.
fn identity() -> Identity {
    let key = SigningKey::from_secret(&[7; 32]);
    let enrolled = serde_json::json!({
        "v": 1, "certificate": "", "ca": "", "city": "999999", "terminal": "mado-3", "number": 3,
        "pack_key": { "key": key.public().to_base64(), "number": 1 }, "not_after": "2027-11-20T00:00:00Z",
    });
    let key = String::from("-----BEGIN PRIVATE KEY-----").into();
    Identity::new("https://127.0.0.1:1", serde_json::from_value(enrolled).unwrap(), key)
}

/// The sample city's pack, as if it had come and been accepted before.
fn released(store: &mut Store) {
    let files = madoka_sample::city_with_papers();
    let (document, _) = Document::build(&files).unwrap();
    store.keep_parts(&files.into_values().collect::<Vec<_>>()).unwrap();
    let bytes = document.manifest().to_text().into_bytes();
    let pack = Pack { id: document.id.clone(), version: document.version, bytes };
    store.keep_pack(&pack).unwrap();
    store.activate_pack(&pack.id, pack.version).unwrap();
}

fn staff(id: &str, valid_until: Timestamp) -> SignedIn {
    let about = format!(r#"{{"staff":"{id}","name":"窓口 {id}","roles":["counter"],"offices":["shimin"]}}"#);
    SignedIn { staff: StaffId::parse(id).unwrap(), valid_until, about }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

struct Office {
    data: TempDir,
    clock: WallClock,
    counter: Counter,
}

fn office() -> Office {
    let data = TempDir::new().unwrap();
    let clock = WallClock::at_nine();
    let mut counter = Counter::enrol(data.path(), clock.clone(), &identity()).unwrap();
    counter.lend(&mut |store| released(store)).unwrap();
    counter.turn_to_pack().unwrap();
    let until = clock.now() + SignedDuration::from_hours(24 * 7);
    counter.admit(&staff("s01", until), &secret("みなとの朝 7時")).unwrap();
    Office { data, clock, counter }
}

fn code(result: Result<(), CounterError>) -> String {
    result.unwrap_err().code().to_owned()
}

#[test]
fn サインインするまで_何もできない() {
    let mut office = office();
    assert!(office.counter.at_work().is_ok());
    office.counter.sign_out().unwrap();
    assert_eq!(code(office.counter.at_work()), "STAFF-01");
    assert_eq!(office.counter.session(), SessionView::SignedOut);
    office.counter.sign_in_offline("s01", &secret("みなとの朝 7時")).unwrap();
    assert!(office.counter.at_work().is_ok());
    let SessionView::At { officer } = office.counter.session() else {
        panic!("{:?}", office.counter.session())
    };
    assert_eq!((officer.name.as_str(), officer.roles), ("窓口 s01", vec!["counter".to_owned()]));
}

#[test]
fn 触らないと閉じ_開けば案件はそのまま() {
    let mut office = office();
    let id = office.counter.open_case("move_in", None).unwrap().id.parse().unwrap();
    office.counter.begin(id, Step::Asking).unwrap();
    office.clock.pass(SignedDuration::from_mins(9));
    office.counter.touch().unwrap();
    office.clock.pass(SignedDuration::from_mins(9));
    // 画面がひとりでに見に行くのは、人が触ったことにならない。
    assert!(office.counter.at_work().is_ok());
    office.clock.pass(SignedDuration::from_mins(1));
    assert!(matches!(office.counter.session(), SessionView::Locked { .. }));
    assert_eq!(code(office.counter.touch()), "STAFF-02");
    // 本人でないパスワードでは開かない。
    assert_eq!(code(office.counter.sign_in_offline("s01", &secret("ちがう"))), "STAFF-03");
    assert_eq!(code(office.counter.at_work()), "STAFF-02");
    office.counter.sign_in_offline("s01", &secret("みなとの朝 7時")).unwrap();
    assert!(office.counter.visit(id).unwrap().mine);
}

#[test]
fn 交代すると_次の人の名で記録される() {
    let mut office = office();
    let until = office.clock.now() + SignedDuration::from_hours(1);
    office.counter.lock();
    office.counter.admit(&staff("s02", until), &secret("夕方の番")).unwrap();
    let id = office.counter.open_case("move_in", None).unwrap().id.parse().unwrap();
    office.counter.begin(id, Step::Reading).unwrap();
    let case = office.counter.judged(id).unwrap().case;
    let owner = case.owner().unwrap();
    assert_eq!((owner.staff.as_str(), owner.terminal.as_str()), ("s02", "mado-3"));
}

#[test]
fn サーバーなしで入れるのは_決められた日まで() {
    let mut office = office();
    office.counter.sign_out().unwrap();
    office.clock.pass(SignedDuration::from_hours(24 * 7 + 1));
    assert_eq!(code(office.counter.sign_in_offline("s01", &secret("みなとの朝 7時"))), "STORE-22");
    assert_eq!(code(office.counter.sign_in_offline("s09", &secret("みなとの朝 7時"))), "STORE-22");
}

#[test]
fn 続けて間違えると待たされ_開き直しても待つ() {
    let Office { data, clock, mut counter } = office();
    counter.sign_out().unwrap();
    for _ in 0..5 {
        assert_eq!(code(counter.sign_in_offline("s01", &secret("ちがう"))), "STAFF-03");
    }
    drop(counter);
    let mut counter = Counter::office(data.path(), clock.clone()).unwrap();
    assert_eq!(code(counter.sign_in_offline("s01", &secret("みなとの朝 7時"))), "STAFF-04");
    clock.pass(SignedDuration::from_secs(31));
    counter.sign_in_offline("s01", &secret("みなとの朝 7時")).unwrap();
}

#[test]
fn 登録していない端末には_本番の案件がない() {
    let data = TempDir::new().unwrap();
    assert!(!Counter::is_enrolled(data.path()));
    let refused = Counter::office(data.path(), WallClock::at_nine()).unwrap_err();
    assert_eq!(refused.code(), "STORE-01");
}

#[test]
fn サーバーが断った人は_サーバーなしでは入れない() {
    let mut office = office();
    office.counter.sign_out().unwrap();
    // Another password was refused: that says nothing about the one this terminal knows.
    office.counter.refused_by_server("s01", &secret("ちがう")).unwrap();
    office.counter.sign_in_offline("s01", &secret("みなとの朝 7時")).unwrap();
    office.counter.sign_out().unwrap();
    office.counter.refused_by_server("s01", &secret("みなとの朝 7時")).unwrap();
    assert_eq!(code(office.counter.sign_in_offline("s01", &secret("みなとの朝 7時"))), "STORE-22");
}
