//! PostgreSQL: for several cities on one shared service, each in a database of its own.

use std::collections::HashMap;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use super::tx::Connection;
use super::{Row, StorageError, Value};

/// The lock one writer holds in a database, in whatever process it runs. The number has no meaning.
const WRITER: i64 = 0x6d61_646f_6b61;

/// Prepared statements kept: more than all modules have.
const STATEMENTS: usize = 512;

pub(super) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
    open: bool,
}

impl Postgres {
    pub(super) fn connect(config: &Config) -> Result<Self, StorageError> {
        let mut client = config.connect(NoTls).map_err(|_| StorageError::Unavailable)?;
        client
            .batch_execute(
                "SET synchronous_commit = on; SET lock_timeout = '10s'; SET timezone = 'UTC';
                 SET client_min_messages = warning; SET idle_in_transaction_session_timeout = '60s'",
            )
            .map_err(|found| error(&found))?;
        Ok(Self { client, statements: HashMap::new(), open: false })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, StorageError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&dollars(sql)).map_err(|found| error(&found))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// `?1` as PostgreSQL writes it: `$1`. Not within quotes.
fn dollars(sql: &str) -> String {
    let mut quoted = false;
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        quoted ^= c == '\'';
        let number = c == '?' && !quoted && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if number { '$' } else { c });
    }
    out
}

/// The types of our tables as PostgreSQL calls them; text is compared by its bytes, as SQLite does.
fn types(sql: &str) -> String {
    let separates = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let mut out = String::with_capacity(sql.len() * 2);
    for word in sql.split_inclusive(separates) {
        let (name, end) = word.split_at(word.trim_end_matches(separates).len());
        out += match name {
            "INTEGER" => "BIGINT",
            "BLOB" => "BYTEA",
            "REAL" => "DOUBLE PRECISION",
            "TEXT" => "TEXT COLLATE \"C\"",
            other => other,
        };
        out += end;
    }
    out
}

fn error(found: &postgres::Error) -> StorageError {
    let Some(state) = found.code() else {
        return if found.is_closed()
            || std::error::Error::source(found).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        {
            StorageError::Unavailable
        } else {
            StorageError::Other("PostgreSQL".to_owned())
        };
    };
    match state.code().get(..2) {
        _ if *state == SqlState::DISK_FULL => StorageError::Full,
        Some("08" | "53" | "55" | "57" | "40") => StorageError::Unavailable,
        Some("23") => StorageError::Conflict,
        Some("XX") => StorageError::Damaged,
        _ => StorageError::Other(format!("PostgreSQL {}", state.code())),
    }
}

type Wrong = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => match *ty {
                Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
                Type::BOOL => (*value != 0).to_sql(ty, out),
                #[expect(clippy::cast_precision_loss, reason = "a column of reals was given a whole number")]
                Type::FLOAT8 => (*value as f64).to_sql(ty, out),
                Type::INT8 => value.to_sql(ty, out),
                _ => Err("a number for something else".into()),
            },
            Self::Real(value) if *ty == Type::FLOAT8 => value.to_sql(ty, out),
            Self::Text(value) if <&str as ToSql>::accepts(ty) => value.to_sql(ty, out),
            Self::Blob(value) if *ty == Type::BYTEA => value.to_sql(ty, out),
            _ => Err("a value of another type".into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => Self::Blob(raw.to_vec()),
            Type::NUMERIC => Self::Int(whole(raw).ok_or("a number that is not whole")?),
            _ if <&str as FromSql>::accepts(ty) => Self::Text(String::from_sql(ty, raw)?),
            _ => return Err("a column of a type we do not use".into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Wrong> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A whole number in PostgreSQL's NUMERIC, which `SUM` of a BIGINT answers: count, weight, sign, scale, and digits to the
/// base of 10,000.
fn whole(raw: &[u8]) -> Option<i64> {
    let mut words = raw.as_chunks::<2>().0.iter().map(|pair| i16::from_be_bytes(*pair));
    let (digits, weight, sign, _scale) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if digits > weight.checked_add(1)? && digits != 0 {
        return None;
    }
    let mut value: i128 = 0;
    for _ in 0..=weight.max(-1) {
        value = value.checked_mul(10_000)?.checked_add(words.next().unwrap_or(0).into())?;
    }
    match sign {
        0 => value.try_into().ok(),
        0x4000 => (-value).try_into().ok(),
        _ => None,
    }
}

impl Connection for Postgres {
    fn control(&mut self, sql: &str) -> Result<(), StorageError> {
        let done = self.client.batch_execute(sql).map_err(|found| error(&found));
        if sql == "COMMIT" || sql == "ROLLBACK" {
            self.open = false;
        }
        done
    }

    fn begin_write(&mut self) -> Result<(), StorageError> {
        self.control(&format!("BEGIN; SELECT pg_advisory_xact_lock({WRITER})"))?;
        self.open = true;
        Ok(())
    }

    fn begin_read(&mut self) -> Result<(), StorageError> {
        self.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.open = true;
        Ok(())
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StorageError> {
        let statement = self.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client.execute(&statement, &values).map_err(|found| error(&found))
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let statement = self.statement(sql)?;
        let mut rows = self.client.query_raw(&statement, values).map_err(|found| error(&found))?;
        while let Some(found) = rows.next().map_err(|found| error(&found))? {
            let values = (0..found.len())
                .map(|column| found.try_get(column).map_err(|_| StorageError::Column(column)))
                .collect::<Result<_, _>>()?;
            row(Row::new(values))?;
        }
        Ok(())
    }

    fn define(&mut self, sql: &str) -> Result<(), StorageError> {
        self.control(&types(sql))
    }

    fn in_transaction(&self) -> bool {
        self.open && !self.client.is_closed()
    }

    fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    fn columns_sql(&self) -> &'static str {
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 同じ文を二つのデータベースに言い直す() {
        assert_eq!(dollars("SELECT ?1, '?2', ?10 WHERE a = '?' "), "SELECT $1, '?2', $10 WHERE a = '?' ");
        assert_eq!(
            types("CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT NOT NULL, d BLOB, e REAL)"),
            "CREATE TABLE a (b BIGINT PRIMARY KEY, c TEXT COLLATE \"C\" NOT NULL, d BYTEA, e DOUBLE PRECISION)"
        );
    }

    #[test]
    fn 合計の数を読む() {
        let raw = |words: &[i16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        assert_eq!(whole(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole(&raw(&[2, 1, 0, 0, 12, 345])), Some(120_345));
        assert_eq!(whole(&raw(&[1, 1, 0x4000, 0, 5])), Some(-50_000));
        assert_eq!(whole(&raw(&[2, 0, 0, 1, 1, 5000])), None);
        for end in 0..12 {
            let _ = whole(&raw(&[2, 1, 0, 0, 12, 345])[..end]);
        }
    }
}
