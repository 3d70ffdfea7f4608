//! A number for each topic that rises with every commit that announced it: what wakes held connections here, and how
//! other processes (`madokad pack`, `madokad user`) wake them.

use super::{StorageError, Tx};
use crate::changes::{Numbers, Topic, Topics};

pub(super) const SCHEMA: super::Schema = super::Schema {
    module: "topics",
    versions: &[&["CREATE TABLE topics (name TEXT PRIMARY KEY, n INTEGER NOT NULL)"]],
};

pub(super) fn beat(tx: &mut Tx<'_>, topics: Topics) -> Result<Numbers, StorageError> {
    for topic in topics.each() {
        tx.execute(
            "INSERT INTO topics (name, n) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET n = topics.n + 1",
            crate::values![topic.name()],
        )?;
    }
    numbers(tx)
}

pub(super) fn numbers(tx: &mut Tx<'_>) -> Result<Numbers, StorageError> {
    let mut numbers = Numbers::default();
    for row in tx.query("SELECT name, n FROM topics", &[])? {
        let name: String = row.get(0)?;
        for (topic, number) in Topic::ALL.iter().zip(&mut numbers) {
            if topic.name() == name {
                *number = row.get(1)?;
            }
        }
    }
    Ok(numbers)
}
