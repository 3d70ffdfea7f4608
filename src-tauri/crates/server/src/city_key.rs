//! 市の鍵: what the city signs packs and the approvers' list with, and how it is changed without anybody visiting a
//! terminal: the old key signs the new one ([`KeyChange`]), and terminals follow, however many changes behind.
//!
//! The key is a file of secrets; which one is in force is written in the storage. A new one lies beside the old until
//! the storage has the change, so that a power cut leaves either the old key or the new one, never none.

use std::path::Path;

use madoka_rules::pack::{KeyChange, PublicKey, SigningKey};
use madoka_sync::wire::packs::CityKey;

use crate::audit::{self, Entry};
use crate::changes::Topic;
use crate::packs;
use crate::problem::Problem;
use crate::program;
use crate::secret_file::{self, Key};
use crate::server::{self, SIGNING_KEY, Server};
use crate::storage::{StorageError, Tx};
use crate::values;

const NEXT: &str = "city.key.next";

/// A city's key with its number.
#[derive(Debug)]
pub struct Signing {
    pub key: SigningKey,
    pub number: u64,
}

impl Signing {
    /// What terminals check packs with.
    pub fn public(&self) -> CityKey {
        CityKey { key: self.key.public().to_base64(), number: self.number }
    }
}

pub(crate) fn number(tx: &mut Tx<'_>) -> Result<u64, StorageError> {
    tx.row("SELECT key_number FROM city", &[])?.ok_or(StorageError::Internal("city"))?.get(0)
}

/// What the last change says the key is; nothing before the first change.
fn announced(tx: &mut Tx<'_>) -> Result<Option<PublicKey>, StorageError> {
    let row = tx.row("SELECT signed FROM packs_key_changes ORDER BY number DESC LIMIT 1", &[])?;
    let Some(row) = row else { return Ok(None) };
    let change = KeyChange::from_text(&row.get::<String>(0)?).ok_or(StorageError::Column(0))?;
    Ok(Some(change.new_key))
}

fn read(path: &Path) -> Result<SigningKey, StorageError> {
    SigningKey::from_base64(&secret_file::read(path)?).ok_or(StorageError::Internal("city.key"))
}

/// The key in force, from a folder of keys.
pub(crate) fn in_force(tx: &mut Tx<'_>, keys: &Path) -> Result<Signing, StorageError> {
    let (number, announced) = (number(tx)?, announced(tx)?);
    let fits = |key: &SigningKey| announced.as_ref().is_none_or(|public| *public == key.public());
    let mut key = read(&keys.join(SIGNING_KEY))?;
    if !fits(&key) {
        // The change is in the storage, and the file was not yet put in its place.
        key = read(&keys.join(NEXT))?;
    }
    if fits(&key) { Ok(Signing { key, number }) } else { Err(StorageError::Internal("city.key")) }
}

/// Puts a new key's file in its place where a change was broken off behind the storage; forgets one that was broken off
/// in front of it.
pub(crate) fn settle(tx: &mut Tx<'_>, keys: &Path) -> Result<(), StorageError> {
    let (old, next) = (keys.join(SIGNING_KEY), keys.join(NEXT));
    if !next.exists() {
        return Ok(());
    }
    let wrong = |error: std::io::Error| StorageError::File(next.clone(), error.kind());
    let announced = announced(tx)?;
    if announced.is_some() && announced == read(&next).ok().map(|key| key.public()) {
        std::fs::rename(&next, &old).map_err(wrong)?;
        secret_file::sync_folder(keys).map_err(wrong)
    } else {
        std::fs::remove_file(&next).map_err(wrong)
    }
}

/// Changes the city's key: terminals are told by a statement that the old one signs, and everything that is still to be
/// handed out gets the new one's signature beside the old.
pub fn rotate(server: &Server, by: Entry) -> Result<CityKey, Problem> {
    let keys = server::keys(server.folder());
    let at = keys.clone();
    server.db().write_and_wait(move |tx| settle(tx, &at))?;
    secret_file::write_new(&keys.join(NEXT), &server::base64(Key::random()?.bytes()))?;
    let (known, at) = (server.clone(), keys.clone());
    let changed = server.db().write_and_wait(move |tx| -> Result<CityKey, Problem> {
        let old = in_force(tx, &at)?;
        let new = Signing { key: read(&at.join(NEXT))?, number: old.number + 1 };
        let code = &known.city().code;
        let change = KeyChange::new(code, new.number, &old.key, new.key.public());
        tx.execute(
            "INSERT INTO packs_key_changes (number, signed) VALUES (?1, ?2)",
            values![new.number, change.to_text()],
        )?;
        tx.execute("UPDATE city SET key_number = ?1", values![new.number])?;
        packs::sign_again(tx, code, &new.key)?;
        program::sign_again(tx, &new.key)?;
        audit::write(tx, &by.what(format!("市の鍵 第{}番", new.number)))?;
        tx.announce(Topic::Packs);
        Ok(new.public())
    })?;
    server.db().write_and_wait(move |tx| settle(tx, &keys))?;
    Ok(changed)
}
