//! 記憶に残らないもの: when the case is done, what opened the card is nowhere in the memory of the program, of its web
//! views, or of whatever else it started.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};

use madoka_card::VirtualCard;
use madoka_card::practice::resident;
use madoka_tests::office_with;
use thirtyfour::Key;

use crate::reading::{DESK, with_card_service, write_code};
use crate::support::{Pcscd, insert};

/// So much of a process's memory is looked at in one piece.
const PIECE: usize = 1 << 20;

/// Every place in the memory that a process may write to where one of these texts stands. `grep` looks: in a test's own
/// unoptimised code it takes minutes.
fn places(process: i32, texts: &[&str]) -> Vec<String> {
    let (Ok(maps), Ok(memory)) =
        (fs::read_to_string(format!("/proc/{process}/maps")), File::open(format!("/proc/{process}/mem")))
    else {
        return Vec::new();
    };
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    let mut grep = Command::new("grep");
    grep.args(["--text", "--only-matching", "--byte-offset", "--perl-regexp", &pattern(texts)])
        .env("LC_ALL", "C");
    let mut grep = grep.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("grep can be started");
    let mut input = grep.stdin.take().expect("standard input is ours");
    let told = std::thread::spawn(move || {
        let mut told = Vec::new();
        let mut piece = vec![0; PIECE];
        let mut sent = 0;
        for line in
            maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw")))
        {
            let Some((from, to)) = line.split(' ').next().and_then(|range| range.split_once('-')) else {
                continue;
            };
            let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
            told.push((sent, line.to_owned()));
            let mut at = from;
            while at < to {
                let most = usize::try_from((to - at).min(PIECE as u64)).unwrap();
                let Ok(read @ 1..) = memory.read_at(&mut piece[..most], at) else { break };
                if input.write_all(&piece[..read]).is_err() {
                    return told;
                }
                at += read as u64;
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

/// The texts as programs keep them: ours in UTF-8, the web view in UTF-16 too.
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

#[tokio::test]
async fn 案件が終われば_カードを開けた番号も_個人番号も_記憶のどこにもない() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "記憶", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転居").await?;
        page.press("o").await?;
        page.reads("カードをカードリーダーに置いてください").await?;
        // Nobody the program knows from practising.
        let mut holder = resident("kenichi").unwrap().holder.clone();
        holder.security_code = "7391".to_owned();
        holder.my_number = "123456789018".to_owned();
        let card = insert(&readers[0], VirtualCard::my_number(&holder));
        page.reads("あと10回").await?;
        write_code(&counter, &holder.match_code_b()).await?;
        page.press(Key::Enter).await?;
        page.reads("マイナンバーカードを読みました").await?;
        drop(card);
        page.press_with(Key::Control, Key::Enter).await?;
        page.reads("どう終わったか").await?;
        page.press(Key::Enter).await?;
        counter.has_cases(1).await?;

        let processes = desk.machine().family();
        assert!(processes.len() > 2, "the program, and what draws its pages: {processes:?}");
        let anywhere = |texts: &[&str]| -> Vec<String> {
            processes.iter().flat_map(|process| places(*process, texts)).collect()
        };
        assert!(!anywhere(&["今日の案件"]).is_empty(), "what is there is found");
        let found = anywhere(&[&holder.match_code_b(), &holder.my_number]);
        assert!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await;
    drop(pcscd);
}
