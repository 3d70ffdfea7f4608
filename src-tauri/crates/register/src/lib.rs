//! 宛名・資格の抽出: what the city's registers say of its residents.
//!
//! **For:** reading the CSV a back office extracts ([`read`]), by the column mapping an administrator writes
//! ([`Mapping`]); finding a resident by name, kana, birth date, address or 宛名番号 ([`Index`]); saying what one import
//! changed ([`Before`]); and turning a resident's row into facts of a case ([`facts_of`]). The server keeps the
//! city's extract; practice mode carries a made-up one. `REGISTER.md` beside this crate is for administrators.
//!
//! **Not for:** keeping anything, deciding who may look (it only tells which [`Kind`]s are restricted), or 個人番号: a
//! file that holds one is refused whole.
//!
//! ```
//! use madoka_facts::Vocabulary;
//! use madoka_register::{Index, Mapping, Query, facts_of, read};
//!
//! let mapping = Mapping::parse(r#"
//!     column = [
//!         { heading = "宛名番号", as = "number" },
//!         { heading = "氏名", as = "text", fact = "name" },
//!         { heading = "生年月日", as = "date", fact = "birth_date" },
//!     ]
//! "#)?;
//! let csv = "宛名番号,氏名,生年月日\n1001,髙橋　架空,S16.2.3\n";
//! let mut residents = Vec::new();
//! read(csv.as_bytes(), &mapping, |resident| residents.push(resident)).map_err(|report| report.to_string())?;
//!
//! let index = Index::of(&mapping, &residents);
//! let found = index.search(&Query::parse("高橋 昭和16年2月3日")?);
//! assert_eq!(found.hits.len(), 1);
//!
//! let facts = facts_of(&mapping, &residents[0], &"deceased".parse()?, &Vocabulary::built_in(), |_| true);
//! assert_eq!(facts.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>(), ["deceased.name", "deceased.birth_date"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changes;
mod extract;
mod fold;
mod index;
mod mapping;
mod my_number;
mod query;
mod resident;
mod said;

pub use changes::{Before, Changed, Changes};
pub use extract::{Encoding, Report, Summary, Trouble, What, read};
pub use index::{Found, Hit, Index};
pub use mapping::{Column, Kind, Mapping, MappingError, Reading};
pub use query::{Query, QueryError};
pub use resident::{Resident, ResidentNumber};
pub use said::facts_of;
