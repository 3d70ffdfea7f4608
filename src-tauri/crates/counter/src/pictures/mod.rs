//! 読取 by camera or scanner: a picture of a document becomes fields an officer confirms one after the other, each beside
//! its crop. What was not confirmed never becomes a fact.
//!
//! Pictures come as a file chosen, dropped or pasted, or from the folder a scanner or a document camera's own program
//! puts its files into. They are held in memory only, one at a time, and wiped when the next comes or the officer leaves.
//! One picture may hold several documents, and a file several pages: they are all read, shown one after the other, and
//! kept until each was taken or the officer says it is enough.

mod shown;
mod surroundings;
mod taking;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use madoka_ocr::{Kind, Options, Reader, Reading, Scan, ScannerFolder};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;
use zeroize::Zeroizing;

pub use shown::{DocumentRow, FieldShown, GlyphShown, HintMark, PictureShown};
pub use surroundings::Surroundings;

use crate::reading_error::ReadingError;
use crate::{Counter, CounterError};

/// Where the store keeps the folder a scanner puts its files into.
const FOLDER: &str = "scanner_folder";

/// 書類の種類, to choose by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct DocumentKind {
    pub id: String,
    pub label: String,
}

/// A field an officer has looked at, as it stands now.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FieldConfirmed {
    pub id: String,
    pub value: String,
}

impl std::fmt::Debug for FieldConfirmed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldConfirmed({})", self.id)
    }
}

/// 取込みフォルダー: where a scanner, or the program of a document camera, puts its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ScanFolder {
    pub path: String,
    /// Whether a file is deleted once it was read.
    pub delete: bool,
}

/// 書類を読む所: one picture at a time.
#[derive(Default)]
pub struct PictureDesk {
    /// Started with the first picture; its engines stay warm.
    reader: Mutex<Option<Arc<Reader>>>,
    held: Mutex<Held>,
    cancel: AtomicBool,
    folder: Mutex<Folder>,
}

#[derive(Default)]
struct Held {
    /// Rises with every document that is shown.
    turn: u32,
    bytes: Option<Zeroizing<Vec<u8>>>,
    documents: Vec<Document>,
    /// Which of them is shown.
    at: usize,
}

/// One document of the picture.
struct Document {
    reading: Reading,
    taken: bool,
}

impl Held {
    fn show(&mut self, at: usize) -> Result<PictureShown, CounterError> {
        self.at = at;
        self.turn += 1;
        shown::picture(&self.documents, at, self.turn).ok_or_else(|| ReadingError::OlderPicture.into())
    }

    fn forget(&mut self) {
        *self = Self { turn: self.turn + 1, ..Self::default() };
    }
}

#[derive(Default)]
struct Folder {
    watched: Option<(PathBuf, ScannerFolder)>,
    waiting: VecDeque<Scan>,
}

