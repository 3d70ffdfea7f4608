//! What an attacker on the wire may try: refused, and everybody else is served as before.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoka_server::access::Role;
use madoka_server::config::Config;
use madoka_server::testing::client::{client, tls, whole};
use madoka_server::testing::{Loose, TestCity, TestPerson, TestTerminal};
use madoka_sync::wire::path;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

fn impatient(config: &mut Config) {
    (config.limits.head_seconds, config.limits.body_seconds) = (1, 1);
}

async fn alive(officer: &TestPerson) {
    assert_eq!(officer.get(path::ME).await.status, 200, "everybody else is served");
}

async fn raw(city: &TestCity, terminal: Option<&TestTerminal>) -> TlsStream<TcpStream> {
    let identity = terminal.map(|terminal| (terminal.enrolled.certificate.as_str(), terminal.key.as_str()));
    let config = tls(city.server().authority().pem(), identity, city.clock());
    let stream = TcpStream::connect(city.address()).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect("127.0.0.1".try_into().unwrap(), stream).await.unwrap()
}

/// Reads until the server ends the connection; whatever it said.
async fn rest(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "the server should have ended it");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn 大きすぎる本文は_受け取らない() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
    let mut stream = raw(&city, Some(&terminal)).await;
    let head = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n", path::SIGN_IN);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 2000];
    let read = stream.read(&mut begun).await.unwrap();
    let text = String::from_utf8_lossy(&begun[..read]).into_owned();
    assert!(text.starts_with("HTTP/1.1 413") && text.contains("SRV-11"), "before a byte of it came: {text}");
    // Without a length, piece by piece.
    let mut stream = raw(&city, Some(&terminal)).await;
    let head = format!("POST {} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", path::SIGN_IN);
    stream.write_all(head.as_bytes()).await.unwrap();
    let piece = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    for _ in 0..100 {
        if stream.write_all(piece.as_bytes()).await.is_err() {
            break;
        }
    }
    let read = stream.read(&mut begun).await.unwrap_or(0);
    let text = String::from_utf8_lossy(&begun[..read]).into_owned();
    assert!(read == 0 || text.contains("SRV-11"), "{text}");
    alive(&officer).await;
}

#[tokio::test]
async fn 圧縮された爆弾は_ふくらませない() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 12 * 1024 * 1024]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 16 * 1024, "small on the wire: {}", bomb.len());
    let send = |encoding: &'static str, body: Vec<u8>| {
        let request =
            terminal.client().post(terminal.url(path::SIGN_IN)).header("content-encoding", encoding);
        whole(request.header("content-type", "application/json").body(body))
    };
    assert_eq!(send("gzip", bomb.clone()).await.code(), "SRV-11");
    assert_eq!(send("gzip", bomb[..bomb.len() / 2].to_vec()).await.status / 100, 4);
    assert_eq!(send("gzip", b"no gzip".to_vec()).await.code(), "SRV-13");
    assert_eq!(send("br", b"{}".to_vec()).await.code(), "SRV-13");
    alive(&officer).await;
}

#[tokio::test]
async fn 読めない本文は_中身を繰り返さずに断る() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let send = |body: Vec<u8>| whole(terminal.client().post(terminal.url(path::SIGN_IN)).body(body));
    for body in
        [&b"{\"staff\":\"himitsu"[..], b"\xff\xfe", b"", b"[]", b"{\"staff\":\"himitsu\",\"password\":1}"]
    {
        let answer = send(body.to_vec()).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "SRV-13"));
        assert!(!answer.text().contains("himitsu"));
    }
    assert_eq!(send("[".repeat(10_000).into_bytes()).await.code(), "SRV-13");
    let long = terminal.client().get(terminal.url(&format!("/v1/{}", "a".repeat(100_000)))).send().await;
    assert!(long.is_err() || long.unwrap().status().as_u16() >= 400);
    assert_eq!(terminal.get("/v1/../../etc/passwd").await.code(), "SRV-10");
}

