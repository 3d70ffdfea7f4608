//! サインイン・離席・練習: who works here now.

use madoka_counter::office::{self, SessionView, SyncView, TerminalView};
use madoka_counter::view::Start;
use madoka_counter::{Counter, CounterError, MachineClock};
use madoka_text::Secret;
use tauri::{AppHandle, State};

use super::visit::ask_colleagues;
use super::{Desk, blocking, show_resident};
use crate::link;
use crate::problem::{Answer, refused};

/// Asked now and then: the lock falls without anybody's doing.
#[tauri::command]
pub(crate) fn session(desk: State<'_, Desk>) -> Answer<SessionView> {
    Ok(desk.anyone()?.session())
}

/// By the server; by what it allowed this terminal, while the server cannot be reached. Async: the server may take its
/// time, and so does the hash of a password.
#[tauri::command]
pub(crate) async fn sign_in(desk: State<'_, Desk>, staff: String, password: String) -> Answer<SessionView> {
    let password = Secret::new(password);
    let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
    let asked = blocking(|| link.sign_in(&staff, &password));
    let by_server = asked.is_ok();
    let mut counter = desk.anyone()?;
    match asked {
        Ok(who) => blocking(|| counter.admit(&who, &password)),
        Err(CounterError::Sync(error)) if error.is_offline() => {
            blocking(|| counter.sign_in_offline(&staff, &password))
        }
        Err(error) => {
            blocking(|| counter.refused_by_server(&staff, &password)).map_err(refused)?;
            Err(error)
        }
    }
    .map_err(refused)?;
    let session = counter.session();
    drop(counter);
    if by_server {
        // Whoever has a case is shown by name.
        ask_colleagues(&desk)?;
    }
    Ok(session)
}

/// The first password was seen by whoever made it: the person at work sets their own, and is let in anew with it.
#[tauri::command]
pub(crate) async fn change_password(desk: State<'_, Desk>, old: String, next: String) -> Answer<SessionView> {
    let (old, next) = (Secret::new(old), Secret::new(next));
    let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
    let staff = desk.anyone()?.officer().map(|officer| officer.staff.clone());
    let staff = staff.ok_or(CounterError::SignedOut).map_err(refused)?;
    let who = blocking(|| {
        link.change_password(&old, &next)?;
        link.sign_in(&staff, &next)
    });
    let session = {
        let mut counter = desk.anyone()?;
        blocking(|| counter.admit(&who?, &next)).map_err(refused)?;
        counter.session()
    };
    ask_colleagues(&desk)?;
    Ok(session)
}

/// 端末を登録する by the 登録票 of an administrator. The screen then asks for the first sign-in.
#[tauri::command]
pub(crate) async fn enrol(app: AppHandle, desk: State<'_, Desk>, invitation: String) -> Answer<Start> {
    let invitation = Secret::new(invitation);
    let identity = blocking(|| office::enrol(invitation.expose())).map_err(refused)?;
    let start = {
        let mut counters = desk.counters()?;
        let office = Counter::enrol(&counters.data, MachineClock, &identity).map_err(refused)?;
        counters.enrolled(office);
        counters.shown.start()
    };
    link::open(&app)?;
    Ok(start)
}

/// この端末: what it is to the city's server, if it is anything.
#[tauri::command]
pub(crate) fn terminal(desk: State<'_, Desk>) -> Answer<Option<TerminalView>> {
    Ok(desk.counters()?.office().and_then(|office| office.terminal()))
}

/// 同期の様子; nothing where there is no server.
#[tauri::command]
pub(crate) fn sync(desk: State<'_, Desk>) -> Option<SyncView> {
    desk.link().map(|link| link.view())
}

/// 今すぐ接続する
#[tauri::command]
pub(crate) fn try_sync(desk: State<'_, Desk>) {
    if let Some(link) = desk.link() {
        link.try_now();
    }
}

/// Somebody works on without asking for anything: typing, reading, scrolling.
#[tauri::command]
pub(crate) fn touch(desk: State<'_, Desk>) -> Answer<()> {
    desk.anyone()?.touch().map_err(refused)
}

#[tauri::command]
pub(crate) fn lock(app: AppHandle, desk: State<'_, Desk>) -> Answer<SessionView> {
    let mut counter = desk.anyone()?;
    counter.lock();
    show_resident(&app, &counter);
    Ok(counter.session())
}

#[tauri::command]
pub(crate) fn sign_out(app: AppHandle, desk: State<'_, Desk>) -> Answer<SessionView> {
    let session = {
        let mut counter = desk.anyone()?;
        counter.sign_out().map_err(refused)?;
        show_resident(&app, &counter);
        counter.session()
    };
    // Taken now: whoever comes next may be let in before the server hears that this one left.
    if let Some(link) = desk.link()
        && let Some(left) = link.leave()
    {
        // Nobody waits for the server to hear of it.
        std::thread::spawn(move || link.sign_out(&left));
    }
    Ok(session)
}

/// 練習を始める・終える. The real counter waits behind, as it was.
#[tauri::command]
pub(crate) fn practise(app: AppHandle, desk: State<'_, Desk>, on: bool) -> Answer<Start> {
    let mut counters = desk.counters()?;
    counters.practise(on).map_err(refused)?;
    show_resident(&app, &counters.shown);
    Ok(counters.shown.start())
}
