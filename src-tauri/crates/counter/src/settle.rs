//! 食い違いを選ぶ: two sources differ, and an officer says which one holds. Both stay on record.

use madoka_casework::CaseId;
use madoka_facts::{FactPath, Source, Statement};

use crate::reading_error::ReadingError;
use crate::visit::{SourceMark, Visit};
use crate::{Counter, CounterError, TakenIn};

impl Counter {
    /// One of the values on the screen is taken, as `source` said it. What is no longer so on record is not taken: the
    /// screen was older than the case.
    pub fn settle(
        &mut self,
        id: CaseId,
        fact: &str,
        source: SourceMark,
        value: &str,
    ) -> Result<Visit, CounterError> {
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        let judged = self.judged(id)?;
        let words = &judged.book.pack().vocabulary;
        let chosen = judged
            .facts
            .contradictions()
            .iter()
            .find(|conflict| conflict.path == path)
            .and_then(|conflict| {
                conflict
                    .statements
                    .iter()
                    .filter(|said| SourceMark::from(said.source) == source)
                    .filter_map(|said| said.value.as_ref())
                    .find(|said| words.say(&path, said) == value)
            })
            .cloned()
            .ok_or(ReadingError::SettledOtherwise)?;
        let statement = Statement::known(chosen, Source::Staff);
        self.take_in(id, vec![TakenIn { path, statement }])
    }
}
