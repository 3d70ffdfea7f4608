//! What was left on disks: every file of every process is read, and no word of a resident may stand in any.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A power cut in the middle of what was being written: what was not yet promised is torn, half a page stands at the end of
/// the log, half a line in the mark.
pub(super) fn tear(database: &Path, how: usize) {
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", database.display()));
    match how % 4 {
        0 => append(&beside("-wal"), &[0xA5; 1777]),
        1 => {
            if let Ok(file) = fs::File::options().write(true).open(beside(".mark")) {
                let _ = file.set_len(11);
            }
        }
        2 => {
            let _ = fs::remove_file(beside("-shm"));
        }
        _ => {
            let settings = database.with_file_name("settings.toml");
            let _ = fs::write(settings, b"[display\nscale = ");
        }
    }
}

fn append(path: &Path, bytes: &[u8]) {
    if let Ok(mut file) = fs::File::options().write(true).open(path) {
        let _ = file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(bytes));
    }
}

/// Every file under a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            all.extend(files(&entry.path()));
        } else {
            all.push(entry.path());
        }
    }
    all
}

/// A word as it may stand in a file: as it is, and as Windows and printers write it.
fn forms(word: &str) -> Vec<Vec<u8>> {
    let wide = |big: bool| {
        word.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    vec![word.as_bytes().to_vec(), wide(false), wide(true)]
}

/// The words, and their parts: a surname alone says who it is.
fn needles(words: impl IntoIterator<Item = String>) -> Vec<Vec<u8>> {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        all.extend(word.split(['　', ' ']).filter(|part| part.chars().count() >= 3).map(ToOwned::to_owned));
        all.push(word);
    }
    all.sort();
    all.dedup();
    all.iter().flat_map(|word| forms(word)).filter(|needle| needle.len() >= 6).collect()
}

/// What is found where it may not be: file and which word by number, never the word itself.
pub(super) struct Search {
    /// By the first two bytes.
    by_start: Vec<Vec<u32>>,
    needles: Vec<Vec<u8>>,
}

impl Search {
    pub(super) fn of(words: impl IntoIterator<Item = String>) -> Self {
        let needles = needles(words);
        let mut by_start = vec![Vec::new(); 0x1_0000];
        for (at, needle) in needles.iter().enumerate() {
            by_start[usize::from(needle[0]) << 8 | usize::from(needle[1])].push(u32::try_from(at).unwrap());
        }
        Self { by_start, needles }
    }

    pub(super) fn len(&self) -> usize {
        self.needles.len()
    }

    /// The first of them in these bytes.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<String> {
        bytes.windows(2).enumerate().find_map(|(at, pair)| {
            let of = &self.by_start[usize::from(pair[0]) << 8 | usize::from(pair[1])];
            of.iter()
                .find(|needle| bytes[at..].starts_with(&self.needles[**needle as usize]))
                .map(|needle| String::from_utf8_lossy(&self.needles[*needle as usize]).into_owned())
        })
    }
}
