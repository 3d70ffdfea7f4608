//! Which readers are there, and which of them hold a card.

use std::ffi::CStr;
use std::thread;
use std::time::Duration;

use pcsc::{Context, ReaderState, Scope, State};

use crate::CardError;

/// What the PC/SC service answers when asked for its readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readers {
    /// The service (`pcscd`, the Windows Smart Card service) does not run or does not answer.
    NoService,
    /// The service runs and does not let this user in (polkit, a hidden `/proc`).
    Refused,
    /// The readers by the names their drivers give; empty when none is plugged in.
    Found(Vec<String>),
}

/// Asks the service which readers are plugged in now. Slots for a reader's own module (SAM) are left out: they always
/// report a card, and it is nobody's.
pub fn readers() -> Readers {
    let context = match service() {
        Ok(context) => context,
        Err(pcsc::Error::SecurityViolation) => return Readers::Refused,
        Err(_) => return Readers::NoService,
    };
    match context.list_readers_owned() {
        Ok(names) => Readers::Found(
            names.iter().filter(|name| !is_own_module(name)).map(|name| printable(name)).collect(),
        ),
        // Windows stops its service when the last reader is pulled out.
        Err(pcsc::Error::NoReadersAvailable) => Readers::Found(Vec::new()),
        Err(_) => Readers::NoService,
    }
}

/// A reader, and whether a card lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderNow {
    pub name: String,
    pub card: bool,
}

/// [`readers`] with what they hold.
pub fn readers_now() -> Result<Vec<ReaderNow>, CardError> {
    let context = service().map_err(|_| CardError::NoService)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
        Err(_) => return Err(CardError::NoService),
    };
    let mut states: Vec<ReaderState> = names
        .into_iter()
        .filter(|name| !is_own_module(name))
        .map(|name| ReaderState::new(name, State::UNAWARE))
        .collect();
    if !states.is_empty() {
        match context.get_status_change(Duration::ZERO, &mut states) {
            Ok(()) | Err(pcsc::Error::Timeout) => {}
            Err(_) => return Err(CardError::NoService),
        }
    }
    let now = |state: &ReaderState| ReaderNow {
        name: printable(state.name()),
        card: state.event_state().contains(State::PRESENT),
    };
    Ok(states.iter().map(now).collect())
}

/// Asks the service to let us in. One that dies cuts off whoever has just asked, which its library calls a refusal too: only
/// what it says again and again is one.
pub(crate) fn service() -> Result<Context, pcsc::Error> {
    for _ in 0..4 {
        match Context::establish(Scope::User) {
            Err(pcsc::Error::SecurityViolation) => thread::sleep(Duration::from_millis(50)),
            answer => return answer,
        }
    }
    Context::establish(Scope::User)
}

/// Driver names are bytes of any kind; the screen gets text.
pub(crate) fn printable(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

/// 「ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00」.
pub(crate) fn is_own_module(name: &CStr) -> bool {
    printable(name).split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("SAM"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn リーダー自身の差込口だけを除く() {
        for (name, own) in [
            (c"ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00", true),
            (c"ACS ACR1251 CL Reader SAM 0", true),
            (c"ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00", false),
            (c"SONY FeliCa RC-S300/P (1234567) 00 00", false),
            (c"Samsung Smart Keyboard 00 00", false),
        ] {
            assert_eq!(is_own_module(name), own, "{name:?}");
        }
    }
}
