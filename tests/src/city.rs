//! A city's server beside the window: the real `madokad`, as an administrator starts it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use madoka_rules::pack::{Document, PackFiles};
use serde_json::Value;
use tempfile::TempDir;

use crate::machine::{free_port, listens, server, wait_until};

/// Everybody's own password.
pub const OWN: &str = "みなとのあさはしずかだ。";
/// What the approver says to release.
pub const PASSPHRASE: &str = "ひとつひとつ たしかめました。";

/// The server of みなと野市, on this machine alone.
#[derive(Debug)]
pub struct City {
    folder: TempDir,
    port: u16,
    running: Option<Child>,
}

impl City {
    /// Founded, and serving.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with more settings, as an administrator writes them.
    pub fn start_with(settings: &str) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let (port, admin) = (free_port(), free_port());
        fs::create_dir(folder.path().join("data")).expect("a folder can be made");
        let config =
            format!("[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n{settings}");
        fs::write(folder.path().join("data/madokad.toml"), config).expect("the settings can be written");
        let mut city = Self { folder, port, running: None };
        let init = ["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01", "--password-stdin"];
        city.told(&[OWN], &init);
        city.serve();
        city
    }

    /// The sample city's pack, written by one person, approved by another, released to every terminal.
    pub fn release_pack(&self) {
        self.release_first(&madoka_sample::city_with_papers());
    }

    /// The same of these files.
    pub fn release_first(&self, files: &PackFiles) {
        for (staff, name, role) in [("k01", "監督一葉", "監督者"), ("h01", "承認花子", "承認者")]
        {
            let add = ["user", "add", staff, "--name", name, "--role", role, "--password-stdin"];
            self.told(&[OWN], &add);
        }
        let key = self.told(&[OWN, PASSPHRASE], &["pack", "key", "--by", "h01"]);
        self.told(&[OWN], &["pack", "admit", key["key"]["id"].as_str().expect("a key"), "--by", "a01"]);
        self.shell().release(files, "はじめの版", None);
    }

    /// A terminal is lost or stolen: it is no terminal of the city any more.
    pub fn revoke(&self, terminal: &str) {
        self.json(&["enrol", terminal, "--revoke"]);
    }

    /// What a lost terminal had in hand waits for whoever takes it.
    pub fn free(&self, terminal: &str) -> Value {
        self.told(&[OWN], &["free", terminal, "--by", "a01", "--words", "端末の紛失"])
    }

    /// Every row, every link of the audit: answers what was found.
    pub fn verify(&self) -> Value {
        self.json(&["verify"])
    }

    /// Where everything of the server lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where terminals reach it.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Starts serving, as after a power cut.
    pub fn serve(&mut self) {
        // Its log is a file: a pipe that nobody reads is full one day.
        let log = self.folder.path().join("serve.log");
        let log = File::options().create(true).append(true).open(log).expect("the log can be written");
        let serving = self.command(&["serve"]).stderr(log).spawn().expect("the server can be started");
        self.running = Some(serving);
        wait_until("the server listens", || listens(self.port));
    }

    /// The power goes out.
    pub fn kill(&mut self) {
        if let Some(mut serving) = self.running.take() {
            serving.kill().expect("the server can be ended");
            serving.wait().expect("the server ends");
        }
    }

    /// A terminal's invitation (登録票).
    pub fn invitation(&self, terminal: &str) -> String {
        self.json(&["enrol", terminal, "--office", "shimin"]).to_string()
    }

    /// The same for a terminal of another office.
    pub fn invitation_of(&self, terminal: &str, office: &str) -> String {
        self.json(&["enrol", terminal, "--office", office]).to_string()
    }

    /// The same for a terminal of a department (関係課), which is given no whole cases.
    pub fn invitation_of_department(&self, terminal: &str, office: &str) -> String {
        self.json(&["enrol", terminal, "--office", office, "--department"]).to_string()
    }

    /// The same for a terminal that several departments share.
    pub fn invitation_of_departments(&self, terminal: &str, offices: &[&str]) -> String {
        let offices = offices.iter().flat_map(|office| ["--office", office]);
        let all: Vec<&str> = ["enrol", terminal].into_iter().chain(offices).chain(["--department"]).collect();
        self.json(&all).to_string()
    }

    /// A member of staff of several offices, with the first password.
    pub fn hire_for(&self, staff: &str, name: &str, role: &str, offices: &[&str]) -> String {
        let offices = offices.iter().flat_map(|office| ["--office", office]);
        let hire = ["user", "add", staff, "--name", name, "--role", role];
        let hired = self.json(&hire.into_iter().chain(offices).collect::<Vec<_>>());
        hired["password"].as_str().expect("a first password").to_owned()
    }

    /// A member of staff, with the first password.
    pub fn hire(&self, staff: &str, name: &str, role: &str) -> String {
        self.hire_in(staff, name, role, "shimin")
    }

    /// The same, in another office.
    pub fn hire_in(&self, staff: &str, name: &str, role: &str, office: &str) -> String {
        let hired = self.json(&["user", "add", staff, "--name", name, "--role", role, "--office", office]);
        hired["password"].as_str().expect("a first password").to_owned()
    }

    /// `madokad status`
    pub fn status(&self) -> Value {
        self.json(&["status"])
    }

    /// The administrator at the server itself: commands that work beside whoever serves.
    pub fn shell(&self) -> Shell {
        Shell { folder: self.folder.path().to_owned() }
    }

    fn told(&self, secrets: &[&str], arguments: &[&str]) -> Value {
        self.shell().told(secrets, arguments)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.shell().json(arguments)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.shell().command(arguments)
    }
}

/// Commands of `madokad`, as the administrator types them.
#[derive(Clone, Debug)]
pub struct Shell {
    folder: PathBuf,
}

impl Shell {
    /// Another edition, to be used from a day on.
    pub fn release(&self, files: &PackFiles, title: &str, from: Option<&str>) {
        let (document, _) = Document::build(files).expect("the pack is whole");
        let file = self.folder.join("pack.json");
        fs::write(&file, document.to_text()).expect("the pack can be written");
        let file = file.to_str().expect("the folder has a plain name");
        let draft = self.told(&[OWN], &["pack", "import", file, "--title", title, "--by", "k01"]);
        let draft = draft["draft"].as_str().expect("a draft");
        self.told(&[OWN], &["pack", "propose", draft, "--by", "k01"]);
        let mut release = vec!["pack", "release", draft, "--by", "h01"];
        release.extend(from.iter().flat_map(|day| ["--activates", day]));
        self.told(&[OWN, PASSPHRASE], &release);
        let _ = fs::remove_file(file);
    }

    /// A command that reads passwords from standard input, a line each.
    fn told(&self, secrets: &[&str], arguments: &[&str]) -> Value {
        let mut command = self.command(arguments);
        command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut asked = command.spawn().expect("madokad can be started");
        let mut input = asked.stdin.take().expect("standard input is ours");
        input.write_all(secrets.join("\n").as_bytes()).expect("it can be told");
        drop(input);
        let done = asked.wait_with_output().expect("madokad ends");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("one JSON document")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let done = self.command(arguments).arg("--json").output().expect("madokad can be started");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("one JSON document")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(server());
        command.arg("--data").arg(self.folder.join("data")).args(arguments);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        command
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.kill();
    }
}
