//! A city's server beside the window: the real `madokad`, as an administrator starts it.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::machine::{free_port, listens, server, wait_until};

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
        let folder = TempDir::new().expect("a folder can be made");
        let (port, admin) = (free_port(), free_port());
        fs::create_dir(folder.path().join("data")).expect("a folder can be made");
        let config = format!("[serve]\nlisten = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n");
        fs::write(folder.path().join("data/madokad.toml"), config).expect("the settings can be written");
        let mut city = Self { folder, port, running: None };
        city.json(&["init", "--city", "999999", "--name", "みなと野市", "--admin", "a01"]);
        city.serve();
        city
    }

    /// Starts serving, as after a power cut.
    pub fn serve(&mut self) {
        let serving = self.command(&["serve"]).spawn().expect("the server can be started");
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

    /// A member of staff, with the first password.
    pub fn hire(&self, staff: &str, name: &str, role: &str) -> String {
        let hired = self.json(&["user", "add", staff, "--name", name, "--role", role, "--office", "shimin"]);
        hired["password"].as_str().expect("a first password").to_owned()
    }

    /// `madokad status`
    pub fn status(&self) -> Value {
        self.json(&["status"])
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let done = self.command(arguments).arg("--json").output().expect("madokad can be started");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("one JSON document")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(server());
        command.arg("--data").arg(self.folder.path().join("data")).args(arguments);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        command
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.kill();
    }
}
