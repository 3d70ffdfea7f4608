//! The draft's steps in the terminal's encrypted database, so that a day's work outlives a power cut. Whole files are kept
//! beside them, each once, by their hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use madoka_rules::edit::{Entry, Patch};
use serde::{Deserialize, Serialize};

use super::EntryRef;
use super::draft::{Step, Swap};
use super::shared::hash;

#[derive(Serialize, Deserialize)]
struct KeptStep {
    patches: Vec<KeptPatch>,
    #[serde(default)]
    swaps: Vec<KeptSwap>,
    said: String,
    why: String,
    who: String,
    at: Timestamp,
    entry: Option<EntryRef>,
}

/// A file and the hashes of what it was and is.
#[derive(Serialize, Deserialize)]
struct KeptSwap {
    file: String,
    was: Option<String>,
    now: Option<String>,
}

/// Whole files of the steps, by name of their setting.
pub(super) fn whole_files(steps: &[Step]) -> impl Iterator<Item = (String, &[u8])> {
    let swaps = steps.iter().flat_map(|step| &step.swaps);
    swaps.flat_map(|swap| [&swap.was, &swap.now]).flatten().map(|bytes| (named(bytes), bytes.as_slice()))
}

fn named(bytes: &[u8]) -> String {
    format!("supervisor.file.{}", hash(bytes))
}

pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
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
            swaps: step
                .swaps
                .iter()
                .map(|swap| KeptSwap {
                    file: swap.file.clone(),
                    was: swap.was.as_deref().map(named),
                    now: swap.now.as_deref().map(named),
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

/// `kept` gives a whole file by the name of its setting. Nothing where one of them is gone.
pub(super) fn read(text: &str, kept: impl Fn(&str) -> Option<String>) -> Option<Vec<Step>> {
    let steps: Vec<KeptStep> = serde_json::from_str(text).ok()?;
    let file = |name: Option<String>| match name {
        None => Some(None),
        Some(name) => Some(Some(STANDARD.decode(kept(&name)?).ok()?)),
    };
    let swap = |swap: KeptSwap| Some(Swap { file: swap.file, was: file(swap.was)?, now: file(swap.now)? });
    let step = |step: KeptStep| {
        Some(Step {
            swaps: step.swaps.into_iter().map(swap).collect::<Option<_>>()?,
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
        })
    };
    steps.into_iter().map(step).collect()
}
