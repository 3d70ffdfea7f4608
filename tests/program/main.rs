//! The program as it is shipped, started as a desk or a script would start it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::Duration;

use madoka_tests::machine::{Machine, free_port, listens, shipped_app, wait_until};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

/// Starts the shipped app and waits until its window is usable.
fn start(machine: &mut Machine, with: &[(&str, String)]) -> Child {
    let mut command = machine.command(shipped_app());
    command.arg("--practice").arg("--announce").arg("--data").arg(machine.data()).stdout(Stdio::piped());
    for (name, value) in with {
        command.env(name, value);
    }
    let mut app = machine.spawn(&mut command);
    let mut line = String::new();
    BufReader::new(app.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(told["usable"], true, "{line}");
    app
}

#[test]
fn 使えるようになったら知らせ_終わりの合図で静かに終わる() {
    let mut machine = Machine::start();
    let mut app = start(&mut machine, &[]);
    let status = Machine::ask_to_leave(&mut app);
    assert!(status.success(), "{status}");
}

/// Of the web view's processes too, which hold what the officer sees.
#[test]
fn 落ちても_記憶の写しを残さない() {
    let mut machine = Machine::start();
    let mut app = start(&mut machine, &[]);
    let mut family = vec![app.id()];
    for place in 0.. {
        let Some(&parent) = family.get(place) else { break };
        let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        family.extend(children.split_whitespace().map(|child| child.parse::<u32>().unwrap()));
    }
    assert!(family.len() > 1, "the web view has processes of its own");
    for process in family {
        let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert!(core.split_whitespace().skip(4).take(2).eq(["0", "0"]), "{core}");
    }
    Machine::ask_to_leave(&mut app);
}

#[test]
fn 知らない引数は使い方を示して断る() {
    let machine = Machine::start();
    let output = machine.command(shipped_app()).arg("--picnic").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--picnic") && said.contains("--practice"), "{said}");
}

#[test]
fn 置き場も画面もないときは_何をすればよいかを言って終わる() {
    let machine = Machine::start();
    let said = |folder: &str, display: Option<&str>| {
        let mut command = machine.command(shipped_app());
        command.arg("--data").arg(folder).env("RUST_BACKTRACE", "0");
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let folder = said("/proc/nowhere", None);
    assert!(folder.contains("APP-05") && folder.contains("--data"), "{folder}");
    let data = machine.data().to_string_lossy().into_owned();
    let display = said(&data, Some(":9999"));
    assert!(display.contains("APP-06") && display.contains("ディスプレイ"), "{display}");
    for told in [folder, display] {
        assert!(!told.contains("panicked"), "{told}");
    }
}

#[test]
fn 配る形は_窓を操る変数も検査する変数も受け取らない() {
    let port = free_port();
    let mut machine = Machine::start();
    let unwanted = [
        ("TAURI_WEBVIEW_AUTOMATION", "true".to_owned()),
        ("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{port}")),
        ("WEBKIT_INSPECTOR_HTTP_SERVER", format!("127.0.0.1:{port}")),
        ("http_proxy", "http://127.0.0.1:9".to_owned()),
    ];
    let mut app = start(&mut machine, &unwanted);
    let environment = std::fs::read(format!("/proc/{}/environ", app.id())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    // The positive control: it is this process's environment, with what we did want.
    assert!(environment.contains("NO_AT_BRIDGE=1"));
    for (name, value) in madoka_counter::ENVIRONMENT {
        assert!(environment.contains(&format!("{name}={value}\0")), "{name} is not set");
    }
    for (name, _) in &unwanted {
        assert!(!environment.contains(&format!("{name}=")), "{name} reached the app");
    }
    assert!(!listens(port), "the inspector listens");
    assert!(Machine::ask_to_leave(&mut app).success());
}

#[tokio::test]
async fn 配る形は_webdriver_で操れない() {
    let mut machine = Machine::start();
    let port = machine.start_driver();
    let arguments = json!(["--practice", "--data", machine.data()]);
    let mut wanted = Capabilities::new();
    wanted.set("webkitgtk:browserOptions", json!({ "binary": shipped_app(), "args": arguments })).unwrap();
    let asked = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted);
    // A steerable build answers within a second; this one never does.
    let answer = tokio::time::timeout(Duration::from_secs(6), asked).await;
    assert!(!matches!(answer, Ok(Ok(_))), "the shipped app let itself be steered");
    // It did start: its log is there. So it was the steering that failed, not the start.
    wait_until("the app starts", || {
        let mut log = String::new();
        for file in std::fs::read_dir(machine.data().join("log")).into_iter().flatten().flatten() {
            let _ = std::fs::File::open(file.path()).and_then(|mut file| file.read_to_string(&mut log));
        }
        log.contains("window usable")
    });
}
