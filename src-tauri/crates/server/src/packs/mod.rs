//! 手続パック on the server: drafts, release, and the way to the terminals.
//!
//! **For:** several supervisors working on one draft without losing anybody's work ([`drafts`]), a draft that did not
//! pass never being released and a second person releasing it ([`release`]), dated and canary release ([`plan`]), and
//! every terminal having within seconds what it should have, no more than what changed crossing the wire
//! ([`terminals`]). Other modules read the pack in use with [`current`] and [`version`].
//!
//! **Not for:** deciding whether a pack is good (`rules`), or whether a terminal may use it: the terminal decides that
//! itself, by the signatures.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Editing: 下書きを始める
//!     Editing --> Editing: 保存（ほかの人の保存とぶつかれば、上書きせずに知らせる）
//!     Editing --> Proposed: 承認の申請
//!     Proposed --> Editing: 保存・差し戻し
//!     Proposed --> Released: 承認・公開（点検と場面テストに合格、別の人、合言葉）
//!     Editing --> Dropped: 取りやめ
//!     Proposed --> Dropped: 取りやめ
//! ```
//!
//! What is signed: the list of all parts with their hashes, by the approver's own key (sealed with a passphrase that is
//! not stored) and by the city's. Whoever takes the server's disk can hold an edition back, or let one begin on another
//! day; they cannot make one. `PACKS.md` beside this module says it for supervisors and administrators.

mod check;
pub mod cli;
mod drafts;
mod editions;
mod error;
mod files;
mod in_use;
mod keys;
mod merge;
mod notes;
mod number;
mod plan;
mod release;
mod routes;
mod seal;
mod tables;
mod terminals;

pub use error::PacksError;
pub use in_use::{current, version};
pub(crate) use keys::{approvers, key_changes, sign_again};
pub(crate) use release::{open_key as approver_key, terminals_exist};
pub(crate) use routes::routes;
pub(crate) use tables::SCHEMA;
