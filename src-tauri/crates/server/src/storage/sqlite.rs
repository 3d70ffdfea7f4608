//! SQLite, encrypted (SQLCipher): the default. WAL with `synchronous=FULL`: what was answered is on the disk.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags};

use super::tx::Connection;
use super::{Row, StorageError, Value};
use crate::secret_file::Key;

/// How long one writer waits for another process (`madokad user`, a backup) before it says so.
const PATIENCE: Duration = Duration::from_secs(10);
/// Prepared statements kept: more than all modules have.
const STATEMENTS: usize = 256;

pub(super) struct Sqlite(rusqlite::Connection);

impl Sqlite {
    pub(super) fn create(path: &Path, key: &Key) -> Result<Self, StorageError> {
        if path.exists() {
            return Err(StorageError::Exists(path.to_owned()));
        }
        let connection =
            connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        // A page size that holds an event or two, and a file that gives space back when asked.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(error)?;
        Self::writer(connection)
    }

    pub(super) fn open(path: &Path, key: &Key) -> Result<Self, StorageError> {
        if !path.exists() {
            return Err(StorageError::Missing(path.to_owned()));
        }
        Self::writer(connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?)
    }

    /// A file that nobody writes, and that lies where perhaps nobody can.
    pub(super) fn still(path: &Path, key: &Key) -> Result<Self, StorageError> {
        if !path.exists() {
            return Err(StorageError::Missing(path.to_owned()));
        }
        // Only by an address can SQLite be told so; without it, it wants a log beside the file.
        let name = path.to_str().ok_or(StorageError::File(path.to_owned(), ErrorKind::InvalidInput))?;
        let name = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let start = if name.starts_with('/') { "file://" } else { "file:" };
        let address = format!("{start}{name}?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        connect(Path::new(&address), key, flags).map(Self)
    }

    fn writer(connection: rusqlite::Connection) -> Result<Self, StorageError> {
        connection.pragma_update(None, "journal_mode", "WAL").map_err(error)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
        connection.pragma_update(None, "secure_delete", true).map_err(error)?;
        Ok(Self(connection))
    }

    pub(super) fn reader(path: &Path, key: &Key) -> Result<Self, StorageError> {
        let connection = connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "query_only", true).map_err(error)?;
        Ok(Self(connection))
    }
}

fn connect(path: &Path, key: &Key, flags: OpenFlags) -> Result<rusqlite::Connection, StorageError> {
    let connection = rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(error)?;
    connection.pragma_update(None, "key", format!("x'{}'", key.to_hex().as_str())).map_err(error)?;
    connection.busy_timeout(PATIENCE).map_err(error)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(error)?;
    connection.pragma_update(None, "trusted_schema", false).map_err(error)?;
    connection.pragma_update(None, "cache_size", -4096).map_err(error)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // The first read is what tells a wrong key.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(error)?;
    Ok(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
pub(super) fn error(error: rusqlite::Error) -> StorageError {
    // A write or sync that failed below SQLite: on Linux that is a full or vanished disk (EDQUOT, EFBIG, EIO).
    let below = error.sqlite_error().is_some_and(|failure| {
        matches!(
            failure.extended_code,
            rusqlite::ffi::SQLITE_IOERR_WRITE
                | rusqlite::ffi::SQLITE_IOERR_FSYNC
                | rusqlite::ffi::SQLITE_IOERR_TRUNCATE
                | rusqlite::ffi::SQLITE_IOERR_SHMSIZE
        )
    });
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageError::Full,
        Some(ErrorCode::SystemIoFailure) if below => StorageError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen) => {
            StorageError::Unavailable
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StorageError::Damaged,
        Some(ErrorCode::ConstraintViolation) => StorageError::Conflict,
        Some(code) => StorageError::Other(format!("SQLite {code:?}")),
        None => StorageError::Other("SQLite".to_owned()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

impl Connection for Sqlite {
    fn control(&mut self, sql: &str) -> Result<(), StorageError> {
        self.0.execute_batch(sql).map_err(error)
    }

    fn begin_write(&mut self) -> Result<(), StorageError> {
        self.control("BEGIN IMMEDIATE")
    }

    fn begin_read(&mut self) -> Result<(), StorageError> {
        self.control("BEGIN DEFERRED")
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StorageError> {
        let mut statement = self.0.prepare_cached(sql).map_err(error)?;
        let changed = statement.execute(rusqlite::params_from_iter(values)).map_err(error)?;
        Ok(changed as u64)
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let mut statement = self.0.prepare_cached(sql).map_err(error)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(error)?;
        while let Some(found) = rows.next().map_err(error)? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(match found.get_ref(column).map_err(error)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(value) => Value::Int(value),
                    ValueRef::Real(value) => Value::Real(value),
                    ValueRef::Text(text) => Value::Text(
                        String::from_utf8(text.to_vec()).map_err(|_| StorageError::Column(column))?,
                    ),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                });
            }
            row(Row::new(values))?;
        }
        Ok(())
    }

    fn define(&mut self, sql: &str) -> Result<(), StorageError> {
        let table = sql.trim_start().starts_with("CREATE TABLE");
        // A column keeps its type, as PostgreSQL's do.
        self.control(&if table { format!("{sql} STRICT") } else { sql.to_owned() })
    }

    fn in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }

    fn is_lost(&self) -> bool {
        false
    }

    fn columns_sql(&self) -> &'static str {
        "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"
    }
}
