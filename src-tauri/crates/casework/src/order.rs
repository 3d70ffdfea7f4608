//! One order for any set of events, whatever order they arrived in.
//!
//! Sorted by (`seq`, id), causes come first. What an author knew of is what stands behind `after`; from that follows
//! which term an event was written in, and whether the one who began the next term knew of it. Everything here is a
//! function of the *set* of events alone.

use std::collections::{BTreeMap, HashMap};

use crate::phase::Phase;
use crate::{Aside, Event, EventId, EventKind, Refusal};

/// A set of events in order.
#[derive(Debug, Default)]
pub(crate) struct Arranged {
    /// In order; what stands aside is among them, so that a person can decide in order too.
    pub(crate) events: Vec<(Event, Standing)>,
    /// Events whose causes have not arrived yet.
    pub(crate) early: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Counts,
    Aside(Refusal),
}

struct Node {
    event: Event,
    /// Where its causes stand.
    after: Vec<usize>,
    /// The last term its author knew of.
    term: u32,
    /// Known to whoever began the next term.
    known: bool,
    /// Its author believed in a term that another one came before: two claimed at once, and this one lost.
    overtaken: bool,
    standing: Standing,
}

pub(crate) fn arrange(events: impl IntoIterator<Item = Event>) -> Result<Arranged, Refusal> {
    let (unique, twice) = without_doubles(events);
    let mut in_order: Vec<Event> = unique.into_values().collect();
    in_order.sort_by_key(|event| (event.seq, event.id));
    let mut arranged = Arranged::default();
    let mut nodes: Vec<Node> = Vec::with_capacity(in_order.len());
    let mut place: HashMap<EventId, usize> = HashMap::with_capacity(in_order.len());
    for event in in_order {
        let after: Option<Vec<usize>> = event.after.iter().map(|id| place.get(id).copied()).collect();
        let Some(after) = after else {
            arranged.early.push(event);
            continue;
        };
        let highest = after.iter().filter_map(|at| nodes.get(*at)).map(|node| node.event.seq).max();
        let expected = highest.map_or(0, |seq| seq.saturating_add(1));
        let standing = if event.seq != expected {
            Standing::Aside(Refusal::OutOfOrder)
        } else if matches!(event.kind, EventKind::Opened { .. }) {
            if nodes.is_empty() { Standing::Counts } else { Standing::Aside(Refusal::AlreadyOpened) }
        } else if nodes.is_empty() || after.is_empty() {
            Standing::Aside(Refusal::NotOpened)
        } else if nodes.first().is_some_and(|first| first.event.case != event.case) {
            Standing::Aside(Refusal::OtherCase)
        } else {
            Standing::Counts
        };
        let opened = matches!(event.kind, EventKind::Opened { .. }) && standing == Standing::Counts;
        if nodes.is_empty() && !opened {
            // Nothing stands on what was never opened.
            arranged.early.push(event);
            continue;
        }
        place.insert(event.id, nodes.len());
        nodes.push(Node { event, after, term: 0, known: false, overtaken: false, standing });
    }
    if nodes.is_empty() {
        return Err(Refusal::NotOpened);
    }
    let (phases, beginnings) = terms(&mut nodes);
    for (term, beginning) in (0..).zip(&beginnings) {
        mark_known(&mut nodes, *beginning, term);
    }
    let last = phases.len().saturating_sub(1);
    for node in &mut nodes {
        if node.standing != Standing::Counts || node.event.kind.is_of_phase() || node.event.kind.is_anyones()
        {
            continue;
        }
        let term = usize::try_from(node.term).unwrap_or(usize::MAX);
        let admitted = phases.get(term).map_or(Err(Refusal::OutOfOrder), |phase| phase.admits(&node.event));
        node.standing = match admitted {
            // In good faith, so a person decides.
            Err(_) if node.overtaken => Standing::Aside(Refusal::Late),
            Err(refusal) => Standing::Aside(refusal),
            Ok(()) if term == last || node.known => Standing::Counts,
            Ok(()) => Standing::Aside(Refusal::Late),
        };
    }
    arranged.events = nodes.into_iter().map(|node| (node.event, node.standing)).collect();
    arranged.events.extend(twice.into_iter().map(|aside| (aside.event, Standing::Aside(aside.why))));
    Ok(arranged)
}

/// The same event sent twice is one event. Two of one id that differ: the one whose text sorts first stays.
fn without_doubles(events: impl IntoIterator<Item = Event>) -> (BTreeMap<EventId, Event>, Vec<Aside>) {
    let mut unique: BTreeMap<EventId, Event> = BTreeMap::new();
    let mut twice: Vec<Aside> = Vec::new();
    for event in events {
        let kept = match unique.remove(&event.id) {
            None => event,
            Some(other) if other == event => event,
            Some(other) => {
                let (kept, aside) =
                    if other.to_json() <= event.to_json() { (other, event) } else { (event, other) };
                if !twice.iter().any(|known| known.event == aside) {
                    twice.push(Aside { event: aside, why: Refusal::SameIdOtherEvent, dismissed: None });
                }
                kept
            }
        };
        unique.insert(kept.id, kept);
    }
    twice.sort_by_cached_key(|aside| aside.event.to_json());
    (unique, twice)
}

/// Walks the events of the state machine, and tells of every event which term its author knew of. Answers the phases,
/// and the event that began each but the first.
fn terms(nodes: &mut [Node]) -> (Vec<Phase>, Vec<usize>) {
    let mut phases = vec![Phase::FIRST];
    let mut phase = Phase::FIRST;
    let mut beginnings = Vec::new();
    for at in 0..nodes.len() {
        let Some((before, [node, ..])) = nodes.split_at_mut_checked(at) else { break };
        let causes = || node.after.iter().filter_map(|at| before.get(*at));
        let term = causes().map(|cause| cause.term).max().unwrap_or(0);
        // Whoever has heard of a later term knows better.
        let overtaken = causes().any(|cause| cause.overtaken && cause.term == term);
        (node.term, node.overtaken) = (term, overtaken);
        let begins = node.event.kind.is_of_phase() && !matches!(node.event.kind, EventKind::Opened { .. });
        if node.standing != Standing::Counts || !begins {
            continue;
        }
        if node.term != phase.term {
            (node.standing, node.overtaken) = (Standing::Aside(Refusal::Late), true);
            continue;
        }
        match phase.next(&node.event) {
            Ok(next) => {
                node.term = next.term;
                phase = next;
                phases.push(phase.clone());
                beginnings.push(at);
            }
            Err(_) if node.overtaken => node.standing = Standing::Aside(Refusal::Late),
            Err(refusal) => node.standing = Standing::Aside(refusal),
        }
    }
    (phases, beginnings)
}

/// Marks the events of `term` that stand behind the event that ended it.
fn mark_known(nodes: &mut [Node], beginning: usize, term: u32) {
    let mut open = nodes.get(beginning).map(|node| node.after.clone()).unwrap_or_default();
    while let Some(at) = open.pop() {
        // Terms never fall along causes, so that nothing of this term stands behind an earlier one.
        if let Some(node) = nodes.get_mut(at)
            && node.term == term
            && !node.known
        {
            node.known = true;
            open.extend(&node.after);
        }
    }
}
