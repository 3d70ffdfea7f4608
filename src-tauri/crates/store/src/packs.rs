//! 手続パック on the terminal: every edition as its signed list of parts, and the parts once for all editions.

use std::collections::BTreeSet;

use madoka_casework::PackId;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::{Store, StoreError};

/// A released pack as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub id: String,
    pub version: u64,
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a pack. A version once kept is never replaced by other bytes.
    pub fn keep_pack(&mut self, pack: &Pack) -> Result<(), StoreError> {
        let sha256: [u8; 32] = Sha256::digest(&pack.bytes).into();
        let there: Option<[u8; 32]> = self
            .connection
            .query_row(
                "SELECT sha256 FROM packs WHERE id = ? AND version = ?",
                params![pack.id, pack.version],
                |row| row.get(0),
            )
            .optional()?;
        match there {
            Some(known) if known == sha256 => Ok(()),
            Some(_) => Err(StoreError::SameIdOtherEvent),
            None => {
                self.connection.execute(
                    "INSERT INTO packs (id, version, sha256, bytes, active) VALUES (?, ?, ?, ?, 0)",
                    params![pack.id, pack.version, sha256, pack.bytes],
                )?;
                Ok(())
            }
        }
    }

    /// New cases use this version from now on; open ones stay on theirs.
    pub fn activate_pack(&mut self, id: &str, version: u64) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        transaction.execute("UPDATE packs SET active = 0 WHERE active = 1", [])?;
        let found = transaction
            .execute("UPDATE packs SET active = 1 WHERE id = ? AND version = ?", params![id, version])?;
        if found == 0 {
            return Err(StoreError::Other("pack".to_owned()));
        }
        transaction.commit()?;
        Ok(())
    }

    /// What new cases use: one pack, since a terminal is of one city.
    pub fn active_pack(&self) -> Result<Option<Pack>, StoreError> {
        self.a_pack("SELECT id, version, sha256, bytes FROM packs WHERE active = 1", [])
    }

    pub fn pack(&self, id: &str, version: u64) -> Result<Option<Pack>, StoreError> {
        self.a_pack(
            "SELECT id, version, sha256, bytes FROM packs WHERE id = ? AND version = ?",
            params![id, version],
        )
    }

    fn a_pack(&self, query: &str, values: impl rusqlite::Params) -> Result<Option<Pack>, StoreError> {
        let found: Option<(Pack, [u8; 32])> = self
            .connection
            .query_row(query, values, |row| {
                Ok((Pack { id: row.get(0)?, version: row.get(1)?, bytes: row.get(3)? }, row.get(2)?))
            })
            .optional()?;
        match found {
            Some((pack, sha256)) if sha256 != <[u8; 32]>::from(Sha256::digest(&pack.bytes)) => {
                Err(StoreError::Damaged("pack".to_owned()))
            }
            found => Ok(found.map(|(pack, _)| pack)),
        }
    }

    /// Every edition that is kept, oldest first.
    pub fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT id, version FROM packs ORDER BY id, version")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let names: Vec<(String, u64)> = rows.collect::<Result<_, _>>()?;
        let packs = names.iter().map(|(id, version)| self.pack(id, *version));
        Ok(packs.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Which versions the cases that are kept here began with, closed ones too: one may be opened again, and is explained
    /// by the rules of its day. Reads the first event of each.
    pub fn pack_versions_of_cases(&self) -> Result<BTreeSet<u64>, StoreError> {
        let mut query = self.connection.prepare(
            "SELECT DISTINCT json_extract(e.json, '$.what.pack.version') AS version FROM cases c
             JOIN events e ON e.case_id = c.case_id AND json_extract(e.json, '$.what.kind') = 'opened'
             WHERE version IS NOT NULL",
        )?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps parts of packs under their SHA-256. One that is there is not written again.
    pub fn keep_parts(&mut self, parts: &[Vec<u8>]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction
                .prepare_cached("INSERT OR IGNORE INTO pack_parts (sha256, bytes) VALUES (?, ?)")?;
            for bytes in parts {
                let sha256: [u8; 32] = Sha256::digest(bytes).into();
                insert.execute(params![sha256, bytes])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// A part by its hash.
    pub fn part(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT bytes FROM pack_parts WHERE sha256 = ?")?;
        let found: Option<Vec<u8>> = query.query_row([sha256], |row| row.get(0)).optional()?;
        match found {
            Some(bytes) if <[u8; 32]>::from(Sha256::digest(&bytes)) != *sha256 => {
                Err(StoreError::Damaged("part".to_owned()))
            }
            found => Ok(found),
        }
    }

    pub fn has_part(&self, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM pack_parts WHERE sha256 = ?")?;
        Ok(query.exists([sha256])?)
    }

    /// Takes editions away that nobody needs any more, and the parts that only they had: `keep` names the parts of those
    /// that stay. The active edition stays whatever `drop` says.
    pub fn drop_packs(&mut self, drop: &[(PackId, u64)], keep: &[[u8; 32]]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for (id, version) in drop {
            transaction.execute(
                "DELETE FROM packs WHERE id = ? AND version = ? AND active = 0",
                params![id.as_str(), version],
            )?;
        }
        transaction.execute_batch("CREATE TEMP TABLE kept_parts (sha256 BLOB PRIMARY KEY) STRICT")?;
        {
            let mut insert = transaction.prepare("INSERT OR IGNORE INTO kept_parts (sha256) VALUES (?)")?;
            for sha256 in keep {
                insert.execute([sha256])?;
            }
        }
        transaction.execute_batch(
            "DELETE FROM pack_parts WHERE sha256 NOT IN (SELECT sha256 FROM kept_parts);
             DROP TABLE kept_parts",
        )?;
        transaction.commit()?;
        Ok(())
    }
}
