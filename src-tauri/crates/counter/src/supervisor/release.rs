//! 公開: from a draft to the edition on every counter, by two people; and back, by going forward.
//!
//! What the server keeps is asked for whole ([`ReleaseBoard`]) and shown as it stands; what is done ([`ReleaseGiven`]) is
//! the server's to allow. The four eyes, the check and the signature are there, not here.

use jiff::civil::Date;
use madoka_casework::TerminalId;
use madoka_sync::wire::drafts::{
    Begin, Checked, Draft, Key, MakeKey, NotesSeen, Release, Released, Remark, Remarked, Stage, Why, Word,
};
use madoka_sync::wire::packs::{Hash, TerminalPacks};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;
use uuid::Uuid;

use super::SharedStage;
use super::desk::{at, count};
use crate::office::{Link, Names};
use crate::{Counter, CounterError};

/// Drafts that are over, for looking back.
const OVER: usize = 8;

/// What the server says of drafts, editions, terminals and keys.
#[derive(Debug)]
pub struct ReleaseBoard {
    drafts: Vec<Draft>,
    editions: Vec<Released>,
    terminals: Vec<TerminalPacks>,
    keys: Vec<Key>,
    seen: Vec<NotesSeen>,
}

impl ReleaseBoard {
    pub fn ask(link: &Link) -> Result<Self, CounterError> {
        let session = link.session()?;
        let (way, client) = (link.line(), link.line().client());
        Ok(Self {
            drafts: way.wait(client.drafts(&session))?,
            editions: way.wait(client.editions(&session))?,
            terminals: way.wait(client.terminal_packs(&session))?,
            keys: way.wait(client.keys(&session))?,
            seen: way.wait(client.who_saw_notes(&session))?,
        })
    }
}

/// 公開の画面
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ReleaseView {
    pub me: String,
    pub supervises: bool,
    pub approves: bool,
    pub administers: bool,
    pub today: String,
    /// Those on their way first.
    pub drafts: Vec<DraftRow>,
    /// The newest first.
    pub editions: Vec<EditionRow>,
    pub terminals: Vec<PackAt>,
    pub keys: Vec<ApproverKey>,
    pub my_key: KeyStanding,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct DraftRow {
    pub id: String,
    pub title: String,
    pub stage: SharedStage,
    pub by: String,
    pub at: String,
    pub saves: u32,
    pub base: Option<u32>,
    pub again: Option<u32>,
    pub version: Option<u32>,
    /// Who asked for approval, and what they said.
    pub proposed_by: Option<String>,
    pub proposed_at: String,
    pub proposed_words: String,
    pub fingerprint: String,
    /// Begun or proposed by whoever works here: they cannot approve it.
    pub own: bool,
    /// Open at this terminal.
    pub here: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct EditionRow {
    pub version: u32,
    pub title: String,
    pub proposed_by: String,
    pub approved_by: String,
    pub approved_at: String,
    pub words: String,
    /// The first day it is used, where it is not at once.
    pub activates: Option<String>,
    /// Its day has not come.
    pub waits: bool,
    /// 先行公開: only these have it.
    pub canary: Vec<String>,
    pub stopped: Option<String>,
    /// What everybody works with today.
    pub current: bool,
    /// Terminals working with it, of those that should.
    pub have: u32,
    pub should: u32,
    /// Staff who have read its notes.
    pub readers: Vec<String>,
}

/// A terminal and its edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PackAt {
    pub terminal: String,
    pub active: Option<u32>,
    pub wanted: Option<u32>,
    pub current: bool,
    pub told: String,
    /// Editions it would not take, and why.
    pub refused: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum KeyStanding {
    None,
    /// An administrator has not admitted it.
    Waiting,
    Good,
    Revoked,
}

/// 承認者の鍵
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ApproverKey {
    pub id: String,
    pub staff: String,
    pub made: String,
    pub standing: KeyStanding,
    /// Nobody admits their own.
    pub own: bool,
}

/// サーバーの点検
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ServerCheck {
    pub fingerprint: String,
    pub passed: bool,
    pub errors: u32,
    pub warnings: u32,
    pub scenarios: u32,
    pub failed: u32,
    /// Errors, and how each is called.
    pub findings: Vec<String>,
    /// What changes against the edition in use.
    pub changes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct RemarkRow {
    pub who: String,
    pub at: String,
    pub words: String,
}

/// What a person does.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ReleaseGiven {
    Begin {
        title: String,
    },
    /// 承認の申請
    Propose {
        draft: String,
        fingerprint: String,
        words: String,
    },
    /// 差し戻し・取下げ
    Return {
        draft: String,
        fingerprint: String,
        words: String,
    },
    /// 取りやめ
    Drop {
        draft: String,
        fingerprint: String,
        words: String,
    },
    /// 承認・公開
    Release {
        draft: String,
        fingerprint: String,
        words: String,
        passphrase: String,
        /// The first day, or at once where it is empty.
        activates: String,
        canary: Vec<String>,
        /// Editions waiting for their day that this one replaces.
        stops: Vec<u32>,
    },
    /// 全端末へ
    Widen {
        version: u32,
        words: String,
    },
    /// 配布の中止
    Stop {
        version: u32,
        words: String,
    },
    /// 版を戻す
    Again {
        version: u32,
        words: String,
    },
    MakeKey {
        passphrase: String,
    },
    AdmitKey {
        id: String,
    },
    RevokeKey {
        id: String,
        words: String,
    },
    Remark {
        draft: String,
        words: String,
    },
}

impl std::fmt::Debug for ReleaseGiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A passphrase stands in some.
        f.write_str("ReleaseGiven(…)")
    }
}

