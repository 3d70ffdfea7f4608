//! サインイン・離席・練習: who works here now.

use madoka_counter::office::SessionView;
use madoka_counter::view::Start;
use tauri::{AppHandle, State};

use super::{Desk, show_resident};
use crate::problem::{Answer, refused};

/// Asked now and then: the lock falls without anybody's doing.
#[tauri::command]
pub(crate) fn session(desk: State<'_, Desk>) -> Answer<SessionView> {
    Ok(desk.anyone()?.session())
}

/// Somebody works on without asking for anything: typing, reading, scrolling.
#[tauri::command]
pub(crate) fn touch(desk: State<'_, Desk>) -> Answer<()> {
    desk.counter().map(drop)
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
    let mut counter = desk.anyone()?;
    counter.sign_out().map_err(refused)?;
    show_resident(&app, &counter);
    Ok(counter.session())
}

/// 練習を始める・終える. The real counter waits behind, as it was.
#[tauri::command]
pub(crate) fn practise(app: AppHandle, desk: State<'_, Desk>, on: bool) -> Answer<Start> {
    let mut counters = desk.counters()?;
    counters.practise(on).map_err(refused)?;
    show_resident(&app, &counters.shown);
    Ok(counters.shown.start())
}
