//! Another engine in a process of its own, asked for one sample at a time.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value as Json;

pub(crate) struct Peer {
    pub(crate) name: String,
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// What it judged, one object for each record: decision → bool.
    pub(crate) results: Vec<Json>,
    pub(crate) nanoseconds: Vec<f64>,
}

impl Peer {
    /// Starts it, or says why it cannot be measured here.
    pub(crate) fn start(name: impl Into<String>, command: &mut Command) -> Result<Self, String> {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| error.to_string())?;
        let ask = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut peer =
            Self { name: name.into(), child, ask, answers, results: Vec::new(), nanoseconds: Vec::new() };
        let results: Json = serde_json::from_str(&peer.line()).map_err(|error| error.to_string())?;
        peer.results = results.as_array().cloned().unwrap_or_default();
        Ok(peer)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        line
    }

    pub(crate) fn sample(&mut self) -> f64 {
        let ask = self.ask.as_mut().expect("it still runs");
        writeln!(ask).and_then(|()| ask.flush()).expect("it listens");
        self.line().trim().parse().expect("nanoseconds")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.ask = None;
        let _ = self.child.wait();
    }
}
