//! Found, of the right kind, bound right: each truth is matched with at most one proposal.

use madoka_forms::detect::{Area, Detected};

use crate::truth::{Place, flat};

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    pub(crate) fields: usize,
    pub(crate) found: usize,
    pub(crate) kind: usize,
    pub(crate) bound: usize,
    /// Proposals that name a fact, and those of them that name the right one in the right place.
    pub(crate) proposed: usize,
    pub(crate) right: usize,
}

impl Score {
    pub(crate) fn add(&mut self, other: Self) {
        self.fields += other.fields;
        self.found += other.found;
        self.kind += other.kind;
        self.bound += other.bound;
        self.proposed += other.proposed;
        self.right += other.right;
    }

    fn share(part: usize, whole: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "fields of some papers")]
        let share = part as f64 / whole.max(1) as f64;
        share
    }

    pub(crate) fn found(&self) -> f64 {
        Self::share(self.found, self.fields)
    }

    pub(crate) fn kind(&self) -> f64 {
        Self::share(self.kind, self.found)
    }

    /// Of all fields, those whose place and fact are right.
    pub(crate) fn recall(&self) -> f64 {
        Self::share(self.bound, self.fields)
    }

    pub(crate) fn precision(&self) -> f64 {
        Self::share(self.right, self.proposed)
    }

    pub(crate) fn line(&self) -> String {
        format!(
            "fields {:>4}  found {:>5.1}%  kind {:>5.1}%  recall {:>5.1}%  proposed {:>4}  precision {:>5.1}%",
            self.fields,
            self.found() * 100.0,
            self.kind() * 100.0,
            self.recall() * 100.0,
            self.proposed,
            self.precision() * 100.0
        )
    }
}

/// Half of what both cover is common; or one holds the other's middle and they are not of another order of size.
fn same_place(one: &Area, other: &Area) -> Option<f64> {
    let likeness = one.likeness(other);
    let middle = one.inset(-0.5).holds(other.centre_x(), other.centre_y())
        || other.holds(one.centre_x(), one.centre_y());
    (likeness > 0.5 || (middle && likeness > 0.12)).then_some(likeness)
}

/// Each truth with the proposal it is matched with, each proposal with its truth.
struct Matched {
    proposals: Vec<Place>,
    of_truth: Vec<Option<usize>>,
    of_proposal: Vec<Option<usize>>,
}

fn agrees(one: &Place, other: &Place) -> bool {
    (one.values.is_empty() && other.values.is_empty())
        || one.values.iter().any(|value| other.values.contains(value))
}

fn matched(truth: &[Place], found: &Detected) -> Matched {
    let mut proposals = Vec::new();
    for proposal in &found.proposals {
        flat(proposal, &mut proposals);
    }
    let mut pairs = Vec::new();
    for (t, place) in truth.iter().enumerate() {
        for (p, proposal) in proposals.iter().enumerate().filter(|(_, proposal)| proposal.page == place.page)
        {
            if let Some(likeness) = same_place(&place.area, &proposal.area) {
                pairs.push((likeness + if agrees(place, proposal) { 0.3 } else { 0.0 }, t, p));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut of_truth, mut of_proposal) = (vec![None; truth.len()], vec![None; proposals.len()]);
    for (_, t, p) in pairs {
        if of_truth[t].is_none() && of_proposal[p].is_none() {
            (of_truth[t], of_proposal[p]) = (Some(p), Some(t));
        }
    }
    Matched { proposals, of_truth, of_proposal }
}

/// What went wrong, a line each; to be read for papers that detection is built on, and for no others.
pub(crate) fn misses(truth: &[Place], found: &Detected) -> Vec<String> {
    let matched = matched(truth, found);
    let at = |place: &Place| {
        let Area { x, y, w, h } = place.area;
        format!("[{x:.0} {y:.0} {w:.0} {h:.0}] {} {:?}", place.kind, place.values)
    };
    let of_truth = truth.iter().zip(&matched.of_truth).filter_map(|(place, proposal)| match proposal {
        None => Some(format!("not found  {}", at(place))),
        Some(index) => {
            let proposal = &matched.proposals[*index];
            (!agrees(place, proposal)).then(|| format!("bound wrong {} as {:?}", at(place), proposal.values))
        }
    });
    let unmatched = matched.proposals.iter().zip(&matched.of_proposal);
    let extra = unmatched
        .filter(|(proposal, place)| place.is_none() && !proposal.values.is_empty())
        .map(|(proposal, _)| format!("not there  {}", at(proposal)));
    of_truth.chain(extra).collect()
}

pub(crate) fn score(truth: &[Place], found: &Detected) -> Score {
    let Matched { proposals, of_truth, of_proposal } = matched(truth, found);
    let mut score = Score { fields: truth.len(), ..Score::default() };
    for (place, proposal) in truth.iter().zip(&of_truth) {
        let Some(proposal) = proposal.map(|index: usize| &proposals[index]) else { continue };
        score.found += 1;
        score.kind += usize::from(place.kind == proposal.kind);
        score.bound += usize::from(agrees(place, proposal));
    }
    for (proposal, place) in
        proposals.iter().zip(&of_proposal).filter(|(proposal, _)| !proposal.values.is_empty())
    {
        score.proposed += 1;
        score.right += usize::from(place.is_some_and(|index: usize| agrees(&truth[index], proposal)));
    }
    score
}
