//! How far the database had got, beside the database.
//!
//! SQLite itself cannot miss a write-ahead log that somebody deleted or that lost its end: it takes the database as it
//! was before. So after each commit the number of events is noted in a small file. It is written after the commit is on
//! the disk, and not waited for: it can lag behind the database (a power cut), but never run ahead of it. A mark ahead of
//! the database means that events were lost.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::StoreError;
use crate::error::file_error;

/// How long a program that is being ended may still hold its files: the system closes them when the last of its threads
/// has left, and one of them may be waiting for the disk.
const LEAVING: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(crate) struct Mark {
    /// Locked as long as this program writes; none for who only looks.
    file: Option<File>,
}

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Noted {
    pub(crate) events: u64,
    pub(crate) audit: u64,
    /// The program had closed the database.
    pub(crate) closed: bool,
}

pub(crate) fn path_of(database: &Path) -> PathBuf {
    beside(database, ".mark")
}

pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Mark {
    /// Of a program that only looks: it notes nothing.
    pub(crate) const fn none() -> Self {
        Self { file: None }
    }

    /// Opens the mark and locks it against a second writer, and answers what it says; a mark that is not there or was torn by a power cut says nothing.
    pub(crate) fn open(database: &Path) -> Result<(Self, Option<Noted>), StoreError> {
        let path = path_of(database);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(file_error(&path))?;
        lock(&file)?;
        let mut text = String::new();
        // Text that is not text is a torn mark.
        let _ = (&mut file).take(200).read_to_string(&mut text);
        Ok((Self { file: Some(file) }, parse(&text)))
    }

    pub(crate) fn note(&mut self, noted: Noted) {
        let Noted { events, audit, closed } = noted;
        let state = if closed { "closed" } else { "open  " };
        // Always as long, so that an old one never shows through. A mark that cannot be written lags, which is safe.
        let line = format!("madoka 1 {events:020} {audit:020} {state}\n");
        if let Some(file) = &mut self.file {
            let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line.as_bytes()));
        }
    }
}

/// Waits for a program that died a moment ago; a program that stays has the database.
fn lock(file: &File) -> Result<(), StoreError> {
    let since = Instant::now();
    while file.try_lock().is_err() {
        if since.elapsed() > LEAVING {
            return Err(StoreError::Busy);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn parse(text: &str) -> Option<Noted> {
    let mut parts = text.lines().next()?.split_whitespace();
    if (parts.next()?, parts.next()?) != ("madoka", "1") {
        return None;
    }
    let (events, audit) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let closed = match parts.next()? {
        "closed" => true,
        "open" => false,
        _ => return None,
    };
    Some(Noted { events, audit, closed })
}
