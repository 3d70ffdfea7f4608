//! 住民用画面: what the resident's window shows now, and what it may answer. One place, one state.
//!
//! The window shows nothing that the officer did not send it, or that the resident's own case does not say of itself (its
//! ticket, its life event, what the officer is doing). It asks one thing, [`Counter::resident_screen`], and tells one
//! thing, [`Counter::resident_tell`]; both name no case. Everything told carries the number of the screen it was told to
//! (`turn`), and anything told to an earlier screen is refused: a late answer of one resident cannot become a fact of the
//! next.
//!
//! ```text
//! Welcome ──open, begin──▶ Waiting ◀──────────┐
//!    ▲                       │ officer sends   │ resident answers, officer takes back
//!    │                       ▼                 │
//!    │              Confirm · Ask · Pin · Sign ┘
//!    │ leave, next           │ close
//!    └──────── Thanks ◀──────┘
//! ```
//!
//! What is not here: windows, displays and drawing (the shell and `ui/src/resident`).

mod panel;
mod pin;
mod screen;
mod state;
mod told;
mod view;
pub mod words;

use madoka_casework::{CaseId, GuideOn};
use madoka_facts::FactPath;
use madoka_forms::guide::Language;

pub use pin::{PinAsk, PinAsked, PinTold};
pub(crate) use state::{Doing, Resident};
pub use view::{
    FactShown, FactsShown, ResidentAnswer, ResidentLanguage, ResidentOption, ResidentPanel, ResidentQuestion,
    ResidentSaid, ResidentScreen, ResidentStage, Showing, WrongFact,
};
pub(crate) use words::Languages;
pub use words::ResidentWords;

use crate::{Counter, CounterError};
use pin::PinPad;
use state::{Now, Sent, Signing};

/// As many values as a person can look through at one go.
const MOST_FACTS: usize = 60;
/// As many questions as a person answers alone.
const MOST_QUESTIONS: usize = 20;

impl Counter {
    /// 確認: shows values of the case to the resident, who says of each whether it is right.
    pub fn send_facts_to_resident(&mut self, id: CaseId, facts: &[String]) -> Result<(), CounterError> {
        self.before_this_case(id)?;
        let judged = self.judged(id)?;
        let members = judged.case.members();
        let sent: Vec<Sent> = paths(facts)?
            .iter()
            .filter_map(|path| {
                let value = judged.facts.best(path)?.value.clone()?;
                Some(Sent { path: members.path_of_events(path)?, value })
            })
            .collect();
        if sent.is_empty() || sent.len() > MOST_FACTS {
            return Err(CounterError::NothingToSend);
        }
        self.resident.told.wrong.clear();
        self.resident.show(Now::Confirm(sent));
        Ok(())
    }

    /// 質問: lets the resident answer alone, without a word.
    pub fn send_question_to_resident(&mut self, id: CaseId, facts: &[String]) -> Result<(), CounterError> {
        self.before_this_case(id)?;
        let judged = self.judged(id)?;
        let members = judged.case.members();
        let pack = judged.book.pack();
        let asked = paths(facts)?
            .iter()
            .map(|path| {
                let declared = path.declared();
                let kind = &pack.vocabulary.require(path).map_err(|_| CounterError::UnknownFact)?.kind;
                let is_question = pack.questions.iter().any(|question| question.fact == declared);
                if !is_question || matches!(kind, madoka_facts::FactKind::Household) {
                    return Err(CounterError::NothingToSend);
                }
                members.path_of_events(path).ok_or(CounterError::UnknownFact)
            })
            .collect::<Result<Vec<_>, _>>()?;
        if asked.is_empty() || asked.len() > MOST_QUESTIONS {
            return Err(CounterError::NothingToSend);
        }
        self.resident.show(Now::Ask { asked, at: 0 });
        Ok(())
    }

    /// 暗証番号: a keypad for one entry, which is one try. Wait for it without holding the counter.
    pub fn ask_pin(&mut self, id: CaseId, ask: PinAsk) -> Result<PinAsked, CounterError> {
        self.before_this_case(id)?;
        let (pad, asked) = PinPad::new(ask);
        self.resident.show(Now::Pin(pad));
        Ok(asked)
    }

    /// The card has been read, or could not be.
    pub fn card_read_over(&mut self, id: CaseId) {
        if self.resident.case() == Some(id) {
            self.resident.reading_card(false);
        }
    }

    /// 署名: by this person, for these forms.
    pub fn ask_signature(&mut self, id: CaseId, who: &str, forms: &[String]) -> Result<(), CounterError> {
        self.before_this_case(id)?;
        let open = self.signable(id)?;
        let may = |form: &String| open.iter().any(|place| place.form == *form && place.who == who);
        if forms.is_empty() || !forms.iter().all(may) {
            return Err(CounterError::NothingToSend);
        }
        self.resident.show(Now::Sign(Signing { who: who.to_owned(), forms: forms.to_vec() }));
        Ok(())
    }

    /// 案内: shows what the resident takes home, before the case is closed.
    pub fn show_guide_to_resident(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.before_this_case(id)?;
        self.guide_given(id, self.guide_language(), GuideOn::Code)?;
        self.resident.thank(id);
        Ok(())
    }

    /// 取り戻す: the resident need not answer any more.
    pub fn take_back_from_resident(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.before_this_case(id)?;
        self.resident.wait();
        Ok(())
    }

    /// The officer leaves the case: its resident's window welcomes the next one.
    pub fn leave_resident(&mut self, id: CaseId) {
        self.resident.leave(id);
    }

    /// The resident has left: their window welcomes the next one.
    pub fn welcome_next(&mut self) {
        self.resident.welcome();
    }

    /// The language the resident chose, for what is printed or handed to them.
    pub fn resident_language(&self) -> &str {
        &self.resident.language
    }

    /// The resident's language as far as guide sheets speak it; plain English for those that no sheet speaks.
    pub(crate) fn guide_language(&self) -> Language {
        Language::of(self.resident_language()).unwrap_or(Language::En)
    }

    fn before_this_case(&self, id: CaseId) -> Result<(), CounterError> {
        let mine = self.cases.get(id)?.owner().is_some_and(|owner| owner.terminal == self.me.terminal);
        if mine && self.resident.case() == Some(id) { Ok(()) } else { Err(CounterError::NotBeforeResident) }
    }
}

fn paths(facts: &[String]) -> Result<Vec<FactPath>, CounterError> {
    facts.iter().map(|fact| fact.parse().map_err(|_| CounterError::UnknownFact)).collect()
}
