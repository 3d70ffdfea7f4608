//! The processes of the day, as the test has them: each terminal and the server, told by lines, killed and started again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoka_server::testing::Proxy;
use serde_json::Value;

use super::hours::LASTS;
use super::tally::Tally;
use super::{Run, server, terminal};

/// What all terminals together said.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Event → who promised it.
    pub(super) promised: BTreeMap<String, String>,
    /// Promised after the theft, by anybody.
    pub(super) after_theft: BTreeSet<String>,
    pub(super) stolen: bool,
    pub(super) replied: BTreeSet<String>,
    /// How many cards the desk with the real reader is done with.
    pub(super) cards_done: u64,
    pub(super) words: BTreeSet<String>,
    /// KiB that who has in use.
    pub(super) in_use: BTreeMap<String, u64>,
    pub(super) tally: Tally,
}

impl Heard {
    fn hear(&mut self, who: &str, line: &str) {
        match line.split_once(' ') {
            // Killed within a word: not promised.
            Some(("kept", id)) if id.len() == 36 => {
                self.promised.entry(id.to_owned()).or_insert_with(|| who.to_owned());
                if self.stolen {
                    self.after_theft.insert(id.to_owned());
                }
            }
            Some(("replied", id)) if id.len() == 36 => {
                self.replied.insert(id.to_owned());
            }
            Some(("card", "done")) => self.cards_done += 1,
            Some(("word", word)) => {
                self.words.insert(word.to_owned());
            }
            Some(("in_use", kib)) => {
                self.in_use.extend(kib.parse().ok().map(|kib| (who.to_owned(), kib)));
            }
            Some(("did", what)) => *self.tally.did.entry(what.to_owned()).or_default() += 1,
            Some(("refused", what)) => *self.tally.refused.entry(what.to_owned()).or_default() += 1,
            Some(("papers", pages)) => {
                *self.tally.did.entry("papers".to_owned()).or_default() += 1;
                self.tally.pages += pages.parse::<u64>().unwrap_or(0);
            }
            _ => {}
        }
    }
}

/// A terminal as the test has it.
pub(super) struct Terminal {
    pub(super) name: String,
    pub(super) work: &'static str,
    pub(super) at: usize,
    pub(super) folder: PathBuf,
    pub(super) proxy: Proxy,
    pub(super) staff: String,
    pub(super) seed: u64,
    pub(super) printer: Option<String>,
    pub(super) reader: Option<String>,
    pub(super) colleagues: String,
    pub(super) run: Run,
    pub(super) process: Option<Child>,
    pub(super) answers: Option<Receiver<String>>,
    pub(super) heard: Arc<Mutex<Heard>>,
    pub(super) off: i64,
}

impl Terminal {
    pub(super) fn is_awake(&self) -> bool {
        self.process.is_some()
    }

    pub(super) fn is_department(&self) -> bool {
        self.work == "department"
    }

