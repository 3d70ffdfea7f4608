//! 住民の画面

use madoka_counter::papers::Signable;
use madoka_counter::resident::{ResidentPanel, ResidentSaid, ResidentScreen};
use tauri::{AppHandle, State};

use super::{Desk, case_id, show_resident};
use crate::problem::{Answer, ShellError, refused};
use crate::resident_window;

/// Async because opening a window from a synchronous command can block Windows' event loop.
#[tauri::command]
pub(crate) async fn open_resident_window(app: AppHandle) -> Answer<()> {
    resident_window::open(&app).map_err(|error| ShellError::ResidentWindow(error).into())
}

#[tauri::command]
pub(crate) async fn close_resident_window(app: AppHandle) -> Answer<()> {
    resident_window::close(&app).map_err(|error| ShellError::ResidentWindow(error).into())
}

#[tauri::command]
pub(crate) fn resident_window_open(app: AppHandle) -> bool {
    resident_window::is_open(&app)
}

/// All that the resident's window can ask.
#[tauri::command]
pub(crate) fn resident_screen(desk: State<'_, Desk>) -> Answer<ResidentScreen> {
    Ok(desk.anyone()?.resident_screen())
}

/// All that the resident's window can tell.
#[tauri::command]
pub(crate) fn resident_tell(
    app: AppHandle,
    desk: State<'_, Desk>,
    turn: u32,
    said: ResidentSaid,
) -> Answer<ResidentScreen> {
    let mut counter = desk.anyone()?;
    let screen = counter.resident_tell(turn, said).map_err(refused)?;
    resident_window::tell_officer(&app);
    Ok(screen)
}

#[tauri::command]
pub(crate) fn resident_panel(desk: State<'_, Desk>) -> Answer<ResidentPanel> {
    Ok(desk.counter()?.resident_panel())
}

#[tauri::command]
pub(crate) fn send_facts_to_resident(
    app: AppHandle,
    desk: State<'_, Desk>,
    case: &str,
    facts: Vec<String>,
) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.send_facts_to_resident(case_id(case)?, &facts).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn send_question_to_resident(
    app: AppHandle,
    desk: State<'_, Desk>,
    case: &str,
    facts: Vec<String>,
) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.send_question_to_resident(case_id(case)?, &facts).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn signable(desk: State<'_, Desk>, case: &str) -> Answer<Vec<Signable>> {
    desk.counter()?.signable(case_id(case)?).map_err(refused)
}

#[tauri::command]
pub(crate) fn ask_signature(
    app: AppHandle,
    desk: State<'_, Desk>,
    case: &str,
    who: &str,
    forms: Vec<String>,
) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.ask_signature(case_id(case)?, who, &forms).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn show_guide_to_resident(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.show_guide_to_resident(case_id(case)?).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn take_back_from_resident(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.take_back_from_resident(case_id(case)?).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

/// The officer turned to something else: nothing of the case stays on the resident's window.
#[tauri::command]
pub(crate) fn leave_resident(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.anyone()?;
    counter.leave_resident(case_id(case)?);
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn welcome_next(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.welcome_next();
    show_resident(&app, &counter);
    Ok(())
}
