//! The draft's steps in the terminal's encrypted database, so that a day's work outlives a power cut.

use jiff::Timestamp;
use madoka_rules::edit::{Entry, Patch};
use serde::{Deserialize, Serialize};

use super::EntryRef;
use super::draft::Step;

#[derive(Serialize, Deserialize)]
struct KeptStep {
    patches: Vec<KeptPatch>,
    said: String,
    why: String,
    who: String,
    at: Timestamp,
    entry: Option<EntryRef>,
}

#[derive(Serialize, Deserialize)]
struct KeptPatch {
    file: String,
    at: usize,
    removed: String,
    added: String,
    begins: bool,
    ends: bool,
}

pub(super) fn write(steps: &[Step]) -> String {
    let steps: Vec<KeptStep> = steps
        .iter()
        .map(|step| KeptStep {
            patches: step
                .patches
                .iter()
                .map(|patch| KeptPatch {
                    file: patch.file.clone(),
                    at: patch.at,
                    removed: patch.removed.clone(),
                    added: patch.added.clone(),
                    begins: patch.begins,
                    ends: patch.ends,
                })
                .collect(),
            said: step.said.clone(),
            why: step.why.clone(),
            who: step.who.clone(),
            at: step.at,
            entry: step.entry.as_ref().map(EntryRef::from),
        })
        .collect();
    // Strings and numbers alone: nothing here can fail to be written.
    serde_json::to_string(&steps).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Option<Vec<Step>> {
    let steps: Vec<KeptStep> = serde_json::from_str(text).ok()?;
    let step = |step: KeptStep| Step {
        patches: step
            .patches
            .into_iter()
            .map(|patch| Patch {
                file: patch.file,
                at: patch.at,
                removed: patch.removed,
                added: patch.added,
                begins: patch.begins,
                ends: patch.ends,
            })
            .collect(),
        said: step.said,
        why: step.why,
        who: step.who,
        at: step.at,
        entry: step.entry.and_then(|entry| Entry::try_from(&entry).ok()),
    };
    Some(steps.into_iter().map(step).collect())
}
