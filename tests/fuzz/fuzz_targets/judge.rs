//! A made-up person before the small city's rules: judged without panic, the same each time; what is known more never
//! changes a verdict that was given (nor does the day of a date that had 不詳 parts), and わからない never takes a procedure away.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use jiff::civil::{Date, date};
use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_facts::{CaseFacts, Declaration, DeclaredPath, FactKind, FactPath, Source};
use madoka_fuzz::SMALL_CITY;
use madoka_rules::{Judgement, Rulebook, Subject, Verdict};
use serde_json::{Map, Value as Json, json};

const USUAL_DAY: Date = date(2026, 11, 2);
static USUAL: LazyLock<Rulebook> = LazyLock::new(|| book(USUAL_DAY));

fn book(on: Date) -> Rulebook {
    Rulebook::new(&SMALL_CITY, "move", on).expect("the small city has the event")
}

/// What can be stated: not what is derived, not the day of the visit, not the list itself.
static FACTS: LazyLock<Vec<(DeclaredPath, Declaration)>> = LazyLock::new(|| {
    let words = &SMALL_CITY.vocabulary;
    let built_in = ["household.birth_date", "visitor.birth_date", "visitor.sex"];
    let built_in = built_in.iter().map(|path| {
        let path: DeclaredPath = path.parse().expect("a path");
        let declaration = words.declaration(&path).expect("declared").clone();
        (path, declaration)
    });
    let declared = words.declared().map(|(path, declaration)| (path.clone(), declaration.clone()));
    declared
        .chain(built_in)
        .filter(|(path, declaration)| !declaration.derived && path.to_string() != "case.visit_date")
        .collect()
});

/// `None` is わからない; what is not in it was not asked.
type Answers = BTreeMap<FactPath, Option<Json>>;

#[derive(Debug, Clone, Default)]
struct Person {
    members: Option<u16>,
    incomplete: bool,
    answers: Answers,
}

impl Person {
    fn paths(members: Option<u16>) -> Vec<(FactPath, &'static FactKind)> {
        let of = |(path, declaration): &'static (DeclaredPath, Declaration)| {
            let count = if path.is_each_member() { members.unwrap_or(0) } else { 1 };
            (0..count).map(move |member| (path.of_member(member), &declaration.kind))
        };
        FACTS.iter().flat_map(of).collect()
    }

    fn some(u: &mut Unstructured<'_>) -> Result<Self> {
        let members = if u.ratio(1, 4)? { None } else { Some(u.int_in_range(0..=5)?) };
        let mut person = Self { members, incomplete: u.ratio(1, 4)?, answers: Answers::new() };
        for (path, kind) in Self::paths(members) {
            match u.int_in_range(0..=5)? {
                0 | 1 => {}
                2 => drop(person.answers.insert(path, None)),
                _ => drop(person.answers.insert(path, Some(value(u, kind)?))),
            }
        }
        Ok(person)
    }

    /// The same person, some time later in the interview.
    fn who_knows_more(&self, u: &mut Unstructured<'_>) -> Result<Self> {
        let mut later = self.clone();
        for (path, kind) in Self::paths(self.members) {
            let learnt = match self.answers.get(&path) {
                Some(Some(Json::String(known))) if known.ends_with("-XX") => whole_day(u, known)?,
                Some(Some(_)) => continue,
                _ => value(u, kind)?,
            };
            if u.ratio(1, 2)? {
                later.answers.insert(path, Some(learnt));
            }
        }
        Ok(later)
    }

    fn who_forgot_some(&self, u: &mut Unstructured<'_>) -> Result<Self> {
        let mut later = self.clone();
        for answer in later.answers.values_mut() {
            if u.ratio(1, 3)? {
                *answer = None;
            }
        }
        Ok(later)
    }

    fn facts(&self) -> CaseFacts {
        let mut facts = Map::new();
        let mut household = vec![Map::new(); usize::from(self.members.unwrap_or(0))];
        let mut unknown: Vec<String> = Vec::new();
        for (path, answer) in &self.answers {
            match (path, answer) {
                (path, None) => unknown.push(path.to_string()),
                (FactPath::Member(member, attribute), Some(value)) => {
                    household[usize::from(*member)].insert(attribute.to_string(), value.clone());
                }
                (path, Some(value)) => drop(facts.insert(path.to_string(), value.clone())),
            }
        }
        if self.members.is_some() {
            facts.insert("household".to_owned(), household.into_iter().map(Json::Object).collect());
        }
        if self.incomplete {
            unknown.push("household".to_owned());
        }
        let json = json!({ "event": "move", "facts": facts, "unknown": unknown });
        CaseFacts::from_value(&json, &SMALL_CITY.vocabulary, Source::Staff)
            .unwrap_or_else(|problems| panic!("{json}: {problems:?}"))
    }
}

