//! 読取 by card: what lies on the reader, reading it, and what of it becomes facts of the case.

mod desk;
mod practice;
mod shown;

use madoka_card::CardRead;
use madoka_casework::CaseId;
use madoka_facts::PersonRef;

pub use desk::CardDesk;
pub use practice::{PracticeCardRow, PracticeCards};
pub(crate) use shown::data_url;
pub use shown::{CardLaid, CardShown, FaceShown, ReadRow, ReaderShown, Way, WayShown};

use crate::household::NEW_MEMBER;
use crate::visit::Visit;
use crate::{Counter, CounterError, TakenIn};

impl Counter {
    /// 読取: what a card told of a person becomes facts of the case; of a further member of the household where `person`
    /// is [`NEW_MEMBER`].
    pub fn take_card(
        &mut self,
        id: CaseId,
        person: &str,
        read: &CardRead,
    ) -> Result<(Visit, CardShown), CounterError> {
        let words = self.judged(id)?.book.pack().vocabulary.clone();
        let (visit, person) = if person == NEW_MEMBER {
            let said = read.facts().iter().map(|fact| (fact.attribute.clone(), fact.statement.clone()));
            let position = self.add_members(id, vec![said.collect()])?;
            (self.visit(id)?, PersonRef::Member(position))
        } else {
            let person: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
            let taken = read.statements(&person);
            let taken =
                taken.map(|(path, statement)| TakenIn { path, statement: statement.clone() }).collect();
            (self.take_in(id, taken)?, person)
        };
        Ok((visit, CardShown::of(read, &person.to_string(), &words)))
    }
}
