//! Nothing may ever call out.

use madoka_tests::{Screen, Start, office_with};
use tempfile::TempDir;
use thirtyfour::Key;

#[tokio::test]
async fn 動いているまどかは端末の外へ一つもつながない() {
    let folder = TempDir::new().unwrap();
    let trace = folder.path().join("connections");
    let start = Start { trace: Some(trace.clone()), ..Start::default() };
    office_with(start, "外へつながない", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        for screen in Screen::ALL {
            counter.visit(screen).await?;
        }
        counter.visit(Screen::SelfCheck).await?;
        counter.checks().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?.speak("English").await?;
        desk.counter().await?;
        Ok(())
    })
    .await;

    let trace = std::fs::read_to_string(&trace).unwrap();
    // The trace sees what the app does: it talked to the display, and asked the print service of this machine.
    assert!(trace.contains("AF_UNIX"), "nothing was traced");
    assert!(trace.contains("htons(631)"), "the self-check was not traced");
    let outside: Vec<&str> = trace.lines().filter(|line| leaves_the_machine(line)).collect();
    assert!(outside.is_empty(), "connections beyond this machine:\n{}", outside.join("\n"));
}

/// A line of the trace that names an address which is neither a socket file nor this machine.
fn leaves_the_machine(line: &str) -> bool {
    let network = line.contains("AF_INET");
    let here = line.contains("inet_addr(\"127.") || line.contains("inet_pton(AF_INET6, \"::1\"");
    network && !here
}

#[test]
fn 外への接続は見分けられる() {
    let line = |address: &str| format!("71 connect(9, {{sa_family={address}}}, 16) = 0");
    for outside in [
        "AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"192.0.2.7\")",
        "AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"10.0.0.2\")",
        "AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr)",
    ] {
        assert!(leaves_the_machine(&line(outside)), "{outside}");
    }
    for here in [
        "AF_UNIX, sun_path=\"/tmp/.X11-unix/X7\"",
        "AF_INET, sin_port=htons(631), sin_addr=inet_addr(\"127.0.0.1\")",
        "AF_INET6, sin6_port=htons(631), inet_pton(AF_INET6, \"::1\", &sin6_addr)",
    ] {
        assert!(!leaves_the_machine(&line(here)), "{here}");
    }
}
