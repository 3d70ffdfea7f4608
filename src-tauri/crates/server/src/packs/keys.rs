//! 承認者の鍵: each approver makes their own, an administrator admits it, and the city's key names it to the terminals.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::StaffId;
use madoka_rules::pack::{Approvers, Manifest, PublicKey, Role as Signer, SigningKey};
use madoka_sync::wire::drafts::{Key, Said};
use madoka_text::Secret;

use super::tables::{said, staff};
use super::{PacksError, seal};
use crate::password::Cost;
use crate::storage::{Row, StorageError, Tx};
use crate::values;

/// Wrong passphrases in a row, and for how long the key then stays shut.
const FAILURES: i64 = 5;
const LOCKED: SignedDuration = SignedDuration::from_mins(15);

const KEY: &str = "SELECT id, public, staff, made, admitted_by, admitted_at, admitted_words,
                   revoked_by, revoked_at, revoked_words FROM packs_keys";

fn key(row: &Row) -> Result<Key, StorageError> {
    Ok(Key {
        id: row.get(0)?,
        key: row.get(1)?,
        staff: staff(row, 2)?,
        made: row.get(3)?,
        admitted: said(row, 4)?,
        revoked: said(row, 7)?,
    })
}

pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<Key>, PacksError> {
    let rows = tx.query(&format!("{KEY} ORDER BY made DESC, id LIMIT 500"), &[])?;
    Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
}

fn one(tx: &mut Tx<'_>, id: &str) -> Result<Key, PacksError> {
    let row = tx.row(&format!("{KEY} WHERE id = ?1"), values![id])?;
    Ok(key(&row.ok_or(PacksError::NoKey)?)?)
}

/// A key as it is kept: sealed, with what sealing cost.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) public: PublicKey,
    pub(super) sealed: Vec<u8>,
    pub(super) cost: Cost,
}

/// A new key of an approver. The ones before stay good until an administrator revokes them.
pub(super) fn add(tx: &mut Tx<'_>, made: &Made, by: &StaffId, at: Timestamp) -> Result<Key, PacksError> {
    let id = made.public.id().to_string();
    tx.execute(
        "INSERT INTO packs_keys (id, public, sealed, memory, rounds, staff, made, failures)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        values![
            &id,
            made.public.to_base64(),
            &made.sealed,
            made.cost.memory_kib,
            made.cost.rounds,
            by.as_str(),
            at
        ],
    )?;
    one(tx, &id)
}

/// 管理者が認める: from now on terminals believe this key. Nobody admits their own.
pub(super) fn admit(tx: &mut Tx<'_>, id: &str, by: &Said, city: &City<'_>) -> Result<Key, PacksError> {
    let found = one(tx, id)?;
    if found.staff == by.by {
        return Err(PacksError::OwnKey);
    }
    if found.admitted.is_none() && found.revoked.is_none() {
        tx.execute(
            "UPDATE packs_keys SET admitted_by = ?2, admitted_at = ?3, admitted_words = ?4 WHERE id = ?1",
            values![id, by.by.as_str(), by.at, by.words.trim()],
        )?;
        sign_list(tx, city)?;
    }
    one(tx, id)
}

/// 取り消す: what was released with it stays good, nothing new is.
pub(super) fn revoke(tx: &mut Tx<'_>, id: &str, by: &Said, city: &City<'_>) -> Result<Key, PacksError> {
    if one(tx, id)?.revoked.is_none() {
        tx.execute(
            "UPDATE packs_keys SET revoked_by = ?2, revoked_at = ?3, revoked_words = ?4 WHERE id = ?1",
            values![id, by.by.as_str(), by.at, by.words.trim()],
        )?;
        sign_list(tx, city)?;
    }
    one(tx, id)
}

/// The city, as far as keys go.
#[derive(Debug, Clone, Copy)]
pub(super) struct City<'a> {
    pub(super) code: &'a str,
    pub(super) key: &'a SigningKey,
}

/// The keys that are good now.
pub(super) fn good(tx: &mut Tx<'_>) -> Result<Vec<PublicKey>, PacksError> {
    let rows = tx.query(
        "SELECT public FROM packs_keys WHERE admitted_at IS NOT NULL AND revoked_at IS NULL ORDER BY id",
        &[],
    )?;
    let public = |row: &Row| PublicKey::from_base64(&row.get::<String>(0)?).ok_or(StorageError::Column(0));
    Ok(rows.iter().map(public).collect::<Result<_, _>>()?)
}

pub(super) fn sign_list(tx: &mut Tx<'_>, city: &City<'_>) -> Result<(), PacksError> {
    let keys = good(tx)?;
    let number = signed_list(tx)?.map_or(0, |(number, _)| number) + 1;
    let list = Approvers::new(city.code, number, keys, city.key);
    tx.execute(
        "INSERT INTO packs_approvers (number, signed) VALUES (?1, ?2)",
        values![number, list.to_text()],
    )?;
    Ok(())
}