fn draft_id(text: &str) -> Result<Uuid, CounterError> {
    text.parse().map_err(|_| CounterError::ReleaseForm)
}

fn word(fingerprint: &str, words: String) -> Result<Word, CounterError> {
    Ok(Word { fingerprint: fingerprint.parse().map_err(|_| CounterError::ReleaseForm)?, words })
}

impl Counter {
    /// 様式の誤り: a draft whose forms cannot be printed is neither proposed nor released from a desk on which it is open. The
    /// server checks the forms too; here nothing need be sent first.
    pub fn may_release(&mut self, given: &ReleaseGiven) -> Result<(), CounterError> {
        let (ReleaseGiven::Propose { draft, .. } | ReleaseGiven::Release { draft, .. }) = given else {
            return Ok(());
        };
        let Some(open) = self.drafting.as_mut() else { return Ok(()) };
        if open.shared.as_ref().is_none_or(|shared| shared.draft.id.to_string() != *draft) {
            return Ok(());
        }
        let (wrong, _) = open.form_faults();
        if wrong.is_empty() { Ok(()) } else { Err(CounterError::FormsBroken(wrong.concat())) }
    }
}

impl ReleaseGiven {
    /// Does it. Answers the draft that was begun, if one was.
    pub fn ask(self, link: &Link) -> Result<Option<String>, CounterError> {
        let by = &link.session()?;
        let (way, client) = (link.line(), link.line().client());
        let begun = match self {
            Self::Begin { title } => {
                Some(way.wait(client.begin_draft(by, &Begin { title, version: None, empty: false }))?)
            }
            Self::Again { version, words } => {
                Some(way.wait(client.edition_again(by, version.into(), &Why { words }))?)
            }
            Self::Propose { draft, fingerprint, words } => {
                way.wait(client.propose_draft(by, draft_id(&draft)?, &word(&fingerprint, words)?))?;
                None
            }
            Self::Return { draft, fingerprint, words } => {
                way.wait(client.return_draft(by, draft_id(&draft)?, &word(&fingerprint, words)?))?;
                None
            }
            Self::Drop { draft, fingerprint, words } => {
                way.wait(client.drop_draft(by, draft_id(&draft)?, &word(&fingerprint, words)?))?;
                None
            }
            Self::Release { draft, fingerprint, words, passphrase, activates, canary, stops } => {
                let fingerprint: Hash = fingerprint.parse().map_err(|_| CounterError::ReleaseForm)?;
                let activates = match activates.trim() {
                    "" => None,
                    day => Some(day.parse::<Date>().map_err(|_| CounterError::AnswerDate)?),
                };
                let canary = canary.iter().map(|one| TerminalId::parse(one)).collect::<Result<Vec<_>, _>>();
                let release = Release {
                    fingerprint,
                    words,
                    passphrase,
                    activates,
                    canary: canary.map_err(CounterError::Name)?,
                    stops: stops.into_iter().map(u64::from).collect(),
                };
                way.wait(client.release_draft(by, draft_id(&draft)?, &release))?;
                None
            }
            Self::Widen { version, words } => {
                way.wait(client.widen_edition(by, version.into(), &Why { words }))?;
                None
            }
            Self::Stop { version, words } => {
                way.wait(client.stop_edition(by, version.into(), &Why { words }))?;
                None
            }
            Self::MakeKey { passphrase } => {
                way.wait(client.make_key(by, &MakeKey { passphrase }))?;
                None
            }
            Self::AdmitKey { id } => {
                way.wait(client.admit_key(by, &key_id(id)?, &Why::default()))?;
                None
            }
            Self::RevokeKey { id, words } => {
                way.wait(client.revoke_key(by, &key_id(id)?, &Why { words }))?;
                None
            }
            Self::Remark { draft, words } => {
                way.wait(client.remark_on_draft(by, draft_id(&draft)?, &Remark { path: None, words }))?;
                None
            }
        };
        Ok(begun.map(|draft| draft.id.to_string()))
    }
}

