//! 公開: the city's draft between several supervisors, and its way to every counter. The server is asked without holding the
//! counter, so that editing never waits for the line.

use std::sync::Arc;

use madoka_counter::CounterError;
use madoka_counter::office::Link;
use madoka_counter::supervisor::{
    DeskView, NotesView, ReleaseBoard, ReleaseGiven, ReleaseView, RemarkRow, ServerCheck,
};
use madoka_sync::terminal::SyncError;
use tauri::State;

use super::visit::ask_colleagues;
use super::{Desk, blocking};
use crate::problem::{Answer, ShellError, refused};

pub(super) fn link(desk: &Desk) -> Answer<Arc<Link>> {
    desk.link().ok_or_else(|| refused(SyncError::Offline.into()))
}

fn uuid(text: &str) -> Answer<uuid::Uuid> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

/// Sends what was changed here, and takes in what others changed. Answers the desk where it is another one now.
#[tauri::command]
pub(crate) async fn draft_sync(desk: State<'_, Desk>) -> Answer<Option<DeskView>> {
    let mut moved = false;
    // What was put together with another's work is sent as well, at once.
    for _ in 0..3 {
        // The counter is let go before the server is asked.
        let sending = desk.counter()?.draft_sending().map_err(refused)?;
        let Some(sending) = sending else { break };
        let link = link(&desk)?;
        let sent = blocking(|| sending.ask(&link)).map_err(refused)?;
        moved |= desk.counter()?.draft_sent(sent).map_err(refused)?;
    }
    let reading = desk.counter()?.draft_reading().map_err(refused)?;
    if let Some(reading) = reading {
        let link = link(&desk)?;
        let read = blocking(|| reading.ask(&link)).map_err(refused)?;
        if desk.counter()?.draft_heard(read).map_err(refused)? {
            moved = true;
            // Whoever has just done something may be new.
            ask_colleagues(&desk)?;
        }
    }
    if moved { desk.counter()?.draft_desk().map(Some).map_err(refused) } else { Ok(None) }
}

/// 加わる
#[tauri::command]
pub(crate) async fn draft_join(desk: State<'_, Desk>, draft: String) -> Answer<DeskView> {
    let joining = desk.counter()?.draft_joining(uuid(&draft)?).map_err(refused)?;
    let link = link(&desk)?;
    let joined = blocking(|| joining.ask(&link)).map_err(refused)?;
    ask_colleagues(&desk)?;
    blocking(|| desk.counter()?.draft_joined(joined).map_err(refused))
}

/// 離れる
#[tauri::command]
pub(crate) async fn draft_leave(desk: State<'_, Desk>) -> Answer<DeskView> {
    desk.counter()?.draft_leave().map_err(refused)
}

/// 重なった直しを決める
#[tauri::command]
pub(crate) async fn draft_settle(desk: State<'_, Desk>, index: u32, mine: bool) -> Answer<DeskView> {
    desk.counter()?.draft_settle(index, mine).map_err(refused)
}

/// 職員へのお知らせを書く
#[tauri::command]
pub(crate) async fn draft_notes(desk: State<'_, Desk>, text: String) -> Answer<DeskView> {
    desk.counter()?.draft_notes(&text).map_err(refused)
}

#[tauri::command]
pub(crate) async fn release_board(desk: State<'_, Desk>) -> Answer<ReleaseView> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    let board = blocking(|| ReleaseBoard::ask(&link)).map_err(refused)?;
    desk.counter()?.release_view(board).map_err(refused)
}

/// 申請・承認・公開・中止・戻し・鍵. Answers the draft that was begun, if one was.
#[tauri::command]
pub(crate) async fn release_act(desk: State<'_, Desk>, given: ReleaseGiven) -> Answer<Option<String>> {
    desk.counter()?.may_release(&given).map_err(refused)?;
    let link = link(&desk)?;
    blocking(|| given.ask(&link)).map_err(refused)
}

/// サーバーの点検
#[tauri::command]
pub(crate) async fn release_check(desk: State<'_, Desk>, draft: String) -> Answer<ServerCheck> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    blocking(|| ServerCheck::ask(&link, &draft)).map_err(refused)
}

/// 意見
#[tauri::command]
pub(crate) async fn release_remarks(desk: State<'_, Desk>, draft: String) -> Answer<Vec<RemarkRow>> {
    drop(desk.counter()?);
    let link = link(&desk)?;
    let remarks = blocking(|| RemarkRow::ask(&link, &draft)).map_err(refused)?;
    let counter = desk.counter()?;
    Ok(RemarkRow::named(&counter, remarks))
}

/// 職員へのお知らせ that whoever works here has not read, at this terminal or another.
#[tauri::command]
pub(crate) async fn staff_notes(desk: State<'_, Desk>) -> Answer<Option<NotesView>> {
    let Some(notes) = desk.counter()?.staff_notes().map_err(refused)? else { return Ok(None) };
    let elsewhere = desk.link().is_some_and(|link| {
        // Without the server they are shown once more: better twice than never.
        blocking(|| link.has_read_notes(notes.version)).unwrap_or(false)
    });
    if elsewhere {
        desk.counter()?.staff_notes_read().map_err(refused)?;
        return Ok(None);
    }
    Ok(Some(notes))
}

/// 読みました
#[tauri::command]
pub(crate) async fn staff_notes_read(desk: State<'_, Desk>, version: u32) -> Answer<()> {
    desk.counter()?.staff_notes_read().map_err(refused)?;
    if let Some(link) = desk.link() {
        let told: Result<(), CounterError> = blocking(|| link.notes_read(version));
        if told.is_err() {
            tracing::info!("notes read, and the server not told");
        }
    }
    Ok(())
}
