//! What sync keeps in one piece.

use madoka_casework::{CaseId, Event, EventId, EventKind, State, TerminalId};
use madoka_store::{Realm, Store, StoreError};

use crate::common::{Desk, at, author, key};

/// Everything one desk wrote, as it would come down to another.
fn day() -> (Desk, CaseId, Vec<Event>) {
    let mut desk = Desk::new();
    let case = desk.open("12");
    desk.says(case, "applicant.name", "架空　太郎");
    desk.says(case, "applicant.address", "みなと野市1番地");
    let events = desk.store.events(case).unwrap();
    (desk, case, events)
}

#[test]
fn 届いたページは位置と一緒に残り_二度届いても同じ() {
    let (desk, case, events) = day();
    let mut other = Desk::new();
    for _ in 0..2 {
        let (changed, odd) = other.store.take_in_page(&events, ("sync.changes", "7")).unwrap();
        assert!(odd.is_empty());
        assert!(changed == [case] || changed.is_empty());
        assert_eq!(other.store.cursor("sync.changes").unwrap().as_deref(), Some("7"));
        assert_eq!(other.store.case(case).unwrap(), desk.store.case(case).unwrap());
    }
    // What others did is not sent back to them.
    assert_eq!(other.store.outbox_len().unwrap(), 0);
    assert_eq!(other.store.verify().unwrap().0, 4);
}

#[test]
fn 受付より先に届いた記録は_受付が届いてから数えられる() {
    let (desk, case, events) = day();
    let mut other = Desk::new();
    let (opening, rest) = events.split_first().unwrap();
    other.store.take_in_page(rest, ("c", "1")).unwrap();
    assert!(matches!(other.store.case(case), Err(StoreError::UnknownCase)), "no case yet");
    other.store.take_in_page(std::slice::from_ref(opening), ("c", "2")).unwrap();
    assert_eq!(other.store.case(case).unwrap(), desk.store.case(case).unwrap());
    assert_eq!(other.store.search("架空", 10).unwrap().cases.len(), 1);
}

#[test]
fn ほかの端末の名前や番号でも_あとから検索できる() {
    let (_, case, events) = day();
    let mut other = Desk::new();
    for (n, event) in events.iter().enumerate() {
        other.store.take_in_page(std::slice::from_ref(event), ("c", &n.to_string())).unwrap();
    }
    let found = other.store.search("架空", 10).unwrap().cases;
    assert_eq!(found.iter().map(|case| case.id).collect::<Vec<_>>(), [case]);
    assert_eq!(found[0].state, State::InHand);
}

#[test]
fn 同じ番号で内容の違う記録は_自分のものを残して知らせる() {
    let (_, case, events) = day();
    let mut other = Desk::new();
    other.store.take_in_page(&events, ("c", "1")).unwrap();
    let before = other.store.case(case).unwrap();
    let mut changed = events[3].clone();
    changed.at = at(9_999);
    let id = changed.id;
    let more = before.next(EventId::new(other.id()), author("t1"), at(50), EventKind::Paused {});
    let (cases, odd) = other.store.take_in_page(&[changed, more], ("c", "2")).unwrap();
    assert_eq!((cases, odd), (vec![case], vec![id]));
    assert_eq!(other.store.events(case).unwrap().len(), 5);
    assert_eq!(other.store.cursor("c").unwrap().as_deref(), Some("2"));
}

#[test]
fn ディスクがいっぱいなら_ページも位置も前のまま() {
    let (_, case, events) = day();
    let mut other = Desk::new();
    other.store.take_in_page(&events[..1], ("c", "1")).unwrap();
    other.store.limit_pages(Some(0)).unwrap();
    let many: Vec<Event> = (0..400_u128)
        .map(|n| Event { id: EventId::new(uuid::Uuid::from_u128(1_000_000 + n)), ..events[2].clone() })
        .collect();
    assert!(matches!(other.store.take_in_page(&many, ("c", "2")), Err(StoreError::Full)));
    assert_eq!(other.store.cursor("c").unwrap().as_deref(), Some("1"));
    assert_eq!(other.store.events(case).unwrap().len(), 1);
    other.store.limit_pages(None).unwrap();
    other.store.take_in_page(&events, ("c", "2")).unwrap();
    assert_eq!(other.store.verify().unwrap().0, 4);
}

#[test]
fn 練習の案件は本番のページに入らない() {
    let (_, _, mut events) = day();
    if let EventKind::Opened { practice, .. } = &mut events[0].kind {
        *practice = true;
    }
    let mut other = Desk::new();
    assert!(matches!(other.store.take_in_page(&events, ("c", "1")), Err(StoreError::IsPractice)));
    let folder = tempfile::tempdir().unwrap();
    let mut practice = Store::create(&folder.path().join("practice.db"), &key(), Realm::Practice).unwrap();
    let (_, _, real) = day();
    assert!(matches!(practice.take_in_page(&real, ("c", "1")), Err(StoreError::IsReal)));
}

#[test]
fn 未送信は順番どおりに_数と大きさを限って取り出せる() {
    let (desk, _, events) = day();
    let all = desk.store.outbox_after(0, 100, usize::MAX).unwrap();
    assert_eq!(all.iter().map(|(_, event)| event.clone()).collect::<Vec<_>>(), events);
    let two = desk.store.outbox_after(0, 2, usize::MAX).unwrap();
    assert_eq!(two, all[..2]);
    assert_eq!(desk.store.outbox_after(two[1].0, 100, usize::MAX).unwrap(), all[2..]);
    // One at least, or a large one would never leave.
    assert_eq!(desk.store.outbox_after(0, 100, 1).unwrap(), all[..1]);
}

#[test]
fn サーバーが控えから戻ったら_自分の記録だけをもう一度送る() {
    let (mut desk, case, events) = day();
    let theirs: Vec<Event> = {
        let mut case = desk.store.case(case).unwrap();
        (0..3)
            .map(|n| {
                let words = madoka_casework::Words::parse("別の端末のメモ").unwrap();
                let id = EventId::new(uuid::Uuid::from_u128(500 + n));
                let event = case.next(id, author("t2"), at(100), EventKind::Noted { words });
                case.apply(&event).unwrap();
                event
            })
            .collect()
    };
    desk.store.take_in_page(&theirs, ("c", "9")).unwrap();
    let own: Vec<EventId> = events.iter().map(|event| event.id).collect();
    desk.store.acknowledge(&own).unwrap();
    assert_eq!(desk.store.outbox_len().unwrap(), 0);
    desk.store.begin_epoch(("e", "new"), "c", &TerminalId::parse("t1").unwrap()).unwrap();
    let waiting: Vec<EventId> = desk.store.outbox(100).unwrap().iter().map(|event| event.id).collect();
    assert_eq!(waiting, own);
    assert_eq!(desk.store.cursor("c").unwrap(), None);
    assert_eq!(desk.store.cursor("e").unwrap().as_deref(), Some("new"));
}
