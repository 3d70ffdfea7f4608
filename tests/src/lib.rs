//! The harness of the end-to-end tests: the real window, driven as an officer and a resident would use it.
//!
//! ```no_run
//! use madoka_tests::{Screen, office};
//!
//! # async fn example() {
//! office("転入を受け付ける", async |desk| {
//!     let counter = desk.counter().await?;
//!     counter.open_case("転入").await?;
//!     assert_eq!(counter.cases().await?[0].life_event, "転入");
//!     counter.visit(Screen::SelfCheck).await?;
//!     Ok(())
//! })
//! .await;
//! # }
//! ```
//!
//! Each test has a machine of its own: display, home folder, driver, data. It ends with the test, by process id.
//! When a test fails, pictures of its windows are left in `target/e2e/failures`.

mod accessibility;
mod city;
mod clerk;
mod counter;
mod desk;
mod look;
pub mod machine;
mod page;
mod resident;

pub use city::{City, OWN, PASSPHRASE, Shell};
pub use clerk::{Clerk, Hands, Tally, Told};
pub use counter::{CaseLine, CheckLine, Counter, Screen};
pub use desk::{Desk, Start, office, office_with};
pub use look::{Look, Walk};
pub use page::Page;
pub use resident::Resident;

/// What a step of a test answers.
pub type Step<T = ()> = Result<T, thirtyfour::error::WebDriverError>;
