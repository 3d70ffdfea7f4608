//! `pack diff`: what changed, for whom the judgement changes (with an example person, or the proof that there is
//! none), and which scenarios move because of what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};

use super::index::Index;
use super::parts::{PartChange, parts};
use super::search::{Budget, Search};
use super::witness::Witness;
use super::world::{Context, NodeId, World};
use crate::condition::Condition;
use crate::engine::{Judgement, Subject};
use crate::pack::{Pack, Place, Procedure, Scenario, Scope, ValidBy, Verdict};
use crate::scenario::Rulebooks;

/// How one procedure of one life event changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Added {
        event: String,
        procedure: String,
    },
    Removed {
        event: String,
        procedure: String,
    },
    /// Somebody is judged differently.
    Judged {
        event: String,
        procedure: String,
        now_needed: bool,
        example: String,
    },
    /// Proved: nobody is judged differently. Something else changed (name, deadline, things to bring, texts, the way
    /// the condition is written …).
    Text {
        event: String,
        procedure: String,
    },
    /// 「調べきれませんでした」
    NotKnown {
        event: String,
        procedure: String,
    },
}

/// One line of `pack diff`.
impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added { event, procedure } => write!(f, "＋ {event}：{procedure} が加わります。"),
            Self::Removed { event, procedure } => write!(f, "－ {event}：{procedure} がなくなります。"),
            Self::Judged { event, procedure, now_needed, example } => {
                let how = if *now_needed {
                    "必要になる人がいます"
                } else {
                    "必要でなくなる人がいます"
                };
                write!(f, "！ {event}：{procedure} が{how}。例：{example}")
            }
            Self::Text { event, procedure } => {
                write!(f, "・ {event}：{procedure} の文や期限などが変わります（判定は同じです）。")
            }
            Self::NotKnown { event, procedure } => {
                write!(f, "？ {event}：{procedure} は複雑で、調べきれませんでした。")
            }
        }
    }
}

/// Somebody who is judged differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    pub event: String,
    pub procedure: String,
    pub now_needed: bool,
    pub person: Witness,
}

/// A scenario whose verdicts are others under the new pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub scenario: String,
    pub title: String,
    /// Procedure, subject, verdict before and now.
    pub verdicts: Vec<(String, String, Option<Verdict>, Option<Verdict>)>,
    /// What in the pack moved it: 「条件 dec_65」「質問 deceased.head の ask_if」 …
    pub because: Vec<String>,
}

/// What differs between two packs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackDiff {
    pub changes: Vec<Change>,
    pub moved: Vec<Moved>,
    /// Questions, facts, conditions, offices … that came, went or changed.
    pub parts: Vec<PartChange>,
    /// The examples of [`Change::Judged`] once more, ready to be judged.
    pub affected: Vec<Affected>,
}

/// Compares two packs on the day `on`.
pub fn diff(old: &Arc<Pack>, new: &Arc<Pack>, on: Date) -> PackDiff {
    let (before, after) = (Index::of(old), Index::of(new));
    let comparison = Comparison { before: &before, after: &after, on, budget: Budget::new() };
    let mut found = PackDiff { parts: parts(old, new), ..PackDiff::default() };
    let events: BTreeSet<&Id> = old.events.iter().chain(&new.events).map(|event| &event.id).collect();
    let mut causes: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for event in events {
        let (old_ones, new_ones) = (versions(&before, event, on), versions(&after, event, on));
        let ids: BTreeSet<&str> = old_ones.keys().chain(new_ones.keys()).copied().collect();
        for id in ids {
            let (old_ones, new_ones) =
                (old_ones.get(id).map(Vec::as_slice), new_ones.get(id).map(Vec::as_slice));
            let causes = causes.entry((event.to_string(), id.to_owned())).or_default();
            comparison.procedure(
                event,
                id,
                old_ones.unwrap_or_default(),
                new_ones.unwrap_or_default(),
                causes,
                &mut found,
            );
        }
    }
    let decides = |part: &PartChange| {
        ["手続", "質問", "事実", "条件", "ライフイベント"].iter().any(|kind| part.about.starts_with(kind))
    };
    if found.parts.iter().any(decides) {
        found.moved = moved(old, new, &causes);
    }
    found
}

