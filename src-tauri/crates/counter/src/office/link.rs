//! 回線: the terminal's connection to its server, as the officer meets it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use madoka_casework::{OfficeId, StaffId, TerminalId};
use madoka_store::SignedIn;
use madoka_sync::terminal::{
    Engine, Identity, Lend, Line, Listener, Options, Session, SyncError, SyncState, deeds, once, packs,
    program, read_invitation, statistics,
};
use madoka_sync::wire;
use madoka_text::Secret;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::{CounterError, office_time};

/// The line, what runs over it, and in whose name.
#[derive(Debug)]
pub struct Link {
    line: Line,
    engine: Engine,
    clock: Clock,
    session: Mutex<Option<(StaffId, Session)>>,
    /// One at a time: news come in twos, and what one brings the other would take for left over.
    bringing: Mutex<()>,
    terminal: TerminalId,
    offices: Vec<OfficeId>,
}

/// What tells the line the time.
struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// 同期の様子, as every screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SyncView {
    pub state: LinkState,
    /// One short line: 「同期済み」「あと3件」.
    pub words: String,
    /// Since when the server is not there or says no: 「10:05」.
    pub since: Option<String>,
    /// What happened and what to do, where something is refused.
    pub problem: Option<crate::view::Problem>,
    /// This terminal's clock is so far off that somebody should set it.
    pub clock_off_minutes: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum LinkState {
    InStep,
    /// On its way.
    Behind,
    Offline,
    Refused,
}

/// 端末を登録する: reads the 登録票 that an administrator made, and has the server make this terminal one of the city's.
pub fn enrol(invitation: &str) -> Result<Identity, CounterError> {
    let invitation = read_invitation(invitation)?;
    Ok(once(madoka_sync::terminal::enrol(&invitation))??)
}

impl Link {
    pub fn open(
        identity: &Identity,
        store: impl Lend,
        listener: impl Listener,
    ) -> Result<Self, CounterError> {
        Self::open_with(identity, store, listener, Options::default())
    }

    /// [`Self::open`] by another clock, or in more of a hurry than suits an office.
    pub fn open_with(
        identity: &Identity,
        store: impl Lend,
        listener: impl Listener,
        options: Options,
    ) -> Result<Self, CounterError> {
        let line = Line::new(identity)?;
        let clock = options.clock.clone();
        let engine = Engine::start(&line, identity, store, listener, options)?;
        Ok(Self {
            line,
            engine,
            clock: Clock(clock),
            session: Mutex::new(None),
            bringing: Mutex::new(()),
            terminal: identity.terminal.clone(),
            offices: identity.offices.clone(),
        })
    }

    /// Asks the server to let somebody in. The counter then admits them: [`crate::Counter::admit`].
    pub fn sign_in(&self, staff: &str, password: &Secret) -> Result<SignedIn, CounterError> {
        let staff = StaffId::parse(staff).map_err(CounterError::Name)?;
        let question = wire::people::SignIn { staff: staff.clone(), password: password.expose().to_owned() };
        let answer: wire::people::SignedIn = self.line.post(wire::path::SIGN_IN, &question, None)?;
        let about = serde_json::to_string(&answer.person).map_err(|_| SyncError::Form)?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((staff.clone(), Session::new(answer.token)));
        Ok(SignedIn { staff, valid_until: answer.offline_until, about })
    }

    /// The server takes a new password in place of the old one. The counter then admits whoever has it.
    pub fn change_password(&self, old: &Secret, new: &Secret) -> Result<(), CounterError> {
        let question =
            wire::people::PasswordChange { old: old.expose().to_owned(), new: new.expose().to_owned() };
        Ok(self.line.post(wire::path::PASSWORD, &question, Some(&self.session()?))?)
    }

    /// Whoever worked here has left: nothing is asked in their name any more. The server is told by [`Self::sign_out`].
    pub fn leave(&self) -> Option<Session> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        session.map(|(_, session)| session)
    }

    /// Tells the server of it, when it is there; without it the session ends there by itself.
    pub fn sign_out(&self, left: &Session) {
        let _: Result<(), _> = self.line.post(wire::path::SIGN_OUT, &(), Some(left));
    }

    /// The server has news of packs: brings what this terminal should have. The counter then turns to it:
    /// [`crate::Counter::turn_to_pack`].
    pub fn bring_packs(&self, store: &impl Lend) -> Result<(), CounterError> {
        let _turn = self.bringing.lock().unwrap_or_else(PoisonError::into_inner);
        let today = office_time::day((self.clock.0)());
        let brought = self.line.wait(packs::bring(self.line.client(), store, today))?;
        for (edition, why) in &brought.refused {
            tracing::warn!(version = edition.version, code = why.code(), "pack refused");
        }
        Ok(())
    }

    /// Brings a newer Madoka, where the city released one for this terminal, to where this machine puts it in from.
    pub fn bring_program(&self, store: &impl Lend, folder: &Path) -> Result<(), CounterError> {
        let _turn = self.bringing.lock().unwrap_or_else(PoisonError::into_inner);
        self.line.wait(program::bring(self.line.client(), store, folder))?;
        Ok(())
    }

    /// 統計・監査: tells the server of the cases closed here since the last time, without saying whose, and of who looked at
    /// what.
    pub fn report(&self, store: &impl Lend) -> Result<(), CounterError> {
        self.line.wait(deeds::report(self.line.client(), store))?;
        // A terminal of no office counts for none.
        let Some(office) = self.offices.first() else { return Ok(()) };
        self.line.wait(statistics::report(self.line.client(), store, &self.terminal, office))?;
        Ok(())
    }

    /// For use cases that ask the server themselves: bookings, inquiries, the register.
    pub const fn line(&self) -> &Line {
        &self.line
    }

    /// In whose name they ask; nobody's while the server has not let anybody in.
    pub fn session(&self) -> Result<Session, CounterError> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.as_ref().map(|(_, session)| session.clone()).ok_or(CounterError::OnlyOffline)
    }

    pub const fn terminal(&self) -> &TerminalId {
        &self.terminal
    }

    /// Whom the server has let in.
    pub fn staff(&self) -> Option<StaffId> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.as_ref().map(|(staff, _)| staff.clone())
    }

    /// Something was written here.
    pub fn nudge(&self) {
        self.engine.nudge();
    }

    /// 今すぐ接続する
    pub fn try_now(&self) {
        self.engine.try_now();
    }

    pub fn view(&self) -> SyncView {
        SyncView::of(&self.engine.state())
    }
}

impl SyncView {
    pub fn of(state: &SyncState) -> Self {
        let link = match (state.problem(), state.since()) {
            (Some(_), _) => LinkState::Refused,
            (None, Some(_)) => LinkState::Offline,
            (None, None) if state.in_step() => LinkState::InStep,
            (None, None) => LinkState::Behind,
        };
        Self {
            state: link,
            words: state.words(),
            since: state.since().map(office_time::clock),
            problem: state.problem().map(|problem| crate::view::Problem {
                code: problem.code.clone(),
                what: problem.message.clone(),
                todo: problem.fix.clone(),
            }),
            clock_off_minutes: state.skew_worth_saying().map(|skew| skew.as_mins()),
        }
    }
}
