//! Opening the database, and writing and reading cases.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, Event, EventId, EventKind, Refusal};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use crate::error::file_error;
use crate::mark::{Mark, Noted};
use crate::search::{self, CaseSummary};
use crate::{Key, StoreError, schema};

/// Cases folded and at hand; a counter works on one at a time.
const AT_HAND: usize = 64;
/// A snapshot is written when a case has grown by this many events.
const SNAPSHOT_EVERY: usize = 64;

/// 本番か練習か. Each has files of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    Real,
    /// 練習: made-up residents.
    Practice,
}

impl Realm {
    /// "MadR" and "MadP": SQLite's mark of whose file this is.
    pub(crate) const fn application_id(self) -> i32 {
        match self {
            Self::Real => i32::from_be_bytes(*b"MadR"),
            Self::Practice => i32::from_be_bytes(*b"MadP"),
        }
    }

    pub(crate) fn of(application_id: i32) -> Option<Self> {
        [Self::Real, Self::Practice].into_iter().find(|realm| realm.application_id() == application_id)
    }

    /// What the file is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Real => "madoka.db",
            Self::Practice => "practice.db",
        }
    }
}

/// The terminal's database.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) realm: Realm,
    mark: Mark,
    pub(crate) noted: Noted,
    pub(crate) chain: [u8; 32],
    pub(crate) audit_chain: [u8; 32],
    pub(crate) at_hand: BTreeMap<CaseId, Case>,
}

impl Store {
    /// Makes a new database where there is none; nothing is ever overwritten.
    pub fn create(path: &Path, key: &Key, realm: Realm) -> Result<Self, StoreError> {
        if path.exists() || crate::mark::path_of(path).exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let made = Self::create_file(path, key, realm);
        if made.is_err() {
            // What could not be made whole must not look like a database that was lost.
            remove(path);
        }
        made
    }

    fn create_file(path: &Path, key: &Key, realm: Realm) -> Result<Self, StoreError> {
        owner_only(path)?;
        let mut connection = connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::create(&mut connection, realm)?;
        drop(connection);
        Self::open(path, key, realm)
    }

