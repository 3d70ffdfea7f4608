//! 窓口利用体験調査: somebody walks through a visit as a resident would, with a stop-watch: where, what, how many minutes, how
//! often the same was written, what was noticed. Kept in the terminal's encrypted database step by step, so that nothing is
//! lost when the walk is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::StatisticsError;
use super::sheet::plain;
use crate::{Counter, CounterError, office_time};

/// The setting that holds them.
const WALKS: &str = "statistics.walks";
/// More is no survey any more; the oldest goes.
const MOST: usize = 200;
/// Longer is no note any more.
const MOST_TEXT: usize = 1_000;

/// Every walk, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Walks {
    pub walks: Vec<Walk>,
}

/// One walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Walk {
    pub id: String,
    /// 「転入・4人家族、紙で」
    pub title: String,
    pub life_event: String,
    pub phase: WalkPhase,
    /// 「2026年11月20日 9:05」
    pub begun: String,
    pub steps: Vec<WalkStep>,
    pub ended: bool,
}

/// 導入の前と後
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum WalkPhase {
    Before,
    After,
}

/// One thing the walker did or waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WalkStep {
    /// 「記載台」
    pub place: String,
    /// 「住民異動届を書く」
    pub what: String,
    /// Seconds since the epoch: the screen's clock runs from here.
    pub begun: f64,
    /// Nothing while it runs.
    pub seconds: Option<u32>,
    /// How often name, address and the like were written here.
    pub wrote: u32,
    /// 気づいたこと
    pub note: String,
}

/// What the walker says of a step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WalkStepGiven {
    pub place: String,
    pub what: String,
    pub wrote: u32,
    pub note: String,
}

impl Walk {
    /// From the first step to the end.
    pub fn seconds(&self) -> u32 {
        self.steps.iter().filter_map(|step| step.seconds).sum()
    }
}

impl WalkStep {
    fn end(&mut self, now: Timestamp) {
        if self.seconds.is_none() {
            #[expect(clippy::cast_possible_truncation, reason = "seconds of our own clock")]
            let gone = now.as_second().saturating_sub(self.begun as i64).max(0);
            self.seconds = Some(u32::try_from(gone).unwrap_or(u32::MAX));
        }
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(MOST_TEXT).collect()
}

impl Counter {
    pub fn walks(&self) -> Result<Walks, CounterError> {
        let kept = self.cases.store()?.setting(WALKS)?.unwrap_or_default();
        Ok(serde_json::from_str(&kept).unwrap_or_default())
    }

    fn keep_walks(&mut self, mut walks: Walks) -> Result<Walks, CounterError> {
        walks.walks.truncate(MOST);
        let text = serde_json::to_string(&walks).unwrap_or_default();
        self.cases.store_mut()?.set(WALKS, &text)?;
        Ok(walks)
    }

    fn running(walks: &mut Walks) -> Result<&mut Walk, CounterError> {
        let running = walks.walks.iter_mut().find(|walk| !walk.ended);
        running.ok_or_else(|| StatisticsError::NoWalk.into())
    }

    /// 始める
    pub fn begin_walk(
        &mut self,
        title: &str,
        life_event: &str,
        phase: WalkPhase,
    ) -> Result<Walks, CounterError> {
        self.city.life_event(life_event).ok_or(CounterError::UnknownLifeEvent)?;
        let mut walks = self.walks()?;
        if walks.walks.iter().any(|walk| !walk.ended) {
            return Err(StatisticsError::WalkOpen.into());
        }
        let walk = Walk {
            id: self.clock.new_id().to_string(),
            title: short(title),
            life_event: life_event.to_owned(),
            phase,
            begun: office_time::moment(self.clock.now()),
            steps: Vec::new(),
            ended: false,
        };
        walks.walks.insert(0, walk);
        self.keep_walks(walks)
    }

    /// 次の場面: the running step ends this moment, and this one begins.
    pub fn next_walk_step(&mut self, given: &WalkStepGiven) -> Result<Walks, CounterError> {
        let mut walks = self.walks()?;
        let now = self.clock.now();
        let walk = Self::running(&mut walks)?;
        walk.steps.iter_mut().for_each(|step| step.end(now));
        walk.steps.push(WalkStep {
            place: short(&given.place),
            what: short(&given.what),
            begun: seconds(now),
            seconds: None,
            wrote: given.wrote,
            note: short(&given.note),
        });
        self.keep_walks(walks)
    }

    /// What was noticed at a step, now or when it is looked through afterwards.
    pub fn put_walk_step(&mut self, id: &str, at: u32, given: &WalkStepGiven) -> Result<Walks, CounterError> {
        let mut walks = self.walks()?;
        let walk = walks.walks.iter_mut().find(|walk| walk.id == id).ok_or(StatisticsError::NoWalk)?;
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let step = walk.steps.get_mut(at).ok_or(StatisticsError::NoWalk)?;
        (step.place, step.what) = (short(&given.place), short(&given.what));
        (step.wrote, step.note) = (given.wrote, short(&given.note));
        self.keep_walks(walks)
    }

    /// 終える
    pub fn end_walk(&mut self) -> Result<Walks, CounterError> {
        let mut walks = self.walks()?;
        let now = self.clock.now();
        let walk = Self::running(&mut walks)?;
        walk.steps.iter_mut().for_each(|step| step.end(now));
        walk.ended = true;
        self.keep_walks(walks)
    }

    /// 捨てる
    pub fn drop_walk(&mut self, id: &str) -> Result<Walks, CounterError> {
        let mut walks = self.walks()?;
        walks.walks.retain(|walk| walk.id != id);
        self.keep_walks(walks)
    }

    /// 体験調査の記録 as a spreadsheet: one line a step.
    pub fn walks_csv(&self) -> Result<String, CounterError> {
        let mut lines = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let head = [
            "調査",
            "ライフイベント",
            "時期",
            "始め",
            "場所",
            "したこと",
            "秒",
            "書いた回数",
            "気づいたこと",
        ];
        // Writing into memory does not fail.
        let _ = lines.write_record(head);
        for walk in &self.walks()?.walks {
            let event = self.city.life_event(&walk.life_event);
            for step in &walk.steps {
                let _ = lines.write_record([
                    plain(&walk.title),
                    event.map(|event| event.name.ja.clone()).unwrap_or_default(),
                    match walk.phase {
                        WalkPhase::Before => "導入の前".to_owned(),
                        WalkPhase::After => "導入の後".to_owned(),
                    },
                    walk.begun.clone(),
                    plain(&step.place),
                    plain(&step.what),
                    step.seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
                    step.wrote.to_string(),
                    plain(&step.note),
                ]);
            }
        }
        let bytes = lines.into_inner().unwrap_or_default();
        Ok(format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a screen's clock is exact enough for some million years")]
fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}
