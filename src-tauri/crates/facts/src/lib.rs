//! What is known of a case (事実), and who said so.
//!
//! **For:** the one vocabulary every floor shares. A card, a camera, a question and a register all *write* facts here;
//! rules and paper forms only *read* them. A fact has a path (`deceased.birth_date`, `household[1].school`,
//! `case.move_date`), a type that a pack declares ([`Vocabulary`]), and statements: each with its source, and none of
//! them ever overwritten or deleted ([`Facts`]).
//!
//! **Not for:** deciding anything ([rules]), asking ([rules]), or keeping (casework, store). No clock, no files.
//!
//! [rules]: https://docs.rs/madoka-rules
//!
//! ```
//! use madoka_facts::{Answer, FactPath, Facts, Source, Statement, Value, Vocabulary};
//!
//! let words = Vocabulary::built_in();
//! let path: FactPath = "deceased.birth_date".parse()?;
//! let mut facts = Facts::default();
//! facts.state(&words, path.clone(), Statement::known(Value::parse_date("1941-02-03")?, Source::Ocr))?;
//! facts.state(&words, path.clone(), Statement::known(Value::parse_date("1941-02-08")?, Source::Chip))?;
//!
//! // The chip is trusted more than the camera; the disagreement is kept and reported.
//! assert_eq!(facts.answer(&path), Answer::Known(&Value::parse_date("1941-02-08")?));
//! assert_eq!(facts.contradictions().len(), 1);
//! # Ok::<(), madoka_facts::FactsError>(())
//! ```

mod error;
mod household;
mod json;
mod json_text;
mod path;
mod same;
mod statement;
mod store;
mod value;
mod vocabulary;

pub use error::FactsError;
pub use household::{Household, MAX_MEMBERS};
pub use json::{CaseFacts, JsonProblem};
pub use path::{Attribute, DeclaredPath, FactPath, Id, PersonId};
pub use same::PersonRef;
pub use statement::{Confidence, Source, Standing, Statement};
pub use store::{Answer, Contradiction, Facts};
pub use value::{ChoiceId, DateValue, FactKind, Value};
pub use vocabulary::{Choice, Declaration, Vocabulary, closest};