    /// Opens the database, and says what is wrong with it rather than going on with less than there was.
    pub fn open(path: &Path, key: &Key, realm: Realm) -> Result<Self, StoreError> {
        match path.metadata() {
            Ok(file) if file.len() == 0 => return Err(StoreError::Damaged("0 bytes".to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            Err(error) => return Err(file_error(path)(error)),
        }
        let mut connection = connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::belongs(&connection, realm)?;
        // Nothing is changed before the lock: one program at a time writes.
        let (mark, before) = Mark::open(path)?;
        let before = before.unwrap_or_default();
        schema::bring_up(&mut connection, realm)?;
        if !before.closed {
            // After a crash every page is looked at; after a good end only what is used (each page carries its own code).
            crate::care::check_pages(&connection)?;
        }
        let (events, chain) = end_of(&connection, "events")?;
        let (audit, audit_chain) = end_of(&connection, "audit")?;
        if events < before.events {
            return Err(StoreError::Lost { expected: before.events, found: events });
        }
        if audit < before.audit {
            return Err(StoreError::Lost { expected: before.audit, found: audit });
        }
        let noted = Noted { events, audit, closed: false };
        let mut store = Self {
            connection,
            path: path.to_owned(),
            realm,
            mark,
            noted,
            chain,
            audit_chain,
            at_hand: BTreeMap::new(),
        };
        store.mark.note(noted);
        Ok(store)
    }

    /// Opens for looking only, also while the counter works with it: for lists and exports from a shell. Every write is
    /// refused.
    pub fn look(path: &Path, key: &Key, realm: Realm) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let connection = connect(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        schema::belongs(&connection, realm)?;
        let (events, chain) = end_of(&connection, "events")?;
        let (audit, audit_chain) = end_of(&connection, "audit")?;
        let noted = Noted { events, audit, closed: false };
        let (mark, path, at_hand) = (Mark::none(), path.to_owned(), BTreeMap::new());
        Ok(Self { connection, path, realm, mark, noted, chain, audit_chain, at_hand })
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub const fn realm(&self) -> Realm {
        self.realm
    }

    /// How many events were ever written.
    pub const fn events_written(&self) -> u64 {
        self.noted.events
    }

    /// Keeps what this terminal did, all of it or nothing, and answers the case when it is on the disk. Events that are
    /// already there are not written again, so that a caller who could not hear the answer asks once more.
    pub fn append(&mut self, events: &[Event]) -> Result<Case, StoreError> {
        self.write(events, Origin::Here)
    }

    /// Keeps what others did, in whatever order it comes. The case is folded anew; what cannot count stands aside in it.
    pub fn take_in(&mut self, events: &[Event]) -> Result<Case, StoreError> {
        self.write(events, Origin::Others)
    }

    /// What was rescued may not have been sent: it goes to the outbox too, and the server knows what it has.
    pub(crate) fn take_in_unsent(&mut self, events: &[Event]) -> Result<Case, StoreError> {
        self.write(events, Origin::Rescued)
    }

    fn write(&mut self, events: &[Event], origin: Origin) -> Result<Case, StoreError> {
        let id = events.first().ok_or(StoreError::UnknownCase)?.case;
        if events.iter().any(|event| event.case != id) {
            return Err(Refusal::OtherCase.into());
        }
        for event in events {
            if let EventKind::Opened { practice, .. } = event.kind {
                match (practice, self.realm) {
                    (true, Realm::Real) => return Err(StoreError::IsPractice),
                    (false, Realm::Practice) => return Err(StoreError::IsReal),
                    _ => {}
                }
            }
        }
        let before = self.case_at_hand(id)?;
        let transaction = self.connection.transaction()?;
        let mut fresh: Vec<(&Event, String)> = Vec::with_capacity(events.len());
        let mut seen = BTreeSet::new();
        for event in events {
            let json = event.to_json();
            if already(&transaction, event.id, &json)? || !seen.insert(event.id) {
                continue;
            }
            fresh.push((event, json));
        }
        let case = match (origin, before) {
            (Origin::Here, before) if !fresh.is_empty() => applied(before, &fresh)?,
            (_, Some(case)) if fresh.is_empty() => case,
            _ => {
                let mut all = events_of(&transaction, id)?;
                all.extend(fresh.iter().map(|(event, _)| (*event).clone()));
                Case::fold(all)?
            }
        };
        let (mut pos, mut chain) = (self.noted.events, self.chain);
        for (event, json) in &fresh {
            (pos, chain) = insert_event(&transaction, event, json, pos, chain)?;
            if !matches!(origin, Origin::Others) {
                transaction.prepare_cached("INSERT INTO outbox (pos) VALUES (?)")?.execute([pos])?;
            }
        }
        if !fresh.is_empty() {
            search::index(&transaction, &case, fresh.iter().map(|(event, _)| *event))?;
            snapshot_if_grown(&transaction, &case, fresh.len(), pos)?;
        }
        transaction.commit()?;
        self.note_events(pos, chain);
        self.hold(case.clone());
        Ok(case)
    }

    pub(crate) fn note_events(&mut self, events: u64, chain: [u8; 32]) {
        self.noted.events = events;
        self.chain = chain;
        self.mark.note(self.noted);
    }

    pub(crate) fn note_audit(&mut self, entries: u64, chain: [u8; 32]) {
        self.noted.audit = entries;
        self.audit_chain = chain;
        self.mark.note(self.noted);
    }

    pub(crate) fn hold(&mut self, case: Case) {
        if self.at_hand.len() >= AT_HAND && !self.at_hand.contains_key(&case.id) {
            self.at_hand.pop_first();
        }
        self.at_hand.insert(case.id, case);
    }

    pub(crate) fn let_go(&mut self, id: CaseId) {
        self.at_hand.remove(&id);
    }

    fn case_at_hand(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        match self.at_hand.get(&id) {
            Some(case) => Ok(Some(case.clone())),
            None => read_case(&self.connection, id),
        }
    }

    /// One case as it stands.
    pub fn case(&self, id: CaseId) -> Result<Case, StoreError> {
        self.case_at_hand(id)?.ok_or(StoreError::UnknownCase)
    }

    /// Everything that happened to a case, in the order it was written here.
    pub fn events(&self, id: CaseId) -> Result<Vec<Event>, StoreError> {
        events_of(&self.connection, id)
    }

    /// Cases opened from `from` until before `until`, the earliest first: a day's list. Nothing is folded.
    pub fn opened_between(&self, from: Timestamp, until: Timestamp) -> Result<Vec<CaseSummary>, StoreError> {
        search::opened_between(&self.connection, from, until)
    }

    /// [`Self::opened_between`], each case whole.
    pub fn cases_between(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Case>, StoreError> {
        self.opened_between(from, until)?.into_iter().map(|summary| self.case(summary.id)).collect()
    }

    /// 未送信: what this terminal wrote and nobody has acknowledged, in order.
    pub fn outbox(&self, most: usize) -> Result<Vec<Event>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT json FROM events JOIN outbox USING (pos) WHERE json IS NOT NULL ORDER BY pos LIMIT ?",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let texts = query.query_map([most], |row| row.get::<_, String>(0))?;
        texts.map(|text| Ok(Event::from_json(&text?)?)).collect()
    }

    /// 未送信 behind a place of the outbox, each with its place: at most so many, and so many bytes of them (but one event,
    /// whatever its size).
    pub fn outbox_after(
        &self,
        after: u64,
        events: usize,
        bytes: usize,
    ) -> Result<Vec<(u64, Event)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT pos, json FROM outbox JOIN events USING (pos)
             WHERE pos > ? AND json IS NOT NULL ORDER BY pos LIMIT ?",
        )?;
        let mut rows = query.query(params![after, i64::try_from(events).unwrap_or(i64::MAX)])?;
        let (mut waiting, mut size) = (Vec::new(), 0_usize);
        while let Some(row) = rows.next()? {
            let json = row.get_ref(1)?.as_str().map_err(|_| StoreError::Other("column".to_owned()))?;
            size = size.saturating_add(json.len());
            if size > bytes && !waiting.is_empty() {
                break;
            }
            waiting.push((row.get(0)?, Event::from_json(json)?));
        }
        Ok(waiting)
    }

    /// Whether the server has yet to say that it has this event.
    pub fn waits_to_be_sent(&self, id: EventId) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox JOIN events USING (pos) WHERE events.id = ?)",
        )?;
        Ok(query.query_row([id.as_uuid().as_bytes()], |row| row.get(0))?)
    }

    /// How many events wait to be sent.
    pub fn outbox_len(&self) -> Result<u64, StoreError> {
        Ok(self.connection.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?)
    }

    /// The server has these.
    pub fn acknowledge(&mut self, ids: &[EventId]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for id in ids {
            transaction
                .prepare_cached("DELETE FROM outbox WHERE pos = (SELECT pos FROM events WHERE id = ?)")?
                .execute([id.as_uuid().as_bytes()])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// 案件番号: the next serial number of this terminal. It is given once, also when the case is never opened.
    pub fn next_serial(&mut self) -> Result<u32, StoreError> {
        let transaction = self.connection.transaction()?;
        let text: Option<String> = transaction
            .query_row("SELECT value FROM cursors WHERE name = 'serial'", [], |row| row.get(0))
            .optional()?;
        let next = text.and_then(|text| text.parse::<u32>().ok()).map_or(0, |last| last.saturating_add(1));
        transaction.execute(
            "INSERT OR REPLACE INTO cursors (name, value) VALUES ('serial', ?)",
            [next.to_string()],
        )?;
        transaction.commit()?;
        Ok(next)
    }

    /// Writes everything into the one file and closes it. (Dropping is as safe, and leaves a `-wal` beside it.)
    pub fn close(mut self) -> Result<(), StoreError> {
        self.checkpoint()?;
        self.noted.closed = true;
        self.mark.note(self.noted);
        let path = self.path.clone();
        self.connection.close().map_err(|(_, error)| StoreError::from(error))?;
        sync_folder(&path);
        Ok(())
    }

    /// Empties the write-ahead log into the file.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// The directory's entry too: the log beside the file was removed.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = std::fs::File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

#[derive(Clone, Copy)]
enum Origin {
    Here,
    Others,
    Rescued,
}

/// Takes this terminal's own events in, one after the other.
fn applied(before: Option<Case>, fresh: &[(&Event, String)]) -> Result<Case, StoreError> {
    let mut rest = fresh.iter().map(|(event, _)| *event);
    let mut case = match before {
        Some(case) => case,
        None => Case::begin(rest.next().ok_or(StoreError::UnknownCase)?.clone())?,
    };
    for event in rest {
        case.apply(event)?;
    }
    Ok(case)
}

pub(crate) fn already(connection: &Connection, id: EventId, json: &str) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached("SELECT digest FROM events WHERE id = ?")?;
    let there: Option<[u8; 32]> = query.query_row([id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
    match there {
        None => Ok(false),
        Some(digest) if digest == <[u8; 32]>::from(Sha256::digest(json.as_bytes())) => Ok(true),
        Some(_) => Err(StoreError::SameIdOtherEvent),
    }
}

pub(crate) fn linked(chain: [u8; 32], digest: [u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(chain).chain_update(digest).finalize().into()
}

/// Writes one event and its link of the chain; answers where the chain ends now.
pub(crate) fn insert_event(
    transaction: &Transaction<'_>,
    event: &Event,
    json: &str,
    pos: u64,
    chain: [u8; 32],
) -> Result<(u64, [u8; 32]), StoreError> {
    let pos = pos + 1;
    let digest: [u8; 32] = Sha256::digest(json.as_bytes()).into();
    let chain = linked(chain, digest);
    transaction
        .prepare_cached(
            "INSERT INTO events (pos, id, case_id, json, digest, chain) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            pos,
            event.id.as_uuid().as_bytes(),
            event.case.as_uuid().as_bytes(),
            json,
            digest,
            chain
        ])?;
    Ok((pos, chain))
}

pub(crate) fn snapshot_if_grown(
    transaction: &Transaction<'_>,
    case: &Case,
    by: usize,
    pos: u64,
) -> Result<(), StoreError> {
    if case.events() / SNAPSHOT_EVERY == case.events().saturating_sub(by) / SNAPSHOT_EVERY {
        return Ok(());
    }
    snapshot(transaction, case, pos)
}

fn snapshot(transaction: &Transaction<'_>, case: &Case, pos: u64) -> Result<(), StoreError> {
    let json = serde_json::to_string(case).map_err(|_| StoreError::Other("snapshot".to_owned()))?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO snapshots (case_id, pos, json) VALUES (?, ?, ?)")?
        .execute(params![case.id.as_uuid().as_bytes(), pos, json])?;
    Ok(())
}

pub(crate) fn events_of(connection: &Connection, id: CaseId) -> Result<Vec<Event>, StoreError> {
    events_after(connection, id, 0)
}

fn events_after(connection: &Connection, id: CaseId, pos: u64) -> Result<Vec<Event>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT json FROM events WHERE case_id = ? AND pos > ? AND json IS NOT NULL ORDER BY pos",
    )?;
    let texts = query.query_map(params![id.as_uuid().as_bytes(), pos], |row| row.get::<_, String>(0))?;
    texts.map(|text| Ok(Event::from_json(&text?)?)).collect()
}

/// From the snapshot and what came after it, or from all events where there is none that fits.
pub(crate) fn read_case(connection: &Connection, id: CaseId) -> Result<Option<Case>, StoreError> {
    let mut query = connection.prepare_cached("SELECT pos, json FROM snapshots WHERE case_id = ?")?;
    let found: Option<(u64, String)> =
        query.query_row([id.as_uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    // A snapshot of an older program may not read; the events are the truth.
    if let Some((pos, json)) = found
        && let Ok(mut case) = serde_json::from_str::<Case>(&json)
        && events_after(connection, id, pos)?.iter().all(|event| case.apply(event).is_ok())
    {
        return Ok(Some(case));
    }
    match Case::fold(events_of(connection, id)?) {
        Ok(case) => Ok(Some(case)),
        // Its opening has not come yet.
        Err(Refusal::NotOpened) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

fn end_of(connection: &Connection, table: &'static str) -> Result<(u64, [u8; 32]), StoreError> {
    let query = format!("SELECT pos, chain FROM {table} ORDER BY pos DESC LIMIT 1");
    let end = connection.query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(end.unwrap_or((0, [0; 32])))
}

/// An empty file of its owner's alone, before SQLite writes a byte into it.
fn owner_only(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(|_| ()).map_err(file_error(path))
}

pub(crate) fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", ".mark"] {
        let _ = std::fs::remove_file(crate::mark::beside(path, ending));
    }
}

/// A connection with the key given and everything set that must be set before the first read.
pub(crate) fn connect(path: &Path, key: &Key, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    unlock(&connection, key)?;
    // The first read: a wrong key and a broken first page look the same.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(
        |error| match StoreError::from(error) {
            StoreError::Damaged(_) => StoreError::WrongKey,
            other => other,
        },
    )?;
    connection.execute_batch(
        "PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -16384;",
    )?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Gives the 256 bits themselves, without deriving them from a pass phrase: they are random already.
pub(crate) fn unlock(connection: &Connection, key: &Key) -> Result<(), StoreError> {
    let pragma = zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", key.to_hex().as_str()));
    connection.execute_batch(&pragma)?;
    Ok(())
}
