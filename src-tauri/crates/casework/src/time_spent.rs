//! 所要時間: minutes of work for each step, waiting apart from work.
//!
//! Measured between an owner's events at one terminal, by that terminal's clock. A clock set back counts as no time.
//! Between two terminals their clocks cannot be compared to the second; that time is waiting. A long silence (the
//! terminal slept, the officer went for lunch without saying so) is neither work nor known waiting and stands apart. What
//! was done before the family of a booking came (来庁) is preparation: it stands apart too, and nobody waited then.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Event, EventKind, Step, TerminalId};

/// Seconds spent on a case so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSpent {
    steps: BTreeMap<Step, u64>,
    waiting: u64,
    silent: u64,
    #[serde(default)]
    prepared: u64,
}

impl TimeSpent {
    /// A silence longer than this is not counted as work.
    pub const SILENCE: u64 = 15 * 60;
    /// Nobody sits in the hall for longer than this: a case that lies longer was put off.
    pub const LONGEST_WAIT: u64 = 4 * 3600;

    /// Seconds of work in a step.
    pub fn step(&self, step: Step) -> u64 {
        self.steps.get(&step).copied().unwrap_or(0)
    }

    pub fn steps(&self) -> impl Iterator<Item = (Step, u64)> {
        self.steps.iter().map(|(step, seconds)| (*step, *seconds))
    }

    /// Seconds of work.
    pub fn work(&self) -> u64 {
        self.steps.values().sum()
    }

    /// Seconds the resident waited: before anyone claimed the case, paused, or between two owners.
    pub const fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Seconds in hand in which nothing was recorded for more than [`Self::SILENCE`].
    pub const fn silent(&self) -> u64 {
        self.silent
    }

    /// 準備: seconds of work before the family came.
    pub const fn prepared(&self) -> u64 {
        self.prepared
    }

    /// Whole minutes, as screens show.
    pub const fn minutes(seconds: u64) -> u64 {
        seconds / 60
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    Waiting,
    Work,
    Nothing,
}

/// A stopwatch that events push on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stopwatch {
    spent: TimeSpent,
    step: Step,
    doing: Doing,
    at: Timestamp,
    terminal: TerminalId,
    #[serde(default)]
    arrived: bool,
}

impl Stopwatch {
    pub(crate) fn start(opened: &Event) -> Self {
        Self {
            spent: TimeSpent::default(),
            step: Step::Receiving,
            doing: Doing::Waiting,
            at: opened.at,
            terminal: opened.by.terminal.clone(),
            arrived: false,
        }
    }

    pub(crate) const fn spent(&self) -> &TimeSpent {
        &self.spent
    }

    pub(crate) const fn step(&self) -> Step {
        self.step
    }

    /// Adds the time since the last event to where it belongs.
    fn count(&mut self, event: &Event) -> bool {
        let gap = event.at.as_second().saturating_sub(self.at.as_second());
        let gap = u64::try_from(gap).unwrap_or(0);
        let same_terminal = self.terminal == event.by.terminal;
        match self.doing {
            Doing::Nothing => {}
            Doing::Work if same_terminal && gap <= TimeSpent::SILENCE => {
                *self.spent.steps.entry(self.step).or_default() += gap;
            }
            Doing::Work if same_terminal => self.spent.silent += gap,
            Doing::Work | Doing::Waiting if gap > TimeSpent::LONGEST_WAIT => self.spent.silent += gap,
            Doing::Work | Doing::Waiting => self.spent.waiting += gap,
        }
        self.at = event.at;
        self.terminal = event.by.terminal.clone();
        same_terminal
    }

    /// The family is here: the watch of the visit starts now.
    fn arrive(&mut self, event: &Event) {
        if self.arrived {
            return;
        }
        let mut own = event.clone();
        // Whoever says so need not be who works on it.
        own.by.terminal = self.terminal.clone();
        self.count(&own);
        self.arrived = true;
        self.spent = TimeSpent { prepared: self.spent.work(), ..TimeSpent::default() };
    }

    pub(crate) fn push(&mut self, event: &Event) {
        if matches!(event.kind, EventKind::Arrived {}) {
            return self.arrive(event);
        }
        if event.kind.is_anyones() {
            return;
        }
        let same_terminal = self.count(event);
        match &event.kind {
            EventKind::StepEntered { step } => (self.step, self.doing) = (*step, Doing::Work),
            EventKind::Paused {} | EventKind::Released { .. } | EventKind::Restored {} => {
                self.doing = Doing::Waiting;
            }
            EventKind::Claimed {} | EventKind::TakenOver { .. } | EventKind::Reopened { .. } => {
                self.doing = Doing::Work;
            }
            EventKind::HandedOver { to, .. } => {
                self.doing = if to.terminal == event.by.terminal { Doing::Work } else { Doing::Waiting };
            }
            EventKind::Closed { .. } | EventKind::TakenBack {} => self.doing = Doing::Nothing,
            // The new owner's first deed after a hand-over ends the wait.
            _ if !same_terminal => self.doing = Doing::Work,
            _ => {}
        }
    }
}
