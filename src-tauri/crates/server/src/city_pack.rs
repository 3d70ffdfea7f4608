//! The pack the city works by, for modules that read it: which facts an inquiry may show, which questions a booking may
//! answer, when the city is closed.

use std::sync::{Arc, Mutex, PoisonError};

use madoka_casework::PackVersion;
use madoka_rules::Pack;

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
#[expect(clippy::unused_async, reason = "released packs are read from the storage")]
pub(crate) async fn current(server: &Server) -> Result<Option<Arc<Pack>>, Problem> {
    Ok(server.part::<StandIn>().get())
}

/// The one a case was opened with; else the newest, which knows most of it.
pub(crate) async fn of_case(
    server: &Server,
    _version: Option<&PackVersion>,
) -> Result<Option<Arc<Pack>>, Problem> {
    current(server).await
}
