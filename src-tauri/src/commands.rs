//! What the screens can call. Each command is one call into the counter.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use std::io::Write;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use madoka_casework::CaseId;
use madoka_counter::self_check::{self, Check};
use madoka_counter::view::{CaseRow, Reception, ResidentScreen, Start};
use madoka_counter::{Counter, Display};
use madoka_text::Personal;
use tauri::{AppHandle, Emitter, State};

use crate::problem::{Answer, ShellError, refused};
use crate::resident_window;

/// What the window holds for its commands.
pub(crate) struct Desk {
    counter: Mutex<Counter>,
    started: Instant,
    announce: bool,
}

impl Desk {
    pub(crate) fn new(counter: Counter, started: Instant, announce: bool) -> Self {
        Self { counter: Mutex::new(counter), started, announce }
    }

    fn counter(&self) -> Answer<MutexGuard<'_, Counter>> {
        self.counter.lock().map_err(|_| ShellError::Poisoned.into())
    }
}

#[tauri::command]
pub(crate) fn start(desk: State<'_, Desk>) -> Answer<Start> {
    Ok(desk.counter()?.start())
}

/// The first screen is drawn and takes input: noted for whoever measures or waits.
#[tauri::command]
pub(crate) fn usable(desk: State<'_, Desk>) {
    let millis = u64::try_from(desk.started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(millis, "window usable");
    if desk.announce {
        // Whoever asked for the line may be gone by now; the window stays.
        let _ = writeln!(std::io::stdout(), "{}", serde_json::json!({ "usable": true, "millis": millis }));
    }
}

#[tauri::command]
pub(crate) fn reception(desk: State<'_, Desk>) -> Answer<Reception> {
    Ok(desk.counter()?.reception())
}

#[tauri::command]
pub(crate) fn search(desk: State<'_, Desk>, query: String) -> Answer<Vec<CaseRow>> {
    Ok(desk.counter()?.search(&Personal::new(query)))
}

#[tauri::command]
pub(crate) fn open_case(
    app: AppHandle,
    desk: State<'_, Desk>,
    life_event: &str,
    ticket: Option<&str>,
) -> Answer<CaseRow> {
    let mut counter = desk.counter()?;
    let row = counter.open_case(life_event, ticket).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(row)
}

#[tauri::command]
pub(crate) fn take_back(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.take_back(case_id(case)?).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn restore(desk: State<'_, Desk>, case: &str) -> Answer<()> {
    desk.counter()?.restore(case_id(case)?).map_err(refused)
}

fn case_id(text: &str) -> Answer<CaseId> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

#[tauri::command]
pub(crate) async fn devices() -> Answer<Vec<Check>> {
    checked(self_check::devices).await
}

#[tauri::command]
pub(crate) async fn fonts() -> Answer<Vec<Check>> {
    checked(self_check::fonts).await
}

/// Asking devices may take a moment, and the window must not stand still meanwhile.
async fn checked(ask: fn() -> Vec<Check>) -> Answer<Vec<Check>> {
    tauri::async_runtime::spawn_blocking(ask).await.map_err(|error| ShellError::Check(error).into())
}

#[tauri::command]
pub(crate) fn set_display(desk: State<'_, Desk>, display: Display) -> Answer<()> {
    desk.counter()?.set_display(display).map_err(refused)
}

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

/// Tells the resident's window, if it is open, what to show now.
fn show_resident(app: &AppHandle, counter: &Counter) {
    if let Err(_closed) = app.emit_to(resident_window::LABEL, "resident-screen", counter.resident_screen()) {
        tracing::warn!("resident window not told");
    }
}