    pub(super) fn wake(&mut self) {
        if self.process.is_some() {
            return;
        }
        self.seed += 1;
        let at = self.at;
        let tmp = self.folder.join("tmp");
        let _ = fs::create_dir(&tmp);
        let errors = File::options().create(true).append(true).open(self.folder.join("stderr.log")).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        // Engines that read pictures are large: a few have them.
        if at % 4 == 2 || at % 8 == 1 {
            command.env(terminal::SCANNER, if self.run.is_long() { terminal::WARM } else { "1" });
        }
        let mut process = command
            .args(["--exact", "a_terminal_of_the_day", "--nocapture"])
            .envs(madoka_counter::ENVIRONMENT)
            .env(terminal::AT, &self.folder)
            .env(terminal::SEED, self.seed.to_string())
            .env(terminal::STAFF, &self.staff)
            .env(terminal::WORK, self.work)
            .env(terminal::READER, self.reader.clone().unwrap_or_default())
            .env(terminal::COLLEAGUES, &self.colleagues)
            .env(terminal::PRINTER, self.printer.clone().unwrap_or_default())
            .env(terminal::PACE, if self.run.is_long() { "300" } else { "30" })
            .env(LASTS, self.run.length().as_millis().to_string())
            .env("HOME", &self.folder)
            .env("TMPDIR", &tmp)
            .env("XDG_RUNTIME_DIR", &tmp)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let out = process.stdout.take().unwrap();
        let (tell, told) = channel();
        let (heard, name) = (self.heard.clone(), self.name.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let Some(line) = line.strip_prefix('@') else { continue };
                match line.strip_prefix("answer ") {
                    Some(answer) => drop(tell.send(answer.to_owned())),
                    None => heard.lock().unwrap().hear(&name, line),
                }
            }
        });
        self.answers = Some(told);
        self.process = Some(process);
    }

    /// Starts it (again) in the middle of the day.
    pub(super) fn work_on(&mut self, began: i64) {
        if self.process.is_none() {
            self.wake();
            self.tell(&format!("off {}", self.off));
            self.tell(&format!("begin {began}"));
        }
    }

    /// The power goes out. Whoever had ended by itself had a fault of its own.
    pub(super) fn kill(&mut self) -> bool {
        let Some(mut process) = self.process.take() else { return false };
        self.assert_alive_of(&mut process);
        process.kill().unwrap();
        process.wait().unwrap();
        true
    }

    fn assert_alive_of(&self, process: &mut Child) {
        if let Some(ended) = process.try_wait().unwrap() {
            let said = fs::read_to_string(self.folder.join("stderr.log")).unwrap_or_default();
            panic!("{} ended by itself ({ended}):\n{said}", self.name);
        }
    }

    pub(super) fn assert_alive(&mut self) {
        if let Some(mut process) = self.process.take() {
            self.assert_alive_of(&mut process);
            self.process = Some(process);
        }
    }

    pub(super) fn tell(&mut self, word: &str) {
        self.assert_alive();
        if let Some(process) = &mut self.process {
            let stdin = process.stdin.as_mut().unwrap();
            writeln!(stdin, "{word}").and_then(|()| stdin.flush()).unwrap();
        }
    }

    pub(super) fn ask(&mut self, word: &str) -> String {
        self.tell(word);
        let patience = Duration::from_mins(2);
        let answer = self.answers.as_ref().unwrap().recv_timeout(patience);
        answer.unwrap_or_else(|error| panic!("{} does not answer to {word}: {error}", self.name))
    }

    pub(super) fn stands(&mut self) -> Value {
        serde_json::from_str(&self.ask("stands")).unwrap()
    }

    /// Ends as a program ends.
    pub(super) fn end(&mut self) {
        self.tell("end");
        if let Some(mut process) = self.process.take() {
            assert!(process.wait().unwrap().success(), "{} did not end well", self.name);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The server by the office's clock.
pub(super) struct TheServer {
    pub(super) data: PathBuf,
    pub(super) port: u16,
    pub(super) run: Run,
    pub(super) began: i64,
    pub(super) process: Option<Child>,
    /// No file of it may grow beyond so many bytes.
    pub(super) room: Option<u64>,
}

impl TheServer {
    pub(super) fn is_awake(&self) -> bool {
        self.process.is_some()
    }

    pub(super) fn start(&mut self) {
        if self.process.is_some() {
            return;
        }
        let folder = self.data.parent().unwrap();
        let errors = File::options().create(true).append(true).open(folder.join("stderr.log")).unwrap();
        let mut command = match self.room {
            None => Command::new(std::env::current_exe().unwrap()),
            Some(room) => {
                let mut shell = Command::new("sh");
                // In blocks of 512 bytes; a write beyond fails rather than kills.
                let cramped = r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#;
                shell.env(terminal::QUIET, "1");
                shell.args(["-c", cramped, &(room / 512).to_string()]).arg(std::env::current_exe().unwrap());
                shell
            }
        };
        let process = command
            .args(["--exact", "a_server_of_the_day", "--nocapture"])
            .env(server::AT, &self.data)
            .env(server::ON, format!("127.0.0.1:{}", self.port))
            .env(server::BEGAN, self.began.to_string())
            .env(LASTS, self.run.length().as_millis().to_string())
            .env("TMPDIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .unwrap();
        self.process = Some(process);
    }

    pub(super) fn kill(&mut self) -> bool {
        let Some(mut process) = self.process.take() else { return false };
        if let Some(ended) = process.try_wait().unwrap() {
            let said = fs::read_to_string(self.data.parent().unwrap().join("stderr.log")).unwrap_or_default();
            assert!(self.room.is_some(), "the server ended by itself ({ended}):\n{said}");
        }
        let _ = process.kill();
        process.wait().unwrap();
        true
    }

    pub(super) fn tell(&mut self, word: &str) {
        if let Some(process) = &mut self.process {
            // On a full disk it may not have come up.
            let stdin = process.stdin.as_mut().unwrap();
            let _ = writeln!(stdin, "{word}").and_then(|()| stdin.flush());
        }
    }

    /// So much that the log beside the database is full after a few dozen events.
    pub(super) fn little_room(&self) -> u64 {
        self.data.join("madokad.db-wal").metadata().map_or(0, |log| log.len()) + 96 * 1024
    }
}

impl Drop for TheServer {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
