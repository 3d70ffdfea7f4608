//! From a row of the extract to facts of a case.

use madoka_facts::{FactKind, FactPath, PersonRef, Source, Statement, Value, Vocabulary};

use crate::mapping::{KeyName, Kind, Mapping};
use crate::resident::Resident;

/// What the extract says of a resident who is this person of the case. `may_see` decides on restricted kinds; facts the
/// city's pack has no place for, or no such value of, are left out.
///
/// The address of a resident under 支援措置 is never among them: a case's facts end on paper.
pub fn facts_of(
    mapping: &Mapping,
    resident: &Resident,
    person: &PersonRef,
    words: &Vocabulary,
    may_see: impl Fn(&Kind) -> bool,
) -> Vec<(FactPath, Statement)> {
    let mut facts = Vec::new();
    for (at, said) in &resident.values {
        let Some(key) = mapping.key(usize::from(*at)) else { continue };
        let open = key.kind.is_none_or(|kind| mapping.kinds().get(kind).is_some_and(&may_see));
        if !open || !is_for(&key.only, person) {
            continue;
        }
        let path = match &key.name {
            KeyName::Case(attribute) => FactPath::Case(attribute.clone()),
            KeyName::Person(attribute) => {
                if resident.protected && tells_where(attribute.as_str()) {
                    continue;
                }
                match person {
                    PersonRef::Role(role) => FactPath::Person(role.clone(), attribute.clone()),
                    PersonRef::Member(index) => FactPath::Member(*index, attribute.clone()),
                }
            }
        };
        let declared = words.declaration(&path.declared()).filter(|declared| !declared.derived);
        let Some((declared, value)) = declared.zip(said.value()) else { continue };
        let value = in_kind(value, &declared.kind);
        if declared.kind.admits(&value) {
            facts.push((path, Statement::known(value, Source::Register)));
        }
    }
    facts
}

/// A code of the mapping knows only letters; the pack says whether they are a choice, one of several, or a text.
fn in_kind(value: Value, kind: &FactKind) -> Value {
    match (value, kind) {
        (Value::Choice(id), FactKind::Text) => Value::Text(id.to_string()),
        (Value::Choice(id), FactKind::Choices(_)) => Value::Choices([id].into()),
        (value, _) => value,
    }
}

fn tells_where(attribute: &str) -> bool {
    matches!(attribute, "address" | "postal_code" | "phone" | "domicile")
}

fn is_for(only: &[madoka_facts::Id], person: &PersonRef) -> bool {
    let role = match person {
        PersonRef::Role(role) => role.as_str(),
        PersonRef::Member(_) => "household",
    };
    only.is_empty() || only.iter().any(|named| named.as_str() == role)
}

impl Resident {
    /// Whether the row says anything of a kind.
    pub fn speaks_of(&self, mapping: &Mapping, kind: &Kind) -> bool {
        self.values.iter().any(|(at, _)| {
            let key = mapping.key(usize::from(*at));
            key.and_then(|key| key.kind).and_then(|at| mapping.kinds().get(at)) == Some(kind)
        })
    }

    /// What is shown in a list to tell residents apart.
    pub fn shown<'a>(&'a self, mapping: &Mapping, attribute: &str) -> &'a str {
        if self.protected && tells_where(attribute) { "" } else { self.text(mapping.person_key(attribute)) }
    }

    pub fn birth_date(&self, mapping: &Mapping) -> Option<madoka_text::BirthDate> {
        self.value(mapping.person_key("birth_date")?)?.as_date()
    }
}
