//! 練習の課題: guided role-play for newcomers. A made-up resident's story stands beside the window, and tasks tick
//! themselves off by what really happens in the case.
//!
//! Stories are data of the pack (`practice/*.toml`), so a city writes its own. They judge nobody: nothing of them leaves
//! the terminal, and practice cases are practice for ever.

mod progress;
mod story;

use madoka_casework::CaseId;
use madoka_rules::PackFiles;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

pub use story::{Remark, Say, Story, StoryError, Task, TaskKind};

use crate::{Counter, CounterError};

/// Where the story being played is kept, so that it goes on after a restart.
const PLAYING: &str = "practice_story";

#[derive(Serialize, Deserialize)]
struct Playing {
    story: String,
    case: Option<String>,
}

/// A story to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StoryTile {
    pub id: String,
    pub title: String,
    pub lesson: String,
    pub minutes: u32,
}

/// The story being played: what the resident says, and how far the tasks are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StoryShown {
    pub id: String,
    pub title: String,
    pub visitor: String,
    pub opening: String,
    /// The card to put on the practice reader.
    pub card: String,
    pub say: Vec<StoryLine>,
    pub tasks: Vec<TaskShown>,
    /// The case it is played in, once one is open.
    pub case: Option<String>,
    /// Everything is done, or the case has ended: what to take along from it.
    pub feedback: Option<Feedback>,
}

/// What the resident answers when asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StoryLine {
    pub ask: String,
    pub tell: String,
}

/// One task and whether it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TaskShown {
    pub text: String,
    pub hint: String,
    pub done: bool,
}

/// 振り返り
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Feedback {
    pub minutes: u32,
    /// What a practised officer needs.
    pub aim: u32,
    pub asked: u32,
    pub unknown: u32,
    /// Tasks that were left out.
    pub missed: Vec<String>,
    pub remarks: Vec<String>,
}

/// Every story of a pack, in its order; one that cannot be read is left out and named.
pub(crate) fn stories(files: &PackFiles) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("practice/")) {
        match Story::read(bytes) {
            Ok(story) => stories.push(story),
            Err(error) => tracing::warn!(file = path.as_str(), %error, "practice story left out"),
        }
    }
    stories.sort_by(|one, other| (one.order, &one.id).cmp(&(other.order, &other.id)));
    stories
}

impl Counter {
    /// The stories to choose from; none outside of practice.
    pub fn stories(&self) -> Vec<StoryTile> {
        let all = if self.practice { self.city.stories.as_slice() } else { &[] };
        all.iter()
            .map(|story| StoryTile {
                id: story.id.clone(),
                title: story.title.clone(),
                lesson: story.lesson.clone(),
                minutes: story.minutes,
            })
            .collect()
    }

    /// Begins a story, or with nothing ends the one being played.
    pub fn play(&mut self, story: Option<&str>) -> Result<Option<StoryShown>, CounterError> {
        let known = story.filter(|id| self.practice && self.city.stories.iter().any(|story| story.id == *id));
        let kept = known.map(|id| Playing { story: id.to_owned(), case: None });
        self.keep_playing(kept.as_ref())?;
        self.story()
    }

    fn keep_playing(&mut self, playing: Option<&Playing>) -> Result<(), CounterError> {
        // Strings alone: nothing here can fail to be written.
        let kept =
            playing.map(|playing| serde_json::to_string(playing).unwrap_or_default()).unwrap_or_default();
        Ok(self.cases.store_mut()?.set(PLAYING, &kept)?)
    }

    fn playing(&self) -> Option<Playing> {
        let kept = self.cases.store().ok()?.setting(PLAYING).ok()??;
        serde_json::from_str(&kept).ok()
    }

    /// A case was opened: the story is played in it, if it waits for one.
    pub(crate) fn play_in(&mut self, id: CaseId) -> Result<(), CounterError> {
        if !self.practice {
            return Ok(());
        }
        match self.playing() {
            Some(playing) if playing.case.is_none() => {
                self.keep_playing(Some(&Playing { case: Some(id.to_string()), ..playing }))
            }
            _ => Ok(()),
        }
    }

    /// The story being played, as its case stands now.
    pub fn story(&self) -> Result<Option<StoryShown>, CounterError> {
        let Some(playing) = self.playing().filter(|_| self.practice) else { return Ok(None) };
        let Some(story) = self.city.stories.iter().find(|story| story.id == playing.story) else {
            return Ok(None);
        };
        let id: Option<CaseId> = playing.case.as_deref().and_then(|id| id.parse().ok());
        let judged = id.map(|id| self.judged(id)).transpose()?;
        let tasks: Vec<TaskShown> = story
            .tasks
            .iter()
            .map(|task| TaskShown {
                text: task.text.clone(),
                hint: task.hint.clone(),
                done: judged.as_ref().is_some_and(|judged| progress::is_done(&task.kind, judged)),
            })
            .collect();
        let ended = judged.as_ref().is_some_and(|judged| progress::has_ended(&judged.case, &self.me));
        let finished = ended || (!tasks.is_empty() && tasks.iter().all(|task| task.done));
        let feedback = judged.as_ref().filter(|_| finished).map(|judged| Feedback {
            minutes: progress::minutes(&judged.case),
            aim: story.minutes,
            asked: progress::asked(&judged.case),
            unknown: progress::unknown(&judged.case),
            missed: tasks.iter().filter(|task| !task.done).map(|task| task.text.clone()).collect(),
            remarks: story.after.iter().map(|remark| remark.text.clone()).collect(),
        });
        Ok(Some(StoryShown {
            id: story.id.clone(),
            title: story.title.clone(),
            visitor: story.visitor.clone(),
            opening: story.opening.clone(),
            card: story.card.clone().unwrap_or_default(),
            say: story
                .say
                .iter()
                .map(|say| StoryLine { ask: say.ask.clone(), tell: say.tell.clone() })
                .collect(),
            tasks,
            case: playing.case,
            feedback,
        }))
    }
}
