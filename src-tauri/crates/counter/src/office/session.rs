//! Who works at the counter: signing in with and without the server, the lock after a while without work.
//!
//! Without a session nothing of a case is shown or written ([`Counter::at_work`]). A lock keeps everything where it was:
//! the same officer goes on, or another signs in (the shift changes).

use std::time::Duration;

use jiff::Timestamp;
use madoka_store::{AuditAct, SignedIn, StoreError};
use madoka_text::Secret;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::NOBODY;
use crate::{Counter, CounterError};

/// 離席: after so long without a touch the screen is covered.
const UNTOUCHED: Duration = Duration::from_mins(10);
/// So many wrong passwords in a row are free, without the server.
const FREE_TRIES: u32 = 5;
/// Each further one waits twice as long as the one before, from here …
const FIRST_WAIT: u64 = 30;
/// … to here (seconds).
const LONGEST_WAIT: u64 = 15 * 60;
/// The setting that counts wrong passwords: it outlives a restart.
const WRONG: &str = "sign_in.wrong";

/// Who may work now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Practice needs nobody's name.
    #[default]
    Practice,
    SignedOut,
    At {
        officer: Officer,
        /// The last touch.
        used: Timestamp,
    },
    Locked {
        officer: Officer,
    },
}

/// A member of staff, as the server described them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Officer {
    pub staff: String,
    pub name: String,
    pub roles: Vec<String>,
    pub offices: Vec<String>,
    /// Somebody else has seen the password: the server lets them do nothing but set another.
    #[serde(default)]
    pub must_change_password: bool,
}

impl std::fmt::Debug for Officer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Officer").field("staff", &self.staff).finish_non_exhaustive()
    }
}

/// What the screen must know about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum SessionView {
    Practice,
    SignedOut,
    At { officer: Officer },
    Locked { officer: Officer },
}

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Wrong {
    tries: u32,
    /// Nobody may try before.
    until: i64,
}

impl Counter {
    pub fn session(&self) -> SessionView {
        match &self.session {
            Session::Practice => SessionView::Practice,
            Session::SignedOut => SessionView::SignedOut,
            Session::At { officer, used } if self.untouched(*used) => {
                SessionView::Locked { officer: officer.clone() }
            }
            Session::At { officer, .. } => SessionView::At { officer: officer.clone() },
            Session::Locked { officer } => SessionView::Locked { officer: officer.clone() },
        }
    }

    /// Whether somebody may work now. Asking is no touch: a screen that looks for news by itself would keep an empty chair
    /// signed in for ever.
    pub fn at_work(&mut self) -> Result<(), CounterError> {
        match &self.session {
            Session::SignedOut => Err(CounterError::SignedOut),
            Session::Locked { .. } => Err(CounterError::Locked),
            Session::At { used, .. } if self.untouched(*used) => {
                self.lock();
                Err(CounterError::Locked)
            }
            Session::Practice | Session::At { .. } => Ok(()),
        }
    }

    /// Somebody's hands are here. The lock falls by itself after a while without them.
    pub fn touch(&mut self) -> Result<(), CounterError> {
        self.at_work()?;
        if let Session::At { used, .. } = &mut self.session {
            *used = self.clock.now();
        }
        Ok(())
    }

    /// 離席: covers the screen. Whatever is open stays open behind it.
    pub fn lock(&mut self) {
        if let Session::At { officer, .. } = &self.session {
            self.session = Session::Locked { officer: officer.clone() };
        }
    }

    /// The server let this officer in: they work from now on, and may sign in here without it for as long as it said.
    pub fn admit(&mut self, who: &SignedIn, password: &Secret) -> Result<(), CounterError> {
        self.cases.store_mut()?.keep_verifier(who, password)?;
        self.seat(who)
    }

    /// The server refused somebody this terminal would still let in: their password is another one by now, or they no
    /// longer work here. From now on they get in with the server only.
    pub fn refused_by_server(&mut self, staff: &str, password: &Secret) -> Result<(), CounterError> {
        let staff = Self::staff(staff)?;
        if self.cases.store()?.sign_in(&staff, password, self.clock.now()).is_ok() {
            self.cases.store_mut()?.drop_verifier(&staff)?;
        }
        Ok(())
    }

    /// Signs in without the server. Wrong passwords make the next try wait, also after a restart.
    pub fn sign_in_offline(&mut self, staff: &str, password: &Secret) -> Result<(), CounterError> {
        let staff = Self::staff(staff)?;
        let now = self.clock.now();
        let wrong = self.wrong()?;
        if wrong.until > now.as_second() {
            let seconds = u64::try_from(wrong.until.saturating_sub(now.as_second())).unwrap_or_default();
            return Err(CounterError::TooManyTries { minutes: seconds.div_ceil(60) });
        }
        // Counted before it is tried: pulling the plug does not give a try back.
        let tries = wrong.tries.saturating_add(1);
        let until = match tries.checked_sub(FREE_TRIES) {
            None => 0,
            Some(over) => now.as_second().saturating_add(i64::try_from(wait(over)).unwrap_or(i64::MAX)),
        };
        self.set_wrong(Wrong { tries, until })?;
        match self.cases.store()?.sign_in(&staff, password, now) {
            Ok(who) => self.seat(&who),
            Err(error) => {
                self.me.staff = staff;
                self.audit(AuditAct::SignInRefused, None)?;
                self.me.staff = Self::staff(self.seated().unwrap_or(NOBODY))?;
                Err(match error {
                    StoreError::WrongPassword => CounterError::WrongPassword,
                    other => other.into(),
                })
            }
        }
    }

    /// サインアウト: the terminal is free for the next officer.
    pub fn sign_out(&mut self) -> Result<(), CounterError> {
        self.session = Session::SignedOut;
        self.me.staff = Self::staff(NOBODY)?;
        Ok(())
    }

    /// Whose offices and roles decide what the screens offer.
    pub fn officer(&self) -> Option<&Officer> {
        match &self.session {
            Session::At { officer, .. } | Session::Locked { officer } => Some(officer),
            Session::Practice | Session::SignedOut => None,
        }
    }

    fn seated(&self) -> Option<&str> {
        self.officer().map(|officer| officer.staff.as_str())
    }

    fn seat(&mut self, who: &SignedIn) -> Result<(), CounterError> {
        let officer: Officer = serde_json::from_str(&who.about).map_err(|_| CounterError::Kept)?;
        self.set_wrong(Wrong::default())?;
        if self.me.staff != who.staff {
            // A draft is opened anew: what was left belongs to who left it.
            self.drafting = None;
        }
        self.me.staff = who.staff.clone();
        self.session = Session::At { officer, used: self.clock.now() };
        self.audit(AuditAct::SignedIn, None)
    }

    fn untouched(&self, used: Timestamp) -> bool {
        let since = self.clock.now().as_second().saturating_sub(used.as_second());
        // A clock set back is no reason to lock, nor to stay open for ever: the next touch counts from the new time.
        u64::try_from(since).is_ok_and(|since| since >= UNTOUCHED.as_secs())
    }

    fn wrong(&self) -> Result<Wrong, CounterError> {
        let kept = self.cases.store()?.setting(WRONG)?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    fn set_wrong(&mut self, wrong: Wrong) -> Result<(), CounterError> {
        let text = serde_json::to_string(&wrong).map_err(|_| CounterError::Kept)?;
        Ok(self.cases.store_mut()?.set(WRONG, &text)?)
    }
}

/// Seconds to wait after so many tries beyond the free ones.
fn wait(over: u32) -> u64 {
    FIRST_WAIT.checked_shl(over.min(16)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}
