//! 続柄: what a relation is called on paper, told once and written from the view each form wants.
//!
//! The visitor says who they are to the person who died (「子」). Where the visitor is also 届出人, 喪主 or 相続人代表者, the
//! same word stands on the forms of those, which all ask from the view of the person who died. A word that would need more
//! than was said (兄か弟か) is left to be asked.

use madoka_facts::{Answer, FactPath, Facts, PersonRef, Source, Statement, Value};
use madoka_rules::Pack;

/// Persons whose forms ask for a relation to the person who died.
const ROLES: [&str; 4] = ["applicant", "mourner", "heir", "agent"];

/// Adds what follows from the visitor's relation; what anybody said themselves stays.
pub(crate) fn relate(pack: &Pack, facts: &mut Facts) {
    let said = |facts: &Facts, fact: &str| {
        let path: FactPath = fact.parse().ok()?;
        match facts.answer(&path) {
            Answer::Known(Value::Choice(id)) => Some(id.as_str().to_owned()),
            _ => None,
        }
    };
    let Some(relation) = said(facts, "visitor.relation") else { return };
    let sex = said(facts, "visitor.sex");
    let Some(word) = word(&relation, sex.as_deref()) else { return };
    for role in ROLES {
        let Some(path) = relation_of_visitor(facts, role) else { continue };
        if facts.answer(&path) == Answer::Unasked {
            let statement = Statement::known(Value::Text(word.to_owned()), Source::Derived);
            // A pack that calls it otherwise asks for it itself.
            let _other_kind = facts.state(&pack.vocabulary, path, statement);
        }
    }
}

/// The relation of a role, if that role is the visitor.
fn relation_of_visitor(facts: &Facts, role: &str) -> Option<FactPath> {
    let visitor: PersonRef = "visitor".parse().ok()?;
    let person: PersonRef = role.parse().ok()?;
    let follows = |mut one: PersonRef| {
        while let Some((_, other)) = facts.same().find(|(from, _)| **from == one) {
            one = other.clone();
        }
        one
    };
    (follows(person) == follows(visitor)).then(|| format!("{role}.relation").parse().ok()).flatten()
}

/// As it is written from the view of the person who died.
fn word(relation: &str, sex: Option<&str>) -> Option<&'static str> {
    Some(match (relation, sex) {
        ("spouse", Some("male")) => "夫",
        ("spouse", Some("female")) => "妻",
        ("spouse", _) => "配偶者",
        ("child", _) => "子",
        ("grandchild", _) => "孫",
        ("parent", Some("male")) => "父",
        ("parent", Some("female")) => "母",
        _ => return None,
    })
}