/// The procedures of an event that can be in force on a day, by id; several where the day of the event decides.
fn versions<'a>(index: &Index<'a>, event: &Id, on: Date) -> BTreeMap<&'a str, Vec<&'a Procedure>> {
    let mut found: BTreeMap<&str, Vec<&Procedure>> = BTreeMap::new();
    for procedure in &index.pack.procedures {
        let in_force = procedure.effective.basis == ValidBy::Event || procedure.effective.period.contains(on);
        if in_force && procedure.events.contains(event) {
            found.entry(procedure.id.as_str()).or_default().push(procedure);
        }
    }
    found
}

struct Comparison<'a> {
    before: &'a Index<'a>,
    after: &'a Index<'a>,
    on: Date,
    budget: Budget,
}

impl Comparison<'_> {
    fn procedure(
        &self,
        event: &Id,
        id: &str,
        old: &[&Procedure],
        new: &[&Procedure],
        causes: &mut Vec<String>,
        found: &mut PackDiff,
    ) {
        let (event_id, procedure) = (event.to_string(), id.to_owned());
        if old.is_empty() {
            causes.push(format!("手続 {id}（新しい）"));
            return found.changes.push(Change::Added { event: event_id, procedure });
        }
        if new.is_empty() {
            causes.push(format!("手続 {id}（なくなった）"));
            return found.changes.push(Change::Removed { event: event_id, procedure });
        }
        let (was, is) =
            (definitions(self.before, event, self.on, old), definitions(self.after, event, self.on, new));
        let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        causes.extend(keys.into_iter().filter(|key| was.get(*key) != is.get(*key)).cloned());
        let mut told = false;
        if !causes.is_empty() {
            for now_needed in [true, false] {
                let (event, procedure) = (event_id.clone(), procedure.clone());
                match self.differs(event_ref(self.after, self.before, &event), old, new, now_needed) {
                    Search::Nobody => {}
                    Search::GaveUp => {
                        told = true;
                        found.changes.push(Change::NotKnown { event, procedure });
                    }
                    Search::Somebody(person) => {
                        told = true;
                        let words = if now_needed { self.after } else { self.before };
                        let example = person.in_words(&words.pack.vocabulary);
                        let person = Affected {
                            event: event.clone(),
                            procedure: procedure.clone(),
                            now_needed,
                            person: *person,
                        };
                        found.affected.push(person);
                        found.changes.push(Change::Judged { event, procedure, now_needed, example });
                    }
                }
            }
        }
        let shown = |all: &[&Procedure]| all.iter().map(|one| shown(one)).collect::<Vec<_>>();
        if !told && (!causes.is_empty() || shown(old) != shown(new)) {
            found.changes.push(Change::Text { event: event_id, procedure });
        }
    }

    fn differs(
        &self,
        event: Option<&Id>,
        old: &[&Procedure],
        new: &[&Procedure],
        now_needed: bool,
    ) -> Search {
        let member = old.iter().chain(new).any(|procedure| procedure.scope == Scope::Household);
        let context = |index| Context { index, event, day: self.on, changed: None };
        // The new pack first: its names are the ones in use when this is read.
        let mut world = World::new(vec![context(self.after), context(self.before)]);
        let is = any_of(&mut world, 0, new);
        let was = any_of(&mut world, 1, old);
        let (yes, no) = if now_needed { (is, was) } else { (was, is) };
        let no = world.negated(no);
        let root = world.all([yes, no]);
        world.finish(member);
        world.somebody(root, member, &self.budget)
    }
}

fn event_ref<'a>(after: &Index<'a>, before: &Index<'a>, event: &str) -> Option<&'a Id> {
    let mut events = after.pack.events.iter().chain(&before.pack.events);
    events.find(|known| known.id.as_str() == event).map(|event| &event.id)
}

fn any_of(world: &mut World<'_>, context: usize, procedures: &[&Procedure]) -> NodeId {
    let mut nodes = Vec::new();
    for procedure in procedures {
        let when = world.condition(context, &procedure.when);
        let force = world.in_force(context, &procedure.effective);
        nodes.push(world.all([when, force]));
    }
    world.any(nodes)
}

/// Everything of a procedure but its place and its condition's way of writing.
fn shown(procedure: &Procedure) -> String {
    format!("{:?}", Procedure { place: Place::default(), when: Condition::Always, ..procedure.clone() })
}

