//! Steps a person can follow, and failures that say what to do.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

/// Why a command stopped, and what the reader can do about it.
#[derive(Debug)]
pub struct Failure {
    pub what: String,
    pub todo: String,
}

pub type Outcome<T = ()> = Result<T, Failure>;

pub fn failure(what: impl Display, todo: impl Display) -> Failure {
    Failure { what: what.to_string(), todo: todo.to_string() }
}

/// Gives an I/O error its place and its way out.
pub trait Todo<T> {
    fn todo(self, what: impl Display, todo: impl Display) -> Outcome<T>;
}

impl<T, E: Display> Todo<T> for Result<T, E> {
    fn todo(self, what: impl Display, todo: impl Display) -> Outcome<T> {
        self.map_err(|error| failure(format!("{what}: {error}"), todo))
    }
}

fn started() -> Instant {
    static STARTED: OnceLock<Instant> = OnceLock::new();
    *STARTED.get_or_init(Instant::now)
}

/// Says what begins now, with the time gone since the command began.
pub fn step(what: impl Display) {
    println!("▶ [{:>5.1} s] {what}", started().elapsed().as_secs_f64());
}

pub fn done() {
    println!("✓ [{:>5.1} s] 終わりました", started().elapsed().as_secs_f64());
}

/// The top folder of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that started us, so that all of it is one toolchain.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // What cargo says to us of this package is no word to another build: ring would be built anew, and all that stands on it,
    // whenever somebody calls cargo by hand and by us in turn.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Runs a command in the open; not succeeding is a failure with this advice.
pub fn succeed(command: &mut Command, todo: impl Display) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().todo(format!("{name} を起動できません"), &todo)?;
    if status.success() {
        Ok(())
    } else {
        Err(failure(format!("{name} が失敗しました（{status}）"), todo))
    }
}

/// Runs a command quietly and gives its standard output, if it succeeded.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
