//! 端末・職員・監査. Each command asks the server, which decides who may.

use madoka_counter::CounterError;
use madoka_counter::administration::{
    AuditGiven, AuditView, CaseHeld, FirstPasswordView, InvitationView, PersonGiven, PersonView, RosterTaken,
    TerminalGiven, TerminalsView, staff_csv,
};
use madoka_counter::supervisor::PickChoice;
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use super::release::link;
use super::visit::ask_colleagues;

use super::{Desk, blocking, keep};
use crate::problem::{Answer, refused};

/// 窓口・課, by name.
#[tauri::command]
pub(crate) async fn city_offices(desk: State<'_, Desk>) -> Answer<Vec<PickChoice>> {
    Ok(desk.counter()?.offices())
}

#[tauri::command]
pub(crate) async fn city_terminals(desk: State<'_, Desk>) -> Answer<TerminalsView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| TerminalsView::ask(&link)).map_err(refused)
}

/// 登録票を作る
#[tauri::command]
pub(crate) async fn invite_terminal(desk: State<'_, Desk>, given: TerminalGiven) -> Answer<InvitationView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| TerminalsView::invite(&link, &given)).map_err(refused)
}

/// 登録を取り消す
#[tauri::command]
pub(crate) async fn revoke_terminal(desk: State<'_, Desk>, terminal: String) -> Answer<()> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| TerminalsView::revoke(&link, &terminal)).map_err(refused)
}

/// 持っている案件
#[tauri::command]
pub(crate) async fn terminal_cases(desk: State<'_, Desk>, terminal: String) -> Answer<Vec<CaseHeld>> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    let cases = blocking(|| TerminalsView::cases(&link, &terminal)).map_err(refused)?;
    let counter = desk.counter()?;
    Ok(TerminalsView::named(&counter, cases))
}

/// 担当を外す
#[tauri::command]
pub(crate) async fn free_terminal_cases(
    desk: State<'_, Desk>,
    terminal: String,
    reason: String,
) -> Answer<u32> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| TerminalsView::free(&link, &terminal, reason)).map_err(refused)
}

#[tauri::command]
pub(crate) async fn city_staff(desk: State<'_, Desk>) -> Answer<PersonView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| PersonView::ask(&link)).map_err(refused)
}

/// 職員の登録・変更
#[tauri::command]
pub(crate) async fn put_staff(
    desk: State<'_, Desk>,
    given: PersonGiven,
) -> Answer<Option<FirstPasswordView>> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| PersonView::put(&link, &given)).map_err(refused)
}

/// パスワードの作り直し
#[tauri::command]
pub(crate) async fn reset_staff(desk: State<'_, Desk>, staff: String) -> Answer<FirstPasswordView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| PersonView::reset(&link, &staff)).map_err(refused)
}

/// 名簿を取り込む: the file is the body of the call.
#[tauri::command]
pub(crate) async fn take_staff(desk: State<'_, Desk>, request: Request<'_>) -> Answer<RosterTaken> {
    drop(desk.counter()?);
    let InvokeBody::Raw(roster) = request.body() else { return Err(refused(CounterError::ExportFailed)) };
    let link = link(&desk)?;
    blocking(|| PersonView::take(&link, roster)).map_err(refused)
}

/// 名簿を書き出す; answers where.
#[tauri::command]
pub(crate) async fn export_staff(desk: State<'_, Desk>) -> Answer<String> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    let list = blocking(|| PersonView::ask(&link).and_then(|view| staff_csv(&view))).map_err(refused)?;
    keep("職員の名簿", "csv", list.as_bytes())
}

/// 監査を調べる
#[tauri::command]
pub(crate) async fn search_audit(desk: State<'_, Desk>, given: AuditGiven) -> Answer<AuditView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    let found = blocking(|| AuditView::ask(&link, &given)).map_err(refused)?;
    ask_colleagues(&desk)?;
    let counter = desk.counter()?;
    Ok(AuditView::named(&counter, found))
}