impl std::fmt::Debug for PictureDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureDesk")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PictureDesk {
    pub fn kinds() -> Vec<DocumentKind> {
        let row = |kind: &Kind| DocumentKind { id: kind.id.clone(), label: kind.label.clone() };
        Kind::all().iter().map(row).collect()
    }

    /// Reads every document of a picture and shows the first; or, without a picture, the document shown now once more, as
    /// another kind. `progress` is told hundredths. Takes a second or so for each document: not for the thread of a
    /// window.
    pub fn read(
        &self,
        picture: Option<Zeroizing<Vec<u8>>>,
        kind: Option<&str>,
        around: &Surroundings,
        progress: &(dyn Fn(u8) + Sync),
    ) -> Result<PictureShown, CounterError> {
        self.cancel.store(false, Ordering::Relaxed);
        let (bytes, again) = {
            let mut held = locked(&self.held);
            held.turn += 1;
            if let Some(bytes) = picture {
                held.documents.clear();
                (bytes, None)
            } else {
                let again = held.documents.get(held.at).map(|document| document.reading.spot);
                (held.bytes.take().ok_or(ReadingError::NoPicture)?, again)
            }
        };
        let options = Options {
            kind,
            today: Some(around.today),
            gazetteer: Some(&around.gazetteer),
            known: Some(&around.city),
            cancel: Some(&self.cancel),
            progress: Some(progress),
            only: again,
        };
        let read = self.warm().and_then(|reader| Ok(reader.read_all(&bytes, &options)?));
        let mut held = locked(&self.held);
        // The picture stays for another try as another kind, also when it could not be read.
        held.bytes = Some(bytes);
        let readings = read?.into_iter().map(|reading| Document { reading, taken: false });
        match (again, held.at) {
            (Some(_), at) if at < held.documents.len() => {
                held.documents.splice(at..=at, readings.take(1));
                held.show(at)
            }
            _ => {
                held.documents = readings.collect();
                held.show(0)
            }
        }
    }

    /// Another document of the same picture (from 0). `turn` is that of the document shown now.
    pub fn show(&self, turn: u32, at: usize) -> Result<PictureShown, CounterError> {
        let mut held = locked(&self.held);
        if held.turn != turn || at >= held.documents.len() {
            return Err(ReadingError::OlderPicture.into());
        }
        held.show(at)
    }

    fn warm(&self) -> Result<Arc<Reader>, CounterError> {
        let mut reader = locked(&self.reader);
        if let Some(reader) = reader.as_ref() {
            return Ok(Arc::clone(reader));
        }
        let started = Arc::new(Reader::new()?);
        *reader = Some(Arc::clone(&started));
        Ok(started)
    }

    /// 取りやめ: ends the reading that is going on.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Nothing of a document stays once its case is left.
    pub fn forget(&self) {
        self.cancel();
        locked(&self.held).forget();
    }

    /// The document shown was taken. The picture goes with the last one.
    fn taken(&self) {
        let mut held = locked(&self.held);
        let at = held.at;
        if let Some(document) = held.documents.get_mut(at) {
            document.taken = true;
        }
        if held.documents.iter().all(|document| document.taken) {
            held.forget();
        }
    }

    /// How many scans have come into the folder and wait to be read. Asked once a second while somebody reads documents;
    /// what lay there before that is left alone.
    pub fn waiting_scans(&self, folder: Option<&Path>) -> Result<u32, CounterError> {
        let mut now = locked(&self.folder);
        let Some(path) = folder else {
            *now = Folder::default();
            return Ok(0);
        };
        let watched = match now.watched.take() {
            Some((watched, folder)) if watched == path => Ok(folder),
            _ => ScannerFolder::watch(path),
        };
        let mut watched = watched.map_err(|_| ReadingError::Folder)?;
        let come = watched.look().map_err(|_| ReadingError::Folder);
        now.watched = Some((path.to_owned(), watched));
        now.waiting.extend(come?);
        Ok(u32::try_from(now.waiting.len()).unwrap_or(u32::MAX))
    }

    /// The oldest scan that waits; its file is deleted where the city wants none left behind.
    pub fn next_scan(&self, delete: bool) -> Result<Zeroizing<Vec<u8>>, CounterError> {
        let scan = locked(&self.folder).waiting.pop_front().ok_or(ReadingError::NoPicture)?;
        let bytes = Zeroizing::new(scan.bytes().to_vec());
        if delete {
            scan.delete_file().map_err(|_| ReadingError::Folder)?;
        }
        Ok(bytes)
    }
}

impl Counter {
    /// The folder a scanner puts its files into, and whether they are deleted once read.
    pub fn scanner_folder(&self) -> Result<Option<ScanFolder>, CounterError> {
        let kept = self.cases.store()?.setting(FOLDER)?.unwrap_or_default();
        let (how, path) = kept.split_once(' ').unwrap_or(("keep", ""));
        Ok((!path.is_empty()).then(|| ScanFolder { path: path.to_owned(), delete: how == "delete" }))
    }

    /// Names the folder, or none any more.
    pub fn set_scanner_folder(&mut self, path: &str, delete: bool) -> Result<(), CounterError> {
        let path = path.trim();
        if !path.is_empty() && !Path::new(path).is_dir() {
            return Err(ReadingError::Folder.into());
        }
        let how = if delete { "delete" } else { "keep" };
        Ok(self.cases.store_mut()?.set(FOLDER, &format!("{how} {path}"))?)
    }
}
