//! 取込み: a new extract in the place of the old one, whole or not at all.
//!
//! The file is read and sealed in pieces without holding up anybody's writing; the pieces are written under a number
//! that is not in force; then one short transaction puts it in force, tells what changed, and lets the old one go.

use jiff::Timestamp;
use madoka_casework::StaffId;
use madoka_register::{Before, Changes, Mapping, Report, Summary, read};
use madoka_rules::Pack;
use madoka_sync::wire::register::Imported;

use super::{RegisterError, keep, seal};
use crate::audit::{self, Entry};
use crate::changes::Topic;
use crate::server::Server;
use crate::storage::StorageError;

/// How many pieces one transaction writes: others write in between.
const AT_ONCE: usize = 64;

/// Who imports, and whether it is only tried.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) by: Option<StaffId>,
    pub(super) entry: Entry,
    pub(super) now: Timestamp,
    /// Say what would change, and change nothing.
    pub(super) only_try: bool,
}

/// What reading the file made.
struct Made {
    summary: Summary,
    changes: Changes,
    pieces: Vec<(u64, Vec<u8>)>,
}

pub(super) async fn import(
    server: &Server,
    csv: axum::body::Bytes,
    pack: Option<&Pack>,
    wish: Wish,
) -> Result<Imported, RegisterError> {
    let seal_before = seal(server)?;
    let (state, number, before) = server
        .db()
        .read(move |tx| {
            let state = keep::state(tx)?;
            let mut before = Before::default();
            if state.in_force > 0 {
                keep::each(tx, &seal_before, state.in_force, |resident| before.note(&resident))?;
            }
            Ok::<_, RegisterError>((state, keep::next_import(tx)?, before))
        })
        .await?;
    let text = state.mapping.ok_or(RegisterError::NoMapping)?;
    let mapping = Mapping::parse(&text)?;
    let unknown_facts = pack.map_or_else(Vec::new, |pack| mapping.facts_without_place(&pack.vocabulary));
    let sealer = seal(server)?;
    let made = tokio::task::spawn_blocking(move || make(&csv, &mapping, &sealer, number, before))
        .await
        .map_err(|_| StorageError::Internal("register"))??;
    let imported = Imported {
        n: number,
        at: wish.now,
        by: wish.by,
        rows: made.summary.rows,
        added: made.changes.added,
        altered: made.changes.altered,
        gone: made.changes.gone,
        ignored: made.summary.ignored,
        unknown_facts,
    };
    if wish.only_try {
        return Ok(imported);
    }
    let mut pieces = made.pieces.into_iter().peekable();
    while pieces.peek().is_some() {
        let some: Vec<_> = pieces.by_ref().take(AT_ONCE).collect();
        server.db().write(move |tx| keep::put_pieces(tx, number, &some)).await.map_err(overtaken)?;
    }
    let (answer, entry, changes) = (imported.clone(), wish.entry, made.changes);
    let sealer = seal(server)?;
    server
        .db()
        .write(move |tx| {
            keep::put_in_force(tx, &sealer, &imported, state.in_force, &text, &changes)?;
            audit::write(tx, &entry.what(format!("register:import:{number}")))?;
            tx.announce(Topic::Register);
            Ok::<_, RegisterError>(())
        })
        .await?;
    Ok(answer)
}

/// Two imports at the same time have the same number: the second meets the first one's pieces.
fn overtaken(error: StorageError) -> RegisterError {
    match error {
        StorageError::Conflict => RegisterError::Overtaken,
        error => error.into(),
    }
}

fn make(
    csv: &[u8],
    mapping: &Mapping,
    seal: &crate::seal::Seal,
    number: u64,
    mut before: Before,
) -> Result<Made, RegisterError> {
    let mut changes = Changes::default();
    let mut pieces: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut lines = zeroize::Zeroizing::new(String::new());
    let mut in_piece = 0;
    let mut failed: Option<StorageError> = None;
    let close = |lines: &mut String, pieces: &mut Vec<(u64, Vec<u8>)>| {
        let piece = pieces.len() as u64;
        let sealed = keep::seal_piece(seal, number, piece, lines)?;
        pieces.push((piece, sealed));
        lines.clear();
        Ok::<_, StorageError>(())
    };
    let read = read(csv, mapping, |resident| {
        before.compare(&resident, &mut changes);
        match serde_json::to_string(&resident) {
            Ok(line) => lines.push_str(&line),
            Err(_) => failed = Some(StorageError::Internal("register")),
        }
        lines.push('\n');
        in_piece += 1;
        if in_piece == keep::PIECE {
            in_piece = 0;
            if let Err(error) = close(&mut lines, &mut pieces) {
                failed = Some(error);
            }
        }
    });
    let summary = read.map_err(|report: Report| RegisterError::Csv(report))?;
    if in_piece > 0 {
        close(&mut lines, &mut pieces)?;
    }
    if let Some(failed) = failed {
        return Err(failed.into());
    }
    before.finish(&mut changes);
    Ok(Made { summary, changes, pieces })
}
