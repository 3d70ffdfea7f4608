//! `madokactl guide` and `madokactl print`, as a shell sees them.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn city() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/sample-city")
}

fn madokactl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_madokactl")).args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn 案内書は同じ事実から同じバイトになり_言葉を選べる() {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.json");
    fs::write(&facts, r#"{"event":"move_out","facts":{"case.visit_date":"2026-11-02","case.dog":true}}"#)
        .unwrap();
    let guide = |language: &str, name: &str| {
        let out = folder.path().join(name);
        let (pack, facts) = (city(), facts.clone());
        let answer = madokactl(&[
            "--json",
            "guide",
            "--pack",
            pack.to_str().unwrap(),
            "--facts",
            facts.to_str().unwrap(),
            "--lang",
            language,
            "--out",
            out.to_str().unwrap(),
        ]);
        assert!(answer.status.success(), "{}", said(&answer.stderr));
        assert!(said(&answer.stdout).contains(&format!("\"language\":\"{language}\"")));
        fs::read(out).unwrap()
    };
    let first = guide("ja", "a.pdf");
    assert!(first.starts_with(b"%PDF-"));
    assert_eq!(first, guide("ja", "b.pdf"));
    assert_ne!(first, guide("easy", "c.pdf"));
    assert_ne!(first, guide("en", "d.pdf"));
    assert_eq!(
        madokactl(&["guide", "--pack", "x", "--facts", "y", "--lang", "fr", "--out", "z"]).status.code(),
        Some(2)
    );
}

#[test]
fn つながらないプリンターは言葉と終了コードで分かる() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("a.pdf");
    fs::write(&pdf, "%PDF-1.4\n").unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let uri = format!("ipp://{nobody}/ipp/print");
    let answer = madokactl(&["print", pdf.to_str().unwrap(), "--printer", &uri, "--wait", "0"]);
    assert_eq!(answer.status.code(), Some(1));
    assert!(
        said(&answer.stderr).contains("［PRINT-02］プリンターにつながりません"),
        "{}",
        said(&answer.stderr)
    );
    let outside = madokactl(&["print", pdf.to_str().unwrap(), "--printer", "ipp://203.0.113.9/ipp/print"]);
    assert_eq!(outside.status.code(), Some(2));
}

#[test]
fn 環境にプロキシの指定があっても_印刷するものはそこへ行かない() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("a.pdf");
    fs::write(&pdf, "%PDF-1.4\n").unwrap();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let printer = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("ipp://{}/ipp/print", printer.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = printer.accept().unwrap();
        let mut request = [0; 512];
        let length = stream.read(&mut request).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        // Closing with unread bytes would tear the answer away from the one who waits for it.
        let _ = stream.set_read_timeout(Some(std::time::Duration::from_secs(1)));
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
        String::from_utf8_lossy(request.get(..length).unwrap()).into_owned()
    });
    let through = format!("http://{}", proxy.local_addr().unwrap());
    let answer = Command::new(env!("CARGO_BIN_EXE_madokactl"))
        .args(["print", pdf.to_str().unwrap(), "--printer", &uri, "--wait", "0"])
        .envs(
            ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
                .map(|name| (name, &through)),
        )
        .output()
        .unwrap();
    assert!(heard.join().unwrap().starts_with("POST /ipp/print "));
    assert!(proxy.accept().is_err(), "the proxy was asked");
    assert!(said(&answer.stderr).contains("PRINT-05"), "{}", said(&answer.stderr));
}
