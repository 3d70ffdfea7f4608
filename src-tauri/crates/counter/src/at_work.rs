//! 中断に備える: where this terminal was when the program or the machine stopped, and what was half typed.
//!
//! Everything that was said is in the case's events. What no event holds yet, which case lay open and the letters of an
//! answer not yet given, is kept in the terminal's encrypted database: one case, one answer, replaced by the next.

use madoka_casework::{Case, CaseId, Words};
use madoka_text::Personal;

use crate::visit::Draft;
use crate::{Counter, CounterError};

const AT_WORK: &str = "at_work";
const DRAFT: &str = "draft";

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    case: String,
    draft: Draft,
}

impl Counter {
    /// The case to open first, if work was broken off in one that this terminal still has.
    pub(crate) fn resume(&self) -> Option<CaseId> {
        let kept = self.cases.store().ok()?.setting(AT_WORK).ok()??;
        let id: CaseId = kept.parse().ok()?;
        self.is_mine(&self.cases.get(id).ok()?).then_some(id)
    }

    pub(crate) fn note_at_work(&mut self, case: Option<CaseId>) -> Result<(), CounterError> {
        let case = case.map(|id| id.to_string()).unwrap_or_default();
        let store = self.cases.store_mut()?;
        if store.setting(AT_WORK)?.unwrap_or_default() != case {
            store.set(AT_WORK, &case)?;
        }
        Ok(())
    }

    /// Keeps the letters of an answer that is being typed. What a case must not hold is not kept here either.
    pub fn keep_draft(
        &mut self,
        id: CaseId,
        fact: &str,
        text: &Personal<String>,
    ) -> Result<(), CounterError> {
        let Ok(words) = Words::parse(text.expose()) else { return self.forget_draft(id) };
        let draft = Draft { fact: fact.to_owned(), text: words.as_str().to_owned() };
        let kept = Kept { case: id.to_string(), draft };
        // Strings alone: nothing here can fail to be written.
        let kept = serde_json::to_string(&kept).unwrap_or_default();
        Ok(self.cases.store_mut()?.set(DRAFT, &kept)?)
    }

    pub(crate) fn draft(&self, case: &Case) -> Option<Draft> {
        let kept = self.cases.store().ok()?.setting(DRAFT).ok()??;
        let kept: Kept = serde_json::from_str(&kept).ok()?;
        (kept.case == case.id.to_string()).then_some(kept.draft)
    }

    pub(crate) fn forget_draft(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.forget(|kept| kept.case == id.to_string())
    }

    /// The answer was given, so nobody is still typing it. What is half typed of another stays.
    pub(crate) fn forget_draft_of(&mut self, id: CaseId, fact: &str) -> Result<(), CounterError> {
        self.forget(|kept| kept.case == id.to_string() && kept.draft.fact == fact)
    }

    fn forget(&mut self, which: impl FnOnce(&Kept) -> bool) -> Result<(), CounterError> {
        let store = self.cases.store_mut()?;
        let kept = store.setting(DRAFT)?.unwrap_or_default();
        if serde_json::from_str(&kept).is_ok_and(|kept| which(&kept)) {
            store.set(DRAFT, "")?;
        }
        Ok(())
    }
}
