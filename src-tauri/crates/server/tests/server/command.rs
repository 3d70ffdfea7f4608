//! `madokad` as an administrator types it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use madoka_server::testing::client::csr;
use madoka_server::testing::{TestClock, TestTerminal};
use madoka_sync::wire::{Enrol, Invitation, path};
use serde_json::{Value as Json, json};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_madokad"));
        command.arg("--data").arg(self.data()).args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs and expects success, as JSON.
    fn json(&self, arguments: &[&str]) -> Json {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs and expects a refusal with this code.
    fn refused(&self, code: &str, arguments: &[&str]) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.starts_with(&format!("{code}: ")), "{arguments:?}: {said}");
    }

    /// Runs with a line on standard input.
    fn said(&self, arguments: &[&str], line: &str) -> Output {
        let mut command = self.command(&[arguments, &["--json"]].concat());
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        child.wait_with_output().unwrap()
    }

    fn spoken(&self, arguments: &[&str], line: &str) -> Json {
        let output = self.said(arguments, line);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn tried(&self, arguments: &[&str], line: &str) -> String {
        let output = self.said(arguments, line);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn init(&self) -> Json {
        self.json(&["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01"])
    }
}

#[test]
fn 市を作り_端末と職員を登録し_控えを取って戻す() {
    let folder = Folder::new();
    let made = folder.init();
    assert_eq!(made["city"], "999999");
    assert_eq!(made["password"].as_str().unwrap().len(), 16);
    folder.refused("SRV-01", &["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01"]);

    let invitation = folder.json(&["enrol", "t1", "--office", "juumin", "--out", &folder.at("t1.json")]);
    assert_eq!(invitation["code"].as_str().unwrap().len(), 20);
    let written: Json = serde_json::from_slice(&std::fs::read(folder.at("t1.json")).unwrap()).unwrap();
    assert_eq!(written, invitation);
    assert_eq!(folder.json(&["enrol"])["terminals"], Json::Array(vec![]));
    folder.refused("SRV-51", &["enrol", "t9", "--revoke"]);

    folder.json(&[
        "user",
        "add",
        "s01",
        "--name",
        "山田 花子",
        "--role",
        "窓口",
        "--role",
        "おくやみ",
        "--office",
        "juumin",
    ]);
    folder.refused("SRV-04", &["user", "add", "s01", "--name", "山田", "--role", "窓口"]);
    folder.refused("SRV-71", &["user", "add", "s02", "--name", "山田", "--role", "市長"]);
    let set = folder.json(&["user", "set", "s01", "--role", "監督者"]);
    assert_eq!((set["name"].as_str(), set["roles"][0].as_str()), (Some("山田 花子"), Some("supervisor")));
    folder.json(&["user", "disable", "s01"]);
    folder.refused("SRV-52", &["user", "disable", "a01"]);
    folder.json(&["user", "reset", "s01"]);
    folder.json(&["user", "unlock", "s01"]);

    std::fs::write(
        folder.at("staff.csv"),
        "職員番号,氏名,役割,窓口\ns01,山田 花子,窓口,juumin\ns02,佐藤,関係課,kaigo\n",
    )
    .unwrap();
    let taken =
        folder.json(&["user", "import", &folder.at("staff.csv"), "--out", &folder.at("passwords.csv")]);
    assert_eq!((taken["added"].as_i64(), taken["changed"].as_i64()), (Some(1), Some(1)));
    assert_eq!(folder.json(&["user", "list"])["staff"].as_array().unwrap().len(), 3);
    std::fs::write(folder.at("staff.csv"), "職員番号,氏名,役割,窓口\ns03,鈴木,市長,\n").unwrap();
    folder.refused("SRV-83", &["user", "import", &folder.at("staff.csv"), "--out", &folder.at("p2.csv")]);

    folder.json(&["backup", "--out", &folder.at("a.madoka")]);
    let verified = folder.json(&["verify", &folder.at("a.madoka")]);
    assert_eq!(verified["rows"]["people_staff"], 3);
    folder.json(&["verify"]);
    let other = Folder::new();
    let key = folder.data().join("keys/backup.key").display().to_string();
    other.json(&["restore", &folder.at("a.madoka"), "--key", &key]);
    let (ours, theirs) = (folder.json(&["status"]), other.json(&["status"]));
    assert_eq!(ours["city_key"], theirs["city_key"]);
    assert_eq!(theirs["staff"], 3);
    assert_eq!((ours["cases"].as_i64(), ours["events"].as_i64()), (Some(0), Some(0)));
    assert_eq!(ours["presences"], json!([]));
    assert!(ours["disk_free"].as_u64().unwrap() > 0);
    assert_eq!(ours["disk_low"], false);
    assert_eq!(folder.json(&["tidy"])["cases"], 0);
    assert_eq!(folder.json(&["free", "t1"])["cases"], json!([]));
    assert_eq!(folder.json(&["city-key"])["city_key"], ours["city_key"]);
    assert_eq!(folder.json(&["register", "status"])["imports"], json!([]));
}

/// The first try of an administrator who misspelt something must not stand in the way of the second.
#[test]
fn 始められなかった市は_何も残さず_直せば始められる() {
    let city = Folder::new();
    city.init();
    city.json(&["backup", "--out", &city.at("a.madoka")]);
    let key = city.data().join("keys/backup.key").display().to_string();
    let (file, restored) = (city.at("a.madoka"), Folder::new());
    let init = ["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01"];
    let restore = ["restore", &file, "--key", &key];
    for (folder, begin, [no_answer, there]) in
        [(Folder::new(), &init[..], ["SRV-03", "SRV-01"]), (restored, &restore[..], ["SRV-90", "SRV-90"])]
    {
        let (toml, keys) = (folder.data().join("madokad.toml"), folder.data().join("keys"));
        std::fs::create_dir_all(&keys).unwrap();
        // Where the template says it may lie.
        std::fs::write(keys.join("postgres.password"), "x").unwrap();
        for (host, code) in [("192.0.2.1", "SRV-70"), ("/nowhere", no_answer)] {
            std::fs::write(&toml, format!("[storage]\npostgres = \"host={host} user=x dbname=x\"\n"))
                .unwrap();
            folder.refused(code, begin);
            let left: Vec<_> = std::fs::read_dir(&keys).unwrap().map(|at| at.unwrap().file_name()).collect();
            assert_eq!(left, ["postgres.password"], "{begin:?}");
        }
        std::fs::write(&toml, "").unwrap();
        folder.json(begin);
        folder.refused(there, begin);
        folder.json(&["verify"]);
    }
}

/// What is somebody's on a terminal is somebody's here: by their password, with their role.
#[test]
fn 市の鍵と宛名の取込みは_管理者の名前とパスワードで() {
    let folder = Folder::new();
    let password = "みなとのあさはしずかだ。";
    let init = ["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01", "--password-stdin"];
    folder.spoken(&init, password);
    let before = folder.json(&["city-key"]);
    assert_eq!(before["city_key"]["number"], 1);
    assert_eq!(folder.run(&["city-key", "--new"]).status.code(), Some(2), "whose");
    assert!(folder.tried(&["city-key", "--new", "--by", "a01"], "ちがうあいことば").contains("SRV-30"));
    let changed = folder.spoken(&["city-key", "--new", "--by", "a01"], password);
    assert_eq!((changed["before"].as_i64(), changed["city_key"]["number"].as_i64()), (Some(1), Some(2)));
    assert_ne!(changed["city_key"], before["city_key"]);
    assert_eq!(folder.json(&["status"])["city_key"], changed["city_key"]);
    folder.json(&["backup", "--out", &folder.at("a.madoka")]);
    let other = Folder::new();
    let key = folder.data().join("keys/backup.key").display().to_string();
    other.json(&["restore", &folder.at("a.madoka"), "--key", &key]);
    assert_eq!(other.json(&["city-key"])["city_key"], changed["city_key"]);

    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/sample-register");
    let csv = format!("{sample}/residents.csv");
    assert!(folder.tried(&["register", "import", &csv, "--by", "a01"], password).contains("REG-"));
    folder.spoken(&["register", "mapping", &format!("{sample}/register.toml"), "--by", "a01"], password);
    let tried = folder.spoken(&["register", "import", &csv, "--try", "--by", "a01"], password);
    assert_eq!(folder.json(&["register", "status"])["imports"], json!([]));
    let taken = folder.spoken(&["register", "import", &csv, "--by", "a01"], password);
    assert!(taken["rows"].as_i64().unwrap() > 0);
    assert_eq!(taken["rows"], tried["rows"]);
    assert_eq!(folder.json(&["register", "status"])["imports"][0]["rows"], taken["rows"]);
    folder.spoken(&["register", "drop", "--by", "a01"], password);
    assert_eq!(folder.json(&["verify"])["rows"]["register_pieces"], 0);
}

#[test]
fn 使い方の誤りは2_できないことは1で終わる() {
    let folder = Folder::new();
    for wrong in [&["fly"][..], &[], &["init"], &["user", "add"], &["restore", "x"]] {
        assert_eq!(folder.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    for early in [&["status"][..], &["serve"], &["user", "list"], &["verify"]] {
        assert_eq!(folder.run(early).status.code(), Some(1), "{early:?}");
    }
    folder.refused("SRV-71", &["init", "--city", "12", "--name", "x", "--admin", "a01"]);
    std::fs::create_dir_all(folder.data()).unwrap();
    std::fs::write(folder.data().join("madokad.toml"), "[serve]\nlisten = \"127.0.0.1:0\"\ntypo = 1\n")
        .unwrap();
    folder.refused("SRV-70", &["status"]);
}

/// A server as systemd runs it.
struct Served(Child);

impl Served {
    fn start(folder: &Folder) -> (Self, String) {
        let mut child = folder.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        assert!(line.contains("serving"), "{line}");
        std::thread::spawn(move || lines.for_each(drop));
        (Self(child), line)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn get(port: u16, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn 動かすと_管理の口に様子が見え_止める合図で止まる() {
    let folder = Folder::new();
    folder.init();
    let (port, admin) = (free_port(), free_port());
    let config = format!("[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n");
    std::fs::write(folder.data().join("madokad.toml"), config).unwrap();
    let (mut served, _) = Served::start(&folder);
    assert!(get(admin, "/health").ends_with("\r\n\r\nok\n"));
    let metrics = get(admin, "/metrics");
    assert!(metrics.contains("madokad_connections_open 0"));
    assert!(metrics.contains("madokad_disk_free_bytes ") && metrics.contains("madokad_disk_low 0"));
    assert!(get(admin, "/v1/staff").starts_with("HTTP/1.1 404"));
    // Commands work beside it.
    folder.json(&["user", "add", "s01", "--name", "山田", "--role", "窓口"]);
    folder.json(&["backup", "--out", &folder.at("a.madoka")]);
    // It is small: 256 MB is what it may have.
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.0.id())).unwrap();
    let resident: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap()
        .trim()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(resident < 256 * 1024, "{resident} KiB");
    Command::new("kill").arg(served.0.id().to_string()).status().unwrap();
    assert!(served.0.wait().unwrap().success());
}

/// The same word in four places, before the disk is full.
#[test]
fn 空きが少ないと_管理の口と様子と記録が言う() {
    let folder = Folder::new();
    folder.init();
    let (port, admin) = (free_port(), free_port());
    let config = format!(
        "[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n[limits]\ndisk_low_mib = 1000000\n[retention]\nhour = 0\n"
    );
    std::fs::write(folder.data().join("madokad.toml"), config).unwrap();
    let mut child = folder.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let served = Served(child);
    let mut log = String::new();
    while !log.contains("tidied") {
        log += &lines.next().unwrap().unwrap();
    }
    assert!(log.contains("little room on the disk"), "{log}");
    assert!(get(admin, "/health").contains("ok\ndisk low: "));
    assert!(get(admin, "/metrics").contains("madokad_disk_low 1"));
    assert_eq!(folder.json(&["status"])["disk_low"], true);
    drop(served);
}

#[tokio::test]
async fn いきなり終わらされても_答えたものは残る() {
    let folder = Folder::new();
    folder.init();
    let (port, admin) = (free_port(), free_port());
    let config = format!(
        "[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n[limits]\nconnections_per_terminal = 64\n"
    );
    std::fs::write(folder.data().join("madokad.toml"), config).unwrap();
    let (mut served, _) = Served::start(&folder);
    let invitation: Invitation = serde_json::from_value(folder.json(&["enrol", "t1"])).unwrap();
    assert_eq!(invitation.server, format!("https://127.0.0.1:{port}"));
    let terminal = TestTerminal::enrol(&invitation, &TestClock::default()).await;
    let before = folder.json(&["status"])["audit"].as_i64().unwrap();
    let mut answered = 0;
    for _ in 0..3 {
        let terminal = terminal.reconnected(&TestClock::default());
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (terminal, csr) = (terminal.clone(), csr().1);
                tokio::spawn(async move {
                    let mut answered = 0;
                    loop {
                        // A new certificate is written down, and audited, before it is answered.
                        let asked = Enrol { v: 1, code: None, csr: csr.clone(), program: "test".to_owned() };
                        let sent =
                            terminal.client().post(terminal.url(path::RENEW)).json(&asked).send().await;
                        let Ok(response) = sent else { break };
                        assert_eq!(response.status().as_u16(), 200);
                        // The head may have come and the body not.
                        if response.bytes().await.is_err() {
                            break;
                        }
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(700)).await;
        served.0.kill().unwrap();
        served.0.wait().unwrap();
        for task in tasks {
            answered += task.await.unwrap();
        }
        folder.json(&["verify"]);
        served = Served::start(&folder).0;
    }
    let after = folder.json(&["status"])["audit"].as_i64().unwrap();
    assert!(answered > 0, "{answered}");
    assert!(after - before >= answered, "{answered} were answered, {} are there", after - before);
}

#[tokio::test]
async fn いちばん細かい記録にも_人のことは出ない() {
    let folder = Folder::new();
    folder.init();
    let (port, admin) = (free_port(), free_port());
    let config = format!(
        "[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n[log]\nlevel = \"debug\"\n"
    );
    std::fs::write(folder.data().join("madokad.toml"), config).unwrap();
    let mut child = folder.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    lines.read_line(&mut log).unwrap();
    let mut served = Served(child);
    let invitation: Invitation = serde_json::from_value(folder.json(&["enrol", "t1"])).unwrap();
    let terminal = TestTerminal::enrol(&invitation, &TestClock::default()).await;
    for _ in 0..6 {
        terminal.try_sign_in("himitsu-number", "himitsu-password").await;
    }
    terminal.post("/v1/sign-in", &json!({ "himitsu": "himitsu-name" })).await;
    terminal.get("/v1/himitsu?name=himitsu-name").await;
    terminal.get("/v1/staff/himitsu-number").await;
    Command::new("kill").arg(served.0.id().to_string()).status().unwrap();
    assert!(served.0.wait().unwrap().success());
    lines.read_to_string(&mut log).unwrap();
    assert!(log.contains("route=\"/v1/sign-in\" status=401"), "{log}");
    assert!(log.contains("signing in is refused for a while"), "{log}");
    assert!(!log.contains("himitsu"), "{log}");
}
