//! Who answers: the city's server, or the sample register.

use std::sync::Arc;

use jiff::Timestamp;
use madoka_rules::Pack;
use madoka_sync::wire::register::{Found, Look, Looked, Search};

use super::{Ask, RegisterError, sample};
use crate::CounterError;
use crate::office::Link;

/// Where the register is asked. It needs no counter: the window works on meanwhile.
#[derive(Debug, Clone)]
pub enum Books {
    /// 練習
    Sample {
        pack: Arc<Pack>,
        now: Timestamp,
    },
    City(Arc<Link>),
}

/// What fetching a person led to.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// Exactly one, beyond doubt.
    Looked(Box<Looked>),
    /// Several, or one that is like the person only at a glance: an officer chooses.
    Choose(Found),
    Nobody,
}

impl Books {
    pub fn search(&self, search: &Search) -> Result<Found, CounterError> {
        match self {
            Self::Sample { now, .. } => Ok(sample::of_city()?.search(search, *now)),
            Self::City(link) => {
                let session = link.session()?;
                let wire = link.line();
                Ok(wire.wait(wire.client().search_residents(&session, search))?)
            }
        }
    }

    pub fn look(&self, look: &Look) -> Result<Looked, CounterError> {
        match self {
            Self::Sample { pack, now } => {
                let looked = sample::of_city()?.look(look, &pack.vocabulary, *now);
                looked.ok_or_else(|| RegisterError::Unknown.into())
            }
            Self::City(link) => {
                let session = link.session()?;
                let wire = link.line();
                Ok(wire.wait(wire.client().look_up_resident(&session, look))?)
            }
        }
    }

    /// Finds one person and opens their row. The ways are tried in order until somebody is found.
    pub fn fetch(&self, ask: &Ask) -> Result<Fetched, CounterError> {
        for search in &ask.searches {
            let found = self.search(search)?;
            match found.residents.as_slice() {
                [] => {}
                [one] if !one.doubtful && !found.more => {
                    let look = Look {
                        purpose: search.purpose.clone(),
                        number: one.number.clone(),
                        person: ask.person.clone(),
                    };
                    return Ok(Fetched::Looked(Box::new(self.look(&look)?)));
                }
                _ => return Ok(Fetched::Choose(found)),
            }
        }
        Ok(Fetched::Nobody)
    }
}
