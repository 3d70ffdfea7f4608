//! 手続パック at the counter: what new cases begin with, and what open ones stay on.
//!
//! Practice always has the sample city's, which travels inside the program. A real counter has what its server released
//! and this terminal accepted; until the first has come there is no life event to open.

use std::sync::Arc;

use madoka_casework::{Case, PackVersion};
use madoka_store::Realm;
use madoka_sync::terminal::packs::{self, InUse};

use crate::city::City;
use crate::{Counter, CounterError};

impl Counter {
    /// The edition new cases begin with may be another one by now: a new one has come, or its day has. Cases that are
    /// open go on with theirs. Answers whether it is another one.
    pub fn turn_to_pack(&mut self) -> Result<bool, CounterError> {
        let store = self.cases.store_mut()?;
        if store.realm() != Realm::Real {
            return Ok(false);
        }
        let today = crate::office_time::day(self.clock.now());
        packs::switch(store, today)?;
        let Some(active) = store.active_pack()? else { return Ok(false) };
        if self.city.version().is_some_and(|now| now.version == active.version) {
            return Ok(false);
        }
        let Some(in_use) = packs::active(store, today)? else { return Ok(false) };
        tracing::info!(version = in_use.edition.version, "pack in use");
        self.pack_warning.clone_from(&in_use.warning);
        let before = std::mem::replace(&mut self.city, Arc::new(City::of_edition(in_use)));
        // Open cases go on with it, so that it need not be read again; the ones before it are, if somebody asks.
        let kept = before.version().map(|version| (version.version, before));
        self.editions.replace(kept.into_iter().collect());
        Ok(true)
    }

    /// The city as the edition of a case describes it.
    pub(crate) fn city_of(&self, case: &Case) -> Result<Arc<City>, CounterError> {
        let Some(began) = case.pack.as_ref().filter(|_| !self.practice) else {
            return Ok(Arc::clone(&self.city));
        };
        if self.city.version().as_ref() == Some(began) {
            return Ok(Arc::clone(&self.city));
        }
        if let Some(city) = self.editions.borrow().get(&began.version) {
            return Ok(Arc::clone(city));
        }
        let city = Arc::new(self.edition(began)?);
        self.editions.borrow_mut().insert(began.version, Arc::clone(&city));
        Ok(city)
    }

    fn edition(&self, began: &PackVersion) -> Result<City, CounterError> {
        let found = packs::edition(self.cases.store()?, &began.id, began.version, self.today())?;
        found.map(City::of_edition).ok_or(CounterError::EditionMissing { version: began.version })
    }
}

impl City {
    fn of_edition(in_use: InUse) -> Self {
        Self::of(in_use.pack, &in_use.files)
    }
}
