//! Changes on their way down: a page of events behind a cursor.
//!
//! Two hundred counters in step ask for the same page in the same second, so a page is read and packed once and kept for
//! the others. Departments' terminals have an order of their own and are few.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use madoka_casework::TerminalId;
use madoka_sync::wire::{Cursor, gzip, limit, lines};

use crate::storage::{Row, StorageError, Tx};
use crate::values;

/// Packed pages kept for others, and how large they may be together.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// How far somebody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// 窓口: everything up to this place of `case_events`.
    All(i64),
    /// 関係課: up to this place of its own `case_feed`.
    Own { n: i64, event: i64 },
}

impl Place {
    pub(super) const fn start(whole_cases: bool) -> Self {
        if whole_cases { Self::All(0) } else { Self::Own { n: 0, event: 0 } }
    }

    /// Where a cursor stands. One of another epoch, of another kind of terminal or of nobody stands at the beginning: what
    /// is there already is not taken twice.
    pub(super) fn of(cursor: &Cursor, epoch: &str, whole_cases: bool) -> Self {
        let parts: Vec<&str> = cursor.as_str().split('.').collect();
        let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0);
        let place = match parts.as_slice() {
            [of, "a", pos] if *of == epoch && whole_cases => number(pos).map(Self::All),
            [of, "o", n, event] if *of == epoch && !whole_cases => {
                number(n).zip(number(event)).map(|(n, event)| Self::Own { n, event })
            }
            _ => None,
        };
        place.unwrap_or_else(|| Self::start(whole_cases))
    }

    pub(super) fn cursor(self, epoch: &str) -> Cursor {
        let text = match self {
            Self::All(pos) => format!("{epoch}.a.{pos}"),
            Self::Own { n, event } => format!("{epoch}.o.{n}.{event}"),
        };
        Cursor::try_from(text).unwrap_or_else(|_| Cursor::start())
    }
}

/// One page, as it travels.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) next: Place,
    pub(super) events: u32,
    /// How many more there are behind it.
    pub(super) left: u64,
    /// The events, a line each, in gzip.
    pub(super) packed: Arc<[u8]>,
}

/// Reads the events behind a place: bounded in number and bytes, but always one where there is one.
pub(super) fn read(tx: &mut Tx<'_>, terminal: &TerminalId, from: Place) -> Result<Page, StorageError> {
    let mut gathered = Gathered::default();
    let most = limit::EVENTS;
    let take = |gathered: &mut Gathered, row: &Row, place: Place| gathered.take(row, place);
    let (next, left) = match from {
        Place::All(pos) => {
            tx.each(
                "SELECT pos, json FROM case_events WHERE pos > ?1 ORDER BY pos LIMIT ?2",
                values![pos, most],
                |row| take(&mut gathered, &row, Place::All(row.get(0)?)),
            )?;
            let next = gathered.next.unwrap_or(from);
            let last = tx.row("SELECT COALESCE(MAX(pos), 0) FROM case_events", &[])?;
            let last: i64 = last.map_or(Ok(0), |row| row.get(0))?;
            let Place::All(at) = next else { return Err(StorageError::Internal("cursor")) };
            (next, u64::try_from(last.saturating_sub(at)).unwrap_or(0))
        }
        Place::Own { n, event } => {
            tx.each(
                "SELECT f.n, e.json, f.event FROM case_feed f JOIN case_events e ON e.pos = f.event
                 WHERE f.terminal = ?1 AND (f.n > ?2 OR (f.n = ?2 AND f.event > ?3))
                 ORDER BY f.n, f.event LIMIT ?4",
                values![terminal.as_str(), n, event, most],
                |row| take(&mut gathered, &row, Place::Own { n: row.get(0)?, event: row.get(2)? }),
            )?;
            let next = gathered.next.unwrap_or(from);
            let Place::Own { n, event } = next else { return Err(StorageError::Internal("cursor")) };
            let left = tx.row(
                "SELECT COUNT(*) FROM case_feed WHERE terminal = ?1 AND (n > ?2 OR (n = ?2 AND event > ?3))",
                values![terminal.as_str(), n, event],
            )?;
            (next, left.map_or(Ok(0), |row| row.get(0))?)
        }
    };
    let packed = if gathered.events > 0 { gzip::deflate(&gathered.body) } else { Vec::new() };
    Ok(Page { next, events: gathered.events, left, packed: packed.into() })
}

#[derive(Default)]
struct Gathered {
    body: Vec<u8>,
    events: u32,
    next: Option<Place>,
    full: bool,
}

impl Gathered {
    fn take(&mut self, row: &Row, place: Place) -> Result<(), StorageError> {
        if self.full {
            return Ok(());
        }
        // An erased event leaves its place behind and nothing else.
        if let Some(json) = row.get::<Option<Vec<u8>>>(1)? {
            if self.events > 0 && self.body.len() + json.len() > limit::BYTES {
                self.full = true;
                return Ok(());
            }
            self.body.extend_from_slice(&json);
            self.body.push(b'\n');
            self.events += 1;
        }
        self.next = Some(place);
        Ok(())
    }
}

/// Pages lately made, for whoever asks the same.
#[derive(Debug, Default)]
pub(super) struct Pages(Mutex<VecDeque<(Key, Page)>>);

/// Where a page begins, and the number of changes it is at least as new as.
type Key = (i64, u64);

impl Pages {
    pub(super) fn get(&self, from: Place, changes: u64) -> Option<Page> {
        let Place::All(pos) = from else { return None };
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.iter().find(|(key, _)| *key == (pos, changes)).map(|(_, page)| page.clone())
    }

    pub(super) fn put(&self, from: Place, changes: u64, page: &Page) {
        let Place::All(pos) = from else { return };
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|(key, _)| *key != (pos, changes));
        pages.push_back(((pos, changes), page.clone()));
        let mut bytes: usize = pages.iter().map(|(_, page)| page.packed.len()).sum();
        while pages.len() > KEPT || bytes > KEPT_BYTES {
            let Some((_, page)) = pages.pop_front() else { break };
            bytes -= page.packed.len();
        }
    }
}

/// The head's line and the events, in gzip; members of one stream, so that the events are packed once for all, and the
/// line not at all.
pub(super) fn body(head: &str, page: &Page) -> Vec<u8> {
    let mut body = gzip::stored(&lines::join([head]));
    if page.events > 0 {
        body.extend_from_slice(&page.packed);
    }
    body
}