/// The city has another key: signs with it what terminals may still ask for. The signatures of the one before stay, for
/// terminals that have not heard of the change.
pub(crate) fn sign_again(tx: &mut Tx<'_>, code: &str, key: &SigningKey) -> Result<(), PacksError> {
    if signed_list(tx)?.is_some() {
        sign_list(tx, &City { code, key })?;
    }
    let rows = tx.query("SELECT version, manifest FROM packs_editions WHERE stopped_at IS NULL", &[])?;
    for row in rows {
        let manifest = Manifest::from_text(&row.get::<String>(1)?);
        let mut manifest = manifest.map_err(|_| StorageError::Internal("manifest"))?;
        manifest.sign(Signer::City, key);
        tx.execute(
            "UPDATE packs_editions SET manifest = ?2 WHERE version = ?1",
            values![row.get::<i64>(0)?, manifest.to_text()],
        )?;
    }
    Ok(())
}

/// The list terminals should have, and its number.
pub(super) fn signed_list(tx: &mut Tx<'_>) -> Result<Option<(u64, String)>, PacksError> {
    let row = tx.row("SELECT number, signed FROM packs_approvers ORDER BY number DESC LIMIT 1", &[])?;
    Ok(row.map(|row| Ok::<_, StorageError>((row.get(0)?, row.get(1)?))).transpose()?)
}

/// The list of approvers, as the city signed it.
pub(crate) fn approvers(tx: &mut Tx<'_>) -> Result<Option<String>, PacksError> {
    Ok(signed_list(tx)?.map(|(_, signed)| signed))
}

/// All changes of the city's key, in order.
pub(crate) fn key_changes(tx: &mut Tx<'_>) -> Result<Vec<String>, PacksError> {
    key_changes_after(tx, 0)
}

/// Changes of the city's key after this one, in order.
pub(super) fn key_changes_after(tx: &mut Tx<'_>, after: u64) -> Result<Vec<String>, PacksError> {
    let rows = tx.query(
        "SELECT signed FROM packs_key_changes WHERE number > ?1 ORDER BY number LIMIT 100",
        values![after],
    )?;
    Ok(rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}

/// An approver's own key, shut.
#[derive(Debug, Clone)]
pub(super) struct Shut {
    id: String,
    sealed: Vec<u8>,
    cost: Cost,
    failures: i64,
}

/// The newest good key of this approver, unless it is locked.
pub(super) fn of(tx: &mut Tx<'_>, who: &StaffId, now: Timestamp) -> Result<Shut, PacksError> {
    let row = tx.row(
        "SELECT id, sealed, memory, rounds, locked_until, failures FROM packs_keys
         WHERE staff = ?1 AND admitted_at IS NOT NULL AND revoked_at IS NULL ORDER BY made DESC, id LIMIT 1",
        values![who.as_str()],
    )?;
    let row = row.ok_or(PacksError::NoApproverKey)?;
    if let Some(until) = row.get::<Option<Timestamp>>(4)?.filter(|until| *until > now) {
        let seconds = until.duration_since(now).as_secs();
        return Err(PacksError::PassphraseLocked(seconds.div_euclid(60) + 1));
    }
    let cost = Cost { memory_kib: row.get(2)?, rounds: row.get(3)? };
    Ok(Shut { id: row.get(0)?, sealed: row.get(1)?, cost, failures: row.get(5)? })
}

impl Shut {
    /// Takes tens of milliseconds.
    pub(super) fn open(&self, passphrase: &Secret) -> Result<SigningKey, PacksError> {
        seal::open(passphrase, &self.sealed, self.cost)
    }
}

/// Counts a wrong passphrase before it is tried, in the transaction that read the key, so that many at once do not slip
/// through; a right one takes it back.
pub(super) fn count_try(tx: &mut Tx<'_>, shut: &Shut, now: Timestamp) -> Result<(), PacksError> {
    let failures = shut.failures + 1;
    let locked = (failures >= FAILURES).then(|| now.checked_add(LOCKED).unwrap_or(now));
    tx.execute(
        "UPDATE packs_keys SET locked_until = ?2, failures = ?3 WHERE id = ?1",
        values![&shut.id, locked, if locked.is_some() { 0 } else { failures }],
    )?;
    Ok(())
}

pub(super) fn right(tx: &mut Tx<'_>, shut: &Shut) -> Result<(), PacksError> {
    tx.execute("UPDATE packs_keys SET failures = 0, locked_until = NULL WHERE id = ?1", values![&shut.id])?;
    Ok(())
}
