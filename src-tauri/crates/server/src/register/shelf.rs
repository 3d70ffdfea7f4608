//! The index in memory: made from the sealed pieces when it is first asked for, and again after each import.

use std::sync::Arc;

use madoka_register::{Index, Mapping};
use madoka_sync::wire::register::Imported;
use tokio::sync::Mutex;

use super::{RegisterError, keep, seal};
use crate::server::Server;

/// Where it lies. One is made at a time; searches go on with the one before until then.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Option<Arc<Loaded>>>);

/// The extract in force.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) imported: Imported,
    pub(super) mapping: Mapping,
    pub(super) index: Index,
}

/// What is in force now, also where another process imported it.
pub(super) async fn loaded(server: &Server) -> Result<Arc<Loaded>, RegisterError> {
    let shelf = server.part::<Shelf>();
    let mut place = shelf.0.lock().await;
    let in_force = server.db().read(|tx| Ok::<_, RegisterError>(keep::state(tx)?.in_force)).await?;
    if let Some(there) = place.as_ref()
        && there.imported.n == in_force
    {
        return Ok(Arc::clone(there));
    }
    // The old index goes first: two of them would be more than a small machine wants to hold.
    *place = None;
    let seal = seal(server)?;
    let made = server
        .db()
        .read(move |tx| {
            let (imported, mapping) = keep::in_force(tx)?.ok_or(RegisterError::Empty)?;
            let mut index = Index::default();
            keep::each(tx, &seal, imported.n, |resident| index.add(&mapping, &resident))?;
            Ok::<_, RegisterError>(Loaded { imported, mapping, index })
        })
        .await?;
    let made = Arc::new(made);
    *place = Some(Arc::clone(&made));
    Ok(made)
}
