//! "Same person as": stated once, read everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Attribute, FactPath, FactsError, PersonId};

/// One person of a case: a role, or a member of the household.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PersonRef {
    Role(PersonId),
    Member(u16),
}

impl PersonRef {
    pub(crate) fn fact(&self, attribute: Attribute) -> FactPath {
        match self {
            Self::Role(person) => FactPath::Person(person.clone(), attribute),
            Self::Member(index) => FactPath::Member(*index, attribute),
        }
    }

    pub(crate) fn of(path: &FactPath) -> Option<(Self, &Attribute)> {
        match path {
            FactPath::Person(person, attribute) => Some((Self::Role(person.clone()), attribute)),
            FactPath::Member(index, attribute) => Some((Self::Member(*index), attribute)),
            FactPath::Case(_) | FactPath::Household => None,
        }
    }
}

impl FromStr for PersonRef {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        // A person is named like a fact of theirs, without the attribute.
        match format!("{text}.name").parse() {
            Ok(FactPath::Person(person, _)) => Ok(Self::Role(person)),
            Ok(FactPath::Member(index, _)) => Ok(Self::Member(index)),
            _ => Err(FactsError::UnknownPerson(crate::path::shown(text))),
        }
    }
}

impl fmt::Display for PersonRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(person) => write!(f, "{person}"),
            Self::Member(index) => write!(f, "household[{index}]"),
        }
    }
}

impl fmt::Debug for PersonRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for PersonRef {
    type Error = FactsError;

    fn try_from(text: String) -> Result<Self, FactsError> {
        text.parse()
    }
}

impl From<PersonRef> for String {
    fn from(person: PersonRef) -> Self {
        person.to_string()
    }
}

/// Who is who: each person points at most at one other, and never in a circle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Same(BTreeMap<PersonRef, PersonRef>);

impl Same {
    pub(crate) fn declare(&mut self, one: PersonRef, other: PersonRef) -> Result<(), FactsError> {
        if let Some(already) = self.0.get(&one) {
            return if *already == other {
                Ok(())
            } else {
                Err(FactsError::SameTwice { one: one.to_string(), other: already.to_string() })
            };
        }
        let mut circle = vec![one.to_string(), other.to_string()];
        let mut at = &other;
        while *at != one {
            match self.0.get(at) {
                None => {
                    self.0.insert(one, other);
                    return Ok(());
                }
                Some(next) => {
                    circle.push(next.to_string());
                    at = next;
                }
            }
        }
        Err(FactsError::SameCircle {
            one: one.to_string(),
            other: other.to_string(),
            circle: circle.join(" → "),
        })
    }

    pub(crate) fn revoke(&mut self, one: &PersonRef) -> bool {
        self.0.remove(one).is_some()
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&PersonRef, &PersonRef)> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn root<'a>(&'a self, mut person: &'a PersonRef) -> &'a PersonRef {
        while let Some(next) = self.0.get(person) {
            person = next;
        }
        person
    }

    /// Everybody who is this person, the person included.
    pub(crate) fn everybody(&self, person: &PersonRef) -> BTreeSet<PersonRef> {
        let root = self.root(person);
        let mut all: BTreeSet<PersonRef> =
            self.0.keys().filter(|other| self.root(other) == root).cloned().collect();
        all.insert(root.clone());
        all
    }
}

/// A bank account belongs to a person, and a person may have several.
pub(crate) fn is_account(attribute: &Attribute) -> bool {
    attribute.as_str().starts_with("bank.")
}

/// Who a person *is* travels with them; what a role says (続柄 to somebody, a pack's facts) does not.
pub(crate) fn is_shared(attribute: &Attribute) -> bool {
    matches!(
        attribute.as_str(),
        "name"
            | "name_kana"
            | "former_name"
            | "common_name"
            | "birth_date"
            | "sex"
            | "postal_code"
            | "address"
            | "domicile"
            | "phone"
            | "nationality"
            | "bank.name"
            | "bank.branch"
            | "bank.kind"
            | "bank.number"
            | "bank.holder"
    )
}
