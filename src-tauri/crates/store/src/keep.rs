//! What is kept beside cases: settings, who may sign in offline, print jobs, pictures of signatures.

use argon2::{Algorithm, Argon2, Params, Version};
use jiff::Timestamp;
use madoka_casework::{CaseId, ImageHash, StaffId};
use madoka_text::Secret;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Store, StoreError};

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub staff: StaffId,
    /// Until when this terminal may let them in without asking the server.
    pub valid_until: Timestamp,
    /// What the server said of them (roles, office), as it said it.
    pub about: String,
}

/// OWASP's first choice for argon2id: 19 MiB, 2 rounds, 1 lane.
const MEMORY: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

fn hash(
    password: &Secret,
    salt: &[u8],
    memory: u32,
    rounds: u32,
    lanes: u32,
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let wrong = |_| StoreError::Other("argon2".to_owned());
    let params = Params::new(memory, rounds, lanes, Some(32)).map_err(wrong)?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.expose().as_bytes(), salt, out.as_mut_slice())
        .map_err(wrong)?;
    Ok(out)
}

impl Store {
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT value FROM settings WHERE name = ?")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    pub fn set(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [name, value])?;
        Ok(())
    }

    /// Lets a person sign in here without the server, until a day the server sets. `salt`: 16 bytes or more are random.
    pub fn keep_verifier(&mut self, who: &SignedIn, password: &Secret) -> Result<(), StoreError> {
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt).map_err(|_| StoreError::Other("randomness".to_owned()))?;
        let hash = hash(password, &salt, MEMORY, ROUNDS, LANES)?;
        self.connection.execute(
            "INSERT OR REPLACE INTO staff (id, salt, hash, memory, rounds, lanes, valid_until, about)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                who.staff.as_str(),
                salt,
                hash.as_slice(),
                MEMORY,
                ROUNDS,
                LANES,
                who.valid_until.as_second(),
                who.about
            ],
        )?;
        Ok(())
    }

    pub fn drop_verifier(&mut self, staff: &StaffId) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM staff WHERE id = ?", [staff.as_str()])?;
        Ok(())
    }

    /// Signs in without the server. An unknown person takes as long as a wrong password.
    pub fn sign_in(
        &self,
        staff: &StaffId,
        password: &Secret,
        now: Timestamp,
    ) -> Result<SignedIn, StoreError> {
        type Kept = (Vec<u8>, [u8; 32], u32, u32, u32, i64, String);
        let kept: Option<Kept> = self
            .connection
            .query_row(
                "SELECT salt, hash, memory, rounds, lanes, valid_until, about FROM staff WHERE id = ?",
                [staff.as_str()],
                |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                        row.get(6)?,
                    ))
                },
            )
            .optional()?;
        let Some((salt, known, memory, rounds, lanes, valid_until, about)) = kept else {
            hash(password, &[0; 16], MEMORY, ROUNDS, LANES)?;
            return Err(StoreError::NoVerifier);
        };
        let given = hash(password, &salt, memory, rounds, lanes)?;
        let different = given.iter().zip(&known).fold(0, |difference, (a, b)| difference | (a ^ b));
        if different != 0 {
            return Err(StoreError::WrongPassword);
        }
        let valid_until = Timestamp::from_second(valid_until).unwrap_or(Timestamp::UNIX_EPOCH);
        if valid_until < now {
            return Err(StoreError::NoVerifier);
        }
        Ok(SignedIn { staff: staff.clone(), valid_until, about })
    }

    /// 印刷待ち: puts an entry of the print queue, or replaces it. On the disk when this answers.
    pub fn spool_put(&mut self, id: &str, placed: &str, entry: &[u8]) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT OR REPLACE INTO spool (id, placed, entry) VALUES (?, ?, ?)",
            params![id, placed, entry],
        )?;
        Ok(())
    }

    /// All entries, by `placed` and then by id.
    pub fn spool_load(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT entry FROM spool ORDER BY placed, id")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn spool_remove(&mut self, id: &str) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM spool WHERE id = ?", [id])?;
        Ok(())
    }

    /// The picture of a signature; the `signed` event names it by its hash. To be kept before that event.
    pub fn keep_picture(&mut self, case: CaseId, bytes: &[u8]) -> Result<ImageHash, StoreError> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        self.connection.execute(
            "INSERT OR IGNORE INTO pictures (sha256, case_id, bytes) VALUES (?, ?, ?)",
            params![sha256, case.as_uuid().as_bytes(), bytes],
        )?;
        Ok(ImageHash::new(sha256))
    }

    pub fn picture(&self, hash: ImageHash) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT bytes FROM pictures WHERE sha256 = ?")?;
        Ok(query.query_row([hash.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// Where sync stands.
    pub fn cursor(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT value FROM cursors WHERE name = ?")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    pub fn set_cursor(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .execute("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)", [name, value])?;
        Ok(())
    }
}
