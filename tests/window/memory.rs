//! 記憶に残らないもの: when the case is done, what opened the card is nowhere in the memory of the program, of its web
//! views, or of whatever else it started.
//!
//! Of the PIN that is; the digits on a card's front (照合番号B) are typed on the officer's page, which keeps them until it
//! is closed (`SECURITY.md`).

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use madoka_card::VirtualCard;
use madoka_card::practice::resident;
use madoka_tests::office_with;
use thirtyfour::Key;

use crate::pin::{DESK, ask, begun, enter, with_card_service};
use crate::support::{Pcscd, insert};

/// The size of a page of memory.
const PAGE: usize = 4096;

/// Every place in the memory that a process may write to where this stands. `grep` looks: in a test's own
/// unoptimised code it takes minutes. Only pages that are there: a web view reserves many gigabytes it never touches.
fn places(process: i32, pattern: &str) -> Vec<String> {
    let of = |name: &str| PathBuf::from(format!("/proc/{process}/{name}"));
    let (Ok(maps), Ok(memory), Ok(pages)) =
        (fs::read_to_string(of("maps")), File::open(of("mem")), File::open(of("pagemap")))
    else {
        return Vec::new();
    };
    let name = fs::read_to_string(of("comm")).unwrap_or_default();
    let mut grep = Command::new("grep");
    grep.args(["--text", "--only-matching", "--byte-offset", "--perl-regexp", pattern]).env("LC_ALL", "C");
    let mut grep = grep.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("grep can be started");
    let mut input = grep.stdin.take().expect("standard input is ours");
    let told = std::thread::spawn(move || {
        let (mut told, mut sent) = (Vec::new(), 0);
        for line in
            maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw")))
        {
            told.push((sent, line.to_owned()));
            for (from, bytes) in present(line, &pages) {
                let mut piece = vec![0; bytes];
                let Ok(read @ 1..) = memory.read_at(&mut piece, from) else { continue };
                if input.write_all(&piece[..read]).is_err() {
                    return told;
                }
                sent += read as u64;
            }
            // What stands in two regions is no text.
            sent += u64::from(input.write_all(b"\0").is_ok());
        }
        told
    });
    let found = grep.wait_with_output().expect("grep ends").stdout;
    let regions = told.join().expect("the memory was read");
    let offsets = found.split(|byte| *byte == b'\n').filter_map(|line| {
        let digits: Vec<u8> = line.iter().copied().take_while(u8::is_ascii_digit).collect();
        String::from_utf8(digits).ok()?.parse::<u64>().ok()
    });
    offsets
        .map(|offset| {
            let region = regions.iter().rev().find(|(begun, _)| *begun <= offset);
            format!("{} {process}: {}", name.trim(), region.map_or("", |(_, line)| line))
        })
        .collect()
}

/// The runs of pages of a region that are in memory: where each begins, and how many bytes it has.
fn present(region: &str, pages: &File) -> Vec<(u64, usize)> {
    const ENTRY: usize = 8;
    const ENTRIES: usize = 1 << 16;
    let range = region.split(' ').next().and_then(|range| range.split_once('-'));
    let number = |text| u64::from_str_radix(text, 16).expect("an address");
    let (from, to) = range.map(|(from, to)| (number(from), number(to))).expect("a range");
    let mut runs: Vec<(u64, usize)> = Vec::new();
    let mut at = from;
    let mut entries = vec![0; ENTRIES * ENTRY];
    while at < to {
        let most = usize::try_from((to - at) / PAGE as u64).unwrap_or(ENTRIES).min(ENTRIES);
        let asked = &mut entries[..most * ENTRY];
        let Ok(read @ ENTRY..) = pages.read_at(asked, at / PAGE as u64 * ENTRY as u64) else { break };
        // The highest bit of an entry says that the page is there, the next that it was moved to the disk.
        for entry in asked[..read].chunks_exact(ENTRY) {
            if entry[ENTRY - 1] & 0b1100_0000 != 0 {
                match runs.last_mut() {
                    Some((begun, bytes)) if *begun + *bytes as u64 == at => *bytes += PAGE,
                    _ => runs.push((at, PAGE)),
                }
            }
            at += PAGE as u64;
        }
    }
    runs
}

/// The texts as programs keep them: ours in UTF-8, the web view in UTF-16 too. Four digits alone stand anywhere; the
/// PIN is what stands in quotes, or in the command that shows it to the card.
fn pattern(texts: &[&str]) -> String {
    let escaped = |bytes: Vec<u8>| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\x{byte:02x}").expect("memory");
            text
        })
    };
    let both = texts.iter().flat_map(|text| {
        [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].map(escaped)
    });
    both.collect::<Vec<_>>().join("|")
}

/// VERIFY of four digits, whichever PIN of the card they are for.
fn command(pin: &str) -> String {
    format!(r"\x00\x20\x00[\x80-\x8f]\x04{pin}")
}

#[tokio::test]
async fn 案件が終われば_カードを開けた暗証番号も_個人番号も_記憶のどこにもない() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "記憶", async |desk| {
        begun(&desk.counter().await?).await?;
        // Nobody the program knows from practising.
        let mut holder = resident("kenichi").unwrap().holder.clone();
        holder.pin = "7391".to_owned();
        holder.my_number = "123456789018".to_owned();
        let card = insert(&readers[0], VirtualCard::my_number(&holder));
        let counter = desk.counter().await?;
        counter.page.reads("あと10回").await?;
        ask(&counter, "住民の画面で入れてもらう").await?;
        enter(desk, &holder.pin).await?;
        let counter = desk.counter().await?;
        let page = &counter.page;
        page.reads("マイナンバーカードを読みました").await?;
        drop(card);
        page.press_with(Key::Control, Key::Enter).await?;
        page.reads("どう終わったか").await?;
        page.press(Key::Enter).await?;
        counter.has_cases(1).await?;

        let processes = desk.machine().family();
        assert!(processes.len() > 3, "the program, and what draws its two windows: {processes:?}");
        let anywhere = |pattern: &str| -> Vec<String> {
            processes.iter().flat_map(|process| places(*process, pattern)).collect()
        };
        assert!(!anywhere(&pattern(&["今日の案件"])).is_empty(), "what is there is found");
        let kept = black_box([&[0x00, 0x20, 0x00, 0x85, 0x04][..], b"5678"].concat());
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(!places(own, &command("5678")).is_empty(), "a command that is there is found");
        drop(kept);
        let quoted = format!("\"{}\"", holder.pin);
        let secrets = [pattern(&[&quoted, &holder.my_number]), command(&holder.pin)].join("|");
        let found = anywhere(&secrets);
        assert!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await;
    drop(pcscd);
}
