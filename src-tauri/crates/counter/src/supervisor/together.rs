//! 一緒に直す: the city's draft between this terminal and the server.
//!
//! The server is asked beside the counter, so that nobody waits for it while editing: the counter says what to ask
//! ([`Sending`], [`Reading`]), somebody asks, and the counter takes in what was answered.

use std::collections::BTreeMap;

use madoka_rules::PackFiles;
use madoka_rules::edit::{Edit, Entry};
use madoka_sync::wire::drafts::{DraftFiles, FileAt, NOTES_FILE, Save, SaveAnswer, Saved, Stage};
use madoka_sync::wire::packs::Hash;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;
use uuid::Uuid;

use super::desk::{StepRow, at, count};
use super::draft::Drafting;
use super::shared::{Kept, Shared, hash};
use super::{DeskView, EntryRef};
use crate::office::Link;
use crate::{Counter, CounterError};

/// Where the draft is kept at this terminal, by whoever works on it.
const KEPT: &str = "supervisor.shared";

/// 市の下書き, as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SharedView {
    pub id: String,
    pub title: String,
    pub stage: SharedStage,
    /// Files that are not on the server yet.
    pub waiting: u32,
    /// What others did, the newest first.
    pub happened: Vec<HappenedRow>,
    /// Where both changed the same lines: to be decided.
    pub clashes: Vec<ClashRow>,
    /// 版を戻す
    pub again: Option<u32>,
    /// Which content this is; for asking for approval.
    pub fingerprint: String,
    /// Whoever works here only looks.
    pub looks: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum SharedStage {
    /// 編集中
    Editing,
    /// 承認待ち
    Proposed,
    /// 公開済み
    Released,
    /// 取りやめ
    Dropped,
}

impl From<Stage> for SharedStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Editing => Self::Editing,
            Stage::Proposed => Self::Proposed,
            Stage::Released => Self::Released,
            Stage::Dropped => Self::Dropped,
        }
    }
}

/// ほかの人の直し
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct HappenedRow {
    pub who: String,
    pub at: String,
    pub lines: Vec<String>,
    /// Both touched these: somebody should look.
    pub together: Vec<EntryRef>,
}

/// 重なった直し
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ClashRow {
    pub who: String,
    pub name: String,
    pub entry: Option<EntryRef>,
    pub theirs: Vec<String>,
    pub mine: Vec<String>,
}

impl Shared {
    /// Nothing is changed in it any more, or not by whoever works here.
    pub(super) const fn is_closed(&self) -> bool {
        self.looks || matches!(self.draft.stage, Stage::Released | Stage::Dropped)
    }

    /// だれが・何を・なぜ, by everybody.
    pub(super) fn history_rows(&self) -> Vec<StepRow> {
        let row = |saved: &Saved| {
            let mut lines = saved.why.lines().map(str::to_owned).filter(|line| !line.is_empty());
            let first = lines.next().unwrap_or_else(|| format!("「{}」を保存しました。", saved.path));
            let (said, why) = match first.split_once("（理由：") {
                Some((said, why)) => (said.to_owned(), why.trim_end_matches('）').to_owned()),
                None => (first, String::new()),
            };
            let more = lines.count();
            let more = if more > 0 { format!("（ほかに{more}か所）") } else { String::new() };
            let aside = if saved.revision == 0 {
                "　※ほかの人の直しと重なったので、脇に取ってあります"
            } else {
                ""
            };
            StepRow {
                said: format!("{said}{more}{aside}"),
                why,
                who: saved.by.to_string(),
                at: at(saved.at),
                entry: None,
            }
        };
        self.history.iter().map(row).collect()
    }
}

impl Drafting {
    pub(super) fn shared_view(&self) -> Option<SharedView> {
        let shared = self.shared.as_ref()?;
        let clash = |clash: &super::shared::KeptClash| {
            let entry = clash.entry.as_ref().and_then(|entry| Entry::try_from(entry).ok());
            let named = entry.as_ref().and_then(|entry| self.catalogue.get(entry));
            ClashRow {
                who: clash.by.clone(),
                name: named.map_or_else(|| clash.file.clone(), |content| content.name.clone()),
                entry: clash.entry.clone().filter(|_| named.is_some()),
                theirs: clash.their_lines.clone(),
                mine: clash.my_lines.clone(),
            }
        };
        let happened = shared.happened.iter().map(|one| HappenedRow {
            who: one.by.clone(),
            at: at(one.at),
            lines: one.lines.clone(),
            together: one.together.clone(),
        });
        Some(SharedView {
            id: shared.draft.id.to_string(),
            title: shared.draft.title.clone(),
            stage: shared.draft.stage.into(),
            waiting: count(shared.waiting()),
            happened: happened.collect(),
            clashes: shared.clashes.iter().map(clash).collect(),
            again: shared.draft.again.and_then(|version| u32::try_from(version).ok()),
            fingerprint: shared.draft.fingerprint.to_string(),
            looks: shared.looks,
        })
    }

