//! 読取: pictures of documents.

use std::path::Path;

use madoka_counter::office::LinkState;
use madoka_counter::pictures::{DocumentKind, FieldConfirmed, PictureDesk, PictureShown, ScanFolder};
use madoka_counter::visit::Visit;
use madoka_qr::Picture;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Emitter, Manager, State};
use zeroize::Zeroizing;

use super::{Desk, case_id};
use crate::problem::{Answer, ShellError, refused};

#[tauri::command]
pub(crate) fn document_kinds() -> Vec<DocumentKind> {
    PictureDesk::kinds()
}

/// Reads a picture that was chosen, dropped or pasted: its bytes are the body of the call, so that no text ever holds
/// them. The header `case` says for which case, `kind` names a kind chosen by hand.
#[tauri::command]
pub(crate) async fn read_picture(app: AppHandle, request: Request<'_>) -> Answer<PictureShown> {
    let bytes = match request.body() {
        InvokeBody::Raw(bytes) => Zeroizing::new(bytes.clone()),
        InvokeBody::Json(_) => Zeroizing::new(Vec::new()),
    };
    let header = |name: &str| request.headers().get(name)?.to_str().ok().map(str::to_owned);
    read(app, Some(bytes), &header("case").unwrap_or_default(), header("kind")).await
}

/// The document shown now once more, as the kind the officer chose.
#[tauri::command]
pub(crate) async fn read_picture_as(
    app: AppHandle,
    case: String,
    kind: Option<String>,
) -> Answer<PictureShown> {
    read(app, None, &case, kind).await
}

/// The oldest picture that came into the scanner's folder.
#[tauri::command]
pub(crate) async fn read_scan(app: AppHandle, case: String) -> Answer<PictureShown> {
    let delete =
        app.state::<Desk>().counter()?.scanner_folder().map_err(refused)?.is_some_and(|folder| folder.delete);
    let bytes = app.state::<PictureDesk>().next_scan(delete).map_err(refused)?;
    read(app, Some(bytes), &case, None).await
}

async fn read(
    app: AppHandle,
    bytes: Option<Zeroizing<Vec<u8>>>,
    case: &str,
    kind: Option<String>,
) -> Answer<PictureShown> {
    let id = case_id(case)?;
    let around = {
        let desk = app.state::<Desk>();
        // A server that is not there would only be waited for.
        let link = desk.link().filter(|link| link.view().state != LinkState::Offline);
        let counter = desk.counter()?;
        let books = counter.books(link).ok();
        counter.surroundings(books.map(|books| (books, id)))
    };
    let reading = move || {
        let tell = |hundredths: u8| {
            // A step not told is told with the next.
            let _ = app.emit_to("main", "picture-progress", hundredths);
        };
        app.state::<PictureDesk>().read(bytes, kind.as_deref(), &around, &tell)
    };
    tauri::async_runtime::spawn_blocking(reading).await.map_err(ShellError::Check)?.map_err(refused)
}

/// Another document of the same picture (from 0).
#[tauri::command]
pub(crate) fn show_document(pictures: State<'_, PictureDesk>, turn: u32, at: usize) -> Answer<PictureShown> {
    pictures.show(turn, at).map_err(refused)
}

/// The texts of the QR codes that a camera sees: grey pixels in the body, their width and height in the headers. Seeing no
/// code is no fault, for it is asked again and again.
#[tauri::command]
pub(crate) async fn codes_in_picture(request: Request<'_>) -> Answer<Vec<String>> {
    let InvokeBody::Raw(grey) = request.body() else { return Ok(Vec::new()) };
    let number = |name: &str| request.headers().get(name)?.to_str().ok()?.parse::<u32>().ok();
    let (Some(width), Some(height)) = (number("width"), number("height")) else { return Ok(Vec::new()) };
    let grey = Zeroizing::new(grey.clone());
    let looking =
        move || Picture::new(&grey, width, height).and_then(|picture| picture.codes()).unwrap_or_default();
    Ok(tauri::async_runtime::spawn_blocking(looking).await.map_err(ShellError::Check)?)
}

/// 取りやめ
#[tauri::command]
pub(crate) fn cancel_picture(pictures: State<'_, PictureDesk>) {
    pictures.cancel();
}

/// Wipes the picture that is held.
#[tauri::command]
pub(crate) fn forget_picture(pictures: State<'_, PictureDesk>) {
    pictures.forget();
}

/// What the officer has confirmed becomes facts of the case.
#[tauri::command]
pub(crate) fn take_picture(
    desk: State<'_, Desk>,
    pictures: State<'_, PictureDesk>,
    case: &str,
    person: &str,
    turn: u32,
    fields: Vec<FieldConfirmed>,
) -> Answer<Visit> {
    desk.counter()?.take_picture(case_id(case)?, &pictures, turn, person, &fields).map_err(refused)
}

#[tauri::command]
pub(crate) fn scanner_folder(desk: State<'_, Desk>) -> Answer<Option<ScanFolder>> {
    desk.counter()?.scanner_folder().map_err(refused)
}

#[tauri::command]
pub(crate) fn set_scanner_folder(desk: State<'_, Desk>, path: &str, delete: bool) -> Answer<()> {
    desk.counter()?.set_scanner_folder(path, delete).map_err(refused)
}

/// How many scans wait in the folder; asked once a second while documents are read.
#[tauri::command]
pub(crate) fn waiting_scans(desk: State<'_, Desk>, pictures: State<'_, PictureDesk>) -> Answer<u32> {
    let folder = desk.counter()?.scanner_folder().map_err(refused)?;
    pictures.waiting_scans(folder.as_ref().map(|folder| Path::new(&folder.path))).map_err(refused)
}