/// Everything the verdict of a procedure rests on, by name.
fn definitions(
    index: &Index<'_>,
    event: &Id,
    on: Date,
    procedures: &[&Procedure],
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut to_do: Vec<&Condition> = Vec::new();
    for (at, procedure) in procedures.iter().enumerate() {
        let id = &procedure.id;
        let name =
            if at == 0 { format!("手続 {id}") } else { format!("手続 {id}（{}つ目）", at + 1) };
        found.insert(format!("{name} の条件"), format!("{} {:?}", procedure.when, procedure.scope));
        found.insert(format!("{name} の有効期間"), format!("{:?}", procedure.effective));
        to_do.push(&procedure.when);
    }
    let mut facts: BTreeSet<&DeclaredPath> = BTreeSet::new();
    while let Some(condition) = to_do.pop() {
        condition.visit(&mut |part| match part {
            Condition::Named(name) => {
                if let Some(condition) = index.pack.conditions.get(name)
                    && found.insert(format!("条件 {name}"), condition.when.to_string()).is_none()
                {
                    to_do.push(&condition.when);
                }
            }
            Condition::Test(test) => {
                for path in test.paths().filter(|path| facts.insert(path)) {
                    if let Some(derived) = index.derived(path) {
                        found.insert(format!("事実 {path}"), derived.to_string());
                        to_do.push(derived);
                    }
                    let declared = index.pack.vocabulary.declaration(path);
                    found.insert(
                        format!("事実 {path} の型"),
                        format!("{:?}", declared.map(|declared| &declared.kind)),
                    );
                    let question = index.question(path, event, on);
                    if let Some((question, gate)) = question.and_then(|one| Some((one, one.ask_if.as_ref()?)))
                    {
                        let skipped = question.when_skipped.as_ref();
                        let skipped =
                            skipped.map(|value| index.pack.vocabulary.say(&path.of_member(0), value));
                        found.insert(format!("質問 {path} の ask_if"), format!("{gate} {skipped:?}"));
                        to_do.push(gate);
                    }
                }
            }
            _ => {}
        });
    }
    found
}

type Verdicts = BTreeMap<(String, Subject), Verdict>;

fn verdicts(pack: &Pack, judgement: &Judgement) -> Verdicts {
    let entries = judgement.entries.iter();
    entries
        .filter_map(|entry| {
            Some(((pack.procedures.get(entry.procedure)?.id.to_string(), entry.subject), entry.verdict))
        })
        .collect()
}

fn moved(old: &Arc<Pack>, new: &Arc<Pack>, causes: &BTreeMap<(String, String), Vec<String>>) -> Vec<Moved> {
    let mut moved = Vec::new();
    let known: BTreeSet<&Id> = new.scenarios.iter().map(|scenario| &scenario.id).collect();
    let gone = old.scenarios.iter().filter(|scenario| !known.contains(&scenario.id));
    let (mut before, mut after) = (Rulebooks::new(old), Rulebooks::new(new));
    for scenario in new.scenarios.iter().chain(gone) {
        let (was, is) = (judged(&mut before, old, scenario), judged(&mut after, new, scenario));
        let keys: BTreeSet<&(String, Subject)> = was.keys().chain(is.keys()).collect();
        let mut because: BTreeSet<&String> = BTreeSet::new();
        let mut differing = Vec::new();
        for key in keys {
            let (was, is) = (was.get(key).copied(), is.get(key).copied());
            // Not in force and not needed come to the same for a resident.
            let plain = |verdict: Option<Verdict>| verdict.unwrap_or(Verdict::NotNeeded);
            if plain(was) != plain(is) {
                because
                    .extend(causes.get(&(scenario.event.to_string(), key.0.clone())).into_iter().flatten());
                differing.push((key.0.clone(), key.1.to_string(), was, is));
            }
        }
        if !differing.is_empty() {
            moved.push(Moved {
                scenario: scenario.id.to_string(),
                title: scenario.title.clone(),
                verdicts: differing,
                because: because.into_iter().cloned().collect(),
            });
        }
    }
    moved
}

fn judged(books: &mut Rulebooks, pack: &Pack, scenario: &Scenario) -> Verdicts {
    let book = books.get(scenario.event.as_str(), scenario.on);
    book.map(|book| verdicts(pack, &book.judge(&scenario.facts))).unwrap_or_default()
}
