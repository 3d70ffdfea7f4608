//! 下書き: a coming edition of the pack, worked on by several supervisors at once, and its way to release.
//!
//! Every file of a draft has a revision. Who saves says which revision they changed; if it is no longer the present one
//! nothing is overwritten: the answer tells what the other changed, and what was refused is kept aside.

use jiff::Timestamp;
use jiff::civil::Date;
use madoka_casework::{StaffId, TerminalId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::packs::{Bytes, Edition, Hash};

pub const DRAFTS: &str = "/v1/packs/drafts";
pub const EDITIONS: &str = "/v1/packs/editions";
pub const TERMINALS: &str = "/v1/packs/terminals";
pub const KEYS: &str = "/v1/packs/keys";
/// お知らせを読んだか
pub const NOTES: &str = "/v1/packs/notes";
/// 職員へのお知らせ: the file of a pack that tells staff what an edition changes for them.
pub const NOTES_FILE: &str = "notes.md";

/// Bounds of what people write.
pub mod limit {
    pub const TITLE: usize = 100;
    pub const WORDS: usize = 2_000;
    pub const PATH: usize = 200;
    /// A longer text is saved, and not compared line by line.
    pub const COMPARED: usize = 512 * 1024;
    /// Files of one save.
    pub const SAVES: usize = 5_000;
    pub const HISTORY: u32 = 500;
    /// The body of a save: base64 of some parts.
    pub const BODY: usize = 8 * 1024 * 1024;
    /// A whole pack as the built document.
    pub const DOCUMENT: usize = 360 * 1024 * 1024;
}

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 編集中
    Editing,
    /// 承認待ち: as it is; any change takes it back to editing.
    Proposed,
    /// 公開済み
    Released,
    /// 取りやめ
    Dropped,
}

/// One draft in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: Uuid,
    pub title: String,
    pub stage: Stage,
    /// The version it started from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u64>,
    pub by: StaffId,
    pub at: Timestamp,
    /// Saves so far.
    pub saves: u64,
    /// Hash over all its files: who approves says which content they approve.
    pub fingerprint: Hash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Said>,
    /// Which version it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// 版を戻す: it brings this version's content again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<u64>,
}

/// Who said what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub by: StaffId,
    pub at: Timestamp,
    pub words: String,
}

/// A draft with its files; without them for whoever knows this content already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFiles {
    pub draft: Draft,
    pub files: Vec<File>,
}

/// One file of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    /// 1 at first; one more with every save of this file.
    pub revision: u64,
    pub hash: Hash,
    pub bytes: u64,
    pub by: StaffId,
    pub at: Timestamp,
}

/// What a file is or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Text(String),
    /// A picture, a PDF.
    Bytes(Bytes),
    /// It is not there.
    Gone,
}

/// A file at a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAt {
    pub path: String,
    pub revision: u64,
    pub content: Content,
}

/// Begins a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    pub title: String,
    /// From this version, or from the newest where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Whether it starts without any file, as the first pack of a city does.
    #[serde(default)]
    pub empty: bool,
}

/// Saves one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Save {
    pub path: String,
    /// The revision that was changed; 0 for a file that was not there.
    pub revision: u64,
    pub content: Content,
    /// Why; may be empty.
    #[serde(default)]
    pub why: String,
}

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SaveAnswer {
    Saved {
        revision: u64,
        fingerprint: Hash,
    },
    /// Someone else saved this file in the meantime. Nothing was overwritten.
    Conflict(Box<Conflict>),
}

/// What the other changed, and where one's own work is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub path: String,
    /// The file as it is now.
    pub revision: u64,
    pub content: Content,
    /// What was saved since the revision that was changed, the newest last.
    pub since: Vec<Saved>,
    /// What they changed, line by line; where both are texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
    /// What this save would have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yours: Option<String>,
    /// Both together, where they touch different lines. To be looked at and saved by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<String>,
    /// The entry of the history that keeps the refused save.
    pub kept: u64,
}

/// One entry of a draft's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Counts the whole draft.
    pub entry: u64,
    pub path: String,
    /// The revision it made; 0 where it was refused and is kept aside.
    pub revision: u64,
    /// The revision it changed.
    pub from: u64,
    pub by: StaffId,
    pub at: Timestamp,
    pub why: String,
    /// What the file became; nothing where it was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<Hash>,
}

/// A remark on a draft or one of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    pub words: String,
}

/// A remark as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remarked {
    pub remark: Remark,
    pub by: StaffId,
    pub at: Timestamp,
}

/// What reading, analysing and running the scenarios of a draft said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Of this content.
    pub fingerprint: Hash,
    /// Whether it may be released.
    pub passed: bool,
    pub errors: u32,
    pub warnings: u32,
    pub scenarios: u32,
    pub failed: u32,
    /// Errors first.
    pub findings: Vec<FindingLine>,
    /// What changes against the edition in use: in sentences.
    pub changes: Vec<String>,
}

/// One line of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingLine {
    pub error: bool,
    pub code: String,
    pub file: String,
    pub line: u32,
    pub about: String,
    pub message: String,
}

/// Asks for approval, or sends back, or gives up; and says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The content that is meant; a draft that has moved on since is not.
    pub fingerprint: Hash,
    #[serde(default)]
    pub words: String,
}

/// 承認・公開
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    pub fingerprint: Hash,
    #[serde(default)]
    pub words: String,
    /// Opens the approver's own key.
    pub passphrase: String,
    /// The first day it is used; at once where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activates: Option<Date>,
    /// 先行公開: these terminals first; all where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canary: Vec<TerminalId>,
    /// Editions waiting for their day that this one replaces, so that they never come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<u64>,
}

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Release({}, passphrase …)", self.fingerprint)
    }
}

/// A released edition, as supervisors see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub edition: Edition,
    pub title: String,
    pub draft: Uuid,
    pub proposed: Said,
    pub approved: Said,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activates: Option<Date>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canary: Vec<TerminalId>,
    /// 全端末へ
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widened: Option<Said>,
    /// 配布の中止
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Said>,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
}

/// Why an edition is widened or stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    #[serde(default)]
    pub words: String,
}

/// 承認者の鍵, made by an approver for themselves and admitted by an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub id: String,
    /// Ed25519, base64.
    pub key: String,
    pub staff: StaffId,
    pub made: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Said>,
}

/// Makes a key sealed with a passphrase that nobody else knows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeKey {
    pub passphrase: String,
}

impl std::fmt::Debug for MakeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MakeKey(…)")
    }
}

/// お知らせを読んだ: somebody has read the notes of an edition and says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenNotes {
    pub version: u64,
}

/// Who has read which notes, for supervisors; everybody else hears of themselves only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotesSeen {
    pub version: u64,
    pub staff: StaffId,
    pub at: Timestamp,
}
