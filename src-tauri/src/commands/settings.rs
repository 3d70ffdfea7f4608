//! 設定・自己点検

use madoka_counter::Display;
use madoka_counter::self_check::{self, Check};
use madoka_text::{EraCheck, parse_date};
use tauri::State;

use super::Desk;
use crate::problem::{Answer, ShellError, refused};

#[tauri::command]
pub(crate) async fn devices(desk: State<'_, Desk>) -> Answer<Vec<Check>> {
    let search = desk.anyone()?.printer_search();
    checked(move || self_check::devices(&search)).await
}

#[tauri::command]
pub(crate) async fn software() -> Answer<Vec<Check>> {
    checked(self_check::software).await
}

/// 保存先: read beside the counter, for it may take seconds.
#[tauri::command]
pub(crate) async fn storage(desk: State<'_, Desk>) -> Answer<Check> {
    let storage = desk.anyone()?.storage();
    tauri::async_runtime::spawn_blocking(move || storage.check())
        .await
        .map_err(|error| ShellError::Check(error).into())
}

/// Asking devices may take a moment, and the window must not stand still meanwhile.
async fn checked(ask: impl FnOnce() -> Vec<Check> + Send + 'static) -> Answer<Vec<Check>> {
    tauri::async_runtime::spawn_blocking(ask).await.map_err(|error| ShellError::Check(error).into())
}

#[tauri::command]
pub(crate) fn set_display(desk: State<'_, Desk>, display: Display) -> Answer<()> {
    desk.anyone()?.set_display(display).map_err(refused)
}

/// A day however it is written (R8.4.1, 2026.4.1 …), as 2026-04-01; nothing where it is no day.
#[tauri::command]
pub(crate) fn read_day(text: &str) -> Option<String> {
    parse_date(text, EraCheck::CountOn).ok().map(|day| day.to_string())
}
