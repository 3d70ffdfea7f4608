//! Which parts of a pack came, went or changed between two versions.

use std::collections::{BTreeMap, BTreeSet};

use crate::pack::{Fact, Pack, Place, Question};

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    Added,
    Removed,
    Changed,
}

impl PartKind {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Added => "加わった",
            Self::Removed => "なくなった",
            Self::Changed => "変わった",
        }
    }
}

/// One part: 「質問 deceased.head」
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartChange {
    pub kind: PartKind,
    pub about: String,
}

/// Parts by what they are called, with all they say.
type Listed = BTreeMap<String, Vec<String>>;

pub(super) fn parts(old: &Pack, new: &Pack) -> Vec<PartChange> {
    let (was, is) = (listed(old), listed(new));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let change = |name: &String| {
        let kind = match (was.get(name), is.get(name)) {
            (None, _) => PartKind::Added,
            (_, None) => PartKind::Removed,
            (was, is) if was != is => PartKind::Changed,
            _ => return None,
        };
        Some(PartChange { kind, about: name.clone() })
    };
    names.into_iter().filter_map(change).collect()
}

fn listed(pack: &Pack) -> Listed {
    let mut found = Listed::new();
    let mut add = |name: String, says: String| found.entry(name).or_default().push(says);
    // Where a part stands is not what it says.
    macro_rules! all {
        ($($what:literal, $parts:expr, $id:ident;)*) => {$(
            for part in $parts {
                let mut part = part.clone();
                part.place = Place::default();
                add(format!("{} {}", $what, part.$id), format!("{part:?}"));
            }
        )*};
    }
    all! {
        "ライフイベント", &pack.events, id;
        "窓口", &pack.offices, id;
        "画面", &pack.screens, id;
        "手続", &pack.procedures, id;
        "持ち物", &pack.items, id;
        "確認事項", &pack.checks, id;
        "起算日", &pack.anchors, id;
        "排他グループ", &pack.groups, id;
        "様式", &pack.forms, id;
    }
    for fact in &pack.facts {
        let declaration = pack.vocabulary.declaration(&fact.path);
        let fact = Fact { place: Place::default(), ..fact.clone() };
        add(format!("事実 {}", fact.path), format!("{fact:?} {declaration:?}"));
    }
    for question in &pack.questions {
        // Values never show in debug output; this one is no person's.
        let skipped = question.when_skipped.as_ref();
        let skipped = skipped.map(|value| pack.vocabulary.say(&question.fact.of_member(0), value));
        let question = Question { place: Place::default(), ..question.clone() };
        add(format!("質問 {}", question.fact), format!("{question:?} {skipped:?}"));
    }
    for (name, condition) in &pack.conditions {
        add(format!("条件 {name}"), format!("{} {}", condition.name, condition.when));
    }
    for scenario in &pack.scenarios {
        let (facts, expected) = (scenario.facts.answers(), &scenario.expected);
        let said: Vec<String> = facts
            .iter()
            .map(|(path, answer)| match answer {
                madoka_facts::Answer::Known(value) => format!("{path} {}", pack.vocabulary.say(path, value)),
                _ => format!("{path} ?"),
            })
            .collect();
        let says = format!("{} {} {} {said:?} {expected:?}", scenario.title, scenario.on, scenario.complete);
        add(format!("場面テスト {}", scenario.id), says);
    }
    found
}
