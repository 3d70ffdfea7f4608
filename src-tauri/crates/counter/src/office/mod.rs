//! The real counter: a terminal that belongs to the city's server, and the person who works at it.
//!
//! A terminal that was never enrolled has no real database; it opens in practice mode. Enrolling makes the database
//! and puts what the terminal is into it, encrypted with the rest.

mod session;

use std::path::Path;

use madoka_casework::{StaffId, TerminalId};
use madoka_store::Realm;
use serde::{Deserialize, Serialize};

use crate::cases::Cases;
use crate::clock::Clock;
use crate::{Counter, CounterError};

pub use session::{Officer, Session, SessionView};

/// What makes this terminal one of the city's: its name there, and what it shows the server to be let in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Membership {
    pub city: String,
    pub terminal: TerminalId,
    /// Its number among the city's terminals, in case numbers.
    pub number: u16,
    /// Where the server is: `https://host:port`.
    pub server: String,
    /// The city's own certificate authority; no other is trusted.
    pub authority: String,
    pub certificate: String,
    /// The private key of the certificate. It leaves the database only into the client's memory.
    pub key: String,
}

impl std::fmt::Debug for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Membership").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

/// The setting that holds the membership.
const MEMBERSHIP: &str = "membership";
/// In events before anybody signed in; the counter lets nobody write then.
const NOBODY: &str = "nobody";

impl Counter {
    /// Whether this folder holds a real counter.
    pub fn is_enrolled(data: &Path) -> bool {
        data.join(Realm::Real.file_name()).exists()
    }

    /// The real counter of a folder, with nobody signed in yet.
    pub fn office(data: &Path, clock: impl Clock + 'static) -> Result<Self, CounterError> {
        let cases = Cases::open_existing(data, Realm::Real)?;
        Self::member(data, clock, cases)
    }

    /// Begins the real counter of a folder: the server has just made this terminal one of its own. A terminal that is
    /// enrolled again keeps its cases.
    pub fn enrol(
        data: &Path,
        clock: impl Clock + 'static,
        membership: &Membership,
    ) -> Result<Self, CounterError> {
        let mut cases = Cases::open(data, Realm::Real);
        let text = serde_json::to_string(membership).map_err(|_| CounterError::Membership)?;
        cases.store_mut()?.set(MEMBERSHIP, &text)?;
        Self::member(data, clock, cases)
    }

    fn member(data: &Path, clock: impl Clock + 'static, cases: Cases) -> Result<Self, CounterError> {
        let membership = membership(&cases)?;
        let mut counter = Self::with(data, clock, cases, NOBODY)?;
        counter.practice = false;
        counter.me.terminal = membership.terminal.clone();
        counter.session = Session::SignedOut;
        counter.membership = Some(membership);
        Ok(counter)
    }

    pub fn membership(&self) -> Option<&Membership> {
        self.membership.as_ref()
    }

    /// A renewed certificate takes the place of the one that runs out.
    pub fn renew(&mut self, membership: Membership) -> Result<(), CounterError> {
        let text = serde_json::to_string(&membership).map_err(|_| CounterError::Membership)?;
        self.cases.store_mut()?.set(MEMBERSHIP, &text)?;
        self.membership = Some(membership);
        Ok(())
    }

    pub(crate) fn terminal_number(&self) -> u16 {
        self.membership.as_ref().map_or(0, |membership| membership.number)
    }

    fn staff(name: &str) -> Result<StaffId, CounterError> {
        StaffId::parse(name).map_err(CounterError::Name)
    }
}

fn membership(cases: &Cases) -> Result<Membership, CounterError> {
    let text = cases.store()?.setting(MEMBERSHIP)?.ok_or(CounterError::Membership)?;
    serde_json::from_str(&text).map_err(|_| CounterError::Membership)
}