#[tokio::test]
async fn だらだら送る相手は_待たない() {
    let city = TestCity::start_with(impatient).await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
    // No TLS at all; half a greeting; half a head; half a body; a head that never ends.
    let mut silent = TcpStream::connect(city.address()).await.unwrap();
    assert_eq!(rest(&mut silent).await, "");
    let mut half = TcpStream::connect(city.address()).await.unwrap();
    half.write_all(&[0x16, 0x03, 0x01, 0x02]).await.unwrap();
    assert_eq!(rest(&mut half).await.len() / 100, 0);
    let mut plain = TcpStream::connect(city.address()).await.unwrap();
    plain.write_all(b"GET /v1/me HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(!rest(&mut plain).await.contains("HTTP"), "nothing is said without TLS");
    let mut head = raw(&city, Some(&terminal)).await;
    head.write_all(b"GET /v1/me HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    assert!(!rest(&mut head).await.contains(" 200 "));
    let mut body = raw(&city, Some(&terminal)).await;
    let begun = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{", path::SIGN_IN);
    body.write_all(begun.as_bytes()).await.unwrap();
    assert!(rest(&mut body).await.contains("SRV-12"));
    alive(&officer).await;
}

#[tokio::test]
async fn 証明書のない相手がいくら来ても_端末は使える() {
    let city = TestCity::start_with(|config| config.limits.strangers = 4).await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
    let mut crowd = Vec::new();
    for _ in 0..30 {
        crowd.push(raw(&city, None).await);
    }
    alive(&officer).await;
    let mut refused = 0;
    for stream in &mut crowd {
        // Who was let in waits for us; who was not is cut off.
        let mut byte = [0];
        let ended = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut byte)).await;
        refused += usize::from(ended.is_ok());
    }
    assert!(refused >= 26, "{refused}");
    drop(crowd);
    city.terminal("t2").await;
}

#[tokio::test]
async fn 一つの端末は_いくつもつなげない() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let other = city.terminal("t2").await.officer(&city, "s01", &[Role::Counter], &[]).await;
    let mut connections = Vec::new();
    for _ in 0..40 {
        connections.push(raw(&city, Some(&terminal)).await);
    }
    alive(&other).await;
    let text = city.server().metrics().to_text();
    let refused: u64 = text
        .lines()
        .find_map(|line| line.strip_prefix("madokad_connections_refused_total "))
        .unwrap()
        .parse()
        .unwrap();
    assert!(refused >= 30, "{text}");
}

/// A man in the middle that writes down what the terminal says, and may change a byte of it.
async fn tapped(
    to: std::net::SocketAddr,
    spoil: Option<usize>,
) -> (std::net::SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, heard) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let tape = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((terminal, _)) = listener.accept().await {
            let (server, tape) = (TcpStream::connect(to).await.unwrap(), Arc::clone(&tape));
            tokio::spawn(async move {
                let (mut from_terminal, mut to_terminal) = terminal.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_terminal).await });
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = from_terminal.read(&mut buffer).await {
                    let sent = {
                        let mut tape = tape.lock().unwrap();
                        let before = tape.len();
                        tape.extend_from_slice(&buffer[..read]);
                        if let Some(at) = spoil
                            && (before..tape.len()).contains(&at)
                        {
                            tape[at] ^= 1;
                        }
                        tape[before..].to_vec()
                    };
                    if to_server.write_all(&sent).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, heard)
}

async fn audited(city: &TestCity) -> i64 {
    city.server().db().read(|tx| tx.row("SELECT COUNT(*) FROM audit", &[])?.unwrap().get(0)).await.unwrap()
}

async fn revoke_through(city: &TestCity, admin: &TestPerson, address: std::net::SocketAddr) -> Option<u16> {
    let identity = (admin.terminal.enrolled.certificate.as_str(), admin.terminal.key.as_str());
    let client = client(&admin.terminal.enrolled.ca, Some(identity), city.clock());
    let url = format!("https://{address}/v1/terminals/t2/revoke");
    let sent =
        client.post(url).bearer_auth(admin.token()).json(&json!({})).timeout(Duration::from_secs(5)).send();
    sent.await.ok().map(|response| response.status().as_u16())
}

