//! Each module's tables, and how they grow from version to version.

use super::{StorageError, Tx};

/// A module's tables. Versions are only ever added; a version that was released is never changed.
///
/// Statements are single ones, without semicolon, in the types `INTEGER`, `TEXT`, `BLOB` and `REAL`. Tables begin with the
/// module's name. No views, triggers, virtual tables or foreign keys: a backup copies
/// tables, one after another, from either database into either.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    pub module: &'static str,
    pub versions: &'static [&'static [&'static str]],
}

/// Where a module's version is written down.
const VERSIONS: &str = "CREATE TABLE schema_versions (module TEXT PRIMARY KEY, version INTEGER NOT NULL)";

/// Whether every module's tables are of the newest version; a database that is newer than this program is refused.
pub(super) fn is_newest(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<bool, StorageError> {
    if !has_versions(tx)? {
        return Ok(schemas.is_empty());
    }
    let mut newest = true;
    for schema in schemas {
        let (found, known) = versions(tx, schema)?;
        newest &= found == known;
    }
    Ok(newest)
}

fn has_versions(tx: &mut Tx<'_>) -> Result<bool, StorageError> {
    Ok(tx.tables()?.iter().any(|(table, _)| table == "schema_versions"))
}

/// Which version of a module is there, and which this program knows.
fn versions(tx: &mut Tx<'_>, schema: &Schema) -> Result<(i64, i64), StorageError> {
    let row =
        tx.row("SELECT version FROM schema_versions WHERE module = ?1", crate::values![schema.module])?;
    let found: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    let known = i64::try_from(schema.versions.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StorageError::Newer { module: schema.module, found, known });
    }
    Ok((found, known))
}

/// Brings every module's tables to the newest version, or refuses a database that is newer than this program.
pub(super) fn migrate(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<(), StorageError> {
    if !has_versions(tx)? {
        tx.define(VERSIONS)?;
    }
    for schema in schemas {
        let (found, known) = versions(tx, schema)?;
        let missing = schema.versions.get(usize::try_from(found).unwrap_or(0)..).unwrap_or_default();
        for statement in missing.iter().copied().flatten() {
            tx.define(statement)?;
        }
        if !missing.is_empty() {
            tx.execute(
                "INSERT INTO schema_versions (module, version) VALUES (?1, ?2)
                 ON CONFLICT (module) DO UPDATE SET version = ?2",
                crate::values![schema.module, known],
            )?;
        }
    }
    Ok(())
}
