//! Answers no honest printer gives.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use madoka_forms::print::{Patience, Printer, PrinterUri};
use proptest::prelude::*;

/// Says `answer` to whoever comes, as often as they come; ends when the test does.
fn voice(answer: Vec<u8>) -> (PrinterUri, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { break };
            say(stream, &answer);
        }
    });
    (format!("ipp://127.0.0.1:{port}/ipp/print").parse().unwrap(), thread)
}

fn say(mut stream: TcpStream, answer: &[u8]) {
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut heard = [0; 4096];
    let _ = stream.read(&mut heard);
    let _ = stream.write_all(answer);
    // Read what is left, so that closing does not cut the answer off.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    while matches!(stream.read(&mut heard), Ok(more) if more > 0) {}
}

fn http(body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n", body.len())
            .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn code(answer: Vec<u8>) -> &'static str {
    let (uri, _thread) = voice(answer);
    let patience = Patience { answer: Duration::from_secs(2), document: Duration::from_secs(2) };
    match Printer::new(uri).with_patience(patience).capabilities() {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// A small, right answer: successful-ok, one printer attribute.
fn right() -> Vec<u8> {
    let mut bytes = vec![1, 1, 0, 0, 0, 0, 0, 1, 1];
    for (tag, name, value) in
        [(0x47, "attributes-charset", "utf-8"), (0x48, "attributes-natural-language", "en")]
    {
        attribute(&mut bytes, tag, name, value.as_bytes());
    }
    bytes.push(4);
    attribute(&mut bytes, 0x42, "printer-name", "市民課".as_bytes());
    attribute(&mut bytes, 0x35, "printer-location", "\0\x02ja\0\x0a1階西側".as_bytes());
    attribute(&mut bytes, 0x23, "printer-state", &3_i32.to_be_bytes());
    attribute(&mut bytes, 0x44, "printer-state-reasons", b"media-low");
    attribute(&mut bytes, 0x44, "", b"door-open");
    bytes.push(3);
    bytes
}

fn attribute(bytes: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    bytes.push(tag);
    bytes.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    bytes.extend(value);
}

#[test]
fn 正しい答えは重い順に言葉になる() {
    let (uri, _thread) = voice(http(&right()));
    let can = Printer::new(uri).capabilities().unwrap();
    assert_eq!(can.name, "市民課");
    let reasons: Vec<_> = can.condition.reasons.iter().map(|reason| reason.what.as_str()).collect();
    assert_eq!(can.location, "1階西側");
    assert_eq!(reasons, ["プリンターの扉が開いています", "紙が残り少なくなりました"]);
    assert_eq!(can.condition.hindrance().unwrap().keyword, "door-open");
}

#[test]
fn よそへ回そうとする答えには従わない() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    let moved =
        format!("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n");
    assert_ne!(code(moved.into_bytes()), "ok");
    assert!(elsewhere.accept().is_err());
}

#[test]
fn 途中で切れた答えも_でたらめな答えも_断って終わる() {
    let right = right();
    assert_eq!(code(http(&right)), "ok");
    assert_eq!(code(http(b"")), "PRINT-04");
    assert_eq!(code(http(b"<html>login</html>")), "PRINT-04");
    assert_eq!(code(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_vec()), "PRINT-07");
    assert_eq!(code(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()), "PRINT-05");
    assert_ne!(code(b"SSH-2.0-OpenSSH\r\n".to_vec()), "ok");
    assert_ne!(code(Vec::new()), "ok");
}

#[test]
fn 言語つきの文字が言うとおりの長さでない答えは_断って終わる() {
    for value in ["", "\0", "\0\x02ja", "\0\x03ja", "\0\x02ja\0\x07abc", "\x7f\x7fja\0\0"] {
        let mut bytes = right();
        bytes.pop();
        attribute(&mut bytes, 0x35, "printer-info", value.as_bytes());
        bytes.push(3);
        assert_eq!(code(http(&bytes)), "PRINT-04", "{value:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn どこが壊れた答えでも落ちない(at in 0_usize..200, byte in any::<u8>(), cut in 0_usize..200) {
        let mut bytes = right();
        let len = bytes.len();
        bytes[at % len] = byte;
        bytes.truncate(len - cut % len);
        let _ = code(http(&bytes));
    }
}
