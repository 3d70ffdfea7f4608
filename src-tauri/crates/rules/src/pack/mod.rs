//! 手続パック: from files to what the engine judges with.

mod approvers;
mod checks;
pub(crate) mod conditions;
mod document;
mod manifest;
pub mod model;
mod problem;
mod procedures;
mod program;
mod read;
mod references;
mod scenarios;
mod sections;
mod sign;
mod table;
mod used;

pub use approvers::Approvers;
pub use document::{Document, DocumentError, PackFiles};
pub use manifest::Manifest;
pub use model::{
    Anchor, Bring, CHECKS, CheckItem, CheckKind, City, Dated, Deadline, DeadlinePeriod, Effective, Event,
    Expectation, Fact, FillFrom, Form, Group, Item, NamedCondition, Office, Pack, Period, Place, Procedure,
    ProcedureId, ProcedureKind, Question, Scenario, Scope, Screen, Text, ValidBy, Verdict, WhenUnknown,
};
pub use problem::{Problem, Severity};
pub use program::{Program, ProgramVersion};
pub(crate) use read::holds_entries;
pub use read::read_pack;
pub use sign::{
    Accepted, CityKey, Installed, KeyChange, KeyId, PublicKey, Refusal, Role, SigningKey, Trust, accept,
    accept_document,
};
pub use used::FactsUsed;
