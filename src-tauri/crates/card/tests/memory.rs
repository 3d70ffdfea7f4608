//! 前の方の情報が残らない: after a read is dropped, this process's whole memory is searched for what was on the card.
//!
//! The card is served by another process, so that only reading can bring its data here; and what is searched for is never
//! whole in this process: it is compared through a mask.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop loudly"
)]

mod support;

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use madoka_card::{Cancel, CardRead, Faces, Holder, Opening, Place, Placed, Request, VirtualCard};
use support::{Act, Pcscd, connect, present, until};

const MASK: u8 = 0x5A;

/// Made when asked for, out of masked letters: 「みなと野市記憶町…」 and numbers no other text has.
fn unmasked(masked: &[u8]) -> Vec<u8> {
    masked.iter().map(|byte| byte ^ MASK).collect()
}

const fn masked<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut masked = [0; N];
    let mut at = 0;
    while at < N {
        masked[at] = bytes[at] ^ MASK;
        at += 1;
    }
    masked
}

// Only the masked forms are in the program.
const NAME: [u8; 21] = const { masked("記憶野　消太郎") };
const ADDRESS: [u8; 36] = const { masked("架空県みなと野市忘却町九丁目") };
const NUMBER: [u8; 12] = const { masked("700000000070") };
const CODE_B: [u8; 14] = const { masked("47010220347391") };
/// VERIFY with the PIN, whole: four digits alone are everywhere.
const PIN_COMMAND: [u8; 9] = const { masked("\0\x20\0\u{0}\u{4}7391") };

fn holder() -> Holder {
    let text = |masked: &[u8]| String::from_utf8(unmasked(masked)).unwrap();
    let mut holder = madoka_card::practice::resident("kenichi").unwrap().holder.clone();
    holder.name = text(&NAME);
    holder.address = text(&ADDRESS);
    holder.my_number = text(&NUMBER);
    holder.birth = [1972, 1, 2];
    "7391".clone_into(&mut holder.pin);
    "7391".clone_into(&mut holder.security_code);
    holder
}

/// Serves the card to the port it is told; ended by its parent.
#[test]
#[ignore = "the card's process of the other test"]
fn カードの役() {
    let Ok(port) = std::env::var("MADOKA_CARD_PORT") else { return };
    let card = Arc::new(Mutex::new(VirtualCard::my_number(&holder())));
    let _inserted = connect(port.parse().unwrap(), card, Box::new(|_, _| Act::Answer));
    // Until the parent closes our input.
    let _ = std::io::stdin().read(&mut [0; 1]);
}

#[test]
fn 読取りを捨てた後の記憶に住民の情報も番号も残らない() {
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader"]);
    let reader = &desk[0];
    let mut card = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "カードの役", "--ignored", "--nocapture"])
        .env("MADOKA_CARD_PORT", reader.port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the card is seen", || present(&reader.name) == Some(true));

    // A secret that waits to be used is found, and gone when dropped.
    let mut typed = unmasked(&CODE_B);
    let opening = Opening::match_code_b(std::str::from_utf8(&typed).unwrap()).unwrap();
    typed.fill(0);
    std::hint::black_box(&typed);
    assert!(found(&CODE_B) > 0);
    drop(opening);
    assert_eq!(found(&CODE_B), 0);

    for way in ["code b", "pin", "faces"] {
        let read = one_read(&reader.name, way);
        // The search finds what is there: otherwise finding nothing would mean nothing.
        assert!(found(&NAME) > 0 && found(&ADDRESS) > 0, "{way}: the read is here");
        if way == "pin" {
            assert!(read.my_number.is_some() && found(&NUMBER) > 0);
        }
        drop(read);
        for (what, needle) in [
            ("name", NAME.as_slice()),
            ("address", &ADDRESS),
            ("個人番号", &NUMBER),
            ("照合番号B", &CODE_B),
            ("VERIFY with the PIN", &PIN_COMMAND[..]),
        ] {
            assert_eq!(found(needle), 0, "{way}: {what} is left in memory");
        }
    }
    drop(card.stdin.take());
    card.wait().unwrap();
}

/// As an officer's hand: the secret is typed, used and gone.
#[inline(never)]
fn one_read(reader: &str, way: &str) -> CardRead {
    let place = Place::Reader(Placed::in_reader(reader));
    let mut typed = match way {
        "pin" => "7391".to_owned().into_bytes(),
        _ => unmasked(&CODE_B),
    };
    let text = std::str::from_utf8(&typed).unwrap();
    let request = match way {
        "pin" => Request::new(Opening::pin(text).unwrap()).with_my_number(),
        "faces" => Request::new(Opening::match_code_b(text).unwrap()).faces(Faces::Yes),
        _ => Request::new(Opening::match_code_b(text).unwrap()),
    };
    typed.fill(0);
    std::hint::black_box(&typed);
    madoka_card::read(&place, request, &Cancel::default()).unwrap()
}

/// How often the unmasked bytes stand in this process's writable memory.
fn found(masked: &[u8]) -> usize {
    let mut memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut count = 0;
    let mut page = vec![0_u8; 1 << 20];
    let own = page.as_ptr().addr()..page.as_ptr().addr() + page.len();
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let (mut at, to) = (usize::from_str_radix(from, 16).unwrap(), usize::from_str_radix(to, 16).unwrap());
        while at < to {
            // Our own window shows what was counted already.
            if own.contains(&at) {
                at = own.end.min(to);
                continue;
            }
            let mut length = page.len().min(to - at);
            if at < own.start && own.start < at + length {
                length = own.start - at;
            }
            memory.seek(SeekFrom::Start(at as u64)).unwrap();
            let Ok(read) = memory.read(&mut page[..length]) else { break };
            count += page[..read]
                .windows(masked.len())
                .filter(|window| window.iter().zip(masked).all(|(byte, masked)| byte ^ MASK == *masked))
                .count();
            if read < length || at + read >= to {
                break;
            }
            // Overlap, so that nothing hides across two windows.
            at += read - masked.len().min(read - 1);
        }
    }
    page.fill(0);
    std::io::stdout().flush().unwrap();
    count
}
