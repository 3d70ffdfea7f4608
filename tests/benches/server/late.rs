//! A terminal that was never there before, with its real database and the real engine, in a process of its own: its
//! memory is its own.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use madoka_store::{Key, Realm, Store};
use madoka_sync::terminal::{Engine, Identity, Line, Listener, Options};
use serde::{Deserialize, Serialize};

use crate::process;

/// Where its identity lies.
pub(crate) const IDENTITY: &str = "MADOKA_BENCH_LATE";

/// What it says in the end.
#[derive(Serialize, Deserialize)]
pub(crate) struct CaughtUp {
    pub(crate) seconds: f64,
    /// MiB.
    pub(crate) memory: f64,
    events: u64,
}

struct Nobody;

impl Listener for Nobody {}

pub(crate) fn catch_up(identity: &Identity, least: usize) -> CaughtUp {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("identity.json");
    std::fs::write(&file, serde_json::to_vec(identity).unwrap()).unwrap();
    let done = Command::new(std::env::current_exe().unwrap()).env(IDENTITY, &file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let caught_up: CaughtUp = serde_json::from_slice(&done.stdout).unwrap();
    assert!(caught_up.events >= least as u64);
    caught_up
}

/// What the process does.
pub(crate) fn run(identity: &Path) {
    let identity: Identity = serde_json::from_slice(&std::fs::read(identity).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("madoka.db"), &Key::new([7; 32]), Realm::Real).unwrap();
    let store = Arc::new(Mutex::new(store));
    let line = Line::new(&identity).unwrap();
    let since = Instant::now();
    let engine = Engine::start(&line, &identity, store.clone(), Nobody, Options::default()).unwrap();
    assert!(engine.wait_in_step(Duration::from_mins(5)), "{:?}", engine.state());
    let seconds = since.elapsed().as_secs_f64();
    engine.stop();
    let events = store.lock().unwrap().events_written();
    let memory = process::largest(std::process::id());
    serde_json::to_writer(std::io::stdout(), &CaughtUp { seconds, memory, events }).unwrap();
}
