//! The real counter: a terminal that belongs to the city's server, and the person who works at it.
//!
//! A terminal that was never enrolled has no real database; it opens in practice mode. Enrolling makes the database
//! and puts what the terminal is into it, encrypted with the rest.

mod colleagues;
mod link;
mod session;

use std::path::Path;

use madoka_casework::StaffId;
use madoka_store::{Realm, Store};
use madoka_sync::terminal::{Identity, packs};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::cases::Cases;
use crate::clock::Clock;
use crate::{Counter, CounterError, office_time};

pub(crate) use colleagues::Names;
pub use link::{Link, LinkState, SyncView, enrol};
pub use session::{Officer, Session, SessionView};

/// この端末: what it is to its server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TerminalView {
    pub city: String,
    pub terminal: String,
    pub number: u16,
    pub server: String,
    pub offices: Vec<String>,
    /// The last day of its certificate.
    pub valid_until: String,
}

/// The setting that holds the city's name.
const CITY: &str = "city.name";
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
        identity: &Identity,
    ) -> Result<Self, CounterError> {
        let mut cases = Cases::open(data, Realm::Real);
        let store = cases.store_mut()?;
        identity.keep(store)?;
        packs::begin(store, &identity.city, &identity.pack_key)?;
        Self::member(data, clock, cases)
    }

    fn member(data: &Path, clock: impl Clock + 'static, cases: Cases) -> Result<Self, CounterError> {
        let identity = Identity::of(cases.store()?)?.ok_or(CounterError::NotEnrolled)?;
        let mut counter = Self::with(data, clock, cases, NOBODY)?;
        counter.practice = false;
        counter.resident = crate::resident::Resident::new(false);
        counter.me.terminal = identity.terminal.clone();
        counter.session = Session::SignedOut;
        counter.identity = Some(identity);
        counter.turn_to_pack()?;
        Ok(counter)
    }

    /// Who this terminal is to its server; practice is nobody's.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// この端末: nothing while it belongs to no server.
    pub fn terminal(&self) -> Option<TerminalView> {
        self.identity.as_ref().map(|identity| TerminalView {
            city: self.city_name(),
            terminal: identity.terminal.to_string(),
            number: identity.number,
            server: identity.server.clone(),
            offices: identity.offices.iter().map(ToString::to_string).collect(),
            valid_until: office_time::day(identity.not_after).to_string(),
        })
    }

    /// A renewed certificate takes the place of the one that runs out.
    pub fn renew(&mut self, identity: Identity) -> Result<(), CounterError> {
        identity.keep(self.cases.store_mut()?)?;
        self.identity = Some(identity);
        Ok(())
    }

    /// 市の名前, as the server says it: for the screens before the first pack has come.
    pub fn in_city(&mut self, name: &str) -> Result<(), CounterError> {
        Ok(self.cases.store_mut()?.set(CITY, name)?)
    }

    pub(crate) fn city_name(&self) -> String {
        if self.city.pack.is_some() {
            return self.city.name().to_owned();
        }
        let kept = self.cases.store().ok().and_then(|store| store.setting(CITY).ok().flatten());
        kept.unwrap_or_default()
    }

    /// The database, for the sync that works beside the officer.
    pub fn lend(&mut self, work: &mut dyn FnMut(&mut Store)) -> Result<(), CounterError> {
        work(self.cases.store_mut()?);
        Ok(())
    }

    /// Rises with everything that was written here and must reach the server.
    pub fn written(&self) -> u64 {
        self.cases.written()
    }

    /// Its number among the city's terminals, in case numbers.
    pub(crate) fn terminal_number(&self) -> u16 {
        self.identity.as_ref().map_or(0, |identity| identity.number)
    }

    fn staff(name: &str) -> Result<StaffId, CounterError> {
        StaffId::parse(name).map_err(CounterError::Name)
    }
}
