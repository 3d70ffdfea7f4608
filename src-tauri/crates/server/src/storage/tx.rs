//! A transaction, as modules see it.

use super::{Row, StorageError, Value};
use crate::changes::{Topic, Topics};

/// What a database must be able to do for us.
pub(super) trait Connection: Send {
    /// Control statements: BEGIN, SAVEPOINT, COMMIT …
    fn control(&mut self, sql: &str) -> Result<(), StorageError>;
    /// Begins a transaction that writes; on one database there is one such at a time, whoever writes.
    fn begin_write(&mut self) -> Result<(), StorageError>;
    /// Begins a transaction that sees one state and changes nothing.
    fn begin_read(&mut self) -> Result<(), StorageError>;
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StorageError>;
    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StorageError>,
    ) -> Result<(), StorageError>;
    /// A statement that makes a table or an index, said in this database's way.
    fn define(&mut self, sql: &str) -> Result<(), StorageError>;
    /// Whether a transaction is open: some errors of SQLite end it.
    fn in_transaction(&self) -> bool;
    /// Whether this connection is of no further use.
    fn is_lost(&self) -> bool;
    /// What this database calls the list of its tables' columns: rows of table, column.
    fn columns_sql(&self) -> &'static str;
}

/// A transaction. Inside [`Db::write`](super::Db::write) it is the only one that writes, so `max(pos) + 1` is a safe
/// next number; inside [`Db::read`](super::Db::read) it sees one state of everything and changes nothing.
///
/// The same SQL serves SQLite and PostgreSQL: see the [module](super).
pub struct Tx<'a> {
    connection: &'a mut dyn Connection,
    spoiled: Option<StorageError>,
    announced: Topics,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a mut dyn Connection) -> Self {
        Self { connection, spoiled: None, announced: Topics::NONE }
    }

    /// Changes rows and says how many.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StorageError> {
        self.whole()?;
        let done = self.connection.execute(sql, values);
        self.note(done)
    }

    /// All rows of an answer. Bound it with `LIMIT`, or use [`Tx::each`].
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StorageError> {
        let mut rows = Vec::new();
        self.each(sql, values, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if any.
    pub fn row(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Row by row, for answers that may be long: memory stays small.
    pub fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        mut row: impl FnMut(Row) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.whole()?;
        let done = self.connection.each(sql, values, &mut row);
        self.note(done)
    }

    /// Wakes whoever waits for this, once the transaction is on the disk.
    pub fn announce(&mut self, topic: Topic) {
        self.announced = self.announced.with(topic);
    }

    pub(super) fn define(&mut self, sql: &str) -> Result<(), StorageError> {
        self.whole()?;
        let done = self.connection.define(sql);
        self.note(done)
    }

    /// Every table with its columns.
    pub(crate) fn tables(&mut self) -> Result<Vec<(String, Vec<String>)>, StorageError> {
        let sql = self.connection.columns_sql();
        let mut tables: Vec<(String, Vec<String>)> = Vec::new();
        for row in self.query(sql, &[])? {
            let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
            match tables.last_mut() {
                Some((last, columns)) if *last == table => columns.push(column),
                _ => tables.push((table, vec![column])),
            }
        }
        Ok(tables)
    }

    pub(super) fn announced(&self) -> Topics {
        self.announced
    }

    pub(super) fn spoiled(&self) -> Option<&StorageError> {
        self.spoiled.as_ref()
    }

    /// PostgreSQL refuses everything after an error; SQLite would go on. Here both refuse.
    fn whole(&self) -> Result<(), StorageError> {
        if self.spoiled.is_some() { Err(StorageError::Spoiled) } else { Ok(()) }
    }

    fn note<T>(&mut self, done: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(error) = &done {
            self.spoiled = Some(error.clone());
        }
        done
    }
}
