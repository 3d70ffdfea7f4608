//! What both sides promise of every message: it reads back the same, it is bounded, and broken bytes are refused.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod packs;

use std::collections::BTreeMap;

use jiff::Timestamp;
use madoka_casework::{Author, CaseId, Event, EventId, EventKind, StaffId, TerminalId, Words};
use madoka_sync::wire::{self, Cursor, PageHead, Topic, Topics, VERSION, gzip, limit, lines};
use proptest::prelude::*;
use uuid::Uuid;

fn event(n: u128, words: &str) -> Event {
    Event {
        id: EventId::new(Uuid::from_u128(n)),
        case: CaseId::new(Uuid::from_u128(1)),
        seq: 3,
        after: vec![EventId::new(Uuid::from_u128(2))],
        by: Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse("t1").unwrap() },
        at: Timestamp::from_second(1_795_219_200).unwrap(),
        kind: EventKind::Noted { words: Words::parse(words).unwrap() },
    }
}

fn head(events: u32) -> PageHead {
    let topics = Topics(BTreeMap::from([(Topic::Packs, 3), (Topic::Bookings, 17)]));
    let cursor = Cursor::try_from("abc.a.12".to_owned()).unwrap();
    PageHead { v: VERSION, cursor, epoch: "abc".to_owned(), events, left: 5, topics }
}

fn a_page(count: u32) -> Vec<u8> {
    let head = serde_json::to_string(&head(count)).unwrap();
    let events = (0..count).map(|n| event(u128::from(n), "架空のメモ").to_json());
    lines::join(std::iter::once(head).chain(events))
}

#[test]
fn ページは書いたとおりに読める() {
    let (read, events) = lines::page(&a_page(3)).unwrap();
    assert_eq!(read, head(3));
    assert_eq!(events.len(), 3);
    assert_eq!(events[2].as_ref().unwrap(), &event(2, "架空のメモ"));
}

#[test]
fn 途中で切れたページはどこで切れても断られる() {
    let whole = a_page(2);
    // Without its last line's end the page is still whole.
    for cut in 0..whole.len() - 1 {
        let spoiled = lines::page(&whole[..cut]);
        let unread = spoiled.as_ref().is_ok_and(|(_, events)| events.iter().any(Result::is_err));
        assert!(spoiled.is_err() || unread, "cut at {cut}");
    }
}

#[test]
fn 読めない1件はほかの記録を巻き込まない() {
    let good = event(1, "一件目").to_json();
    let newer = good.replacen("\"v\":1", "\"v\":99", 1);
    let body = lines::join([good.as_str(), "{\"not\": \"an event\"}", newer.as_str(), good.as_str()]);
    let read: Vec<bool> = lines::events(&body).unwrap().iter().map(Result::is_ok).collect();
    assert_eq!(read, [true, false, false, true]);
}

#[test]
fn 多すぎる記録と大きすぎる本文は読まずに断られる() {
    let many = vec![b'\n'; limit::EVENTS + 10];
    assert_eq!(lines::events(&many).unwrap_err(), lines::LinesError::TooMany);
    let large = vec![b'x'; limit::BODY + 1];
    assert_eq!(lines::events(&large).unwrap_err(), lines::LinesError::TooLarge);
    assert_eq!(lines::events(&[0xFF, 0xFE]).unwrap_err(), lines::LinesError::Form);
}

#[test]
fn 詰めずに包んだものも_同じに読める() {
    for length in [0, 1, 65_535, 65_536, 200_000] {
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        assert_eq!(gzip::inflate(&gzip::stored(&bytes), length).unwrap(), bytes);
    }
}

#[test]
fn 圧縮爆弾は決めた大きさで止まる() {
    let bomb = gzip::deflate(&vec![0; 64 * 1024 * 1024]);
    // How small depends on which zlib is built in; it is a bomb either way.
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(gzip::inflate(&bomb, 1024 * 1024), Err(gzip::GzipError::TooLarge { limit: 1024 * 1024 }));
    // Many small members are one stream, with one bound.
    let mut members = Vec::new();
    for _ in 0..100 {
        members.extend_from_slice(&gzip::deflate(&[7; 1000]));
    }
    assert_eq!(gzip::inflate(&members, 100_000).unwrap().len(), 100_000);
    assert!(gzip::inflate(&members, 99_999).is_err());
}

#[test]
fn 知らない話題は読みとばされる() {
    let read: Topics = serde_json::from_str(r#"{"packs":4,"weather":9}"#).unwrap();
    assert_eq!(read, Topics(BTreeMap::from([(Topic::Packs, 4)])));
    assert_eq!(Topics::parse("packs.4,weather.9,broken,bookings.x"), read);
    assert_eq!(Topics::parse(&head(0).topics.to_string()), head(0).topics);
}

#[test]
fn 登録票と申請は中身を言わない() {
    let invitation = wire::Invitation {
        v: 1,
        server: "https://10.1.2.3:8443".to_owned(),
        ca: "PEM".to_owned(),
        code: "hirakegoma".to_owned(),
    };
    let enrol = wire::Enrol {
        v: 1,
        code: Some("hirakegoma".to_owned()),
        csr: "PEM".to_owned(),
        program: "0".to_owned(),
    };
    assert!(!format!("{invitation:?}{enrol:?}").contains("hirakegoma"));
}

proptest! {
    #[test]
    fn 何を読んでも止まらない(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        let _ = lines::page(&bytes);
        let _ = lines::events(&bytes);
        let _ = gzip::inflate(&bytes, 4096);
    }

    #[test]
    fn 圧縮して戻すと同じ(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        prop_assert_eq!(gzip::inflate(&gzip::deflate(&bytes), bytes.len()).unwrap(), bytes.clone());
        let mut both = gzip::stored(&bytes);
        both.extend_from_slice(&gzip::deflate(&bytes));
        prop_assert_eq!(gzip::inflate(&both, 2 * bytes.len()).unwrap(), [bytes.clone(), bytes].concat());
    }

    #[test]
    fn 壊れた圧縮は断られるか元と違う長さにならない(
        bytes in proptest::collection::vec(any::<u8>(), 1..512),
        cut in any::<prop::sample::Index>(),
    ) {
        let packed = gzip::deflate(&bytes);
        let at = cut.index(packed.len());
        if at > 0 {
            prop_assert!(gzip::inflate(&packed[..at], bytes.len()).is_err());
        }
    }

    #[test]
    fn 位置は使える文字だけでできている(text in ".{0,120}") {
        let fits = !text.is_empty() && text.len() <= limit::CURSOR
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        prop_assert_eq!(Cursor::try_from(text).is_ok(), fits);
    }
}
