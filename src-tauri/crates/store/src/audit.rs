//! 監査: who saw, changed, printed, took out and erased what. Each entry is chained to the one before, so that none can be
//! taken out or rewritten unseen.

use jiff::Timestamp;
use madoka_casework::{Author, CaseId, ImageHash};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::linked;
use crate::{Store, StoreError};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditAct {
    /// 閲覧
    Seen,
    /// 検索. For what is not kept: it may be a name.
    Searched,
    /// 変更, beyond what the case's own events say.
    Changed,
    /// 印刷
    Printed,
    /// 書き出し
    Exported,
    /// 消去
    Erased,
    /// 控えを取る
    BackedUp,
    /// 控えから戻す
    Restored,
    SignedIn,
    SignInRefused,
    PackSwitched,
    SettingsChanged,
}

impl AuditAct {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Searched => "searched",
            Self::Changed => "changed",
            Self::Printed => "printed",
            Self::Exported => "exported",
            Self::Erased => "erased",
            Self::BackedUp => "backed_up",
            Self::Restored => "restored",
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
            Self::PackSwitched => "pack_switched",
            Self::SettingsChanged => "settings_changed",
        }
    }
}

/// One entry. It names things by id: no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub by: Author,
    pub act: AuditAct,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// A form, a pack, a setting: by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl Store {
    /// Writes entries down; they are on the disk when this answers.
    pub fn audit(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let (pos, chain) = write(&transaction, entries, self.noted.audit, self.audit_chain)?;
        transaction.commit()?;
        self.note_audit(pos, chain);
        Ok(())
    }

    /// Entries after number `after`, at most `most`.
    pub fn audit_entries(&self, after: u64, most: usize) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT pos, json FROM audit WHERE pos > ? ORDER BY pos LIMIT ?")?;
        let rows = query.query_map(params![after, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (pos, json): (u64, String) = row?;
            Ok((pos, serde_json::from_str(&json).map_err(|_| StoreError::Chain(pos))?))
        })
        .collect()
    }

    /// The audit as JSON lines with their chain, for whoever verifies it elsewhere: each line's `chain` is
    /// SHA-256(chain before, SHA-256(entry's text)), the first after 32 zero bytes.
    pub fn export_audit(&self, mut out: impl std::io::Write) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare("SELECT pos, json, chain FROM audit ORDER BY pos")?;
        let mut rows = query.query([])?;
        let mut lines = 0;
        while let Some(row) = rows.next()? {
            let (pos, json, chain): (u64, String, [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let chain = ImageHash::new(chain).to_string();
            let line = serde_json::json!({ "n": pos, "entry": json, "chain": chain });
            writeln!(out, "{line}")
                .map_err(|error| StoreError::File { path: "export".into(), kind: error.kind() })?;
            lines += 1;
        }
        Ok(lines)
    }

    /// Whether both chains, of events and of the audit, hold from the first to the last. Answers how many of each.
    pub fn verify(&self) -> Result<(u64, u64), StoreError> {
        let mut chain = [0; 32];
        let mut query =
            self.connection.prepare("SELECT pos, json, digest, chain FROM events ORDER BY pos")?;
        let mut rows = query.query([])?;
        let mut events = 0;
        while let Some(row) = rows.next()? {
            let pos: u64 = row.get(0)?;
            let json: Option<String> = row.get(1)?;
            let digest: [u8; 32] = row.get(2)?;
            // An erased event has left its digest behind.
            let whole = json.is_none_or(|json| digest == <[u8; 32]>::from(Sha256::digest(json.as_bytes())));
            chain = linked(chain, digest);
            events += 1;
            if pos != events || !whole || chain != row.get::<_, [u8; 32]>(3)? {
                return Err(StoreError::Chain(events));
            }
        }
        let mut audit_chain = [0; 32];
        let mut query = self.connection.prepare("SELECT pos, json, chain FROM audit ORDER BY pos")?;
        let mut rows = query.query([])?;
        let mut entries = 0;
        while let Some(row) = rows.next()? {
            let json: String = row.get(1)?;
            audit_chain = linked(audit_chain, Sha256::digest(json.as_bytes()).into());
            entries += 1;
            if row.get::<_, u64>(0)? != entries || audit_chain != row.get::<_, [u8; 32]>(2)? {
                return Err(StoreError::Chain(entries));
            }
        }
        // Ends that were cut off together with their rows.
        if events < self.noted.events || entries < self.noted.audit {
            return Err(StoreError::Lost { expected: self.noted.events, found: events });
        }
        Ok((events, entries))
    }
}

pub(crate) fn write(
    transaction: &rusqlite::Transaction<'_>,
    entries: &[AuditEntry],
    mut pos: u64,
    mut chain: [u8; 32],
) -> Result<(u64, [u8; 32]), StoreError> {
    for entry in entries {
        let json = serde_json::to_string(entry).map_err(|_| StoreError::Other("audit".to_owned()))?;
        pos += 1;
        chain = linked(chain, Sha256::digest(json.as_bytes()).into());
        transaction
            .prepare_cached("INSERT INTO audit (pos, json, chain) VALUES (?, ?, ?)")?
            .execute(params![pos, json, chain])?;
    }
    Ok((pos, chain))
}
