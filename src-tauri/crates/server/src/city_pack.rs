//! The pack the city works by, for modules that read it: which facts an inquiry may show, which questions a booking may
//! answer, when the city is closed.

use std::sync::{Arc, Mutex, PoisonError};

use madoka_casework::PackVersion;
use madoka_rules::Pack;

use crate::packs;
use crate::problem::Problem;
use crate::server::Server;

/// A pack that stands in for a released one.
#[derive(Debug, Default)]
pub(crate) struct StandIn(Mutex<Option<Arc<Pack>>>);

impl StandIn {
    #[cfg(feature = "testing")]
    pub(crate) fn put(&self, pack: Arc<Pack>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pack);
    }

    fn get(&self) -> Option<Arc<Pack>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The newest one in force; none before the first release.
pub(crate) async fn current(server: &Server) -> Result<Option<Arc<Pack>>, Problem> {
    match server.part::<StandIn>().get() {
        Some(pack) => Ok(Some(pack)),
        None => Ok(packs::current(server).await?),
    }
}

/// The one a case was opened with; else the newest, which knows most of it.
pub(crate) async fn of_case(
    server: &Server,
    version: Option<&PackVersion>,
) -> Result<Option<Arc<Pack>>, Problem> {
    if let Some(version) = version
        && let Some(pack) = packs::version(server, &version.id, version.version).await?
    {
        return Ok(Some(pack));
    }
    current(server).await
}
