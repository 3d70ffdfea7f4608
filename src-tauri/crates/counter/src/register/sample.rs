//! みなと野市の架空の台帳: fifty made-up residents, so that everything can be learned and tried without a server.

use std::sync::LazyLock;

use jiff::Timestamp;
use madoka_facts::Vocabulary;
use madoka_register::{Index, Kind, Mapping, Resident, facts_of, read};
use madoka_sync::wire::register::{Brief, Found, Look, Looked, Search};

use super::RegisterError;

static MAPPING: &str = include_str!("../../../../../assets/sample-register/register.toml");
static EXTRACT: &[u8] = include_bytes!("../../../../../assets/sample-register/residents.csv");
static SAMPLE: LazyLock<Option<Sample>> = LazyLock::new(Sample::read);

/// Whoever practises sees what a counter sees, and learns that the rest is withheld.
const ROLE: &str = "counter";

pub(super) struct Sample {
    mapping: Mapping,
    residents: Vec<Resident>,
    index: Index,
}

pub(super) fn of_city() -> Result<&'static Sample, RegisterError> {
    SAMPLE.as_ref().ok_or(RegisterError::NoSample)
}

impl Sample {
    fn read() -> Option<Self> {
        let mapping = Mapping::parse(MAPPING).ok()?;
        let mut residents = Vec::new();
        read(EXTRACT, &mapping, |resident| residents.push(resident)).ok()?;
        let index = Index::of(&mapping, &residents);
        Some(Self { mapping, residents, index })
    }

    fn at(&self, at: u32) -> Option<&Resident> {
        self.residents.get(usize::try_from(at).ok()?)
    }

    pub(super) fn search(&self, search: &Search, now: Timestamp) -> Found {
        let found = self.index.search(&search.query);
        let residents = found
            .hits
            .iter()
            .filter_map(|hit| Some(Brief::of(&self.mapping, self.at(hit.at)?, hit.is_doubtful())))
            .collect();
        Found { residents, more: found.more, imported: now }
    }

    pub(super) fn look(&self, look: &Look, words: &Vocabulary, now: Timestamp) -> Option<Looked> {
        let place = self.index.by_number(look.number.as_str())?;
        let resident = self.at(place)?;
        let admits = |kind: &Kind| kind.admits(std::iter::once(ROLE), std::iter::empty());
        let others = self.index.household(place).into_iter().filter(|other| *other != place);
        Some(Looked {
            resident: Brief::of(&self.mapping, resident, false),
            facts: facts_of(&self.mapping, resident, &look.person, words, admits),
            withheld: self
                .mapping
                .kinds()
                .iter()
                .filter(|kind| !admits(kind) && resident.speaks_of(&self.mapping, kind))
                .map(|kind| kind.name.clone())
                .collect(),
            household: others
                .filter_map(|other| Some(Brief::of(&self.mapping, self.at(other)?, false)))
                .collect(),
            imported: now,
        })
    }
}
