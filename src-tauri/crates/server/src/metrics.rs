//! What is counted while serving, for the administrator's loopback page. Numbers only: nothing of a person or a case.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::http::StatusCode;

#[derive(Debug, Default)]
pub struct Metrics {
    answered: [AtomicU64; 6],
    pub(crate) connections: AtomicU64,
    pub(crate) connected: AtomicU64,
    pub(crate) refused_handshakes: AtomicU64,
    pub(crate) refused_connections: AtomicU64,
    sign_ins: AtomicU64,
    sign_ins_refused: AtomicU64,
}

impl Metrics {
    pub(crate) fn answered(&self, status: StatusCode) {
        if let Some(count) = self.answered.get(usize::from(status.as_u16() / 100)) {
            count.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn signed_in(&self) {
        self.sign_ins.fetch_add(1, Relaxed);
    }

    pub(crate) fn sign_in_refused(&self) {
        self.sign_ins_refused.fetch_add(1, Relaxed);
    }

    /// In the text form Prometheus reads.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (class, count) in self.answered.iter().enumerate().skip(1) {
            // Writing into memory does not fail.
            let _ = writeln!(out, "madokad_answers_total{{class=\"{class}xx\"}} {}", count.load(Relaxed));
        }
        for (name, count) in [
            ("connections_open", &self.connections),
            ("connections_total", &self.connected),
            ("handshakes_refused_total", &self.refused_handshakes),
            ("connections_refused_total", &self.refused_connections),
            ("sign_ins_total", &self.sign_ins),
            ("sign_ins_refused_total", &self.sign_ins_refused),
        ] {
            let _ = writeln!(out, "madokad_{name} {}", count.load(Relaxed));
        }
        out
    }
}
