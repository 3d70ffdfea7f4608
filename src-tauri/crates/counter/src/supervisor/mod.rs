//! 監督者の机: changing procedures, questions and conditions without a vendor, and trying the change at once.
//!
//! **For:** one draft of the pack open at this terminal: edits with undo and who/what/why ([`Drafting`]), conditions built
//! by choosing ([`Clause`]), an interview on the draft beside the released edition ([`TryView`]), scenarios red and green
//! ([`ScenarioRow`]), the findings of the check where they belong, what changes as sentences, and texts as a spreadsheet.
//!
//! The city's papers are changed here too ([`FormView`]): dropped, detected, bound, moved, tried with values of every length.
//!
//! **Not for:** what an edit does to a file and what it is called (`madoka_rules::edit`); keeping and releasing the drafts
//! of a city (the server, asked by [`ReleaseBoard`]). In practice the draft is of the sample city and stays at this terminal; at a
//! real counter it is the city's, and several supervisors work on it at once ([`SharedView`]).
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> Open: 開く
//!     Open --> Open: 直す・元に戻す・やり直す
//!     Open --> Broken: 読めなくなる直し
//!     Broken --> Open: 直す・元に戻す
//!     Open --> [*]: 下書きを捨てる
//! ```

mod anonymous;
mod archive;
mod checklist;
mod choosable;
mod clause;
mod coverage;
mod desk;
mod draft;
mod entry;
mod forms;
mod given;
mod kept;
mod merge;
mod notes;
mod publish;
mod release;
mod scenarios;
mod shared;
mod spreadsheet;
mod taking_in;
mod together;
mod trying;
mod versions;

pub use checklist::CheckLine;
pub use choosable::{Choosable, FactChoice, FactType, NamedChoice, PickChoice};
pub use clause::{Basis, Clause, Compare, Constant, RowTest, Said, Unit, Who};
pub use coverage::{CoverageRow, CoverageView};
pub use desk::{CheckJob, Checked, DeskView, EntryRow, NoteRow, StepRow, TriedCase};
pub(crate) use draft::Drafting;
pub use entry::{ChoiceText, EntryView, FieldShape, FieldView, LanguageText, WordOption};
pub use forms::{
    FormAnswer, FormDoubt, FormEdge, FormEdit, FormFact, FormField, FormNote, FormPage, FormPicture,
    FormPlace, FormRepeat, FormReplaced, FormRow, FormSample, FormValue, FormView, FormsCheck, FormsCheckJob,
    FormsView, NewPaper, PaperJob, PaperReader, Replacement, TightRow, WentRow,
};
pub use given::{EditGiven, EntryRef, ValueGiven};
pub use notes::NotesView;
pub use publish::{CompareView, MovedRow};
pub use release::{
    ApproverKey, DraftRow, EditionRow, KeyStanding, PackAt, ReleaseBoard, ReleaseGiven, ReleaseView,
    RemarkRow, ServerCheck,
};
pub use scenarios::{CheckView, ScenarioRow, ScenariosView};
pub use spreadsheet::SheetRead;
pub use together::{ClashRow, HappenedRow, Joining, Read, Reading, Sending, Sent, SharedStage, SharedView};
pub use trying::{TriedRow, TryStart, TryView, WhyView};
pub use versions::{EditionList, Fetched, Fetching, VersionChoice, VersionGiven};
