//! 受付

use std::io::Write;

use madoka_counter::view::{CaseRow, Reception, ScanShown, Start};
use madoka_qr::Collection;
use madoka_text::Personal;
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

use super::{Desk, case_id, show_resident};
use crate::problem::{Answer, ShellError, refused};

#[tauri::command]
pub(crate) fn start(desk: State<'_, Desk>) -> Answer<Start> {
    Ok(desk.anyone()?.start())
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
    desk.counter()?.reception().map_err(refused)
}

#[tauri::command]
pub(crate) fn search(desk: State<'_, Desk>, query: String) -> Answer<Vec<CaseRow>> {
    desk.counter()?.search(&Personal::new(query)).map_err(refused)
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

/// Whatever a scanner typed or a camera saw: a case's code, or what was entered at home.
#[tauri::command]
pub(crate) fn scan(app: AppHandle, desk: State<'_, Desk>, text: String) -> Answer<ScanShown> {
    let mut counter = desk.counter()?;
    let mut seen = desk.scans.lock().map_err(|_| ShellError::Poisoned)?;
    let led_to = counter.scan(&Personal::new(text), &mut seen).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(led_to)
}

/// Several codes were begun and will not be finished.
#[tauri::command]
pub(crate) fn forget_scans(desk: State<'_, Desk>) -> Answer<()> {
    *desk.scans.lock().map_err(|_| ShellError::Poisoned)? = Collection::default();
    Ok(())
}

/// The names of the keys that open what was entered at home.
#[tauri::command]
pub(crate) fn pre_entry_keys(desk: State<'_, Desk>) -> Answer<Vec<String>> {
    desk.anyone()?.pre_entry_key_names().map_err(refused)
}

/// A further key of the city.
#[tauri::command]
pub(crate) fn add_pre_entry_key(desk: State<'_, Desk>, key: String) -> Answer<Vec<String>> {
    desk.counter()?.add_pre_entry_key_text(&Zeroizing::new(key)).map_err(refused)
}

/// 練習: what a made-up resident brings along.
#[tauri::command]
pub(crate) fn practice_codes(desk: State<'_, Desk>) -> Answer<Vec<String>> {
    desk.counter()?.practice_codes().map_err(refused)
}
