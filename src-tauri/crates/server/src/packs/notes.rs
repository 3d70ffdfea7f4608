//! お知らせ: who has read what an edition changes for them. The words themselves travel in the pack, signed with it.

use jiff::Timestamp;
use madoka_casework::StaffId;
use madoka_sync::wire::drafts::NotesSeen;

use super::tables::staff as staff_of;
use super::{PacksError, editions};
use crate::storage::Tx;
use crate::values;

/// Rows of one answer: the newest editions'.
const MOST: u32 = 5_000;

/// Somebody has read the notes of an edition. The first time counts.
pub(super) fn seen(tx: &mut Tx<'_>, version: u64, staff: &StaffId, at: Timestamp) -> Result<(), PacksError> {
    editions::one(tx, version)?;
    tx.execute(
        "INSERT INTO packs_notes_seen (version, staff, at) VALUES (?1, ?2, ?3)
         ON CONFLICT (version, staff) DO NOTHING",
        values![version, staff.as_str(), at],
    )?;
    Ok(())
}

/// Who has read what, the newest edition first; of one person only where one is named.
pub(super) fn who(tx: &mut Tx<'_>, only: Option<&StaffId>) -> Result<Vec<NotesSeen>, PacksError> {
    let rows = tx.query(
        "SELECT version, staff, at FROM packs_notes_seen WHERE staff = COALESCE(?1, staff)
         ORDER BY version DESC, staff LIMIT ?2",
        values![only.map(StaffId::as_str), i64::from(MOST)],
    )?;
    rows.iter()
        .map(|row| Ok(NotesSeen { version: row.get(0)?, staff: staff_of(row, 1)?, at: row.get(2)? }))
        .collect()
}
