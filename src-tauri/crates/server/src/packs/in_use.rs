//! The released pack, read, for whoever judges or asks on the server.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_casework::PackId;
use madoka_rules::{Pack, read_pack};
use madoka_sync::wire::packs::Hash;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::{PacksError, editions};
use crate::office_time;
use crate::server::Server;
use crate::storage::StorageError;

/// Packs that stay read: today's, tomorrow's, and two that old cases began with.
const READ: usize = 4;

/// By the hash over all parts, so that one is never taken for another. Whoever reads one has the others wait: when the
/// office opens everybody wants the same one, and each reading of it takes memory that is not given back.
#[derive(Debug, Default)]
struct Read(Mutex<VecDeque<(Hash, Arc<Pack>)>>);

/// The day on the office wall.
pub(super) fn today(server: &Server) -> Date {
    office_time::wall(server.now()).date()
}

/// What everybody works with today; nothing before the first release.
pub async fn current(server: &Server) -> Result<Option<Arc<Pack>>, PacksError> {
    let today = today(server);
    let found = server.db().read(move |tx| editions::for_all(tx, today)).await?;
    match found {
        Some(number) => Ok(Some(read(server, number).await?)),
        None => Ok(None),
    }
}

/// The version a case began with; nothing for one this server never released.
pub async fn version(server: &Server, id: &PackId, number: u64) -> Result<Option<Arc<Pack>>, PacksError> {
    match read(server, number).await {
        Ok(pack) if pack.id.as_str() == id.as_str() => Ok(Some(pack)),
        Ok(_) | Err(PacksError::NoEdition(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read(server: &Server, number: u64) -> Result<Arc<Pack>, PacksError> {
    let (edition, _) = server.db().read(move |tx| editions::manifest(tx, number)).await?;
    let read = server.part::<Read>();
    let mut packs = read.0.lock().await;
    if let Some((_, pack)) = packs.iter().find(|(hash, _)| *hash == edition.hash) {
        return Ok(Arc::clone(pack));
    }
    let files = server.db().read(move |tx| editions::contents(tx, number)).await?;
    let pack = spawn_blocking(move || read_pack(&files)).await.map_err(|_| StorageError::Internal("pack"))?;
    // It was read and analysed before it was released.
    let pack = Arc::new(pack.map_err(|_| StorageError::Internal("pack"))?);
    packs.push_back((edition.hash, Arc::clone(&pack)));
    let too_many = packs.len().saturating_sub(READ);
    packs.drain(..too_many);
    Ok(pack)
}
