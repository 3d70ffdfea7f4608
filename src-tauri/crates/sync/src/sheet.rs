//! 照会票: what a department may see of a case: the facts its procedure uses, and who it is about. The server makes it, and
//! practice makes it alike; nothing else leaves either.

use std::collections::BTreeSet;

use madoka_casework::{Case, OfficeId, ProcedureRef};
use madoka_facts::{FactPath, PersonRef, Statement};
use madoka_rules::Pack;
use madoka_rules::pack::{FactsUsed, Procedure};

use crate::wire::inquiries::SheetFact;

/// By which a department finds the person in its own books.
const IDENTITY: [&str; 4] = ["name", "name_kana", "birth_date", "address"];

/// The facts of a case that an inquiry shows to its office, ordered by path.
///
/// - An inquiry about a procedure shows what this procedure uses ([`Pack::facts_used`]), and only if the procedure is the
///   office's own: an inquiry that names another's shows who it is about and no more.
/// - A question about no procedure shows what the office's procedures of this life event use.
/// - What was hidden (伏せる) or withdrawn counts for nothing and is not shown. Contradictions are: the most trusted first
///   is what the counter works with.
pub fn facts_for(
    pack: &Pack,
    case: &Case,
    office: &OfficeId,
    asked: Option<&ProcedureRef>,
) -> Vec<SheetFact> {
    let known = case.facts(&pack.vocabulary);
    let of_office = |procedure: &&Procedure| procedure.office.as_str() == office.as_str();
    let used: Vec<FactsUsed> = pack
        .procedures
        .iter()
        .filter(of_office)
        .filter(|procedure| match asked {
            Some(asked) => procedure.id.as_str() == asked.procedure.as_str(),
            None => procedure.events.iter().any(|event| event.as_str() == case.life_event.as_str()),
        })
        .map(|procedure| pack.facts_used(procedure))
        .collect();
    let member = asked.and_then(|asked| asked.member).and_then(|member| known.members.position(member));
    let subject = subject(pack, case, member);
    let shown = |path: &FactPath| {
        let by_use = |used: &FactsUsed| match asked {
            Some(_) => used.shows(path, member),
            // Of whichever member one of its procedures is.
            None => used.own.contains(&path.declared()) || used.of_all.contains(&path.declared()),
        };
        is_identity(path, subject.as_ref()) || used.iter().any(by_use)
    };
    let paths: BTreeSet<FactPath> = known.facts.answers().into_keys().filter(shown).collect();
    paths
        .into_iter()
        .filter_map(|path| {
            let best = known.facts.best(&path)?;
            let statement = Statement { by: None, at: None, ..best.clone() };
            let said = best
                .value
                .as_ref()
                .map_or_else(|| "わからない".to_owned(), |value| pack.vocabulary.say(&path, value));
            Some(SheetFact { label: pack.vocabulary.label(&path), said, statement, path })
        })
        .collect()
}

/// Whom the inquiry is about: the member; else the person the life event happened to.
fn subject(pack: &Pack, case: &Case, member: Option<u16>) -> Option<PersonRef> {
    if let Some(member) = member {
        return Some(PersonRef::Member(member));
    }
    let event = pack.events.iter().find(|event| event.id.as_str() == case.life_event.as_str());
    let persons = event.map(|event| event.persons.as_slice()).unwrap_or_default();
    // The deceased of おくやみ, the holder of a handbook; the applicant where there is neither.
    let role = ["deceased", "holder", "applicant", "visitor"]
        .into_iter()
        .find(|role| persons.iter().any(|person| person.as_str() == *role))
        .unwrap_or("applicant");
    role.parse().ok()
}

fn is_identity(path: &FactPath, subject: Option<&PersonRef>) -> bool {
    let (person, attribute) = match path {
        FactPath::Person(role, attribute) => (PersonRef::Role(role.clone()), attribute),
        FactPath::Member(index, attribute) => (PersonRef::Member(*index), attribute),
        FactPath::Case(_) | FactPath::Household => return false,
    };
    subject == Some(&person) && IDENTITY.contains(&attribute.as_str())
}
