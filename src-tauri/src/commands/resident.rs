//! 住民の画面

use madoka_counter::view::ResidentScreen;
use tauri::{AppHandle, State};

use super::{Desk, show_resident};
use crate::problem::{Answer, ShellError};
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

#[tauri::command]
pub(crate) fn resident_screen(desk: State<'_, Desk>) -> Answer<ResidentScreen> {
    Ok(desk.counter()?.resident_screen())
}

#[tauri::command]
pub(crate) fn welcome_next(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.welcome_next();
    show_resident(&app, &counter);
    Ok(())
}