#[tokio::test]
async fn 録った通信を送り直しても_何も起きない() {
    let city = TestCity::start().await;
    city.terminal("t2").await;
    let admin = city.terminal("t1").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
    let (address, heard) = tapped(city.address(), None).await;
    let before = audited(&city).await;
    assert_eq!(revoke_through(&city, &admin, address).await, Some(204));
    assert_eq!(audited(&city).await, before + 1);
    let recorded = heard.lock().unwrap().clone();
    assert!(recorded.len() > 500);
    for _ in 0..3 {
        let mut again = TcpStream::connect(city.address()).await.unwrap();
        again.write_all(&recorded).await.unwrap();
        again.shutdown().await.unwrap();
        rest(&mut again).await;
    }
    assert_eq!(audited(&city).await, before + 1);
    alive(&admin).await;
}

#[tokio::test]
async fn 途中で書き換えられた通信は_何もしない() {
    let city = TestCity::start().await;
    city.terminal("t2").await;
    let admin = city.terminal("t1").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
    let (address, heard) = tapped(city.address(), None).await;
    assert_eq!(revoke_through(&city, &admin, address).await, Some(204));
    let length = heard.lock().unwrap().len();
    let before = audited(&city).await;
    for tenth in 0..10 {
        let (address, _) = tapped(city.address(), Some(length * tenth / 10 + 3)).await;
        let answered = revoke_through(&city, &admin, address).await;
        // A spoiled byte behind the request (the goodbye) spoils nothing.
        assert!(answered.is_none() || tenth == 9, "{tenth}: {answered:?}");
    }
    assert!(audited(&city).await <= before + 1);
    alive(&admin).await;
}

#[test]
fn どの宛先も_でたらめな本文で落ちない() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    let mut loose = Loose::new();
    let routes = u8::try_from(loose.routes().len()).unwrap();
    // Every route with what often breaks readers; then chance.
    let hard: [&[u8]; 9] = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\"",
        b"\xff\xfe\x00",
        b"{\"v\":1e999}",
        b"{\"id\":\"../../etc\",\"limit\":-1,\"after\":99999999999999999999}",
        "髙\u{202e}\u{0}".as_bytes(),
    ];
    for which in 0..routes {
        for (body, how) in hard.iter().flat_map(|body| [0, 1, 2].map(|how| (body, how))) {
            loose.throw(&[&[which, how], *body].concat());
        }
    }
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let loose = std::cell::RefCell::new(loose);
    runner
        .run(&proptest::collection::vec(any::<u8>(), 0..200), |bytes| {
            loose.borrow_mut().throw(&bytes);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn 古い版のtlsでは_話さない() {
    let city = TestCity::start().await;
    let mut hello = TcpStream::connect(city.address()).await.unwrap();
    // A TLS 1.2 greeting that offers nothing newer.
    let mut body = vec![0x03, 0x03];
    body.extend([7; 32]);
    body.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]);
    let mut greeting = vec![
        0x16,
        0x03,
        0x01,
        0,
        u8::try_from(body.len() + 4).unwrap(),
        1,
        0,
        0,
        u8::try_from(body.len()).unwrap(),
    ];
    greeting.extend(body);
    hello.write_all(&greeting).await.unwrap();
    let mut answer = Vec::new();
    hello.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer.first(), Some(&0x15), "an alert and nothing else");
}

#[tokio::test]
async fn 大きな答えは_圧縮して返す() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let auditor = terminal.officer(&city, "x01", &[Role::Auditor], &[]).await;
    for _ in 0..20 {
        terminal.try_sign_in("x02", "wrong").await;
    }
    let plain = auditor.get("/v1/audit?after=1").await;
    let request = terminal.client().get(terminal.url("/v1/audit?after=1")).bearer_auth(auditor.token());
    let packed = whole(request.header("accept-encoding", "gzip")).await;
    assert_eq!(packed.headers.get("content-encoding").unwrap(), "gzip");
    assert!(packed.bytes.len() < plain.bytes.len());
    let unpacked = madoka_sync::wire::gzip::inflate(&packed.bytes, 1 << 20).unwrap();
    assert_eq!(unpacked, plain.bytes);
    assert!(plain.headers.contains_key("madoka-time"));
}
