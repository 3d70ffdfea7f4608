//! What the server keeps, in SQLite (the default: one encrypted file) or in PostgreSQL, behind one face.
//!
//! **For:** [`Db::write`] and [`Db::read`], each a closure over one transaction. Writes are one at a time, over all
//! processes, and committed in groups; a write is on the disk when it is answered. **Not for:** deciding who may.
//!
//! SQL is written once and serves both databases:
//! - placeholders are `?1`, `?2`, …; values come from [`values!`](crate::values);
//! - types are `INTEGER` (also truths and times), `TEXT` (compared by bytes), `BLOB` (also ids), `REAL`;
//! - `INSERT … ON CONFLICT (…) DO UPDATE/NOTHING`, `RETURNING`, window functions and `WITH` are the same on both;
//! - not the same, so not used: `LIKE` on letters of either case, `INSERT OR …`, `rowid`, JSON functions, `GROUP BY` of a
//!   column selected beside it, text that is compared with numbers, `||` with a number;
//! - numbers are given in the code: `COALESCE(MAX(pos), 0) + 1`, safe because writes are one at a time;
//! - after a statement failed, the whole closure is undone: check first, or use `ON CONFLICT`.

mod error;
mod postgres;
mod pulse;
mod schema;
mod sqlite;
mod tx;
mod value;
mod worker;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use tokio::sync::oneshot;

pub use self::error::StorageError;
pub use self::schema::Schema;
pub use self::tx::Tx;
pub use self::value::{FromValue, Row, Value};
use self::worker::{Connect, Job, Threads, Work};
use crate::changes::Changes;
use crate::secret_file::Key;

/// Connections that read at the same time.
const READERS: usize = 4;

/// Where things are kept.
#[derive(Debug, Clone)]
pub enum Place {
    Sqlite {
        file: PathBuf,
        key: Arc<Key>,
    },
    /// A database of this city alone, reached over a socket or 127.0.0.1.
    Postgres(Box<::postgres::Config>),
}

/// The storage. Clones are the same one.
#[derive(Clone)]
pub struct Db {
    threads: Arc<Threads>,
    changes: Changes,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// Makes a new storage; one that exists is refused.
    pub fn create(place: &Place, schemas: &[Schema]) -> Result<Self, StorageError> {
        let first: Box<dyn tx::Connection> = match place {
            Place::Sqlite { file, key } => Box::new(sqlite::Sqlite::create(file, key)?),
            Place::Postgres(config) => {
                let mut connection = postgres::Postgres::connect(config)?;
                if !Tx::new(&mut connection).tables()?.is_empty() {
                    return Err(StorageError::Exists(config.get_dbname().unwrap_or_default().into()));
                }
                Box::new(connection)
            }
        };
        Self::start(place, first, schemas)
    }

    /// Opens what is there and brings its tables to the newest version.
    pub fn open(place: &Place, schemas: &[Schema]) -> Result<Self, StorageError> {
        Self::start(place, connect(place)?, schemas)
    }

    /// A file nobody writes, looked at as this program would have it, and left as it was: whoever goes back to an older
    /// program must find their backup as they made it. It may lie on a medium that cannot be written, if it is of this
    /// version; an older one wants room for a log beside it.
    pub fn look_at<T, E: From<StorageError>>(
        file: &Path,
        key: &Key,
        schemas: &[Schema],
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut still: Box<dyn tx::Connection> = Box::new(sqlite::Sqlite::still(file, key)?);
        still.begin_read()?;
        let mut tx = Tx::new(still.as_mut());
        if schema::is_newest(&mut tx, &[pulse::SCHEMA])? && schema::is_newest(&mut tx, schemas)? {
            return work(&mut tx);
        }
        drop(still);
        let opened = sqlite::Sqlite::open(file, key).map_err(|error| match error {
            // It could be read just now: what is missing is the log.
            StorageError::Unavailable => StorageError::File(file.to_owned(), ErrorKind::ReadOnlyFilesystem),
            error => error,
        });
        let mut connection: Box<dyn tx::Connection> = Box::new(opened?);
        connection.begin_write()?;
        let looked = {
            let mut tx = Tx::new(connection.as_mut());
            migrate(&mut tx, schemas).map_err(E::from).and_then(|()| work(&mut tx))
        };
        let undone = connection.control("ROLLBACK");
        let looked = looked?;
        undone?;
        Ok(looked)
    }

    fn start(
        place: &Place,
        mut first: Box<dyn tx::Connection>,
        schemas: &[Schema],
    ) -> Result<Self, StorageError> {
        first.begin_write()?;
        let migrated = {
            let mut tx = Tx::new(first.as_mut());
            migrate(&mut tx, schemas).and_then(|()| pulse::numbers(&mut tx))
        };
        first.control(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        let changes = Changes::new(migrated?);
        let writer = {
            let place = place.clone();
            Box::new(move || connect(&place)) as Connect
        };
        let readers = (0..READERS)
            .map(|_| {
                let place = place.clone();
                Box::new(move || reader(&place)) as Connect
            })
            .collect();
        let threads = Threads::start(first, writer, readers, changes.clone())?;
        Ok(Self { threads: Arc::new(threads), changes })
    }

    /// Changes things: all of it is on the disk when this answers, or none of it. The closure may not wait for anything
    /// but the storage; an `Err` from it undoes what it did.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        send(self.threads.writer.as_ref(), work)?.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// Looks at things as they are at one moment.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        send(self.threads.readers.as_ref(), work)?.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// [`Db::write`] for a thread that may wait: commands and tests, never a request.
    pub fn write_and_wait<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let answer = send(self.threads.writer.as_ref(), work)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(gone().into()))
    }

    /// [`Db::read`] for a thread that may wait.
    pub fn read_and_wait<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let answer = send(self.threads.readers.as_ref(), work)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(gone().into()))
    }

    /// What wakes held connections: announced by [`Tx::announce`].
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Wakes whoever waits for what other processes changed; the server asks twice a second.
    pub async fn hear_others(&self) -> Result<(), StorageError> {
        self.changes.now_at(self.read(pulse::numbers).await?);
        Ok(())
    }
}

fn migrate(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<(), StorageError> {
    schema::migrate(tx, &[pulse::SCHEMA])?;
    schema::migrate(tx, schemas)
}

/// Puts work into a thread's queue.
fn send<F, T, E>(
    to: Option<&SyncSender<Box<dyn Work>>>,
    work: F,
) -> Result<oneshot::Receiver<Result<T, E>>, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StorageError> + Send + 'static,
{
    let (job, answer) = Job::new(work);
    let sent = to.ok_or_else(gone)?.try_send(Box::new(job));
    sent.map_err(|error| match error {
        TrySendError::Full(_) => StorageError::Unavailable,
        TrySendError::Disconnected(_) => gone(),
    })?;
    Ok(answer)
}

fn gone() -> StorageError {
    StorageError::Internal("storage thread")
}

fn connect(place: &Place) -> Result<Box<dyn tx::Connection>, StorageError> {
    Ok(match place {
        Place::Sqlite { file, key } => Box::new(sqlite::Sqlite::open(file, key)?),
        Place::Postgres(config) => Box::new(postgres::Postgres::connect(config)?),
    })
}

fn reader(place: &Place) -> Result<Box<dyn tx::Connection>, StorageError> {
    Ok(match place {
        Place::Sqlite { file, key } => Box::new(sqlite::Sqlite::reader(file, key)?),
        Place::Postgres(config) => Box::new(postgres::Postgres::connect(config)?),
    })
}
