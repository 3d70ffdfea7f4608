//! A display for a machine without one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::step::{Outcome, Todo, failure};

/// A running Xvfb; it ends when this is dropped.
#[derive(Debug)]
pub struct Xvfb {
    process: Child,
    display: String,
}

impl Xvfb {
    /// Lets Xvfb choose a free number and waits until it takes connections.
    pub fn start(size: &str) -> Outcome<Self> {
        let advice = "xvfb のパッケージを入れ直してください";
        let screen = format!("{size}x24");
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .todo("仮の画面を開けません", advice)?;
        let mut number = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said).read_line(&mut number).todo("仮の画面が答えません", advice)?;
        }
        if number.trim().is_empty() {
            return Err(failure("仮の画面が開きませんでした", advice));
        }
        Ok(Self { process, display: format!(":{}", number.trim()) })
    }

    /// `:7`, for the environment variable `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.display
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
