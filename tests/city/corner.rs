//! The city hall as a test sees it: the server, and terminals that are told what to do.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use madoka_tests::{City, OWN};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::terminal::AT;

/// A terminal in a process of its own.
pub(crate) struct Terminal {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub(crate) data: TempDir,
}

impl Terminal {
    /// Starts it, enrols it and signs its officer in.
    pub(crate) fn start(invitation: &str, staff: &str, first: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("invitation.json"), invitation).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_terminal", "--nocapture"])
            .env(AT, data.path())
            .env("HOME", data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let mut terminal = Self { child, to, from, data };
        terminal.does(json!({ "do": "sign_in", "staff": staff, "first": first, "own": OWN }));
        terminal.until("the pack is here", |terminal| !terminal.does(json!({ "do": "packs" })).is_null());
        terminal
    }

    pub(crate) fn asks(&mut self, ask: &Value) -> Value {
        writeln!(self.to, "{ask}").unwrap();
        self.to.flush().unwrap();
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the terminal ended at {}", ask["do"]);
            if let Some(answer) = line.strip_prefix('@') {
                return serde_json::from_str(answer).unwrap();
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "written where it is used")]
    pub(crate) fn does(&mut self, ask: Value) -> Value {
        let answer = self.asks(&ask);
        assert!(answer.get("refused").is_none(), "{}: {answer}", ask["do"]);
        answer["ok"].clone()
    }

    pub(crate) fn until(&mut self, what: &str, is: impl Fn(&mut Self) -> bool) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !is(self) {
            assert!(Instant::now() < deadline, "not in time: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Everything done here has reached the server.
    pub(crate) fn in_step(&mut self) {
        self.until("in step", |terminal| terminal.does(json!({ "do": "state" }))["state"] == "in_step");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Slots all day, on every day, so that the test may run on any.
pub(crate) fn plan(open: &[String]) -> Value {
    json!({
        "office": "okuyami", "name": "おくやみコーナー", "revision": 0, "minutes": 30, "seats": 9,
        "hours": [{ "weekdays": [1, 2, 3, 4, 5, 6, 7], "starts": ["09:00:00", "10:00:00", "11:00:00", "13:00:00", "14:00:00", "15:00:00"] }],
        "open": open, "ahead": 60, "until": { "open_days_before": 0, "at": "23:59:00" },
        "consent": { "version": 1, "text": "伺ったことを、手続きの準備に使うことに同意します。" }
    })
}

/// A day so many days from today, by the clock on the office wall.
pub(crate) fn day(ahead: i64) -> String {
    let now = jiff::Timestamp::now().as_second() + 9 * 3600 + ahead * 86_400;
    let day = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_second(now).unwrap()).date();
    day.to_string()
}

/// A city with its pack, its slots, and a supervisor's terminal.
pub(crate) fn city() -> (City, Terminal) {
    let city = City::start();
    city.release_pack();
    let first = city.hire_in("m01", "監督花子", "監督者", "okuyami");
    let mut desk = Terminal::start(&city.invitation_of("kanri-1", "okuyami"), "m01", &first);
    let open: Vec<String> = (0..10).map(day).collect();
    desk.does(json!({ "do": "plan", "plan": plan(&open) }));
    (city, desk)
}

/// The corner's terminal with an officer.
pub(crate) fn corner(city: &City, name: &str, staff: &str) -> Terminal {
    let first = city.hire_in(staff, "窓口一郎", "おくやみ", "okuyami");
    Terminal::start(&city.invitation_of(name, "okuyami"), staff, &first)
}

/// A terminal of departments, with an officer who answers for all of them.
pub(crate) fn departments(city: &City, name: &str, offices: &[&str]) -> Terminal {
    let first = city.hire_for(&format!("{name}-1"), "担当一郎", "関係課", offices);
    Terminal::start(&city.invitation_of_departments(name, offices), &format!("{name}-1"), &first)
}
