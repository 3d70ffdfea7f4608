//! What stands on the resident's window now. Pure: what is known of the case comes in, nothing is looked up.

use madoka_casework::{CaseId, Step};
use madoka_facts::{FactPath, Value};

use super::pin::PinPad;
use super::view::Showing;

/// The language of whoever comes next.
pub(crate) const FIRST_LANGUAGE: &str = "ja";

/// The resident's window: one case at most, and one thing to do at a time.
#[derive(Debug)]
pub(crate) struct Resident {
    turn: u32,
    pub(crate) language: String,
    case: Option<CaseId>,
    doing: Doing,
    now: Now,
    pub(crate) told: Told,
}

/// What the resident is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Nobody has begun yet.
    Nothing,
    Step(Step),
    /// The PIN is given and the card is being read.
    Card(Step),
}

/// What stands there.
#[derive(Debug)]
pub(crate) enum Now {
    Welcome,
    Waiting,
    /// As it was sent: what is true meanwhile does not change what the resident is looking at.
    Confirm(Vec<Sent>),
    Ask {
        asked: Vec<FactPath>,
        at: usize,
    },
    Pin(PinPad),
    Sign(Signing),
    Thanks,
}

/// One value sent to be confirmed; the path is as events name it, so that nobody takes a removed member's place.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) path: FactPath,
    pub(crate) value: Value,
}

/// Which papers are to be signed, and by whom.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    /// As the officer's screens name the person.
    pub(crate) who: String,
    pub(crate) forms: Vec<String>,
}

/// What the resident of this case has said that the officer should see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// ちがいます
    pub(crate) wrong: Vec<Sent>,
    pub(crate) said: Option<&'static str>,
    pub(crate) heard: u32,
}

/// Practice counts its screens from here: a screen of practice is never taken for one of the real counter.
const PRACTICE_TURNS: u32 = 1 << 31;

impl Resident {
    pub(crate) fn new(practice: bool) -> Self {
        Self {
            turn: if practice { PRACTICE_TURNS } else { 0 },
            language: FIRST_LANGUAGE.to_owned(),
            case: None,
            doing: Doing::Nothing,
            now: Now::Welcome,
            told: Told::default(),
        }
    }

    pub(crate) const fn turn(&self) -> u32 {
        self.turn
    }

    pub(crate) const fn case(&self) -> Option<CaseId> {
        self.case
    }

    pub(crate) const fn doing(&self) -> Doing {
        self.doing
    }

    pub(crate) const fn now(&self) -> &Now {
        &self.now
    }

    pub(crate) fn pin(&mut self) -> Option<&mut PinPad> {
        match &mut self.now {
            Now::Pin(pad) => Some(pad),
            _ => None,
        }
    }

    pub(crate) const fn showing(&self) -> Showing {
        match self.now {
            Now::Welcome => Showing::Welcome,
            Now::Waiting => Showing::Waiting,
            Now::Confirm(_) => Showing::Confirm,
            Now::Ask { .. } => Showing::Ask,
            Now::Pin(_) => Showing::Pin,
            Now::Sign(_) => Showing::Sign,
            Now::Thanks => Showing::Thanks,
        }
    }

    /// Something else stands there now. Whatever is said to what stood there before comes too late.
    pub(crate) fn show(&mut self, now: Now) {
        self.turn = self.turn.wrapping_add(1);
        self.now = now;
    }

    /// A case stands before the resident. One already there keeps what the resident is busy with.
    pub(crate) fn serve(&mut self, case: CaseId, doing: Doing) {
        if self.case == Some(case) && !matches!(self.now, Now::Welcome | Now::Thanks) {
            self.doing = doing;
            return;
        }
        // Whoever chose a language on the welcome screen is the one being served.
        if !matches!(self.now, Now::Welcome) {
            FIRST_LANGUAGE.clone_into(&mut self.language);
        }
        self.case = Some(case);
        self.doing = doing;
        self.told = Told { heard: self.told.heard, ..Told::default() };
        self.show(Now::Waiting);
    }

    /// The resident's part is done or taken back; the officer goes on.
    pub(crate) fn wait(&mut self) {
        if self.case.is_some() {
            self.show(Now::Waiting);
        }
    }

    /// The card is being read, or is so no longer.
    pub(crate) fn reading_card(&mut self, reads: bool) {
        let step = match self.doing {
            Doing::Nothing => Step::Reading,
            Doing::Step(step) | Doing::Card(step) => step,
        };
        self.doing = if reads { Doing::Card(step) } else { Doing::Step(step) };
    }

    /// お見送り
    pub(crate) fn thank(&mut self, case: CaseId) {
        if self.case == Some(case) {
            self.told = Told { heard: self.told.heard, ..Told::default() };
            self.show(Now::Thanks);
        }
    }

    /// The next resident sees nothing of the one before, and begins in Japanese.
    pub(crate) fn welcome(&mut self) {
        FIRST_LANGUAGE.clone_into(&mut self.language);
        self.case = None;
        self.doing = Doing::Nothing;
        self.told = Told { heard: self.told.heard, ..Told::default() };
        self.show(Now::Welcome);
    }

    /// The officer leaves a case. Thanks and the guide stay until the resident has read them.
    pub(crate) fn leave(&mut self, case: CaseId) {
        if self.case == Some(case) && !matches!(self.now, Now::Thanks) {
            self.welcome();
        }
    }

    pub(crate) fn heard(&mut self, said: Option<&'static str>) {
        self.told.heard = self.told.heard.wrapping_add(1);
        self.told.said = said;
    }
}