/// It stands in an address.
fn key_id(id: String) -> Result<String, CounterError> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(id) } else { Err(CounterError::ReleaseForm) }
}

impl ServerCheck {
    /// 点検, by the server, of the draft as it has it.
    pub fn ask(link: &Link, draft: &str) -> Result<Self, CounterError> {
        let session = link.session()?;
        let checked: Checked =
            link.line().wait(link.line().client().check_draft(&session, draft_id(draft)?))?;
        let finding = |line: &madoka_sync::wire::drafts::FindingLine| {
            let about = if line.about.is_empty() { line.file.clone() } else { line.about.clone() };
            format!("{about}：{}（{}）", line.message, line.code)
        };
        Ok(Self {
            fingerprint: checked.fingerprint.to_string(),
            passed: checked.passed,
            errors: checked.errors,
            warnings: checked.warnings,
            scenarios: checked.scenarios,
            failed: checked.failed,
            findings: checked.findings.iter().filter(|line| line.error).take(50).map(finding).collect(),
            changes: checked.changes.into_iter().take(200).collect(),
        })
    }
}

impl RemarkRow {
    /// 意見
    pub fn ask(link: &Link, draft: &str) -> Result<Vec<Self>, CounterError> {
        let session = link.session()?;
        let remarks = link.line().wait(link.line().client().draft_remarks(&session, draft_id(draft)?))?;
        let row = |one: Remarked| Self { who: one.by.to_string(), at: at(one.at), words: one.remark.words };
        Ok(remarks.into_iter().map(row).collect())
    }

    /// Whoever wrote them, by name.
    pub fn named(counter: &Counter, mut rows: Vec<Self>) -> Vec<Self> {
        let names = counter.names();
        for row in &mut rows {
            names.put(&mut row.who);
        }
        rows
    }
}

