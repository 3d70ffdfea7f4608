//! 手続パック on the terminal: fetched, verified, kept, and used from the next case on.
//!
//! [`bring`] asks the server what this terminal should have, fetches the parts it lacks and keeps what the city and an
//! approver signed; everything else is refused by `rules` and the last good edition stays. [`switch`] lets new cases
//! begin with the newest edition whose day has come: one row in one transaction, so that there is no moment with half
//! of a pack. Cases that are open go on with [`edition`], the one they began with.
//!
//! ```no_run
//! # use madoka_sync::terminal::{Client, Lend, SyncError, packs};
//! # async fn f(client: &Client, store: &impl Lend, today: jiff::civil::Date) -> Result<(), SyncError> {
//! // When the server has news of packs, and at the start:
//! let brought = packs::bring(client, store, today).await?;
//! if let Some(edition) = brought.switched {
//!     // What new cases are opened with; `packs::active(store, today)` reads it.
//!     println!("第{}版", edition.version);
//! }
//! # Ok(()) }
//! ```

mod belief;
mod bring;
mod keep;

pub(super) use belief::Belief;
pub use belief::begin;
pub use bring::{Brought, bring};
pub use keep::{InUse, active, edition, needed, switch, tidy};