    fn settled(&mut self, index: usize) -> Option<super::shared::KeptClash> {
        let clashes = &mut self.shared.as_mut()?.clashes;
        (index < clashes.len()).then(|| clashes.remove(index))
    }
}

/// What is to be sent of a draft.
#[derive(Debug)]
pub struct Sending {
    draft: Uuid,
    saves: Vec<Save>,
}

/// What became of it.
#[derive(Debug)]
pub struct Sent(Uuid, Vec<(Save, SaveAnswer)>);

impl Sending {
    pub fn ask(self, link: &Link) -> Result<Sent, CounterError> {
        let session = link.session()?;
        let answers = link.line().wait(link.line().client().save_draft(&session, self.draft, &self.saves))?;
        Ok(Sent(self.draft, self.saves.into_iter().zip(answers).collect()))
    }
}

/// What is to be asked about a draft.
#[derive(Debug)]
pub struct Reading {
    draft: Uuid,
    content: Option<Hash>,
    have: BTreeMap<String, Hash>,
}

/// What the server said of it.
#[derive(Debug)]
pub struct Read {
    listing: DraftFiles,
    fetched: Vec<FileAt>,
    history: Vec<Saved>,
}

impl Reading {
    /// A draft and what of it is not here yet.
    pub fn ask(self, link: &Link) -> Result<Read, CounterError> {
        let session = link.session()?;
        let (way, client) = (link.line(), link.line().client());
        let listing = way.wait(client.draft(&session, self.draft, self.content))?;
        if listing.files.is_empty() {
            return Ok(Read { listing, fetched: Vec::new(), history: Vec::new() });
        }
        let mut fetched = Vec::new();
        for file in listing.files.iter().filter(|file| self.have.get(&file.path) != Some(&file.hash)) {
            fetched.push(way.wait(client.draft_file(&session, self.draft, &file.path))?);
        }
        let history = way.wait(client.draft_history(&session, self.draft))?;
        Ok(Read { listing, fetched, history })
    }
}

/// A draft somebody begins to take part in, beside the edition in use.
#[derive(Debug)]
pub struct Joining {
    origin: PackFiles,
    looks: bool,
    draft: Uuid,
}

impl Joining {
    /// Works out what of the draft is here already, and asks for the rest.
    pub fn ask(self, link: &Link) -> Result<(PackFiles, bool, Read), CounterError> {
        let have = self.origin.iter().map(|(path, bytes)| (path.clone(), hash(bytes))).collect();
        let read = Reading { draft: self.draft, content: None, have }.ask(link)?;
        Ok((self.origin, self.looks, read))
    }
}

impl Counter {
    pub(super) fn has_role(&self, role: &str) -> bool {
        self.officer().is_some_and(|officer| officer.roles.iter().any(|one| one == role))
    }

    fn kept_name(&self) -> String {
        format!("{KEPT}.{}", self.me.staff)
    }

    /// The draft this person took part in the last time, as it was left; else the edition in use, to look at.
    pub(super) fn city_draft(&self, origin: PackFiles) -> Result<Drafting, CounterError> {
        let kept = self.cases.store()?.setting(&self.kept_name())?.unwrap_or_default();
        let Ok(kept) = serde_json::from_str::<Kept>(&kept) else { return Drafting::new(origin) };
        let version = self.city.version().map_or(0, |version| version.version);
        let (shared, files) = Shared::kept(kept, &origin, version, !self.has_role("supervisor"));
        Drafting::of_city(origin, shared, files)
    }

    pub(super) fn keep_shared(&mut self) -> Result<(), CounterError> {
        let draft = self.draft_open()?;
        let kept = match &draft.shared {
            Some(shared) => {
                let kept = shared.keep(&draft.origin, draft.version, &draft.files);
                serde_json::to_string(&kept).map_err(|_| CounterError::Kept)?
            }
            None => String::new(),
        };
        let name = self.kept_name();
        Ok(self.cases.store_mut()?.set(&name, &kept)?)
    }

    /// The draft, for whoever may change it now.
    pub(super) fn draft_to_change(&mut self) -> Result<&mut Drafting, CounterError> {
        let practice = self.practice;
        let draft = self.draft_open()?;
        match &draft.shared {
            None if !practice => Err(CounterError::NoSharedDraft),
            Some(shared) if shared.is_closed() => Err(CounterError::DraftClosed),
            _ => Ok(draft),
        }
    }

    /// 加わる: a draft of the city, one's own new one or another's.
    pub fn draft_joining(&mut self, draft: Uuid) -> Result<Joining, CounterError> {
        self.draft_open()?;
        Ok(Joining { origin: self.released_files()?, looks: !self.has_role("supervisor"), draft })
    }