fn version(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Counter {
    pub fn release_view(&self, board: ReleaseBoard) -> Result<ReleaseView, CounterError> {
        let drafting = self.drafting.as_ref().and_then(|drafting| drafting.shared.as_ref());
        let here = drafting.map(|shared| shared.draft.id);
        let (me, today) = (self.me.staff.to_string(), self.today());
        let own = |staff: &str| staff == me;
        let names = self.names();
        let (open, over): (Vec<Draft>, Vec<Draft>) = board
            .drafts
            .into_iter()
            .partition(|draft| matches!(draft.stage, Stage::Editing | Stage::Proposed));
        let drafts = open.into_iter().chain(over.into_iter().take(OVER)).map(|draft| DraftRow {
            own: own(draft.by.as_str()) || draft.proposed.as_ref().is_some_and(|said| own(said.by.as_str())),
            here: here == Some(draft.id),
            id: draft.id.to_string(),
            title: draft.title,
            stage: draft.stage.into(),
            by: names.of(draft.by.as_str()),
            at: at(draft.at),
            saves: version(draft.saves),
            base: draft.base.map(version),
            again: draft.again.map(version),
            version: draft.version.map(version),
            proposed_by: draft.proposed.as_ref().map(|said| names.of(said.by.as_str())),
            proposed_at: draft.proposed.as_ref().map(|said| at(said.at)).unwrap_or_default(),
            proposed_words: draft.proposed.map(|said| said.words).unwrap_or_default(),
            fingerprint: draft.fingerprint.to_string(),
        });
        let due = |edition: &Released| edition.activates.is_none_or(|day| day <= today);
        let for_all = |edition: &&Released| {
            edition.stopped.is_none()
                && (edition.canary.is_empty() || edition.widened.is_some())
                && due(edition)
        };
        let current = board.editions.iter().filter(for_all).map(|one| one.edition.version).max();
        let told = |one| edition_row(one, (&board.terminals, &board.seen), (current, due(one)), &names);
        let editions = board.editions.iter().map(told);
        let terminals = board.terminals.iter().map(|one| PackAt {
            terminal: one.terminal.to_string(),
            active: one.active.as_ref().map(|edition| version(edition.version)),
            wanted: one.wanted.map(version),
            current: one.current,
            told: one.told.map(at).unwrap_or_default(),
            refused: one
                .refused
                .iter()
                .map(|refused| format!("第{}版（{}）", refused.edition.version, refused.code))
                .collect(),
        });
        let keys: Vec<ApproverKey> = board
            .keys
            .iter()
            .map(|key| ApproverKey {
                id: key.id.clone(),
                staff: names.of(key.staff.as_str()),
                made: at(key.made),
                standing: match (&key.admitted, &key.revoked) {
                    (_, Some(_)) => KeyStanding::Revoked,
                    (Some(_), None) => KeyStanding::Good,
                    (None, None) => KeyStanding::Waiting,
                },
                own: own(key.staff.as_str()),
            })
            .collect();
        let mine = |standing| keys.iter().any(|key| key.own && key.standing == standing);
        let my_key = [KeyStanding::Good, KeyStanding::Waiting, KeyStanding::Revoked]
            .into_iter()
            .find(|standing| mine(*standing))
            .unwrap_or(KeyStanding::None);
        Ok(ReleaseView {
            supervises: self.has_role("supervisor"),
            approves: self.has_role("approver"),
            administers: self.has_role("administrator"),
            today: today.to_string(),
            drafts: drafts.collect(),
            editions: editions.collect(),
            terminals: terminals.collect(),
            keys,
            my_key,
            me,
        })
    }
}

fn edition_row(
    one: &Released,
    (terminals, seen): (&[TerminalPacks], &[NotesSeen]),
    (current, due): (Option<u64>, bool),
    names: &Names,
) -> EditionRow {
    let number = one.edition.version;
    let works =
        |terminal: &&TerminalPacks| terminal.active.as_ref().is_some_and(|active| active.version == number);
    let wants = |terminal: &&TerminalPacks| terminal.wanted == Some(number);
    let readers = seen.iter().filter(|seen| seen.version == number);
    EditionRow {
        version: version(number),
        title: one.title.clone(),
        proposed_by: names.of(one.proposed.by.as_str()),
        approved_by: names.of(one.approved.by.as_str()),
        approved_at: at(one.approved.at),
        words: one.approved.words.clone(),
        activates: one.activates.map(|day| day.to_string()),
        waits: !due && one.stopped.is_none(),
        canary: if one.widened.is_some() {
            Vec::new()
        } else {
            one.canary.iter().map(ToString::to_string).collect()
        },
        stopped: one
            .stopped
            .as_ref()
            .map(|said| format!("{} {}　{}", at(said.at), names.of(said.by.as_str()), said.words)),
        current: current == Some(number),
        have: count(terminals.iter().filter(works).count()),
        should: count(terminals.iter().filter(wants).count()),
        readers: readers.map(|seen| names.of(seen.staff.as_str())).collect(),
    }
}
