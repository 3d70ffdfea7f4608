//! 照会・回答: the counter asks, departments answer. The server may take its time: the counter is free meanwhile.

use madoka_casework::InquiryId;
use madoka_counter::CounterError;
use madoka_counter::board::Board;
use madoka_counter::inquiries::{Departments, Queue, ReplyGiven, SheetShown};
use madoka_counter::visit::Visit;
use tauri::{AppHandle, Emitter, State};

use super::{Desk, blocking, case_id};
use crate::problem::{Answer, ShellError, refused};

fn inquiry_id(text: &str) -> Answer<InquiryId> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

/// 照会する: of one office, or of all.
#[tauri::command]
pub(crate) fn send_inquiries(desk: State<'_, Desk>, case: &str, office: Option<&str>) -> Answer<Visit> {
    desk.counter()?.send_inquiries(case_id(case)?, office).map_err(refused)
}

/// 練習: the departments answer.
#[tauri::command]
pub(crate) fn play_departments(desk: State<'_, Desk>, case: &str) -> Answer<Visit> {
    desk.counter()?.play_departments(case_id(case)?).map_err(refused)
}

/// 催促
#[tauri::command]
pub(crate) async fn remind(
    desk: State<'_, Desk>,
    case: String,
    inquiry: String,
    office: String,
) -> Answer<Visit> {
    let (id, inquiry) = (case_id(&case)?, inquiry_id(&inquiry)?);
    if !desk.counter()?.is_practice() {
        let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
        blocking(|| Departments(&link).remind(inquiry)).map_err(refused)?;
    }
    desk.counter()?.reminded(id, &office).map_err(refused)
}

/// 照会の一覧 of the offices of whoever works here.
#[tauri::command]
pub(crate) async fn inquiry_queue(desk: State<'_, Desk>, answered: bool) -> Answer<Queue> {
    let practice = {
        let counter = desk.counter()?;
        if counter.is_practice() { Some(counter.practice_queue(answered).map_err(refused)?) } else { None }
    };
    let lines = if let Some(lines) = practice {
        lines
    } else {
        let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
        blocking(|| Departments(&link).queue(answered)).map_err(refused)?
    };
    Ok(desk.counter()?.queue_shown(&lines))
}

/// 照会票
#[tauri::command]
pub(crate) async fn inquiry_sheet(desk: State<'_, Desk>, inquiry: String) -> Answer<SheetShown> {
    let inquiry = inquiry_id(&inquiry)?;
    let practice = {
        let counter = desk.counter()?;
        if counter.is_practice() { Some(counter.practice_sheet(inquiry).map_err(refused)?) } else { None }
    };
    let sheet = if let Some(sheet) = practice {
        sheet
    } else {
        let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
        blocking(|| Departments(&link).sheet(inquiry)).map_err(refused)?
    };
    desk.counter()?.sheet_shown(&sheet).map_err(refused)
}

/// 回答する
#[tauri::command]
pub(crate) async fn answer_inquiry(
    app: AppHandle,
    desk: State<'_, Desk>,
    inquiry: String,
    reply: ReplyGiven,
) -> Answer<SheetShown> {
    let inquiry = inquiry_id(&inquiry)?;
    let (reply, practice) = {
        let counter = desk.counter()?;
        (counter.new_reply(&reply).map_err(refused)?, counter.is_practice())
    };
    let sheet = if practice {
        let sheet = desk.counter()?.practice_reply(inquiry, reply).map_err(refused)?;
        // As if it had come over the line.
        if app.emit_to("main", "cases", vec![sheet.line.case.to_string()]).is_err() {
            tracing::warn!("officer window not told");
        }
        sheet
    } else {
        let link = desk.link().ok_or(CounterError::NotEnrolled).map_err(refused)?;
        blocking(|| Departments(&link).reply(inquiry, &reply)).map_err(refused)?
    };
    desk.counter()?.sheet_shown(&sheet).map_err(refused)
}

/// 進み: who waits for whom.
#[tauri::command]
pub(crate) fn board(desk: State<'_, Desk>) -> Answer<Board> {
    desk.counter()?.board().map_err(refused)
}
