//! Names of facts: `person.attribute`, `case.attribute`, `household[n].attribute`, `household`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::FactsError;

const MAX_ID: usize = 64;

/// An id: `[a-z][a-z0-9_]*`, at most 64 characters. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(Arc<str>);

/// Who a fact is about: `deceased`, `applicant`, …
pub type PersonId = Id;

impl Id {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= MAX_ID
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl FromStr for Id {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        if is_id(text) { Ok(Self(text.into())) } else { Err(FactsError::IdForm(shown(text))) }
    }
}

impl TryFrom<String> for Id {
    type Error = FactsError;

    fn try_from(text: String) -> Result<Self, FactsError> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is said of the person or the case: `birth_date`, `bank.name`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute(Arc<str>);

impl Attribute {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Attribute {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        if text.len() <= MAX_ID && text.split('.').count() <= 3 && text.split('.').all(is_id) {
            Ok(Self(text.into()))
        } else {
            Err(FactsError::IdForm(shown(text)))
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 事実の名前: one thing that can be known in a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FactPath {
    Case(Attribute),
    Person(PersonId, Attribute),
    /// The list of members itself.
    Household,
    /// One member; indices start at 0.
    Member(u16, Attribute),
}

/// A fact as a pack declares it: members share one declaration (`household.school`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclaredPath {
    Case(Attribute),
    Person(PersonId, Attribute),
    Household,
    EachMember(Attribute),
}

impl FactPath {
    pub fn declared(&self) -> DeclaredPath {
        match self {
            Self::Case(attribute) => DeclaredPath::Case(attribute.clone()),
            Self::Person(person, attribute) => DeclaredPath::Person(person.clone(), attribute.clone()),
            Self::Household => DeclaredPath::Household,
            Self::Member(_, attribute) => DeclaredPath::EachMember(attribute.clone()),
        }
    }
}

impl DeclaredPath {
    /// The fact of one member, or the fact itself where it is not a member's.
    pub fn of_member(&self, member: u16) -> FactPath {
        match self {
            Self::Case(attribute) => FactPath::Case(attribute.clone()),
            Self::Person(person, attribute) => FactPath::Person(person.clone(), attribute.clone()),
            Self::Household => FactPath::Household,
            Self::EachMember(attribute) => FactPath::Member(member, attribute.clone()),
        }
    }

    pub fn attribute(&self) -> Option<&Attribute> {
        match self {
            Self::Case(attribute) | Self::Person(_, attribute) | Self::EachMember(attribute) => {
                Some(attribute)
            }
            Self::Household => None,
        }
    }

    pub const fn is_each_member(&self) -> bool {
        matches!(self, Self::EachMember(_))
    }
}

impl FromStr for FactPath {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        let wrong = || FactsError::PathForm(shown(text));
        if text == "household" {
            return Ok(Self::Household);
        }
        if let Some(rest) = text.strip_prefix("household[") {
            let (index, attribute) = rest.split_once("].").ok_or_else(wrong)?;
            let plain = !index.is_empty()
                && index.bytes().all(|byte| byte.is_ascii_digit())
                && (index == "0" || !index.starts_with('0'));
            let index = if plain { index.parse().ok() } else { None };
            return Ok(Self::Member(index.ok_or_else(wrong)?, attribute.parse().map_err(|_| wrong())?));
        }
        match text.parse::<DeclaredPath>()? {
            DeclaredPath::Case(attribute) => Ok(Self::Case(attribute)),
            DeclaredPath::Person(person, attribute) => Ok(Self::Person(person, attribute)),
            DeclaredPath::Household | DeclaredPath::EachMember(_) => Err(wrong()),
        }
    }
}

impl FromStr for DeclaredPath {
    type Err = FactsError;

    fn from_str(text: &str) -> Result<Self, FactsError> {
        let wrong = || FactsError::PathForm(shown(text));
        if text == "household" {
            return Ok(Self::Household);
        }
        let (owner, attribute) = text.split_once('.').ok_or_else(wrong)?;
        let attribute: Attribute = attribute.parse().map_err(|_| wrong())?;
        Ok(match owner {
            "case" => Self::Case(attribute),
            "household" => Self::EachMember(attribute),
            // `member` is a word of conditions, not a person.
            "member" => return Err(wrong()),
            person => Self::Person(person.parse().map_err(|_| wrong())?, attribute),
        })
    }
}

impl fmt::Display for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(attribute) => write!(f, "case.{attribute}"),
            Self::Person(person, attribute) => write!(f, "{person}.{attribute}"),
            Self::Household => f.write_str("household"),
            Self::Member(index, attribute) => write!(f, "household[{index}].{attribute}"),
        }
    }
}

impl fmt::Display for DeclaredPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(attribute) => write!(f, "case.{attribute}"),
            Self::Person(person, attribute) => write!(f, "{person}.{attribute}"),
            Self::Household => f.write_str("household"),
            Self::EachMember(attribute) => write!(f, "household.{attribute}"),
        }
    }
}

impl fmt::Debug for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for DeclaredPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for FactPath {
    type Error = FactsError;

    fn try_from(text: String) -> Result<Self, FactsError> {
        text.parse()
    }
}

impl From<FactPath> for String {
    fn from(path: FactPath) -> Self {
        path.to_string()
    }
}

/// A hostile name must not fill the screen.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    if text.chars().count() > 80 {
        shown.push('…');
    }
    shown
}
