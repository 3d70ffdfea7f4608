//! 所要時間: minutes a visit took, step by step.

use madoka_casework::{Step, TimeSpent};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// A step of a visit, as the screens have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum VisitStep {
    /// 読取
    Reading,
    /// 聞き取り
    Asking,
    /// 手続
    Choosing,
    /// 書類
    Filling,
    /// 案内
    Guiding,
}

impl From<VisitStep> for Step {
    fn from(step: VisitStep) -> Self {
        match step {
            VisitStep::Reading => Self::Reading,
            VisitStep::Asking => Self::Asking,
            VisitStep::Choosing => Self::Choosing,
            VisitStep::Filling => Self::Filling,
            VisitStep::Guiding => Self::Guiding,
        }
    }
}

impl From<Step> for VisitStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Receiving | Step::Reading => Self::Reading,
            Step::Asking => Self::Asking,
            Step::Choosing => Self::Choosing,
            Step::Filling | Step::Printing | Step::Signing => Self::Filling,
            Step::Guiding => Self::Guiding,
        }
    }
}

/// Minutes spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Minutes {
    pub waiting: u32,
    pub reading: u32,
    pub asking: u32,
    pub choosing: u32,
    pub papers: u32,
    pub guiding: u32,
    /// All work together.
    pub work: u32,
}

pub(crate) fn minutes(spent: &TimeSpent) -> Minutes {
    let whole = |seconds: u64| u32::try_from(TimeSpent::minutes(seconds)).unwrap_or(u32::MAX);
    Minutes {
        waiting: whole(spent.waiting()),
        reading: whole(spent.step(Step::Receiving) + spent.step(Step::Reading)),
        asking: whole(spent.step(Step::Asking)),
        choosing: whole(spent.step(Step::Choosing)),
        papers: whole(spent.step(Step::Filling) + spent.step(Step::Printing) + spent.step(Step::Signing)),
        guiding: whole(spent.step(Step::Guiding)),
        work: whole(spent.work()),
    }
}
