//! 同じ方の別の案件: two of a family come on different days, or one telephones and another comes, and they do not say the
//! same. What differs is shown beside each other, and a person decides; nothing is merged by guess.

use std::collections::BTreeSet;

use madoka_casework::{Case, CaseId, EventKind, State, Words};
use madoka_facts::{Answer, DeclaredPath, FactPath, Facts, PersonRef, Source, Statement, Value};
use madoka_rules::Pack;
use madoka_text::{Glyph, Glyphs};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::reading_error::ReadingError;
use crate::relations::relate;
use crate::view::CaseRow;
use crate::visit::{SourceMark, Visit, long_date};
use crate::{Counter, CounterError, Judged, office_time};

/// Whose case it is, where a life event knows a person who died.
const WHOSE: &str = "deceased";
/// Persons of whom there is one in a family, whoever comes.
const ONE: [(&str, &str); 2] = [("mourner", "visitor.mourner"), ("heir", "visitor.heir_representative")];
/// Whoever comes is another person each time, so what they say of themselves differs rightly.
const COMING: [&str; 3] = ["visitor", "applicant", "agent"];
/// A family does not come more often; beyond it the newest count.
const MOST: usize = 5;

/// Another case about the same person, with what it says differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct OtherVisit {
    pub case: CaseRow,
    /// 「2026年11月20日（金）」
    pub day: String,
    /// Who came then.
    pub visitor: String,
    pub differences: Vec<Difference>,
}

/// One thing that the two cases say differently, and nobody has decided yet.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Difference {
    pub fact: String,
    pub label: String,
    pub here: String,
    pub here_source: SourceMark,
    pub there: String,
    pub there_source: SourceMark,
}

impl std::fmt::Debug for Difference {
    /// What a family said is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Difference({}, …)", self.fact)
    }
}

struct Other {
    case: Case,
    facts: Facts,
}

impl Counter {
    /// Other cases of the same life event about the same person, the newest first.
    pub(crate) fn other_visits(&self, judged: &Judged) -> Vec<OtherVisit> {
        // What cannot be looked up now is no reason to show nothing of this case.
        let others = self.others(judged).unwrap_or_default();
        others.into_iter().map(|other| self.other_visit(judged, &other)).collect()
    }

    /// 今回のまま・別の案件に合わせる: a person decides what holds here. The other case stays as it is.
    pub fn settle_other(
        &mut self,
        id: CaseId,
        other: CaseId,
        fact: &str,
        theirs: bool,
    ) -> Result<Visit, CounterError> {
        let judged = self.judged(id)?;
        let other = self.others(&judged)?.into_iter().find(|one| one.case.id == other);
        let other = other.ok_or(ReadingError::SettledOtherwise)?;
        let shown = self.other_visit(&judged, &other);
        let difference = shown.differences.iter().find(|one| one.fact == fact);
        let difference = difference.ok_or(ReadingError::SettledOtherwise)?;
        let mut events = Vec::new();
        if theirs {
            events.extend(Self::as_there(&judged, &other, fact)?);
        }
        let note = note(&other.case, &difference.label, theirs);
        events.push(EventKind::Noted { words: Words::parse(&note)? });
        self.record(id, events)?;
        self.visit(id)
    }

