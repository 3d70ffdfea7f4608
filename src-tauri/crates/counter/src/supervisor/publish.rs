//! 公開の前に: what changes, who is judged otherwise, and which scenarios move.

use jiff::civil::Date;
use madoka_rules::edit::{Words, compare};
use madoka_rules::{Verdict, diff};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use super::scenarios::by_name;
use crate::CounterError;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CompareView {
    /// What was changed, one sentence each.
    pub sentences: Vec<String>,
    /// For whom the judgement is another one, with an example.
    pub judged: Vec<String>,
    pub moved: Vec<MovedRow>,
    /// Nothing stands in the way of asking for approval.
    pub ready: bool,
    /// What does.
    pub hindered: Vec<String>,
}

/// A scenario that comes out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MovedRow {
    pub title: String,
    pub lines: Vec<String>,
}

impl Drafting {
    pub(super) fn compared(&mut self, today: Date) -> Result<CompareView, CounterError> {
        if !self.reads() {
            return Err(CounterError::DraftBroken);
        }
        let (old, new) = (Words::of(&self.origin_pack), Words::of(&self.pack));
        let mut sentences = compare((&self.origin_catalogue, Some(&old)), (&self.catalogue, Some(&new)));
        sentences.extend(self.form_changes());
        let found = diff(&self.origin_pack, &self.pack, today);
        let name = |id: &str| by_name(&self.pack, &format!("「{id}」"));
        let event = |id: &str| {
            let found = self.pack.events.iter().find(|one| one.id.as_str() == id);
            found.map_or_else(|| id.to_owned(), |one| one.name.ja.clone())
        };
        let judged = found
            .changes
            .iter()
            .filter_map(|change| match change {
                madoka_rules::Change::Judged { event: of, procedure, now_needed, example } => {
                    let how = if *now_needed {
                        "が必要になる人がいます"
                    } else {
                        "が必要でなくなる人がいます"
                    };
                    Some(format!("{}：{}{how}。例：{example}", event(of), name(procedure)))
                }
                madoka_rules::Change::NotKnown { event: of, procedure } => Some(format!(
                    "{}：{}は込み入っていて、調べきれませんでした。",
                    event(of),
                    name(procedure)
                )),
                _ => None,
            })
            .collect();
        let word = |verdict: Option<Verdict>| verdict.map_or("なし", Verdict::label);
        let moved = found
            .moved
            .iter()
            .map(|moved| MovedRow {
                title: moved.title.clone(),
                lines: moved
                    .verdicts
                    .iter()
                    .map(|(procedure, _, before, now)| {
                        format!("{}：{} → {}", name(procedure), word(*before), word(*now))
                    })
                    .collect(),
            })
            .collect();
        let failed = self.scenarios().failed;
        let mut hindered = Vec::new();
        if sentences.is_empty() {
            hindered.push("まだ何も変えていません。".to_owned());
        }
        if failed > 0 {
            hindered.push(format!("場面テストが{failed}件、赤のままです。"));
        }
        let (wrong, mut open) = self.form_faults();
        hindered.extend(wrong);
        hindered.append(&mut open);
        Ok(CompareView { sentences, judged, moved, ready: hindered.is_empty(), hindered })
    }
}