fn value(u: &mut Unstructured<'_>, kind: &FactKind) -> Result<Json> {
    Ok(match kind {
        FactKind::Bool => Json::from(u.arbitrary::<bool>()?),
        FactKind::Choice(choices) => Json::from(u.choose(choices)?.id.as_str()),
        FactKind::Choices(choices) => {
            let mut chosen: Vec<&str> = Vec::new();
            for choice in choices {
                match u.arbitrary::<bool>()? {
                    true if choice.alone => return Ok(json!([choice.id.as_str()])),
                    true => chosen.push(choice.id.as_str()),
                    false => {}
                }
            }
            chosen.into_iter().collect()
        }
        FactKind::Number { min, max } => Json::from(u.int_in_range(*min..=*max)?),
        FactKind::Date => Json::from(day(u)?),
        FactKind::Text => Json::from(
            u.arbitrary::<String>()?.chars().filter(|c| !c.is_control()).take(500).collect::<String>(),
        ),
        FactKind::Household => Json::Null,
    })
}

fn day(u: &mut Unstructured<'_>) -> Result<String> {
    let year: i16 = if u.ratio(1, 8)? { u.int_in_range(1873..=9999)? } else { u.int_in_range(2005..=2028)? };
    let month: i8 = u.int_in_range(1..=12)?;
    let day: i8 = u.int_in_range(1..=31)?;
    let day = Date::new(year, month, 1).map_or(day, |first| day.min(first.days_in_month()));
    Ok(match u.int_in_range(0..=9)? {
        0 => format!("{year}-{month:02}-XX"),
        1 => format!("{year}-XX-XX"),
        2 => ["不詳", "昭和不詳", "昭和64年不詳", "1989-01"][u.int_in_range(0..=3)?].to_owned(),
        _ => format!("{year}-{month:02}-{day:02}"),
    })
}

/// A day that `2014-XX-XX` or `2014-07-XX` may have been.
fn whole_day(u: &mut Unstructured<'_>, known: &str) -> Result<Json> {
    let month: i8 = u.int_in_range(1..=12)?;
    let day: i8 = u.int_in_range(1..=28)?;
    let known = known.replace("-XX-XX", &format!("-{month:02}-XX"));
    Ok(Json::from(known.replace("-XX", &format!("-{day:02}"))))
}

type Verdicts = BTreeMap<(usize, Subject), Verdict>;

fn verdicts(judgement: &Judgement) -> Verdicts {
    judgement.entries.iter().map(|entry| ((entry.procedure, entry.subject), entry.verdict)).collect()
}

fn stories(u: &mut Unstructured<'_>) -> Result<()> {
    let unusual = u.ratio(1, 6)?;
    let other;
    let book = if unusual {
        let years = if u.ratio(1, 2)? { 2000..=2040 } else { -9999..=9999 };
        other = book(
            Date::new(u.int_in_range(years)?, u.int_in_range(1..=12)?, u.int_in_range(1..=28)?)
                .unwrap_or(USUAL_DAY),
        );
        &other
    } else {
        &*USUAL
    };
    let person = Person::some(u)?;
    let facts = person.facts().facts;
    let before = book.judge(&facts);
    assert_eq!(before, book.judge(&facts), "the same facts, the same judgement");
    for entry in &before.entries {
        assert!(!book.reason(entry, &facts).is_empty());
        match entry.verdict {
            Verdict::Undecided | Verdict::ToConfirm => {
                assert!(!entry.open.is_empty() || !before.clashes.is_empty(), "{entry:?}")
            }
            Verdict::Needed | Verdict::NotNeeded => {}
        }
    }

    let later = person.who_knows_more(u)?;
    let after = book.judge(&later.facts().facts);
    // An answer that contradicts its gate is asked back; until then verdicts may be open again.
    if before.clashes.is_empty() && after.clashes.is_empty() {
        let after = verdicts(&after);
        for (key, verdict) in verdicts(&before) {
            if matches!(verdict, Verdict::Needed | Verdict::NotNeeded) {
                assert_eq!(after.get(&key), Some(&verdict), "{key:?}: {person:?} then {later:?}");
            }
        }
    }

    // Where answers contradict each other, forgetting one of them may well settle it.
    if !before.clashes.is_empty() {
        return Ok(());
    }
    let forgot = person.who_forgot_some(u)?;
    let after = book.judge(&forgot.facts().facts);
    let before = verdicts(&before);
    for (key, verdict) in verdicts(&after) {
        if before.get(&key) == Some(&Verdict::Needed) {
            assert_ne!(verdict, Verdict::NotNeeded, "{key:?}: {person:?} then {forgot:?}");
        }
    }
    Ok(())
}

fuzz_target!(|input: &[u8]| -> Corpus {
    match stories(&mut Unstructured::new(input)) {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject,
    }
});