    /// What makes this case say what the other says.
    fn as_there(judged: &Judged, other: &Other, fact: &str) -> Result<Vec<EventKind>, CounterError> {
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        let whole = ONE.into_iter().find(|(person, _)| fact == format!("{person}.name"));
        let Some((person, is_visitor)) = whole else {
            let value = other.facts.best(&path).and_then(|said| said.value.clone());
            return Ok(vec![stated(path, value.ok_or(ReadingError::SettledOtherwise)?)?]);
        };
        // Another person altogether: whoever comes today is not that person, and everything known of them comes along.
        let one: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
        let mut events = Vec::new();
        if judged.facts.same().any(|(same, _)| *same == one) {
            events.push(EventKind::NotSamePerson { one });
        }
        events.push(stated(is_visitor.parse().map_err(|_| CounterError::UnknownFact)?, Value::Bool(false))?);
        let from = if said_yes(&other.facts, is_visitor) { "visitor" } else { person };
        for (path, answer) in other.facts.answers() {
            let (Answer::Known(value), FactPath::Person(told_of, attribute)) = (answer, &path) else {
                continue;
            };
            // What is computed, and what the visitor is asked as a visitor, is not theirs as a person.
            let built_in = judged.book.pack().vocabulary.built_in_attribute(attribute).is_some();
            let derived = other.facts.best(&path).is_some_and(|said| said.source == Source::Derived);
            if told_of.as_str() == from && built_in && !derived {
                let path: FactPath =
                    format!("{person}.{attribute}").parse().map_err(|_| CounterError::UnknownFact)?;
                if judged.book.pack().vocabulary.require(&path).is_ok_and(|known| known.kind.admits(value)) {
                    events.push(stated(path, value.clone())?);
                }
            }
        }
        Ok(events)
    }

    fn others(&self, judged: &Judged) -> Result<Vec<Other>, CounterError> {
        let Some(name) = text(&judged.facts, &format!("{WHOSE}.name")) else { return Ok(Vec::new()) };
        let pack = judged.book.pack();
        let born = |facts: &Facts| known(facts, &format!("{WHOSE}.birth_date")).cloned();
        let mut others = Vec::new();
        for found in self.cases.find(name)? {
            let like = found.life_event == judged.case.life_event.as_str() && found.state != State::TakenBack;
            if !like || found.id == judged.case.id || others.len() == MOST {
                continue;
            }
            let case = self.cases.get(found.id)?;
            let mut facts = case.facts(&pack.vocabulary).facts;
            relate(pack, &mut facts);
            let same_name =
                text(&facts, &format!("{WHOSE}.name")).is_some_and(|other| same_text(other, name));
            let same_day = match (born(&judged.facts), born(&facts)) {
                (Some(here), Some(there)) => here == there,
                // A namesake is told apart by a person: both days stand on the screen once they are known.
                _ => true,
            };
            if same_name && same_day {
                others.push(Other { case, facts });
            }
        }
        Ok(others)
    }

    fn other_visit(&self, judged: &Judged, other: &Other) -> OtherVisit {
        let visitor = ["visitor.name", "applicant.name"].iter().find_map(|path| text(&other.facts, path));
        OtherVisit {
            day: long_date(office_time::day(other.case.opened)),
            visitor: visitor.unwrap_or_default().to_owned(),
            differences: self.differences(judged, other),
            case: self.row(&other.case),
        }
    }

    fn differences(&self, judged: &Judged, other: &Other) -> Vec<Difference> {
        let pack = judged.book.pack();
        let done = self.city_of(&judged.case).ok().and_then(|city| {
            let of =
                |handover: &&crate::handover::Handover| handover.event == judged.case.life_event.as_str();
            city.handovers.iter().find(of).map(crate::handover::Handover::done_in)
        });
        let done = done.unwrap_or_default();
        let mut differences = Vec::new();
        let mut not_one: BTreeSet<&str> = BTreeSet::new();
        for (person, is_visitor) in ONE {
            let name = |facts| one_of(facts, person, is_visitor);
            let (Some(here), Some(there)) = (name(&judged.facts), name(&other.facts)) else { continue };
            if same_value(&Value::Text(here.0.clone()), &Value::Text(there.0.clone())) {
                continue;
            }
            not_one.insert(person);
            let Ok(path) = format!("{person}.name").parse::<FactPath>() else { continue };
            differences.push(Difference {
                fact: path.to_string(),
                label: pack.vocabulary.label(&path),
                here: here.0,
                here_source: here.1,
                there: there.0,
                there_source: there.1,
            });
        }
        for (path, answer) in judged.facts.answers() {
            let Answer::Known(here) = answer else { continue };
            let Some(there) = other.facts.best(&path) else { continue };
            let Some(value) = &there.value else { continue };
            let of = match &path {
                FactPath::Person(person, _) => person.as_str(),
                FactPath::Case(_) => "",
                // Members are told one by one, each time in another order.
                FactPath::Member(..) | FactPath::Household => continue,
            };
            let about_each = COMING.contains(&of) || not_one.contains(of) || done.contains(&path);
            if about_each || computed(pack, &path) || same_value(here, value) {
                continue;
            }
            let source = judged.facts.best(&path).map_or(Source::Derived, |said| said.source);
            if source == Source::Derived && there.source == Source::Derived {
                continue;
            }
            differences.push(Difference {
                fact: path.to_string(),
                label: pack.vocabulary.label(&path),
                here: pack.vocabulary.say(&path, here),
                here_source: source.into(),
                there: pack.vocabulary.say(&path, value),
                there_source: there.source.into(),
            });
        }
        differences.retain(|one| !settled(&judged.case, &other.case, one));
        differences
    }
}