    pub fn draft_joined(
        &mut self,
        (origin, looks, read): (PackFiles, bool, Read),
    ) -> Result<DeskView, CounterError> {
        let mut shared = Shared::of(read.listing, read.fetched, &origin, looks);
        shared.history = read.history;
        let files = shared.base().clone();
        self.drafting = Some(Drafting::of_city(origin, shared, files)?);
        self.keep_shared()?;
        self.desk_view()
    }

    /// 離れる: the draft stays on the server as it is. Refused while something of it is only here.
    pub fn draft_leave(&mut self) -> Result<DeskView, CounterError> {
        let draft = self.draft_open()?;
        if draft
            .shared
            .as_ref()
            .is_some_and(|shared| !shared.looks && !shared.is_sent() && !shared.is_closed())
        {
            return Err(CounterError::DraftNotSent);
        }
        self.drafting = None;
        let name = self.kept_name();
        self.cases.store_mut()?.set(&name, "")?;
        self.supervise()
    }

    /// What of the open draft is to be sent; nothing where all is, or where it is nobody's but this terminal's.
    pub fn draft_sending(&mut self) -> Result<Option<Sending>, CounterError> {
        let draft = self.draft_open()?;
        let Some(shared) = draft.shared.as_ref().filter(|shared| !shared.is_closed()) else {
            return Ok(None);
        };
        let sending = Sending { draft: shared.draft.id, saves: shared.saves(&draft.files) };
        Ok(Some(sending).filter(|sending| !sending.saves.is_empty()))
    }

    /// Takes in what became of it. Answers whether something here is another one now.
    pub fn draft_sent(&mut self, Sent(id, sent): Sent) -> Result<bool, CounterError> {
        let draft = self.draft_open()?;
        if draft.shared.as_ref().is_none_or(|shared| shared.draft.id != id) {
            return Ok(false);
        }
        let files = draft.files.clone();
        let moved = draft.sent(sent);
        if draft.files != files {
            draft.changed();
        }
        self.keep_shared()?;
        Ok(moved)
    }

    /// What is to be asked about the open draft; nothing where it is this terminal's own.
    pub fn draft_reading(&mut self) -> Result<Option<Reading>, CounterError> {
        let shared = self.draft_open()?.shared.as_ref();
        Ok(shared.map(|shared| Reading {
            draft: shared.draft.id,
            // The first time the history is wanted as well; and one's own saves stand in it too.
            content: (shared.heard && !shared.news).then_some(shared.draft.fingerprint),
            have: shared.known(),
        }))
    }

    /// Takes in what others did. Answers whether something here is another one now.
    pub fn draft_heard(&mut self, read: Read) -> Result<bool, CounterError> {
        let draft = self.draft_open()?;
        if draft.shared.as_ref().is_none_or(|shared| shared.draft.id != read.listing.draft.id) {
            return Ok(false);
        }
        let files = draft.files.clone();
        let moved = draft.heard(read.listing, read.fetched, read.history);
        if draft.files != files {
            draft.changed();
        }
        if moved {
            self.keep_shared()?;
        }
        Ok(moved)
    }

    /// The desk as it is now.
    pub fn draft_desk(&mut self) -> Result<DeskView, CounterError> {
        self.desk_view()
    }

    /// 重なった直しを決める: one's own in place of the other's, or the other's as it stands.
    pub fn draft_settle(&mut self, index: u32, mine: bool) -> Result<DeskView, CounterError> {
        let (who, now) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let clash = draft.settled(index).ok_or(CounterError::NoDraft)?;
        if mine {
            let entry = clash.entry.as_ref().map(Entry::try_from).transpose()?;
            match (entry, clash.mine) {
                (None, text) => {
                    let said = format!("重なった直しを、「{}」では自分のものに決めました。", clash.file);
                    draft.write_text((&clash.file, &text.unwrap_or_default()), said, &who, now)?;
                }
                (Some(entry), mine) => {
                    let there = draft.catalogue.get(&entry).is_some();
                    let edit = match (mine, there) {
                        (None, _) => Edit::Remove { entry },
                        (Some(source), true) => Edit::Source { entry, source },
                        (Some(source), false) => Edit::Add { file: clash.file, source },
                    };
                    draft.make(&[edit], "重なった直しを、自分のものに決めた", &who, now)?;
                }
            }
        }
        self.keep_shared()?;
        self.desk_view()
    }

    /// 職員へのお知らせを書く: it travels in the edition and is shown to staff once.
    pub fn draft_notes(&mut self, text: &str) -> Result<DeskView, CounterError> {
        let (who, now) = (self.me.staff.to_string(), self.clock.now());
        let mut text = text.trim().to_owned();
        if !text.is_empty() {
            text.push('\n');
        }
        let said = "職員へのお知らせを書きました。".to_owned();
        self.draft_to_change()?.write_text((NOTES_FILE, &text), said, &who, now)?;
        self.keep_steps()?;
        self.desk_view()
    }
}
