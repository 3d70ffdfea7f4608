//! 取込みフォルダ: the folder a scanner puts its files into.
//!
//! Looked through when the caller asks (a second is a good pace); nothing is watched in the background and nothing is
//! written. A file is taken once its size has stayed the same between two looks, so that a scanner still writing is
//! not cut off. Files are deleted only when the caller says so.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::OcrError;
use crate::picture::MOST_BYTES;

/// A scanner's folder, and what of it was already taken.
#[derive(Debug)]
pub struct ScannerFolder {
    path: PathBuf,
    seen: BTreeMap<PathBuf, Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    bytes: u64,
    taken: bool,
}

/// A picture a scanner left. `Debug` shows its size only.
pub struct Scan {
    path: PathBuf,
    bytes: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scan({} bytes)", self.bytes.len())
    }
}

impl Scan {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Deletes the scanner's file, because the city wants none left behind.
    pub fn delete_file(self) -> Result<(), OcrError> {
        fs::remove_file(&self.path).map_err(|_| OcrError::Folder)
    }
}

impl ScannerFolder {
    /// What lies there already is left alone: it may be another resident's.
    pub fn watch(path: &Path) -> Result<Self, OcrError> {
        let mut folder = Self { path: path.to_owned(), seen: BTreeMap::new() };
        for (file, bytes) in folder.files()? {
            folder.seen.insert(file, Seen { bytes, taken: true });
        }
        Ok(folder)
    }

    fn files(&self) -> Result<Vec<(PathBuf, u64)>, OcrError> {
        const PICTURES: [&str; 6] = ["jpg", "jpeg", "png", "tif", "tiff", "pdf"];
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(|_| OcrError::Folder)?.flatten() {
            let path = entry.path();
            let picture = path
                .extension()
                .is_some_and(|ending| PICTURES.iter().any(|known| ending.eq_ignore_ascii_case(known)));
            // Not through symbolic links: the folder is shared, its files are someone else's word.
            if let Ok(about) = fs::symlink_metadata(&path)
                && picture
                && about.is_file()
            {
                files.push((path, about.len()));
            }
        }
        files.sort();
        Ok(files)
    }

    /// The files that have come whole since the last look.
    pub fn look(&mut self) -> Result<Vec<Scan>, OcrError> {
        let files = self.files()?;
        self.seen.retain(|path, _| files.iter().any(|(file, _)| file == path));
        let mut scans = Vec::new();
        for (path, bytes) in files {
            let before = self.seen.get(&path).copied();
            // A file that grew or shrank after it was taken is a new scan under an old name.
            let taken = before.is_some_and(|seen| seen.taken && seen.bytes == bytes);
            let whole = before.is_some_and(|seen| seen.bytes == bytes) && bytes > 0;
            let mut now = Seen { bytes, taken };
            if whole && !taken {
                let mut content = Zeroizing::new(Vec::new());
                let most = MOST_BYTES as u64 + 1;
                let read = fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut content));
                if read.is_ok() {
                    now.taken = true;
                    scans.push(Scan { path: path.clone(), bytes: content });
                }
            }
            self.seen.insert(path, now);
        }
        Ok(scans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 書き終わったファイルだけを一度だけ取り消せと言われるまで消さない() {
        let place = std::env::temp_dir().join(format!("madoka-scan-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("old.jpg"), b"before").unwrap();
        let mut folder = ScannerFolder::watch(&place).unwrap();
        assert!(folder.look().unwrap().is_empty());
        fs::write(place.join("new.PNG"), b"half").unwrap();
        fs::write(place.join("note.txt"), b"no picture").unwrap();
        assert!(folder.look().unwrap().is_empty());
        fs::write(place.join("new.PNG"), b"whole").unwrap();
        assert!(folder.look().unwrap().is_empty());
        let scans = folder.look().unwrap();
        assert_eq!(scans.iter().map(Scan::bytes).collect::<Vec<_>>(), [b"whole"]);
        assert!(!format!("{scans:?}").contains("whole"));
        assert!(folder.look().unwrap().is_empty() && place.join("new.PNG").exists());
        for scan in scans {
            scan.delete_file().unwrap();
        }
        assert!(!place.join("new.PNG").exists());
        fs::remove_dir_all(&place).unwrap();
    }
}
