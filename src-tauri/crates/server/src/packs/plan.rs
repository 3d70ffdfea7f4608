//! What a terminal should have: the newest edition whose day has come and that is meant for it, and those still to come.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Canary: 公開（先行する端末を名指し）
//!     [*] --> All: 公開（全端末）
//!     Canary --> All: 全端末へ広げる
//!     Canary --> Stopped: 中止
//!     All --> Stopped: 中止（使い始める日より前）
//! ```
//!
//! An edition that is in use is never taken back: versions only rise, and an older content comes again under a new
//! number.

use jiff::civil::Date;
use madoka_casework::TerminalId;

/// What the plan needs to know of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) version: u64,
    pub(super) activates: Option<Date>,
    /// Empty: for all.
    pub(super) canary: Vec<TerminalId>,
    pub(super) widened: bool,
    pub(super) stopped: bool,
}

impl Step {
    pub(super) fn is_canary(&self) -> bool {
        !self.canary.is_empty() && !self.widened
    }

    fn is_for(&self, terminal: Option<&TerminalId>) -> bool {
        !self.stopped
            && (!self.is_canary() || terminal.is_some_and(|terminal| self.canary.contains(terminal)))
    }

    fn is_due(&self, today: Date) -> bool {
        self.activates.is_none_or(|day| day <= today)
    }
}

/// The versions one terminal (or, without one, everybody) should have, rising: today's, and those behind it.
pub(super) fn plan(steps: &[Step], terminal: Option<&TerminalId>, today: Date) -> Vec<u64> {
    let meant: Vec<&Step> = steps.iter().filter(|step| step.is_for(terminal)).collect();
    let now = meant.iter().filter(|step| step.is_due(today)).map(|step| step.version).max();
    let mut versions: Vec<u64> = meant
        .iter()
        .filter(|step| Some(step.version) == now || !step.is_due(today))
        .map(|step| step.version)
        .filter(|version| now.is_none_or(|now| *version >= now))
        .collect();
    versions.sort_unstable();
    versions
}

/// Whether a version's day has come.
pub(super) fn is_due(steps: &[Step], version: u64, today: Date) -> bool {
    steps.iter().any(|step| step.version == version && step.is_due(today))
}

/// Editions that wait for a later day than this one's: released now, it would be the newer version, and they would
/// never come.
pub(super) fn overtaken(steps: &[Step], activates: Option<Date>, today: Date) -> Vec<u64> {
    let day = activates.unwrap_or(today);
    steps
        .iter()
        .filter(|step| {
            !step.stopped && !step.is_due(today) && step.activates.is_some_and(|later| later > day)
        })
        .map(|step| step.version)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn terminal(id: &str) -> TerminalId {
        TerminalId::parse(id).unwrap()
    }

    fn step(version: u64) -> Step {
        Step { version, activates: None, canary: Vec::new(), widened: false, stopped: false }
    }

    #[test]
    fn 今日の版と_これからの版だけを持つ() {
        let april = Step { activates: Some(date(2027, 4, 1)), ..step(3) };
        let steps = [step(1), step(2), april];
        assert_eq!(plan(&steps, None, date(2027, 3, 31)), [2, 3]);
        assert_eq!(plan(&steps, None, date(2027, 4, 1)), [3]);
        assert_eq!(plan(&[], None, date(2027, 4, 1)), Vec::<u64>::new());
    }

    #[test]
    fn 先行公開は名指しした端末だけ_中止すれば前の版のまま() {
        let mut canary = Step { canary: vec![terminal("t1")], ..step(2) };
        let today = date(2026, 12, 1);
        let plans = |canary: &Step| {
            let steps = [step(1), canary.clone()];
            (plan(&steps, Some(&terminal("t1")), today), plan(&steps, Some(&terminal("t2")), today))
        };
        assert_eq!(plans(&canary), (vec![2], vec![1]));
        canary.widened = true;
        assert_eq!(plans(&canary), (vec![2], vec![2]));
        (canary.widened, canary.stopped) = (false, true);
        assert_eq!(plans(&canary), (vec![1], vec![1]));
    }

    #[test]
    fn 先の日を待つ版を追い越す公開は_それを名指しする() {
        let april = Step { activates: Some(date(2027, 4, 1)), ..step(3) };
        let today = date(2027, 3, 1);
        assert_eq!(overtaken(std::slice::from_ref(&april), None, today), [3]);
        assert_eq!(overtaken(std::slice::from_ref(&april), Some(date(2027, 4, 1)), today), Vec::<u64>::new());
        assert_eq!(overtaken(&[Step { stopped: true, ..april }], None, today), Vec::<u64>::new());
    }
}
