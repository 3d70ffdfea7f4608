//! 中断に備える: where this terminal was when the program or the machine stopped, and what was half typed.
//!
//! Everything that was said is in the case's events. What no event holds yet, which case lay open and the letters of
//! answers and of a note not yet given, is kept in the terminal's encrypted database until they are given or the case is
//! left: through a telephone call, another case, a change of shift and a power cut.

use madoka_casework::{Case, CaseId, Words};
use madoka_text::Personal;

use crate::visit::Draft;
use crate::{Counter, CounterError};

const AT_WORK: &str = "at_work";
/// A note being typed is kept as if it answered this.
pub(crate) const MEMO: &str = "memo";
const DRAFTS: &str = "drafts";
/// Of all cases together; beyond them the oldest goes.
const MOST_DRAFTS: usize = 40;

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

    /// Keeps the letters of what is being typed, an answer or a note. What a case must not hold is not kept here either.
    pub fn keep_draft(
        &mut self,
        id: CaseId,
        fact: &str,
        text: &Personal<String>,
    ) -> Result<(), CounterError> {
        let mut kept = self.kept()?;
        let case = id.to_string();
        kept.retain(|one| one.case != case || one.draft.fact != fact);
        if let Ok(words) = Words::parse(text.expose()) {
            let draft = Draft { fact: fact.to_owned(), text: words.as_str().to_owned() };
            kept.push(Kept { case, draft });
        }
        self.keep(kept)
    }

    /// What is half typed in a case, the latest last.
    pub(crate) fn drafts(&self, case: &Case) -> Vec<Draft> {
        let id = case.id.to_string();
        let kept = self.kept().unwrap_or_default();
        kept.into_iter().filter(|one| one.case == id).map(|one| one.draft).collect()
    }

    pub(crate) fn forget_drafts(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.forget(|kept| kept.case == id.to_string())
    }

    /// The answer was given, so nobody is still typing it. What is half typed of another stays.
    pub(crate) fn forget_draft_of(&mut self, id: CaseId, fact: &str) -> Result<(), CounterError> {
        self.forget(|kept| kept.case == id.to_string() && kept.draft.fact == fact)
    }

    fn forget(&mut self, which: impl Fn(&Kept) -> bool) -> Result<(), CounterError> {
        let mut kept = self.kept()?;
        let before = kept.len();
        kept.retain(|one| !which(one));
        if kept.len() == before { Ok(()) } else { self.keep(kept) }
    }

    fn kept(&self) -> Result<Vec<Kept>, CounterError> {
        let kept = self.cases.store()?.setting(DRAFTS)?.unwrap_or_default();
        Ok(serde_json::from_str(&kept).unwrap_or_default())
    }

    fn keep(&mut self, mut kept: Vec<Kept>) -> Result<(), CounterError> {
        kept.drain(..kept.len().saturating_sub(MOST_DRAFTS));
        // Strings alone: nothing here can fail to be written.
        let kept = serde_json::to_string(&kept).unwrap_or_default();
        Ok(self.cases.store_mut()?.set(DRAFTS, &kept)?)
    }
}