/// Somebody has decided, and nothing was said about it since.
fn settled(here: &Case, there: &Case, difference: &Difference) -> bool {
    let words = [note(there, &difference.label, false), note(there, &difference.label, true)];
    let decided = here.notes().filter(|(said, _)| words.iter().any(|words| said.as_str() == words));
    let Some(decided) = decided.map(|(_, event)| event.at).max() else { return false };
    let person = difference.fact.split('.').next().unwrap_or_default();
    let about = |path: &FactPath| {
        let path = path.to_string();
        path == difference.fact || ONE.iter().any(|(one, asked)| *one == person && path == *asked)
    };
    let since = |case: &Case| case.stated().any(|(path, _, event)| about(path) && event.at > decided);
    !since(here) && !since(there)
}

/// Written into the notes of the case, where everybody who takes it later reads it.
fn note(other: &Case, label: &str, theirs: bool) -> String {
    let day = office_time::day(other.opened);
    let which = format!("{}/{}の{}番の案件", day.month(), day.day(), other.ticket);
    if theirs {
        format!("「{label}」は{which}と違っていたので、そちらに合わせました。")
    } else {
        format!("「{label}」は{which}と違いますが、こちらの答えのままとします。")
    }
}

fn stated(path: FactPath, value: Value) -> Result<EventKind, CounterError> {
    let said = madoka_casework::Said::new(path, Statement::known(value, Source::Staff))?;
    Ok(EventKind::Stated { said })
}

fn known<'a>(facts: &'a Facts, path: &str) -> Option<&'a Value> {
    let path: FactPath = path.parse().ok()?;
    facts.best(&path)?.value.as_ref()
}

fn text<'a>(facts: &'a Facts, path: &str) -> Option<&'a str> {
    match known(facts, path)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn said_yes(facts: &Facts, path: &str) -> bool {
    known(facts, path) == Some(&Value::Bool(true))
}

/// Who that one person is: named, or the visitor who says so.
fn one_of(facts: &Facts, person: &str, is_visitor: &str) -> Option<(String, SourceMark)> {
    let path = if said_yes(facts, is_visitor) { "visitor.name".to_owned() } else { format!("{person}.name") };
    let said = facts.best(&path.parse().ok()?)?;
    match &said.value {
        Some(Value::Text(name)) => Some((name.clone(), said.source.into())),
        _ => None,
    }
}

fn computed(pack: &Pack, path: &FactPath) -> bool {
    let declared = path.declared();
    let visit = matches!(&declared, DeclaredPath::Case(name) if name.as_str() == "visit_date");
    visit || pack.facts.iter().any(|fact| fact.path == declared && fact.derived.is_some())
}

fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => same_text(one, other),
        (one, other) => one == other,
    }
}

/// A glyph's shape and a space are no contradiction.
fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let narrow = madoka_text::to_half_width(text);
        Glyphs::of(&narrow).map(Glyph::common_form).collect::<String>().split_whitespace().collect()
    };
    plain(one) == plain(other)
}
