//! 市の下書き: what this terminal knows of the draft that several supervisors work on, and what it has not sent yet.
//!
//! Each file stands three times: as the server was last heard to have it (`base`), as it is here ([`Drafting::files`]), and
//! as the server has it now. What differs between the first two is sent; what differs between the first and the last is
//! taken in, and put together with one's own ([`super::taking_in`]).

use std::collections::BTreeMap;

use jiff::Timestamp;
use madoka_rules::PackFiles;
use madoka_sync::wire::drafts::{Content, Draft, DraftFiles, FileAt, Save, Saved, limit};
use madoka_sync::wire::packs::{Bytes, Hash};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::EntryRef;

/// The city's draft, as this terminal takes part in it.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(super) draft: Draft,
    /// Which revision of each file `base` has.
    pub(super) known: BTreeMap<String, (u64, Hash)>,
    pub(super) base: PackFiles,
    /// Files changed here and not sent yet, with what was done to them.
    pub(super) unsent: BTreeMap<String, Vec<String>>,
    pub(super) clashes: Vec<KeptClash>,
    /// The newest first.
    pub(super) happened: Vec<Happened>,
    pub(super) history: Vec<Saved>,
    /// May only look: an approver.
    pub(super) looks: bool,
    /// The server was asked since this was opened.
    pub(super) heard: bool,
    /// Something was sent since the history was heard.
    pub(super) news: bool,
}

/// What somebody else did to the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Happened {
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) lines: Vec<String>,
    /// Entries that both touched: somebody should look.
    pub(super) together: Vec<EntryRef>,
}

/// Both changed the same lines; a person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptClash {
    pub(super) file: String,
    pub(super) entry: Option<EntryRef>,
    /// One's own, as it was written.
    pub(super) mine: Option<String>,
    pub(super) by: String,
    pub(super) their_lines: Vec<String>,
    pub(super) my_lines: Vec<String>,
}

/// As it is kept at this terminal, so that nothing is lost while the server is away.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    draft: Draft,
    /// The edition the rest is told against.
    origin: u64,
    known: BTreeMap<String, (u64, Hash)>,
    /// The server's files that differ from that edition.
    base: BTreeMap<String, Content>,
    /// Files as they are here, where they are not sent.
    unsent: BTreeMap<String, (Content, Vec<String>)>,
    clashes: Vec<KeptClash>,
    happened: Vec<Happened>,
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Hash::new(Sha256::digest(bytes).into())
}

pub(super) fn is_text(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ["toml", "md", "csv", "txt", "typ"].contains(&ending))
}

pub(super) fn content(path: &str, bytes: Option<&Vec<u8>>) -> Content {
    match bytes {
        None => Content::Gone,
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if is_text(path) => Content::Text(text.to_owned()),
            _ => Content::Bytes(Bytes(bytes.clone())),
        },
    }
}

pub(super) fn bytes(content: Content) -> Option<Vec<u8>> {
    match content {
        Content::Text(text) => Some(text.into_bytes()),
        Content::Bytes(Bytes(bytes)) => Some(bytes),
        Content::Gone => None,
    }
}

pub(super) fn put(files: &mut PackFiles, path: &str, bytes: Option<Vec<u8>>) {
    match bytes {
        Some(bytes) => files.insert(path.to_owned(), bytes),
        None => files.remove(path),
    };
}

impl Shared {
    /// A draft heard of, with the files that are not as in the edition open here.
    pub(super) fn of(listing: DraftFiles, fetched: Vec<FileAt>, origin: &PackFiles, looks: bool) -> Self {
        let mut base = PackFiles::new();
        let mut fetched: BTreeMap<String, FileAt> =
            fetched.into_iter().map(|file| (file.path.clone(), file)).collect();
        let mut known = BTreeMap::new();
        for file in listing.files {
            let (revision, contents) = match fetched.remove(&file.path) {
                Some(at) => (at.revision, bytes(at.content)),
                None => (file.revision, origin.get(&file.path).cloned()),
            };
            if let Some(contents) = contents {
                known.insert(file.path.clone(), (revision, file.hash));
                base.insert(file.path, contents);
            }
        }
        Self {
            draft: listing.draft,
            known,
            base,
            unsent: BTreeMap::new(),
            clashes: Vec::new(),
            happened: Vec::new(),
            history: Vec::new(),
            looks,
            heard: true,
            news: false,
        }
    }

    pub(super) const fn base(&self) -> &PackFiles {
        &self.base
    }

    pub(super) fn known(&self) -> BTreeMap<String, Hash> {
        self.known.iter().map(|(path, (_, hash))| (path.clone(), *hash)).collect()
    }

    pub(super) fn waiting(&self) -> usize {
        self.unsent.len()
    }

    /// A file was changed here.
    pub(super) fn touched(&mut self, file: &str, said: &str, why: &str) {
        let why = if why.is_empty() { String::new() } else { format!("（理由：{why}）") };
        self.unsent.entry(file.to_owned()).or_default().push(format!("{said}{why}"));
    }

    /// What is to be sent.
    pub(super) fn saves(&self, files: &PackFiles) -> Vec<Save> {
        let save = |(path, said): (&String, &Vec<String>)| Save {
            path: path.clone(),
            revision: self.known.get(path).map_or(0, |(revision, _)| *revision),
            content: content(path, files.get(path)),
            why: said.join("\n").chars().take(limit::WORDS).collect(),
        };
        self.unsent.iter().map(save).collect()
    }

    /// Somebody may act on this content: nothing of one's own is still on its way.
    pub(super) fn is_sent(&self) -> bool {
        self.unsent.is_empty() && self.clashes.is_empty()
    }

    pub(super) fn keep(&self, origin: &PackFiles, version: u64, files: &PackFiles) -> Kept {
        let paths = self.base.keys().chain(origin.keys());
        let differs = paths.filter(|path| self.base.get(*path) != origin.get(*path));
        Kept {
            draft: self.draft.clone(),
            origin: version,
            known: self.known.clone(),
            base: differs.map(|path| (path.clone(), content(path, self.base.get(path)))).collect(),
            unsent: self
                .unsent
                .iter()
                .map(|(path, said)| (path.clone(), (content(path, files.get(path)), said.clone())))
                .collect(),
            clashes: self.clashes.clone(),
            happened: self.happened.clone(),
        }
    }

    /// What was kept, and the files as they were here. Where another edition is open by now, what is not known any more is
    /// asked for again.
    pub(super) fn kept(kept: Kept, origin: &PackFiles, version: u64, looks: bool) -> (Self, PackFiles) {
        let (mut base, mut known) = (PackFiles::new(), kept.known);
        if kept.origin == version {
            base.clone_from(origin);
        } else {
            for (path, (_, as_known)) in &known {
                let Some(bytes) = origin.get(path).filter(|bytes| hash(bytes) == *as_known) else { continue };
                base.insert(path.clone(), bytes.clone());
            }
        }
        for (path, content) in kept.base {
            put(&mut base, &path, bytes(content));
        }
        known.retain(|path, _| base.contains_key(path));
        let mut files = base.clone();
        let mut unsent = BTreeMap::new();
        for (path, (content, said)) in kept.unsent {
            put(&mut files, &path, bytes(content));
            unsent.insert(path, said);
        }
        let shared = Self {
            draft: kept.draft,
            known,
            base,
            unsent,
            clashes: kept.clashes,
            happened: kept.happened,
            history: Vec::new(),
            looks,
            heard: false,
            news: false,
        };
        (shared, files)
    }
}
